"""Beside the logit: who is pivotal (global game) and who follows whom (network cascade), C.3, C.4.

Gains and losses of resisting come from the same payoffs: b = what a partner keeps by holding if the
campaign fails, against conceding; c = what it loses, against conceding, if it is struck.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from triffin.strategy.alignment.thresholds import eagerness, global_game_public, threshold_network
from triffin.strategy.payoffs.solves import TalksSetting
from triffin.world.base.arrays import Array
from triffin.world.registry.parameter_set import ParameterSet

_NEVER = 2.0
"""A threshold above one is never reached."""


def influence(weight: Array, gain: Array, loss: Array) -> Array:
    """w_i b_i/(b_i + c_i) (n, m): by how much each partner raises the strength θ* that a campaign
    must have to succeed; gain, loss (n, m) or (m,), weight (m,)."""
    return np.asarray(weight * eagerness(gain, loss))


def public_threshold(
    weight: Array,
    gain: Array,
    loss: Array,
    belief: float,
    belief_sd: float,
    parameters: ParameterSet,
) -> dict[str, Any]:
    """Thresholds when all see a public signal of the campaign that moves with credibility.

    y = θ* + slope (p − ½), of precision 1/(slope × belief_sd)²; private signals have the registry's
    noise; one threshold t of failing for all, the mean over partners by weight. weight, gain, loss
    (m,). Outputs of `global_game_public`, with theta_star_private and signal.
    """
    flat = float(influence(weight, gain, loss).sum())
    slope = parameters.value("public_signal_slope")
    precision = 1.0 / max(slope * belief_sd, 1e-6) ** 2 if slope > 0 else 0.0
    signal = flat + slope * (belief - 0.5)
    found = global_game_public(
        precision,
        1.0 / parameters.value("private_signal_sd") ** 2,
        float(np.clip(1.0 - flat, 1e-6, 1 - 1e-6)),
        signal,
    )
    return found | {"theta_star_private": flat, "signal": signal}


def ties(setting: TalksSetting, treaty_share: float) -> Array:
    """(m, m) how much each partner watches each other one; rows add to one, zero diagonal.

    Trade both ways, and the number of treaties and blocs in common with weight `treaty_share`;
    where a partner has no bloc in common with anybody, trade alone.
    """
    flows = setting.members @ (setting.base.X + setting.base.X.T) @ setting.members.T
    member = [set(one.blocs) for one in setting.partners]
    common = np.array([[float(len(one & other)) for other in member] for one in member])
    np.fill_diagonal(flows, 0.0)
    np.fill_diagonal(common, 0.0)
    trade, treaty = _rows(flows), _rows(common)
    share = treaty_share * (treaty.sum(axis=1, keepdims=True) > 0)
    return np.asarray((1.0 - share) * trade + share * treaty)


def _rows(weights: Array) -> Array:
    total = weights.sum(axis=1, keepdims=True)
    return np.asarray(weights / np.where(total > 0, total, 1.0))


def cascade(weights: Array, gain: Array, loss: Array, seeds: list[int]) -> dict[str, Any]:
    """Who resists in the end if some do from the start (`threshold_network`).

    weights (m, m) of `ties`. i resists once the weight of those who do reaches c/(b + c), the
    chance of failing that makes it indifferent (C.3); 0 where resisting costs nothing, never where
    it gains nothing. gain, loss (m,).
    """
    eager = eagerness(gain, loss)
    thresholds = np.where(gain > 0, 1.0 - eager, _NEVER)
    return threshold_network(weights.tolist(), thresholds.tolist(), seeds)
