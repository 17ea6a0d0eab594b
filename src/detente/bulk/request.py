"""What is asked of a big run: which plans of which case, under which views, in which draws.

Terms
-----
task
    Some plans, under one view, in one chunk of draws: what a worker does at a time. It is a pure
    function of its place in the grid, which depends on the request only, never on the machine.
fingerprint
    A hash of all that decides the numbers, but for how many draws there are: more draws extend
    the same sequence.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from importlib.metadata import version

import numpy as np
import scipy

from detente.bulk.figures import column_names
from detente.case.domain import Case, Plan, Proposal
from detente.case.fields import AS_WRITTEN
from detente.draws.draw import whole
from detente.errors import RequestError
from detente.model.structure import Structure
from detente.verdict.run import block_size, chosen_from, own_version
from detente.verdict.tally import CHUNK

#: Of the files in the folder.
FORMAT = 1
#: Up to so many plans times views all verdicts are in memory at once, and plans are compared.
FEW = 200
#: Plans judged in one task at most: the draws are made once for all of them.
MOST_PLANS = 64
#: Bytes of the figures of all draws of a task at most, where these are kept.
MOST_BYTES = 2**27
#: Tasks in all at most.
MOST_TASKS = 10**6
#: Draws times plans times what grows with a case, in a task: some seconds.
MOST_WORK = 2e10


@dataclass(frozen=True, slots=True, order=True)
class Task:
    """One cell of the grid; cells of the same draws stand together."""

    first: int  #: the first of its draws
    draws: int  #: how many
    view: int  #: position of the view
    begin: int  #: position of the first plan
    end: int  #: position after the last plan

    @property
    def name(self) -> str:
        """What its files are called."""
        return f"d{self.first:010d}-v{self.view:03d}-p{self.begin:06d}"

    @property
    def size(self) -> int:
        """Draws times plans."""
        return self.draws * (self.end - self.begin)


@dataclass(frozen=True, slots=True)
class Grid:
    """How the work under one view is cut."""

    block: int  #: draws judged at once
    draws: int  #: draws in a task; the last may have fewer
    plans: int  #: plans in a task; the last may have fewer


@dataclass(frozen=True)
class Request:
    """All that is asked for; the same request gives the same files, byte for byte."""

    cases: tuple[Case, ...]  #: the case under each view
    proposals: tuple[tuple[Proposal, ...], ...]  #: by view; the same ids under all
    draws: int
    seed: int
    keeps_draws: bool  #: whether figures of each draw are kept, or sums over draws only

    @classmethod
    def of(
        cls,
        cases: Sequence[Case],
        *,
        draws: int,
        seed: int,
        proposals: Sequence[str | Plan] | None,
        plans: Mapping[str, Plan] | None,
        keeps_draws: bool,
    ) -> Request:
        """Return the request; RequestError where it makes no sense."""
        if not cases:
            raise RequestError("give a view at least: as_written is the case as it stands")
        asked = () if proposals is None and plans is not None else proposals
        chosen = tuple((*chosen_from(case, asked), *_named(plans or {})) for case in cases)
        ids = [[proposal.id for proposal in found] for found in chosen]
        if any(found != ids[0] for found in ids):
            raise RequestError("the views have other proposals: name those that all have")
        if len(set(ids[0])) < len(ids[0]):
            raise RequestError("two plans have the same name: a name can be given once")
        if not ids[0]:
            raise RequestError("there are no plans to judge")
        request = cls(
            tuple(cases), chosen, whole("draws", draws, 1), whole("seed", seed, 0), keeps_draws
        )
        for structure, found in zip(request.structures, chosen, strict=True):
            for proposal in found:
                structure.vector(proposal.plan)  # PlanError where it does not fit the view
        request._refuse_too_much()
        request._refuse_alike()
        return request

    def _refuse_alike(self) -> None:
        """Refuse columns that databases, which do not mind case, would take for one."""
        seen: dict[str, str] = {}
        for name in self.columns:
            other = seen.setdefault(name.lower(), name)
            if other != name:
                one, two = (each.partition("_")[2] for each in (other, name))
                raise RequestError(
                    f"'{one}' and '{two}' differ in capitals only, which columns of a dataset do"
                    " not: rename one in the case"
                )
        for name in self.columns:
            for end in ("_error", "_p5", "_p95"):  # what the summary says of an outcome besides
                if name.startswith("outcome_") and f"{name}{end}".lower() in seen:
                    raise RequestError(
                        f"quantity '{name.partition('_')[2]}{end}' is called as the summary calls a"
                        " figure of another: rename it in the case"
                    )

    def _refuse_too_much(self) -> None:
        cells = [-(-self.draws // g.draws) * -(-len(self.ids) // g.plans) for g in self.grid]
        if sum(cells) > MOST_TASKS:
            raise RequestError(
                f"{self.size:.0e} draws times plans are too much: {sum(cells)} pieces of work, of"
                f" {MOST_TASKS} at most"
            )

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of the plans."""
        return tuple(proposal.id for proposal in self.proposals[0])

    @property
    def views(self) -> tuple[str, ...]:
        """Ids of the views."""
        return tuple(AS_WRITTEN if c.view is None else c.view.id for c in self.cases)

    @cached_property
    def structures(self) -> tuple[Structure, ...]:
        """The structure of the case under each view."""
        return tuple(Structure.of(case) for case in self.cases)

    @cached_property
    def columns(self) -> dict[str, str]:
        """Columns of the figures of each draw, and their types, over all views."""
        found: dict[str, str] = {}
        for case in self.cases:
            found |= column_names(case)
        return found

    @cached_property
    def grid(self) -> tuple[Grid, ...]:
        """How the work is cut, by view."""
        return tuple(self._grid(structure) for structure in self.structures)

    def _grid(self, structure: Structure) -> Grid:
        block = block_size(structure)
        chunk = CHUNK * block
        grows = structure.measures**2 * structure.constituencies
        most = [MOST_PLANS, int(MOST_WORK / (chunk * max(grows, 1)))]
        if self.keeps_draws:
            row = sum(8 if kind == "DOUBLE" else 1 for kind in self.columns.values())
            most.append(MOST_BYTES // (chunk * row))
        return Grid(block, chunk, max(1, min(most)))

    def tasks(self) -> list[Task]:
        """Return all tasks: the first draws of all plans under all views, then the next."""
        plans = len(self.ids)
        return sorted(
            Task(first, min(grid.draws, self.draws - first), view, begin, end)
            for view, grid in enumerate(self.grid)
            for first in range(0, self.draws, grid.draws)
            for begin in range(0, plans, grid.plans)
            for end in [min(begin + grid.plans, plans)]
        )

    @property
    def size(self) -> int:
        """Draws times plans times views."""
        return self.draws * len(self.ids) * len(self.cases)

    @property
    def is_small(self) -> bool:
        """Whether all verdicts fit into memory at once."""
        return len(self.ids) * len(self.cases) <= FEW

    def described(self) -> dict[str, object]:
        """Return all that decides the numbers but for how many draws there are, as plain data."""
        return {
            "format": FORMAT,
            "case": self.cases[0].name,
            "views": {view: case.hash for view, case in zip(self.views, self.cases, strict=True)},
            "plans": {"count": len(self.ids), "sha256": self._plans_hash},
            "seed": self.seed,
            "keeps": "draws" if self.keeps_draws else "sums",
            "versions": versions(),
            "grid": {view: asdict(grid) for view, grid in zip(self.views, self.grid, strict=True)},
        }

    @cached_property
    def _plans_hash(self) -> str:
        texts = [[(p.id, p.name, p.plan.phases) for p in found] for found in self.proposals]
        return hashlib.sha256(json.dumps(texts).encode()).hexdigest()

    @cached_property
    def fingerprint(self) -> str:
        """A hash of :meth:`described`."""
        return hashlib.sha256(json.dumps(self.described()).encode()).hexdigest()


def versions() -> dict[str, str]:
    """Return the versions on which numbers and files depend."""
    return {
        "detente": own_version(),
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "duckdb": version("duckdb"),
    }


def _named(plans: Mapping[str, Plan]) -> Iterator[Proposal]:
    for name, plan in plans.items():
        yield Proposal(name, name, plan)
