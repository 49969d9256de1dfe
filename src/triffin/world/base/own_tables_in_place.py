"""Tables of the user's own that stand in for shipped ones while one computation runs.

A table is put in place by a `with` block and is gone after it. The block holds for its own thread
and asyncio task only; a worker process or another thread opens a block of its own with what
`active_tables` returned here: `with using(**tables)`. What is in place enters a run's hash by its
content.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType
from typing import Any, Protocol

KINDS = ("prior", "partners", "holdings", "maturities", "world")
PRIOR, PARTNERS, HOLDINGS, MATURITIES, WORLD = KINDS


class OwnTable(Protocol):
    """What every own table has: the file it was read from, and the checksum of its content."""

    @property
    def file(self) -> str: ...
    @property
    def checksum(self) -> str: ...


_ACTIVE: ContextVar[Mapping[str, Any]] = ContextVar(
    "own_tables",
    default=MappingProxyType({}),
)


def active(kind: str) -> Any | None:
    """The own table of one of `KINDS` that is in place, or None."""
    return _ACTIVE.get().get(kind)


@contextmanager
def using(**tables: OwnTable | None) -> Iterator[None]:
    """Put own tables in place, by kind; None leaves what was in place before."""
    given = {kind: table for kind, table in tables.items() if table is not None}
    token = _ACTIVE.set(MappingProxyType({**_ACTIVE.get(), **given}))
    try:
        yield
    finally:
        _ACTIVE.reset(token)


def active_own_data() -> dict[str, str]:
    """Kind -> checksum of the content of every own table in place; empty without any.

    A run adds this to what its hash is made of.
    """
    return {kind: table.checksum for kind, table in sorted(_ACTIVE.get().items())}


def active_tables() -> dict[str, Any]:
    """Kind -> own table in place, to be sent to a worker process or thread."""
    return dict(_ACTIVE.get())


def active_files() -> dict[str, str]:
    """Kind -> file of every own table in place."""
    return {kind: table.file for kind, table in sorted(_ACTIVE.get().items())}


def checksum(content: Any) -> str:
    """SHA-256 of plain content, whatever the layout, order of keys or comments of its file."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
