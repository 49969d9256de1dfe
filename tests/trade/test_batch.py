"""Many counterfactuals at once are the same counterfactuals, whatever the order of the work."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator

import numpy as np
import pytest
from textbook import random_world

import triffin
from triffin.scenario.tariffs import TariffSchedule
from triffin.trade.batch.batches import (
    ELASTICITIES,
    VARIABLES,
    Batch,
    solve_many,
    stream_many,
)
from triffin.trade.batch.iteration import MAX_ITERATIONS
from triffin.trade.models import DEFICIT_CLOSURES, MODELS, REVENUE_CLOSURES
from triffin.trade.one.calibration import Baseline
from triffin.trade.one.counterfactual import baseline_of, counterfactual
from triffin.trade.one.kernel import evaluate, pose
from triffin.world.base.errors import InputError, NoEquilibrium
from triffin.world.model import World

Array = np.ndarray

ONE_SECTOR = [name for name, model in MODELS.items() if model.sectors == "one"]


@pytest.fixture(scope="module")
def world() -> World:
    return triffin.load_world("world-2023")


@pytest.fixture(scope="module")
def small() -> World:
    return random_world(3, n=8)


def matrices(world: World, draws: int, top: float, seed: int = 0) -> Array:
    rates = np.random.default_rng(seed).uniform(0, top, (draws, *(world.n_economies,) * 2))
    np.einsum("dii->di", rates)[:] = 0.0
    return rates


def columns(world: World, draws: int, top: float, seed: int = 0) -> Array:
    rates = np.random.default_rng(seed).uniform(0, top, (draws, world.n_economies))
    rates[:, world.index("USA")] = 0.0
    # Some partners are exempt, so that retaliation has someone to leave alone.
    rates[:, 1::3] = 0.0
    return rates


@pytest.fixture
def exact(monkeypatch: pytest.MonkeyPatch) -> None:
    """Single counterfactuals solved as far as rounding goes: what is compared is not tolerance."""
    monkeypatch.setattr("triffin.trade.one.solver.TOLERANCE", 1e-15)


def with_column(world: World, schedule: Array, column: Array) -> Array:
    rates = schedule.copy()
    rates[:, world.index("USA")] = column
    return rates


def gap(base: Baseline, name: str, ours: Array, theirs: Array) -> float:
    """Largest difference in points, of money in per cent of spending."""
    assert np.array_equal(np.isnan(ours), np.isnan(theirs))
    apart = np.abs(ours - theirs) / np.maximum(1.0, np.abs(theirs) / 100)
    if name == "deficit":
        # In points of spending: in per cent of a deficit near zero, rounding would be large.
        apart = np.abs(ours - theirs) * np.abs(base.deficit) / base.E
    if name == "revenue_usd":
        apart = 100 * np.abs(ours - theirs) / base.E
    return float(np.nanmax(apart, initial=0.0))


def same(batch: Batch, base: Baseline, draws: list[Array], **options: object) -> None:
    """Every draw of the batch is what `counterfactual` finds, and its equations hold."""
    assert batch.converged.all(), batch.failures
    for i, rates in enumerate(draws):
        one = base
        if batch.parameters:
            one = base.with_parameters(**{k: float(v[i]) for k, v in batch.parameters.items()})
        found = counterfactual(one, rates, **options)
        for name in VARIABLES:
            assert gap(base, name, batch.values[name][i], getattr(found, name)) < 1e-9, name


@pytest.mark.usefixtures("exact")
@pytest.mark.parametrize("retaliation", ["none", "reciprocal", "15%"])
@pytest.mark.parametrize("deficits", DEFICIT_CLOSURES)
@pytest.mark.parametrize("revenue", REVENUE_CLOSURES)
@pytest.mark.parametrize("model", ONE_SECTOR)
def test_a_batch_agrees_with_single_counterfactuals(
    small: World, model: str, revenue: str, deficits: str, retaliation: str
) -> None:
    base = baseline_of(small, model, deficits=deficits)
    options = {"revenue": revenue, "deficits": deficits, "retaliation": retaliation}
    asked = {"variables": VARIABLES, "tolerance": 1e-13}
    schedule = matrices(small, 1, 0.1, seed=1)[0] * (np.arange(8) == 2)
    drawn = columns(small, 5, 0.5)
    one_importer = [with_column(small, schedule, column) for column in drawn]
    by_column = solve_many(base, (schedule, "USA", drawn), **asked, **options)
    same(by_column, base, one_importer, **options)
    everyone = matrices(small, 5, 0.3)
    same(solve_many(base, everyone, **asked, **options), base, list(everyone), **options)
    if deficits == "balanced":
        return
    rng = np.random.default_rng(4)
    parameters = {
        "trade_elasticity": rng.uniform(2, 8, 5),
        "labor_supply_elasticity": rng.uniform(0, 0.8, 5),
        "scale_elasticity": rng.uniform(0, 0.15, 5),
    }
    asked = {**asked, "parameters": parameters}
    by_column = solve_many(base, (schedule, "USA", drawn), **asked, **options)
    same(by_column, base, one_importer, **options)
    alone = one_importer[0]
    same(solve_many(base, alone, **asked, **options), base, [alone] * 5, **options)


@pytest.mark.usefixtures("exact")
@pytest.mark.parametrize("model", ONE_SECTOR)
def test_a_batch_agrees_on_the_world(world: World, model: str) -> None:
    base = baseline_of(world, model)
    drawn = columns(world, 12, 0.6)
    untaxed = np.zeros((194, 194))
    batch = solve_many(base, (untaxed, "USA", drawn), variables=VARIABLES, tolerance=1e-13)
    picked = [with_column(world, untaxed, column) for column in drawn[:3]]
    assert batch.converged.all()
    first = solve_many(base, np.stack(picked), variables=VARIABLES, tolerance=1e-13)
    same(first, base, picked, revenue=base.model.revenue)
    for name in VARIABLES:
        assert gap(base, name, batch.values[name][:3], first.values[name]) < 1e-9


def test_residuals_hold_when_the_kernel_evaluates_them(small: World) -> None:
    rates = matrices(small, 6, 0.4)
    for model in ONE_SECTOR:
        base = baseline_of(small, model)
        batch = solve_many(base, rates, variables=("wage", "employment", "prices"))
        assert np.all(batch.residual <= 1e-10)
        for i, own in enumerate(rates):
            problem = pose(base, own, revenue="tax-relief", deficits="world-share")
            logs = [np.log1p(batch.values[k][i] / 100) for k in batch.values]
            x = np.concatenate(logs if base.beta < 1 else logs[:2])
            assert np.max(np.abs(evaluate(problem, x).residual)) <= 2e-10


def test_the_default_tolerance_keeps_a_millionth_of_a_point(world: World) -> None:
    drawn = (np.zeros((194, 194)), "USA", columns(world, 10, 0.5))
    close = solve_many(world, drawn, variables=("welfare", "wage"))
    exact = solve_many(world, drawn, variables=("welfare", "wage"), tolerance=1e-12)
    assert np.all(close.residual <= 1e-10)
    for name in close.values:
        assert np.max(np.abs(close.values[name] - exact.values[name])) < 1e-6


def test_accounting_holds_in_every_draw(small: World) -> None:
    batch = solve_many(small, matrices(small, 5, 0.5))
    assert set(batch.accounting) == set(triffin.trade.solve(small, None).accounting)
    for name, violation in batch.accounting.items():
        assert np.all(violation < 1e-9), name


def test_the_size_of_chunks_does_not_matter(small: World) -> None:
    rates = matrices(small, 23, 0.4)
    whole = solve_many(small, rates, tolerance=1e-12)
    for chunk in (1, 4, 23, 100):
        parts = solve_many(small, rates, tolerance=1e-12, chunk=chunk)
        assert np.max(np.abs(parts.welfare - whole.welfare)) < 1e-9
        assert list(parts.status) == list(whole.status)


def test_the_number_of_workers_does_not_matter(small: World) -> None:
    drawn = ({}, "USA", columns(small, 23, 0.4))
    here = solve_many(small, drawn, chunk=5)
    two = solve_many(small, drawn, chunk=5, workers=2)
    three = solve_many(small, drawn, chunk=5, workers=3)
    assert np.array_equal(two.welfare, three.welfare)
    assert np.array_equal(two.residual, three.residual)
    # This process may use more threads, which may round sums of products differently.
    assert np.max(np.abs(here.welfare - two.welfare)) < 1e-10


def test_the_same_draws_give_the_same_bits(small: World) -> None:
    rates = matrices(small, 7, 0.4)
    assert np.array_equal(solve_many(small, rates).welfare, solve_many(small, rates).welfare)


def test_draws_may_come_in_any_form(small: World) -> None:
    rates = matrices(small, 6, 0.3)
    expected = solve_many(small, rates, tolerance=1e-12).welfare

    def one_by_one() -> Iterator[Array]:
        yield from rates

    schedules = [TariffSchedule(r[None], r[None], label="draw") for r in rates]
    forms = (list(rates), one_by_one(), schedules, rates[:, None], iter([rates[:2], rates[2:]]))
    for form in forms:
        found = solve_many(small, form, tolerance=1e-12, chunk=4)
        assert np.max(np.abs(found.welfare - expected)) < 1e-9


def test_streaming_yields_the_draws_in_order(small: World) -> None:
    rates = matrices(small, 7, 0.3)
    parts = list(stream_many(small, iter(rates), chunk=3))
    assert [len(part) for part in parts] == [3, 3, 1]
    joined = np.concatenate([part.welfare for part in parts])
    assert np.array_equal(joined, solve_many(small, iter(rates), chunk=3).welfare)


def test_no_draws_are_no_results(small: World) -> None:
    for none in (np.zeros((0, 8, 8)), iter(()), []):
        batch = solve_many(small, none)
        assert len(batch) == 0
        assert batch.welfare.shape == (0, 8)


def test_a_draw_without_equilibrium_does_not_harm_the_others(world: World) -> None:
    """Guinea must run a surplus of 42 % of its income; a US tariff of 500 % does not let it."""
    base = baseline_of(world)
    rates = np.array([0.05, 5.0, 0.1])
    drawn = np.repeat(rates[:, None], 194, axis=1)
    drawn[:, world.index("USA")] = 0.0
    options = {"revenue": "lump-sum"}
    batch = solve_many(base, ({}, "USA", drawn), variables=("welfare", "deficit"), **options)
    assert batch.status[0] == batch.status[2] == "converged"
    with pytest.raises(NoEquilibrium, match="Guinea") as reason:
        counterfactual(base, {"USA": {"*": "500%"}}, **options)
    assert batch.status[1] == str(reason.value)
    assert batch.status[1].startswith("no equilibrium: ")
    assert batch.method[1] == "none"
    assert np.isnan(batch.residual[1])
    for values in batch.values.values():
        assert np.isnan(values[1]).all()
        assert np.isfinite(values[[0, 2]]).all()
    alone = counterfactual(base, {"USA": {"*": 0.05}}, **options)
    assert np.max(np.abs(batch.welfare[0] - alone.welfare)) < 1e-6
    assert batch.failures == {batch.status[1]: 1}
    assert list(batch.converged) == [True, False, True]
    quick = solve_many(base, ({}, "USA", drawn), quick=True, **options)
    assert quick.status[1].startswith("not converged")


def test_prohibitive_tariffs_are_solved_among_mild_ones() -> None:
    """With balanced trade nobody has to run a surplus, so every draw has an equilibrium."""
    world = random_world(5, n=8)
    drawn = np.repeat(np.array([0.0, 0.1, 5.0, 10.0])[:, None], 8, axis=1)
    drawn[:, 0] = 0.0
    options = {"revenue": "lump-sum", "deficits": "balanced"}
    batch = solve_many(world, ({}, "USA", drawn), tolerance=1e-12, **options)
    assert batch.converged.all()
    assert np.max(np.abs(batch.welfare[0])) < 1e-9
    for i, rate in enumerate(drawn[:, 1]):
        found = triffin.trade.solve(world, {"USA": {"*": f"{100 * rate:g}%"}}, **options)
        assert np.max(np.abs(batch.welfare[i] - found.welfare)) < 1e-8


@pytest.mark.parametrize("seed", range(4))
def test_random_tariffs_up_to_500_percent_agree_or_name_the_same_reason(seed: int) -> None:
    world = random_world(seed, n=6)
    rng = np.random.default_rng(seed)
    rates = matrices(world, 6, 5.0, seed) * (rng.random((6, 6, 6)) < 0.6)
    for deficits in ("balanced", "world-share"):
        base = baseline_of(world, deficits=deficits)
        options = {"revenue": "lump-sum", "deficits": deficits}
        batch = solve_many(base, rates, tolerance=1e-12, **options)
        for i, own in enumerate(rates):
            if not batch.converged[i]:
                with pytest.raises(NoEquilibrium) as reason:
                    counterfactual(base, own, **options)
                assert batch.status[i] == str(reason.value)
                continue
            found = counterfactual(base, own, **options)
            assert np.max(np.abs(batch.welfare[i] - found.welfare)) < 1e-7


def test_starts_outside_the_domain_are_brought_into_it(world: World) -> None:
    """At the center's wages the Marshall Islands could not return their revenue as tax relief."""
    batch = solve_many(world, matrices(world, 4, 0.5))
    assert batch.converged.all()
    assert np.all(batch.iterations < MAX_ITERATIONS)
    # Where an economy loses or gains most of its income, the branch from free trade is followed.
    assert set(batch.method) <= {"frozen Jacobian, batched", "frozen Jacobian"}


def test_memory_does_not_grow_with_the_number_of_draws(world: World) -> None:
    base = baseline_of(world)

    def draws(n: int) -> Iterator[Array]:
        rng = np.random.default_rng(0)
        for _ in range(n):
            rates = rng.uniform(0, 0.02, (194, 194))
            np.fill_diagonal(rates, 0.0)
            yield rates

    peaks = []
    for n in (40, 160):
        tracemalloc.start()
        batch = solve_many(base, draws(n), economies=("USA",), chunk=10)
        peaks.append(tracemalloc.get_traced_memory()[1] / 2**20)
        tracemalloc.stop()
        assert batch.welfare.shape == (n, 1)
    assert peaks[1] < 60
    assert peaks[1] < 1.2 * peaks[0]


def test_results_are_labelled(small: World) -> None:
    elasticity = np.array([3.0, 4.0, 5.0])
    batch = solve_many(
        small,
        {"USA": {"*": 0.1}},
        parameters={"trade_elasticity": elasticity, "labor_supply_elasticity": 0.3},
        variables=("welfare", "employment"),
        economies=("C02", "USA"),
    )
    data = batch.data
    assert data["welfare"].dims == ("draw", "economy")
    assert list(data["economy"].values) == ["C02", "USA"]
    assert data["welfare"].attrs["units"] == "per cent"
    assert np.array_equal(data["trade_elasticity"].values, elasticity)
    assert list(data["status"].values) == ["converged"] * 3
    found = triffin.trade.solve(
        small, {"USA": {"*": 0.1}}, trade_elasticity=5.0, labor_supply_elasticity=0.3
    )
    assert abs(data["employment"].sel(economy="USA").values[2] - found.of("USA")["employment"]) < (
        1e-7
    )
    with pytest.raises(AttributeError, match="holds welfare, employment"):
        _ = batch.deficit


def test_progress_is_told(small: World) -> None:
    told: list[tuple[str, int, int]] = []
    rates = matrices(small, 5, 0.1)
    solve_many(small, rates, chunk=2, progress=lambda *step: told.append(step))
    assert told == [("draws", 2, 5), ("draws", 4, 5), ("draws", 5, 5)]
    told.clear()
    solve_many(small, iter(rates), chunk=5, progress=lambda *step: told.append(step))
    assert told == [("draws", 5, 0)]


def bad(position: tuple[int, ...], value: float) -> Array:
    rates = np.zeros((4, 8, 8))
    rates[position] = value
    return rates


def test_a_batch_of_which_every_draw_is_needed_ends_at_the_first_that_fails() -> None:
    world = triffin.load_world("world-2023")
    columns = np.zeros((3, world.n_economies))
    columns[1:] = 9.0
    columns[:, world.index("USA")] = 0.0
    options = {"model": "ignatenko-2025", "revenue": "lump-sum", "strict": True}
    batch = solve_many(world, ({}, "USA", columns), **options)
    assert batch.status[0] == "converged"
    assert "Guinea" in batch.status[1]
    assert batch.status[2].startswith("not tried")
    assert np.isnan(batch.welfare[2]).all()


def test_draws_near_a_center_that_was_followed_from_the_baseline_are_solved_together() -> None:
    """At 90 % on everybody real income of Guinea falls by four fifths: far from the baseline, and
    close to the middle of the draws."""
    world, tariffs = triffin.load_world("world-2023"), {"USA": {"*": 0.9}}
    options = {"model": "ignatenko-2025-roundabout", "revenue": "lump-sum"}
    drawn = np.array([3.0, 4.5])
    batch = solve_many(
        world,
        tariffs,
        parameters={"trade_elasticity": drawn},
        variables=("real_income",),
        **options,
    )
    assert set(batch.method) == {"frozen Jacobian, batched"}
    assert np.abs(np.log1p(batch.real_income / 100)).max() > 1.5
    for k, value in enumerate(drawn):
        alone = triffin.trade.solve(world, tariffs, trade_elasticity=value, **options)
        np.testing.assert_allclose(batch.real_income[k], alone.real_income, atol=1e-7)


@pytest.mark.parametrize(
    ("tariffs", "options", "message"),
    [
        (np.zeros((4, 8, 7)), {}, "shape"),
        (np.zeros(8), {}, "shape"),
        (({}, "USA", np.zeros((4, 7))), {}, "shape"),
        (({}, "USAX", np.zeros((4, 8))), {}, "not an economy"),
        (bad((2, 0, 1), np.nan), {}, "draw 2 holds"),
        (bad((3, 0, 1), -1.0), {}, "draw 3 holds"),
        (iter(bad((1, 4, 4), 0.1)), {}, "taxes its own sales|cannot tax its own sales"),
        (({}, "USA", np.full((4, 8), 0.1)), {}, "USA taxes its own sales"),
        ({"USA": {"*": 0.1}}, {}, "single counterfactual"),
        (7, {}, "no draws"),
        (bad((0, 0, 1), 0.1), {"parameters": {"trade_elasticity": [3.0]}}, "4 draws of tariffs"),
        (iter(bad((0, 0, 1), 0.1)), {"parameters": {"trade_elasticity": [3.0]}}, "more than 1"),
        (iter(bad((0, 0, 1), 0.1)), {"parameters": {"trade_elasticity": [3.0] * 6}}, "4 draws"),
        ({}, {"parameters": {"trade_elasticity": [3.0, 0.0]}}, "outside its domain"),
        ({}, {"parameters": {"trade_elasticity": [3.0, np.nan]}}, "no finite number"),
        ({}, {"parameters": {"trade_elasticity": [[3.0]]}}, "shape"),
        ({}, {"parameters": {"pass_through_base": [1.0, 2.0]}}, "enters the calibration"),
        ({}, {"parameters": {"trade_elastic": [1.0]}}, "trade_elasticity"),
        (bad((0, 0, 1), 0.1), {"variables": ("welfar",)}, "welfare"),
        (bad((0, 0, 1), 0.1), {"deficits": "none"}, "deficits"),
        (bad((0, 0, 1), 0.1), {"revenue": "none"}, "revenue"),
        (bad((0, 0, 1), 0.1), {"retaliation": "optimal"}, "one by one"),
        (bad((0, 0, 1), 0.1), {"retaliation": "mutual"}, "rule of retaliation"),
        (bad((0, 0, 1), 0.1), {"chunk": 0}, "1 or more"),
        (bad((0, 0, 1), 0.1), {"workers": -1}, "1 or more"),
        (bad((0, 0, 1), 0.1), {"tolerance": 0.0}, "domain"),
        (bad((0, 0, 1), 0.1), {"economies": ("ABC",)}, "not an economy"),
    ],
)
def test_what_is_no_batch_is_refused(
    small: World, tariffs: object, options: dict[str, object], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        solve_many(small, tariffs, **options)


def test_a_purged_base_keeps_its_elasticities(small: World) -> None:
    for name in ELASTICITIES:
        with pytest.raises(InputError, match="purged base"):
            solve_many(small, {}, deficits="balanced", parameters={name: [0.1, 0.2]})
    with pytest.raises(InputError, match="purged of transfers"):
        solve_many(baseline_of(small), matrices(small, 2, 0.1), deficits="balanced")
