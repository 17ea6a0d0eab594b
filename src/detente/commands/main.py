"""The program ``detente``: finds the command, runs it, and says in one line what went wrong.

Exit codes: 0 done; 1 the answer is no, where a command asks a question; 2 bad input or
usage; 70 a fault of the program; 130 interrupted; 141 nobody reads the output.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import detente
from detente.errors import DetenteError

if TYPE_CHECKING:
    from cyclopts import App, CycloptsError

__all__ = ["main"]

DONE, USAGE, BUG, INTERRUPTED, UNREAD = 0, 2, 70, 130, 141

_COMMANDS = {
    "run": "Judge the proposals of a case.",
    "search": "Find the plans of a case that do best.",
    "explain": "Say why a plan is refused or broken, and what would change that.",
    "sensitivity": "Say which unknowns matter to a plan, and what finding out would be worth.",
    "compare": "Compare two plans of a case, or two versions of it, in the same draws.",
    "check": "Say what is wrong or doubtful in a case, and how much is in it.",
    "new": "Write a small commented case to start from.",
    "table": "Take the numbers of a case to a spreadsheet and back.",
    "cases": "List the cases that come with the program.",
    "schema": "Print the JSON Schema of case files.",
}


def _app() -> App:
    from cyclopts import App  # noqa: PLC0415 (Ctrl-C while this loads must not show a traceback)

    made = App(
        name="detente",
        help="Would everyone who must say yes accept this agreement,"
        " and would whoever is in charge keep it?",
        version=lambda: detente.__version__,
        help_format="plaintext",
        exit_on_error=False,
        print_error=False,
        suppress_keyboard_interrupt=False,
        result_action="return_value",
    )
    for order, (name, summary) in enumerate(_COMMANDS.items()):
        # By name only: what a command needs is imported when it is used.
        made.command(f"detente.commands.{name}:{name}", name=name, help=summary, sort_key=order)
    return made


def main(tokens: Sequence[str] | None = None) -> int:
    """Run the program with *tokens* (the arguments of the process, by default).

    Returns:
        The exit code.
    """
    try:
        return _run(sys.argv[1:] if tokens is None else list(tokens))
    except KeyboardInterrupt:
        # Threads may still be at work on their last block; a second Ctrl-C must not show that.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        sys.stderr.write("interrupted\n")
        sys.stderr.flush()
        if tokens is None:
            # Not by returning: Python ends itself by the signal if it came during some imports.
            os._exit(INTERRUPTED)
        return INTERRUPTED


def _run(tokens: Sequence[str]) -> int:
    from cyclopts import CycloptsError  # noqa: PLC0415 (as in _app)

    from detente.commands.screen import complain, give_up, prepare  # noqa: PLC0415

    prepare()
    for name in ("SIGTERM", "SIGHUP"):  # end by way of every "finally", which tidies up
        if hasattr(signal, name) and threading.current_thread() is threading.main_thread():
            signal.signal(getattr(signal, name), lambda number, _: sys.exit(128 + number))
    try:
        code = _app()(tokens)
    except CycloptsError as error:
        complain(_usage(error))
        return USAGE
    except DetenteError as error:
        complain(str(error))
        return USAGE
    except BrokenPipeError:
        return UNREAD
    except MemoryError:
        complain("there is not enough memory for this; a smaller case or fewer workers need less")
        return USAGE
    except OSError as error:  # what is read and written is looked after where it is; this is left
        give_up()
        what = "standard output cannot be written" if error.filename is None else error.filename
        complain(f"{what}: {error.strerror or error}")
        return USAGE
    except Exception as error:  # noqa: BLE001 (the last resort, so that no traceback is shown)
        what = _own_fault(error)
        if what:
            complain(what)
        return BUG
    return code if isinstance(code, int) else DONE


def _usage(error: CycloptsError) -> str:
    """Say in one line what is wrong with the arguments."""
    from cyclopts import MissingArgumentError, UnusedCliTokensError  # noqa: PLC0415 (as in _app)

    command = " ".join(["detente", *(error.command_chain or ())])
    if isinstance(error, UnusedCliTokensError):
        what = f"unexpected argument {(error.unused_tokens or ['?'])[0]!r}."
    elif isinstance(error, MissingArgumentError) and error.argument and not error.keyword:
        what = f"{error.argument.name} is missing."
    else:
        return " ".join(str(error).split())
    return f"{what} `{command} --help` shows how it is used."


def _own_fault(error: Exception) -> str:
    """Say that the program is at fault and where the details are, or show them if asked to."""
    # Not at the top: until this module is loaded, Ctrl-C ends in Python's own words.
    import tempfile  # noqa: PLC0415
    import traceback  # noqa: PLC0415

    if os.environ.get("DETENTE_DEBUG"):
        traceback.print_exception(error)
        return ""
    what = f"{type(error).__name__}: {error}"[:300].replace("\n", " ")
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="detente-", suffix=".txt", delete=False, encoding="utf-8", errors="replace"
        ) as file:
            file.writelines(traceback.format_exception(error))
        where = f"details are in {Path(file.name)}"
    except OSError:
        where = "DETENTE_DEBUG=1 shows the details"
    return f"this is a fault of the program, not yours ({what}); {where}"
