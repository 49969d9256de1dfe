"""Work in other processes of this machine, which end when this one does.

Two threads took as long as one for batches of small equilibria; two processes take half.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from multiprocessing import Pipe, get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Any, TypeVar

from triffin.world.base.errors import InputError

T = TypeVar("T")
Shared = TypeVar("Shared")
Task = TypeVar("Task")

MOST_DEATHS = 3
"""Processes that may end over the same piece of work before it is given up."""
_PR_SET_PDEATHSIG = 1
# glibc's mallopt: memory that is freed goes back to the system above the first, and arrays above
# the second have pages of their own, which fault in anew each time.
_TRIM_THRESHOLD, _MMAP_THRESHOLD = (-1, 1 << 26), (-3, 1 << 25)


def keep_freed_memory() -> None:
    """Let this process use freed memory again instead of handing it back at once.

    Workers of dask start with MALLOC_TRIM_THRESHOLD_=65536, under which blocks of draws spend half
    of their time on page faults. Elsewhere than on glibc nothing changes.
    """
    if sys.platform == "linux":
        import ctypes

        with contextlib.suppress(AttributeError):
            for threshold in (_TRIM_THRESHOLD, _MMAP_THRESHOLD):
                ctypes.CDLL(None).mallopt(*threshold)


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
        target=_report,
        args=(sending, os.getpid(), function, arguments),
        daemon=True,
        name=function.__name__,
    )
    with _interrupts_held():
        process.start()
    sending.close()

    def value() -> T:
        try:
            done, answer = receiving.recv()
        except EOFError:
            return function(*arguments)
        except BaseException:
            process.kill()
            raise
        finally:
            receiving.close()
            process.join()
        if not done:
            raise answer
        found: T = answer
        return found

    return value


def _report(
    sending: Connection, parent: int, function: Callable[..., Any], arguments: tuple[Any, ...]
) -> None:
    end_with(parent)
    with contextlib.suppress(BrokenPipeError):
        sending.send(_outcome(function, *arguments))


def _outcome(function: Callable[..., Any], *arguments: Any) -> tuple[bool, Any]:
    try:
        return True, function(*arguments)
    except Exception as error:
        return False, error


def shared_out(
    function: Callable[[Shared, Task], T], shared: Shared, tasks: Iterable[Task], workers: int
) -> Iterator[tuple[int, T]]:
    """(position, function(shared, task)) of every task, as they are finished by so many processes.

    `shared` travels once to each of them; everything must be picklable. Tasks are taken one by one
    as processes become free. A process that is killed is replaced, and its task done again.

    Raises what `function` raises, and InputError where processes end over and over.
    """
    waiting = enumerate(tasks)
    team: dict[Connection, _Worker] = {}
    try:
        for _, first in zip(range(workers), waiting, strict=False):
            _hire(team, function, shared, _Job(*first))
        while team:
            for connection in wait(list(team)):
                assert isinstance(connection, Connection)
                worker = team[connection]
                job = worker.job
                try:
                    done, answer = connection.recv()
                except (EOFError, OSError):
                    team.pop(connection).dismiss()
                    job.deaths += 1
                    if job.deaths == MOST_DEATHS:
                        raise _lost(workers) from None
                    _hire(team, function, shared, job)
                    continue
                if not done:
                    raise answer
                following = next(waiting, None)
                if following is None:
                    team.pop(connection).dismiss()
                else:
                    worker.give(_Job(*following))
                yield job.position, answer
    finally:
        for worker in team.values():
            worker.dismiss()


@dataclass
class _Job:
    position: int
    task: Any
    deaths: int = 0


@dataclass
class _Worker:
    process: SpawnProcess
    connection: Connection
    job: _Job

    def give(self, job: _Job) -> None:
        self.job = job
        # A process that is gone is noticed when its answer is read.
        with contextlib.suppress(OSError):
            self.connection.send(job.task)

    def dismiss(self) -> None:
        self.connection.close()
        self.process.kill()
        self.process.join()


def _hire(
    team: dict[Connection, _Worker], function: Callable[..., Any], shared: Any, job: _Job
) -> None:
    here, there = Pipe()
    process = _Child(target=_serve, args=(there, function, shared), name=function.__name__)
    with _interrupts_held():
        process.start()
    there.close()
    team[here] = worker = _Worker(process, here, job)
    worker.give(job)


def _serve(connection: Connection, function: Callable[..., Any], shared: Any) -> None:
    with contextlib.suppress(EOFError, OSError):
        while True:
            connection.send(_outcome(function, shared, connection.recv()))


def _lost(workers: int) -> InputError:
    return InputError(
        f"{MOST_DEATHS} worker processes ended over the same piece of work (too little memory? In "
        "a script, the call must stand under if __name__ == '__main__').",
        field="workers",
        value=workers,
        valid="workers=1 to work in this process",
    )


class _Child(SpawnProcess):
    """A new interpreter that ends when this process does, from its first moment on."""

    def __reduce__(self) -> tuple[Any, ...]:
        # The new process makes itself from this, and calls `_born` before it reads the rest:
        # function and arguments import for seconds what they need.
        return _born, (os.getpid(),), self.__dict__


def _born(parent: int) -> _Child:
    end_with(parent)
    return _Child.__new__(_Child)


def end_with(parent: int) -> None:
    """Let this process end when its parent does, whatever ends it, and leave interrupts to it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _hold("SIG_UNBLOCK")
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it ended before that
            os._exit(1)
    elif os.name == "posix":
        threading.Thread(target=_watch, args=(parent,), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)


@contextlib.contextmanager
def _interrupts_held() -> Iterator[None]:
    """A process that is started meanwhile is not interrupted before it can say that it would not
    be; an interrupt of this one waits."""
    _hold("SIG_BLOCK")
    try:
        yield
    finally:
        _hold("SIG_UNBLOCK")


def _hold(how: str) -> None:
    if sys.platform != "win32":
        signal.pthread_sigmask(getattr(signal, how), {signal.SIGINT})
