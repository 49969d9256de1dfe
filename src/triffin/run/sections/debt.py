"""What the government owes and pays for it, and whether what matures can be sold anew."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from triffin.run.clock.debt import Debt
from triffin.run.clock.section import RunSection, Stage, Variables
from triffin.run.plan.prepare import Prepared


def variables(prepared: Prepared, stages: Sequence[Stage]) -> Variables:
    """Average rate and debt by week."""
    states = [state for stage in stages if (state := stage.state(Debt)) is not None]
    return {
        name: (
            ("draw", "week"),
            np.concatenate([getattr(state, name) for state in states]).astype(np.float32),
        )
        for name in ("average_rate", "debt")
    }, {}


SECTION = RunSection(draws=Debt, turn=5, columns=("debt_wall_cover",), variables=variables)
