"""The headline of a run: its questions, answered from the draws."""

from __future__ import annotations

from typing import Any

import numpy as np

from triffin.results.headline import (
    DRIVER_THRESHOLD,
    categorical_headline,
    headline_from_draws,
    ranking_text,
)
from triffin.results.statistics import variance_shares
from triffin.results.text import quantity
from triffin.run.cases import DrawResults, RateCase
from triffin.run.closures import DIMENSIONS, Closure
from triffin.run.draws import Draws
from triffin.scenario.schema import Scenario
from triffin.trade.outcome import Equilibrium
from triffin.world.worlds import World

Array = np.ndarray

# Choices of models have no published distribution, so what they drive is judged.
_CHOICE_GRADE = "judgement"
_FORECAST = "forecast"
_LISTED = 5


def headline(
    plan: Scenario,
    world: World,
    chosen: tuple[Closure, ...],
    sample: Draws,
    cases: list[RateCase],
    drawn: DrawResults,
    central: list[Equilibrium | None],
) -> tuple[list[dict[str, Any]], dict[str, Array]]:
    """Headline entries in the order in which a reader asks, and the draws behind each (n,).

    Raises InputError if no draw of a question has an equilibrium.
    """
    home, partner = world.index(plan.hegemon), world.index(plan.focus)
    us, them = _with_article(world.names[home]), _with_article(world.names[partner])
    groups = {
        name: np.array([getattr(chosen[k], name) for k in sample.closure]) for name in DIMENSIONS
    }
    groups = {name: labels for name, labels in groups.items() if len(set(labels)) > 1}
    grades = {p.name: p.grade for p in sample.parameters}
    grades |= dict.fromkeys(DIMENSIONS, _CHOICE_GRADE)

    sources: dict[str, Array] = {}

    def answered(
        identifier: str, question: str, answer: str, draws: Array, unit: str, by_model: Any = None
    ) -> dict[str, Any]:
        sources[identifier] = draws
        models = None
        if by_model is not None:
            models = {
                closure.label: float("nan") if e is None else float(by_model(e))
                for closure, e in zip(chosen, central, strict=True)
            }
            # What a reader finds in the paper, beside what the uncertainty makes of it.
            published = quantity(models[chosen[0].label], unit)
            answer = f"{answer.rstrip('.')}; {published} in {chosen[0].label}."
        return headline_from_draws(
            identifier,
            question,
            answer,
            draws,
            unit,
            headline_class=_FORECAST,
            parameters=sample.values,
            groups=groups,
            grades=grades,
            models=models,
        )

    baseline = next(e for e in central if e is not None).baseline
    spending = baseline.E
    balance, sign = ("deficit", 1) if baseline.deficit[home] > 0 else ("surplus", -1)
    out = [
        answered(
            "hegemon_welfare",
            f"Does {us} gain from the tariffs in force at the end?",
            f"Welfare of {us}: {{median}} ({{interval}}), {{models}}.",
            drawn.welfare[:, home],
            "%",
            lambda e: e.welfare[home],
        ),
        answered(
            "focus_welfare",
            f"What do they cost {them}?",
            f"Welfare of {them}: {{median}} ({{interval}}), {{models}}.",
            drawn.welfare[:, partner],
            "%",
            lambda e: e.welfare[partner],
        ),
        answered(
            "world_welfare",
            "Does the world gain?",
            "Welfare of the world (weighted by spending): {median} ({interval}), {models}.",
            drawn.world_welfare,
            "%",
            lambda e: e.welfare @ spending / spending.sum(),
        ),
        answered(
            "hegemon_revenue",
            f"What does {us} collect?",
            "{median} a year ({interval}), at the world price level of the base year.",
            drawn.rate_revenue[:, 0],
            "bn USD",
            lambda e: e.revenue_usd[home] / 1e9,
        ),
        answered(
            "hegemon_deficit",
            f"What happens to the trade {balance} of {us}?",
            f"The goods {balance} of {us} changes by {{median}} of its size ({{interval}}).",
            sign * drawn.hegemon_deficit,
            "%",
            lambda e: sign * e.deficit[home],
        ),
    ]
    current = cases[0]
    for k, case in enumerate(cases[1:], start=1):
        for party, who, name in ((0, "focus", them), (1, "hegemon", us)):
            change = drawn.rate_welfare[:, k, party] - drawn.rate_welfare[:, 0, party]
            out.append(
                answered(
                    f"{who}_gain_at_{_slug(case.rate)}",
                    f"What is {case.label} instead of {current.label} on {them} worth to {name}?",
                    f"A tariff of {case.label} instead of {current.label} on {them} is worth "
                    f"{{median}} ({{interval}}) of welfare to {name}.",
                    change,
                    "%",
                )
            )
    out += _extremes(world, drawn, groups, sample, grades)
    return out, sources


def _slug(rate: float) -> str:
    return f"{100 * rate:g}".replace(".", "_").replace("-", "minus_")


def _with_article(name: str) -> str:
    return f"the {name}" if name.startswith(("United ", "Netherlands", "Philippines")) else name


def _extremes(
    world: World,
    drawn: DrawResults,
    groups: dict[str, Array],
    sample: Draws,
    grades: dict[str, str],
) -> list[dict[str, Any]]:
    """The economies with the lowest and highest median welfare over the draws."""
    solved = np.isfinite(drawn.welfare).any(axis=1)
    medians = np.median(drawn.welfare[solved], axis=0)
    order = np.argsort(medians, kind="stable")
    entries = []
    for identifier, question, positions in (
        ("most_hurt", "Who is hurt most?", order[:_LISTED]),
        ("most_helped", "Who is helped most?", order[::-1][:_LISTED]),
    ):
        shares = variance_shares(drawn.welfare[:, positions[0]], sample.values, groups)
        drivers = [name for name, share in shares.items() if share >= DRIVER_THRESHOLD]
        names = [world.names[k] for k in positions]
        ranking = ranking_text(names, [float(medians[k]) for k in positions], "%")
        entries.append(
            categorical_headline(
                identifier,
                question,
                f"Medians of welfare: {ranking}.",
                headline_class=_FORECAST,
                drivers=drivers or list(shares)[:1] or [p.name for p in sample.parameters],
                grades=grades,
            )
        )
    return entries
