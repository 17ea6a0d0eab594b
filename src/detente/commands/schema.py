"""``detente schema``: the JSON Schema of case files."""

from __future__ import annotations

import detente
from detente.commands.screen import write
from detente.report.document import as_json


def schema() -> None:
    """Print the JSON Schema of case files, by which editors complete and mark errors."""
    write(as_json(detente.schema()))
