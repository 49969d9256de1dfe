"""Rows of a replication: a published number, the computed one, and whether they agree."""

from __future__ import annotations

import math
from typing import Any

Row = dict[str, Any]


def compare(what: str, published: float, computed: float, decimals: int, note: str) -> Row:
    """One row: is `computed` within half a unit of the last of `decimals` printed digits?"""
    tolerance = 0.5 * 10.0**-decimals
    return {
        "what": what,
        "published": published,
        "computed": float(computed),
        "tolerance": tolerance,
        "ok": bool(abs(computed - published) <= tolerance),
        "note": note,
    }


def beside(what: str, published: float | None, computed: float, why: str) -> Row:
    """Two numbers that are not held to agree, and the reason why; `published` may be None."""
    return {"what": what, "published": published, "computed": float(computed), "why": why.strip()}


def number(value: float) -> float | None:
    """A plain number; None where it is undefined."""
    return float(value) if math.isfinite(value) else None
