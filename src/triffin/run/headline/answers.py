"""The headline of a run: its questions, answered from the draws."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from triffin.answers.answer_book import AnswerBook, Behind
from triffin.answers.headline import at_head, ranking_text
from triffin.answers.headlines import known_question, questions
from triffin.run.clock.section import Stage
from triffin.run.clock.talks import SHOCKS as TALKS_SHOCKS
from triffin.run.headline.first_six import first_answers
from triffin.run.headline.known_outcomes import tracked
from triffin.run.headline.revenue import revenue_on_the_clock
from triffin.run.headline.withheld import withheld_answer
from triffin.run.plan.prepare import Prepared
from triffin.run.trade.end_tariffs import EndTariffs, joined
from triffin.run.trade.solving import baseline_deficit, spending_of
from triffin.trade.closures import DIMENSIONS
from triffin.trade.parameter_draws import Draws
from triffin.world.base.arrays import Array
from triffin.world.registry.sampling import plausible

if TYPE_CHECKING:
    from triffin.run.trade.solving import AnyEquilibrium


SIZE = r" (?:by )?\{median\}"
"""Where a sentence says how much."""
TURN = 2
"""Place of the trade model's answers among those of the sections."""
_LISTED = 5
BEYOND_WELFARE = (
    "welfare has a meaning in no draw; households spend no more than what their work costs them, "
    "or lose all that they have"
)


def headline(
    prepared: Prepared,
    sample: Draws,
    values: dict[str, Array],
    outcome: dict[str, Array],
    rate_welfare: Array,
    stages: list[Stage],
    central: list[AnyEquilibrium | None],
    u: dict[str, Array],
) -> tuple[list[dict[str, Any]], dict[str, Array]]:
    """Headline entries in the order in which a reader asks, and the draws behind each (n,).

    A question that no draw answers says why.
    """
    plan, world, chosen = prepared.plan, prepared.world, prepared.chosen
    groups = {
        name: np.array([getattr(chosen[k], name) for k in sample.closure]) for name in DIMENSIONS
    }
    book = AnswerBook(
        world=world,
        n=len(sample),
        values=values,
        groups={name: labels for name, labels in groups.items() if len(set(labels)) > 1},
        parameters=prepared.parameters,
        own={p.name: p.grade for p in sample.parameters},
    )
    working = sorted(prepared.working, key=lambda section: section.turn)
    for section in working:
        if section.turn < TURN:
            section.answers(book, prepared, stages, u)
    narrow = withheld_answer(book, prepared)
    if not narrow:
        _trade(book, prepared, sample, outcome, central)
    _clock(book, prepared, [s.tariffs for s in stages if s.tariffs is not None], u)
    for section in working:
        if section.turn > TURN:
            section.answers(book, prepared, stages, u)
    _rates(book, prepared, sample, rate_welfare)
    if not narrow:
        _extremes(book, outcome["welfare"], sample)
        first_answers(book, prepared, sample, rate_welfare, stages)
    information = str(plan.information) if plan.information else None
    entries = [tracked(prepared, answer, information) for answer in book.entries]
    entries.sort(key=lambda answer: answer.order or len(questions()))
    return [answer.to_json() for answer in entries], book.sources


def _trade(
    book: AnswerBook,
    prepared: Prepared,
    sample: Draws,
    outcome: dict[str, Array],
    central: list[AnyEquilibrium | None],
) -> None:
    home, partner = prepared.home, prepared.partner
    us, them = book.name(prepared.plan.hegemon), book.name(prepared.plan.focus)
    when = "after the talks" if prepared.talks else "in force at the end"
    usual = prepared.baselines[prepared.chosen[0].model]
    base = next((e.baseline for e in central if e is not None), usual)
    deficit = baseline_deficit(base)[home]
    balance, sign = ("deficit", 1) if deficit > 0 else ("surplus", -1)
    drivers = dict(sample.values)
    if prepared.talks:
        drivers |= book.subset(*TALKS_SHOCKS, "kappa_supply")
        drivers |= book.subset("currency_shocks")

    def models(value: Any) -> dict[str, float]:
        return {
            closure.label: float("nan") if e is None else float(value(e))
            for closure, e in zip(prepared.chosen, central, strict=True)
        }

    def answered(
        identifier: str,
        answer: str,
        draws: Array,
        value: Any,
        undefined: str = BEYOND_WELFARE,
        **named: str,
    ) -> None:
        asked = known_question(identifier)
        if prepared.plan.withhold and np.nanmax(np.abs(draws), initial=0.0) < asked.minimum:
            least = f"(below {asked.minimum:g} {asked.unit})"
            answer = f"{re.split(SIZE, answer)[0]}: too small to show {least}."
        behind = Behind(closures=True, models=models(value), undefined=undefined)
        book.enter(identifier, answer, draws, drivers, behind=behind, **named)

    welfare = outcome["welfare"]
    answered(
        "focus_welfare",
        f"Real income of {them} changes by {{median}} a year ({{likely}}), {{models}}.",
        welfare[:, partner],
        lambda e: e.welfare[partner],
        when=when,
        focus=them,
    )
    answered(
        "hegemon_welfare",
        f"Real income of {us} changes by {{median}} a year ({{likely}}), {{models}}.",
        welfare[:, home],
        lambda e: e.welfare[home],
        when=when,
        hegemon=us,
    )
    answered(
        "world_welfare",
        "Real income of the world changes by {median} a year ({likely}), {models}.",
        world_welfare(prepared, sample, welfare),
        lambda e: _weighted(e.welfare, spending_of(e.baseline)),
    )
    answered(
        "hegemon_revenue",
        f"{at_head(us)} collects {{median}} ({{likely}}), at prices of the base year.",
        outcome["revenue_usd"][:, home] / 1e9,
        lambda e: e.revenue_usd[home] / 1e9,
        hegemon=us,
    )
    answered(
        "hegemon_deficit",
        f"The goods {balance} of {us} changes by {{median}} of its size ({{likely}}).",
        sign * outcome["deficit"][:, home],
        lambda e: sign * e.deficit[home],
        "its goods trade is balanced in the data, and no change is a share of nothing",
        balance=balance,
        hegemon=us,
    )


def _clock(
    book: AnswerBook, prepared: Prepared, ends: list[EndTariffs], u: dict[str, Array]
) -> None:
    """What comes in within the scenario, at the elasticity of the first year (H.10)."""
    name = "trade_elasticity_first_year"
    first = plausible(book.parameters[name], u[name])
    tariffs = [joined(ends)] if ends else []
    found = revenue_on_the_clock(prepared, tariffs, first)
    if found is None or not found.any():
        return
    book.values[name] = first
    days = prepared.plan.days
    book.enter(
        "revenue_on_the_clock",
        f"{{median}} come in within {days} days ({{likely}}), while trade has not yet adjusted.",
        found,
        {name: first},
        days=days,
    )


def world_welfare(prepared: Prepared, sample: Draws, welfare: Array) -> Array:
    """(n,) mean welfare weighted by the spending of each draw's model.

    Economies whose welfare has no meaning in a draw are left out of it.
    """
    found = np.empty(len(welfare))
    for position, closure in enumerate(prepared.chosen):
        weights = spending_of(prepared.baselines[closure.model])
        here = sample.closure == position
        found[here] = _weighted(welfare[here], weights)
    return found


def _weighted(welfare: Array, weights: Array) -> Array:
    """Means over the last axis, without what is undefined; nan where all of it is."""
    known = np.isfinite(welfare)
    total = np.where(known, weights, 0.0).sum(axis=-1)
    level = np.where(known, welfare, 0.0) @ weights
    return np.asarray(np.where(total > 0, level / np.where(total > 0, total, 1.0), np.nan))


def _rates(book: AnswerBook, prepared: Prepared, sample: Draws, rate_welfare: Array) -> None:
    """What other rates on the focus are worth, all else as the scenario writes it."""
    us, them = book.name(prepared.plan.hegemon), book.name(prepared.plan.focus)
    current = prepared.cases[0]
    for k, case in enumerate(prepared.cases[1:], start=1):
        for party, who, name in ((0, "focus", them), (1, "hegemon", us)):
            book.enter(
                f"{who}_gain_at_{_slug(case.rate)}",
                f"A tariff of {case.label} instead of {current.label} on {them} is worth {{median}}"
                f" of real income a year to {name} ({{likely}}), all other tariffs unchanged.",
                rate_welfare[:, k, party] - rate_welfare[:, 0, party],
                sample.values,
                behind=Behind(closures=True, undefined=BEYOND_WELFARE),
                rate=case.label,
                current=current.label,
                focus=them,
                party=name,
            )


def _slug(rate: float) -> str:
    return f"{100 * rate:g}".replace(".", "_").replace("-", "minus_")


def _extremes(book: AnswerBook, welfare: Array, sample: Draws) -> None:
    """The economies with the lowest and highest median welfare over the draws."""
    solved = np.isfinite(welfare).any(axis=1)
    # Whose welfare has no meaning in most draws is not ranked.
    known = np.isfinite(welfare[solved]).mean(axis=0) > 0.5
    medians = np.full(welfare.shape[1], np.nan)
    medians[known] = np.nanmedian(welfare[solved][:, known], axis=0)
    order = np.argsort(medians, kind="stable")[: int(known.sum())]
    for identifier, places in (
        ("most_hurt", order[:_LISTED]),
        ("most_helped", order[::-1][:_LISTED]),
    ):
        least = known_question(identifier).minimum
        places = np.array([k for k in places if abs(medians[k]) >= least], dtype=int)
        if not len(places):
            continue
        names = [book.world.names[k] for k in places]
        ranking = ranking_text(names, [float(medians[k]) for k in places], "%")
        book.enter(
            identifier,
            f"The middle estimates of the change of real income are {ranking}.",
            welfare[:, places[0]],
            sample.values,
            behind=Behind(closures=True),
        )
