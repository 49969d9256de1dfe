"""`triffin cache`: what is kept, how much, and how to be rid of it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from triffin.app.terminal import print_json, print_table, say
from triffin.world.base.errors import InputError, nearest_match

ACTIONS = ("list", "size", "clear")


def cache(action: str, as_json: bool) -> None:
    """List the kept runs, say how large they are, or remove them all.

    JSON {folder, on, limit_bytes, bytes, runs} and, by action, `entries` or `freed_bytes`.
    Raises InputError for an unknown action.
    """
    from triffin.studies.cache import default_cache

    if action not in ACTIONS:
        raise InputError(
            f"{action!r} cannot be done with the cache.",
            field="action",
            value=action,
            valid=ACTIONS,
            nearest=nearest_match(action, ACTIONS),
        )
    kept = default_cache()
    if kept is None:
        _show_off(as_json)
        return
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
    if as_json:
        print_json(document)
        return
    if document.get("entries"):
        print_table(
            "",
            ["scenario", "hash", "last used", "draws", "MB"],
            [
                [
                    str(entry.get("scenario") or "damaged"),
                    str(entry.get("hash") or entry["key"])[:12],
                    str(entry["used"]),
                    str(entry.get("draws", "")),
                    f"{entry['bytes'] / 1e6:.1f}",
                ]
                for entry in document["entries"]
            ],
            numeric=2,
        )
    if freed is not None:
        print(f"{freed / 1e6:.1f} MB freed")
    print(
        f"{document['runs']} runs, {document['bytes'] / 1e6:.1f} of {kept.limit / 1e6:.0f} MB, "
        f"in {kept.folder}"
    )


def _show_off(as_json: bool) -> None:
    if as_json:
        empty = {"folder": None, "on": False, "limit_bytes": 0, "bytes": 0, "runs": 0}
        print_json({**empty, "entries": []})
    else:
        say("note: no cache is kept (TRIFFIN_CACHE=off).")


def _day(seconds: float) -> str:
    return dt.datetime.fromtimestamp(seconds, dt.UTC).isoformat(timespec="seconds")
