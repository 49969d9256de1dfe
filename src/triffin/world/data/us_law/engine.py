"""What the law adds to the tariff of 2024 on a day: pure functions of the cells and the rules.

A cell is a partner, a sector and the product lists on which the goods stand. Section 232 goes
first: of the rules that fit a cell the one with the lowest order holds, on the whole value or on
the metal content. General duties bite on what section 232 leaves, the fentanyl duty on China on
everything, and section 301 never on goods under section 232.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

import numpy as np

from triffin.world.data.us_law.records import Cells, Rule

# A car that meets USMCA pays on what is not of US content: 40 % of the value is taken as US.
US_CONTENT_OF_CARS = 0.4


@dataclass(frozen=True)
class Increase:
    """What the law adds, by cell, all (C,).

    effective : per cent of the cell's whole import value.
    covered : share of that value on which something is added, from 0 to 1.
    section_232 : the share that section 232 takes for itself, from 0 to 1.
    """

    effective: np.ndarray
    covered: np.ndarray
    section_232: np.ndarray

    @property
    def statutory_on_covered(self) -> np.ndarray:
        """(C,) per cent on the covered part, 0 where nothing is covered."""
        return divide(self.effective, self.covered)


def divide(total: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """total / weight, and 0 where the weight is 0."""
    share: np.ndarray = np.divide(total, weight, out=np.zeros_like(total), where=weight > 0)
    return share


def in_force(rules: Iterable[Rule], day: date) -> tuple[Rule, ...]:
    """The rules that hold on a day, first and last day included."""
    return tuple(r for r in rules if r.start <= day and (r.end is None or day <= r.end))


def legal_increase(cells: Cells, rules: Sequence[Rule], day: date, usmca: np.ndarray) -> Increase:
    """The increase over the tariffs of 2024 on `day`.

    usmca : (C,) share of the imports from Canada and Mexico that claims USMCA, 0 for others.
    """
    active = in_force(rules, day)
    rate, claimed, paid = section_232(cells, active, usmca)
    rest = 1 - claimed
    effective = rate * paid
    covered = np.where(rate > 0, paid, 0.0)
    general = np.zeros(cells.n)
    everything = np.zeros(cells.n)
    for rule in active:
        if rule.on == "232":
            continue
        base = {"all": 1.0, "rest": rest, "outside_232": np.where(claimed > 0, 0.0, 1.0)}[rule.on]
        part = np.where(fits(cells, rule), base * share_that_pays(cells, rule, usmca), 0.0)
        added = rule_rate(cells, rule)
        effective = effective + added * part
        bites = np.where(added > 0, part, 0.0)
        if rule.on == "all":
            everything = np.maximum(everything, bites)
        else:
            general = np.maximum(general, bites)
    return Increase(effective, np.maximum(everything, covered + general), claimed)


def section_232(
    cells: Cells, active: Iterable[Rule], usmca: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(rate in per cent, share that section 232 takes, share that pays it), each (C,)."""
    rate, claimed, paid = np.zeros((3, cells.n))
    metals = [rule for rule in active if rule.on == "232"]
    for rule in sorted(metals, key=lambda rule: -rule.order):
        hit = fits(cells, rule)
        content = metal_content(cells, rule)
        rate = np.where(hit, rule_rate(cells, rule), rate)
        claimed = np.where(hit, content, claimed)
        paid = np.where(hit, content * share_that_pays(cells, rule, usmca), paid)
    return rate, claimed, paid


def fits(cells: Cells, rule: Rule) -> np.ndarray:
    """(C,) whether the partner and the lists of a cell are those of the rule."""
    hit = (cells.lists & rule.all_of) == rule.all_of
    if rule.any_of:
        hit &= (cells.lists & rule.any_of) != 0
    hit &= (cells.lists & rule.without) == 0
    named = [code for code in cells.partners if rule.names(code)]
    if len(named) < len(cells.partners):
        hit &= np.isin(cells.partner, named)
    return np.asarray(hit)


def rule_rate(cells: Cells, rule: Rule) -> np.ndarray:
    """(C,) per cent: flat, what lifts MFN to a floor, or less what the duties of 2018 took."""
    if rule.form != "flat":
        return cells.net_of_mfn[rule.form]
    rate = np.full(cells.n, rule.rate_pct)
    less: np.ndarray = np.maximum(rate - np.where(cells.old_232, rule.less_old_pct, 0.0), 0.0)
    return less


def metal_content(cells: Cells, rule: Rule) -> np.ndarray:
    """(C,) share of the value that a rule of section 232 takes."""
    if rule.part == "steel_content":
        return cells.steel_content
    if rule.part == "alu_content":
        return cells.alu_content
    if rule.part == "larger_content":
        larger: np.ndarray = np.maximum(cells.steel_content, cells.alu_content)
        return larger
    return np.ones(cells.n)


def share_that_pays(cells: Cells, rule: Rule, usmca: np.ndarray) -> np.ndarray:
    """(C,) share that USMCA leaves to pay."""
    if rule.part == "without_usmca":
        return 1 - usmca
    if rule.part == "car_content":
        return 1 - US_CONTENT_OF_CARS * usmca
    return np.ones(cells.n)


def usmca_share(cells: Cells, day: date, use: str) -> np.ndarray:
    """(C,) share of a cell's imports that claims USMCA.

    use : "settled" is December 2025; "dated" is the month's: the share of 2024 until the
        exemption of 7 March 2025, then a straight line to December's share. Its length in months
        is, by partner, the one at which the twelve months average to the share of 2025.
    """
    if use == "settled":
        return cells.usmca_december
    share = cells.usmca_2024.copy()
    for partner in np.unique(cells.partner[cells.usmca_december > 0]):
        here = cells.partner == partner
        weight = cells.imports * here
        start, year, end = (
            float(np.average(each, weights=weight))
            for each in (cells.usmca_2024, cells.usmca_2025, cells.usmca_december)
        )
        progress = months_since_february(day) / months_of_rise((year - start) / (end - start))
        step = (cells.usmca_december - cells.usmca_2024) * min(progress, 1.0)
        share = np.where(here, cells.usmca_2024 + step, share)
    return share


def months_since_february(day: date) -> int:
    """Months from February 2025 to the month of a day, not below 0."""
    return max(12 * (day.year - 2025) + day.month - 2, 0)


@cache
def months_of_rise(mean: float) -> float:
    """Length k of the line min(m / k, 1), m months after February, that averages to `mean` over
    the twelve months of 2025. Solved by bisection; `mean` between 0.1 and 0.8."""
    low, high = 1.0, 60.0
    for _ in range(60):
        k = (low + high) / 2
        average = sum(min(month / k, 1.0) for month in range(1, 11)) / 12
        low, high = (k, high) if average > mean else (low, k)
    return k


def with_partner(cells: Cells, chosen: np.ndarray, partner: str) -> Cells:
    """The chosen cells as if they came from `partner`."""
    picked = {
        name: value[chosen]
        for name, value in vars(cells).items()
        if isinstance(value, np.ndarray) and value.shape == (cells.n,)
    }
    picked["partner"] = np.full(int(chosen.sum()), partner)
    nets = {form: value[chosen] for form, value in cells.net_of_mfn.items()}
    return replace(cells, net_of_mfn=nets, **picked)
