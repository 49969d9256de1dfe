"""Sales of Treasuries: paths per second, and the command from a cold start.

python benchmarks/treasury_sales.py
"""

from __future__ import annotations

import numpy as np

from measurement import Measurement, run_triffin, seconds_of, use_one_thread
from triffin.finance.treasuries.draws import draw_market
from triffin.finance.treasuries.impact import BackstopRule
from triffin.finance.treasuries.sale import Dealers, even_sales, follow_sale
from triffin.world.registry.parameter_set import shipped

DRAWS = 10_000
DAYS = 120
PATHS_S = 1.0
COMMAND_S = 3.0


def paths() -> float:
    """Median seconds for 10,000 draws of a 120-day sale with dealers and a backstop."""
    sample = draw_market(DRAWS, 1, shipped())
    sales = even_sales(848.0, DAYS, tail=0)
    dealers = Dealers.default(parameters=shipped())
    guard = BackstopRule.default(sample.acts, parameters=shipped())

    def work() -> None:
        follow_sale(
            sales, m=sample.m, pi=sample.pi, rho=sample.rho, dealers=dealers, backstop=guard
        )

    return float(np.median(seconds_of(work, 5)))


def main() -> list[Measurement]:
    command = run_triffin("treasuries", "sell", "JPN", "100", "--days", "10", "--json")
    return [
        Measurement(f"Treasury sale, {DRAWS:,} draws of {DAYS} days", paths(), PATHS_S, "s"),
        Measurement(
            "triffin treasuries sell, whole process",
            None if command.error else command.seconds,
            COMMAND_S,
            "s",
            note=command.error,
        ),
    ]


if __name__ == "__main__":
    use_one_thread()
    from run import show

    show(main())
