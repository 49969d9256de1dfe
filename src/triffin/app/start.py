"""Entry point of the `triffin` command: an interrupt ends it without a traceback at any moment,
while it imports, works, writes or leaves, and so does the SIGTERM of a scheduler of jobs."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from types import FrameType
from typing import Any

_CODES = {signal.SIGINT: 130, signal.SIGTERM: 143}
# What is undone on the way out (half-written folders are removed) may take so long.
_GRACE = 1.0  # seconds
_ended: list[int] = []  # exit code of the signal that came while the command worked


def main() -> None:
    """Run the command line and exit with its code: 130 after SIGINT, 143 after SIGTERM."""
    _handle(_leave)
    from triffin.app.cli import main as command_line

    sys.excepthook = _quiet(sys.excepthook)
    sys.unraisablehook = _quiet(sys.unraisablehook)
    try:
        _handle(_unwind)
        command_line()
    except SystemExit as done:
        code = done.code
    except BaseException:
        if not _ended:
            raise
        # A library that was interrupted made another error of it.
        print("triffin: interrupted.", file=sys.stderr)
        code = None
    finally:
        _handle(_leave)
    if _ended:
        # Not through the interpreter's own end, which makes another exit code of an interrupt.
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.flush()
        os._exit(_ended[0])
    sys.exit(code)


def _handle(handler: Any) -> None:
    for number in _CODES:
        signal.signal(number, handler)


def _unwind(number: int, _: FrameType | None) -> None:
    """End the command from where it is, and whatever it is doing if that takes too long."""
    if _ended:
        _leave(number, None)
    _ended.append(_CODES[signal.Signals(number)])
    last = threading.Timer(_GRACE, _leave, (number, None))
    last.daemon = True
    last.start()
    raise KeyboardInterrupt


def _leave(number: int, _: FrameType | None) -> None:
    """At once: nothing is in the making, or it took too long to undo."""
    os.write(2, b"triffin: interrupted.\n")
    os._exit(_CODES[signal.Signals(number)])


def _quiet(hook: Any) -> Any:
    """The hook for errors that nobody caught, silent for those that follow from a signal."""
    return lambda *error: None if _ended else hook(*error)
