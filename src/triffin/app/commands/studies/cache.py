"""`triffin cache`: what is kept, how much, and how to be rid of it."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from typer import Argument

from triffin.app.declare import command
from triffin.app.show import count, table, text
from triffin.app.terminal import say
from triffin.world.base.errors import one_of

ACTIONS = ("list", "size", "clear")


def print_cache(document: dict[str, Any]) -> None:
    if not document["on"]:
        say("note: no cache is kept (TRIFFIN_CACHE=off).")
        return
    if document.get("entries"):
        table(
            "",
            document["entries"],
            text("scenario", lambda entry: entry.get("scenario") or "damaged"),
            text("hash", lambda entry: str(entry.get("hash") or entry["key"])[:12]),
            text("last used", "used"),
            count("draws", lambda entry: entry.get("draws", "")),
            count("MB", lambda entry: f"{entry['bytes'] / 1e6:.1f}"),
        )
    if "freed_bytes" in document:
        print(f"{document['freed_bytes'] / 1e6:.1f} MB freed")
    print(
        f"{document['runs']} runs, {document['bytes'] / 1e6:.1f} of "
        f"{document['limit_bytes'] / 1e6:.0f} MB, in {document['folder']}"
    )


@command(listing=print_cache, example="triffin cache size")
def cache(
    action: Annotated[
        str, Argument(metavar="[ACTION]", help="list, size or clear; list if left out.")
    ] = "list",
) -> dict[str, Any]:
    """Solved runs that are kept to be reused."""
    from triffin.studies.cache import default_cache

    one_of(action, ACTIONS, f"{action!r} cannot be done with the cache.", field="action")
    kept = default_cache()
    if kept is None:
        empty = {"folder": None, "on": False, "limit_bytes": 0, "bytes": 0, "runs": 0}
        return {**empty, "entries": []}
    freed = kept.clear() if action == "clear" else None
    entries = kept.entries()
    document: dict[str, Any] = {
        "folder": str(kept.folder),
        "on": True,
        "limit_bytes": kept.limit,
        "bytes": kept.size(),
        "runs": len(entries),
    }
    if action == "list":
        document["entries"] = [{**entry.described(), "used": _day(entry.used)} for entry in entries]
    if freed is not None:
        document["freed_bytes"] = freed
    return document


def _day(seconds: float) -> str:
    return dt.datetime.fromtimestamp(seconds, dt.UTC).isoformat(timespec="seconds")
