from __future__ import annotations

import re
from pathlib import Path

from detente.report.limits import LIMITS

PAGE = Path(__file__).parents[2] / "docs/explanation/limits.md"


def test_limits_and_directions_are_those_of_the_documentation() -> None:
    text = PAGE.read_text(encoding="utf-8")
    rows = re.findall(r"^\| \[(.+?)\]\(#.+?\) \| (.+?) \| (.+?) \|$", text, re.MULTILINE)
    assert rows == [(limit.name, limit.accept, limit.keep) for limit in LIMITS]
