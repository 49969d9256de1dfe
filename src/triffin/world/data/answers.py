"""What Canada and China answered the US tariffs of 2025 with, on any day and any world.

An answer adds a rate on listed goods of the United States, or on all of them. By sector it is the
rate times the share of what the importer buys from the United States that is on the list.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np

from triffin.world.base.arrays import Array
from triffin.world.base.errors import InputError
from triffin.world.data.shipped_rows import Grade, rows
from triffin.world.data.us_law.on_world import codes_of
from triffin.world.model import World

DATASET = "answers-2025"
NAME = "answers"
SOURCE = "official lists of Canada and China (answers-2025)"
ALL = "all"


@dataclass(frozen=True)
class Answer:
    """One duty on US goods: days first to last (None: still there), an ICIO sector or `all`,
    listed_musd of US exports in the sector on the list (None: the whole sector)."""

    importer: str
    first: date
    last: date | None
    sector: str
    rate_pct: float
    listed_musd: float | None
    source: str
    grade: Grade


@cache
def answers() -> tuple[Answer, ...]:
    """The shipped rows. Raises InputError where the table is damaged."""
    return rows(DATASET, Answer)


def day_of_answers(name: str) -> date | None:
    """The day of a name such as answers@2025-11-14; None for another name.

    Raises InputError for a day that is none.
    """
    asked = re.fullmatch(rf"{NAME}@(.+)", name)
    if asked is None:
        return None
    try:
        return date.fromisoformat(asked[1])
    except ValueError:
        valid = f"{NAME}@YYYY-MM-DD"
        raise InputError(f"{asked[1]!r} is not a day.", value=name, valid=valid) from None


def answers_on(day: date) -> tuple[Answer, ...]:
    """The duties in force on a day."""
    return tuple(a for a in answers() if a.first <= day and (a.last is None or day <= a.last))


def added_on_world(world: World, day: date) -> Array:
    """(S, N) fractions that importers add on goods of the United States on a day.

    In a world with one sector listed goods of all sectors count together. Raises InputError for a
    world without the United States or with sectors whose goods cannot be told.
    """
    home, goods = world.index("USA"), list(world.goods)
    added = np.zeros((world.n_sectors, world.n_economies))
    place = {code: k for k in goods for code in (codes_of(world.sectors[k]) or ())}
    if world.n_sectors > 1 and not place:
        raise InputError(
            f"the answers do not know which goods the sectors of {world.name} hold.",
            value=NAME,
            valid="a world with one sector, or sectors of the OECD ICIO tables",
        )
    for answer in answers_on(day):
        if answer.importer not in world.economies:
            continue
        d = world.index(answer.importer)
        if answer.listed_musd is None:
            added[goods, d] += answer.rate_pct / 100
            continue
        k = 0 if world.n_sectors == 1 else place.get(answer.sector)
        bought = 0.0 if k is None else float(world.trade[k, home, d])
        if bought > 0:
            added[k, d] += answer.rate_pct / 100 * min(1.0, 1e6 * answer.listed_musd / bought)
    added[:, home] = 0.0
    return added
