"""The balanced-trade experiment respects adding-up."""

from __future__ import annotations

import numpy as np
import pytest

from triffin.evidence.replications.ignatenko import effect_with_transfers
from triffin.trade.equilibrium import solve
from triffin.trade.one.counterfactual import baseline_of
from triffin.world import load_world

WORLD = load_world("world-2023")


def test_unchanged_transfers_give_the_plain_effect_of_tariffs():
    base = baseline_of(WORLD)
    tariffs = solve(WORLD, {"USA": {"*": 0.10}})
    effect = effect_with_transfers(base, base.T, tariffs.tariffs)
    assert effect == pytest.approx(tariffs.welfare, abs=1e-9)


def test_transfers_that_do_not_add_up_are_refused():
    base = baseline_of(WORLD)
    transfers = base.T.copy()
    transfers[0] += 0.01 * base.E.sum()
    with pytest.raises(ValueError, match="add up to zero"):
        effect_with_transfers(base, transfers, np.zeros_like(base.X))
