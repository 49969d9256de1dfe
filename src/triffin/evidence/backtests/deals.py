"""Backtest of negotiation (A): the deals of 2025, from the board of the talks as of April."""

from __future__ import annotations

from typing import Any

from triffin.evidence.backtests.episode import Episode
from triffin.evidence.backtests.rows import Row, event
from triffin.scenario.loading import load_scenario
from triffin.strategy.negotiation.board import board_of
from triffin.strategy.negotiation.record_2025 import deals_2025
from triffin.world.registry.parameter_set import ParameterSet

BOARD_DRAWS = 256  # a draw of the board is the talks of all partners, week by week


def deals(episode: Episode, n: int, seed: int, *, parameters: ParameterSet) -> list[Row]:
    """Count, dates and rates of the deals, and who signs first; at most `BOARD_DRAWS` draws."""
    scenario = load_scenario(str(episode.figures["scenario"]))
    board = board_of(scenario, draws=min(n, BOARD_DRAWS), seed=seed, parameters=parameters)
    return [_row(found) for found in deals_2025(board)]


def _row(found: dict[str, Any]) -> Row:
    """A row of the record as one of ours; a probability has no ends there and is an event here."""
    if found["low"] is None and found["median"] is not None:
        return event(found["what"], "A", bool(found["observed"]), float(found["median"]))
    return {
        "what": found["what"],
        **{key: _number(found[key]) for key in ("observed", "median", "low", "high")},
        "inside": bool(found["inside"]),
        "unit": found["unit"],
        "kind": "quantity",
        "probability": None,
        # The record has quantiles and no density.
        "log_score": None,
        "module": "A",
    }


def _number(value: Any) -> float | None:
    return None if value is None else float(value)
