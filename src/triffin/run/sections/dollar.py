"""The dollar's share of reserves, where a scenario moves its attractiveness."""

from __future__ import annotations

from triffin.questions.dollar.tipping import COLUMNS
from triffin.run.clock.section import Mover, RunSection
from triffin.run.headline.markets import dollar_answers
from triffin.run.plan.modules import ON

SECTION = RunSection(
    draws=lambda stage: Mover(),
    turn=4,
    modules={"dollar": "a section dollar:"},
    asked=lambda name, plan: plan.dollar is not None,
    works=lambda prepared: prepared.modules["dollar"] == ON,
    columns=COLUMNS,
    groups={"dollar": COLUMNS},
    citations={
        "dollar": (
            (
                "currency-choice",
                "Use of currencies with complementarity, many of them",
                "Brock, W. A. and Durlauf, S. N. (2001). Discrete Choice with Social Interactions. "
                "Review of Economic Studies 68.",
            ),
        ),
    },
    answers=dollar_answers,
)
