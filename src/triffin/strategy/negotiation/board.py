"""The board of the talks: for every partner where it ends, when, on which terms, and why."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from triffin.strategy.negotiation.drawn_values import MOST, draw_values
from triffin.strategy.negotiation.offers import ISSUES, UNITS, Agreed
from triffin.strategy.negotiation.setting import Scene, scene_of
from triffin.strategy.negotiation.talks import Status
from triffin.strategy.negotiation.talks_alone import TalksCourse, course_of
from triffin.strategy.payoffs.best_response import CAUTION, Comparison, compare_rates
from triffin.strategy.payoffs.table import CONSTANT, begin
from triffin.trade.parameter_draws import scenario_parameters
from triffin.world.base.arrays import Array
from triffin.world.data.partners import deals
from triffin.world.data.partners import partners as all_partners
from triffin.world.registry.parameter_set import ParameterSet, in_place
from triffin.world.registry.sampling import check_draws

if TYPE_CHECKING:
    from triffin.scenario.schema import Scenario


QUANTILES = (0.5, 0.05, 0.95)
# Credibilities at which it is asked whether any terms are possible, and draws used for it.
_STEPS = 11
_SAMPLE = 48
# Outcomes of this confrontation are on record.
RECORDED = ("USA", 2025)


@dataclass(frozen=True, eq=False)
class Board:
    """The talks of a scenario in n draws, and what they come to by partner.

    static : terms of every cell at the credibility of the opening, whether or not it is reached.
    seconds : time that the talks took, exact payoffs included where they were not known before.
    """

    course: TalksCourse
    static: Agreed
    seconds: float

    @property
    def scene(self) -> Scene:
        """The scenario's talks."""
        return self.course.scene

    @cached_property
    def modal(self) -> Array:
        """(m,) the most frequent status; the one nearer to a signature if several are."""
        codes = self.course.talks.code
        order = [Status.SIGNED, Status.LETTER, Status.NOT_REACHED, Status.NO_DEAL,
                 Status.NO_TARIFF_THREAT, Status.IN_TALKS]  # fmt: skip
        counts = np.stack([(codes == code).sum(axis=0) for code in order])
        return np.array(order)[np.argmax(counts, axis=0)]

    @cached_property
    def signing(self) -> Array:
        """(m,) share of draws in which the partner signs."""
        return np.asarray(self.course.talks.signed.mean(axis=0))

    @cached_property
    def zone(self) -> Array:
        """(m,) share of draws in which some terms leave both better off at the opening."""
        return np.asarray(self.static.terms.deal.mean(axis=0))

    def lowest_q(self, which: Array) -> Array:
        """(k,) lowest probability of execution at which any terms are possible in half of the
        draws, for k partners; nan where there is none up to 1."""
        packages = self.course.packages
        some = np.arange(min(_SAMPLE, packages.shape[0]))
        cells = tuple(axis.ravel() for axis in np.meshgrid(some, which, indexing="ij"))
        found = np.full(len(which), np.nan)
        for q in np.linspace(1.0, 0.0, _STEPS):
            possible = packages.agreed(q, cells=cells).terms.deal.reshape(len(some), -1)
            found = np.where(possible.mean(axis=0) >= 0.5, q, found)
        return found

    @cached_property
    def needed(self) -> tuple[Array, Array]:
        """(m,) the credibility needed, and what it refers to ("terms", "any terms" or "")."""
        q = self.static.q_needed
        typical = _median(np.clip(q, 0.0, 1.0))
        for_terms = (self.zone >= 0.5) & np.isfinite(typical)
        value = np.where(for_terms, typical, np.nan)
        rest = np.flatnonzero(~for_terms & (self.course.packages.levers != "none"))
        if len(rest):  # with a few own partners all may have terms
            value[rest] = self.lowest_q(rest)
        basis = np.where(for_terms, "terms", np.where(np.isfinite(value), "any terms", ""))
        return np.where(self.course.packages.levers == "none", np.nan, value), basis

    @cached_property
    def reasons(self) -> Array:
        """(n, m) why each partner stands where it stands."""
        return self.course.talks.reasons()

    @property
    def median_rate(self) -> Array:
        """(m,) median rate agreed: of signatures, or else of the terms on the table; nan where
        there are none."""
        signed = _median(self.course.talks.rate)
        table = _median(self.static.terms.tariff)
        rate = np.where(np.isfinite(signed), signed, table)
        return np.where(self.course.packages.levers == "none", np.nan, rate)

    def date(self, day: float) -> str | None:
        """The calendar day of a day of the scenario."""
        if not np.isfinite(day):
            return None
        return (self.scene.scenario.start + dt.timedelta(days=round(day))).isoformat()


def board_of(
    scenario: Scenario,
    *,
    draws: int = 256,
    seed: int = 1,
    dH: Array | float = 0.0,
    dU: Array | float = 0.0,
    parameters: ParameterSet | None = None,
) -> Board:
    """The board of a scenario; dH, dU (n, m) are added to the threat points (a creditor's threat).

    Raises InputError for a scenario without deadlines, and as `payoffs` and `course_of`.
    """
    given = in_place() if parameters is None else parameters
    parameters = scenario_parameters(scenario, given)
    started = time.perf_counter()
    check_draws(draws, seed, most=MOST)
    scene = scene_of(scenario, parameters)
    begin(scene.setting)
    values = draw_values(scenario, draws, seed, parameters)
    # Rows name the best responses, which can be found while the talks go on.
    _ = scene.payoffs.search
    course = course_of(scene, draws=draws, seed=seed, dH=dH, dU=dU, values=values)
    static = course.packages.agreed(course.q[:, None], dH=dH, dU=dU)
    return Board(course, static, time.perf_counter() - started)


def partner_rows(board: Board) -> list[dict[str, Any]]:
    """One row per partner with trade data, by weight in the hegemon's imports."""
    table = board.scene.payoffs
    known = _record(board)
    return [_row(board, int(i), known) for i in np.argsort(-table.weight, kind="stable")]


def _row(board: Board, i: int, known: dict[str, dict[str, Any]]) -> dict[str, Any]:
    scene, talks, packages = board.scene, board.course.talks, board.course.packages
    one, table = scene.setting.partners[i], scene.payoffs
    gdp = {"partner": scene.setting.partner_gdp_bn[i],
           "hegemon": scene.setting.gdp_bn[scene.setting.hegemon]}  # fmt: skip
    signed = talks.signed[:, i]
    mostly = board.signing[i] > 0.5
    day = float(np.median(talks.sign_day[signed, i])) if mostly else float("nan")
    needed, basis = board.needed
    gains = {side: getattr(talks, f"gain_{side}")[signed, i] for side in ("partner", "hegemon")}
    status = Status(int(board.modal[i]))
    return {
        "iso3": one.iso3,
        "name": one.name,
        "status": status.word,
        "day": None if np.isnan(day) else round(day),
        "date": board.date(day),
        "terms": _terms(board, i) if signed.any() else None,
        "gain_partner": _middle(gains["partner"]),
        "gain_hegemon": _middle(gains["hegemon"]),
        "gain_partner_pct": _middle(100 * gains["partner"] / gdp["partner"]),
        "gain_hegemon_pct": _middle(100 * gains["hegemon"] / gdp["hegemon"]),
        "credibility_needed": _plain(needed[i]),
        "credibility_for": str(basis[i]) or None,
        "clause_cost": _middle(talks.clause_cost[signed, i]),
        "reason": _reason(board, i, status),
        "probability": {
            Status(code).word: float((talks.code[:, i] == code).mean())
            for code in (Status.SIGNED, Status.NO_DEAL, Status.NOT_REACHED, Status.LETTER,
                         Status.NO_TARIFF_THREAT)
        },
        "zone_of_agreement": float(board.zone[i]) if packages.levers[i] != "none" else None,
        "days": interval(talks.sign_day[signed, i]),
        "lever": str(packages.levers[i]),
        "threat_alone": str(table.status[i]),
        "threat_joint": str(table.status_joint[i]),
        "pause": float(packages.pause[i]),
        "announced": float(table.rates[i, table.actions.index("announced")]),
        "best_response": float(table.best_response.rate[i]),
        "naive_constant": CONSTANT,
        "demands": list(packages.asked[i]),
        "weight": float(table.weight[i]),
        "ally": bool(scene.setting.allies[i]),
        "observed": known.get(one.iso3),
    }  # fmt: skip


def _terms(board: Board, i: int) -> dict[str, Any]:
    """Medians and 90 % intervals of what is agreed, where there is a signature."""
    talks = board.course.talks
    here = talks.signed[:, i]
    terms: dict[str, Any] = {
        "rate": interval(talks.rate[here, i]),
        "cash_usd_bn_per_year": interval(talks.cash[here, i]),
    }
    for k, issue in enumerate(ISSUES):
        volume = talks.x[here, i, k]
        if (volume > 0).any():
            terms[issue] = {**interval(volume), "unit": UNITS[issue]}
    found = board.course.packages.relief.get(i)
    if found is not None:
        terms["cars"] |= {
            "partner_pct_of_gdp": found.partner_pct,
            "hegemon_pct_of_gdp": found.hegemon_pct,
            "world": found.world,
            "sector": found.sector,
        }
    return terms


def _reason(board: Board, i: int, status: Status) -> str:
    talks = board.course.talks
    if status == Status.NO_TARIFF_THREAT:
        joint = board.scene.payoffs.status_joint[i]
        more = "" if joint == board.scene.payoffs.status[i] else "; executed on all, it hurts"
        rate = 100 * board.scene.payoffs.rates[i, board.scene.payoffs.actions.index("announced")]
        pays = 100 * talks.packages.pause[i]
        return f"the threatened rate of {rate:.3g} % is not above the {pays:.3g} % it pays{more}"
    words = board.reasons[talks.code[:, i] == status, i]
    texts, counts = np.unique(words, return_counts=True)
    return str(texts[np.argmax(counts)])


def missing_rows(board: Board) -> list[dict[str, str]]:
    """Partners without trade data, named with the reason."""
    return [
        {"iso3": code, "name": why.split(":")[0], "reason": why.split(": ", 1)[-1]}
        for code, why in board.scene.payoffs.missing.items()
    ]


def comparison(board: Board) -> list[Comparison]:
    """Rules for the rates beside those in force on 7 August 2025, which no rule has seen.

    Empty where the confrontation is another one.
    """
    known = _record(board)
    codes = board.scene.setting.codes
    observed = np.array([_number(known.get(code, {}).get("rate")) for code in codes])
    if not np.isfinite(observed).any():
        return []
    table = board.scene.payoffs
    rules = {
        "bargaining": board.median_rate,
        "best response, others at the pause": table.best_response.rate,
        "announced rate": table.rates[:, table.actions.index("announced")],
        "constant 15 %": np.full(len(codes), CONSTANT),
    }
    both = np.isfinite(observed) & np.isfinite(board.median_rate)
    shown = np.where(both, observed, np.nan)
    return [compare_rates(rule, rates, shown, table.weight) for rule, rates in rules.items()]


def _record(board: Board) -> dict[str, dict[str, Any]]:
    """What happened later, by code: shown beside the answer and never used in it (H.12)."""
    scenario = board.scene.scenario
    if (scenario.hegemon, scenario.start.year) != RECORDED:
        return {}
    settled = deals(scenario.end.isoformat())
    return {
        one.iso3: {
            "rate": one.agreed,
            "deal": settled[one.iso3].isoformat() if one.iso3 in settled else None,
            "day": (settled[one.iso3] - scenario.start).days if one.iso3 in settled else None,
        }
        for one in all_partners()
    }


def caution() -> str:
    """What to bear in mind about the best response."""
    return CAUTION


def _number(value: float | None) -> float:
    return float("nan") if value is None else float(value)


def _plain(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _middle(values: Array) -> float | None:
    return float(np.median(values)) if values.size else None


def interval(values: Array) -> dict[str, float | None]:
    """Median and 90 % interval; None without values."""
    found = np.asarray(values, dtype=float)
    if not found.size:
        return {"median": None, "low": None, "high": None}
    middle, low, high = np.quantile(found, QUANTILES)
    return {"median": float(middle), "low": float(low), "high": float(high)}


def _median(values: Array) -> Array:
    """(m,) medians over draws of what is there; nan where nothing is."""
    there = np.isfinite(values)
    filled = np.where(there.any(axis=0), values, 0.0)
    return np.where(there.any(axis=0), np.nanmedian(filled, axis=0), np.nan)
