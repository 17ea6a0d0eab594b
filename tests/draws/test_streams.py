from __future__ import annotations

import hashlib
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from detente.draws.streams import stream_key, uniforms

MASK = 2**64 - 1


def philox(key: int, counter: int) -> list[int]:
    """Philox 4x64-10 after Salmon et al. (2011), in whole numbers: four words."""
    x = [(counter >> (64 * i)) & MASK for i in range(4)]
    k = [key & MASK, key >> 64]
    for _ in range(10):
        a, b = 0xD2E7470EE14C6C93 * x[0], 0xCA5A826395121157 * x[2]
        x = [(b >> 64) ^ x[1] ^ k[0], b & MASK, (a >> 64) ^ x[3] ^ k[1], a & MASK]
        k = [(k[0] + 0x9E3779B97F4A7C15) & MASK, (k[1] + 0xBB67AE8584CAA73B) & MASK]
    return x


@pytest.mark.parametrize("seed", [0, 7])
@pytest.mark.parametrize("name", ["false_alarm", "measures.ö/half.worth.us", ""])
@pytest.mark.parametrize("first", [0, 4, 10**9])
def test_a_stream_is_philox_under_the_key_of_its_name(seed: int, name: str, first: int) -> None:
    digest = hashlib.blake2b(f"{seed}\0{name}".encode(), digest_size=16).digest()
    key = int.from_bytes(digest, "little")
    words = [w for block in range(3) for w in philox(key, first // 4 + 1 + block)]
    expected = [((w >> 12) + 0.5) / 2**52 for w in words]
    assert uniforms(seed, [name], first, 12)[0].tolist() == expected


GOLDEN: dict[tuple[int, str, int], tuple[str, str, str]] = {
    (0, "false_alarm", 0): (
        "0x1.00ad374023483p-1",
        "0x1.f67b2be38dcbcp-3",
        "0x1.e12dfe4a2c413p-1",
    ),
    (0, "false_alarm", 1000000001): (
        "0x1.5e3c660470f64p-3",
        "0x1.c46a1e55aaf4ep-2",
        "0x1.bcc1da07e6f56p-2",
    ),
    (0, "measures.releases.worth.cabinet", 0): (
        "0x1.af25f7dd41036p-2",
        "0x1.a6ec163321466p-2",
        "0x1.a4c3af29d8ea7p-1",
    ),
    (1, "measures.releases.worth.cabinet", 0): (
        "0x1.9ddb2955b29fcp-3",
        "0x1.5f7d1702d5bf6p-2",
        "0x1.c46c711e2579fp-1",
    ),
    (1099511627776, "correlation.measure.größe", 5): (
        "0x1.70076530e9e63p-1",
        "0x1.2ede80a007216p-2",
        "0x1.e86b6616ae039p-1",
    ),
}


@pytest.mark.parametrize(("seed", "name", "first"), GOLDEN)
def test_streams_are_the_same_on_every_machine(seed: int, name: str, first: int) -> None:
    drawn = [x.hex() for x in uniforms(seed, [name], first, 3)[0].tolist()]
    assert tuple(drawn) == GOLDEN[seed, name, first]


@given(st.integers(0, 50), st.integers(0, 60))
def test_any_piece_of_a_stream_is_the_piece_of_the_whole(first: int, count: int) -> None:
    whole = uniforms(3, ["a", "b"], 0, 110)
    assert np.array_equal(uniforms(3, ["a", "b"], first, count), whole[:, first : first + count])


def test_a_stream_does_not_depend_on_its_neighbours() -> None:
    alone = uniforms(5, ["b"], 0, 9)[0]
    assert np.array_equal(uniforms(5, ["a", "b", "c"], 0, 9)[1], alone)
    assert np.array_equal(uniforms(5, ["c", "b"], 0, 9)[1], alone)


def test_names_and_seeds_make_different_keys() -> None:
    keys = {stream_key(seed, name) for seed in range(30) for name in ("", "0", "1", "a", "a.b")}
    assert len(keys) == 150
    assert all(0 <= key < 2**128 for key in keys)


def test_uniforms_lie_strictly_between_0_and_1() -> None:
    u = uniforms(0, ["a", "b"], 0, 200_000)
    assert u.min() > 0.0
    assert u.max() < 1.0
    assert np.all(u * 2**53 % 2 == 1)  # odd multiples of 2^-53: neither end occurs


def test_uniforms_are_uniform() -> None:
    names = [f"measures.m{i}.worth.us" for i in range(20)]
    worst = min(stats.kstest(row, "uniform").pvalue for row in uniforms(0, names, 0, 20_000))
    assert worst > 0.05 / 20 / 10  # twenty looks, one in ten


def test_streams_are_uncorrelated_with_each_other_and_with_themselves_later() -> None:
    names = [f"measures.m{i}.worth.us" for i in range(20)]
    u = uniforms(0, names, 0, 20_001)
    both = np.corrcoef(np.concatenate([u[:, :-1], u[:, 1:]]))
    off = both[~np.eye(40, dtype=bool)]
    assert np.abs(off).max() < 5 / np.sqrt(20_000)


def test_streams_of_neighbouring_seeds_are_uncorrelated() -> None:
    u = np.array([uniforms(seed, ["a"], 0, 20_000)[0] for seed in range(20)])
    off = np.corrcoef(u)[~np.eye(20, dtype=bool)]
    assert np.abs(off).max() < 5 / np.sqrt(20_000)


def test_late_draws_cost_no_more_memory_than_early_ones() -> None:
    peaks = []
    for first in (0, 10**9, 10**15 + 3):
        tracemalloc.start()
        uniforms(0, ["a"], first, 1000)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert max(peaks) < 100_000


def test_no_draws_and_no_streams_are_empty() -> None:
    assert uniforms(0, ["a"], 3, 0).shape == (1, 0)
    assert uniforms(0, [], 3, 5).shape == (0, 5)
