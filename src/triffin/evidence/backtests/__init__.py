"""Backtests: what happened beside what the models say at default parameters."""

from triffin.evidence.backtests.history import backtest, find_episode, list_episodes

__all__ = ["backtest", "find_episode", "list_episodes"]
