"""Bargains with many partners at once: the same as one by one, and the best that can be agreed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from yardstick_bargain import Bargain, Terms, agreed

from triffin.strategy.bargains.many_bargains import Bargains, nash_terms
from triffin.strategy.bargains.one_bargain import nash_bilateral

KINDS = 3


def drawn(n: int, seed: int, *, usual: bool) -> dict[str, np.ndarray]:
    """Bargains; `usual` are those in which the hegemon's gain peaks before the loss does."""
    rng = np.random.default_rng(seed)
    low = rng.uniform(-0.1, 0.1, n)
    return {
        "g1": rng.uniform(0.2, 1.5, n) if usual else rng.normal(1, 1, n),
        "g2": rng.uniform(4, 9, n) if usual else rng.normal(5, 5, n),
        "l1": rng.uniform(1, 2, n) if usual else rng.normal(1, 1, n),
        "l2": rng.uniform(-1, 3, n) if usual else rng.normal(1, 3, n),
        "omega": rng.uniform(0, 0.6, n),
        "beta": rng.uniform(0.1, 0.9, n),
        "v": rng.normal(0.1, 0.1, (n, KINDS)),
        "p": rng.normal(0.05, 0.1, (n, KINDS)),
        "kappa": rng.uniform(0.1, 2, (n, KINDS)),
        "x_max": rng.uniform(0, 0.5, (n, KINDS)),
        "dH": rng.normal(0, 0.1, n),
        "dU": rng.normal(-0.1, 0.1, n),
        "dignity": rng.uniform(0, 0.05, n),
        "t_max": rng.uniform(0.05, 0.4, n),
        "s_min": low,
        "s_max": low + rng.choice([0.0, 0.05, 0.5], n),
    }


def one(cells: dict[str, np.ndarray], i: int) -> dict[str, Any]:
    return {name: value[i].tolist() for name, value in cells.items()}


def by_itself(cells: dict[str, Any]) -> tuple[Bargain, Terms | None]:
    """The same bargain solved in scalars, by the other way of `yardstick_bargain`."""
    bargain = Bargain(
        **{name: cells[name] for name in ("g1", "g2", "l1", "l2", "beta", "t_max")},
        **{name: np.array(cells[name]) for name in ("v", "p", "kappa", "x_max")},
        wedge=1 + cells["omega"],
        outside_hegemon=cells["dH"],
        outside_partner=cells["dU"] + cells["dignity"],
    )
    return bargain, agreed(bargain, cells["s_min"], cells["s_max"])


@pytest.mark.parametrize(("usual", "n"), [(True, 40), (False, 40)])
def test_many_bargains_are_the_same_as_one_by_one(usual: bool, n: int) -> None:
    cells = drawn(n, 3, usual=usual)
    found = nash_terms(Bargains(**cells))
    for i in range(n):
        bargain, terms = by_itself(one(cells, i))
        single = nash_bilateral(**one(cells, i))
        assert bool(found.deal[i]) == single["deal"] == (terms is not None)
        if terms is None:
            assert np.isnan(found.tariff[i])
            continue
        gains = [max(gain, 0.0) for gain in bargain.gains(terms)]
        alone = (terms.t, terms.s, *gains)
        got = (found.tariff[i], found.cash[i], found.gain_hegemon[i], found.gain_partner[i])
        assert got == pytest.approx(alone, rel=1e-8, abs=1e-9)
        assert single["tariff"] == found.tariff[i]
        assert single["x"] == pytest.approx(terms.x, rel=1e-6, abs=1e-9)
    assert 0 < found.deal.sum() < n


def test_both_sides_gain_in_every_deal() -> None:
    found = nash_terms(Bargains(**drawn(4000, 5, usual=True)))
    assert (found.gain_hegemon[found.deal] >= 0).all()
    assert (found.gain_partner[found.deal] >= 0).all()


def test_no_feasible_change_of_the_terms_raises_the_nash_product() -> None:
    bargains = Bargains(**drawn(4000, 7, usual=True))
    found = nash_terms(bargains)
    rng = np.random.default_rng(1)
    deal = np.flatnonzero(found.deal)
    b = bargains.at(deal)
    t, x, s = found.tariff[deal], found.x[deal], found.cash[deal]

    def product(t: np.ndarray, x: np.ndarray, s: np.ndarray) -> np.ndarray:
        hegemon, partner = (np.maximum(gain, 0.0) for gain in b.gains(t, x, s))
        return hegemon**b.beta * partner ** (1 - b.beta)

    best = product(t, x, s)
    for _ in range(50):
        t2 = np.clip(t + rng.normal(0, 1e-6, t.shape), 0, b.t_max)
        x2 = np.clip(x + rng.normal(0, 1e-6, x.shape), 0, b.x_max)
        s2 = np.clip(s + rng.normal(0, 1e-6, s.shape), b.s_min, b.s_max)
        assert ((product(t2, x2, s2) - best) / np.maximum(best, 1e-30)).max() <= 1e-9


def test_the_shape_of_the_cells_does_not_matter() -> None:
    cells = drawn(24, 2, usual=True)
    flat = nash_terms(Bargains(**cells))
    table = nash_terms(Bargains(**{k: v.reshape(4, 6, *v.shape[1:]) for k, v in cells.items()}))
    np.testing.assert_array_equal(flat.tariff, table.tariff.ravel())
