"""Parameters are handed down: nothing below an entry looks them up, and a prior on any of them
changes an answer."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import triffin
from triffin.evidence.backtests.history import backtest
from triffin.evidence.claims.ledger import claims
from triffin.finance.joint.draws import simulate
from triffin.questions.currency.defence import intervene
from triffin.questions.dollar.position import dollar_position
from triffin.questions.dollar.tipping import dollar_tip
from triffin.questions.talks.align import alignment
from triffin.questions.talks.bluff import bluff
from triffin.questions.talks.negotiate import negotiation
from triffin.questions.treasuries.records import debt_wall
from triffin.questions.treasuries.sale import sell
from triffin.run.assembly import assemble
from triffin.run.block import blocks_of, solve_block
from triffin.run.engine import no_progress
from triffin.run.plan.prepare import prepare
from triffin.run.sections.every import SECTIONS
from triffin.scenario import load_scenario
from triffin.trade import solve
from triffin.world.registry.parameter_set import ParameterSet, in_place, shipped

SOURCE = Path(triffin.__file__).parent
ROOMS = ("trade", "finance", "strategy", "answers", "questions", "run", "studies", "evidence")
LOOKUPS = {"parameter", "all_parameters", "shipped_parameter", "shipped_parameters", "PRIOR"}
# Where what is in place becomes a value although nobody could have given one: own tables and
# ledgers are read, a scenario is checked, a question of `solve` is put, a sweep begins.
EDGES = {
    "strategy/threats/ledger.py:Ledger",
    "strategy/threats/rates.py:RateRule",
    "run/own_data.py",
    "run/engine.py:check",
    "studies/solve/solve_for.py:Question",
    "studies/sweep/driver.py:sweep",
    "evidence/claims/schema.py:_of_registry",
    "evidence/claims/ledger.py:_shipped",
    "evidence/estimates/withheld_trade.py:_base",
    "evidence/estimates/withheld_trade.py:_table",
    "studies/power_table.py:power_table",
}


def modules() -> Iterator[tuple[str, ast.Module]]:
    for path in (path for room in ROOMS for path in sorted((SOURCE / room).rglob("*.py"))):
        place = path.relative_to(SOURCE).as_posix()
        yield place, ast.parse(path.read_text(encoding="utf-8"))


def test_no_module_below_the_entries_looks_a_parameter_up() -> None:
    found = {
        (place, alias.name)
        for place, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("triffin.world")
        for alias in node.names
        if alias.name in LOOKUPS
    }
    # The manifest takes the prior's file out of the tables that it lists.
    assert found == {("run/manifest.py", "PRIOR")}


def test_what_is_in_place_is_read_only_by_functions_that_could_have_been_given_it() -> None:
    found = set()
    for place, tree in modules():
        for top in tree.body:
            uses = [n for n in ast.walk(top) if isinstance(n, ast.Name) and n.id == "in_place"]
            if not uses or isinstance(top, ast.ImportFrom):
                continue
            name = getattr(top, "name", "")
            if isinstance(top, ast.FunctionDef):
                given = {
                    argument.arg
                    for argument in (*top.args.args, *top.args.kwonlyargs)
                    if argument.annotation is not None
                    and ast.unparse(argument.annotation) == "ParameterSet | None"
                }
                if given & {"parameters", "registry"}:
                    continue
            if place not in EDGES and f"{place}:{name}" not in EDGES:
                found.add(f"{place}:{name}")
    assert found == set()


def test_a_prepared_run_never_looks_at_what_ships_or_is_in_place(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # A debt of its own, so that nothing kept from an earlier run answers.
    ours = shipped().with_changes({"marketable_debt_bn": {"value": 28_123.4}})
    prepared = prepare(load_scenario("japan-2025"), SECTIONS, progress=no_progress, parameters=ours)

    def never(*_: object) -> None:
        raise AssertionError("a function was not handed its parameters")

    for place in ("parameter_set.active", "registry.active", "registry.shipped_parameter"):
        monkeypatch.setattr(f"triffin.world.registry.{place}", never)
    blocks = [solve_block(prepared, number, n, 1, no_progress) for number, n in blocks_of(16)]
    result = assemble(prepared, blocks, 1)
    assert {"focus_signs", "yield_10y_change", "debt_wall_cover"} <= {
        entry["id"] for entry in result.headline
    }


Ask = Callable[..., Any]
PLAN = load_scenario("japan-2025")


def _rates(parameters: ParameterSet | None = None) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = negotiation(PLAN, parameters=parameters)["partners"]
    return found


def _run(parameters: ParameterSet | None = None) -> list[dict[str, Any]]:
    return triffin.run("japan-2025", draws=4, parameters=parameters).headline


def _path(parameters: ParameterSet | None = None) -> list[float]:
    return simulate(8, 20, parameters=parameters).rate.ravel().tolist()


def _welfare(parameters: ParameterSet | None = None) -> list[float]:
    tariffs = {"USA": {"*": "20%"}}
    return solve("world-2023", tariffs, registry=parameters).welfare.tolist()


# Entry -> what a row of a file of priors gives, and a question that it decides.
CASES: dict[str, tuple[str, Ask]] = {
    "multinational_share_row": ("value: 0.2", _welfare),
    "dealer_congestion": ("value: 0.2", lambda **given: sell("JPN", 400, draws=16, **given)),
    "nominal_growth": ("value: 0.03", lambda **given: debt_wall("2025-06", **given)),
    "japan_deposits_bn": ("value: 20", lambda **given: intervene("JPY", 50, draws=16, **given)),
    "blend_scale": ("value: 1.8", _path),
    "currency_complementarity": (
        "value: 0.1",
        lambda **given: dollar_tip(0.1, draws=16, **given),
    ),
    "maturing_share": ("value: 0.5", dollar_position),
    "signing_base": ("value: 0.3", _rates),
    "retaliation_others": ("value: 0.1", lambda **given: alignment(PLAN, draws=32, **given)),
    "threat_executed_prior": ("value: 0.3", lambda **given: bluff(PLAN, **given)),
    "foreign_holdings_bn": ("value: 5000", dollar_position),
    "delivery_total_purchases": (
        "distribution: {dist: uniform, low: 0.1, high: 0.2}",
        lambda **given: backtest("us-china-2018", draws=100, **given),
    ),
    "dealer_capacity_bn_per_week": (
        "value: 1",
        lambda **given: claims("japan-2025", "C33", breakeven=True, **given),
    ),
}


def _answer(ask: Ask, **given: Any) -> str:
    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: plain(item) for key, item in value.items() if key != "seconds"}
        return [plain(item) for item in value] if isinstance(value, list | tuple) else value

    return json.dumps(plain(ask(**given)), sort_keys=True, default=str)


@pytest.mark.parametrize("name", CASES)
def test_a_prior_on_an_entry_changes_an_answer_in_place_and_handed_down_alike(
    name: str, tmp_path: Path
) -> None:
    given, ask = CASES[name]
    prior = tmp_path / "prior.yaml"
    prior.write_text(f"{name}: {{{given}, source: own estimate}}\n", encoding="utf-8")
    as_shipped = _answer(ask)
    with triffin.own_data(prior=prior):
        own, ours = _answer(ask), in_place()
    assert own != as_shipped
    assert _answer(ask, parameters=ours) == own
    assert _answer(ask) == as_shipped
