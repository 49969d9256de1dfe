"""What withholding trade does, in closed form (models I.3 to I.11)."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from triffin.strategy.power.critical import (
    ces,
    import_stop,
    nested_stop,
    rationed_line,
    stop_table,
    sufficient_loss,
)
from triffin.strategy.power.time import elasticities_after, stock_path
from triffin.strategy.power.withdrawal import (
    export_control,
    joint_threat,
    safe_share,
    withdrawal_loss,
    withdrawal_loss_network,
)
from triffin.world.base.errors import InputError, TriffinError
from triffin.world.registry.parameter_set import shipped

SHARE = st.floats(0.01, 0.9)
ELASTICITY = st.floats(0.3, 8)


@given(SHARE, ELASTICITY)
def test_power_is_convex_in_the_share(share, theta):
    whole = withdrawal_loss([1.0], [share], [theta])["log_loss"]
    half = withdrawal_loss([1.0], [share / 2], [theta])["log_loss"]
    assert whole > 2 * half > 0


@given(SHARE, ELASTICITY, st.floats(0, 0.6))
def test_links_between_sectors_add_to_the_loss(withdrawn, theta, link):
    home = 0.9 * (1 - withdrawn)
    apart = withdrawal_loss([1.0], [withdrawn], [theta])
    linked = withdrawal_loss_network([1.0], [withdrawn], [home], [[link]], [theta])
    assert linked["loss_pct"] >= apart["loss_pct"] * (1 - 1e-12)
    # Buyers turn away from what became dearer, so that the first order is the upper end.
    assert linked["first_order_pct"] >= linked["loss_pct"] * (1 - 1e-12)
    # The equation holds at the prices found.
    p = linked["log_prices"][0]
    inside = (1 - withdrawn - home) + home * math.exp(-theta * link * p)
    assert p == pytest.approx(-math.log(inside) / theta, rel=1e-10)


@given(st.floats(0.01, 0.3), st.floats(0.2, 3))
def test_the_exact_loss_meets_its_second_order_for_small_cuts(share, sigma):
    found = import_stop(share, sigma, 0.999)
    exact = 100 * math.log1p(found["output_pct"] / 100)
    assert exact == pytest.approx(found["second_order_pct"], rel=1e-3)
    # What the input earns afterwards is its shadow price times its quantity over output.
    earned = found["shadow_price"] * share * 0.999 / (1 + found["output_pct"] / 100)
    assert found["share_after"] == pytest.approx(earned, rel=1e-9)


@given(st.lists(st.floats(0.05, 2), min_size=2, max_size=4), st.floats(0, 4))
def test_an_aggregate_lies_between_its_parts_and_rises_with_ease_of_substitution(parts, sigma):
    shares = [1 / len(parts)] * len(parts)
    found = ces(shares, parts, sigma)
    assert min(parts) * (1 - 1e-9) <= found <= max(parts) * (1 + 1e-9)
    assert ces(shares, parts, sigma + 0.5) >= found * (1 - 1e-9)


@given(st.floats(0.001, 0.3), st.floats(0.05, 2.5), st.floats(0.1, 3), st.floats(0.1, 1))
def test_the_shadow_price_clears_the_rationed_quantity(phi, sigma, eta, left):
    found = rationed_line(phi, sigma, eta, left)
    used = found["output"] * (found["shadow_price"] / found["unit_cost"]) ** -sigma
    assert used == pytest.approx(left, rel=1e-9)
    assert found["rent_over_cost"] >= 0


def test_two_numbers_decide_what_a_narrow_good_is_worth():
    rows = stop_table(
        [0.04], [0.0003], quantity=0.2, dependent=(0.1, 0.3, 1.0), sigmas=(0, 0.1, 1.0), eta=2.0,
        zeta=0.5,
    )  # fmt: skip
    loss = {(row["dependent"], row["sigma"]): row["loss_pct"] for row in rows}
    assert loss[1.0, 0] > 1000 * loss[0.1, 1.0] > 0
    assert loss[0.3, 0] > loss[0.3, 0.1] > loss[0.3, 1.0]


def test_lines_that_are_all_alike_are_one_line():
    found = nested_stop([1.0], [1.0], [0.04], 0.9, 0.04, 2.0, 0.5)
    assert -found["loss_pct"] == pytest.approx(import_stop(0.04, 0.04, 0.9)["output_pct"], rel=1e-9)


def test_a_shock_seen_through_shares_is_the_second_order():
    found = import_stop(0.04, 0.5, 0.95)
    after = 0.04 + 0.04 * 0.96 * (1 - 1 / 0.5) * math.log(0.95)
    seen = sufficient_loss(0.04, after, math.log(0.95))
    assert seen["second_order_pct"] == pytest.approx(found["second_order_pct"], rel=1e-12)


@given(st.floats(0, 0.9), ELASTICITY)
def test_the_best_control_earns_most(share, theta):
    def earned(cut):
        found = export_control(0.1, share, theta, cut, "exporter")
        return found["to_exporter_pct"]

    best = export_control(0.1, share, theta, 0.5, "exporter")["best_reduction"]
    around = [earned(min(1.0, max(0.0, best + step))) for step in (-0.05, 0.05)]
    assert earned(best) >= max(around) - 1e-12


def test_who_gets_the_rent_is_who_is_named():
    for who, to_exporter, to_target in (
        ("exporter", True, False), ("importer", False, True), ("burned", False, False),
    ):  # fmt: skip
        found = export_control(0.1, 0.3, 5.0, 0.5, who)
        assert (found["to_exporter_pct"] > 0, found["to_target_pct"] > 0) == (
            to_exporter,
            to_target,
        )


def test_elasticities_rise_from_the_short_to_the_long_run():
    long = np.array([4.0, 1.5])
    path = [elasticities_after(long, years, shipped()) for years in (0, 1, 5, 100)]
    assert all((later > earlier).all() for earlier, later in itertools.pairwise(path))
    assert path[0] / long == pytest.approx([0.38, 0.38])
    assert path[-1] == pytest.approx(long)


def test_a_stock_that_nothing_draws_on_lasts_for_ever():
    assert stock_path(1, 1, 12, 0.5) == {"months_until_loss": None, "mean_loss_pct": 0.0}


@given(st.floats(0.01, 1), ELASTICITY, st.floats(0.01, 20))
def test_at_the_safe_share_the_loss_is_what_is_borne(weight, theta, loss):
    safe = safe_share(weight, theta, loss, 0.5)["safe_share"]
    if safe < 1 - 1e-9:
        found = withdrawal_loss([weight], [safe], [theta])["loss_pct"]
        assert found == pytest.approx(loss, rel=1e-5)


@given(st.floats(0.01, 0.45), st.floats(0.01, 0.45), ELASTICITY)
def test_suppliers_together_can_do_more_than_each_alone(first, second, theta):
    assert joint_threat(0.05, [first, second], theta)["ratio"] > 1


@pytest.mark.parametrize(
    "call",
    [
        lambda: withdrawal_loss([0.7, 0.7], [0.1, 0.1], [4, 4]),
        lambda: withdrawal_loss([0.1], [0.1], [0]),
        lambda: withdrawal_loss([0.1], [0.1, 0.2], [4]),
        lambda: withdrawal_loss_network([1], [0.5], [0.6], [[0.1]], [4]),
        lambda: withdrawal_loss_network([1], [0.2], [0.6], [[1.1]], [4]),
        lambda: withdrawal_loss_network([0.5, 0.5], [0.2, 0.1], [0.8, 0.9],
                                        [[0.5, 0.5], [0.5, 0.5]], [5, 4]),
        lambda: import_stop(1.2, 0.5, 0.5),
        lambda: import_stop(0.1, -0.1, 0.5),
        lambda: rationed_line(0.01, 0.2, 1, 0),
        lambda: nested_stop([0.1], [0.2], [0.01], 0.0, 1.0, 2, 0.5),
        lambda: nested_stop([0.6, 0.6], [0.2, 0.2], [0.01, 0.01], 0.5, 0.1, 2, 0.5),
        lambda: export_control(0.1, 1.0, 5, 0.5, "exporter"),
        lambda: export_control(0.1, 0.3, 5, 0.5, "nobody"),
        lambda: stock_path(-1, 0.5, 12, 0.5),
        lambda: joint_threat(0.1, [0.6, 0.5], 2),
        lambda: safe_share(0.1, 2, 100, 0.5),
    ],
)  # fmt: skip
def test_what_has_no_meaning_is_refused(call):
    with pytest.raises(TriffinError):
        call()


def test_the_refusal_names_the_input():
    with pytest.raises(InputError, match=r"good_share\[0\]"):
        nested_stop([0.1], [0.01], [0.05], 0.5, 0.2, 2, 0.5)
