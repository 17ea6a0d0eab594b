"""Types of the native kernel; see kernel.py."""

from typing import Any

#: The instruction set in use.
level: str

def judge(shape: tuple[int, ...], sizes: tuple[int, ...], arrays: tuple[Any, ...], /) -> None: ...
def sift(
    shape: tuple[int, ...],
    sizes: tuple[int, ...],
    ballots: tuple[int, ...],
    arrays: tuple[Any, ...],
    /,
) -> None: ...
def bound(sizes: tuple[int, ...], arrays: tuple[Any, ...], /) -> None: ...
def change(sizes: tuple[int, ...], arrays: tuple[Any, ...], /) -> None: ...
