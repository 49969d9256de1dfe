"""The coupled run: every room on one clock, with accounting, switches and paired draws."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import triffin
from triffin.finance.joint.draws import market_on
from triffin.finance.joint.market import BandPolicy, JointMarket, JointParameters, MarketShocks
from triffin.record import figure_rows
from triffin.results import Result
from triffin.run.plan.invariants import Invariants, InvariantViolated
from triffin.run.plan.streams import BLOCK, Streams
from triffin.scenario.loading import load_scenario
from triffin.world.base.errors import InputError
from triffin.world.registry.parameter_set import shipped

DRAWS = 32
TALKS = {"deals_by_deadline", "deals_by_end", "focus_signs", "focus_tariff", "retaliators"}
TRADE = {"focus_welfare", "hegemon_welfare", "world_welfare", "hegemon_revenue"}
MARKETS = {
    "yield_10y_change", "yield_change_from_focus_sales", "debt_wall_cover", "exchange_rate_end",
    "band_held", "backstop_used",
}  # fmt: skip
IDS = TALKS | TRADE | MARKETS
KEYS = {
    "id", "question", "answer", "median", "low", "high", "unit", "grade", "drivers", "class",
    "judgement_share", "sign_robust", "coverage", "information",
}  # fmt: skip


def run(name: str = "japan-2025", *overrides: str) -> Result:
    return triffin.run(name, draws=DRAWS, seed=3, overrides=overrides)


@pytest.fixture(scope="module")
def japan() -> Result:
    return run()


def behind(result: Result, identifier: str) -> np.ndarray:
    return np.asarray(result.data["headline_draws"].sel(headline=identifier).values, dtype=float)


def test_every_answer_is_there_with_what_it_rests_on(japan: Result) -> None:
    found = {entry["id"]: entry for entry in japan.headline}
    assert set(found) >= IDS
    for identifier in IDS:
        entry = found[identifier]
        assert set(entry) >= KEYS, identifier
        assert entry["drivers"], identifier
        assert entry["information"] == "2025-04-18"
        if entry["median"] is not None:
            assert entry["low"] <= entry["median"] <= entry["high"], identifier


def test_every_module_that_is_on_cites_the_model_behind_it(japan: Result) -> None:
    cited = " ".join(model["citation"] for model in japan.manifest["models"])
    for author in ("Morgan", "Obizhaeva", "Gabaix"):
        assert author in cited, author


def test_identities_hold_to_1e_9_and_are_reported(japan: Result) -> None:
    invariants = japan.manifest["invariants"]
    assert {
        "every_treasury_sold_is_bought",
        "reserves_fall_by_what_was_spent",
        "outcomes_add_up",
        "trade_balances_sum_to_zero",
        "excess_returns_proportional_to_rate_exposure",
        "no_agent_of_the_reputation_game_gains_by_deviating",
    } <= set(invariants)
    assert max(invariants.values()) <= 1e-9


def test_the_same_seed_gives_the_same_bits(japan: Result) -> None:
    again = run()
    assert again.headline == japan.headline
    assert again.manifest["hash"] == japan.manifest["hash"]
    assert (again.data["yield_10y"].values == japan.data["yield_10y"].values).all()
    welfare = again.data["welfare_draws"].values
    assert np.array_equal(welfare, japan.data["welfare_draws"].values, equal_nan=True)


def test_switching_a_module_off_leaves_the_shocks_of_others_alone(japan: Result) -> None:
    quiet = run("japan-2025", "modules.alignment=false")
    np.testing.assert_array_equal(
        quiet.data["exchange_rate"].values, japan.data["exchange_rate"].values
    )
    np.testing.assert_array_equal(quiet.data["sign_day"].values, japan.data["sign_day"].values)
    assert behind(quiet, "retaliators").max() == 0


def test_a_hegemon_that_backs_down_leaves_everybody_at_the_pause_or_its_deal() -> None:
    soft, hard = run("hegemon-backs-down"), run("hegemon-punishes")
    focus = list(soft.data["partner"].values).index("JPN")
    signed = soft.data["partner_status"].values[:, focus] == 1
    rate = soft.data["partner_rate"].values[:, focus]
    np.testing.assert_allclose(rate[~signed], 0.10, atol=1e-6)
    struck = hard.data["partner_status"].values[:, focus] == 2
    np.testing.assert_allclose(hard.data["partner_rate"].values[struck, focus], 0.24, atol=1e-6)
    # Who signs when does not depend on what is decreed.
    np.testing.assert_array_equal(soft.data["sign_day"].values, hard.data["sign_day"].values)


def test_a_larger_sale_moves_yields_more_and_a_backstop_never_raises_them(japan: Result) -> None:
    dump, alone = run("japan-dumps"), run("no-backstop")
    moved = [behind(found, "yield_change_from_focus_sales") for found in (japan, dump, alone)]
    assert (moved[1] > moved[0]).all()
    assert (moved[2] >= moved[1] - 1e-9).all()
    assert alone.entry("backstop_used")["median"] == 0.0
    assert dump.entry("backstop_used")["median"] > 0


def test_a_defended_band_costs_reserves_and_holds_better() -> None:
    held = run("band-defended")
    left = run("band-defended", "currency.JPY.defend=false")
    assert (behind(held, "reserves_spent") >= 0).all()
    assert behind(held, "reserves_spent").max() > 0
    assert "reserves_spent" not in {answer["id"] for answer in left.headline}
    assert (behind(held, "band_held") >= behind(left, "band_held") - 1e-12).all()


def test_coordination_strengthens_the_yen_and_a_decree_signs_first(japan: Result) -> None:
    plaza = run("plaza-2025")
    assert np.median(behind(plaza, "exchange_rate_end") - behind(japan, "exchange_rate_end")) < -3
    early = run("first-mover")
    days = early.data["sign_day"].sel(partner="JPN").values
    assert set(days.tolist()) == {17.0}  # 19 April 2025
    later = japan.data["sign_day"].sel(partner="JPN").values
    assert (days[np.isfinite(later)] <= later[np.isfinite(later)]).all()


def test_retaliation_by_decree_is_drawn_and_costs_the_sender() -> None:
    side = run("china-pivot")
    hard = run("hegemon-punishes")
    answered = side.data["retaliates"].sel(partner="KOR").values
    struck = side.data["partner_status"].sel(partner="KOR").values == 2
    assert (answered[struck] == 1).all()
    assert behind(side, "retaliators").mean() > behind(hard, "retaliators").mean() + 3
    assert np.nanmean(behind(side, "hegemon_welfare")) < np.nanmean(behind(hard, "hegemon_welfare"))


def test_feedbacks_are_switches_whose_effect_is_told(japan: Result) -> None:
    told = {row["name"]: row for row in japan.manifest["feedbacks"]}
    assert all(row["on"] and row["effect"] for row in told.values())
    off = run("japan-2025", *(f"feedbacks.{name}=false" for name in told))
    assert not any(row["on"] for row in off.manifest["feedbacks"])
    assert not np.array_equal(behind(off, "focus_welfare"), behind(japan, "focus_welfare"))


def test_what_is_not_asked_is_left_out_and_what_has_nothing_to_work_on_is_refused() -> None:
    eu = triffin.run("us-eu-2025", draws=4)
    ids = [entry["id"] for entry in eu.headline]
    assert "focus_signs" in ids
    assert "band_held" not in ids
    assert eu.manifest["modules"]["currency"] == "not asked"
    assert "imperfect-financiers" not in {model["id"] for model in eu.manifest["models"]}
    with pytest.raises(InputError, match="currency"):
        triffin.run("us-eu-2025", draws=4, overrides=["modules.currency=true"])
    with pytest.raises(InputError, match="cannot be computed"):
        triffin.run("us-eu-2025", draws=4, overrides=["currency.CHF.band=[0.8, 0.9]"])


def test_without_shocks_nothing_moves() -> None:
    still = MarketShocks(np.zeros((30, 3)), np.zeros((30, 3)), np.zeros(3, dtype=bool))
    start = market_on("2025-04-02", parameters=shipped())
    market = JointMarket(
        start, JointParameters(kappa=0.1, psi=0.04, m=0.2), still, BandPolicy(140, 160)
    )
    for _ in range(30):
        market.step()
    paths = market.paths()
    np.testing.assert_allclose(paths.rate, start.rate, rtol=1e-12)
    np.testing.assert_array_equal(paths.yield_10y, start.yield_10y)
    np.testing.assert_array_equal(paths.reserves, start.deposits + start.securities)


def test_what_is_sold_before_the_start_only_fades_afterwards() -> None:
    still = MarketShocks(np.zeros((30, 1)), np.zeros((30, 1)), np.zeros(1, dtype=bool))
    parameters = JointParameters(kappa=0.0, psi=0.04, m=0.2, pi=0.3, rho=26.0)
    before = np.zeros((5, 1)), np.full((5, 1), 4.0)
    market = JointMarket(
        market_on("2025-04-02", parameters=shipped()), parameters, still,
        BandPolicy(1, 1e4, False, False),
        before=before, apart=True,
    )  # fmt: skip
    for _ in range(30):
        market.step()
    assert (np.diff(market.levels[:, 0]) < 0).all()
    paths = market.paths()
    np.testing.assert_allclose(paths.impact_bp, paths.from_defender_bp, atol=1e-12)


def test_shocks_depend_on_seed_module_and_block_alone() -> None:
    few, many = Streams(5, 2, 10), Streams(5, 2, BLOCK)
    np.testing.assert_array_equal(few.normal("yields", 4), many.normal("yields", 4)[:, :10])
    # Another module's use of its stream changes nothing.
    one, two = Streams(5, 0, 8), Streams(5, 0, 8)
    one.normal("currency", 50)
    np.testing.assert_array_equal(one.uniform("collapse"), two.uniform("collapse"))
    assert not np.array_equal(Streams(5, 1, 8).uniform("talks"), two.uniform("talks"))


def test_a_violated_identity_stops_the_run_and_names_day_and_amount() -> None:
    days = np.array(["2025-04-03", "2025-04-04"], dtype="datetime64[D]")
    gap = np.array([[0.0, 0.0], [0.0, 0.25]])
    with pytest.raises(InvariantViolated, match=r"reserves.*2025-04-04.*0\.25"):
        Invariants().check_each_day("reserves", gap, 1.0, days)
    with pytest.raises(InvariantViolated, match="belief"):
        Invariants().check("belief", float("nan"), 1.0)


def test_the_shipped_scenarios_of_the_article_differ_in_little() -> None:
    for name in ("japan-dumps", "open-clause", "first-mover", "june-wall", "plaza-2025"):
        plan = load_scenario(name)
        assert (plan.start, plan.days, plan.focus) == load_base()
        assert plan.deadlines


def load_base() -> tuple[object, int, str]:
    base = load_scenario("japan-2025")
    return base.start, base.days, base.focus


def test_a_hegemon_that_does_not_issue_treasuries_borrows_nothing_by_them() -> None:
    found = triffin.run(
        "band-defended",
        draws=4,
        overrides=[
            "hegemon=GUY",
            "tariffs=[{from: 2025-04-02, set: {GUY.*: 5%}}, {from: 2025-07-09, set: {GUY.*: 30%}}]",
            "treasuries=[{holder: JPN, sector: private, sell_treasuries_usd_bn: 50, "
            "from: 2025-04-10, days: 10}]",
        ],
    )
    effect = {one["name"]: one["effect"] for one in found.manifest["feedbacks"]}
    assert effect["sales-to-transfers"].startswith("not for Guyana")


@pytest.mark.filterwarnings("error::RuntimeWarning")
def test_a_threat_to_those_from_whom_nothing_is_bought_costs_the_hegemon_a_number(
    tmp_path: Path,
) -> None:
    """Guinea buys nothing from Korea, the only economy that it threatens."""
    (tmp_path / "own.yaml").write_text(
        "{world: world-2023, start: 2025-04-10, days: 30, hegemon: GIN, focus: GUY, deadlines: "
        "[2025-04-25], tariffs: [{from: 2025-04-23, set: {GIN.KOR: 30%, '*.GUY': 20%}}]}",
        encoding="utf-8",
    )
    found = triffin.run(tmp_path / "own.yaml", draws=2)
    assert np.isfinite(found.data["welfare_draws"].sel(economy=["GIN", "KOR"])).all()


@pytest.mark.parametrize("days", [1, 3])
def test_markets_need_a_trading_day(days: int) -> None:
    """Friday, 4 April 2025: the next trading day is the fourth day of the scenario."""
    overrides = ["start=2025-04-04", f"days={days}"]
    with pytest.raises(InputError, match=r"no trading day.*4 or more, to reach 2025-04-07"):
        triffin.run("band-defended", draws=2, overrides=overrides)


def test_tariffs_that_end_are_answered_for_the_time_in_which_they_are_in_force() -> None:
    entry = "tariffs=[{{from: 2025-04-05, {}set: {{USA.*: 15%}}}}]"
    ended, kept = (
        triffin.run("universal-10", draws=4, overrides=["days=90", entry.format(days)])
        for days in ("days: 20, ", "")
    )
    assert [line["median"] for line in ended.headline if line["id"] == "focus_welfare"] == [
        line["median"] for line in kept.headline if line["id"] == "focus_welfare"
    ]
    assert "answers are for the time in which they are in force" in ended.manifest["notes"][0]
    assert ended.manifest["main_phase"] != list(ended.data["phase"].values)[-1]


def test_nothing_is_ranked_where_nothing_moves() -> None:
    calm = triffin.run(
        "universal-10", draws=4, overrides=["tariffs=[{from: 2025-04-05, set: {USA.*: 0%}}]"]
    )
    assert not {"most_hurt", "most_helped"} & {line["id"] for line in calm.headline}
    assert figure_rows.ranking(calm) == figure_rows.welfare_map(calm) == []


@pytest.mark.parametrize(
    ("funding", "sold", "spent"),
    [
        (("deposits", "treasuries"), 6.0, 4.0),
        (("treasuries", "deposits"), 10.0, 0.0),
        (("deposits",), 0.0, 4.0),
        (("treasuries",), 10.0, 0.0),
    ],
)
def test_funding_says_what_pays_for_a_defence(
    funding: tuple[str, ...], sold: float, spent: float
) -> None:
    """A push of 1 % beyond the band costs 10 bn at 0.1 % a bn; 4 bn of deposits are there."""
    start = replace(
        market_on("2025-04-02", parameters=shipped()), rate=150.0, deposits=4.0, securities=100.0
    )
    policy = BandPolicy(100.0, 150.0, funding=funding)
    still = MarketShocks(np.zeros((1, 1)), np.zeros((1, 1)), np.zeros(1, dtype=bool))
    market = JointMarket(start, JointParameters(kappa=0.0, psi=0.1, drift=1.0), still, policy)
    market.step()
    paths = market.paths()
    assert float(paths.treasuries_sold[0, 0]) == pytest.approx(sold)
    assert float(4.0 + paths.proceeds[0, 0] - paths.intervention[0, 0]) == pytest.approx(
        4.0 - spent
    )
    assert float(paths.unmet[0, 0]) == pytest.approx(10.0 - sold - spent)
