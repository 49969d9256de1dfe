"""The talks of a scenario: who signs, what is carried out, who retaliates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from triffin.answers.answer_book import AnswerBook
from triffin.run.clock.section import RunSection, Stage, Variables
from triffin.run.clock.talks import Diplomacy
from triffin.run.headline.talks import talk_answers
from triffin.run.plan.modules import TALKS
from triffin.run.plan.prepare import Prepared
from triffin.strategy.negotiation.outlook import STATES
from triffin.world.base.arrays import Array

CITATIONS = {
    "negotiation": (
        (
            "threats-on-record",
            "Tariff threats on record: executed, extended, settled",
            "Morgan, T. C., Bapat, N. and Kobayashi, Y. (2014). Threat and Imposition of Economic "
            "Sanctions 1945-2005. Conflict Management and Peace Science 31; the US threats of "
            "2018-25 with the sources of dataset threats-us-2018.",
        ),
    ),
}


def variables(prepared: Prepared, stages: Sequence[Stage]) -> Variables:
    """What happened with every partner, and the probability that it settles."""
    law, ends = prepared.outlook, _ends(stages)
    assert law is not None

    def joined(name: str, kind: Any = np.float32) -> Array:
        return np.concatenate([getattr(end.drawn, name) for end in ends]).astype(kind)

    words = " ".join(name.replace(" ", "_") for name in STATES)
    flags = {"flag_values": list(range(len(STATES))), "flag_meanings": words}
    by_partner = ("draw", "partner")
    answered = np.concatenate([end.retaliates for end in ends]).astype(np.int8)
    return {
        "partner_status": (by_partner, joined("status", np.int8), flags),
        "retaliates": (by_partner, answered),
        "sign_day": (by_partner, joined("day")),
        "partner_rate": (by_partner, joined("rate")),
        "p_settled": ("partner", law.p_settled),
    }, {
        "partner": list(law.codes),
        "partner_name": ("partner", [one.name for one in law.scene.setting.partners]),
    }


def answers(
    book: AnswerBook, prepared: Prepared, stages: Sequence[Stage], u: Mapping[str, Array]
) -> None:
    """Who signs, at what rate, who retaliates."""
    talk_answers(book, prepared, _ends(stages))


def _ends(stages: Sequence[Stage]) -> list[Diplomacy]:
    return [end for stage in stages if (end := stage.state(Diplomacy)) is not None]


SECTION = RunSection(
    draws=Diplomacy,
    turn=1,
    modules=dict.fromkeys(TALKS, "deadlines: [2025-07-09]"),
    asked=lambda name, plan: plan.deadlines is not None,
    works=lambda prepared: prepared.talks,
    datasets=("partners", "negotiation-events", "threats-us-2018"),
    citations=CITATIONS,
    variables=variables,
    answers=answers,
)
