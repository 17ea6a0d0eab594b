"""Results where they are looked at: one line a proposal in a shell, a small table in a notebook.

The table has no colours and no script of its own: it takes those of the notebook, dark or
light. Texts of the case are escaped.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from jinja2 import Environment, Template

from detente.report.answer import case_title
from detente.report.figures import count, share
from detente.report.terms import DISTRUSTED, FIGURES, FLAWED, estimates, with_interval
from detente.report.text import clean
from detente.verdict.results import RunResult, Verdict

__all__ = ["result_html", "result_text", "verdict_html", "verdict_text"]

# What a shell may not be able to show.
_PLAIN = str.maketrans({"–": "-", "≈": "~"})
_RESULT = """\
<table>
  <caption style="text-align: left">{{ title }} ({{ facts }}). Out of 100 draws, with 95 % interval.</caption>
  <thead>
    <tr>
      <th scope="col" style="text-align: left">Proposal</th>
      {%- for head in heads %}
      <th scope="col" style="text-align: right">{{ head }}</th>
      {%- endfor %}
    </tr>
  </thead>
  <tbody>
    {%- for name, id, cells in rows %}
    <tr>
      <th scope="row" style="text-align: left" title="{{ id }}">{{ name }}</th>
      {%- for cell in cells %}
      <td style="text-align: right; white-space: nowrap">{{ cell }}</td>
      {%- endfor %}
    </tr>
    {%- endfor %}
  </tbody>
</table>
{%- if flawed %}
<p>* {{ flaw }}</p>
{%- endif %}
"""
_VERDICT = """\
<table>
  <caption style="text-align: left">{{ name }} ({{ id }})</caption>
  <tbody>
    {%- for head, text in rows %}
    <tr>
      <th scope="row" style="text-align: left">{{ head }}</th>
      <td style="text-align: left">{{ text }}</td>
    </tr>
    {%- endfor %}
  </tbody>
</table>
"""


def result_text(result: RunResult) -> str:
    """Return *result* in a line for each proposal, in signs that any shell can show."""
    run = result.provenance
    draws = f"{run.draws} draw{'s' * (run.draws > 1)}"
    view = f" under {clean(result.case.view.id)}" if result.case.view else ""
    head = f"RunResult of {clean(result.case.name)}{view}, {draws}, seed {run.seed}"
    lines = [f"  {clean(v.proposal)}: {_shares(v)}" for v in result]
    return "\n".join([f"{head}; of 100 draws, with 95 % interval:", *lines])


def verdict_text(verdict: Verdict) -> str:
    """Return *verdict* in a line."""
    return f"<Verdict on {clean(verdict.proposal)}: {_shares(verdict)}, of 100 draws>"


def _shares(verdict: Verdict) -> str:
    shown = (f"{name} {with_interval(estimate)}" for name, estimate in estimates(verdict))
    return ", ".join(shown).translate(_PLAIN)


def result_html(result: RunResult) -> str:
    """Return *result* as an HTML table with a row for each proposal."""
    run, case = result.provenance, result.case
    draws = f"{count(run.draws)} draw{'s' * (run.draws > 1)}"
    return _template(_RESULT).render(
        title=case_title(case),
        facts=f"{clean(case.name)}, {draws}, seed {run.seed}",
        heads=(*FIGURES.values(), DISTRUSTED),
        flaw=FLAWED,
        rows=[
            (clean(v.name) + (" *" if v.flaws else ""), clean(v.proposal), [*_cells(v)])
            for v in result
        ],
        flawed=any(v.flaws for v in result),
    )


def _cells(verdict: Verdict) -> Iterator[str]:
    for _, estimate in estimates(verdict):
        yield with_interval(estimate)
    yield share(verdict.lower.hold).symbol


def verdict_html(verdict: Verdict) -> str:
    """Return *verdict* as an HTML table: its shares, its plan, and the rules that it breaks."""
    heads = ("Accepted, of 100 draws", "Kept", "Holds", "Holds if distrusted")
    rows = list(zip(heads, _cells(verdict), strict=True))
    for k, measures in enumerate(verdict.plan.phases):
        if measures:
            head = f"Phase {k}" if k else "In force already"
            rows.append((head, clean(", ".join(measures))))
    rows += [("Breaks a rule", clean(flaw)) for flaw in verdict.flaws]
    return _template(_VERDICT).render(
        name=clean(verdict.name), id=clean(verdict.proposal), rows=rows
    )


@cache
def _template(source: str) -> Template:
    return Environment(autoescape=True).from_string(source)
