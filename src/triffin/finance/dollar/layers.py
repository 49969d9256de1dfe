"""Today's use of currencies by layer, and the choice model fitted to it (models H.8).

Users of a layer choose among K options by a logit with complementarity:

    s_k = exp(θ_k + c_k s_k) / Σ_j exp(θ_j + c_j s_j),   θ_k = 2β a_k,  c_k = 2βJ w_k,

the form of `coordination_tipping` for K options: with two of equal network the dollar's
s_1 = (1 + m)/2 solves m = tanh(β(h + J m)), h = a_1 − a_2. β and J enter only as their product
once attractiveness is counted in log points, θ: a shock that takes δ off the dollar's θ lowers
its attractiveness exp(θ + c s), and so the odds of choosing it, by the factor e^(−δ).

w_k is one for a single currency and for gold. "Other currencies" are many networks, not one: n
equal ones with shares s/n act exactly as one option with w = 1/n, and 1/n is their Herfindahl
index.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from triffin.world.base.arrays import Array
from triffin.world.base.errors import InputError
from triffin.world.data.facts import Fact, fact
from triffin.world.data.market_events import CurrencyLayer, currency_layers
from triffin.world.registry.registry import GRADES

LAYERS = ("reserves", "payments", "turnover", "invoicing")
WITHOUT_GOLD = "reserves-no-gold"
DOLLAR, EURO, RENMINBI, OTHER, GOLD = "dollar", "euro", "renminbi", "other currencies", "gold"
NAMED = {"USD": DOLLAR, "EUR": EURO, "CNY": RENMINBI}
REGIONS = ("invoicing_usd_americas", "invoicing_usd_asia_pacific", "invoicing_usd_rest_ex_europe")


@dataclass(frozen=True, eq=False)
class LayerToday:
    """One layer of the dollar system today.

    options: K names, the dollar first. shares: (K,) fractions that sum to one. network: (K,)
    weight of the own share in an option's attractiveness (w). basis: what the shares are of.
    """

    name: str
    options: tuple[str, ...]
    shares: Array
    network: Array
    period: str
    basis: str
    source: str
    grade: str

    @property
    def limit(self) -> float:
        """The complementarity βJ from which today's shares are no stable rest point."""
        return stability_limit(self.shares, self.network)


def layers_today(*, other_as_one: bool = False) -> dict[str, LayerToday]:
    """Latest shares by layer of `LAYERS`; reserves also without gold, as `WITHOUT_GOLD`.

    `other_as_one` gives "other currencies" the network of a single currency; by default it is
    divided among its members, of which those without a figure count as many small ones.
    Grades: a published layer is derived here, as bases are combined; invoicing is a judgement.
    """
    latest = currency_layers()
    held = _options(latest["reserves"], other_as_one)
    gold = fact("dollar-system", "ecb_gold_share_2024")
    with_gold = {name: (share * (1 - gold.number / 100), w) for name, (share, w) in held.items()}
    with_gold[GOLD] = (gold.number / 100, 1.0)
    regions = [fact("dollar-system", key) for key in REGIONS]
    invoiced = sum(region.number for region in regions) / len(regions) / 100
    reserves, payments, turnover = (latest[name] for name in LAYERS[:3])
    sides = turnover.shares["USD"]
    with_basis = (
        f"official reserves with gold: currencies (COFER {reserves.period}, basis revised in "
        f"2025, not spliced with the one before) and {gold.number:g} % gold ({gold.date})"
    )
    without_basis = f"currencies in reserves, gold left out (COFER {reserves.period})"
    trades = (
        "sides of foreign-exchange trades: each has two, so that "
        f"{sides:g} of 200 is {sides / 2:g} of 100"
    )
    found = [
        _layer("reserves", with_gold, reserves.period, with_basis, reserves, gold),
        _layer(WITHOUT_GOLD, held, reserves.period, without_basis, reserves),
        *(
            _layer(one.layer, _options(one, other_as_one), one.period, basis, one)
            for one, basis in ((payments, "value of payments over SWIFT"), (turnover, trades))
        ),
        # Which currencies take the rest is not known: one rival is the case nearest to a tip.
        replace(
            _layer(
                "invoicing",
                {DOLLAR: (invoiced, 1.0), OTHER: (1 - invoiced, 1.0)},
                regions[0].date,
                "export invoicing outside Europe, plain mean of three regions",
                regions[0],
            ),
            grade=_weakest(*(region.grade for region in regions)),
        ),
    ]
    return {layer.name: layer for layer in found}


def _options(layer: CurrencyLayer, other_as_one: bool) -> dict[str, tuple[float, float]]:
    """Option -> (share, network weight) of a layer in which every currency is a network."""
    named = {NAMED[code]: layer.shares[code] / layer.total for code in NAMED}
    rest = 1.0 - sum(named.values())
    known = [v / layer.total for code, v in layer.shares.items() if code not in NAMED]
    weight = 1.0 if other_as_one else sum(v**2 for v in known) / rest**2
    return {**{name: (share, 1.0) for name, share in named.items()}, OTHER: (rest, weight)}


def _layer(
    name: str,
    options: Mapping[str, tuple[float, float]],
    period: str,
    basis: str,
    *records: CurrencyLayer | Fact,
) -> LayerToday:
    """A layer from what is published: derived, as bases are combined, or of a weaker grade."""
    return LayerToday(
        name=name,
        options=tuple(options),
        shares=np.array([share for share, _ in options.values()]),
        network=np.array([weight for _, weight in options.values()]),
        period=period,
        basis=basis,
        source="; ".join(record.source for record in records),
        grade=_weakest("derived", *(record.grade for record in records)),
    )


def _weakest(*grades: str) -> str:
    return max(grades, key=GRADES.index)


def stability_limit(shares: Array, network: Array) -> float:
    """Largest complementarity βJ at which `shares` (K,) are stable, whatever the intercepts.

    A rest point is stable if 2βJ times the largest eigenvalue of √w (diag s − s s') √w is below
    one, the slope of the choice map; this depends on the shares alone. Infinite if no option has
    a network.
    """
    root = np.sqrt(np.asarray(network, dtype=np.float64))
    spread = np.diag(shares) - np.outer(shares, shares)
    slope = float(np.linalg.eigvalsh(root[:, None] * spread * root)[-1])
    return 1.0 / (2.0 * slope) if slope > 0 else float("inf")


def strengths(complementarity: Array, network: Array) -> Array:
    """c (n, K) = 2βJ w of n draws of βJ."""
    return 2.0 * np.asarray(complementarity, dtype=np.float64)[..., None] * network


def fitted_intercepts(shares: Array, c: Array) -> Array:
    """θ (n, K) that make `shares` (K,) a rest point of every draw: θ = ln s − c s.

    Raises InputError for a share that is not between 0 and 1 or shares that do not sum to one.
    """
    s = np.asarray(shares, dtype=np.float64)
    if not (np.all(s > 0) and np.all(s < 1) and abs(s.sum() - 1) < 1e-9):
        raise InputError(
            "the shares are not those of options in use.",
            field="shares",
            valid="at least two numbers between 0 and 1 that sum to 1",
        )
    return np.log(s) - c * s


def chosen(shares: Array, theta: Array, c: Array) -> Array:
    """Shares (..., K) of the choices made when `shares` (..., K) are in use; they sum to one."""
    appeal = theta + c * shares
    appeal = np.exp(appeal - appeal.max(axis=-1, keepdims=True))
    return np.asarray(appeal / appeal.sum(axis=-1, keepdims=True))
