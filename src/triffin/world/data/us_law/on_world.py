"""The law in the economies and sectors of a world."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from triffin.world.base.errors import InputError
from triffin.world.data.blocs import EU
from triffin.world.data.us_law.engine import divide
from triffin.world.data.us_law.law import UNION, LawTable, law_for, law_on
from triffin.world.data.us_law.records import Rule

GOODS = (
    "A01", "A02", "A03", "B05", "B06", "B07", "B08", "C10T12", "C13T15", "C16", "C17_18", "C19",
    "C20", "C21", "C22", "C23", "C24A", "C24B", "C25", "C26", "C27", "C28", "C29", "C301",
    "C302T309", "C31T33",
)  # fmt: skip
# Names of sectors in the worlds that ship and in the World Input-Output Database, as ICIO codes.
# Mining support is a service to mines: nothing crosses the border and nothing is charged.
_NAMED = {
    "Agriculture, Hunting and Forestry": ("A01", "A02"),
    "Agriculture, Hunting, Forestry and Fishing": ("A01", "A02", "A03"),
    "Fishing and Aquaculture": ("A03",),
    "Mining and Quarrying": ("B05", "B06", "B07", "B08"),
    "Mining, Energy Products": ("B05", "B06"),
    "Mining, Other Products": ("B07", "B08"),
    "Mining Support Services": (),
    "Food, Beverages and Tobacco": ("C10T12",),
    "Textiles, Apparel, Leather and Footwear": ("C13T15",),
    "Textiles and Textile Products": ("C13T15",),
    "Leather and Footwear": ("C13T15",),
    "Wood and Cork": ("C16",),
    "Wood and Products of Wood and Cork": ("C16",),
    "Paper and Printing": ("C17_18",),
    "Pulp, Paper, Printing and Publishing": ("C17_18",),
    "Coke and Refined Petroleum": ("C19",),
    "Coke, Refined Petroleum and Nuclear Fuel": ("C19",),
    "Chemicals": ("C20",),
    "Chemicals and Chemical Products": ("C20", "C21"),
    "Pharmaceuticals": ("C21",),
    "Rubber and Plastics": ("C22",),
    "Other Non-Metallic Minerals": ("C23",),
    "Other Non-Metallic Mineral": ("C23",),
    "Basic Metals": ("C24A", "C24B"),
    "Fabricated Metals": ("C25",),
    "Basic Metals and Fabricated Metal": ("C24A", "C24B", "C25"),
    "Computers, Electronics and Optics": ("C26",),
    "Electrical Equipment": ("C27",),
    "Electrical and Optical Equipment": ("C26", "C27"),
    "Machinery, nec": ("C28",),
    "Motor Vehicles": ("C29",),
    "Other Transport Equipment": ("C301", "C302T309"),
    "Transport Equipment": ("C29", "C301", "C302T309"),
    "Manufacturing, nec; Repair": ("C31T33",),
    "Manufacturing, nec; Recycling": ("C31T33",),
}

# Tariffs of a world from before this year lack the duties on China of 2018 and 2019, which are
# part of the base of the law.
BEFORE_SECTION_301 = 2018


@dataclass(frozen=True, eq=False)
class LawOnWorld:
    """The law in a world's cells, each (K goods sectors, N exporters) fractions.

    effective : the increase over all imports. statutory : the increase on the covered part.
    duty_2024 : duty collected in 2024 over imports. pooled : economies without figures of their
    own, whose product mix is that of other partners.
    """

    effective: np.ndarray
    statutory: np.ndarray
    duty_2024: np.ndarray
    pooled: tuple[str, ...]


def codes_of(sector: str) -> tuple[str, ...] | None:
    """The ICIO codes of goods that a sector's label names or holds; None if it names none.

    Labels are the sector names of the worlds that ship, or codes such as C29, C24, A01_02, B05T06
    or C10T12, alone, with a name behind them, or joined by +.

    >>> codes_of("C24"), codes_of("B05_06"), codes_of("Motor Vehicles")
    (('C24A', 'C24B'), ('B05', 'B06'), ('C29',))
    """
    if sector in _NAMED:
        return _NAMED[sector]
    found: list[str] = []
    for part in re.split(r"\s*[+&]\s*", sector.strip()):
        code = re.match(r"[A-C]\d{2}\w*", part)
        if code is None:
            return None
        held = _held_by(code[0])
        if not held and not code[0].startswith("B09"):
            return None
        found += held
    return tuple(dict.fromkeys(found))


def _held_by(code: str) -> list[str]:
    if code in GOODS:
        return [code]
    wanted = _divisions(code)
    return [good for good in GOODS if _divisions(good) <= wanted]


def _divisions(code: str) -> set[str]:
    """C10T12 -> C10, C11, C12; C302T309 -> C30; B05_06 -> B05, B06; A01_A02 -> A01, A02."""
    letter, first = code[0], int(code[1:3])
    divisions = {first}
    for joint, number in re.findall(r"([T_])[A-C]?(\d{2})", code[3:]):
        last = int(number)
        # groups of one division, such as C302T309, have three digits and stay within it
        if len(re.match(r"\d+", code[1:])[0]) == 2:  # type: ignore[index]
            divisions |= set(range(first, last + 1)) if joint == "T" else {last}
    return {f"{letter}{number:02d}" for number in divisions}


def law_on_world(
    day: date,
    economies: Sequence[str],
    sectors: Sequence[str],
    usmca: str = "settled",
    *,
    importer: str = "USA",
    changed: tuple[Rule, ...] | None = None,
) -> LawOnWorld:
    """The law for the goods sectors and the economies of a world.

    sectors : labels of the goods sectors; a single one, whatever its label, holds all goods.
    Members of the European Union pay the Union's increase. An economy ROW holds every partner that
    the world does not name. Goods of chapters 98 and 99 are in no sector of a world with many.

    Raises
    ------
    InputError for a sector whose goods cannot be told, or a day that the rules do not cover.
    """
    groups = [None] if len(sectors) == 1 else [_codes(sector) for sector in sectors]
    table = law_on(day, usmca, changed)
    tables = {code: _partner_table(table, code, economies, changed) for code in economies}
    shape = (len(groups), len(economies))
    effective, statutory, duty = np.zeros((3, *shape))
    for n, code in enumerate(economies):
        if code == importer:
            continue
        found = tables[code]
        for k, codes in enumerate(groups):
            here = np.isin(found.sector, codes) if codes is not None else found.imports > 0
            weight = found.imports * here
            total = np.array(weight.sum())
            if total == 0:
                continue
            effective[k, n] = (found.effective * weight).sum() / total / 100
            covered = (found.covered * weight).sum() / total
            statutory[k, n] = float(divide(effective[k, n : n + 1], np.array([covered]))[0])
            duty[k, n] = (found.duty * here).sum() / total
    own = {*np.unique(table.partner), *EU, "EU", "ROW", importer}
    pooled = tuple(code for code in economies if code not in own)
    return LawOnWorld(effective, statutory, duty, pooled)


def _codes(sector: str) -> tuple[str, ...]:
    codes = codes_of(sector)
    if codes is None:
        raise InputError(
            f"the law does not know which goods the sector {sector!r} holds.",
            value=sector,
            valid="sectors of the OECD ICIO tables by code (C29, C10T12, B05_06) or by the names "
            "in uschina-2017 and wiod-2011; or a world with one sector",
        )
    return codes


def _partner_table(
    table: LawTable, code: str, economies: Sequence[str], changed: tuple[Rule, ...] | None
) -> LawTable:
    """Rows of the law for one economy of a world."""
    if code == "ROW":
        named = {UNION if each in EU or each == "EU" else each for each in economies}
        return _rows(table, ~np.isin(table.partner, sorted(named)))
    partner = UNION if code in EU or code == "EU" else code
    here = table.partner == partner
    return _rows(table, here) if here.any() else law_for(partner, table.day, table.usmca, changed)


def _rows(table: LawTable, here: np.ndarray) -> LawTable:
    columns = {k: v[here] for k, v in vars(table).items() if isinstance(v, np.ndarray)}
    return LawTable(table.day, table.usmca, **columns)
