"""The talks of a scenario: bargains, belief in the threat, and who follows whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from triffin.answers.answer_book import AnswerBook
from triffin.run.clock.markets import PRIVATE_SALES
from triffin.run.clock.section import RunSection, Stage, Variables
from triffin.run.clock.talks import STATUSES, Diplomacy
from triffin.run.headline.talks import talk_answers
from triffin.run.plan.modules import TALKS
from triffin.run.plan.prepare import Prepared
from triffin.strategy.alignment.nested import ACTIONS, NESTED_COLUMNS
from triffin.strategy.credibility.resolve import RESOLVE_COLUMNS
from triffin.strategy.negotiation.drawn_values import COLUMNS as TALKS_COLUMNS
from triffin.world.base.arrays import Array

CITATIONS = {
    "negotiation": (
        (
            "nash-bargaining",
            "Bilateral bargaining over tariff and package",
            "Nash, J. F. (1950). The Bargaining Problem. Econometrica 18.",
        ),
        (
            "nash-in-nash",
            "Bargains of one hegemon with many partners",
            "Horn, H. and Wolinsky, A. (1988). Bilateral Monopolies and Incentives for Merger. "
            "RAND Journal of Economics 19.",
        ),
    ),
    "credibility": (
        (
            "reputation",
            "Beliefs about a hegemon that may only be bluffing",
            "Kreps, D. M. and Wilson, R. (1982). Reputation and Imperfect Information. "
            "Journal of Economic Theory 27.",
        ),
    ),
    "alignment": (
        (
            "quantal-response",
            "Quantal response of third countries",
            "McKelvey, R. D. and Palfrey, T. R. (1995). Quantal Response Equilibria for Normal "
            "Form Games. Games and Economic Behavior 10.",
        ),
        (
            "social-interactions",
            "Discrete choice with social interactions",
            "Brock, W. A. and Durlauf, S. N. (2001). Discrete Choice with Social Interactions. "
            "Review of Economic Studies 68.",
        ),
    ),
}


def variables(prepared: Prepared, stages: Sequence[Stage]) -> Variables:
    """What happened with every partner."""
    assert prepared.scene is not None
    setting, ends = prepared.scene.setting, _ends(stages)

    def joined(name: str, kind: Any = np.float32) -> Array:
        return np.concatenate([getattr(end, name) for end in ends]).astype(kind)

    def flags(words: Sequence[str]) -> dict[str, Any]:
        return {"flag_values": list(range(len(words))), "flag_meanings": " ".join(words)}

    by_partner, by_week = ("draw", "partner"), ("draw", "week")
    return {
        "partner_status": (by_partner, joined("status", np.int8), flags(STATUSES)),
        "partner_action": (by_partner, joined("actions", np.int8), flags(ACTIONS)),
        "sign_day": (by_partner, joined("sign_day")),
        "partner_rate": (by_partner, joined("rate")),
        "partner_gain": (by_partner, joined("gain_partner")),
        "hegemon_gain": (by_partner, joined("gain_hegemon")),
        "credibility": (by_week, joined("credibility_path")),
        "resist_share": (by_week, joined("resist_share_path")),
    }, {
        "partner": list(setting.codes),
        "partner_name": ("partner", [one.name for one in setting.partners]),
    }


def answers(
    book: AnswerBook, prepared: Prepared, stages: Sequence[Stage], u: Mapping[str, Array]
) -> None:
    """Who signs, at what rate, who follows, who is believed."""
    isolation = np.concatenate([stage.isolation for stage in stages])
    talk_answers(book, prepared, _ends(stages), isolation)


def _ends(stages: Sequence[Stage]) -> list[Diplomacy]:
    return [end for stage in stages if (end := stage.state(Diplomacy)) is not None]


SECTION = RunSection(
    draws=Diplomacy,
    turn=1,
    modules=dict.fromkeys(TALKS, "deadlines: [2025-07-09]"),
    asked=lambda name, plan: plan.deadlines is not None,
    works=lambda prepared: prepared.talks,
    # What the focus may sell stands among them: its government's share and its institutions'.
    columns=(
        "creditor_official_share",
        "creditor_freeze",
        PRIVATE_SALES,
        *RESOLVE_COLUMNS,
        *NESTED_COLUMNS,
        *TALKS_COLUMNS,
    ),
    groups={"credibility": RESOLVE_COLUMNS, "alignment": NESTED_COLUMNS},
    datasets=("partners", "negotiation-events", "blocs"),
    citations=CITATIONS,
    variables=variables,
    answers=answers,
)
