"""Independent uniform numbers, one stream for each name.

A *stream* is an endless row of uniform numbers in (0, 1), fixed by a seed and a name
(the path of a number in its case file). Element i of a stream can be had without the
elements before it, so draws come out the same in blocks of any size, in any order and on
any number of workers; more draws extend a stream; and no stream depends on another.

The generator is Philox 4x64 (Salmon et al. 2011), counter-based and the same on every
machine; the name enters through its 128-bit key.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

#: Philox yields four words for each step of its counter: blocks start at a multiple of it.
WORDS = 4


def stream_key(seed: int, name: str) -> int:
    """Return the 128-bit key of the stream *name* under *seed*."""
    digest = hashlib.blake2b(f"{seed}\0{name}".encode(), digest_size=16).digest()
    return int.from_bytes(digest, "little")


def uniforms(seed: int, names: Sequence[str], first: int, count: int) -> NDArray[np.float64]:
    """Return elements first .. first + count - 1 of each stream: float64[name, draw] in (0, 1).

    Neither 0 nor 1 occurs (52 random bits, centred), so every quantile is finite.
    *first* may be any number from 0 on.
    """
    block = np.empty((len(names), count))
    skip = first % WORDS
    for row, name in enumerate(names):
        generator = np.random.Philox(key=stream_key(seed, name), counter=first // WORDS)
        words = generator.random_raw(skip + count)[skip:]
        block[row] = ((words >> np.uint64(12)) + 0.5) * 2.0**-52
    return block
