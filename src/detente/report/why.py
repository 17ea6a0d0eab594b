"""Why a text of a report fares as it does: lines that open to reasons, and where each stands.

As in :mod:`detente.report.content`, texts are clean but not escaped. Figures of the lines rest on
all draws; reasons on the first of them, as :func:`detente.why` finds them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from detente.insight.results import REFUSALS, Kind, Reason, Why
from detente.report.explaining import Parts, parts_of
from detente.report.figures import count, worth
from detente.report.obstacles import Obstacle, obstacles
from detente.report.reasons import reason_text
from detente.report.speaker import Speaker
from detente.report.typed import explain_command
from detente.verdict.results import RunResult, Verdict

__all__ = ["Reasons", "reasons_shown"]

About = Literal["accept", "keep", "exposure"]

_BREAKS: frozenset[Kind] = frozenset({"breach", "succession", "pooling"})
_CAUSES: dict[Kind, str] = {
    "red_line": "red line",
    "worth": "worth",
    "distrust": "distrust",
    "breach": "breaks it",
    "succession": "may break later",
    "pooling": "teaches nothing",
}
_TITLES: dict[About, str] = {
    "accept": "Why it is accepted, or not",
    "keep": "Why it is kept, or not",
    "exposure": "What each side stands to lose",
}
_NO_CAUSE = "No cause of a no in as much as 5 of 100 draws."
_NO_WAY = "No one way in as much as 5 of 100 draws; the likeliest stand in the table below."
_NOBODY = "by all: nobody breaks it in as much as 5 of 100 draws"
_WORST = (
    "In the phase in which the mean over draws is greatest. The table has the mean of what is at"
    " stake in each draw's own worst phase, which may be more."
)


@dataclass(frozen=True, slots=True)
class Line:
    """One reason."""

    label: str
    text: str
    id: str = ""  #: its place in the page, if a figure leads to it alone


@dataclass(frozen=True, slots=True)
class Block:
    """One line, and what it opens to; nothing where reasons were left out."""

    id: str  #: its place in the page
    kind: str
    text: str
    lines: tuple[Line, ...] = ()
    values: Parts | None = None

    @property
    def opens(self) -> bool:
        """Whether there is anything behind the line."""
        return bool(self.lines or self.values)


@dataclass(frozen=True, slots=True)
class Question:
    """Lines on one question."""

    id: str  #: its place in the page
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Reasons:
    """All reasons of one text, and where those for a figure stand."""

    id: str  #: their place in the page
    questions: tuple[Question, ...]
    note: str  #: on which draws they rest, or that they were left out
    command: str  #: what to type for what would change it
    places: dict[tuple[str, str], str]  #: by question and party or constituency

    def place(self, about: str, body: str = "") -> str:
        """Return where the reasons of *body* stand, or those of a question; nothing without any."""
        return self.places.get((about, body), "")


def reasons_shown(result: RunResult, verdict: Verdict, why: Why | None, number: int) -> Reasons:
    """Return what text *number* of a page says of its reasons, which are *why*."""
    return _Telling(result, verdict, why, f"why-{number}").reasons()


class _Telling:
    """Puts the reasons of one text in order, and notes where each stands."""

    def __init__(self, result: RunResult, verdict: Verdict, why: Why | None, place: str) -> None:
        self.result, self.verdict, self.why, self.place = result, verdict, why, place
        self.speaker = Speaker(result)
        self.sample = Speaker(result, why.draws if why else None)
        self.found = why.reasons if why else ()
        self.hindrances = [o for o in obstacles(self.speaker, verdict) if o.kind != "not settled"]
        self.places: dict[tuple[str, str], str] = {}

    def reasons(self) -> Reasons:
        """Return all of it."""
        blocks: dict[About, list[Block]] = {
            "accept": [*self._answers()],
            "keep": [*self._breaks()],
            "exposure": [*self._exposures()],
        }
        questions = []
        for about, found in blocks.items():
            if found:
                place = f"{self.place}-{about}"
                questions.append(Question(place, _TITLES[about], tuple(found)))
                if any(block.opens for block in found):
                    self.places[about, ""] = place
                    self.places["hold", ""] = self.place
        return Reasons(
            id=self.place,
            questions=tuple(questions),
            note=self._note(),
            command=explain_command(self.result, self.verdict),
            places=self.places,
        )

    def _note(self) -> str:
        if self.verdict.plan.is_empty:
            return ""
        if self.why is None:
            return "Reasons are left out here: there are too many texts, or too much in them."
        draws, of = self.why.draws, self.result.provenance.draws
        if self.result.certain or draws == of:
            return "Lines with a mark open to their reasons."
        return (
            f"Lines with a mark open to their reasons, which rest on the first {count(draws)} of"
            f" {count(of)} draws; all other figures rest on all."
        )

    def _block(
        self,
        about: About,
        body: str,
        line: tuple[str, str],
        lines: Sequence[Line],
        values: Parts | None = None,
    ) -> Block:
        """Return what is said of *body*, and note its place if there is more to it than a line."""
        block = Block(self._new_place(about), *line, tuple(lines), values)
        if block.opens:
            self.places[about, body] = block.id
        return block

    def _new_place(self, about: About) -> str:
        return f"{self.place}-{about}-{len(self.places) + 1}"

    def _lines(self, reasons: Sequence[Reason], without: str) -> list[Line]:
        """Return what *reasons* say; *without* any, where reasons were looked for, say so."""
        lines = [Line(_CAUSES[r.kind], reason_text(self.sample, r)) for r in reasons]
        return lines or ([Line("", without)] if self.why else [])

    def _answers(self) -> Iterator[Block]:
        """Yield what stands in the way of a yes, then who says it; each body opens to its reasons."""
        told = set[str]()
        for obstacle in self._hindering("accept"):
            told.add(obstacle.body or "")
            yield self._answer(obstacle.body, (obstacle.kind, obstacle.text))
        if self.verdict.plan.is_empty:
            return
        for body in dict.fromkeys([*self.verdict.necessary, *self.verdict.signatories]):
            if body not in told:
                often = self.speaker.share(self.verdict.accept_by[body]).of_draws
                yield self._answer(body, ("says yes", f"{self.speaker.name(body)}, in {often}"))

    def _answer(self, body: str | None, line: tuple[str, str]) -> Block:
        if body is None:
            return Block("", *line)
        is_party = body in self.speaker.parties
        reasons = [
            reason
            for reason in self.found
            if reason.kind in REFUSALS
            and reason.own is not is_party
            and body == (reason.party if is_party else reason.constituency)
        ]
        values = self._values(body, is_party=is_party)
        return self._block("accept", body, line, self._lines(reasons, _NO_CAUSE), values)

    def _values(self, body: str, *, is_party: bool) -> Parts | None:
        for balance in self.why.balances if self.why else ():
            if body == (balance.party if is_party else balance.constituency):
                return parts_of(self.sample, balance)
        return None

    def _breaks(self) -> Iterator[Block]:
        """Yield who breaks it first, and who would later; each party opens to its reasons."""
        told = set[str]()
        reasons = [reason for reason in self.found if reason.kind in _BREAKS]
        for obstacle in self._hindering("keep"):
            line, body = (obstacle.kind, obstacle.text), obstacle.body
            if body is None:
                yield Block("", *line)
            else:
                told.add(body)
                own = [reason for reason in reasons if reason.party == body]
                yield self._block("keep", body, line, self._lines(own, _NO_WAY))
        for party in dict.fromkeys(reason.party for reason in reasons):
            if party not in told:
                line = ("may break it", f"{self.speaker.parties[party]}, seldom as the first")
                own = [reason for reason in reasons if reason.party == party]
                yield self._block("keep", party, line, self._lines(own, _NO_WAY))
        if self.why and not (reasons or told or self._hindering("keep")):
            yield Block("", "kept", _NOBODY)

    def _exposures(self) -> Iterator[Block]:
        """Yield one line that opens to where each side has most to lose."""
        reasons = [reason for reason in self.found if reason.kind == "exposure"]
        if not reasons:
            return
        lines = []
        for reason in reasons:
            self.places["exposure", reason.party] = place = self._new_place("exposure")
            name = self.speaker.parties[reason.party]
            lines.append(Line(name, reason_text(self.sample, reason), place))
        most = reasons[0]
        text = (
            f"{self.speaker.parties[most.party]} most: {worth(most.amount or 0.0, most.error)}"
            f" points {self.speaker.phase(most.phase or 1)}"
        )
        lines.append(Line("", _WORST))
        yield Block(f"{self.place}-exposures", "exposed", text, tuple(lines))

    def _hindering(self, about: Literal["accept", "keep"]) -> list[Obstacle]:
        return [obstacle for obstacle in self.hindrances if obstacle.about == about]
