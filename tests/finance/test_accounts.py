"""One accounting for a sale of Treasuries (models D.8): statements about who gains and loses."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triffin.finance.treasuries.accounts import (
    HORIZONS,
    VALUATIONS,
    Accounts,
    creditor_accounts,
    threat_pays,
)
from triffin.world.base.errors import InputError
from triffin.world.registry.parameter_set import shipped

JAPAN = 1130.8
CENTRAL = {"m_bp_per_bn": 0.194922, "rho": 26.0, "xi": 1.0, "cap_bn_per_day": 8.0}


def sold(sale_bn: float, years: float, valuation: str, **options: object) -> Accounts:
    given_ = {"days": 10, "holdings_bn": JAPAN, "pi": 0.35, "backstop": False} | CENTRAL | options
    found = creditor_accounts(sale_bn, horizon_years=years, valuation=valuation, **given_)  # type: ignore[arg-type]
    return Accounts(**{name: np.array([value]) for name, value in found.items()})


@given(
    sale_bn=st.floats(1, 900),
    days=st.integers(1, 120),
    years=st.sampled_from(HORIZONS),
    valuation=st.sampled_from(VALUATIONS),
    pi=st.floats(0, 1),
    rho=st.floats(0, 80),
    backstop=st.booleans(),
)
@settings(deadline=None, max_examples=60)
def test_what_one_gains_another_loses(sale_bn, days, years, valuation, pi, rho, backstop) -> None:
    found = sold(sale_bn, years, valuation, days=days, pi=pi, rho=rho, backstop=backstop)
    parts = [found.issuer, found.seller, found.buyers, found.others]
    assert abs(sum(parts))[0] <= 1e-11 * max(abs(part[0]) for part in parts)


@pytest.mark.parametrize(
    ("sale_bn", "years", "valuation", "issuer", "seller"),
    [
        (20, 2, "held_to_maturity", -0.67, 0.0005),
        (20, 5, "market", 2.8, -0.1),
        (100, 5, "held_to_maturity", -21.7, -0.01),
        (100, 2, "market", 73.7, -3.4),
        (100, 10, "held_to_maturity", -66.7, 1.6),
        (100, 10, "market", -76.2, 1.9),
    ],
)
def test_a_sale_by_japan_has_the_accounts_of_the_table(
    sale_bn: float, years: float, valuation: str, issuer: float, seller: float
) -> None:
    # Computed apart by an independent path; ten days, no backstop, central values, bn.
    found = sold(sale_bn, years, valuation)
    assert found.issuer[0] == pytest.approx(issuer, abs=0.06 if abs(issuer) > 1 else 0.005)
    assert found.seller[0] == pytest.approx(seller, abs=0.06 if abs(seller) > 0.05 else 0.005)


def _pays(sale_bn: float, years: float, valuation: str, **options: object) -> bool:
    return bool(threat_pays(sold(sale_bn, years, valuation, **options), 0.6, 0.3)[0])


def test_whether_the_threat_pays_is_set_by_horizon_and_valuation() -> None:
    assert _pays(190, 2, "held_to_maturity")
    assert not _pays(200, 2, "held_to_maturity")
    assert _pays(1130, 5, "held_to_maturity")
    for permanent in (0.15, 0.35, 0.5):
        assert not any(
            _pays(x, t, "market", pi=permanent) for x in (1, 20, 100, 500) for t in (2, 5)
        )
    assert _pays(100, 7, "market")
    # The turn lies at the duration of the issuer's debt.
    assert sold(1, 5.7, "market").issuer[0] > 0 > sold(1, 6.1, "market").issuer[0]


def test_without_a_lasting_effect_only_the_first_weeks_cost_anything() -> None:
    assert _pays(20, 2, "held_to_maturity", pi=0.0)
    assert not _pays(100, 5, "held_to_maturity", pi=0.0)
    assert _pays(100, 10, "held_to_maturity", pi=0.0)
    assert all(_pays(x, t, "market", pi=0.0) for x in (20, 100) for t in (2, 5))


def test_a_backstop_makes_every_account_smaller() -> None:
    for valuation in VALUATIONS:
        bare, kept = (vars(sold(500, 2, valuation, backstop=b)) for b in (False, True))
        assert all(abs(kept[name][0]) < abs(bare[name][0]) for name in bare)


@pytest.mark.parametrize(
    "change", [{"years": 11.0}, {"years": 0.01}, {"valuation": "par"}, {"sale_bn": 2000.0}]
)
def test_what_cannot_be_counted_is_refused(change: dict[str, object]) -> None:
    asked = {"sale_bn": 100.0, "years": 2.0, "valuation": "market"} | change
    with pytest.raises(InputError):
        sold(**asked)  # type: ignore[arg-type]


def test_coupons_and_bills_due_are_the_debt_that_the_registry_has() -> None:
    bills = shipped().value("marketable_bills_bn") / shipped().value("marketable_debt_bn")
    # 31.48 % of the debt was due within a year in June 2025 (Monthly Statement).
    assert bills + 0.1075 == pytest.approx(0.3148, abs=0.0002)
