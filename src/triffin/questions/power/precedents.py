"""Named precedents of withheld trade, as counts and never as a rate."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from triffin.world.data.blocs import EU
from triffin.world.data.shipped_rows import Grade, rows

DATASET = "withheld-trade"


@dataclass(frozen=True)
class Precedent:
    """One case: who withheld what from whom (codes with spaces, * for everybody)."""

    id: str
    announced: date
    by: str
    on: str
    goods: str
    outcome: str
    grade: Grade
    source: str


def _touches(listed: str, side: Collection[str]) -> bool:
    """Whether codes with spaces, EU among them, name somebody of a side."""
    codes = set(listed.split())
    return bool(codes & set(side)) or ("EU" in codes and set(EU) <= set(side))


def precedents(by: Collection[str], on: Collection[str]) -> dict[str, Any]:
    """{of, by_this_side, on_this_side, cases}: counts over the list, and the cases of this side."""
    known = rows(DATASET, Precedent)
    ours = [case for case in known if _touches(case.by, by)]
    theirs = [case for case in ours if case.on == "*" or _touches(case.on, on)]
    return {
        "of": len(known),
        "by_this_side": len(ours),
        "on_this_side": len(theirs),
        "cases": [
            {"id": c.id, "announced": c.announced.isoformat(), "goods": c.goods,
             "outcome": c.outcome, "source": c.source} for c in ours
        ],
    }  # fmt: skip
