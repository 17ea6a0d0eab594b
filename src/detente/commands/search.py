"""``detente search``: find the plans that do best, or the smallest changes that better one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from time import monotonic
from typing import Annotated

from cyclopts import Parameter

import detente
from detente.commands.plans import plan_argument
from detente.commands.progress import progress, search_progress
from detente.commands.run import Whole, check_folder
from detente.commands.screen import complain, show, write
from detente.commands.search_options import (
    Asked,
    Numbers,
    bounds,
    fixed,
    objectives,
    refuse_beside_from,
)
from detente.folders import locked
from detente.report.document import as_json
from detente.report.mending import repair_screen
from detente.report.search_document import repair_document, search_document
from detente.report.terminal import WIDEST
from detente.report.terminal_search import search_screen
from detente.searching.bounding import Watch as WatchProof
from detente.searching.proving import SECONDS
from detente.searching.search import Sight, Watch

#: Where a search under way stands, in the folder of its results.
STATE = "search.state"
INTERRUPTED = 130
#: Changes of a plan, where it is not said how many.
CHANGES = 2

Texts = Annotated[list[str] | None, Parameter(consume_multiple=False, negative=())]
Flag = Annotated[bool, Parameter(negative=())]


def search(
    case: Annotated[str, Parameter(name="CASE")],
    /,
    *,
    objective: Texts = None,
    fix: Texts = None,
    forbid: Texts = None,
    min_: Annotated[
        list[str] | None, Parameter(name="--min", consume_multiple=False, negative=())
    ] = None,
    max_: Annotated[
        list[str] | None, Parameter(name="--max", consume_multiple=False, negative=())
    ] = None,
    phases: Whole | None = None,
    time: float | None = None,
    prove: Flag = False,
    proof_time: float | None = None,
    view: Texts = None,
    draws: Whole = 10_000,
    search_draws: Whole = 1024,
    seed: Whole = 0,
    workers: Whole | None = None,
    from_: Annotated[str | None, Parameter(name="--from", allow_leading_hyphen=True)] = None,
    changes: Whole | None = None,
    out: Path | None = None,
    resume: Flag = False,
    json: Flag = False,
) -> int | None:
    """Find the plans of a case that do best, judged on draws that the search has not seen.

    With --from, find the smallest changes of one plan that better it.

    Args:
        case: Path of a case file, or the name of a built-in case.
        objective: What to make good: hold, a quantity, exposure, surplus or others, with commas.
        fix: A measure that every plan holds, or MEASURE@PHASE; may be given several times.
        forbid: A measure that no plan holds; may be given several times.
        min_: A figure with what it must be at least, such as accept=.8; several times too.
        max_: A figure with what it must be at most, such as exposure.us=20; several times too.
        phases: Use this many of the first phases only.
        time: End after so many seconds, with what was found by then.
        prove: Then bound the first objective (hold, keep or accept) over all plans there are.
        proof_time: Seconds for that; 60 if not given.
        view: Search under this view of the case, by name or file; of several, the worst counts.
        draws: How many fresh draws the plans found are judged on.
        search_draws: How many draws plans are compared on.
        seed: Which sequence of draws, and of choices in the search.
        workers: Threads; one for each processor if not given. The plans do not depend on it.
        from_: Better this plan by few changes: a proposal, 1:a,b;2:c, a file, or - (input).
        changes: With --from: how many changes at most, 1 to 4; 2 if not given.
        out: Folder for page, document and table; CASE-search, unless with --json.
        resume: Go on with the search that was interrupted, or whose time was up.
        json: Print one JSON document instead; files are written only if --out is given.
    """
    numbers = Numbers(draws, search_draws, seed, workers)
    if from_ is not None:
        beside: dict[str, object] = {
            "--fix": fix,
            "--forbid": forbid,
            "--min": min_,
            "--max": max_,
            "--view": view,
        }
        beside |= {"--prove": prove or None, "--proof-time": proof_time}
        beside |= {"--phases": phases, "--time": time, "--out": out, "--resume": resume or None}
        refuse_beside_from(beside)
        _repair(case, from_, changes, objectives(objective), numbers, json=json)
        return None
    if changes is not None:
        raise detente.RequestError("--changes says how many changes of a plan: name it with --from")
    check_folder(out)
    asked = Asked(
        case=case,
        objectives=objectives(objective),
        least=bounds("--min", min_),
        most=bounds("--max", max_),
        fix=fixed(fix),
        forbid=tuple(forbid or ()),
        phases=phases,
        seconds=time,
        proof_seconds=_proof(proof_time, prove=prove),
        views=tuple(view or ()),
        numbers=numbers,
    )
    return _search(asked, out, resume=resume, json=json)


def _search(asked: Asked, out: Path | None, *, resume: bool, json: bool) -> int | None:
    """Search and show what was found; where it is interrupted, say how it can go on."""
    folder = _folder(asked) if out is None and not json else out
    state = None if folder is None else folder / STATE
    if resume:
        _refuse_nothing_to_resume(state)
    last: list[Sight] = []
    before = None if resume else _stamp(state)
    try:
        with locked(folder):
            with search_progress() as report:

                def noted(sight: Sight) -> None:
                    last[:] = [sight]
                    report(sight)

                result = _found(asked, out, state, noted, report, resume=resume)
            written = () if folder is None else detente.write_search(result, folder)
            if state is not None and result.course.ending != "time":
                state.unlink(missing_ok=True)
    except KeyboardInterrupt:
        complain(_interrupted(asked, out, _stamp(state) not in (None, before), last))
        return INTERRUPTED
    if json:
        write(as_json(search_document(result)))
    else:
        show(search_screen(result, written), widest=WIDEST)
    if asked.proof_seconds is not None and result.bounds is None:
        complain("the proof was interrupted before there was any bound")
    if result.course.ending == "time":
        complain(_unfinished(asked, out, state, result.course.generations))
    return None


def _proof(seconds: float | None, *, prove: bool) -> float | None:
    """Return for how many seconds to prove a bound."""
    if seconds is not None and not prove:
        raise detente.RequestError("--proof-time says how long to prove: add --prove")
    if seconds is not None and not seconds > 0:
        raise detente.RequestError(f"--proof-time must be more than 0 seconds, not {seconds:g}")
    return (SECONDS if seconds is None else seconds) if prove else None


def _found(
    asked: Asked,
    out: Path | None,
    state: Path | None,
    watch: Watch,
    watch_proof: WatchProof,
    *,
    resume: bool,
) -> detente.SearchResult:
    """Search; where no plan was found, keep where it stands only if time was up."""
    before, begun = _stamp(state), monotonic()
    try:
        return asked.found(state, watch, watch_proof, resume=resume)
    except detente.RequestError as error:
        if state is None or _stamp(state) == before:  # it did not begin
            raise
        if asked.seconds is None or monotonic() - begun < asked.seconds:
            state.unlink(missing_ok=True)  # going on would find nothing
            raise
        raise detente.RequestError(f"{error}; to go on: {asked.command(out)} --resume") from error


def _stamp(state: Path | None) -> tuple[int, int] | None:
    """Return what differs once *state* is written again; nothing where there is no such file."""
    if state is None or not state.is_file():
        return None
    known = state.stat()
    return known.st_ino, known.st_mtime_ns


def _folder(asked: Asked) -> Path:
    """Return where results go: beside those of the case as written, if it is one view alone."""
    subjects = detente.load_views(asked.case, asked.views or ("as_written",))
    only = subjects[0].view if len(subjects) == 1 else None
    view = "" if only is None else f"-{only.id}"
    return Path(f"{subjects[0].name}{view}-search")


def _refuse_nothing_to_resume(state: Path | None) -> None:
    if state is None:
        raise detente.RequestError("--resume with --json needs --out, to say where the search is")
    if not state.is_file():
        raise detente.RequestError(
            f"there is no search to go on with in {state.parent}: leave out --resume to begin one"
        )


def _interrupted(asked: Asked, out: Path | None, kept: bool, last: Sequence[Sight]) -> str:
    """Say where the search stands, and how it goes on."""
    where = "before the first generation was over"
    if last:
        plural = "s" * (last[0].generation != 1)
        where = f"after {last[0].generation} generation{plural}, {last[0].judged} plans looked at"
    if not kept:
        return f"interrupted {where}; nothing was kept: --out FOLDER keeps where a search stands"
    return (
        f"interrupted {where}; to go on (with --time 1: to see what was found by then):"
        f" {asked.command(out)} --resume"
    )


def _unfinished(asked: Asked, out: Path | None, state: Path | None, generations: int) -> str:
    """Say that the time was up, and how the search goes on."""
    text = f"time was up after {generations} generations, before the search came to rest"
    if state is None:
        return f"{text}; --out FOLDER keeps where it stands"
    return f"{text}; to go on: {asked.command(out)} --resume"


def _repair(
    case: str,
    text: str,
    changes: int | None,
    names: tuple[str, ...] | None,
    numbers: Numbers,
    *,
    json: bool,
) -> None:
    """Find the smallest changes of one plan, and show them."""
    figures = names or ("hold",)
    if len(figures) > 1:
        raise detente.RequestError("--from betters one figure: give one --objective")
    subject = detente.load_case(case)
    plan = plan_argument(subject, text)
    with progress("judging") as report:
        result = detente.repair(
            subject,
            plan,
            changes=CHANGES if changes is None else changes,
            objective=figures[0],
            draws=numbers.draws,
            seed=numbers.seed,
            search_draws=numbers.search_draws,
            workers=numbers.workers,
            watch=report,
        )
    if json:
        write(as_json(repair_document(result)))
    else:
        show(repair_screen(result), widest=WIDEST)
