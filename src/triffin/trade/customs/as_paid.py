"""US customs duty as it is paid, month by month, beside the law.

What the law adds reaches the Treasury late and in part. By cell of US imports of 2024:

    entered(d)  = min{law(d), mean of law over the L days up to d}         arrival
    rate(m)     = mean over days of sum w entered / sum w,  w = imports (1 + entered)^-eps
    duties(m)   = mean over m-1 and m of (base + coverage * rate) * imports

A cut holds at once; an increase spares what was loaded before it, so that it is reached after the L
days of a voyage. Buyers turn away by the elasticity of the first year. Coverage, what is collected
over what is entered, is one number: that of the months known on the day of the information. An
importer pays by the periodic statement of the following month, so that half of a month's cash is
of the entries of the month before.
Source: executive orders 14257 of 2 April and 14326 of 31 July 2025, which spare goods loaded
before and entered within 52 and 59 days; 19 CFR 24.25 (periodic statements). docs/trade.md, 8.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache

import numpy as np

from triffin.world.base.arrays import Array
from triffin.world.base.errors import InputError
from triffin.world.data.shipped_rows import rows
from triffin.world.data.us_law.engine import legal_increase, usmca_share
from triffin.world.data.us_law.law import FIRST, LAST, changes
from triffin.world.data.us_law.records import cells, rules
from triffin.world.registry.parameter_set import ParameterSet

DUTIES = "us-customs-duties"
GENERAL = "2025-04"  # first month of duties on nearly everybody: coverage is measured from here
TREASURY_AFTER, CENSUS_AFTER = timedelta(11), timedelta(35)  # days after the end of a month
USMCA_OF_2025 = date(2026, 2, 20)  # the use of USMCA in December 2025 is known
EARLIEST = date(2025, 7, 5)  # until then no month at entry of the general duties is known
DRAWS = 2000


@dataclass(frozen=True)
class CustomsMonth:
    """One month: cash duties and goods imports (million USD), duty over imports at entry."""

    month: str
    duties_musd: float | None
    imports_musd: float | None
    entered_pct: float | None
    entered_source: str


@cache
def customs_months() -> dict[str, CustomsMonth]:
    """Month such as 2025-06 -> its figures. Raises InputError where the table is damaged."""
    return {row.month: row for row in rows(DUTIES, CustomsMonth)}


@dataclass(frozen=True)
class Rules:
    """How law becomes payment: days of a voyage, elasticity of the first year, use of USMCA
    ("2024" or "dated")."""

    lag: int
    elasticity: float
    usmca: str

    @classmethod
    def known_on(cls, information: date, parameters: ParameterSet) -> Rules:
        """The central rules, with the use of USMCA that was known on a day."""
        usmca = "dated" if information >= USMCA_OF_2025 else "2024"
        lag = round(parameters.value("days_in_transit"))
        return cls(lag, parameters.value("trade_elasticity_first_year"), usmca)


@cache
def _law(usmca: str) -> tuple[Array, Array]:
    """Days (ordinals) from which a law holds, and (K + 1, C) per cent: none, then each of them."""
    shipped = cells()
    found = [np.zeros(shipped.n)]
    starts = [day for day, _ in changes()]
    for day in starts:
        share = shipped.usmca_2024 if usmca == "2024" else usmca_share(shipped, day, usmca)
        found.append(legal_increase(shipped, rules(), day, share).effective)
    return np.array([day.toordinal() for day in starts]), np.array(found)


def entered(day: date, rules: Rules, held: date | None = None) -> tuple[Array, Array]:
    """(C,) per cent of each cell that the law adds on `day`, and that goods arriving then pay.

    held : the last day whose law is taken to hold on, None to follow the law.
    """
    starts, law = _law(rules.usmca)
    days = np.arange(day.toordinal() - rules.lag, day.toordinal() + 1)
    if held is not None:
        days = np.minimum(days, held.toordinal())
    which = np.searchsorted(starts, days, side="right")
    present, count = np.unique(which, return_counts=True)
    now = law[which[-1]]
    return now, np.minimum(now, count @ law[present] / len(days))


def mean_rates(
    days: Iterable[date], rules: Rules, held: date | None = None, groups: Array | None = None
) -> tuple[Array, Array]:
    """Mean over days of what the law adds and of what is paid on arrival after buyers turn away,
    per cent of imports; (G,) by `groups` (C,) of cells, or one number each."""
    imports = cells().imports
    group = np.zeros(len(imports), dtype=int) if groups is None else groups
    total = np.zeros((2, 1 + int(group.max())))
    chosen = list(days)
    for day in chosen:
        law, paid = entered(day, rules, held)
        weights = imports * (1 + paid / 100) ** -rules.elasticity
        for k, (rate, weight) in enumerate(((law, imports), (paid, weights))):
            total[k] += np.bincount(group, rate * weight) / np.bincount(group, weight)
    return total[0] / len(chosen), total[1] / len(chosen)


@cache
def month_rates(month: str, rules: Rules, held: date | None = None) -> tuple[float, float]:
    """`mean_rates` of every third day of a month."""
    law, paid = mean_rates(_days(month)[1::3], rules, held)
    return float(law[0]), float(paid[0])


@dataclass(frozen=True)
class Coverage:
    """Collected over entered in the months known: in cash and at entry, with the standard errors of
    their logs and that of a month; base rates of 2024 (fraction of imports, per cent at entry); the
    last rate at entry."""

    cash: float
    cash_error: float
    month_error: float
    at_entry_error: float
    base: float
    at_entry: float
    entry_base: float
    last_entry: float


@cache
def coverage(information: date, rules: Rules) -> Coverage:
    """Coverage by the months known on a day. Raises InputError where none of them was."""
    if information < EARLIEST:
        raise InputError(
            f"nothing is known of what is collected on {information}.",
            field="information",
            valid=f"a day from {EARLIEST}",
        )
    known = _known(information)
    months = [m for m in known.cash if m.startswith("2024")]
    base = sum(known.cash[m] for m in months) / sum(known.imports[m] for m in months)
    measured = [m for m in known.cash if m >= GENERAL]
    over = [known.cash[m] - _cash(m, base, 0.0, rules, known) for m in measured]
    full = [_cash(m, 0.0, 1.0, rules, known) for m in measured]
    ratios = np.log(np.array(over) / np.array(full))
    entry_base = 100 * float(cells().duty.sum() / cells().imports.sum())
    entries = [m for m in known.at_entry if m >= GENERAL]
    above = sum(known.at_entry[m] - entry_base for m in entries)
    spread = float(np.std(ratios, ddof=1))
    return Coverage(
        sum(over) / sum(full),
        spread / len(ratios) ** 0.5,
        spread,
        spread / len(entries) ** 0.5,
        base,
        above / sum(month_rates(m, rules)[1] for m in entries),
        entry_base,
        known.at_entry[entries[-1]],
    )


def _cash(
    month: str,
    base: float,
    share: float,
    rules: Rules,
    known: _Known,
    held: date | None = None,
) -> float:
    """Million USD of cash of a month, half of it on the entries of the month before."""
    pair = (month, _before(month))
    return sum(
        (base + share * month_rates(m, rules, held)[1] / 100) * known.imports_of(m) for m in pair
    ) / len(pair)


@dataclass(frozen=True, eq=False)
class AsPaid:
    """Duties by month, T months. law, entered : per cent of imports, added to the base.
    duties_bn, rate_pct : cash in bn USD and duty over imports at entry. draws, rate_draws : (D, T)
    of the two. rivals : name -> (T,) bn USD."""

    months: tuple[str, ...]
    information: date
    law: Array
    entered: Array
    duties_bn: Array
    rate_pct: Array
    draws: Array
    rate_draws: Array
    coverage: Coverage
    rivals: dict[str, Array]


def as_paid(
    information: date, first: str, last: str, parameters: ParameterSet, *, seed: int = 1
) -> AsPaid:
    """Duties from month `first` to `last` (2025-08) with what was known on a day, later law given.

    Raises InputError where no month of the general duties was known yet, or months lie outside
    the law that ships.
    """
    wanted = _months(first, last)
    if not wanted or _days(wanted[0])[0] < FIRST or _days(wanted[-1])[-1] > LAST:
        valid = f"months from {FIRST:%Y-%m} to the one before {LAST:%Y-%m}"
        raise InputError(f"no duties from {first} to {last}.", field="months", valid=valid)
    central = Rules.known_on(information, parameters)
    known = _known(information)

    def duties(rules: Rules) -> Array:
        at = coverage(information, rules)
        return np.array([_cash(m, at.base, at.cash, rules, known) for m in wanted]) / 1000

    ends = np.array([0.05, 0.95])
    voyages = parameters["days_in_transit"].quantile(ends).round().astype(int)
    answers = parameters["trade_elasticity_first_year"].quantile(ends)
    spread = [
        np.diff([np.log(duties(rules)) for rules in pair], axis=0)[0] / 3.29
        for pair in (
            [replace(central, lag=int(days)) for days in voyages],
            [replace(central, elasticity=float(value)) for value in answers],
        )
    ]
    at, centre = coverage(information, central), duties(central)
    common, own = _import_errors(len(wanted))
    normal = np.random.default_rng(seed).standard_normal((DRAWS, 4 + len(wanted)))
    rules_drawn = normal[:, :2] @ np.array(spread)
    draws = np.log(centre) + rules_drawn + normal[:, 2:3] * at.cash_error
    draws = np.exp(draws + normal[:, 3:4] * common + normal[:, 4:] * own)
    law, paid = np.array([month_rates(m, central) for m in wanted]).T
    rate_pct = at.entry_base + at.at_entry * paid
    entry_noise = normal[:, 2:3] * at.at_entry_error + normal[:, 4:] * at.month_error
    latest = max(known.cash)
    rate = known.cash[latest] / known.imports_of(latest)
    ratio = (rate - at.base) / month_rates(latest, central)[0]
    imports = np.array([known.imports_of(m) for m in wanted]) / 1000
    return AsPaid(
        months=wanted,
        information=information,
        law=law,
        entered=paid,
        duties_bn=centre,
        rate_pct=rate_pct,
        draws=draws,
        rate_draws=rate_pct * np.exp(rules_drawn + entry_noise),
        coverage=at,
        rivals={
            "last month's rate": rate * imports,
            "law times last ratio": (at.base + ratio * law) * imports,
        },
    )


@dataclass(frozen=True)
class FirstYear:
    """Twelve months from the month of a law that is held: what it adds by law and as paid, bn USD
    over the base, with a 90 % interval; months : {month, law_pct, paid_pct, duties_usd_bn}."""

    law_bn: float
    paid_bn: float
    low_bn: float
    high_bn: float
    coverage: float
    months: tuple[dict[str, float | str], ...]


def first_year(day: date, parameters: ParameterSet, information: date = LAST) -> FirstYear:
    """Revenue of the first year of the law of a day, held from then on. Errors as `coverage`.

    >>> from triffin.world.registry.parameter_set import in_place
    >>> found = first_year(date(2025, 9, 4), in_place())
    >>> 0.5 < found.paid_bn / found.law_bn < 0.8
    True
    """
    rules, known = Rules.known_on(information, parameters), _known(information)
    at = coverage(information, rules)
    months = [day.strftime("%Y-%m")]
    while len(months) < 12:
        months.append(_after(months[-1]))
    rates = np.array([month_rates(m, rules, day) for m in months])
    imports = np.array([known.imports_of(m) for m in months]) / 1000
    law, paid = (rates * imports[:, None] / 100).sum(axis=0)
    spread = np.exp(1.645 * np.hypot(at.cash_error, _import_errors(8)[0]))
    cash = [_cash(m, at.base, at.cash, rules, known, day) / 1000 for m in months]
    table: list[dict[str, float | str]] = [
        {"month": m, "law_pct": float(r[0]), "paid_pct": at.cash * float(r[1]), "duties_usd_bn": c}
        for m, r, c in zip(months, rates, cash, strict=True)
    ]
    centre = at.cash * float(paid)
    return FirstYear(
        float(law), centre, centre / spread, centre * spread, centre / float(law), tuple(table)
    )


@dataclass(frozen=True)
class _Known:
    """What was known on a day: figures by month, imports of later months by the rule."""

    cash: dict[str, float]
    imports: dict[str, float]
    at_entry: dict[str, float]

    def imports_of(self, month: str) -> float:
        """Imports of a month; of a later one those of the same month of the last full year, times
        how the last two known months stand to theirs."""
        if month in self.imports:
            return self.imports[month]
        latest = sorted(self.imports)[-2:]
        moved = sum(self.imports[m] for m in latest) / sum(
            self.imports[_year_before(m)] for m in latest
        )
        before = _year_before(month)
        while before not in self.imports or before > "2024-12":
            before = _year_before(before)
        return self.imports[before] * moved


@cache
def _known(information: date) -> _Known:
    def by(column: str, after: timedelta) -> dict[str, float]:
        found = {m: getattr(row, column) for m, row in customs_months().items()}
        return {
            m: float(v)
            for m, v in found.items()
            if v is not None and _days(m)[-1] + after <= information
        }

    return _Known(
        by("duties_musd", TREASURY_AFTER),
        by("imports_musd", CENSUS_AFTER),
        by("entered_pct", CENSUS_AFTER),
    )


@cache
def _import_errors(horizon: int) -> tuple[float, float]:
    """Errors of the rule for imports in past Julys: of the mean of `horizon` months, of a month."""
    found = customs_months()
    imports = {m: float(r.imports_musd) for m, r in found.items() if r.imports_musd is not None}
    means, own = [], []
    for year in range(2016, 2025):
        known = {m: v for m, v in imports.items() if m <= f"{year}-05"}
        moved = sum(known[f"{year}-{m}"] for m in ("04", "05")) / sum(
            known[f"{year - 1}-{m}"] for m in ("04", "05")
        )
        months, month = [], f"{year}-07"
        for _ in range(min(horizon, 8)):
            month = _after(month)
            months.append(month)
        said = [imports[f"{year - 1}-{m[5:]}"] * moved for m in months]
        errors = np.log([imports[m] for m in months]) - np.log(said)
        means.append(errors.mean())
        own.append(np.square(errors - errors.mean()).mean())
    return float(np.sqrt(np.square(means).mean())), float(np.sqrt(np.mean(own)))


def _months(first: str, last: str) -> tuple[str, ...]:
    found = [first]
    while found[-1] < last:
        found.append(_after(found[-1]))
    return tuple(found) if first <= last else ()


def _days(month: str) -> list[date]:
    first = date.fromisoformat(f"{month}-01")
    return [first + timedelta(n) for n in range(31) if (first + timedelta(n)).month == first.month]


def _after(month: str) -> str:
    return (_days(month)[-1] + timedelta(1)).strftime("%Y-%m")


def _before(month: str) -> str:
    return (_days(month)[0] - timedelta(1)).strftime("%Y-%m")


def _year_before(month: str) -> str:
    return f"{int(month[:4]) - 1}{month[4:]}"
