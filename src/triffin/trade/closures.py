"""The models and closures over which every run draws (models H.11).

The sign of the hegemon's welfare depends on them, so they are part of the uncertainty. Weights
stand in the registry of parameters, equal by default.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np

from triffin.world.base.errors import InputError
from triffin.world.model import World
from triffin.world.registry.parameter_set import ParameterSet

_MODELS = (
    ("ignatenko-2025", "one-sector", "model_weight_one_sector"),
    ("ignatenko-2025-roundabout", "roundabout inputs", "model_weight_roundabout"),
    ("ignatenko-2025-eaton-kortum", "Eaton-Kortum", "model_weight_eaton_kortum"),
)
_SECTOR_MODELS = (
    ("caliendo-parro-2015", "many sectors", "model_weight_many_sectors"),
    ("armington-many-sectors", "without inputs", "model_weight_without_inputs"),
)
_REVENUES = (
    ("tax-relief", "tax relief", "revenue_weight_tax_relief"),
    ("lump-sum", "lump-sum", "revenue_weight_lump_sum"),
)
_RETALIATIONS = (
    ("none", "no retaliation", "retaliation_weight_none"),
    ("reciprocal", "reciprocal retaliation", "retaliation_weight_reciprocal"),
)

DIMENSIONS = ("model", "revenue", "retaliation")
LABELS = {
    "model": "model of trade",
    "revenue": "use of the revenue",
    "retaliation": "retaliation",
    **{row[0]: row[1] for row in (*_MODELS, *_SECTOR_MODELS, *_REVENUES, *_RETALIATIONS)},
}
"""What readers call a dimension, and a choice in it."""


@dataclass(frozen=True)
class Closure:
    """One model with one use of the revenue and one rule of retaliation; weight sums to 1."""

    id: str
    model: str
    revenue: str
    retaliation: str
    label: str
    weight: float


def closures(world: World | None = None, *, parameters: ParameterSet) -> tuple[Closure, ...]:
    """All closures with a positive weight, the central one (the model's baseline) first.

    Those of one-sector worlds unless `world` has many. Raises InputError if a choice has no
    positive weight at all.
    """
    many = world is not None and world.n_sectors > 1
    models = _SECTOR_MODELS if many else _MODELS
    revenues = _REVENUES[::-1] if many else _REVENUES
    found = []
    for (model, m_label, m), (revenue, v_label, v), (answer, a_label, a) in product(
        models, revenues, _RETALIATIONS
    ):
        weight = parameters.value(m) * parameters.value(v) * parameters.value(a)
        if weight > 0:
            found.append(
                Closure(
                    id=f"{model}/{revenue}/{answer}",
                    model=model,
                    revenue=revenue,
                    retaliation=answer,
                    label=f"{m_label}, {v_label}, {a_label}",
                    weight=weight,
                )
            )
    total = sum(closure.weight for closure in found)
    if not found:
        raise InputError(
            "all weights of models and closures are zero.",
            field="model_weight",
            valid="at least one positive weight",
        )
    return tuple(
        Closure(c.id, c.model, c.revenue, c.retaliation, c.label, c.weight / total) for c in found
    )


def assign(chosen: tuple[Closure, ...], u: np.ndarray) -> np.ndarray:
    """(n,) positions in `chosen` for uniforms `u` (n,), by weight."""
    edges = np.cumsum([closure.weight for closure in chosen])
    return np.minimum(np.searchsorted(edges, u, side="right"), len(chosen) - 1)
