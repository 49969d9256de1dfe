"""One meeting after the other, with effects of each settlement on all (A.5 and A.6)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from triffin.strategy.inputs import count, entries, matrix
from triffin.world.base.checked_numbers import canonical, number, numbers
from triffin.world.base.errors import InputError

# Surpluses are sums of payoffs: below this part of the largest one they are ties.
TIE = 1e-12


@canonical
def sequential_bargaining(
    beta: float,
    w: list[int],
    h: list[float],
    a: list[float] | list[list[float]],
    o: list[float] | list[list[float]],
) -> dict[str, Any]:
    """Who signs when n partners bargain one after the other and payoffs depend on who signed.

    With K the weight signed so far, C_{n+1}(K) = h(K), F_{n+1}(K) = K and
    S_k(K) = [C_{k+1}(K+w_k) + a_k(F_{k+1}(K+w_k))] − [C_{k+1}(K) + o_k(F_{k+1}(K))];
    partner k signs iff S_k > 0 and the hegemon gets the share β of S_k. a_k, o_k: payoffs of k
    having signed or not, at the final weight.

    `beta` in [0, 1]; w (n,) whole numbers >= 0 in the order of the meetings, sum W; h (W+1,); a, o
    (W+1,) for all partners alike or (n, W+1). A surplus of less than 1e-12 of the largest payoff
    is a tie: no signature. Outputs: payoffs (n,), hegemon, signed (n,), signed_weight.
    Cost O(n W). Raises InputError for other lengths, weights and β.
    Source: building blocks Horn and Wolinsky (1988), RAND Journal of Economics 19, Segal (1999),
    Quarterly Journal of Economics 114, Genicot and Ray (2006), Journal of Economic Theory 131; the
    aggregative programme derived. Grade derived.
    """
    weight = number(beta, "beta", low=0, high=1)
    if isinstance(w, str) or not isinstance(w, Sequence | np.ndarray) or len(w) == 0:
        raise InputError("got no weights.", field="w", value=w, valid="a list of whole numbers")
    steps = [count(step, f"w[{place}]", low=0) for place, step in enumerate(w)]
    total = sum(steps)
    value = entries(numbers(h, "h"), "h", total + 1)
    inside = _payoffs(a, "a", len(steps), total + 1)
    outside = _payoffs(o, "o", len(steps), total + 1)
    return _programme(weight, steps, value, inside, outside)


def _payoffs(value: Any, name: str, partners: int, length: int) -> np.ndarray:
    """Payoffs (n, W+1), from one list for all partners or from one per partner."""
    first = value[0] if isinstance(value, Sequence | np.ndarray) and len(value) else None
    if isinstance(first, Sequence | np.ndarray) and not isinstance(first, str):
        return matrix(value, name, rows=partners, columns=length)
    common = entries(numbers(value, name), name, length)
    return np.broadcast_to(common, (partners, length))


def _programme(
    weight: float, steps: list[int], h: np.ndarray, a: np.ndarray, o: np.ndarray
) -> dict[str, Any]:
    tie = TIE * max(float(np.abs(part).max()) for part in (h, a, o))
    before = np.concatenate([[0], np.cumsum(steps)])
    hegemon, final = h.copy(), np.arange(len(h))
    decisions = []
    for k in range(len(steps) - 1, -1, -1):
        # Only weights that the partners before k can add up to are ever reached.
        stay = np.arange(before[k] + 1)
        join = stay + steps[k]
        out = o[k][final[stay]]
        surplus = (hegemon[join] + a[k][final[join]]) - (hegemon[stay] + out)
        signs = surplus > tie
        decisions.append((signs, out + np.where(signs, (1.0 - weight) * surplus, 0.0)))
        hegemon = hegemon[stay] + np.where(signs, weight * surplus, 0.0)
        final = np.where(signs, final[join], final[stay])
    decisions.reverse()
    payoffs, signed, reached = [], [], 0
    for step, (signs, payoff) in zip(steps, decisions, strict=True):
        payoffs.append(float(payoff[reached]))
        signed.append(bool(signs[reached]))
        reached += step if signed[-1] else 0
    return {
        "payoffs": payoffs,
        "hegemon": hegemon[0],
        "signed": signed,
        "signed_weight": reached,
    }


@canonical
def first_vs_wait(beta: float, h: list[float], a: list[float], o: list[float]) -> dict[str, Any]:
    """Does the first of two alike partners to meet the hegemon do better than the second?

    h = [h0, h1, h2], a = [a1, a2] (a signer's payoff when one or two have signed), o = [o0, o1] (a
    non-signer's when none or one has). If both sign at every node
    first − second = (1−β){(β−1)(h2 − 2 h1 + h0) + β[(a2 − a1) − (o1 − o0)]}.

    `beta` in [0, 1]. Outputs: first, second, first_minus_second, hegemon, signed (2,), all from
    the programme of `sequential_bargaining`; closed_form (its value whether valid or not),
    closed_form_valid (both surpluses h1+a1−h0−o0 and h2+a2−h1−o1 are positive and both sign);
    nash_in_nash_each = o1 + (1−β)(h2+a2−h1−o1), None if that surplus is not positive.
    Raises InputError for other lengths and β outside [0, 1].
    Source: two-partner case of `sequential_bargaining`. Grade derived.
    """
    weight = number(beta, "beta", low=0, high=1)
    h0, h1, h2 = entries(numbers(h, "h"), "h", 3).tolist()
    a1, a2 = entries(numbers(a, "a"), "a", 2).tolist()
    o0, o1 = entries(numbers(o, "o"), "o", 2).tolist()
    # Nobody has signed without a signature, nor is outside when both have: those two entries of
    # the lists over K are never read.
    inside = np.broadcast_to(np.array([a1, a1, a2]), (2, 3))
    outside = np.broadcast_to(np.array([o0, o1, o1]), (2, 3))
    out = _programme(weight, [1, 1], np.array([h0, h1, h2]), inside, outside)
    first, second = out["payoffs"]
    tie = TIE * max(abs(part) for part in (h0, h1, h2, a1, a2, o0, o1))
    surplus_alone, surplus_after = h1 + a1 - h0 - o0, h2 + a2 - h1 - o1
    bend = (weight - 1.0) * (h2 - 2.0 * h1 + h0)
    return {
        "first": first,
        "second": second,
        "first_minus_second": first - second,
        "hegemon": out["hegemon"],
        "signed": out["signed"],
        "closed_form_valid": min(surplus_alone, surplus_after) > tie and all(out["signed"]),
        "closed_form": (1.0 - weight) * (bend + weight * ((a2 - a1) - (o1 - o0))),
        "nash_in_nash_each": (o1 + (1.0 - weight) * surplus_after if surplus_after > tie else None),
    }
