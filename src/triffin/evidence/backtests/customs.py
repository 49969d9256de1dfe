"""Backtest of revenue as paid: US customs duties by month, with what was known on one day."""

from __future__ import annotations

from datetime import date

import numpy as np

from triffin.evidence.backtests.episode import Episode
from triffin.evidence.backtests.rows import Row, quantity
from triffin.trade.customs.as_paid import as_paid, customs_months
from triffin.world.base.arrays import Array
from triffin.world.registry.parameter_set import ParameterSet


def revenue(episode: Episode, n: int, seed: int, parameters: ParameterSet) -> list[Row]:
    """Cash of the Treasury by month and in sum, and duty over imports at entry by Census' month.

    Rows have naive rivals: the rate of the last known month, and the law times its last ratio.
    """
    known = date.fromisoformat(episode.information)
    first, last = (str(episode.figures[key]) for key in ("first", "last"))
    found = as_paid(known, first, last, parameters, seed=seed)
    history = customs_months()
    cash = [(k, history[m].duties_musd) for k, m in enumerate(found.months)]
    paid = [(k, value / 1000) for k, value in cash if value is not None]

    def row(what: str, unit: str, observed: float, draws: Array, rivals: dict[str, float]) -> Row:
        made = quantity(what, "customs", unit, observed, draws)
        return {**made, "rivals": [{"name": k, "value": v} for k, v in rivals.items()]}

    rows = [
        row(
            f"customs duties, {found.months[k]}",
            "bn USD",
            value,
            found.draws[:, k],
            {name: float(values[k]) for name, values in found.rivals.items()},
        )
        for k, value in paid
    ]
    which = [k for k, _ in paid]
    months = f"{found.months[which[0]]} to {found.months[which[-1]]}"
    rows.append(
        row(
            f"customs duties, {months}",
            "bn USD in all",
            sum(value for _, value in paid),
            found.draws[:, which].sum(axis=1),
            {name: float(values[which].sum()) for name, values in found.rivals.items()},
        )
    )
    start = str(episode.figures["first_entry"])
    entry = as_paid(known, start, str(episode.figures["last_entry"]), parameters, seed=seed)
    for k, month in enumerate(entry.months):
        observed = history[month].entered_pct
        if observed is None:
            continue
        rivals = {"last month's rate": entry.coverage.last_entry}
        rows.append(
            row(
                f"duty over imports at entry, {month}",
                "%",
                observed,
                entry.rate_draws[:, k],
                rivals,
            )
        )
    return rows


def rival_scores(rows: list[Row]) -> list[dict[str, object]]:
    """By unit, where rows have rivals: the mean absolute error of the median and of each rival, in
    per cent of what was observed."""
    found: list[dict[str, object]] = []
    for unit in dict.fromkeys(row["unit"] for row in rows if row.get("rivals")):
        chosen = [row for row in rows if row["unit"] == unit and row.get("rivals")]
        observed = np.array([row["observed"] for row in chosen])

        def error(said: list[float], observed: Array = observed) -> float:
            return float(100 * np.mean(np.abs(np.array(said) / observed - 1)))

        ours = np.array([row["median"] for row in chosen])
        errors = {"ours": error(list(ours))}
        for k, rival in enumerate(chosen[0]["rivals"]):
            errors[rival["name"]] = error([row["rivals"][k]["value"] for row in chosen])
        found.append(
            {
                "unit": unit,
                "rows": len(chosen),
                "largest_error_pct": float(100 * np.max(np.abs(ours / observed - 1))),
                "mean_error_pct": errors,
            }
        )
    return found
