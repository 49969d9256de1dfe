"""The dollar system with intervals: where it stands (`dollar_position`), what a shock does
(`dollar_tip`).

Draws: every parameter of `COLUMNS` from the registry. One without a distribution there is drawn
from the triangle over its range that has its value as median, as the registry does elsewhere.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from triffin.answers.documents import entry_row, picked
from triffin.answers.headline import headline_from_draws
from triffin.answers.statistics import spread
from triffin.finance.dollar.layers import (
    LAYERS,
    LayerToday,
    fitted_intercepts,
    layers_today,
    strengths,
)
from triffin.finance.dollar.tipping import settle, share_paths, shocked, trace_to_tip
from triffin.world.base.arrays import Array
from triffin.world.base.errors import InputError, NoEquilibrium, nearest_match
from triffin.world.registry.parameter_set import ParameterSet, in_place
from triffin.world.registry.registry import Parameter
from triffin.world.registry.sampling import plausible, uniforms

# The order is part of the results: append, never reorder.
COLUMNS = ("currency_complementarity", "currency_adjustment_per_year")
MOST_DRAWS = 100_000
_GRID = 121  # complementarities at which a tip is looked for
MOST_YEARS = 100
MOST_LOG_POINTS = 3.0
SIZES = (
    "log points below 3, e.g. 0.2, or a loss in per cent of the dollar's attractiveness, "
    "e.g. 20%; a negative size is a gain"
)


@dataclass(frozen=True, eq=False)
class DollarDraws:
    """values: name -> (n,). layers: today's layers. limit: complementarity below which today's
    shares of all `LAYERS` are stable; consistent: its probability before conditioning."""

    values: dict[str, Array]
    layers: dict[str, LayerToday]
    limit: float
    consistent: float

    def system(self, layer: LayerToday) -> tuple[Array, Array, Array]:
        """Shares today, intercepts and strengths of a layer, each (n, K)."""
        c = strengths(self.values["currency_complementarity"], layer.network)
        return (
            np.tile(layer.shares, (len(c), 1)),
            fitted_intercepts(layer.shares, c),
            c,
        )


def draw_dollar(
    draws: int, seed: int, *, uniform: Mapping[str, Array] | None = None, parameters: ParameterSet
) -> DollarDraws:
    """`draws` points of `COLUMNS`, mapped through the registry; `uniform` those
    that a run over several rooms has drawn already.

    The complementarity is conditioned on today's shares being stable in every layer, which is a
    statement about the shares and it alone. Raises InputError for a number of draws that cannot
    be made, NoEquilibrium if no value in the registry's range is consistent with the shares.
    """
    u = uniforms(COLUMNS, draws, seed, most=MOST_DRAWS) if uniform is None else dict(uniform)
    layers = layers_today()
    limit = min(layers[name].limit for name in LAYERS)
    strength = "currency_complementarity"
    consistent = _probability_below(parameters[strength], limit)
    if consistent <= 0:
        raise NoEquilibrium(
            f"today's shares are no stable rest point for any {strength} in the registry's range; "
            f"they are below {limit:.3g}."
        )
    u[strength] = u[strength] * consistent
    values = parameters.draw(COLUMNS, u)
    return DollarDraws(values, layers, limit, consistent)


def _probability_below(entry: Parameter, value: float) -> float:
    """Distribution function of an entry, by bisection of its quantile function."""
    low, high = 0.0, 1.0
    if float(plausible(entry, np.array(high))) <= value:
        return 1.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        if float(plausible(entry, np.array(middle))) <= value:
            low = middle
        else:
            high = middle
    return low


def parse_shock(size: str | float) -> float:
    """Size of a shock in log points: a number as it stands, "20%" as −ln(1 − 0.2).

    Positive sizes are losses of attractiveness. Raises InputError for what is not a number, for
    losses of 100 % and more and for sizes of 3 log points (a factor of 20) and more.
    """
    text = str(size).strip().replace("−", "-")
    percent = text.endswith("%")
    try:
        value = float(text[:-1] if percent else text)
    except ValueError:
        value = math.nan
    if percent and value < 100:
        value = -math.log1p(-value / 100.0)
    elif percent:
        value = math.nan
    if not abs(value) < MOST_LOG_POINTS:
        advice = ""
        if not percent and math.isfinite(value):
            advice = f" For per cent write {text}%."
        raise InputError(
            f"{text!r} is not the size of a shock.{advice}",
            field="shock",
            value=size,
            valid=SIZES,
        )
    return value + 0.0


def percent_lost(log_points: float) -> float:
    """A shock in per cent of the dollar's attractiveness; negative for a gain."""
    return -100.0 * math.expm1(-log_points)


def tips_above(layer: LayerToday, size: float | None = None) -> float | None:
    """Smallest complementarity at which a layer tips by a loss of `size` log points (a gain below
    zero; None: by any loss), of a grid up to its limit; None where it does not tip at any."""
    strength = np.linspace(0.0, layer.limit, _GRID + 1)[1:-1]
    c = strengths(strength, layer.network)
    today = np.tile(layer.shares, (len(c), 1))
    theta = fitted_intercepts(layer.shares, c)
    rising = size is None or size >= 0
    tips = trace_to_tip(today, np.zeros(len(c)), theta, c, rising=rising)
    reached = tips.exists
    if size is not None:
        reached = reached & (tips.shock < size if rising else tips.shock > size)
    return float(strength[np.argmax(reached)]) if reached.any() else None


def dollar_tip(
    shock: str | float,
    *,
    layer: str | None = None,
    years: float = 10.0,
    draws: int = 2000,
    seed: int = 1,
    parameters: ParameterSet | None = None,
) -> dict[str, Any]:
    """What a lasting shock to the dollar's attractiveness does to its use, layer by layer.

    `shock` as in `parse_shock`; `layer` one of `LAYERS`, None for all (the headline is then
    reserves). Returns the JSON document of `triffin dollar tip`; shares in percent. Raises
    InputError for a size, layer, horizon or number of draws that is not valid.
    """
    parameters = in_place() if parameters is None else parameters
    size = parse_shock(shock)
    if layer is not None and layer not in LAYERS:
        raise InputError(
            f"there is no layer {layer!r}.",
            field="layer",
            value=layer,
            nearest=nearest_match(layer, LAYERS),
            valid=LAYERS,
        )
    if not 0 < years <= MOST_YEARS:
        raise InputError(
            f"{years:g} years are no horizon.",
            field="years",
            value=years,
            valid=f"a number above 0, to {MOST_YEARS}",
        )
    drawn = draw_dollar(draws, seed, parameters=parameters)
    chosen_layer = layer or LAYERS[0]
    results = {}
    for name in LAYERS if layer is None else (layer,):
        results[name], end = _layer_under(size, drawn.layers[name], drawn, years)
        if name == chosen_layer:
            finals = end
    names = ("currency_complementarity", "currency_adjustment_per_year")
    found = results[chosen_layer]
    change = "loses" if size >= 0 else "gains"
    percent = abs(percent_lost(size))
    headline = headline_from_draws(
        "dollar_share",
        f"What is the dollar's share of {chosen_layer} {years:g} years after it {change} "
        f"{percent:.3g} % of its attractiveness for good?",
        f"{{median}} of {chosen_layer} after {years:g} years ({{interval}}), from "
        f"{found['today']:.1f} % today; {found['sentence']}",
        finals,
        "%",
        headline_class="arithmetic of the scenario",
        parameters={name: drawn.values[name] for name in names},
        grades={name: parameters[name].grade for name in names},
    )
    return {
        **headline,
        "shock": {
            "log_points": size,
            "percent_of_attractiveness": percent_lost(size),
            "meaning": "loss of the dollar's attractiveness exp(θ + c s), on which the odds of "
            "choosing it are proportional; log points δ are 1 − e^(−δ) of it",
        },
        "layer": chosen_layer,
        "years": years,
        "layers": results,
        "complementarity": complementarity(drawn, parameters),
        "parameters": [described(name, drawn.values, parameters=parameters) for name in names],
        "seed": seed,
        "notes": [
            "The shock lasts; other currencies' own attractiveness and the other layers are as "
            "they are today.",
            "Layers do not feed into each other here.",
        ],
    }


def _layer_under(
    size: float, layer: LayerToday, drawn: DollarDraws, years: float
) -> tuple[dict[str, Any], Array]:
    today, theta, c = drawn.system(layer)
    moved = shocked(theta, size)
    points = max(1, min(20, round(years)))
    path = share_paths(today, moved, c, drawn.values["currency_adjustment_per_year"], years, points)
    dollar = 100.0 * path[:, :, 0]
    rest = settle(today, moved, c)
    edge = tips_above(layer, size)
    sentence = (
        "no shock, no change."
        if size == 0
        else f"it does not tip at any strength of networks that fits today's shares (up to "
        f"{layer.limit:.2f})."
        if edge is None
        else f"it tips where complementarity is above {edge:.2f}; today's shares allow up to "
        f"{layer.limit:.2f}."
    )
    result = {
        "today": 100.0 * float(layer.shares[0]),
        **picked(layer, "basis", "period", "grade", "source"),
        "path": [
            {"year": years * point / points, **spread(dollar[point])} for point in range(points + 1)
        ],
        "tips_above": edge,
        "limit": layer.limit,
        "long_run": spread(100.0 * rest[:, 0]),
        "others_long_run": {
            name: spread(100.0 * rest[:, k])["median"] for k, name in enumerate(layer.options) if k
        },
        "shock_is_a_loss": size >= 0,
        "sentence": sentence,
    }
    return result, dollar[-1]


def complementarity(drawn: DollarDraws, parameters: ParameterSet) -> dict[str, Any]:
    """What today's shares say about βJ: the limit by layer, and what is left of the range."""
    entry = parameters["currency_complementarity"]
    return {
        "used": spread(drawn.values[entry.name]),
        "registry": {"value": entry.value, "low": entry.low, "high": entry.high},
        "limit": drawn.limit,
        "limits": {name: layer.limit for name, layer in drawn.layers.items()},
        "consistent_share": drawn.consistent,
        "note": "today's shares are stable only below the limit of their layer; draws above the "
        "lowest are left out. β and J enter only as their product.",
    }


def described(
    name: str, values: dict[str, Array] | None = None, *, parameters: ParameterSet
) -> dict[str, Any]:
    """A registry entry as printed with an answer, with its interval where it was drawn."""
    drawn = spread(values[name]) if values and name in values else None
    return entry_row(parameters[name]) | {"drawn": drawn}
