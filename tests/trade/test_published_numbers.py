"""Numbers of Ignatenko et al. (2025) to the digits printed, and the authors' map to all digits."""

from __future__ import annotations

import numpy as np
import pytest

from triffin.scenario.tariffs import load_schedule
from triffin.trade.equilibrium import solve
from triffin.trade.one.counterfactual import baseline_of
from triffin.trade.one.retaliation import optimal_tariff_formula
from triffin.world import load_world

WORLD = load_world("world-2023")
ANNOUNCED = load_schedule(WORLD, "us-2025-04-02")
RESULTS = ("welfare", "deficit", "exports", "imports", "employment", "prices")
PRINTED = (2, 1, 1, 1, 2, 1)  # decimals of the six columns of the tables

# Table 1 (announced tariffs, both uses of revenue) and Table 4 (roundabout inputs).
TABLES = [
    ({}, "USA", "spending", (1.13, -18.1, -52.7, -43.6, 0.32, 12.8)),
    ({}, "non-USA", "spending", (-0.58, 11.6, -3.2, -3.3, -0.14, -4.7)),
    ({"revenue": "lump-sum"}, "USA", "spending", (-0.01, -18.4, -52.5, -43.3, -0.41, 13.1)),
    ({"revenue": "lump-sum"}, "non-USA", "spending", (-0.57, 11.7, -3.3, -3.4, -0.14, -4.8)),
    (
        {"model": "ignatenko-2025-roundabout"},
        "USA",
        "gdp",
        (0.86, -18.4, -53.9, -44.4, 0.24, 12.7),
    ),
    (
        {"model": "ignatenko-2025-roundabout"},
        "non-USA",
        "gdp",
        (-1.31, 12.0, -3.5, -4.0, -0.29, -5.0),
    ),
    (
        {"model": "ignatenko-2025-roundabout", "retaliation": "reciprocal"},
        "USA",
        "gdp",
        (-3.38, -27.1, -71.4, -56.6, -1.20, 9.3),
    ),
    (
        {"model": "ignatenko-2025-roundabout", "retaliation": "reciprocal"},
        "non-USA",
        "gdp",
        (-1.17, 20.1, -6.5, -6.3, -0.32, -2.0),
    ),
]

# Figure 1: the authors' replication output behind the two maps (welfare, deficit, exports/GDP,
# imports/GDP, employment, prices); announced tariffs without and with closed-form retaliation.
MAP = {
    "none": {
        "USA": (
            1.13071239738307,
            -18.0618776597615,
            -52.7123095310563,
            -43.5762821134122,
            0.317854754606017,
            12.8100598869917,
        ),
        "JPN": (
            -0.291379807186765,
            46.5028429187278,
            -6.43101929650222,
            -4.38510051681896,
            -0.12429665981124,
            -5.24645238099951,
        ),
        "CHN": (
            -1.13256221236169,
            5.58671939906012,
            -3.93319574557066,
            -6.98961077950988,
            -0.169567550912741,
            -5.92621916873325,
        ),
        "VNM": (
            -11.0228558417723,
            11.5872157489969,
            -5.05052058201156,
            -7.14277000713899,
            -1.76478312250988,
            -5.50251789977234,
        ),
        "GUY": (
            -18.4812196328003,
            5.06994293251446,
            -3.7141983916763,
            -24.2213230311527,
            -1.82024817197839,
            -4.07373722800887,
        ),
    },
    "optimal-formula": {
        "USA": (
            -0.745409699115485,
            -28.9605777600051,
            -75.5333741087818,
            -59.8256144728485,
            -0.317229020763277,
            6.0178383796905,
        ),
        "JPN": (
            -0.30657111726109,
            66.2754770273699,
            -9.94741220739864,
            -7.22906213046302,
            -0.129418021074545,
            -2.81999936495906,
        ),
        "MEX": (
            -2.35575342614398,
            69.4307108514435,
            -35.0144993552887,
            -31.4274441353116,
            -0.952303758840389,
            0.721108275983307,
        ),
        "SXM": (
            -1.19243319205511,
            -0.892749254828916,
            -62.1518632609047,
            -19.3444097445669,
            2.7936738508231,
            19.5782047548065,
        ),
    },
}


@pytest.mark.parametrize(("options", "group", "weight", "printed"), TABLES)
def test_tables_are_met_at_printed_precision(options, group, weight, printed):
    found = solve(WORLD, ANNOUNCED, **options).aggregate(group, weight=weight)
    for name, decimals, value in zip(RESULTS, PRINTED, printed, strict=True):
        assert abs(found[name] - value) <= 0.5 * 10**-decimals, name


@pytest.mark.parametrize("retaliation", MAP)
def test_the_authors_map_is_met_to_eight_digits(retaliation):
    equilibrium = solve(WORLD, ANNOUNCED, retaliation=retaliation)
    assert equilibrium.residual < 1e-12
    for economy, values in MAP[retaliation].items():
        found = equilibrium.of(economy)
        assert [found[name] for name in RESULTS] == pytest.approx(values, rel=1e-8, abs=1e-8)


def test_calibration_meets_the_published_multinational_shares_and_pass_through():
    base = baseline_of(WORLD)
    usa, japan = WORLD.index("USA"), WORLD.index("JPN")
    assert base.nu[usa] == pytest.approx(0.27047098, abs=5e-9)
    assert base.nu[japan] == pytest.approx(0.11433521, abs=5e-9)
    assert base.phi[usa] == pytest.approx(1.4328, abs=5e-5)
    assert base.clamped == ("GMB", "MHL")


def test_closed_form_tariffs():
    usa, japan = WORLD.index("USA"), WORLD.index("JPN")
    assert round(100 * optimal_tariff_formula(baseline_of(WORLD))[usa], 2) == 21.80
    met = solve(WORLD, ANNOUNCED, retaliation="optimal-formula")
    assert round(100 * met.tariffs[usa, japan], 2) == 22.74


def test_revenue_is_measured_against_baseline_spending():
    usa = WORLD.index("USA")
    equilibrium = solve(WORLD, ANNOUNCED)
    assert round(float(equilibrium.revenue[usa]), 2) == 1.14  # Table 3
    collected = (equilibrium.tariffs * equilibrium.trade_flows).sum(axis=0)
    assert equilibrium.revenue == pytest.approx(100 * collected / equilibrium.baseline.E)


# No published number: these only notice when a result moves (measured when the kernel was built).
REGRESSION = [
    ({"model": "ignatenko-2025-eaton-kortum"}, 1.2426, -0.5008),
    ({"model": "armington"}, 0.3541, -0.2841),
    ({"deficits": "fixed"}, 1.1512, -0.5849),
    ({"deficits": "balanced"}, 0.9409, -0.4588),
    ({"pass_through_base": 0.25}, 1.365, -0.226),
    ({"trade_elasticity": 8.0}, 0.326, -0.442),
]


@pytest.mark.parametrize(("options", "usa", "others"), REGRESSION)
def test_variants_keep_the_size_they_had(options, usa, others):
    equilibrium = solve(WORLD, ANNOUNCED, **options)
    decimals = len(str(usa).split(".")[1])
    assert round(equilibrium.of("USA")["welfare"], decimals) == usa
    assert round(equilibrium.aggregate("non-USA")["welfare"], decimals) == others


def test_the_best_uniform_tariff_is_above_the_closed_form_with_tax_relief_only():
    usa = WORLD.index("USA")

    def gain(rate: float, revenue: str) -> float:
        rates = np.zeros((WORLD.n_economies, WORLD.n_economies))
        rates[:, usa] = rate
        rates[usa, usa] = 0
        return float(solve(WORLD, rates, revenue=revenue).welfare[usa])

    assert gain(0.2512, "tax-relief") > gain(0.2180, "tax-relief")
    assert gain(0.1423, "lump-sum") > gain(0.2180, "lump-sum")
    assert round(gain(0.2512, "tax-relief"), 3) == 1.806
    assert round(gain(0.1423, "lump-sum"), 3) == 0.514
