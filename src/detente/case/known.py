"""The names a case file defines, and the findings about those it does not."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from detente.case.file import CaseFile, StepSpec
from detente.case.names import did_you_mean, listed, shortened
from detente.case.reading import Path
from detente.case.wording import Finding

__all__ = [
    "MOST_CYCLES",
    "Check",
    "Known",
    "Names",
    "cycles",
    "duplicates",
    "in_a_circle",
    "steps",
    "unknown",
    "unknown_keys",
    "unknown_name",
]


class Known(Collection[str]):
    """Names that are defined. An *open* one holds every name: what defines them is misshapen."""

    def __init__(
        self, names: Iterable[str] = (), *, is_open: bool = False, open_bases: Iterable[str] = ()
    ) -> None:
        self._names = dict.fromkeys(names)
        self._is_open = is_open
        self._open_bases = frozenset(open_bases)

    def __contains__(self, name: object) -> bool:
        if self._is_open or name in self._names:
            return True
        return isinstance(name, str) and "/" in name and name.partition("/")[0] in self._open_bases

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


@dataclass(frozen=True)
class Names:
    """Every name the file defines, found in its plain data so that misshapen entries count."""

    parties: Known
    members: Mapping[str, Known]
    """By party, its constituencies; a party without any is its own only one."""
    constituencies: Known
    bodies: Known
    """All that can accept: parties and constituencies."""
    measures: Known
    """Every name a measure can be called: ``id``, or ``id/level``."""
    levels: Mapping[str, tuple[str, ...]]
    """By measure, the names of its levels."""
    quantities: Known
    sources: Known

    @classmethod
    def of(cls, data: Any) -> Names:
        """Return the names that the plain data of a file defines."""
        parties, measures = _table(data, "parties"), _table(data, "measures")
        no_parties = not isinstance(data.get("parties"), dict)
        no_measures = not isinstance(data.get("measures"), dict)
        members = {str(id_): _members(str(id_), spec) for id_, spec in parties.items()}
        constituencies = [name for known in members.values() for name in known]
        unclear = no_parties or any("" in known for known in members.values())
        levels = {str(id_): _keys(spec, "levels") for id_, spec in measures.items()}
        return cls(
            parties=Known(members, is_open=no_parties),
            members=members,
            constituencies=Known(constituencies, is_open=unclear),
            bodies=Known([*members, *constituencies], is_open=unclear),
            measures=Known(
                [*levels, *(f"{id_}/{name}" for id_, names in levels.items() for name in names)],
                is_open=no_measures,
                open_bases=[str(id_) for id_, spec in measures.items() if _unclear(spec, "levels")],
            ),
            levels=levels,
            quantities=Known(_keys(data, "quantities"), is_open=_unclear(data, "quantities")),
            sources=Known(_keys(data, "sources"), is_open=_unclear(data, "sources")),
        )


def _members(party: str, spec: Any) -> Known:
    unclear = _unclear(spec, "constituencies")
    return Known(_keys(spec, "constituencies") or (party,), is_open=unclear)


def _unclear(data: Any, key: str) -> bool:
    """Whether what should define names under *key* is no mapping, so that any may be meant."""
    return not isinstance(data, dict) or not isinstance(data.get(key, {}), dict)


Check = Callable[[CaseFile, Names], Iterator[Finding]]


def _table(data: Any, key: str) -> Mapping[Any, Any]:
    found = data.get(key) if isinstance(data, dict) else None
    return found if isinstance(found, dict) else {}


def _keys(data: Any, key: str) -> tuple[str, ...]:
    return tuple(str(name) for name in _table(data, key))


def unknown_name(
    name: str, known: Collection[str], what: str, path: Path, *, at_key: bool = False
) -> Finding:
    """Return the finding that *name*, at *path*, is no *what* of the *known* ones."""
    kind, of, owner = what.partition(" of ")
    message = f"unknown {kind} '{shortened(name)}'" + (f" in {owner}" if of else "")
    return Finding(path, message, at_key=at_key, hint=partial(_meant, name, known))


def _meant(name: str, known: Collection[str]) -> str:
    few = f"; known: {listed(sorted(known), 'and')}" if 0 < len(known) <= 12 else ""
    return did_you_mean(name, known) or few


def unknown(
    names: Sequence[str], known: Collection[str], what: str, path: Path
) -> Iterator[Finding]:
    """Yield a finding for each of *names*, a list at *path*, that is not *known*."""
    for i, name in enumerate(names):
        if name not in known:
            yield unknown_name(name, known, what, (*path, i))


def unknown_keys(
    names: Iterable[str], known: Collection[str], what: str, path: Path
) -> Iterator[Finding]:
    """Yield a finding for each of *names*, keys of the mapping at *path*, that is not *known*."""
    for name in names:
        if name not in known:
            yield unknown_name(name, known, what, (*path, name), at_key=True)


def duplicates(names: Sequence[str], path: Path) -> Iterator[Finding]:
    """Yield a finding for each name that the list at *path* holds a second time."""
    seen: set[str] = set()
    for i, name in enumerate(names):
        if name in seen:
            yield Finding((*path, i), f"'{name}' is listed twice; keep one of them")
        seen.add(name)


#: Circles beyond these are not worth naming one by one.
MOST_CYCLES = 20


def in_a_circle(names: tuple[str, ...]) -> str:
    """Write *names* as a circle, a long one by its beginning."""
    shown = names if len(names) <= 8 else (*names[:6], "…")
    return " → ".join((*shown, names[0]))


def cycles(edges: Mapping[str, Iterable[str]]) -> Iterator[tuple[str, ...]]:
    """Yield each cycle that a depth-first walk along *edges* closes, each set of names once."""
    done: set[str] = set()
    reported: set[frozenset[str]] = set()
    for start in edges:
        trail: dict[str, Iterator[str]] = {}
        stack = [start] if start not in done else []
        while stack:
            node = stack[-1]
            steps = trail.setdefault(node, iter(edges.get(node, ())))
            following = next((step for step in steps if step not in done), None)
            if following is None:
                done.add(stack.pop())
                del trail[node]
            elif following in trail:
                cycle = tuple(stack[stack.index(following) :])
                if frozenset(cycle) not in reported:
                    reported.add(frozenset(cycle))
                    yield cycle
            else:
                stack.append(following)


def steps(file: CaseFile) -> Iterator[tuple[Path, str, StepSpec]]:
    """Yield path, measure and entry of each measure and of each level."""
    for id_, spec in file.measures.items():
        yield ("measures", id_), id_, spec
        for level, own in (spec.levels or {}).items():
            yield ("measures", id_, "levels", level), id_, own
