"""Writes the sentences that ``sentences.txt`` holds; tests compare them exactly.

After a change of wording, look at what differs, then keep it::

    python -m tests.report.sentences
"""

from __future__ import annotations

from pathlib import Path

import detente
from detente.report.explaining import sections

PATH = Path(__file__).with_name("sentences.txt")
DRAWS = 200
PLANS = {
    "river": ("delta_demand", "delta_offer", "step_by_step"),
    "korea-2019": ("us_big_deal", "vox_draft_deal", "singapore_2018", "six_party_2005"),
}


def sentences() -> str:
    """Return every sentence that explains some plans of the built-in cases, one a line."""
    lines = []
    for name, plans in PLANS.items():
        case = detente.load_case(name)
        for plan in plans:
            lines.append(f"# {name} {plan}")
            for section in sections(detente.explain(case, plan, draws=DRAWS)):
                lines.append(f"## {section.title}")
                lines += [f"{line.label}: {line.text}" for line in section.lines]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PATH.write_text(sentences(), encoding="utf-8")
