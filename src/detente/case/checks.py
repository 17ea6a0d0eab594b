"""What must be true of a whole case, as data: one small function for each claim.

A check is asked with the file (what was misshapen cut out of it) and all names the uncut
file defines; it yields what it finds, with the path of each finding.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final

from detente.case import checks_measures, checks_parties
from detente.case.file import CaseFile
from detente.case.known import (
    MOST_CYCLES,
    Check,
    Names,
    cycles,
    in_a_circle,
    steps,
    unknown_keys,
    unknown_name,
)
from detente.case.names import shortened
from detente.case.reading import Path
from detente.case.sizes import MOST_PERIODS
from detente.case.views import outside
from detente.case.wording import Finding

__all__ = ["ERRORS"]


def phase_names(file: CaseFile, _: Names) -> Iterator[Finding]:
    """Where phases have names, each has one."""
    given = file.phases.names
    if given is not None and len(given) != file.phases.count:
        text = f"{len(given)} names for {file.phases.count} phases; give one for each"
        yield Finding(("phases", "names"), text, at_key=True)


def horizon_in_reach(file: CaseFile, _: Names) -> Iterator[Finding]:
    """The horizon is at most so many phases away: each is a time at which a plan may end."""
    if file.horizon_years > MOST_PERIODS * file.phases.years:
        most = MOST_PERIODS * file.phases.years
        text = f"the horizon is over {MOST_PERIODS} phases away; give {most:g} years at most"
        yield Finding(("horizon_years",), text)


def correlation_shares(file: CaseFile, _: Names) -> Iterator[Finding]:
    """The shares of common variance sum to 1 at most."""
    total = file.correlation.same_constituency + file.correlation.same_measure
    if total > 1 + 1e-12:
        text = f"the shares sum to {total:g}; they are parts of one whole, 1 at most"
        yield Finding(("correlation",), text, at_key=True)


def quantity_names(file: CaseFile, names: Names) -> Iterator[Finding]:
    """Quantities grow by and sum quantities that are there."""
    for id_, spec in file.quantities.items():
        path: Path = ("quantities", id_)
        if spec.grows_by is not None and spec.grows_by not in names.quantities:
            yield unknown_name(spec.grows_by, names.quantities, "quantity", (*path, "grows_by"))
        place = (*path, "sum_of")
        yield from unknown_keys(spec.sum_of or (), names.quantities, "quantity", place)


def quantity_sums(file: CaseFile, _: Names) -> Iterator[Finding]:
    """A sum is made of others only: it has no start and nothing else changes it."""
    for id_, spec in file.quantities.items():
        if spec.sum_of is None:
            continue
        if not spec.sum_of:
            yield Finding(("quantities", id_, "sum_of"), "sum_of is empty: name what it sums")
        for key in ("start", "trend", "grows_by"):
            if key in spec.model_fields_set:
                text = f"'{key}' beside 'sum_of': a sum follows from its parts; remove it"
                yield Finding(("quantities", id_, key), text, at_key=True)


def effects_on_sums(file: CaseFile, _: Names) -> Iterator[Finding]:
    """Measures change the parts of a sum, not the sum."""
    sums = {id_ for id_, spec in file.quantities.items() if spec.sum_of is not None}
    for path, _id, step in steps(file):
        for quantity in step.effects:
            if quantity in sums:
                text = f"'{quantity}' is a sum; change the quantities it is made of"
                yield Finding((*path, "effects", quantity), text, at_key=True)


def quantity_cycles(file: CaseFile, _: Names) -> Iterator[Finding]:
    """No quantity depends on itself."""
    edges = {
        id_: [*(spec.sum_of or ()), *([spec.grows_by] if spec.grows_by else [])]
        for id_, spec in file.quantities.items()
    }
    for cycle in islice(cycles(edges), MOST_CYCLES):
        text = f"the quantities depend on each other in a circle: {in_a_circle(cycle)}"
        yield Finding(("quantities", cycle[0]), text, at_key=True)


def main_outcome_known(file: CaseFile, names: Names) -> Iterator[Finding]:
    """The main outcome is one of the quantities, or something that a measure has an effect on."""
    moved = {name for _path, _id, step in steps(file) for name in step.effects}
    if file.main_outcome is not None and file.main_outcome not in moved | set(names.quantities):
        yield unknown_name(file.main_outcome, names.quantities, "quantity", ("main_outcome",))


def view_files(file: CaseFile, _: Names) -> Iterator[Finding]:
    """Files of views lie in the folder of the case or below it."""
    for name, spec in file.views.items():
        if why := outside(spec.file):
            yield Finding(("views", name, "file"), f"{shortened(spec.file)}: {why}")


ERRORS: Final[tuple[Check, ...]] = (
    phase_names,
    horizon_in_reach,
    correlation_shares,
    *checks_parties.CHECKS,
    *checks_measures.CHECKS,
    quantity_names,
    quantity_sums,
    effects_on_sums,
    quantity_cycles,
    main_outcome_known,
    view_files,
)
"""Every check; what any of them finds, the file is refused for."""
