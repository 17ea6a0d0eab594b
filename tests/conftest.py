"""How hypothesis runs (no deadlines, the same examples every time under CI), and the built-in cases."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

from detente import load_case
from detente.case.domain import Case

settings.register_profile(
    "detente", deadline=None, derandomize=bool(os.environ.get("CI")), print_blob=True
)
settings.load_profile("detente")


@pytest.fixture(scope="session")
def korea() -> Case:
    """The large built-in case."""
    return load_case("korea-2019")


@pytest.fixture(scope="session")
def river() -> Case:
    """The small built-in case."""
    return load_case("river")
