"""The cells of US imports of 2024 and the dated rules, as they ship."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from typing import Any

import numpy as np

from triffin.world.data.shipped import verified_bytes

CELLS = "us-law-cells"
RULES = "us-law-rules"
FORMS = ("net15", "net125", "net10")


@dataclass(frozen=True, eq=False)
class Cells:
    """US imports of 2024 by partner, sector and product lists; all arrays (C,).

    partner : ISO3 code, EU27 for the European Union. sector : ICIO code, OTHER, SPECIAL_98_99.
    lists : bits of the lists in `list_names`. imports, duty : USD, customs value and duty
    collected in 2024. net_of_mfn : form -> per cent that lifts MFN to a floor, averaged over the
    tariff lines. usmca_* : share that claimed USMCA. *_content : metal as a share of the value.
    """

    list_names: tuple[str, ...]
    partner: np.ndarray
    sector: np.ndarray
    lists: np.ndarray
    imports: np.ndarray
    duty: np.ndarray
    net_of_mfn: dict[str, np.ndarray]
    usmca_2024: np.ndarray
    usmca_2025: np.ndarray
    usmca_december: np.ndarray
    steel_content: np.ndarray
    alu_content: np.ndarray

    @property
    def n(self) -> int:
        return len(self.imports)

    @cached_property
    def partners(self) -> tuple[str, ...]:
        """The partners among the cells, in order."""
        return tuple(str(code) for code in np.unique(self.partner))

    @property
    def old_232(self) -> np.ndarray:
        """(C,) whether the steel and aluminium duties of 2018 stood on the goods in 2024."""
        bit = 1 << self.list_names.index("old_232")
        return np.asarray((self.lists & bit) != 0)


@dataclass(frozen=True)
class Rule:
    """One dated duty. `all_of`, `any_of`, `without` are bits of product lists.

    on : "232" (section 232 itself), "rest" (what it leaves), "outside_232" (no good it touches),
    "all". part : the share of the value that pays. form : "flat", or lifts MFN to a floor.
    order : which rule of section 232 goes first. end : last day, None while it lasts.
    """

    rule: str
    authority: str
    start: date
    end: date | None
    rate_pct: float
    on: str
    partners: tuple[str, ...] | None
    exempt_partners: tuple[str, ...]
    all_of: int
    any_of: int
    without: int
    part: str
    form: str
    order: int
    less_old_pct: float
    source: str
    grade: str

    def names(self, partner: str) -> bool:
        """Whether the rule is about a partner at all."""
        return partner not in self.exempt_partners and (
            self.partners is None or partner in self.partners
        )


@cache
def cells() -> Cells:
    """The shipped cells. Raises InputError when the file is damaged."""
    with np.load(io.BytesIO(verified_bytes(CELLS)), allow_pickle=False) as stored:
        found = {name: stored[name] for name in stored.files}
    partners, sectors = found.pop("partners"), found.pop("sectors")
    names = tuple(str(name) for name in found.pop("list_names"))
    nets = {form: found.pop(form).astype(float) for form in FORMS}
    partner = partners[found.pop("partner")]
    sector = sectors[found.pop("sector")]
    lists = found.pop("lists")
    return Cells(
        list_names=names,
        partner=partner,
        sector=sector,
        lists=lists,
        net_of_mfn=nets,
        **{name: value.astype(float) for name, value in found.items()},
    )


@cache
def _document() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(verified_bytes(RULES))
    return document


@cache
def rules() -> tuple[Rule, ...]:
    """The shipped rules, in the order in which the engine reads them."""
    names = cells().list_names
    return tuple(read_rule(record, names) for record in _document()["rules"])


@cache
def published_averages() -> tuple[tuple[date, float], ...]:
    """(day, per cent) average US tariff by The Budget Lab at Yale on days of 2025 and 2026."""
    return tuple(
        (date.fromisoformat(day), float(rate))
        for day, rate in _document()["published"]["average_pct"].items()
    )


def published_base() -> float:
    """Per cent: the published average before any of the rules, 1 January 2025."""
    return float(_document()["published"]["base_pct"])


def read_rule(record: dict[str, Any], list_names: tuple[str, ...]) -> Rule:
    """A record of the shipped rules with the bits of its lists."""

    def bits(key: str) -> int:
        return sum(1 << list_names.index(name) for name in record.get(key, ()))

    partners = record.get("partners")
    return Rule(
        rule=record["rule"],
        authority=record["authority"],
        start=date.fromisoformat(record["start"]),
        end=date.fromisoformat(record["end"]) if record["end"] else None,
        rate_pct=float(record["rate_pct"]),
        on=record["on"],
        partners=tuple(partners) if partners is not None else None,
        exempt_partners=tuple(record.get("except", ())),
        all_of=bits("all_of"),
        any_of=bits("any_of"),
        without=bits("without"),
        part=record.get("part", "full"),
        form=record.get("form", "flat"),
        order=int(record.get("order", 0)),
        less_old_pct=float(record.get("less_old_pct", 0)),
        source=record["source"],
        grade=record["grade"],
    )
