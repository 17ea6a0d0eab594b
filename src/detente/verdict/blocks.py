"""Work on the draws block by block, on several threads or in several processes, in order."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from time import monotonic
from typing import TypeVar

from detente.verdict.processes import Processes

Part = TypeVar("Part")

PROCESSORS = os.cpu_count() or 1
#: Seconds that are left from which on processes, which take most of a second to start, are worth it.
LONG = 2.5


def in_order(
    work: Callable[[int, int], Part],
    draws: int,
    size: int,
    workers: int,
    *,
    is_portable: bool = False,
) -> Iterator[tuple[int, Part]]:
    """Yield (draws done, what *work* made of the block), block by block, in order.

    Args:
        work: Called with the first draw of a block and their number, on one of the threads.
        draws: How many draws there are.
        size: Draws in a block; the last may be smaller.
        workers: Threads; only a few blocks more than that are ever ahead of the reader.
        is_portable: Whether *work* and what it returns can be pickled. Processes then take over
            from the threads once that saves time.
    """
    # More threads than processors would only take more memory.
    count = min(workers, PROCESSORS)
    can_move = is_portable and count > 1 and bool(sys.executable)
    threads = ThreadPoolExecutor(count, thread_name_prefix="detente")
    processes: Processes[Part] | None = None
    waiting: list[tuple[int, Future[Part]]] = []
    begun = monotonic()
    try:
        for first in range(0, draws, size):
            end = min(first + size, draws)
            block = (first, end - first)
            future = threads.submit(work, *block) if processes is None else processes.submit(*block)
            waiting.append((end, future))
            if len(waiting) > count:
                done, future = waiting.pop(0)
                yield done, future.result()
                left = (monotonic() - begun) / done * (draws - end)
                if can_move and processes is None and left > LONG:
                    processes = Processes(work, count)
        for done, future in waiting:
            yield done, future.result()
    finally:
        # Not waiting: whoever interrupts must not sit out the blocks under way.
        threads.shutdown(wait=False, cancel_futures=True)
        if processes is not None:
            processes.shutdown()
