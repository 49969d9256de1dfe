"""All bargains at once, each taking the tariffs of the others as given: Nash-in-Nash (A.2)."""

from __future__ import annotations

from typing import Any

import numpy as np

from triffin.strategy.bargains.many_bargains import ROUNDING
from triffin.strategy.inputs import entries, matrix
from triffin.world.base.checked_numbers import Numbers, canonical, numbers, one_or_many, same_length
from triffin.world.base.errors import InputError, NoEquilibrium, NotConverged

DAMPING = 0.5
TOLERANCE = 1e-12
_SWEEPS = 20_000
_RUNAWAY = 1e9


class NoSurplus(NoEquilibrium):
    """Some bargains leave nothing to divide at the fixed point.

    `partners` are their positions; the others can be solved again without them.
    """

    def __init__(self, partners: tuple[int, ...]) -> None:
        self.partners = partners
        named = ", ".join(str(place) for place in partners)
        super().__init__(
            f"the joint surplus of the bargain with partner {named} is negative; "
            "leave it out and solve again"
        )


@canonical
def nash_in_nash(
    g1: list[float],
    g2: list[float],
    l1: list[float],
    l2: list[float],
    C: list[list[float]],
    E: list[list[float]],
    omega: Numbers,
    beta: Numbers,
    dH: list[float],
    dU: list[float],
    t_max: Numbers | None = None,
) -> dict[str, Any]:
    """Tariffs that are Nash bargains with each of n partners given the tariffs of all others.

    G_i = (g1_i + Σ_j C_ij t_j) t_i − g2_i t_i²/2,  L_i = (l1_i + Σ_j E_ij t_j) t_i − l2_i t_i²/2;
    t_i = ((1+ω)(g1_i + Σ_j C_ij t_j) − l1_i − Σ_j E_ij t_j)/((1+ω) g2_i − l2_i) in [0, t_max].
    C_ij, E_ij: how the tariff on j moves the marginal gain and loss of the one on i.

    g1, g2, l1, l2, dH, dU (n,) in bn USD per year; C, E (n, n) with a zero diagonal; `omega` > −1,
    `beta` in [0, 1] and `t_max` one number, or one per partner. A partner whose problem is not
    concave is at 0 or t_max. Outputs, each (n,): tariffs, cash, gain_hegemon, gain_partner.

    From zero tariffs all partners are updated together with damping 0.5, so that their order does
    not matter. Raises InputError for inputs outside these ranges and a problem that is not concave
    without t_max, NotConverged if the tariffs run away or cycle, NoSurplus (a NoEquilibrium that
    lists `partners`) if a bargain has a negative surplus at the fixed point.
    Source: Horn and Wolinsky (1988), RAND Journal of Economics 19; Collard-Wexler, Gowrisankaran
    and Lee (2019), Journal of Political Economy 127. Quadratic surrogate derived. Grade derived.
    Held to production by tests/strategy/test_simultaneous_bargains.py:
    test_each_bargain_is_the_bilateral_one_at_the_others_tariffs.
    """
    lists = {
        "g1": numbers(g1, "g1"),
        "g2": numbers(g2, "g2"),
        "l1": numbers(l1, "l1"),
        "l2": numbers(l2, "l2"),
        "dH": numbers(dH, "dH"),
        "dU": numbers(dU, "dU"),
    }
    same_length(lists)
    n = len(lists["g1"])
    wedge = 1.0 + _each(one_or_many(omega, "omega", above=-1), "omega", n)
    weight = _each(one_or_many(beta, "beta", low=0, high=1), "beta", n)
    cross_gain, cross_loss = _cross(C, "C", n), _cross(E, "E", n)
    cap = np.full(n, np.inf)
    if t_max is not None:
        cap = _each(one_or_many(t_max, "t_max", low=0), "t_max", n)

    curvature = wedge * lists["g2"] - lists["l2"]
    size = np.abs(wedge * lists["g2"]) + np.abs(lists["l2"])
    concave = curvature > ROUNDING * size
    without_cap = np.flatnonzero(~concave & ~np.isfinite(cap))
    if without_cap.size:
        raise InputError(
            f"the joint gain is not concave in the tariff on partner {without_cap[0]} "
            "((1 + omega) g2 − l2 is not positive), so that there is no best tariff without an "
            "upper bound.",
            field="t_max",
            valid="a number from 0",
        )
    own = wedge * lists["g1"] - lists["l1"]
    cross = wedge[:, None] * cross_gain - cross_loss

    corner = np.where(concave, 0.0, cap)

    def answer(t: np.ndarray) -> np.ndarray:
        slope = own + cross @ t
        interior = np.clip(slope / np.where(concave, curvature, 1.0), 0.0, cap)
        joint = corner * (slope - curvature * corner / 2.0)
        rounding = ROUNDING * corner * (np.abs(slope) + np.abs(curvature) * corner)
        return np.where(concave, interior, np.where(joint > rounding, cap, 0.0))

    tariffs = _polished(_fixed_point(answer, n), answer, own, cross, curvature, concave, cap)
    gain = (lists["g1"] + cross_gain @ tariffs - lists["g2"] * tariffs / 2.0) * tariffs
    loss = (lists["l1"] + cross_loss @ tariffs - lists["l2"] * tariffs / 2.0) * tariffs
    hegemon, partner = gain - lists["dH"], -loss - lists["dU"]
    noise = ROUNDING * (
        (np.abs(lists["g1"]) + np.abs(cross_gain) @ tariffs + np.abs(lists["g2"]) * tariffs)
        * tariffs
        + (np.abs(lists["l1"]) + np.abs(cross_loss) @ tariffs + np.abs(lists["l2"]) * tariffs)
        * tariffs
        + np.abs(lists["dH"])
        + np.abs(lists["dU"])
    )
    surplus = hegemon + partner / wedge
    losing = np.flatnonzero(surplus < -noise * (1.0 + 1.0 / wedge))
    if losing.size:
        raise NoSurplus(tuple(losing.tolist()))
    # Nothing to divide up to rounding is nothing.
    surplus = np.maximum(surplus, 0.0)
    return {
        "tariffs": tariffs,
        "cash": weight * partner / wedge - (1.0 - weight) * hegemon,
        "gain_hegemon": weight * surplus,
        "gain_partner": (1.0 - weight) * wedge * surplus,
    }


def _each(value: np.ndarray, name: str, n: int) -> np.ndarray:
    return np.full(n, float(value)) if value.ndim == 0 else entries(value, name, n)


def _cross(value: Any, name: str, n: int) -> np.ndarray:
    found = matrix(value, name, rows=n, columns=n)
    own = np.flatnonzero(np.diag(found))
    if own.size:
        place = int(own[0])
        raise InputError(
            "the effect of a tariff on itself belongs into g2 or l2.",
            field=f"{name}[{place}][{place}]",
            value=float(found[place, place]),
            valid="0",
        )
    return found


def _fixed_point(answer: Any, n: int) -> np.ndarray:
    tariffs = np.zeros(n)
    change = 0.0
    for _ in range(_SWEEPS):
        step = DAMPING * (answer(tariffs) - tariffs)
        tariffs = tariffs + step
        change = float(np.max(np.abs(step), initial=0.0))
        if change < TOLERANCE:
            return tariffs
        if not change < _RUNAWAY:
            break
    raise NotConverged(
        "the bargains have no fixed point that their repetition would reach: the tariffs still "
        f"move by {change:.3g} per round. Others' tariffs (C, E) weigh too much against g2 and l2; "
        "an upper bound t_max may help."
    )


def _polished(
    tariffs: np.ndarray,
    answer: Any,
    own: np.ndarray,
    cross: np.ndarray,
    curvature: np.ndarray,
    concave: np.ndarray,
    cap: np.ndarray,
) -> np.ndarray:
    """The fixed point beside `tariffs` to the last digit: interior ones solve linear equations."""
    settled = answer(tariffs)
    inner = np.flatnonzero(concave & (settled > 0.0) & (settled < cap))
    if inner.size:
        outer = np.setdiff1d(np.arange(len(tariffs)), inner)
        system = np.diag(curvature[inner]) - cross[np.ix_(inner, inner)]
        right = own[inner] + cross[np.ix_(inner, outer)] @ settled[outer]
        try:
            solved = np.linalg.solve(system, right)
        except np.linalg.LinAlgError:
            return settled
        exact = settled.copy()
        exact[inner] = solved
        if np.max(np.abs(answer(exact) - exact)) <= np.max(np.abs(settled - tariffs)) + 1e-15:
            return exact
    return settled
