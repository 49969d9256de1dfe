"""One partner's bargain: the clause, the security threat, full demands, the zone of agreement."""

from __future__ import annotations

import numpy as np
import pytest

from triffin.scenario import load_scenario
from triffin.strategy.creditor.threat import gains
from triffin.strategy.negotiation.drawn_values import draw_values
from triffin.strategy.negotiation.offers import packages_of
from triffin.strategy.negotiation.setting import Scene, scene_of
from triffin.strategy.partner_bargain import PartnerBargain, zone_of
from triffin.strategy.payoffs.table import exact_payoffs
from triffin.strategy.reference.negotiation import credibility_threshold
from triffin.world.base.errors import InputError
from triffin.world.registry.parameter_set import shipped

N = 32


@pytest.fixture(scope="module")
def scene() -> Scene:
    return scene_of(load_scenario("japan-2025"), shipped())


@pytest.fixture(scope="module")
def japan(scene: Scene) -> PartnerBargain:
    values = draw_values(scene.scenario, N, 1, shipped())
    return PartnerBargain(
        packages_of(scene, values), scene.setting.index("JPN"), values["credibility_prior"]
    )


def test_a_deal_is_worth_at_least_the_threat_point_to_both(japan: PartnerBargain) -> None:
    found = japan.agreed()
    hegemon, partner = japan.worth()
    assert (hegemon >= found.outside_hegemon - 1e-9).all()
    assert (partner >= found.outside_partner - 1e-9).all()
    no = ~found.terms.deal
    np.testing.assert_array_equal(partner[no], found.outside_partner[no])


def test_the_clause_costs_the_partner_and_raises_what_a_signature_needs(
    japan: PartnerBargain,
) -> None:
    with_it, without = japan.with_clause(True).agreed(), japan.with_clause(False).agreed()
    assert not without.clause_cost[without.terms.deal].any()
    both = with_it.terms.deal & without.terms.deal
    assert both.any()
    assert (with_it.clause_cost[both] >= 0).all()
    assert np.median(japan.with_clause(True).worth()[1]) < np.median(
        japan.with_clause(False).worth()[1]
    )
    for loss in (0.0, 5.0):
        full, bare = (japan.in_full(loss, clause=clause) for clause in (True, False))
        assert (full.q_needed >= bare.q_needed - 1e-12).all()
        np.testing.assert_array_equal(full.bill_bn, bare.bill_bn)


def test_a_partner_signs_in_full_exactly_where_the_bill_is_below_the_threat(
    japan: PartnerBargain,
) -> None:
    demanded = japan.in_full(3.0, clause=True)
    worse = japan.q * japan.hurt_bn >= demanded.bill_bn + demanded.clause_bn
    np.testing.assert_array_equal(demanded.signs, worse)
    dearer = japan.in_full(6.0, clause=True)
    assert (dearer.q_needed >= demanded.q_needed - 1e-9).all()


def test_without_the_security_threat_the_partner_is_better_off(japan: PartnerBargain) -> None:
    bare = japan.without_security()
    assert (bare.hurt_bn <= japan.hurt_bn + 1e-12).all()
    assert (bare.worth()[1] >= japan.worth()[1] - 1e-6).all()


def test_agreed_terms_lie_in_the_zone_of_agreement(japan: PartnerBargain, scene: Scene) -> None:
    rates = np.linspace(0, 0.6, 25)
    exact = exact_payoffs(scene.setting, "JPN", rates)
    zone = zone_of(japan, rates, exact.hegemon_bn, exact.partner_bn)
    terms = japan.agreed().terms
    there = zone.exists
    assert there.any()
    assert (zone.surplus_bn[there] >= -1e-9).all()
    assert (zone.cash_low <= terms.cash + 1e-9)[there].all()
    assert (zone.cash_high >= terms.cash - 1e-9)[there].all()
    assert (zone.rate_high >= terms.tariff - 1e-6)[there].all()
    assert (zone.rate_low <= terms.tariff + 1e-6)[there].all()
    with pytest.raises(InputError, match="increase"):
        zone_of(japan, rates[::-1], exact.hegemon_bn, exact.partner_bn)


def test_a_sale_moves_both_threat_points_of_the_package(japan: PartnerBargain) -> None:
    """What the creditor's threat reads is the bargain itself with its threat points moved."""
    stakes = japan.stakes(committed=japan.q)
    h, cost = np.full((2, N), 6.0), np.full((2, N), 2.0)
    bought, _, often = gains(h, cost, stakes)
    np.testing.assert_allclose(often, japan.q)
    by_hand = japan.worth(-japan.q * 6.0, -japan.q * 2.0)[1] - japan.worth()[1]
    np.testing.assert_allclose(bought[0] * japan.q, by_hand, atol=1e-9)
    nothing, _, _ = gains(0 * h, 0 * cost, stakes)
    np.testing.assert_allclose(nothing, 0.0, atol=1e-9)
    # The more the sale costs the hegemon, the better the terms for the partner.
    more, _, _ = gains(3 * h, cost, stakes)
    assert (more >= bought - 1e-9).all()


def test_the_credibility_that_demands_in_full_need_is_the_reference_threshold(
    japan: PartnerBargain,
) -> None:
    demanded = japan.in_full(3.0, clause=True)
    dignity = japan.packages.bargains.dignity[:, japan.place]
    for i in range(N):
        reference = credibility_threshold(
            u_package=-(demanded.bill_bn[i] - dignity[i]),
            expected_extraction=demanded.clause_bn[i],
            dignity=dignity[i],
            U0=0.0,
            U1=-japan.hurt_bn[i],
        )
        assert demanded.q_needed[i] == pytest.approx(reference["q_with_clause"])
