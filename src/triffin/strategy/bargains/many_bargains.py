"""Many bargains at once: the terms of `nash_bilateral` for arrays of partners and draws (A.2, A.3).

A cell is one bargain. Where the set of gains is convex, which is the rule, the optimum is the only
root of one increasing function and is found by bisection in all cells together; in the other cells
every stationary point along the tariff is compared.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from functools import partial
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from triffin.world.base.arrays import Array
from triffin.world.base.errors import InputError

ROUNDING = 16 * float(np.finfo(np.float64).eps)

# Logarithms of the weights searched, and halvings of that range: below rounding at the end.
_REACH = 34.0
LARGEST_WEIGHT = float(np.exp(_REACH))
_FIRST_HALVINGS = 8
_STEPS = 60
_QUICK = 6
_NARROW = 1e-14
_CLOSE = 1e-14
_HALVINGS = 60
_GRID = 65
# Weights of 0 and 1 are limits: the optimum then lies on the edge of what both accept.
_EDGE = 1e-12


@dataclass(frozen=True, eq=False)
class Bargains:
    """Bargains of one shape S, symbols as in `nash_bilateral`; issues in kind on a last axis K.

    All payoffs in billion USD per year. dH, dU : threat points; dignity : everything else that a
    signature costs the partner. t_max finite; x_max >= 0; kappa > 0; beta from 0 to 1.
    """

    g1: Array
    g2: Array
    l1: Array
    l2: Array
    omega: Array
    beta: Array
    v: Array
    p: Array
    kappa: Array
    x_max: Array
    dH: Array
    dU: Array
    dignity: Array
    t_max: Array
    s_min: Array
    s_max: Array

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape S of the cells."""
        return self.dH.shape

    def broadcast(self) -> Bargains:
        """The same bargains with every field of the full shape."""
        shape = np.broadcast_shapes(
            *(getattr(self, f.name).shape for f in fields(self) if f.name not in _KIND),
            *(getattr(self, name).shape[:-1] for name in _KIND),
        )
        kinds = np.broadcast_shapes(*(getattr(self, name).shape[-1:] for name in _KIND))
        return Bargains(
            **{
                f.name: np.broadcast_to(
                    getattr(self, f.name), shape + (kinds if f.name in _KIND else ())
                )
                for f in fields(self)
            }
        )

    def at(self, cells: Array | tuple[Array, ...]) -> Bargains:
        """The bargains of some cells, as a flat list; fields must have the full shape."""
        return Bargains(**{f.name: getattr(self, f.name)[cells] for f in fields(self)})

    def gains(self, t: Array, x: Array, s: Array) -> tuple[Array, Array]:
        """DH and DU at tariffs t, volumes x and cash s."""
        hegemon = t * (self.g1 - self.g2 * t / 2) + _over_issues(self.v, x) + s - self.dH
        cost = _over_issues(x, self.p + self.kappa * x / 2) + (1 + self.omega) * s
        loss = t * (self.l1 - self.l2 * t / 2)
        return hegemon, -loss - cost - self.dignity - self.dU

    @property
    def concave(self) -> Array:
        """Whether the joint gain is concave in the tariff, by cell."""
        weighed = (1 + self.omega) * self.g2
        return np.asarray(weighed - self.l2 > ROUNDING * (np.abs(weighed) + np.abs(self.l2)))

    def with_highest_tariff(self) -> Bargains:
        """The same bargains, tariffs bounded by those above which nothing is left to divide.

        Raises InputError where the joint gain is not concave: then there is no such tariff.
        """
        if not self.concave.all():
            raise InputError(
                "the joint gain is not concave in the tariff ((1 + omega) g2 − l2 is not "
                "positive), so that there is no best tariff without an upper bound.",
                field="t_max",
                valid="a number from 0",
            )
        wedge, none = 1 + self.omega, np.zeros(self.shape)
        slope, bend = wedge * self.g1 - self.l1, wedge * self.g2 - self.l2
        hegemon, partner = self.gains(none, self.volumes(wedge), none)
        joint = wedge * hegemon + partner
        reach = np.sqrt(np.maximum(slope**2 + 2 * bend * joint, 0.0))
        # The upper root of joint + slope t − bend t²/2, in the form that does not cancel.
        falls = slope < 0
        root = np.where(
            falls, 2 * joint / np.where(falls, reach - slope, 1.0), (slope + reach) / bend
        )
        return replace(self, t_max=np.maximum(root, 0.0))

    def volumes(self, mu: Array) -> Array:
        """Volumes that are best when the hegemon's gain weighs mu times the partner's."""
        return np.clip((mu[..., None] * self.v - self.p) / self.kappa, 0.0, self.x_max)

    def tariff(self, mu: Array) -> Array:
        """Tariff that is best at that weight: interior where the weighted gain is concave."""
        slope, bend = mu * self.g1 - self.l1, mu * self.g2 - self.l2
        concave = bend > ROUNDING * (np.abs(mu * self.g2) + np.abs(self.l2))
        inner = slope / np.where(concave, bend, 1.0)
        joint = self.t_max * (slope - bend * self.t_max / 2)
        noise = ROUNDING * self.t_max * (np.abs(slope) + np.abs(bend) * self.t_max)
        corner = np.where(joint > noise, self.t_max, 0.0)
        return np.asarray(np.where(concave, np.clip(inner, 0.0, self.t_max), corner))

    def rounding(self, t: Array, x: Array) -> Array:
        """How far floating-point arithmetic may be off in a sum of these payoffs."""
        size = (
            np.abs(self.g1 * t) + np.abs(self.g2 * t * t) + _over_issues(np.abs(self.v), x)
            + np.abs(self.dH) + np.abs(self.l1 * t) + np.abs(self.l2 * t * t)
            + _over_issues(np.abs(self.p) + self.kappa * x, x) + np.abs(self.dU + self.dignity)
        )  # fmt: skip
        return np.asarray(ROUNDING * size * (1 + 1 / (1 + self.omega)))


def _over_issues(a: Array, b: Array) -> Array:
    """Sum over issues; faster than a sum over a short last axis."""
    return np.asarray(np.einsum("...k,...k->...", a, b))


_KIND = ("v", "p", "kappa", "x_max")


class Terms(NamedTuple):
    """What is agreed, by cell: deal (bool); tariff, x (.., K), cash and the gains over the threat
    points, nan where there is no deal."""

    deal: Array
    tariff: Array
    x: Array
    cash: Array
    gain_hegemon: Array
    gain_partner: Array


def nash_terms(bargains: Bargains) -> Terms:
    """The generalised Nash bargain of every cell; `nash_bilateral` is one cell of it."""
    shape = bargains.shape
    flat = _flat(bargains)
    wedge = 1 + flat.omega
    t, x = flat.tariff(wedge), flat.volumes(wedge)
    hegemon, partner = flat.gains(t, x, np.zeros_like(t))
    s = flat.beta * partner / wedge - (1 - flat.beta) * hegemon
    slack = flat.rounding(t, x)
    deal = hegemon + partner / wedge >= -slack
    inside = (s >= flat.s_min - slack) & (s <= flat.s_max + slack)
    s = np.where(inside, np.clip(s, flat.s_min, flat.s_max), s)
    bound = np.flatnonzero(deal & ~inside)
    if bound.size:
        t[bound], x[bound], s[bound], deal[bound] = _bounded(flat.at(bound), s[bound])
    hegemon, partner = flat.gains(t, x, s)
    no = ~deal
    for value in (t, s, hegemon, partner):
        value[no] = np.nan
    x[no] = np.nan
    return Terms(
        deal.reshape(shape), t.reshape(shape), x.reshape(*shape, -1), s.reshape(shape),
        np.maximum(hegemon, 0.0).reshape(shape), np.maximum(partner, 0.0).reshape(shape),
    )  # fmt: skip


def _flat(bargains: Bargains) -> Bargains:
    full = bargains.broadcast()
    kinds = full.v.shape[-1]
    return Bargains(
        **{
            f.name: np.ascontiguousarray(getattr(full, f.name)).reshape(
                (-1, kinds) if f.name in _KIND else -1
            )
            for f in fields(full)
        }
    )


def _bounded(b: Bargains, free: Array) -> tuple[Array, Array, Array, Array]:
    """Tariff, volumes, cash and whether there is a deal, where the free cash is out of bounds."""
    b = replace(b, beta=np.clip(b.beta, _EDGE, 1 - _EDGE))
    nearest = np.where(free > b.s_max, b.s_max, b.s_min)
    best = _Best(b)
    best.offer(*_at_cash(b, nearest), nearest)
    rest = np.flatnonzero(~b.concave)
    if rest.size:
        # Convex in the tariff: both bounds, and both corners with the cash that divides.
        some = b.at(rest)
        other = np.where(nearest[rest] == some.s_max, some.s_min, some.s_max)
        best.offer(*_at_cash(some, other), other, rest)
        x = some.volumes(1 + some.omega)
        for t in (np.zeros(rest.size), some.t_max):
            hegemon, partner = some.gains(t, x, np.zeros(rest.size))
            s = some.beta * partner / (1 + some.omega) - (1 - some.beta) * hegemon
            within = (s >= some.s_min) & (s <= some.s_max)
            best.offer(t, x, np.where(within, s, np.nan), rest)
    return best.t, best.x, best.s, best.value > -np.inf


class _Best:
    """The best terms offered so far, by cell."""

    def __init__(self, b: Bargains) -> None:
        self.b = b
        self.t, self.s = np.zeros_like(b.dH), np.zeros_like(b.dH)
        self.x = np.zeros_like(b.v)
        self.value = np.full(b.dH.shape, -np.inf)

    def offer(self, t: Array, x: Array, s: Array, cells: Array | None = None) -> None:
        """Keep terms (of some cells) that let both gain and raise the product; nan is none."""
        where = np.arange(len(self.t)) if cells is None else cells
        value = _log_product(self.b if cells is None else self.b.at(cells), t, x, s)
        better = value > self.value[where]
        place = where[better]
        self.t[place], self.x[place], self.s[place] = t[better], x[better], s[better]
        self.value[place] = value[better]


def _log_product(b: Bargains, t: Array, x: Array, s: Array) -> Array:
    """Log of the Nash product; minus infinity where not both sides gain."""
    hegemon, partner = b.gains(t, x, s)
    both = np.minimum(hegemon, partner) > b.rounding(t, x)
    safe_h, safe_u = np.where(both, hegemon, 1.0), np.where(both, partner, 1.0)
    value = b.beta * np.log(safe_h) + (1 - b.beta) * np.log(safe_u)
    return np.where(both, value, -np.inf)


def _at_cash(b: Bargains, s: Array) -> tuple[Array, Array]:
    """The best tariff and volumes when cash is s."""

    def gap(mu: Array, cells: Array | None) -> Array:
        c, cash = (b, s) if cells is None else (b.at(cells), s[cells])
        return _excess(c, mu, c.tariff(mu), c.volumes(mu), cash)

    mu = _root(gap, b.dH.shape)
    t, x = b.tariff(mu), b.volumes(mu)
    # Where the hegemon's gain peaks before the loss does, and the tariff never helps the partner,
    # tariffs above the peak are dominated and the frontier of gains below it is concave: the root
    # is the only one.
    never_helps = (b.g1 * b.l2 <= b.l1 * b.g2) & (b.l2 * b.t_max <= 2 * b.l1)
    rest = np.flatnonzero(~((b.g2 > 0) & ((b.l2 <= 0) | never_helps)))
    if rest.size:
        t[rest], x[rest] = _several_peaks(b.at(rest), s[rest])
    return t, x


def _excess(b: Bargains, mu: Array, t: Array, x: Array, s: Array) -> Array:
    hegemon, partner = b.gains(t, x, s)
    return mu * (1 - b.beta) * hegemon - b.beta * partner


def _at_tariff(b: Bargains, t: Array, s: Array, mu: Array, cells: Array | None) -> Array:
    if cells is not None:
        b, t, s = b.at(cells), t[cells], s[cells]
    return _excess(b, mu, t, b.volumes(mu), s)


def _root(gap: Callable[[Array, Array | None], Array], shape: tuple[int, ...]) -> Array:
    """Where an increasing function of the weight mu changes sign, cell by cell.

    gap(mu, cells) : its values at the weights of some cells, of all if None. In the log of mu:
    halvings until it is known within a factor, then steps of the Illinois method, every fourth of
    them a halving, on the function over 1 + mu, which is bounded. The few cells that take long go
    on alone.
    """
    cells: Array | None = None

    def scaled(log: Array) -> Array:
        mu = np.exp(log)
        return gap(mu, cells) / (1 + mu)

    low, high = np.full(shape, -_REACH), np.full(shape, _REACH)
    for _ in range(_FIRST_HALVINGS):
        middle = (low + high) / 2
        up = scaled(middle) > 0
        high, low = np.where(up, middle, high), np.where(up, low, middle)
    # Without a change of sign no weight leaves both sides a gain.
    below, above = scaled(low), scaled(high)
    result = (low + high) / 2
    cells = np.flatnonzero((below < 0) & (above > 0))
    low, high, below, above = low[cells], high[cells], below[cells], above[cells]
    size = _CLOSE * np.maximum(np.abs(below), np.abs(above))
    side = np.zeros(len(cells), dtype=np.int8)
    for step in range(_STEPS):
        if not cells.size:
            break
        share = -below / (above - below)
        if step % 4 == 3:
            share = np.where((high - low) > _NARROW, 0.5, share)
        found = low + np.clip(share, 0.0, 1.0) * (high - low)
        value = scaled(found)
        result[cells] = found
        up = value > 0
        # An end that stays twice running counts half (Illinois).
        above = np.where(up, value, np.where(side == -1, above / 2, above))
        below = np.where(up, np.where(side == 1, below / 2, below), value)
        high, low = np.where(up, found, high), np.where(up, low, found)
        side = np.where(up, 1, -1).astype(np.int8)
        open_ = (np.abs(value) > size) & (high - low > _NARROW) & (above > below)
        if step >= _QUICK or not open_.any():
            cells, low, high = cells[open_], low[open_], high[open_]
            below, above, side, size = below[open_], above[open_], side[open_], size[open_]
    return np.exp(result)


def _several_peaks(b: Bargains, s: Array) -> tuple[Array, Array]:
    """The best terms at fixed cash by comparing both ends and every stationary tariff.

    A tariff inside is stationary at the weight mu = L'(t)/G'(t), which then also fixes the volumes.
    """
    best = _Best(b)
    zero = np.zeros_like(b.dH)
    for t in (zero, b.t_max):
        mu = _root(partial(_at_tariff, b, t, s), b.dH.shape)
        best.offer(t, b.volumes(mu), s)

    def along(c: Bargains, t: Array, cash: Array) -> tuple[Array, Array]:
        """The excess at stationary weights, nan where none is positive, and the volumes."""
        gain, loss = c.g1 - c.g2 * t, c.l1 - c.l2 * t
        fits = gain * loss > 0
        mu = np.where(fits, loss / np.where(fits, gain, 1.0), 1.0)
        x = c.volumes(mu)
        return np.where(fits, _excess(c, mu, t, x, cash), np.nan), x

    # The weight has poles and zeros where a payoff turns: the search goes from turn to turn.
    turns = [np.where(bend != 0, slope / np.where(bend != 0, bend, 1.0), 0.0)
             for slope, bend in ((b.g1, b.g2), (b.l1, b.l2))]  # fmt: skip
    gain, loss = np.abs(b.g1) + np.abs(b.g2) * b.t_max, np.abs(b.l1) + np.abs(b.l2) * b.t_max
    flat = np.minimum(gain, loss) <= _EDGE * np.maximum(gain, loss)
    if bool(np.any(flat | (b.beta <= _EDGE) | (b.beta >= 1 - _EDGE))):
        # The weight is then without bound: the best tariff may be where one payoff turns.
        for t in turns:
            inside = np.clip(t, 0.0, b.t_max)
            mu = _root(partial(_at_tariff, b, inside, s), b.dH.shape)
            best.offer(inside, b.volumes(mu), s)
    ends = np.sort(np.stack([zero, *(np.clip(turn, 0.0, b.t_max) for turn in turns), b.t_max]), 0)
    share = (1 - np.cos(np.linspace(1e-6, np.pi - 1e-6, _GRID))) / 2
    for first, last in pairwise(ends):
        grid = first + share[:, None] * (last - first)
        values = np.stack([along(b, t, s)[0] for t in grid])
        place, cell = np.nonzero(values[:-1] * values[1:] <= 0)
        if not cell.size:
            continue
        some, cash = b.at(cell), s[cell]
        low, high = grid[place, cell], grid[place + 1, cell]
        below = values[place, cell] > 0
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            same = (along(some, middle, cash)[0] > 0) == below
            low, high = np.where(same, middle, low), np.where(same, high, middle)
        x = along(some, low, cash)[1]
        for k in np.unique(place):
            here = place == k
            best.offer(low[here], x[here], cash[here], cell[here])
    return best.t, best.x
