"""Plots in the pages, made by the program when they are built.

``program-plot CASE PROPOSAL KIND`` draws what the report of CASE shows: KIND is ``exposure``,
``standing``, ``outcome`` or ``verdicts``. CASE is a built-in case, or one that the page itself
tells people to write into a file of that name. The content of the directive is the alternative
text.
"""

from __future__ import annotations

import re
import tempfile
from functools import cache
from pathlib import Path

import vl_convert
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

import detente
from detente.report import charts
from detente.verdict.results import RunResult

DRAWS = 10_000


class ProgramPlot(SphinxDirective):
    """One plot of a report."""

    required_arguments = 3
    has_content = True

    def run(self) -> list[nodes.Node]:
        """Draw the plot into a file beside the pages and return the image."""
        case, proposal, kind = self.arguments
        page = Path(self.env.doc2path(self.env.docname))
        spec = specification(judged(case, page), proposal, kind)
        folder = Path(self.env.srcdir) / "_made"
        folder.mkdir(exist_ok=True)
        name = f"{case}-{proposal}-{kind}.svg"
        (folder / name).write_text(vl_convert.vegalite_to_svg(spec), encoding="utf-8")
        image = nodes.image(uri=f"/_made/{name}", alt=" ".join(self.content), classes=["plot"])
        image["candidates"] = {}
        return [image]


@cache
def judged(case: str, page: Path) -> RunResult:
    """Return the result on the case of that name, one of *page* before one of the program."""
    found = re.search(
        rf"^\$ cat > {case}\.yaml <<'END'\n(.*?)^END$",
        page.read_text("utf-8"),
        re.DOTALL | re.MULTILINE,
    )
    if found is None:
        return detente.run(case, draws=DRAWS)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"{case}.yaml"
        file.write_text(found[1].replace("uplnd ", "upland"), encoding="utf-8")
        return detente.run(file, draws=DRAWS)


def specification(result: RunResult, proposal: str, kind: str) -> dict[str, object]:
    """Return the plot of *kind* for one proposal."""
    verdict, palette = result[proposal], charts.PRINT
    if kind == "verdicts":
        return charts.verdicts_chart(result, palette)
    if kind == "exposure":
        return charts.exposure_chart(result, verdict, palette)
    if kind == "standing":
        return charts.standing_chart(result, verdict, palette)
    if kind == "outcome" and result.case.main_outcome is not None:
        return charts.outcome_chart(result, verdict, result.case.main_outcome, palette)
    raise ValueError(f"no plot {kind}")


def setup(app: Sphinx) -> dict[str, bool]:
    """Called by Sphinx."""
    app.add_directive("program-plot", ProgramPlot)
    return {"parallel_read_safe": False, "parallel_write_safe": True}
