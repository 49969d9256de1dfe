"""Derivatives of many-sector results agree with differences of re-solved equilibria."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from synthetic_sectors import synthetic_world

from triffin.trade.many import calibrate, sector_baseline, settle, solve_sectors
from triffin.trade.many.parameters import DIFFERENTIABLE
from triffin.trade.sensitivities import sensitivities
from triffin.world.base.errors import InputError

OPTIONS = [
    ({}, {}),
    ({"labor_supply_elasticity": 0.5}, {"revenue": "tax-relief"}),
    ({"labor_supply_elasticity": 0.5, "scale_elasticity": 0.05}, {"revenue": "tax-relief"}),
    ({"scale_elasticity": 0.05}, {"deficits": "fixed", "numeraire": "prices"}),
    ({"labor_supply_elasticity": 0.5}, {"deficits": "balanced"}),
]
TARGETS = {"E000": [0], ("E001", "E002"): [1, 2]}


def setting(model: dict, closure: dict):
    world, data = synthetic_world(4, 3, seed=5)
    calibration = calibrate(world, data, **model)
    base = settle(calibration, balanced=closure.get("deficits") == "balanced")
    rng = np.random.default_rng(3)
    rates = base.tariff.copy()
    rates[:, 1:, 0] += 0.3
    rates[:, 0, 1:] += 0.1
    iceberg = rng.uniform(0.95, 1.05, rates.shape)
    direction = rng.normal(size=rates.shape) * (1 - np.eye(4))

    def solved(base, rates):
        return solve_sectors(base, rates, iceberg=iceberg, **closure)

    return calibration, base, rates, direction, solved


def results(found):
    """(result, sector name or None, its position) of everything that is reported."""
    for result in DIFFERENTIABLE:
        yield result, None, None
    for result in found.SECTOR_VARIABLES:
        yield result, found.baseline.sectors[1], 1


def mean(found, result, members, k):
    values = getattr(found, result)
    values = values if k is None else values[k]
    weights = np.zeros(4)
    weights[members] = found.baseline.income[members]
    return float(values @ weights / weights.sum())


def stencil(solved, h):
    ends = [solved(k * h) for k in (-2, -1, 1, 2)]

    def of(*args) -> float:
        return float(np.dot([1, -8, 8, -1], [mean(e, *args) for e in ends]) / (12 * h))

    return of


@pytest.mark.parametrize(("model", "closure"), OPTIONS)
def test_every_result_answers_tariffs_and_elasticities(model, closure):
    _, base, rates, direction, solved = setting(model, closure)
    here = solved(base, rates)
    unit = np.eye(3)[1]
    by_tariffs = stencil(lambda h: solved(base, rates + h * direction), 2e-4)
    changes = {
        ("trade_elasticity", base.sectors[1]): stencil(
            lambda h: solved(replace(base, theta=base.theta + h * unit, cache={}), rates), 5e-3
        ),
        ("labor_supply_elasticity", ""): stencil(
            lambda h: solved(replace(base, kappa=base.kappa + h, cache={}), rates), 1e-3
        ),
        ("scale_elasticity", base.sectors[1]): stencil(
            lambda h: solved(replace(base, psi=base.psi + h * unit, cache={}), rates), 1e-3
        ),
    }
    for economy, members in TARGETS.items():
        for result, sector, k in results(here):
            if not np.isfinite(mean(here, result, members, k)):
                continue
            found = sensitivities(here, result, economy, sector=sector)
            assert found.value == pytest.approx(mean(here, result, members, k))
            got = 100 * float((found.tariffs * direction).sum())
            assert got == pytest.approx(by_tariffs(result, members, k), rel=1e-6, abs=1e-6)
            for (name, place), by_parameter in changes.items():
                derivative = found.parameter(name, place).derivative
                expected = by_parameter(result, members, k)
                assert derivative == pytest.approx(expected, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize(("model", "closure"), [OPTIONS[3], OPTIONS[4]])
def test_with_its_calibration_the_baseline_is_settled_anew(model, closure):
    calibration, base, rates, _, solved = setting(model, closure)
    here = solved(base, rates)
    balanced = closure.get("deficits") == "balanced"
    unit = np.eye(3)[1]

    def at(h):
        moved = replace(calibration, theta=calibration.theta + h * unit, cache={})
        return solved(settle(moved, balanced=balanced), rates)

    difference = stencil(at, 5e-3)
    for result, k in (("welfare", None), ("terms_of_trade", None), ("sector_output", 1)):
        sector = None if k is None else base.sectors[k]
        held = sensitivities(here, result, "E000", sector=sector)
        found = sensitivities(here, result, "E000", sector=sector, calibration=calibration)
        got = found.parameter("trade_elasticity", base.sectors[1]).derivative
        assert got == pytest.approx(difference(result, [0], k), rel=1e-6, abs=1e-6)
        assert found.tariffs == pytest.approx(held.tariffs)
        assert found.notes != held.notes


def test_labels_name_the_sector_and_errors_the_nearest():
    world, data = synthetic_world(4, 3, seed=5)
    base = sector_baseline(world, data)
    here = solve_sectors(base, base.tariff)
    found = sensitivities(here, "sector_output", "E000", sector="sector 2")
    assert found.sector == "sector 2"
    assert "sector" in found.top_tariffs(1)[0].label
    one = found.tariff("E001", "E000", "sector 1")
    assert one == pytest.approx(found.tariffs[0, 0, 1])
    assert found.tariff("E001", "E000") == pytest.approx(found.tariffs[:, 0, 1].sum())
    assert sensitivities(here, "welfare", "world").economy == "world"
    for result, economy, sector in (
        ("sector_output", "E000", None),
        ("sector_output", "E000", "sector 9"),
        ("welfare", "E000", "sector 1"),
        ("welfare", "E00", None),
        ("wellfare", "E000", None),
    ):
        with pytest.raises(InputError):
            sensitivities(here, result, economy, sector=sector)
