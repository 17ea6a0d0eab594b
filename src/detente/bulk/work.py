"""What one task does: judge its plans in its draws, keep the figures, sum them up."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property

from detente.bulk.figures import Rows, parquet
from detente.bulk.request import Request, Task, versions
from detente.bulk.sums import packed
from detente.errors import RequestError
from detente.verdict.run import Blocks, refuse_overflow
from detente.verdict.tally import Tally, add_up


@dataclass(frozen=True, slots=True)
class Done:
    """The files of one task."""

    rows: bytes | None  #: Parquet, where figures of each draw are kept
    sums: bytes  #: tallies, with size and hash of the rows


@dataclass(frozen=True)
class Job:
    """A request on its way to workers: called with a task, it returns what that yields."""

    request: Request
    versions: dict[str, str]  #: of those who asked

    @cached_property
    def _judging(self) -> dict[int, Blocks]:
        """By view what judges; made once in each process."""
        request = self.request
        return {view: Blocks(case, (), request.seed) for view, case in enumerate(request.cases)}

    def __call__(self, task: Task) -> Done:
        """Do *task*; the same task gives the same bytes, wherever it is done.

        Raises:
            RequestError: where this is not the software of those who asked, or numbers are too
                large to reckon with.
            OutputError: where the temporary folder has no room.
        """
        refuse_other_versions(self.versions)
        request, case = self.request, self.request.cases[task.view]
        chosen = request.proposals[task.view][task.begin : task.end]
        rows = Rows(case, len(chosen), task.draws) if request.keeps_draws else None
        totals: list[Tally] = []
        block = request.grid[task.view].block
        for at in range(0, task.draws, block):
            found = self._judging[task.view].judged(
                task.first + at,
                min(block, task.draws - at),
                [proposal.plan for proposal in chosen],
                with_paths=request.is_small,  # else nobody looks at them
            )
            sums: list[Tally] = []
            for plan, (judged, tally) in enumerate(found):
                sums.append(tally)
                if rows is not None:
                    rows.put(plan, at, judged)
            add_up(totals, sums)
            refuse_overflow(totals)
        header = {"request": request.fingerprint, "task": task.name, "draws": task.draws}
        if rows is None:
            return Done(None, packed(case, totals, {**header, "rows": None}))
        view, ids = request.views[task.view], [proposal.id for proposal in chosen]
        file = parquet(rows, request.columns, view=view, plans=ids, first=task.first)
        return Done(file, packed(case, totals, {**header, "rows": described(file)}))

    def __getstate__(self) -> dict[str, object]:
        """Leave out what each process makes for itself."""
        return {"request": self.request, "versions": self.versions}


def described(content: bytes) -> dict[str, object]:
    """Return by what a file is known again."""
    return {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def refuse_other_versions(asked: dict[str, str]) -> None:
    """Raise RequestError unless the software here is what *asked* says."""
    here = versions()
    other = [
        f"{name} {here[name]} for {asked[name]}" for name in asked if asked[name] != here[name]
    ]
    if other:
        raise RequestError(
            f"the workers have other versions than are here ({', '.join(other)}), which may give"
            " other numbers: install the same on both sides"
        )
