"""A whole sweep, by a figure that is linear in correlated normal unknowns, whose indices are known."""

from __future__ import annotations

import numpy as np
import pytest

from detente.influence.groups import SHARED, WAYS
from detente.influence.indices import shapley, sobol
from detente.influence.sweep import Sweeper
from tests.influence.linear import PLACES, Linear, covariance, normal_case, shapley_effects

WEIGHTS = np.array([1.0, 0.5, -2.0, 1.0, 0.0, 1.5])
GROUPS = {
    "constituency": [[i for i, p in enumerate(PLACES) if p[1] == c] for c in ("north", "south")],
    "measure": [[i for i, p in enumerate(PLACES) if p[0] == m] for m in ("a", "b", "c")],
}


@pytest.mark.parametrize("shares", [(0.3, 0.2), (0.0, 0.0), (0.5, 0.5), (0.0, 0.7), (0.8, 0.0)])
def test_shapley_effects_are_those_of_a_correlated_linear_model(
    shares: tuple[float, float],
) -> None:
    panel = Linear(normal_case(*shares), WEIGHTS)
    assert [name.split(".")[1::2] for name in panel.unknowns.names] == [[*p] for p in PLACES]
    sweep = Sweeper(panel, 3, 6000).swept(1, None)
    sigma = covariance(*shares)
    for way, groups in GROUPS.items():
        found, errors = shapley(sweep.shapley[way])  # type: ignore[index]
        truth = shapley_effects(sigma, WEIGHTS, groups)
        assert truth.sum() == pytest.approx(1.0)
        assert found.sum() == pytest.approx(1.0)
        assert (np.abs(found - truth) < 3.5 * errors + 1e-9).all()
        assert errors.max() < 0.03


def test_without_correlation_effects_are_shares_of_the_variance() -> None:
    parts = np.array([(WEIGHTS[g] ** 2).sum() for g in GROUPS["measure"]]) / (WEIGHTS**2).sum()
    truth = shapley_effects(covariance(0.0, 0.0), WEIGHTS, GROUPS["measure"])
    assert truth == pytest.approx(parts)


def test_first_and_total_indices_of_inputs_are_those_of_a_sum() -> None:
    shares = 0.3, 0.2
    panel = Linear(normal_case(*shares), WEIGHTS)
    sweeper = Sweeper(panel, 4, 6000)
    sweep = sweeper.swept(1, None)
    by_constituency = [0.3 * WEIGHTS[g].sum() ** 2 for g in GROUPS["constituency"]]
    by_measure = [0.2 * WEIGHTS[g].sum() ** 2 for g in GROUPS["measure"]]
    own = 0.5 * WEIGHTS**2
    variance = sum(by_constituency) + sum(by_measure) + own.sum()
    truth = {
        "constituency": [
            *(
                c + own[g].sum()
                for c, g in zip(by_constituency, GROUPS["constituency"], strict=True)
            ),
            sum(by_measure),
        ],
        "measure": [
            *(m + own[g].sum() for m, g in zip(by_measure, GROUPS["measure"], strict=True)),
            sum(by_constituency),
        ],
    }
    for way in ("constituency", "measure"):
        assert sweeper.groupings[way].names[-1] == SHARED
        found, errors = sobol(sweep.sobol[way])
        wanted = np.array(truth[way]) / variance
        assert (np.abs(found - wanted[:, None]) < 3.5 * errors).all()


def test_blocks_and_workers_do_not_matter_and_progress_is_told() -> None:
    panel = Linear(normal_case(0.3, 0.2), WEIGHTS)
    seen = list[tuple[int, int]]()
    one = Sweeper(panel, 5, 2148).swept(1, lambda done, of: seen.append((done, of)))
    two = Sweeper(panel, 5, 2148).swept(2, None)
    assert seen[-1] == (4296, 4296)
    for way in WAYS:
        assert np.array_equal(one.sobol[way], two.sobol[way])
        assert np.array_equal(one.shapley[way], two.shapley[way])
    assert one.a.shape == (1, 2148)
    assert one.levels_a.shape == (6, 2148)
