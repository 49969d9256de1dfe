"""Who buys a sale of Treasuries, and at what yield."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq

from triffin.finance.reference.treasuries import demand_logit
from triffin.finance.treasuries.demand import demand_linear
from triffin.world.base.errors import InputError

HOLDINGS = {"fed": 4200.0, "foreign": 9000.0, "funds": 4900.0, "banks": 1750.0}
ELASTICITY = {"fed": 0.0, "foreign": 5.0, "funds": 12.0, "banks": 6.0}

amounts = st.floats(-2000, 2000, allow_subnormal=False)
holdings = st.lists(st.floats(1.0, 1e4), min_size=2, max_size=8)


@given(values=holdings, amount=amounts, scale=st.floats(0.1, 30))
@settings(deadline=None, max_examples=60)
def test_every_treasury_sold_is_bought(values, amount, scale):
    names = [f"holder{i}" for i in range(len(values))]
    elasticity = {name: scale * (1 + i) for i, name in enumerate(names)}
    market = demand_linear(dict(zip(names, values, strict=True)), elasticity, amount)
    assert sum(market["purchases_bn"].values()) == pytest.approx(amount, rel=1e-12, abs=1e-12)


def test_without_its_seller_the_market_is_shallower():
    with_seller = demand_linear(HOLDINGS, ELASTICITY, 100.0, seller="foreign")
    without = demand_linear(HOLDINGS, ELASTICITY, 100.0, seller="foreign", exclude_seller=True)
    assert without["dy_bp"] > with_seller["dy_bp"]
    assert "foreign" not in without["purchases_bn"]
    assert sum(without["purchases_bn"].values()) == pytest.approx(100.0, rel=1e-12)


def test_doubling_all_holdings_and_the_sale_leaves_yields():
    double = {holder: 2 * value for holder, value in HOLDINGS.items()}
    one = demand_linear(HOLDINGS, ELASTICITY, 100.0)["dy_bp"]
    assert demand_linear(double, ELASTICITY, 200.0)["dy_bp"] == pytest.approx(one, rel=1e-14)


def test_a_market_where_nobody_buys_is_refused():
    with pytest.raises(InputError, match="no yield clears"):
        demand_linear({"fed": 4200.0}, {"fed": 0.0}, 100.0)
    with pytest.raises(InputError, match="no yield clears"):
        demand_linear({}, {}, 100.0)
    lone = {"fed": 0.0, "funds": 8.0}
    with pytest.raises(InputError, match="no yield clears"):
        demand_linear({"fed": 1.0, "funds": 2.0}, lone, 1.0, seller="funds", exclude_seller=True)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"seller": "forein"}, "Did you mean 'foreign'"),
        ({"seller": "banks", "X_bn": 2000.0}, "holds 1750"),
        ({"exclude_seller": True}, "no seller"),
        ({"exclude_seller": 1}, "true or false"),
        ({"holdings_bn": {"fed": -1.0}}, r"holdings_bn\.fed: got -1"),
        ({"holdings_bn": {**HOLDINGS, "bank": 1.0}}, "Did you mean 'banks'"),
        ({"X_bn": float("nan")}, "X_bn: got nan"),
        ({"X_bn": "100"}, "X_bn: got '100'"),
        ({"X_bn": True}, "X_bn: got True"),
        ({"X_bn": None}, "X_bn: got nothing"),
    ],
)
def test_a_bad_input_is_named_with_what_would_be_valid(change, words):
    inputs = {
        "holdings_bn": HOLDINGS,
        "semi_elasticity_pct_per_100bp": ELASTICITY,
        "X_bn": 100.0,
        **change,
    }
    with pytest.raises(InputError, match=words):
        demand_linear(**inputs)


W, ALPHA, BETA = [10000.0, 6000.0, 4000.0], [-0.4, -0.8, 0.1], [0.1, 0.2, 0.05]


def total_demand(y: float, beta=BETA) -> float:
    return float(np.sum(np.array(W) / (1 + np.exp(-(np.array(ALPHA) + np.array(beta) * y)))))


@given(change=st.floats(-9000, 9000))
@settings(deadline=None, max_examples=60)
def test_logit_demand_clears_by_bisection_too(change):
    market = demand_logit(W, ALPHA, BETA, 4.0, change)
    assert sum(market["dQ"]) == pytest.approx(change, rel=1e-9, abs=1e-9)
    target = total_demand(4.0) + change
    y1 = brentq(lambda y: total_demand(y) - target, -2000, 2000, xtol=1e-12)
    assert market["y1"] == pytest.approx(y1, rel=1e-9, abs=1e-9)


def test_a_small_change_of_supply_is_first_order_to_all_its_digits():
    market = demand_logit(W, ALPHA, BETA, 4.0, 1e-9)
    assert market["y1"] - 4.0 == pytest.approx(market["first_order_dy"], rel=1e-5)
    assert sum(market["dQ"]) == pytest.approx(1e-9, rel=1e-12)
    assert demand_logit(W, ALPHA, BETA, 4.0, 0.0)["y1"] == 4.0


def test_supply_beyond_what_holders_can_take_is_refused():
    for change in (12000.0, -11000.0, 20000.0 - total_demand(4.0)):
        with pytest.raises(InputError, match="more or less than holders can take"):
            demand_logit(W, ALPHA, BETA, 4.0, change)
    # A holder who does not respond to yields narrows the range.
    inelastic = [0.1, 0.0, 0.05]
    cap = 20000.0 - total_demand(4.0, inelastic) - 3900.0
    with pytest.raises(InputError, match="more or less"):
        demand_logit(W, ALPHA, inelastic, 4.0, cap)
    assert demand_logit(W, ALPHA, inelastic, 4.0, 100.0)["dQ"][1] == 0.0


def test_logit_demand_refuses_lists_that_do_not_belong_together():
    with pytest.raises(InputError, match="differ in length"):
        demand_logit(W, ALPHA[:2], BETA, 4.0, 1.0)
    with pytest.raises(InputError, match="no holder's demand responds"):
        demand_logit(W, ALPHA, [0.0, 0.0, 0.0], 4.0, 1.0)
    with pytest.raises(InputError, match=r"beta_per_pct\[1\]: got -0.2"):
        demand_logit(W, ALPHA, [0.1, -0.2, 0.05], 4.0, 1.0)
