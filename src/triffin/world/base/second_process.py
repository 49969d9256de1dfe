"""Work in a second process beside this one, for code that holds the interpreter's lock.

Two threads took as long as one for batches of small equilibria; two processes take half.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, TypeVar

T = TypeVar("T")


def beside(function: Callable[..., T], *arguments: Any) -> Callable[[], T]:
    """Begin function(*arguments) in a copy of this process; the call of what is returned waits for
    its value, which must be picklable, or raises what it raised.

    The work is done here, at that call, where a copy is not safe or of no use: with other threads
    (a copy may inherit a lock that nobody in it will open), on one core, on other systems than
    Linux; and where the copy ended before its time.
    """
    alone = threading.active_count() == 1 and sys.platform == "linux"
    if not alone or len(os.sched_getaffinity(0)) < 2:
        return lambda: function(*arguments)
    context = get_context("fork")
    receiving, sending = context.Pipe(duplex=False)
    process = context.Process(
        target=_report, args=(sending, function, arguments), daemon=True, name=function.__name__
    )
    process.start()
    sending.close()

    def value() -> T:
        try:
            done, answer = receiving.recv()
        except EOFError:
            return function(*arguments)
        finally:
            receiving.close()
            process.join()
        if not done:
            raise answer
        found: T = answer
        return found

    return value


def _report(sending: Connection, function: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    try:
        answer = (True, function(*arguments))
    except Exception as error:
        answer = (False, error)
    except KeyboardInterrupt:
        return  # whoever waits was interrupted, too
    with contextlib.suppress(BrokenPipeError):
        sending.send(answer)
