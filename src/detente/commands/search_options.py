"""What ``detente search`` is asked for: options read, and written out again to go on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import TypedDict

import detente
from detente.commands.run import check_sizes
from detente.report.typed import in_shell, search_words
from detente.searching.bounding import Watch as WatchProof
from detente.searching.search import Watch

__all__ = ["Asked", "Numbers", "bounds", "fixed", "objectives", "refuse_beside_from"]

#: Figures that lie in [0, 1].
SHARES = ("accept", "keep", "hold")
#: All figures of all plans are kept for each draw: more exhaust the machine.
MOST_DRAWS, MOST_SEARCH_DRAWS = 1_000_000, 100_000


@dataclass(frozen=True, slots=True)
class Numbers:
    """How much is drawn, and by how many threads; RequestError where it would be too much."""

    draws: int
    search_draws: int
    seed: int
    workers: int | None

    def __post_init__(self) -> None:
        check_sizes(seed=self.seed, workers=self.workers)
        if self.workers is not None and self.workers < 1:
            raise detente.RequestError(f"--workers must be 1 or more, not {self.workers}")
        for option, number, most in (
            ("--draws", self.draws, MOST_DRAWS),
            ("--search-draws", self.search_draws, MOST_SEARCH_DRAWS),
        ):
            if not 2 <= number <= most:
                raise detente.RequestError(f"{option} can be 2 to {most}, not {number}")

    def words(self) -> Iterator[str]:
        """Yield the options that say the same."""
        yield from ("--draws", str(self.draws), "--search-draws", str(self.search_draws))
        yield from ("--seed", str(self.seed))
        if self.workers is not None:
            yield from ("--workers", str(self.workers))


class _Conditions(TypedDict):
    """What searching and typing the same search take alike."""

    least: Mapping[str, float]
    most: Mapping[str, float]
    fix: Mapping[str, int | None]
    forbid: tuple[str, ...]
    phases: int | None
    views: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """The options of a search, as given; RequestError where they contradict each other."""

    case: str
    objectives: tuple[str, ...] | None
    least: Mapping[str, float]
    most: Mapping[str, float]
    fix: Mapping[str, int | None]
    forbid: tuple[str, ...]
    phases: int | None
    seconds: float | None
    proof_seconds: float | None
    views: tuple[str, ...]
    numbers: Numbers

    def __post_init__(self) -> None:
        for name, amount in self.least.items():
            if amount > self.most.get(name, amount):
                raise detente.RequestError(
                    f"--min {name}={amount:g} and --max {name}={self.most[name]:g} leave nothing"
                )
        for name in self.forbid:
            if name in self.fix:
                raise detente.RequestError(
                    f"--fix {name} and --forbid {name} contradict each other"
                )
        if self.seconds is not None and not self.seconds > 0:
            raise detente.RequestError(f"--time must be more than 0 seconds, not {self.seconds:g}")

    @property
    def _conditions(self) -> _Conditions:
        return {
            "least": self.least,
            "most": self.most,
            "fix": self.fix,
            "forbid": self.forbid,
            "phases": self.phases,
            "views": self.views,
        }

    def found(
        self, state: Path | None, watch: Watch, watch_proof: WatchProof, *, resume: bool
    ) -> detente.SearchResult:
        """Search."""
        return detente.search(
            self.case,
            objectives=self.objectives,
            **self._conditions,
            draws=self.numbers.draws,
            seed=self.numbers.seed,
            search_draws=self.numbers.search_draws,
            seconds=self.seconds,
            proof_seconds=self.proof_seconds,
            workers=self.numbers.workers,
            state=state,
            resume=resume,
            watch=watch,
            watch_proof=watch_proof,
        )

    def command(self, out: Path | None) -> str:
        """Return what to type for the same search, but for its time."""
        words = search_words(
            self.case,
            objectives=self.objectives or (),
            **self._conditions,
        )
        if self.proof_seconds is not None:
            words += ["--prove", "--proof-time", repr(self.proof_seconds)]
        words += [*self.numbers.words(), *([] if out is None else ["--out", str(out)])]
        return in_shell(["detente", *words])


def objectives(texts: Sequence[str] | None) -> tuple[str, ...] | None:
    """Return the figures that lists with commas name, None where there are no lists."""
    if texts is None:
        return None
    names = [name.strip() for text in texts for name in text.split(",")]
    if not all(names):
        raise detente.RequestError("--objective needs names of figures, such as hold,keep")
    return tuple(dict.fromkeys(names))


def bounds(option: str, texts: Sequence[str] | None) -> dict[str, float]:
    """Return figures and amounts from texts such as ``accept=.8``."""
    found: dict[str, float] = {}
    for text in texts or ():
        name, _, number = (part.strip() for part in text.partition("="))
        if name in found:
            raise detente.RequestError(f"{option} {name[:80]} is given twice")
        found[name] = _amount(option, text, name, number)
    return found


def _amount(option: str, text: str, name: str, number: str) -> float:
    try:
        amount = float(number)
    except ValueError:
        amount = float("nan")
    if not name or not isfinite(amount):
        raise detente.RequestError(
            f"{option} {text[:80]!r}: write a figure and a number, such as {option} accept=.8"
        )
    if name in SHARES and not 0.0 <= amount <= 1.0:
        raise detente.RequestError(
            f"{option} {name}={amount:g}: {name} lies between 0 and 1, such as {name}=.8"
        )
    return amount


def fixed(texts: Sequence[str] | None) -> dict[str, int | None]:
    """Return measures and phases from texts such as ``a`` and ``a@2``."""
    found: dict[str, int | None] = {}
    for text in texts or ():
        name, at, phase = (part.strip() for part in text.partition("@"))
        if not name or (at and not re.fullmatch(r"[0-9]{1,6}", phase)):
            raise detente.RequestError(
                f"--fix {text[:80]!r}: write a measure, or MEASURE@PHASE with the number of a phase"
            )
        if name in found:
            raise detente.RequestError(f"--fix {name[:80]} is given twice")
        found[name] = int(phase) if at else None
    return found


def refuse_beside_from(options: Mapping[str, object]) -> None:
    """Refuse what means nothing for changes of one plan."""
    given = [option for option, value in options.items() if value is not None]
    if given:
        raise detente.RequestError(
            f"{given[0]} does not go with --from, which looks at changes of one plan only"
        )
