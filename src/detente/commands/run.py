"""``detente run``: judge the proposals of a case."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal, TypedDict, Unpack

from cyclopts import Parameter, Token
from rich.console import RenderableType

import detente
from detente.bulk.request import FEW, Request
from detente.case.plans import begins_as_plan
from detente.commands.dataset import Big, judge_into, tell
from detente.commands.plans import plan_argument
from detente.commands.progress import progress
from detente.commands.screen import show, write
from detente.report.document import as_json
from detente.report.terminal import WIDEST, screen
from detente.report.terminal_views import views_screen
from detente.verdict.run import Progress
from detente.verdict.views import judged_under

#: Larger numbers are slips of the keyboard: they would take years, or exhaust the machine.
MOST = {"draws": 10**9, "seed": 2**63 - 1, "workers": 1024}


def _whole(_: object, tokens: Sequence[Token]) -> int:
    """Read a whole number; the usual conversion would round 1.5."""
    text = tokens[0].value
    if not re.fullmatch(r"[-+]?[0-9]+", text) or len(text) > 1000:
        raise ValueError(f"{text[:80]!r} is not a whole number")
    return int(text)


Whole = Annotated[int, Parameter(converter=_whole)]


def run(
    case: Annotated[str, Parameter(name="CASE")],
    /,
    *,
    draws: Whole = 10_000,
    seed: Whole = 0,
    out: Path | None = None,
    proposal: Annotated[list[str] | None, Parameter(consume_multiple=False, negative=())] = None,
    workers: Whole | None = None,
    view: Annotated[list[str] | None, Parameter(consume_multiple=False, negative=())] = None,
    formats: Annotated[
        list[Literal["pdf", "png", "md"]] | None,
        Parameter(name="--format", consume_multiple=False, negative=()),
    ] = None,
    json: Annotated[bool, Parameter(negative=())] = False,
    dataset: Path | None = None,
    plans: Path | None = None,
    scheduler: str | None = None,
    no_draws: Annotated[bool, Parameter(name="--no-draws", negative=())] = False,
) -> None:
    """Judge the proposals of a case: accepted, kept, both, and what stands in the way.

    Args:
        case: Path of a case file, or the name of a built-in case.
        draws: How many draws of the uncertain numbers.
        seed: Which sequence of draws.
        out: Folder for report and tables; CASE-results, unless with --json or --dataset.
        proposal: Judge this proposal only, or a plan such as 1:a,b;2:c; may be given several times.
        workers: Threads or processes; one for each processor if not given. The numbers do not
            depend on it.
        view: Judge under this view of the case, by name or file; may be given several times.
        formats: Write a two-page brief too; may be given several times.
        json: Print one JSON document instead; files are written only if --out is given.
        dataset: Keep every draw in this folder, piece by piece; the same command goes on there.
        plans: Judge the plans in this file, and of the proposals those named; for --dataset.
        scheduler: Address of a Dask cluster that does the work; for --dataset.
        no_draws: Keep sums only, not every draw; for --dataset.
    """
    asked = tuple(formats or ())
    big = Big(dataset, plans, scheduler, has_no_draws=no_draws)
    big.check()
    _check_formats(asked, is_told_where=out is not None or not (json or dataset))
    subjects = detente.load_views(case, view or ["as_written"])
    check_sizes(draws=draws, seed=seed, workers=workers)
    check_folder(out)
    chosen = None if proposal is None else [_plan(subjects[0], x) for x in proposal]
    if dataset is not None:
        request = big.request(subjects, chosen, draws=draws, seed=seed)
        _judge_into(dataset, request, workers, scheduler, out, asked, in_json=json)
        return
    with progress("judging") as report:
        result = _judged(
            subjects,
            draws=draws,
            seed=seed,
            proposals=chosen,
            workers=workers,
            progress=report,
        )
    folder = _folder(subjects) if out is None and not json else out
    written = () if folder is None else _write(result, folder, asked)
    if json:
        write(as_json(detente.document(result)))
    else:
        show(_screen(result, written), widest=WIDEST)


def _judge_into(
    folder: Path,
    request: Request,
    workers: int | None,
    scheduler: str | None,
    out: Path | None,
    formats: Sequence[str],
    *,
    in_json: bool,
) -> None:
    if out is not None and not request.is_small:
        raise detente.RequestError(
            f"--out is for {FEW} texts times views at most: take what you need from the dataset"
        )
    found = judge_into(folder, request, workers, scheduler)
    written: tuple[Path, ...] = ()
    if out is not None and found.result is not None:
        written = _write(found.result, out, formats)
    tell(found, written, in_json=in_json)


class _How(TypedDict):
    """What is asked for besides the case, as :func:`detente.run` takes it."""

    draws: int
    seed: int
    proposals: Sequence[str | detente.Plan] | None
    workers: int | None
    progress: Progress


def _plan(case: detente.Case, text: str) -> detente.Plan | str:
    """Return the plan that is written out in *text*, or *text*, the name of a proposal."""
    plan = plan_argument(case, text)
    return (
        detente.parse_plan(case, plan) if isinstance(plan, str) and begins_as_plan(plan) else plan
    )


def _judged(
    subjects: Sequence[detente.Case], **how: Unpack[_How]
) -> detente.RunResult | detente.ViewsResult:
    if len(subjects) == 1:
        return detente.run(subjects[0], **how)
    return judged_under(subjects, **how)


def _screen(
    result: detente.RunResult | detente.ViewsResult, written: Sequence[Path]
) -> RenderableType:
    if isinstance(result, detente.RunResult):
        return screen(result, written)
    return views_screen(result, written)


def _folder(subjects: Sequence[detente.Case]) -> Path:
    """Return where results go: beside those of the case as written, if it is one view alone."""
    only = subjects[0].view if len(subjects) == 1 else None
    view = "" if only is None else f"-{only.id}"
    return Path(f"{subjects[0].name}{view}-results")


def check_sizes(**numbers: int | None) -> None:
    """Refuse numbers that would keep the machine busy for years."""
    for name, number in numbers.items():
        if number is not None and number > MOST[name]:
            raise detente.RequestError(f"--{name} can be {MOST[name]} at most")


def _check_formats(formats: Sequence[str], *, is_told_where: bool) -> None:
    """Refuse a format that cannot be written before anything is judged for it."""
    if formats:
        from detente.report.brief import check_formats  # noqa: PLC0415 (most runs write no brief)

        check_formats(formats)
        if not is_told_where:
            raise detente.RequestError(
                "--format with --json or --dataset needs --out, to say where to write"
            )


def check_folder(out: Path | None) -> None:
    """Refuse to write results into the current folder itself."""
    if out is not None and not str(out).strip("."):
        raise detente.RequestError("--out must name a folder of its own, not the current one")


def _write(
    result: detente.RunResult | detente.ViewsResult, folder: Path, formats: Sequence[str]
) -> tuple[Path, ...]:
    from detente.report.folder import write_results  # noqa: PLC0415 (DuckDB takes time to load)

    return write_results(result, folder, formats=formats)
