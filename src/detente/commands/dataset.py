"""``detente run --dataset``: a big run, kept in a folder piece by piece."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import detente
from detente.bulk.dataset import RunDataset, carried_out
from detente.bulk.request import Request
from detente.case.plan_files import read_plans
from detente.commands.progress import bulk_progress
from detente.commands.screen import complain, show, write
from detente.report.document import as_json
from detente.report.terminal import WIDEST
from detente.report.terminal_dataset import dataset_document, dataset_screen

__all__ = ["Big", "judge_into", "tell"]


@dataclass(frozen=True, slots=True)
class Big:
    """What is asked of a big run besides what is asked of any."""

    folder: Path | None
    plans: Path | None
    scheduler: str | None
    has_no_draws: bool

    def check(self) -> None:
        """Refuse what makes sense only where a folder is named."""
        asked = {
            "--plans": self.plans is not None,
            "--scheduler": self.scheduler is not None,
            "--no-draws": self.has_no_draws,
        }
        for option, is_given in asked.items():
            if is_given and self.folder is None:
                raise detente.RequestError(f"{option} needs --dataset, to say where results go")
        if self.folder is not None and not str(self.folder).strip("."):
            raise detente.RequestError(
                "--dataset must name a folder of its own, not the current one"
            )

    def request(
        self,
        subjects: Sequence[detente.Case],
        proposals: Sequence[str | detente.Plan] | None,
        *,
        draws: int,
        seed: int,
    ) -> Request:
        """Return what is asked for."""
        plans: Mapping[str, detente.Plan] | None = None
        if self.plans is not None:
            plans = read_plans(subjects[0], self.plans)
        return Request.of(
            subjects,
            draws=draws,
            seed=seed,
            proposals=proposals,
            plans=plans,
            keeps_draws=not self.has_no_draws,
        )


def judge_into(
    folder: Path, request: Request, workers: int | None, scheduler: str | None
) -> RunDataset:
    """Carry out *request* in *folder*, showing how far it is."""
    try:
        with bulk_progress() as report:
            return carried_out(request, folder, workers, scheduler, report)
    except KeyboardInterrupt:
        complain(f"what is done is kept in {folder}: the same command goes on with the rest")
        raise


def tell(found: RunDataset, written: Sequence[Path], *, in_json: bool) -> None:
    """Show what a big run found."""
    if not in_json:
        show(dataset_screen(found, written), widest=WIDEST)
    elif found.result is None:
        write(as_json(dataset_document(found)))
    else:
        write(as_json(detente.document(found.result)))
