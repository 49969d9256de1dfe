"""The run itself: its data, its accounting, its repeatability, and `triffin.run` in Python."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

import triffin
from triffin.answers.answer_book import AnswerBook, Behind
from triffin.results import Result
from triffin.run.engine import run
from triffin.scenario.loading import load_scenario
from triffin.trade.equilibrium import solve
from triffin.trade.one.counterfactual import baseline_of, counterfactual
from triffin.world.base.errors import InputError, NoEquilibrium
from triffin.world.loading import load_world
from triffin.world.registry.parameter_set import in_place

# The tariffs as the scenario writes them, without what changes them or feeds back on the way.
OTHERS = ("negotiation", "credibility", "alignment", "treasuries", "currency", "dollar")
AS_WRITTEN = [f"modules.{name}=false" for name in OTHERS]


def run_as_written(*overrides: str, draws: int = 8) -> Result:
    return triffin.run("japan-2025", draws=draws, seed=2, overrides=[*AS_WRITTEN, *overrides])


@pytest.fixture(scope="module")
def japan() -> Result:
    return run_as_written()


def test_the_python_mirror_returns_data_headline_and_manifest(japan: Result) -> None:
    assert isinstance(japan, Result)
    assert japan.data.sizes["draw"] == 8
    assert japan.data.sizes["economy"] == 194
    assert japan.entry("focus_welfare")["median"] is not None
    assert (japan.manifest["draws"], japan.manifest["seed"]) == (8, 2)
    assert japan.manifest["hash"].startswith(japan.identity)


def test_the_room_is_a_package_and_callable(japan: Result) -> None:
    from triffin.run import run as inner
    from triffin.trade.parameter_draws import COLUMNS

    assert isinstance(triffin.run, ModuleType)
    assert callable(triffin.run)
    assert inner is run
    assert COLUMNS
    with pytest.raises(AttributeError, match="nothing"):
        triffin.run.nothing  # noqa: B018
    with pytest.raises(AttributeError, match="nothing"):
        triffin.nothing  # noqa: B018


def test_importing_triffin_is_light() -> None:
    code = (
        "import sys, triffin; "
        "print([n for n in ('numpy', 'pandas', 'xarray', 'scipy') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_phase_and_closure_holds_what_trade_solves(japan: Result) -> None:
    world = triffin.load_world("world-2023")
    phases = load_scenario("japan-2025").phases(world)
    assert [str(phase.end) for phase in phases][-1] == japan.manifest["main_phase"][-10:]
    for closure in japan.manifest["closures"]:
        found = solve(
            world,
            phases[-1].schedule,
            model=closure["model"],
            revenue=closure["revenue"],
            retaliation=closure["retaliation"],
        )
        stored = japan.data.sel(phase=japan.manifest["main_phase"], closure=closure["id"])
        np.testing.assert_allclose(stored["welfare"], found.welfare, atol=1e-8)
        np.testing.assert_allclose(stored["deficit"], found.deficit, atol=1e-6)


def test_a_draw_holds_what_trade_solves_at_its_parameters(japan: Result) -> None:
    world = triffin.load_world("world-2023")
    schedule = load_scenario("japan-2025").phases(world)[-1].schedule
    closures = {closure["id"]: closure for closure in japan.manifest["closures"]}
    for k in range(8):
        closure = closures[str(japan.data["closure_of_draw"].values[k])]
        values = {
            name: float(japan.data[name].values[k])
            for name in ("trade_elasticity", "labor_supply_elasticity")
        }
        welfare = japan.data["welfare_draws"].values[k]
        if np.isnan(welfare).all():
            continue
        found = counterfactual(
            baseline_of(world, closure["model"]).with_parameters(**values),
            schedule,
            revenue=closure["revenue"],
            retaliation=closure["retaliation"],
        )
        np.testing.assert_allclose(welfare, found.welfare, atol=1e-7)


def test_before_the_first_tariff_nothing_has_changed(japan: Result) -> None:
    first = japan.data.isel(phase=0)
    assert float(abs(first["tariff_paid"]).max()) == 0
    for name in ("welfare", "deficit", "exports", "imports", "employment", "prices", "revenue"):
        assert float(abs(first[name]).max()) < 1e-9


def test_phases_follow_the_scenario_s_dates_and_rates(japan: Result) -> None:
    assert list(japan.data["phase"].values) == [
        "2025-04-02 to 2025-04-04",
        "2025-04-05 to 2025-04-08",
        "2025-04-09 to 2025-07-07",
        "2025-07-08 to 2025-08-14",
    ]
    paid = japan.data["tariff_paid"].sel(economy=["JPN", "CHN", "USA"]).values
    np.testing.assert_allclose(paid, [[0, 0, 0], [10, 10, 0], [10, 145, 0], [24, 54, 0]])
    faced = japan.data["tariff_faced_by_hegemon"].sel(economy="CHN").values
    np.testing.assert_allclose(faced, [0, 0, 125, 0])


def test_accounting_holds_to_1e_9_in_every_solve(japan: Result) -> None:
    invariants = japan.manifest["invariants"]
    assert invariants.keys() >= {"trade_balances_sum_to_zero", "equilibrium_residual"}
    assert max(invariants.values()) <= 1e-9
    assert japan.manifest["solves"] >= 4 * 12 + 8


def test_the_run_before_leaves_no_trace_in_the_next(japan: Result) -> None:
    triffin.run("universal-10", draws=4, seed=9)
    solve(triffin.load_world("world-2023"), {"CHN": {"*": "30%"}}, deficits="balanced")
    again = run_as_written()
    assert again.manifest["hash"] == japan.manifest["hash"]
    assert again.headline == japan.headline
    for name, variable in japan.data.data_vars.items():
        assert variable.values.tobytes() == again.data[name].values.tobytes() or (
            variable.dtype.kind == "O" and list(variable.values) == list(again.data[name].values)
        ), name


def test_fewer_draws_are_the_first_of_more(japan: Result) -> None:
    more = run_as_written(draws=12)
    # The draws are the same; batches of other sizes agree to the solver's tolerance.
    for name in ("trade_elasticity", "labor_supply_elasticity", "closure_of_draw"):
        assert list(more.data[name].values[:8]) == list(japan.data[name].values)
    np.testing.assert_allclose(
        more.data["welfare_draws"].values[:8], japan.data["welfare_draws"].values, atol=1e-7
    )


def test_scenarios_are_paired_draw_by_draw(japan: Result) -> None:
    cheaper = run_as_written("tariff.USA.JPN=10%")
    for name in ("trade_elasticity", "labor_supply_elasticity", "closure_of_draw"):
        np.testing.assert_array_equal(cheaper.data[name], japan.data[name])
    gain = (cheaper.data["welfare_draws"] - japan.data["welfare_draws"]).sel(economy="JPN").values
    # In every draw Japan is better off with 10 % than with 24 %, whatever the elasticities.
    solved = np.isfinite(gain)
    assert solved.sum() >= 7
    assert (gain[solved] > 0).all()
    # ... by what the run with 24 % says of the alternative of 10 %.
    alternative = japan.data["rate_welfare"].sel(rate="10 %", party="focus").values
    welfare = cheaper.data["welfare_draws"].sel(economy="JPN").values
    np.testing.assert_allclose(welfare[solved], alternative[solved], atol=1e-7)


def test_a_changed_elasticity_changes_the_answer_at_the_center() -> None:
    low, high = (
        triffin.run(
            "universal-10",
            draws=2,
            overrides=[f"changes.trade.trade_elasticity.value={value}"],
        )
        for value in (2, 8)
    )
    imports = [
        float(
            found.data["imports"].sel(
                phase=found.manifest["main_phase"],
                closure=found.manifest["central_closure"],
                economy="USA",
            )
        )
        for found in (low, high)
    ]
    assert imports[1] < imports[0] < 0
    assert "trade_elasticity" not in low.data  # nothing is drawn, so it drives nothing
    assert all("trade_elasticity" not in entry["driver_shares"] for entry in low.headline)
    (entry,) = [p for p in low.manifest["parameters"] if p["name"] == "trade_elasticity"]
    assert entry["value"] == 2


def test_progress_counts_up_to_its_total() -> None:
    seen: dict[str, list[tuple[int, int]]] = {}
    triffin.run(
        "universal-10",
        draws=3,
        progress=lambda stage, done, total: seen.setdefault(stage, []).append((done, total)),
    )
    assert set(seen) == {"phases", "draws"}
    assert seen["draws"] == [(1, 3), (2, 3), (3, 3)]
    assert seen["phases"][-1][0] == seen["phases"][-1][1] == len(seen["phases"])


OWN = """
scenario: own
title: China puts 30 % on Australia
world: world-2023
start: 2020-05-18
days: 365
hegemon: CHN
focus: AUS
tariffs:
  - {from: 2020-05-18, set: {CHN.AUS: 30%}}
"""


def test_a_scenario_file_with_other_players_and_without_a_rival(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(OWN, encoding="utf-8")
    found = triffin.run(tmp_path / "own.yaml", draws=4)
    assert found.manifest["rival"] is None
    assert list(found.data["exporter"].values) == ["CHN", "AUS", "rest of world"]
    assert "Australia" in found.entry("focus_welfare")["answer"]
    before = found.data["trade_before"].sel(exporter="AUS", importer="CHN")
    after = found.data["trade_after"].sel(exporter="AUS", importer="CHN").isel(phase=-1)
    assert 0 < float(after) < float(before)
    again = triffin.run(load_scenario(tmp_path / "own.yaml"), draws=4)
    assert again.manifest["hash"] == found.manifest["hash"]


def test_a_main_phase_without_an_equilibrium_is_raised_before_anything_is_drawn(
    tmp_path: Path,
) -> None:
    text = OWN.replace("CHN.AUS: 30%", "MHL.*: 1000%, GMB.*: 1000%")
    (tmp_path / "own.yaml").write_text(text, encoding="utf-8")
    calls: list[str] = []
    with pytest.raises(NoEquilibrium, match="Marshall Islands"):
        triffin.run(
            tmp_path / "own.yaml", draws=4, progress=lambda stage, _, __: calls.append(stage)
        )
    assert calls == []


SELLER = "USA,CHN,0.2|USA,JPN,10|CHN,USA,1|CHN,JPN,6|JPN,USA,1.6|JPN,CHN,10"


def small_world(folder: Path, tariffs: str, trade: str = SELLER) -> None:
    """Three economies, as a rule with a United States that sells a quarter of what it makes to
    Japan, and a scenario beside them."""
    tables = {
        "economies.csv": "code,name,gdp|USA,United States,40|CHN,China,400|JPN,Japan,420",
        "trade.csv": f"exporter,importer,value|{trade}",
        "meta.yaml": "name: own|year: 2023|unit: billion USD|source: invented",
        "../own.yaml": f"world: {folder}|start: 2025-03-29|days: 60|hegemon: USA|focus: JPN|"
        f"tariffs: [{{from: 2025-04-05, set: {{{tariffs}}}}}]",
    }
    folder.mkdir()
    for name, text in tables.items():
        (folder / name).write_text(text.replace("|", "\n") + "\n", encoding="utf-8")


def test_a_run_in_which_no_draw_has_an_equilibrium_says_why(tmp_path: Path) -> None:
    # The United States sells a quarter of its income to Japan, which at 900 % buys little.
    small_world(tmp_path / "own", tariffs="'*.JPN': 900%")
    with pytest.raises(NoEquilibrium, match=r"United States .USA.*surplus.*None of the 2 draws"):
        triffin.run(tmp_path / "own.yaml", draws=2)


def test_a_run_that_moves_nothing_enough_to_print_has_a_report_without_map_and_ranking(
    tmp_path: Path,
) -> None:
    small_world(tmp_path / "own", tariffs="JPN.CHN: 0.001%")
    found = triffin.run(tmp_path / "own.yaml", draws=2)
    page = (found.save(tmp_path / "run") / "report.html").read_text(encoding="utf-8")
    assert 'id="economies"' in page
    assert not [name for name in ("map", "ranking") if f'id="{name}"' in page or f"#{name}" in page]


def test_a_balanced_trade_has_no_size_that_a_change_is_a_share_of(tmp_path: Path) -> None:
    small_world(tmp_path / "own", "USA.JPN: 24%", "USA,CHN,2|CHN,USA,2|JPN,CHN,30|CHN,JPN,30")
    found = triffin.run(tmp_path / "own.yaml", draws=2)
    answer = found.entry("hegemon_deficit")
    assert answer["median"] is None
    assert "balanced in the data" in answer["answer"]
    assert found.save(tmp_path / "run").is_dir()


def test_a_question_that_no_draw_answers_says_so_in_words() -> None:
    world, drawn = load_world("nafta-1993"), {"trade_elasticity": np.array([3.0, 4.0])}
    book = AnswerBook(world, 2, drawn, groups={}, parameters=in_place())
    lost = Behind(undefined="households would lose all that they have")
    nothing = np.full(2, np.nan)
    names = {"focus": "Japan", "when": "at the end"}
    book.enter("focus_welfare", "{median}", nothing, drawn, behind=lost, **names)
    answer = book.entries[0]
    assert answer.sentence == "No answer: households would lose all that they have."
    assert (answer.median, answer.unit, answer.drivers) == (None, "%", ("trade_elasticity",))


@pytest.mark.parametrize("seed", [-1, 2**32, 1.5, True, "1"])
def test_a_seed_is_a_whole_number(seed: object) -> None:
    with pytest.raises(InputError, match="seed"):
        triffin.run("universal-10", draws=1, seed=seed)


def test_overrides_do_not_apply_to_a_loaded_scenario() -> None:
    with pytest.raises(InputError, match="overrides"):
        triffin.run(load_scenario("universal-10"), draws=1, overrides=["days=3"])


def test_every_shipped_scenario_runs() -> None:
    from triffin.scenario.loading import shipped_names

    for name in shipped_names():
        found = triffin.run(name, draws=2)
        assert np.isfinite(found.data["welfare_draws"].values).any(), name
        assert all(entry["drivers"] for entry in found.headline), name


def test_without_salib_total_indices_are_refused_before_anything_is_solved(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("triffin.run.engine.find_spec", lambda name: None)
    with pytest.raises(InputError, match=r"triffin\[sensitivity\]"):
        run("universal-10", draws=8, sensitivity="sobol")
