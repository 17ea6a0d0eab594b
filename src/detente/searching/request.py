"""What is searched for: as it was asked, checked, and as it is understood."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from detente.case.arguments import as_mapping
from detente.case.domain import Case
from detente.case.load import load_case, load_views
from detente.case.views import ViewSource
from detente.errors import RequestError
from detente.model.structure import Structure
from detente.searching.figures import Figure, Limit, parse_figure, parse_limit
from detente.searching.results import Asked
from detente.searching.space import PlanSpace
from detente.verdict.run import provenance

#: Draws in which plans are compared, unless others are asked for, and the first rungs.
SEARCH_DRAWS = 1024
RUNGS = (64, 256)


def rungs_to(draws: int) -> tuple[int, ...]:
    """Return on how many draws plans are compared, one number after the other, *draws* last."""
    return *(rung for rung in RUNGS if rung < draws), draws


@dataclass(frozen=True, slots=True)
class Request:
    """What is searched for, as it was asked and as it is understood."""

    cases: tuple[Case, ...]  #: under each view
    objectives: tuple[Figure, ...]
    limits: tuple[Limit, ...]
    fix: Mapping[str, int | None]
    forbid: tuple[str, ...]
    phases: int
    seed: int
    draws: int
    search_draws: int

    @property
    def fingerprint(self) -> str:
        """SHA-256 of everything that decides how the search goes."""
        content = [
            provenance(self.cases[0], self.draws, self.seed).version,
            [case.hash for case in self.cases],
            [figure.text for figure in self.objectives],
            [[x.figure.text, x.amount.hex(), x.least] for x in self.limits],
            sorted(self.fix.items()),
            sorted(self.forbid),
            [self.phases, self.seed, self.draws, self.search_draws],
        ]
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()

    @property
    def asked(self) -> Asked:
        """What was asked for."""
        return Asked(
            objectives=tuple(figure.text for figure in self.objectives),
            higher=tuple(figure.higher for figure in self.objectives),
            least={x.figure.text: x.amount for x in self.limits if x.least},
            most={x.figure.text: x.amount for x in self.limits if not x.least},
            fix=dict(self.fix),
            forbid=self.forbid,
            phases=self.phases,
        )

    def space(self) -> PlanSpace:
        """Return the plans among which to search.

        Raises:
            RequestError: For measures that are not in the case, or conditions no plan meets.
        """
        structure = Structure.of(self.cases[0])
        return PlanSpace.of(structure, fix=self.fix, forbid=self.forbid, phases=self.phases)


def cases_of(case: Case | str | os.PathLike[str], views: Sequence[ViewSource]) -> tuple[Case, ...]:
    """Return *case* under each of *views*, or as it is."""
    if not views:
        return (case if isinstance(case, Case) else load_case(case),)
    if isinstance(case, Case):
        raise RequestError("to search under views, name the case by its file or its name")
    cases = load_views(case, views)
    if len({_rules(found) for found in cases}) > 1:
        raise RequestError(
            "a search needs views with the same measures, phases, conditions and better: what a"
            " plan may hold must be the same under all"
        )
    return tuple(cases)


def _rules(case: Case) -> tuple[object, ...]:
    """Return what says which plans there are, and which way is better."""
    measures = [(m.id, m.in_phases, m.requires, m.excludes) for m in case.measures]
    better = [(quantity.id, quantity.better) for quantity in case.quantities]
    return case.phases, case.must_choose, tuple(measures), tuple(better)


def objectives_of(case: Case, asked: Sequence[str] | None) -> tuple[Figure, ...]:
    """Return the figures *asked* for, or what is looked for if nothing is said."""
    if asked is None:
        directed = {quantity.id for quantity in case.quantities if quantity.better}
        main = case.main_outcome
        asked = ["hold", main] if main is not None and main in directed else ["hold"]
    _refuse_bare("objectives", asked)
    if not asked:
        raise RequestError("name an objective, such as hold")
    return tuple(parse_figure(case, text) for text in dict.fromkeys(asked))


def names_of(what: str, given: Sequence[str]) -> tuple[str, ...]:
    """Return *given* names; RequestError for a text in place of a list of them."""
    _refuse_bare(what, given)
    return tuple(given)


def _refuse_bare(what: str, given: object) -> None:
    names = given if isinstance(given, Iterable) and not isinstance(given, str) else [None]
    if not all(isinstance(name, str) for name in names):
        raise RequestError(f"{what} must be a list of names, such as ['hold']")


def limits_of(
    case: Case, least: Mapping[str, float], most: Mapping[str, float]
) -> tuple[Limit, ...]:
    """Return the bounds that figures must keep."""
    least, most = as_mapping("least", least), as_mapping("most", most)
    return (
        *(parse_limit(case, f"{name}={amount!r}", least=True) for name, amount in least.items()),
        *(parse_limit(case, f"{name}={amount!r}", least=False) for name, amount in most.items()),
    )
