"""The figures of each draw that are kept, and how they become Parquet.

A row is one draw of one plan under one view. Besides ``view``, ``plan`` and ``draw`` (its number
in the sequence, from 0) the columns are those of :func:`column_names`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.case.domain import Case
from detente.model.accepting import accepts
from detente.model.outcomes import quantity_names
from detente.verdict.judged import Judged

Cells = NDArray[Any]


def column_names(case: Case) -> dict[str, str]:
    """Return the columns of figures of *case* with their SQL types."""
    bodies = [p.id for p in case.parties] + [c.id for c in case.constituencies]
    return {
        "accepted": "BOOLEAN",
        **dict.fromkeys(("kept", "hold", "lower_hold"), "DOUBLE"),
        **{f"yes_{body}": "BOOLEAN" for body in bodies},
        **{f"value_{constituency.id}": "DOUBLE" for constituency in case.constituencies},
        **{f"exposure_{party.id}": "DOUBLE" for party in case.parties},
        **{f"outcome_{name}": "DOUBLE" for name in quantity_names(case)},
    }


def figures(judged: Judged) -> Iterator[tuple[str, Cells]]:
    """Yield the columns of one plan by name; of two of one name the later stands.

    (A party may go by the name of its only constituency, whose answers are its own.)
    """
    case = judged.case
    yield "accepted", judged.accepted
    yield "kept", judged.kept
    yield "hold", judged.hold
    yield "lower_hold", judged.lower_accepted * judged.lower_kept
    for row, party in enumerate(case.parties):
        yield f"yes_{party.id}", accepts(judged.party_score[row])
        yield f"exposure_{party.id}", judged.exposure[row]
    for row, constituency in enumerate(case.constituencies):
        yield f"yes_{constituency.id}", accepts(judged.constituency_score[row])
        yield f"value_{constituency.id}", judged.value[row]
    for name in quantity_names(case):
        yield f"outcome_{name}", judged.outcomes.get(name, np.zeros(len(judged.kept)))


class Rows:
    """The rows of one task while it is at work: figures of each plan and draw."""

    def __init__(self, case: Case, plans: int, draws: int) -> None:
        self.cells: dict[str, Cells] = {
            name: np.empty((plans, draws), np.bool_ if kind == "BOOLEAN" else np.float64)
            for name, kind in column_names(case).items()
        }

    def put(self, plan: int, at: int, judged: Judged) -> None:
        """Fill in the draws of *judged*, of which the first stands *at* that position."""
        for name, found in figures(judged):
            self.cells[name][plan, at : at + len(found)] = found


def parquet(
    rows: Rows, columns: Mapping[str, str], *, view: str, plans: Sequence[str], first: int
) -> bytes:
    """Return *rows* as a Parquet file; *columns* are those of all views, null where one lacks it.

    Raises:
        OutputError: where there is no room for it in the temporary folder.
    """
    from detente.parquet import Database, file_of, quoted, text  # noqa: PLC0415 (loads DuckDB)

    count = rows.cells["hold"].shape[1]
    cells = {name: found.ravel() for name, found in rows.cells.items()}
    cells["plan"] = np.repeat(np.arange(len(plans), dtype=np.int32), count)
    cells["draw"] = np.tile(np.arange(first, first + count), len(plans))
    chosen = [
        quoted(name) if name in cells else f"NULL::{kind} AS {quoted(name)}"
        for name, kind in columns.items()
    ]
    names = f"[{', '.join(map(text, plans))}]"
    query = f"SELECT {text(view)} AS view, {names}[plan + 1] AS plan, draw, {', '.join(chosen)}"

    def made(database: Database) -> str:
        database.register("cells", cells)
        return f"({query} FROM cells)"

    return file_of(made)
