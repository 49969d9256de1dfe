"""What a run answers about the talks: who signs, at what rate, who follows, who is believed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np

from triffin.answers.answer_book import AnswerBook, Behind
from triffin.run.clock.talks import Diplomacy
from triffin.run.plan.prepare import Prepared
from triffin.strategy.alignment.nested import NESTED_COLUMNS, PIVOT, RETALIATE
from triffin.strategy.credibility.resolve import RESOLVE_COLUMNS
from triffin.strategy.negotiation.drawn_values import PARAMETERS
from triffin.world.base.arrays import Array
from triffin.world.base.wording import quantity


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
    of_all = f"{{median}} of {m} ({{interval}})."
    by_deadline = (signed & (when <= day)).sum(axis=1)
    book.enter(
        "deals_by_deadline", of_all, by_deadline, talks | belief, deadline=scene.deadlines[0]
    )
    book.enter("deals_by_end", of_all, signed.sum(axis=1), talks | belief, end=plan.end)
    if scene.focus is not None:
        _focus(book, prepared, ends, signed, when, talks | belief)
    book.enter(
        "credibility_end",
        "The probability that it is of the type that executes its threats: {median} ({interval}).",
        _joined(ends, lambda end: end.resolve.p),
        belief,
    )
    dilemma = _joined(ends, lambda end: end.dilemma)
    if np.isfinite(dilemma).any():
        over = float(np.mean(dilemma[np.isfinite(dilemma)] > 1))
        book.enter(
            "dilemma_index",
            f"Cost of punishing over what backing down costs: {{median}} ({{interval}}); above 1, "
            f"where backing down is better, in {100 * over:.0f} % of the draws; at or below 0 "
            "punishing pays.",
            dilemma,
            belief | book.subset("yield_news", "alignment_rationality"),
        )
    actions = _joined(ends, lambda end: end.actions)
    for identifier, action in (("retaliators", RETALIATE), ("pivoters", PIVOT)):
        count = (actions == action).sum(axis=1)
        answer = f"{{median}} of {m} ({{interval}}); {count.mean():.1f} in the mean."
        book.enter(identifier, answer, count, follow | belief)
    if np.isfinite(isolation).any():
        book.enter(
            "self_isolation",
            "Log change of the rival's trade with third parties less the hegemon's: {median} "
            "({interval}); above 0 it does. The hegemon's own tariffs make most of it.",
            isolation,
            follow | book.subset("trade_elasticity"),
            behind=Behind(closures=True),
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
    book.enter("focus_signs", f"{words}.", signed[:, focus], drivers, focus=who)
    rate = _joined(ends, lambda end: end.rate)[:, focus]
    book.enter("focus_tariff", "{median} ({interval}).", 100.0 * rate, drivers, focus=who)
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
    book.enter(
        "creditor_threat_value",
        f"{{median}} ({{interval}}), {quantity(float(value.mean()), 'bn USD a year')} in "
        f"expectation; 100 bn sold hurt {who} more than the hegemon in "
        f"{100 * float(hurt.mean()):.0f} % of the draws.",
        value,
        prices,
        focus=who,
    )
    book.enter(
        "creditor_threat_credible",
        "In {median} of the draws ({interval}): there a sale costs the seller no more than it "
        "gains.",
        credible,
        prices,
    )
    chance = "In {median} of the draws ({interval})."
    book.enter("focus_sale", chance, sold, prices | drivers, focus=who)


def _joined(ends: Sequence[Diplomacy], what) -> Array:  # type: ignore[no-untyped-def]
    return np.concatenate([what(end) for end in ends])
