"""A sensitivity analysis as one HTML page, built as :mod:`detente.report.page` builds the report."""

from __future__ import annotations

import os
from pathlib import Path

from detente.influence.results import Sensitivity, SensitivityViews
from detente.report.document import as_json
from detente.report.replacing import replace_files
from detente.report.sensitivity_documents import sensitivity_document

__all__ = ["sensitivity_page", "write_sensitivity"]

#: Names of the files.
PAGE, DOCUMENT = "sensitivity.html", "sensitivity.json"


def sensitivity_page(found: Sensitivity | SensitivityViews) -> str:
    """Return *found* as one self-contained HTML page.

    Args:
        found: what :func:`detente.sensitivity` or :func:`detente.sensitivity_views` returned.

    Returns:
        The page, in HTML 5. The same analysis gives the same page.
    """
    raise NotImplementedError


def write_sensitivity(
    found: Sensitivity | SensitivityViews, folder: str | os.PathLike[str]
) -> tuple[Path, ...]:
    """Write *found* as ``sensitivity.html`` and ``sensitivity.json`` into *folder*, both or none.

    The folder is made where it is missing. Files of those names are replaced, others left alone.

    Args:
        found: what :func:`detente.sensitivity` or :func:`detente.sensitivity_views` returned.
        folder: where to; made where it is missing.

    Returns:
        The files, the page first.

    Raises:
        OutputError: where they cannot be written; the folder is then as it was.
    """
    files = {PAGE: sensitivity_page(found), DOCUMENT: as_json(sensitivity_document(found))}
    return replace_files(Path(folder), files)
