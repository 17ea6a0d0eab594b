"""The only way out: standard output and standard error, whatever they are connected to."""

from __future__ import annotations

import codecs
import io
import os
import sys
from contextlib import suppress

from rich.console import Console, RenderableType

from detente.errors import OutputError
from detente.report.text import clean

__all__ = ["complain", "give_up", "prepare", "show", "write"]

#: Columns where the output is no terminal and COLUMNS does not say.
WIDTH_OF_FILES = 100
#: Tables cannot be read below this; a narrower terminal breaks the lines itself.
NARROWEST = 70
# What a terminal without Unicode shows in place of the signs that this program uses.
_PLAIN = str.maketrans(
    {
        "−": "-",
        "–": "-",
        "—": "-",
        "\N{LEFT SINGLE QUOTATION MARK}": "'",
        "’": "'",
        "“": '"',
        "”": '"',
        "…": "...",
        "≈": "~",
    }
    | {"±": "+-", "×": "x", "·": "|", "\N{NARROW NO-BREAK SPACE}": " ", "\N{NO-BREAK SPACE}": " "}
    | {"é": "e", "→": "->", "•": "*"}
)


def prepare() -> None:
    """Make the standard streams safe to write to: open, and able to take any character."""
    codecs.register_error("detente", _in_plain_signs)
    columns = os.environ.get("COLUMNS", "")
    if columns.isdecimal():
        os.environ["COLUMNS"] = str(min(max(int(columns[:6]), NARROWEST), 1000))
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None or stream.closed:
            # Held open so that no file opened later is taken for the standard stream.
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="detente")


def _in_plain_signs(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = error.object[error.start : error.end].translate(_PLAIN)
    return "".join(sign if sign.isascii() else "?" for sign in text), error.end


def write(text: str) -> None:
    """Write *text* to standard output as it is.

    Raises:
        OutputError: where standard output cannot be written, for example to a full disk.
        BrokenPipeError: where nobody reads it any more.
    """
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError as error:
        give_up()
        if isinstance(error, BrokenPipeError):
            raise
        raise OutputError(f"standard output cannot be written: {error.strerror}") from error


def show(content: RenderableType, *, widest: int) -> None:
    """Print *content* to standard output, coloured where that is a terminal that wants it."""
    console = Console(file=sys.stdout, highlight=False, markup=False, emoji=False)
    if not console.is_terminal and not os.environ.get("COLUMNS", "").isdecimal():
        console.width = WIDTH_OF_FILES
    console.width = max(min(console.width, widest), NARROWEST)
    with console.capture() as captured:
        console.print(content)
    text = captured.get()
    write(text if console.is_terminal else "\n".join(line.rstrip() for line in text.split("\n")))


def give_up() -> None:
    """Lead standard output nowhere: what is still in its buffer would fail again at exit."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115


def complain(message: str) -> None:
    """Write *message* to standard error, control characters of each line removed."""
    with suppress(OSError, ValueError):  # there is nowhere left to complain to
        for line in message.splitlines() or [""]:
            sys.stderr.write(clean(line) + "\n")
        sys.stderr.flush()
