"""For tests of code that uses Détente: small cases to order, and comparisons of results.

>>> from detente.testing import assert_same_results, make_case
>>> import detente
>>> case = make_case(false_alarm=0.1)
>>> first, second = (detente.run(case, draws=10, workers=n) for n in (1, 2))
>>> assert_same_results(first, second)

Nothing here is loaded by ``import detente``.
"""

from __future__ import annotations

from detente.testing.cases import case_data, make_case
from detente.testing.comparing import (
    assert_close_results,
    assert_same_results,
    assert_within_error,
)
from detente.testing.random_cases import random_case

__all__ = [
    "assert_close_results",
    "assert_same_results",
    "assert_within_error",
    "case_data",
    "make_case",
    "random_case",
]
