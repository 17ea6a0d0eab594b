"""Work on the draws block by block, on several threads, in order."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Part = TypeVar("Part")

PROCESSORS = os.cpu_count() or 1


def in_order(
    work: Callable[[int, int], Part], draws: int, size: int, workers: int
) -> Iterator[tuple[int, Part]]:
    """Yield (draws done, what *work* made of the block), block by block, in order.

    Args:
        work: Called with the first draw of a block and their number, on one of the threads.
        draws: How many draws there are.
        size: Draws in a block; the last may be smaller.
        workers: Threads; only a few blocks more than that are ever ahead of the reader.
    """
    # More threads than processors would only take more memory.
    count = min(workers, PROCESSORS)
    pool = ThreadPoolExecutor(count, thread_name_prefix="detente")
    waiting: list[tuple[int, Future[Part]]] = []
    try:
        for first in range(0, draws, size):
            end = min(first + size, draws)
            waiting.append((end, pool.submit(work, first, end - first)))
            if len(waiting) > count:
                done, future = waiting.pop(0)
                yield done, future.result()
        for done, future in waiting:
            yield done, future.result()
    finally:
        # Not waiting: whoever interrupts must not sit out the blocks under way.
        pool.shutdown(wait=False, cancel_futures=True)
