"""Small inputs that once went wrong, built in code, with right values and why."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from .attacks.one_sector import judge, production, reference
from .bad_files import scenario_text
from .finding import Finished, Refused, command
from .reference.one_sector import Choice
from .reference.path import NoBranch
from .worlds import Case

REFUSED = (2, 3)  # bad input, no equilibrium


def write_world(folder: Path, gdp: dict[str, float], trade: dict[str, float]) -> Path:
    """A world as three tables; trade keys are written EXPORTER>IMPORTER."""
    folder.mkdir()
    rows = "".join(f"{code},{code.title()},{value}\n" for code, value in gdp.items())
    flows = "".join(f"{pair.replace('>', ',')},{value}\n" for pair, value in trade.items())
    (folder / "economies.csv").write_text("code,name,gdp\n" + rows)
    (folder / "trade.csv").write_text("exporter,importer,value\n" + flows)
    (folder / "meta.yaml").write_text(
        "name: own\nyear: 2023\nunit: billion USD\nsource: invented\n"
    )
    return folder


def welfare(done: Finished) -> dict[str, float]:
    """Welfare by economy of a `trade --json`."""
    assert done.code == 0, done.err
    return {code: e["welfare"] for code, e in json.loads(done.out)["economies"].items()}


def answered(done: Finished, right: dict[str, float], *, named: str) -> None:
    """The right welfare, or a refusal (exit 2) that names the economy that stands apart."""
    assert not done.traceback
    if done.code == 2:
        assert named in done.err
        return
    found = welfare(done)
    for code, value in right.items():
        assert found[code] == pytest.approx(value, abs=5e-6 if abs(value) < 1 else 5e-3), code


@pytest.mark.parametrize("backwards", [False, True])
def test_an_economy_without_trade_changes_nobody(tmp_path: Path, backwards: bool) -> None:
    # A and B alone gain and lose as much: the price of C is not determined and does not matter.
    gdp = {"AAA": 100.0, "BBB": 80.0, "CCC": 20.0}
    if backwards:
        gdp = dict(reversed(gdp.items()))
    world = write_world(tmp_path / "three", gdp, {"AAA>BBB": 10.0, "BBB>AAA": 9.0})
    done = command(
        "trade", world, "--set", "AAA.BBB=20%", "--model", "armington", "--json", folder=tmp_path
    )
    answered(done, {"AAA": 0.470784, "BBB": -0.925668}, named="CCC")


@pytest.mark.parametrize("order", ["USA BBB CCC ISO", "ISO CCC BBB USA", "CCC ISO USA BBB"])
def test_the_order_of_rows_decides_nothing(tmp_path: Path, order: str) -> None:
    gdp = {"USA": 500.0, "BBB": 400.0, "CCC": 250.0, "ISO": 600.0}
    trade = {
        "USA>BBB": 20.0, "USA>CCC": 10.0, "BBB>USA": 43.0, "BBB>CCC": 25.0, "CCC>USA": 35.0,
        "CCC>BBB": 19.0,
    }  # fmt: skip
    world = write_world(tmp_path / "four", {code: gdp[code] for code in order.split()}, trade)
    done = command(
        "trade", world, "--set", "USA.*=20%", "--model", "armington", "--revenue", "lump-sum",
        "--json", folder=tmp_path,
    )  # fmt: skip
    answered(done, {"USA": 1.002046, "BBB": -1.037845, "CCC": -1.064608}, named="ISO")


def test_a_row_for_the_world_is_not_an_economy(tmp_path: Path) -> None:
    gdp = {"HKG": 380.0, "CHN": 17000.0, "USA": 26000.0, "WLD": 105000.0}
    trade = {
        "HKG>CHN": 300.0, "HKG>USA": 270.0, "CHN>HKG": 310.0, "CHN>USA": 500.0, "USA>CHN": 150.0,
        "USA>HKG": 200.0,
    }  # fmt: skip
    world = write_world(tmp_path / "hk", gdp, trade)
    done = command(
        "trade", world, "--set", "USA.CHN=20%", "--model", "armington", "--json", folder=tmp_path
    )
    answered(done, {"USA": 0.0984928, "CHN": -0.3125655, "HKG": 2.1096851}, named="WLD")
    assert "WLD" in done.err + done.out


def test_output_by_use_that_is_not_output_by_input_is_refused(tmp_path: Path) -> None:
    # Value added of one industry times 1.5, the row OUT recomputed, the column OUT left alone.
    done = command("check", "--example", "icio", "--out", "2020_SML.csv", folder=tmp_path)
    assert done.code == 0, done.err
    path = tmp_path / "2020_SML.csv"
    lines = path.read_text().splitlines()
    at = next(k for k, line in enumerate(lines) if line.startswith(("V1,", ",")))
    head = lines[at].split(",")
    table = {line.split(",")[0]: line.split(",") for line in lines[at + 1 :]}
    column = 1
    extra = 0.5 * float(table["VA"][column])
    table["VA"][column] = repr(float(table["VA"][column]) + extra)
    table["OUT"][column] = repr(float(table["OUT"][column]) + extra)
    rows = [*lines[: at + 1], *(",".join(cells) for cells in table.values())]
    path.write_text("\n".join(rows) + "\n")
    done = command("world", "import", "2020_SML.csv", folder=tmp_path)
    assert done.code == 2, done.out
    assert head[column] in done.err


@pytest.mark.parametrize("day", ["2025-02-29", "2025-04-31"])
def test_a_day_in_no_calendar_is_refused_with_the_last_valid_one(tmp_path: Path, day: str) -> None:
    (tmp_path / "a.yaml").write_text(scenario_text(start=day))
    last = {"2025-02-29": "2025-02-28", "2025-04-31": "2025-04-30"}
    for how in (("check", "a.yaml"), ("run", "a.yaml", "--draws", "2")):
        done = command(*how, folder=tmp_path)
        assert (done.code, done.traceback) == (2, False), done.err
        for word in ("a.yaml", "line 4", "start", last[day]):
            assert word in done.err


@pytest.mark.parametrize("value", ["-5", "1.5"])
def test_a_series_that_cannot_be_is_not_taken(tmp_path: Path, value: str) -> None:
    rows = ["2026-07-29,163.86", "2026-07-30,159.47", "2026-07-31,159.16", f"2026-08-03,{value}"]
    (tmp_path / "jp0.csv").write_text("observation_date,DEXJPUS\n" + "\n".join(rows) + "\n")
    home = {"XDG_DATA_HOME": str(tmp_path / "data"), "HOME": str(tmp_path)}
    done = command("data", "update", "jp0.csv", "--out", tmp_path / "kept", folder=tmp_path, **home)
    assert done.code == 2, done.out
    assert value in done.err
    assert not list((tmp_path / "kept").glob("usdjpy*")) if (tmp_path / "kept").exists() else True


@pytest.mark.parametrize(
    "total",
    ["For. Official", "Of which: Foreign Official", "Grand Total", "All countries"],
)
def test_totals_in_any_spelling_are_no_holders(tmp_path: Path, total: str) -> None:
    (tmp_path / "tic.csv").write_text(
        "holder,usd_bn,month\nJPN,1130.8,2025-03\nGBR,779.3,2025-03\nCHN,765.4,2025-03\n"
        f"All Other,6378.5,2025-03\n{total},3935.6,2025-03\n"
    )
    done = command("treasuries", "holders", "--holdings", "tic.csv", folder=tmp_path)
    assert done.code == 0, done.err
    assert "9,054.0" in done.out  # 1,130.8 + 779.3 + 765.4 + 6,378.5
    assert "12,989.6" not in done.out
    assert total in done.out + done.err  # a note says what was left out


def test_rates_and_shares_are_shown_with_the_digits_they_have(tmp_path: Path) -> None:
    (tmp_path / "pri.yaml").write_text(
        "trade_elasticity: {value: 4.123456, source: own}\n"
        "scale_elasticity: {value: 0.0125, source: own}\n"
        "japan_official_share: {value: 0.005, source: own}\n"
    )
    done = command("check", "pri.yaml", folder=tmp_path)
    assert done.code == 0, done.err
    assert "0.0125" in done.out
    assert "0.005" in done.out.replace("value 0.005 is outside", "")
    assert "4.123" in done.out
    (tmp_path / "t.csv").write_text("importer,exporter,rate\nUSA,JPN,2.5%\nUSA,CHN,0.4%\n")
    done = command("trade", "world-2023", "--tariffs", "t.csv", folder=tmp_path)
    assert done.code == 0, done.err
    assert "2.5 %" in done.out + done.err
    assert "0.4 %" in done.out + done.err


def test_roundabout_households_cannot_spend_less_than_nothing(tmp_path: Path) -> None:
    # Purchases of inputs keep gross spending positive while households of Guinea would owe money.
    done = command(
        "trade", "world-2023", "--set", "USA.*=110%", "--model", "ignatenko-2025-roundabout",
        "--revenue", "lump-sum", "--json", folder=tmp_path,
    )  # fmt: skip
    assert done.code == 3, done.out[:200]
    assert "Guinea" in done.err


@pytest.mark.parametrize("kappa", [0.672, 0.69])
def test_no_welfare_is_given_beyond_a_pole(tmp_path: Path, kappa: float) -> None:
    # delta = S/(S - kappa Y/(1 + kappa)) has the pole of Guinea at kappa = 0.670; the United
    # States have theirs at (beta - psi (1-beta))/(psi + phi - 1) = 0.674.
    done = command(
        "trade", "world-2023", "--set", "USA.*=24%", "--set", "*.USA=24%", "--model",
        "ignatenko-2025-roundabout", "--param", f"labor_supply_elasticity={kappa}", "--json",
        folder=tmp_path,
    )  # fmt: skip
    assert not done.traceback
    if done.code in REFUSED:
        assert "Guinea" in done.err or "labor_supply_elasticity" in done.err
        return
    found = welfare(done)
    assert found["GIN"] is None
    assert kappa < 0.674 or found["USA"] is None
    assert all(value is None or value >= -100 for value in found.values())


def two(gdp: tuple[float, float], trade: tuple[float, float], choice: Choice) -> Case:
    """The United States, which tax the other economy at 100 %."""
    return Case(
        ("USA", "BBB"),
        np.array(gdp),
        np.array([[0.0, trade[0]], [trade[1], 0.0]]),
        np.array([[0.0, 0.0], [1.0, 0.0]]),
        choice,
        "two economies",
        {"trade_elasticity": choice.epsilon},
    )


ROUNDABOUT = Choice(
    "ignatenko-2025-roundabout", "lump-sum", "world-share", 1.73, 0.5, 0.1675, 1.0, 0.49
)


@pytest.mark.parametrize("revenue", ["lump-sum", "tax-relief"])
def test_an_equilibrium_that_free_trade_does_not_lead_to_is_none(revenue: str) -> None:
    # The branch from free trade folds; what lies beyond has real income of +220,000,000 %.
    choice = replace(ROUNDABOUT, revenue=revenue)
    case = two((1.44e9, 89e9), (0.64e9, 0.55e9), choice)
    end = reference(case)
    assert isinstance(end, NoBranch)
    assert end.certain
    got = production(case)
    assert isinstance(got, Refused), np.asarray(got.real_income)
    assert got.name in ("NoEquilibrium", "NotConverged")


def test_the_same_economies_with_less_to_pay_have_the_branch_from_free_trade() -> None:
    case = two((1.44e9, 89e9), (0.55e9, 0.64e9), replace(ROUNDABOUT, revenue="tax-relief"))
    assert judge(case, production(case)) == []


@pytest.mark.parametrize("model", ["armington", "ignatenko-2025-eaton-kortum"])
def test_the_optimum_within_the_bounds_is_the_highest(tmp_path: Path, model: str) -> None:
    """46.5 % with 0.653 is a local optimum: 400 %, within the bounds, gives 3.203."""
    closure = ("--model", model, "--revenue", "lump-sum", "--json")
    done = command("optimal", "world-2023", "USA", "--uniform", *closure, folder=tmp_path)
    if done.code == 3:
        assert done.err.strip()
        return
    far = command("trade", "world-2023", "--set", "USA.*=400%", *closure, folder=tmp_path)
    answer = json.loads(done.out)
    if "local" in json.dumps(answer):
        return
    assert answer["welfare"]["USA"] >= welfare(far)["USA"] - 1e-6
