"""What tests of searching share."""

from __future__ import annotations

import pytest

from detente.searching import evolve


@pytest.fixture
def never_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let small cases be searched as large ones are, where all plans could be looked at."""
    monkeypatch.setattr(evolve, "FEW", -1.0)
    monkeypatch.setattr(evolve, "PATIENCE", 4)
