"""What a run answers about the talks: who signs, at what rate, who follows, who is believed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np

from triffin.answers.answer_book import AnswerBook
from triffin.run.clock.talks import Diplomacy
from triffin.run.plan.prepare import Prepared
from triffin.strategy.alignment.nested import NESTED_COLUMNS, PIVOT, RETALIATE
from triffin.strategy.credibility.resolve import RESOLVE_COLUMNS
from triffin.strategy.negotiation.drawn_values import PARAMETERS
from triffin.world.base.arrays import Array
from triffin.world.base.wording import quantity

FORECAST, INDEX = "forecast", "index"
COUNT = "partners"


def talk_answers(
    book: AnswerBook, prepared: Prepared, ends: Sequence[Diplomacy], isolation: Array
) -> None:
    """Enter the answers of the talks. isolation (n,) : index by draw, nan where not solved."""
    scene, plan = prepared.scene, prepared.plan
    assert scene is not None
    day = (scene.deadlines[0] - plan.start).days
    signed = _joined(ends, lambda end: end.talks.signed)
    when = _joined(ends, lambda end: end.sign_day)
    talks = book.subset(*PARAMETERS)
    belief = book.subset(*RESOLVE_COLUMNS)
    follow = book.subset(*NESTED_COLUMNS)
    m = signed.shape[1]
    book.draws(
        "deals_by_deadline",
        f"How many sign by {scene.deadlines[0]}?",
        f"{{median}} of {m} ({{interval}}).",
        (signed & (when <= day)).sum(axis=1).astype(float),
        COUNT,
        FORECAST,
        talks | belief,
    )
    book.draws(
        "deals_by_end",
        f"How many have signed by {plan.end}?",
        f"{{median}} of {m} ({{interval}}).",
        signed.sum(axis=1).astype(float),
        COUNT,
        FORECAST,
        talks | belief,
    )
    if scene.focus is not None:
        _focus(book, prepared, ends, signed, when, talks | belief)
    book.draws(
        "credibility_end",
        "Is the hegemon believed at the end?",
        "The probability that it is of the type that executes its threats: {median} ({interval}).",
        _joined(ends, lambda end: end.resolve.p),
        "probability",
        INDEX,
        belief,
    )
    dilemma = _joined(ends, lambda end: end.dilemma)
    if np.isfinite(dilemma).any():
        over = float(np.mean(dilemma[np.isfinite(dilemma)] > 1))
        book.draws(
            "dilemma_index",
            "Is it caught between punishing and being seen to bluff?",
            f"Cost of punishing over what backing down costs: {{median}} ({{interval}}); above 1, "
            f"where backing down is better, in {100 * over:.0f} % of the draws; at or below 0 "
            "punishing pays.",
            dilemma,
            "ratio",
            INDEX,
            belief | book.subset("yield_news", "alignment_rationality"),
        )
    actions = _joined(ends, lambda end: end.actions)
    for identifier, action, verb in (
        ("retaliators", RETALIATE, "retaliate"),
        ("pivoters", PIVOT, "turn to the rival"),
    ):
        book.draws(
            identifier,
            f"How many {verb}?",
            f"{{median}} of {m} ({{interval}}); {_mean((actions == action).sum(axis=1))} in the "
            "mean.",
            (actions == action).sum(axis=1).astype(float),
            COUNT,
            FORECAST,
            follow | belief,
        )
    if np.isfinite(isolation).any():
        book.draws(
            "self_isolation",
            "Does the hegemon isolate itself?",
            "Log change of the rival's trade with third parties less the hegemon's: {median} "
            "({interval}); above 0 it does. The hegemon's own tariffs make most of it.",
            isolation,
            "log points",
            INDEX,
            follow | book.subset("trade_elasticity"),
            closures=True,
        )


def _focus(
    book: AnswerBook,
    prepared: Prepared,
    ends: Sequence[Diplomacy],
    signed: Array,
    when: Array,
    drivers: dict[str, Array],
) -> None:
    scene, plan = prepared.scene, prepared.plan
    assert scene is not None
    assert scene.focus is not None
    who, focus = book.name(plan.focus), scene.focus
    days = when[:, focus][signed[:, focus]]
    words = f"{who[:1].upper()}{who[1:]} signs in {{median}} of the draws ({{interval}})"
    if len(days):
        middle = plan.start + dt.timedelta(days=int(np.median(days)))
        words += f"; if so, in the middle on {middle}"
    book.chance("focus_signs", f"Would {who} sign?", f"{words}.", signed[:, focus], FORECAST,
                drivers)  # fmt: skip
    rate = _joined(ends, lambda end: end.rate)[:, focus]
    book.draws(
        "focus_tariff",
        f"What does {who} pay at the end?",
        "{median} ({interval}).",
        100.0 * rate,
        "%",
        FORECAST,
        drivers,
    )
    threats = [end.creditor for end in ends]
    sales = [float(s.sell_treasuries_usd_bn or 0) for s in plan.treasuries or []
             if s.holder == plan.focus and s.sector == "official"]  # fmt: skip
    sold = _joined(ends, lambda end: end.focus_sale) | (sum(sales) > 0)
    if threats[0] is None:
        return
    value = np.concatenate([one.value_bn_per_year for one in threats if one is not None])
    credible = np.concatenate([one.credible for one in threats if one is not None])
    hurt = np.concatenate([one.seller_hurt_more for one in threats if one is not None])
    prices = book.subset("price_impact_bp_per_100bn", "permanent_share", "kappa_supply",
                         "creditor_official_share", "hegemon_nash_weight", "political_wedge",
                         "credibility_prior")  # fmt: skip
    book.draws(
        "creditor_threat_value",
        f"What is the threat to sell Treasuries worth to {who}?",
        f"{{median}} ({{interval}}), {quantity(float(value.mean()), 'bn USD a year')} in "
        f"expectation; 100 bn sold hurt {who} more than the hegemon in "
        f"{100 * float(hurt.mean()):.0f} % of the draws.",
        value,
        "bn USD a year",
        FORECAST,
        prices,
    )
    book.chance(
        "creditor_threat_credible",
        "Is that threat credible?",
        "In {median} of the draws ({interval}): there a sale costs the seller no more than it "
        "gains.",
        credible,
        FORECAST,
        prices,
    )
    book.chance(
        "focus_sale",
        f"Does the government of {who} sell?",
        "In {median} of the draws ({interval}).",
        sold,
        FORECAST,
        prices | drivers,
    )


def _joined(ends: Sequence[Diplomacy], what) -> Array:  # type: ignore[no-untyped-def]
    return np.concatenate([what(end) for end in ends])


def _mean(values: Array) -> str:
    return f"{float(values.mean()):.1f}"
