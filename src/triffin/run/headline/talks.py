"""What a run answers about the talks: who signs, at what rate, who retaliates."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from triffin.answers.answer_book import AnswerBook
from triffin.answers.headline import at_head
from triffin.run.clock.talks import Diplomacy
from triffin.run.plan.prepare import Prepared
from triffin.strategy.negotiation.outlook import Outlook
from triffin.world.base.arrays import Array
from triffin.world.base.wording import dated, number


def talk_answers(book: AnswerBook, prepared: Prepared, ends: Sequence[Diplomacy]) -> None:
    """Enter the answers of the talks; probabilities are the outlook's, not shares of draws."""
    law, plan = prepared.outlook, prepared.plan
    assert law is not None
    when = np.concatenate([end.drawn.day for end in ends])
    deadline = law.scene.deadlines[0]
    signing, decision = book.subset("talks_signing"), book.subset("talks_decision")
    m = len(law.codes)
    by_deadline = (when <= (deadline - plan.start).days).sum(axis=1)
    expected = number(float(law.p_settled_by(deadline).sum()), 1)
    book.enter(
        "deals_by_deadline",
        f"{{median}} of {m} sign ({{likely}}); {expected} are expected.",
        by_deadline,
        signing,
        deadline=dated(deadline),
    )
    expected = number(float(law.p_settled.sum()), 1)
    book.enter(
        "deals_by_end",
        f"{{median}} of {m} sign ({{likely}}); {expected} are expected.",
        np.isfinite(when).sum(axis=1),
        signing,
        end=dated(plan.end),
    )
    if law.scene.focus is not None:
        _focus(book, law, ends, signing | decision | book.subset("talks_rate"))
    count = np.concatenate([end.retaliates for end in ends]).sum(axis=1)
    expected = number(float(law.p_retaliates.sum()), 1)
    book.enter(
        "retaliators",
        f"{{median}} of {m} retaliate ({{likely}}); {expected} are expected. Who retaliated "
        "before is likely to do so again, others are not.",
        count,
        decision | book.subset("talks_answer"),
    )


def _focus(
    book: AnswerBook, law: Outlook, ends: Sequence[Diplomacy], drivers: dict[str, Array]
) -> None:
    focus = law.scene.focus
    assert focus is not None
    who = book.name(law.scene.scenario.focus)
    chance = float(law.p_settled[focus])
    carried = number(law.at_deadline["full"] + law.at_deadline["part"])
    counts = law.ledger.outcome_counts(law.class_)
    book.enter(
        "focus_signs",
        f"{at_head(who)} signs by {dated(law.last)} with a probability of {{median}}. The threat "
        f"is carried out at the deadline on who has not with probability {carried}; "
        f"{counts} such threats on record were ever carried out.",
        np.full(book.n, chance),
        {name: np.full(book.n, book.parameters.value(name)) for name in law.drivers},
        focus=who,
    )
    rate = np.concatenate([end.drawn.rate[:, focus] for end in ends])
    naive = ", ".join(f"{name} {number(value, 1)} %" for name, value in law.naive(focus).items())
    book.enter(
        "focus_tariff",
        f"{at_head(who)} pays {{median}} at the end ({{likely}}). Simple rules: {naive}.",
        100.0 * rate,
        drivers,
        focus=who,
    )
