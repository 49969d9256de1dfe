"""Trade withheld on a world with sectors: who withholds what from whom, and what it does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from triffin.strategy.power.time import stock_path
from triffin.strategy.power.withdrawal import export_control, in_pct, network_prices, safe_share
from triffin.trade.many.calibration import SectorBaseline
from triffin.world.base.arrays import Array


@dataclass(frozen=True, eq=False)
class Dependence:
    """What a target buys from the coercers, by sector (S,).

    weight : share of the sector in final spending. share : of the coercers in its purchases, own
    sales included. theta : trade elasticity.
    """

    weight: Array
    share: Array
    theta: Array

    @property
    def total(self) -> tuple[float, float, float]:
        """Weight, share and elasticity of all sectors as one: its loss is that of the sectors."""
        weight = float(self.weight.sum())
        share = float(self.weight @ self.share) / weight if weight > 0 else 0.0
        loss = float(self.weight / self.theta @ -np.log1p(-self.share))
        theta = weight * -float(np.log1p(-share)) / loss if loss > 0 else float(self.theta.mean())
        return weight, share, theta


def dependence(
    base: SectorBaseline, by: Sequence[int], on: int, sectors: Sequence[int]
) -> Dependence:
    """Dependence of the economy `on` on the economies `by` in some sectors (positions)."""
    held, chosen = list(by), list(sectors)
    share = base.share[:, held, on].sum(axis=1)[chosen]
    return Dependence(base.final_share[chosen, on], share, base.theta[chosen])


def closed_form(
    base: SectorBaseline,
    by: Sequence[int],
    on: int,
    sectors: Sequence[int],
    *,
    reduction: float = 1.0,
    theta: Array | None = None,
) -> float:
    """Loss (per cent) of the economy `on` with wages and foreign costs given (I.4).

    `theta` (S,) in place of the baseline's. Raises NotConverged where prices have no bound.
    """
    withdrawn = np.zeros(len(base.theta))
    withdrawn[list(sectors)] = base.share[list(sectors)][:, list(by), on].sum(axis=1) * reduction
    home, elasticity = base.share[:, on, on], base.theta if theta is None else theta
    log_prices, _ = network_prices(withdrawn, home, base.inputs[on].T, elasticity)
    return in_pct(float(base.final_share[:, on] @ log_prices))


def defence(
    of: Dependence, *, bearable_pct: float, reduction: float, stock_months: float, months: float
) -> dict[str, Any]:
    """What the target would have to do: closed forms on its sectors as one (I.9 to I.11).

    Outputs: share now, share_that_halves the loss, safe_share at which it is `bearable_pct`,
    months of stock that cover `months`, the loss on average over them with `stock_months` as a
    fraction of the loss, and the reduction at which licences earn the sender most.
    """
    weight, share, theta = of.total
    found = safe_share(weight, theta, bearable_pct, share) if weight > 0 else {}
    control = export_control(weight, share, theta, reduction, "exporter")
    return {
        "share": share,
        "share_that_halves": found.get("share_that_halves"),
        "safe_share": found.get("safe_share"),
        "stock_months_that_cover": months * reduction,
        "part_of_loss_with_stock": stock_path(stock_months, 1 - reduction, months, 1.0)[
            "mean_loss_pct"
        ],
        "best_reduction": control["best_reduction"],
    }
