"""Alignment: who follows whom, who is pivotal, and who is isolated (models C)."""

from triffin.strategy.alignment.cascade import granovetter_cascade, threshold_network
from triffin.strategy.alignment.global_game import global_game_flat, global_game_public
from triffin.strategy.alignment.isolation import isolation_index
from triffin.strategy.alignment.logit import logit_alignment, logit_qre_2x2

__all__ = [
    "global_game_flat",
    "global_game_public",
    "granovetter_cascade",
    "isolation_index",
    "logit_alignment",
    "logit_qre_2x2",
    "threshold_network",
]
