"""The headline of a run: its questions, answered from the draws."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from triffin.answers.answer_book import AnswerBook
from triffin.answers.headline import ranking_text
from triffin.run.clock.section import Stage
from triffin.run.headline.known_outcomes import backtests_of, coverage_of, outcome_known
from triffin.run.headline.revenue import revenue_on_the_clock
from triffin.run.plan.prepare import Prepared
from triffin.run.trade.end_tariffs import EndTariffs, joined
from triffin.run.trade.solving import baseline_deficit, spending_of
from triffin.trade.closures import DIMENSIONS
from triffin.trade.parameter_draws import Draws
from triffin.world.base.arrays import Array
from triffin.world.base.wording import quantity
from triffin.world.registry.registry import parameter
from triffin.world.registry.sampling import plausible

if TYPE_CHECKING:
    from triffin.run.trade.solving import AnyEquilibrium


FORECAST = "forecast"
TURN = 2
"""Place of the trade model's answers among those of the sections."""
_LISTED = 5


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

    Raises InputError if no draw of a question has an equilibrium.
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
        own={p.name: p.grade for p in sample.parameters},
    )
    working = sorted(prepared.working, key=lambda section: section.turn)
    for section in working:
        if section.turn < TURN:
            section.answers(book, prepared, stages, u)
    _trade(book, prepared, sample, outcome, central)
    _clock(book, prepared, [s.tariffs for s in stages if s.tariffs is not None], u)
    for section in working:
        if section.turn > TURN:
            section.answers(book, prepared, stages, u)
    _rates(book, prepared, sample, rate_welfare)
    _extremes(book, outcome["welfare"], sample)
    for entry in book.entries:
        entry |= {
            "coverage": coverage_of(entry["id"]),
            "backtests": backtests_of(entry["id"]),
            "information": str(plan.information) if plan.information else None,
            "outcome": outcome_known(prepared, entry["id"]),
        }
    return book.entries, book.sources


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
    known = next(e for e in central if e is not None)
    base = known.baseline
    deficit = baseline_deficit(base)[home]
    balance, sign = ("deficit", 1) if deficit > 0 else ("surplus", -1)
    drivers = dict(sample.values)
    if prepared.talks:
        drivers |= book.subset("deals_per_week", "credibility_prior", "kappa_supply")
        drivers |= book.subset("currency_shocks")

    def models(value: Any) -> dict[str, float]:
        return {
            closure.label: float("nan") if e is None else float(value(e))
            for closure, e in zip(prepared.chosen, central, strict=True)
        }

    def answered(
        identifier: str, question: str, answer: str, draws: Array, unit: str, value: Any
    ) -> None:
        by_model = models(value)
        # What a reader finds in the paper, beside what the uncertainty makes of it.
        published = quantity(by_model[prepared.chosen[0].label], unit)
        text = f"{answer.rstrip('.')}; {published} in {prepared.chosen[0].label}."
        book.draws(identifier, question, text, draws, unit, FORECAST, drivers, closures=True,
                   models=by_model)  # fmt: skip

    welfare = outcome["welfare"]
    answered(
        "focus_welfare",
        f"What do the tariffs {when} cost {them}?",
        f"Welfare of {them}: {{median}} ({{interval}}), {{models}}.",
        welfare[:, partner],
        "%",
        lambda e: e.welfare[partner],
    )
    answered(
        "hegemon_welfare",
        f"Does {us} gain from the tariffs {when}?",
        f"Welfare of {us}: {{median}} ({{interval}}), {{models}}.",
        welfare[:, home],
        "%",
        lambda e: e.welfare[home],
    )
    answered(
        "world_welfare",
        "Does the world gain?",
        "Welfare of the world (weighted by spending): {median} ({interval}), {models}.",
        world_welfare(prepared, sample, welfare),
        "%",
        lambda e: e.welfare @ spending_of(e.baseline) / spending_of(e.baseline).sum(),
    )
    answered(
        "hegemon_revenue",
        f"What does {us} collect?",
        "{median} a year ({interval}), at the world price level of the base year.",
        outcome["revenue_usd"][:, home] / 1e9,
        "bn USD",
        lambda e: e.revenue_usd[home] / 1e9,
    )
    answered(
        "hegemon_deficit",
        f"What happens to the trade {balance} of {us}?",
        f"The goods {balance} of {us} changes by {{median}} of its size ({{interval}}).",
        sign * outcome["deficit"][:, home],
        "%",
        lambda e: sign * e.deficit[home],
    )


def _clock(
    book: AnswerBook, prepared: Prepared, ends: list[EndTariffs], u: dict[str, Array]
) -> None:
    """What comes in within the scenario, at the elasticity of the first year (H.10)."""
    name = "trade_elasticity_first_year"
    first = plausible(parameter(name), u[name])
    tariffs = [joined(ends)] if ends else []
    found = revenue_on_the_clock(prepared, tariffs, first)
    if found is None or not found.any():
        return
    book.values[name] = first
    days = prepared.plan.days
    book.draws(
        "revenue_on_the_clock",
        f"What comes in within the {days} days?",
        f"{{median}} ({{interval}}) in {days} days, at the elasticity of the first year; the "
        "figure a year above is after full adjustment.",
        found,
        "bn USD",
        "arithmetic of the scenario",
        {name: first},
    )


def world_welfare(prepared: Prepared, sample: Draws, welfare: Array) -> Array:
    """(n,) mean welfare weighted by the spending of each draw's model."""
    found = np.empty(len(welfare))
    for position, closure in enumerate(prepared.chosen):
        weights = spending_of(prepared.baselines[closure.model])
        here = sample.closure == position
        found[here] = welfare[here] @ weights / weights.sum()
    return found


def _rates(book: AnswerBook, prepared: Prepared, sample: Draws, rate_welfare: Array) -> None:
    """What other rates on the focus are worth, all else as the scenario writes it."""
    us, them = book.name(prepared.plan.hegemon), book.name(prepared.plan.focus)
    current = prepared.cases[0]
    for k, case in enumerate(prepared.cases[1:], start=1):
        for party, who, name in ((0, "focus", them), (1, "hegemon", us)):
            book.draws(
                f"{who}_gain_at_{_slug(case.rate)}",
                f"What is {case.label} instead of {current.label} on {them} worth to {name}?",
                f"A tariff of {case.label} instead of {current.label} on {them}, all others as "
                f"the scenario writes them, is worth {{median}} ({{interval}}) of welfare to "
                f"{name}.",
                rate_welfare[:, k, party] - rate_welfare[:, 0, party],
                "%",
                FORECAST,
                sample.values,
                closures=True,
            )


def _slug(rate: float) -> str:
    return f"{100 * rate:g}".replace(".", "_").replace("-", "minus_")


def _extremes(book: AnswerBook, welfare: Array, sample: Draws) -> None:
    """The economies with the lowest and highest median welfare over the draws."""
    solved = np.isfinite(welfare).any(axis=1)
    medians = np.median(welfare[solved], axis=0)
    order = np.argsort(medians, kind="stable")
    for identifier, question, places in (
        ("most_hurt", "Who is hurt most?", order[:_LISTED]),
        ("most_helped", "Who is helped most?", order[::-1][:_LISTED]),
    ):
        names = [book.world.names[k] for k in places]
        ranking = ranking_text(names, [float(medians[k]) for k in places], "%")
        book.category(
            identifier,
            question,
            f"Medians of welfare: {ranking}.",
            FORECAST,
            welfare[:, places[0]],
            sample.values,
            closures=True,
        )
