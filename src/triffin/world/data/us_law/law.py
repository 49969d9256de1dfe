"""US tariff law on a day by partner and sector, and by which names it is asked for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from types import MappingProxyType

import numpy as np

from triffin.world.base.errors import InputError, one_of
from triffin.world.data.blocs import EU
from triffin.world.data.us_law.engine import (
    divide,
    in_force,
    legal_increase,
    usmca_share,
    with_partner,
)
from triffin.world.data.us_law.records import Cells, Rule, cells, rules

NAME = "us-law"
FIRST, LAST = date(2025, 2, 4), date(2026, 8, 19)
ANNOUNCED = "us-2025-04-02"  # never in force as such; a schedule of its own
USMCA = ("settled", "dated")
UNION = "EU27"
# Partners whose goods are no guide to what a partner without figures of its own would pay.
OWN_REGIMES = ("CAN", "MEX", "CHN", "HKG")
RULING = date(2026, 2, 20)
BORDER_AFTER_RULING = date(2026, 2, 24)
SOURCE = (
    "US orders and proclamations as dated rules (us-law-rules) on US imports of 2024 "
    "(us-law-cells: Census, Harmonized Tariff Schedule)"
)


@dataclass(frozen=True, eq=False)
class LawTable:
    """The law on one day by partner and sector, all arrays (R,), import-weighted over lists.

    imports : USD, 2024. duty : USD collected in 2024. statutory : per cent on the covered part.
    covered : share of imports, 0 to 1. effective : per cent of all imports of the cell.
    """

    day: date
    usmca: str
    partner: np.ndarray
    sector: np.ndarray
    imports: np.ndarray
    duty: np.ndarray
    statutory: np.ndarray
    covered: np.ndarray
    effective: np.ndarray

    @property
    def average(self) -> float:
        """Per cent: what the law adds to the average tariff on all imports of 2024."""
        return float(np.average(self.effective, weights=self.imports))


def law_on(day: date, usmca: str = "settled", changed: tuple[Rule, ...] | None = None) -> LawTable:
    """The law on a day from 4 February 2025 to 19 August 2026.

    changed : other rules in place of those that ship, for what was announced or might be.
    usmca : "settled" takes the USMCA use of December 2025 for every day, "dated" the month's.

    >>> round(law_on(date(2025, 11, 20)).average, 1)
    11.5

    Raises
    ------
    InputError for a day outside the rules, or an unknown use of USMCA.
    """
    check_day(day)
    one_of(usmca, USMCA, f"{usmca!r} is not a use of USMCA.", field="--usmca")
    return _table(cells(), day, usmca, changed)


def law_for(
    partner: str, day: date, usmca: str = "settled", changed: tuple[Rule, ...] | None = None
) -> LawTable:
    """The law for one partner that has no figures of its own, one row a sector.

    The product mix is that of all partners without a regime of their own, the rates are the
    partner's. Raises InputError as `law_on`.
    """
    check_day(day)
    shipped = cells()
    pool = ~np.isin(shipped.partner, OWN_REGIMES)
    return _table(with_partner(shipped, pool, partner), day, usmca, changed)


def _table(found: Cells, day: date, usmca: str, changed: tuple[Rule, ...] | None) -> LawTable:
    increase = legal_increase(found, changed or rules(), day, usmca_share(found, day, usmca))
    keys = np.char.add(np.char.add(found.partner.astype(str), "\n"), found.sector.astype(str))
    names, group = np.unique(keys, return_inverse=True)

    def total(values: np.ndarray) -> np.ndarray:
        return np.bincount(group, weights=values, minlength=len(names))

    imports = total(found.imports)
    effective = divide(total(increase.effective * found.imports), imports)
    covered = divide(total(increase.covered * found.imports), imports)
    pairs = [str(name).split("\n") for name in names]
    return LawTable(
        day,
        usmca,
        partner=np.array([pair[0] for pair in pairs]),
        sector=np.array([pair[1] for pair in pairs]),
        imports=imports,
        duty=total(found.duty),
        statutory=divide(effective, covered),
        covered=covered,
        effective=effective,
    )


@cache
def changes() -> tuple[tuple[date, tuple[str, ...]], ...]:
    """(day, rules that begin or end there), in order: the days on which the law changed.

    The ruling of 20 February 2026 is among them, although the duties were collected until the
    23rd; so is the last day of the data.
    """
    found: dict[date, set[str]] = {RULING: {"X1"}, LAST: set()}
    for rule in rules():
        found.setdefault(rule.start, set()).add(rule.rule)
        if rule.end is not None:
            found.setdefault(rule.end + timedelta(days=1), set()).add(rule.rule)
    return tuple((day, tuple(sorted(found[day]))) for day in sorted(found) if FIRST <= day <= LAST)


def rules_on(day: date) -> tuple[str, ...]:
    """The rules in force on a day, in the order of the table."""
    return tuple(dict.fromkeys(rule.rule for rule in in_force(rules(), day)))


def check_day(day: date) -> None:
    """Raise InputError for a day that the rules do not cover."""
    if not FIRST <= day <= LAST:
        raise InputError(
            f"the law is known from {FIRST} to {LAST}, not for {day}.",
            value=day.isoformat(),
            valid=f"a day from {FIRST} to {LAST}",
        )


def listed_day_of(name: str) -> date | None:
    """As `day_of`, but us-2025-11-20 only where the law changed on that day: so a slip of the pen
    in the name of a schedule is not taken for another day of the law."""
    dated = name.startswith("us-2")
    return None if dated and name not in listed_names() else day_of(name)


@cache
def listed_names() -> frozenset[str]:
    """us-2025-11-20 and so on: the names of the days on which the law changed."""
    return frozenset(f"us-{day}" for day, _ in changes())


def day_of(name: str) -> date | None:
    """The day of a name of the law: us-law (the last day), us-law@2025-11-20, us-2025-11-20.

    None for a name that is not one of the law, us-2025-04-02 among them: it was announced.
    Raises InputError for a day that is none or that the rules do not cover.
    """
    if name == NAME:
        return LAST
    asked = re.fullmatch(r"us-law@(.+)", name)
    dated = re.fullmatch(r"us-(\d{4}-\d{2}-\d{2})", name)
    if name == ANNOUNCED or not (asked or dated):
        return None
    text = (asked or dated)[1]  # type: ignore[index]
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise InputError(
            f"{text!r} is not a day.",
            value=name,
            valid=f"us-law@YYYY-MM-DD, from {FIRST} to {LAST}",
        ) from None
    check_day(day)
    return day


@cache
def partners_of_rules() -> tuple[str, ...]:
    """Every partner that the cells or the rules name, in order."""
    named = {code for rule in rules() for code in (*(rule.partners or ()), *rule.exempt_partners)}
    return tuple(sorted({*named, *(str(code) for code in cells().partner)}))


def by_partner(table: LawTable) -> dict[str, tuple[float, float, float]]:
    """Partner -> (imports in USD, effective per cent, covered share), largest imports first."""
    found = {}
    for code in np.unique(table.partner):
        here = table.partner == code
        imports = table.imports[here]
        found[str(code)] = (
            float(imports.sum()),
            float(np.average(table.effective[here], weights=imports)),
            float(np.average(table.covered[here], weights=imports)),
        )
    return dict(sorted(found.items(), key=lambda item: -item[1][0]))


@cache
def one_rate_a_partner(day: date, usmca: str = "settled") -> Mapping[str, tuple[float, float]]:
    """ISO3 code -> (effective per cent, covered share) over all goods, the EU as 27 members.

    The key "*" is for partners that neither the cells nor the rules name.
    """
    known = by_partner(law_on(day, usmca))
    pooled: dict[tuple[bool, ...], tuple[float, float]] = {}
    found = {}
    for code in (*partners_of_rules(), "*"):
        if code in known:
            pays = known[code][1:]
        else:
            hit = tuple(rule.names(code) for rule in rules())
            if hit not in pooled:  # partners under the same rules pay the same
                pooled[hit] = next(iter(by_partner(law_for(code, day, usmca)).values()))[1:]
            pays = pooled[hit]
        found.update(dict.fromkeys(EU if code == UNION else (code,), pays))
    return MappingProxyType(found)
