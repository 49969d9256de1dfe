"""History beside the models: observations from the data, forecasts from the days before."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from triffin.evidence.backtests import backtest, find_episode, list_episodes
from triffin.evidence.backtests.rows import MODULES, density, event, quantity, scores
from triffin.finance.currency import yield_channel as channel
from triffin.world import InputError, all_parameters
from triffin.world.data.holdings import TicHoldings, tic_holdings
from triffin.world.data.market_events import reserve_share_series
from triffin.world.data.partners import deals as settled
from triffin.world.data.partners import partner
from triffin.world.data.series import Series, load_series

KEYS = {"what", "observed", "median", "low", "high", "inside"}
DRAWS = 400
DECLARED = {"information": "2020-01-01", "grade": "published", "source": "a test"}


@pytest.fixture(scope="module")
def history() -> dict[str, Any]:
    return backtest(draws=DRAWS)


def rows_of(document: dict[str, Any], name: str) -> dict[str, dict[str, Any]]:
    (found,) = (e for e in document["episodes"] if e["id"] == name)
    return {row["what"]: row for row in found["rows"]}


def test_every_episode_has_rows_and_a_score_or_a_declared_exclusion(
    history: dict[str, Any],
) -> None:
    assert [e["id"] for e in history["episodes"]] == list_episodes()
    for episode in history["episodes"]:
        assert episode["rows"]
        assert {row["module"] for row in episode["rows"]} == set(episode["modules"])
        for row in episode["rows"]:
            assert set(row) >= KEYS
            assert row["low"] <= row["median"] <= row["high"]
            assert row["inside"] == (row["low"] <= row["observed"] <= row["high"])
            assert row["scored"] != (row["module"] in episode["excluded"])
            if row["scored"]:
                assert math.isfinite(row["log_score"])


def test_coverage_counts_the_scored_rows_and_only_those(history: dict[str, Any]) -> None:
    for module, score in history["scores"].items():
        rows = [r for e in history["episodes"] for r in e["rows"] if r["module"] == module]
        numbers = [r for r in rows if r["kind"] == "quantity"]
        counted = [r for r in numbers if r["scored"]]
        assert score["scored"] == len(counted)
        assert score["inside"] == sum(r["inside"] for r in counted)
        assert score["excluded_rows"] == sum(not r["scored"] for r in rows)
        if counted:
            assert score["coverage"] == score["inside"] / score["scored"]
        else:
            assert score["coverage"] is None
            assert score["excluded"] or score["events"]


def test_the_yen_of_1985_is_that_of_the_series(history: dict[str, Any]) -> None:
    rates = load_series("usdjpy-monthly")
    rows = rows_of(history, "plaza-1985")
    for month in ("1985-10", "1985-12", "1987-12"):
        row = rows[f"rise of the yen from 1985-09 to {month}"]
        change = 100 * math.log(rates.on("1985-09-01") / rates.on(f"{month}-01"))
        assert row["observed"] == pytest.approx(change, abs=1e-12)
    # Federal Reserve, H.10: 236.5 in September, 202.8 in December 1985
    assert rows["rise of the yen from 1985-09 to 1985-12"]["observed"] == pytest.approx(
        100 * math.log(236.5 / 202.8), abs=0.05
    )


def test_observed_yields_holdings_and_shares_are_those_of_the_datasets(
    history: dict[str, Any],
) -> None:
    april = rows_of(history, "april-2025")
    yields = load_series("yield-10y")
    rise = 100 * (yields.on("2025-04-11") - yields.on("2025-04-04"))
    assert rise == pytest.approx(47, abs=1e-9)  # Federal Reserve, H.15: 4.01 to 4.48 %
    row = april["change of the 10-year yield from 2025-04-04 to 2025-04-11"]
    assert row["observed"] == pytest.approx(rise, abs=1e-12)
    tic = tic_holdings()
    japan = rows_of(history, "japan-holdings-2025")
    gain = tic.of("JPN", "2026-02") - tic.of("JPN", "2025-03")
    assert japan["change of Japan's holdings from 2025-03 to 2026-02"]["observed"] == (
        pytest.approx(gain, abs=0.05)
    )
    shares = reserve_share_series("USD", "allocated")
    dollar = rows_of(history, "dollar-share-1999-2025")
    last = dollar["the dollar's share of allocated reserves on 2024-12-31"]
    assert last["observed"] == shares.on("2024-12-31")


def test_the_deals_of_2025_are_those_of_the_record(history: dict[str, Any]) -> None:
    """By 9 July the United Kingdom and Vietnam; Japan on 22 July at 15 % (models G.5)."""
    deals = rows_of(history, "deals-2025")
    known = settled("2025-08-07")
    assert deals["deals by 2025-08-07"]["observed"] == len(known)
    assert deals["deals by 2025-07-09"]["observed"] == 2
    assert [code for code, day in known.items() if str(day) <= "2025-07-09"] == ["GBR", "VNM"]
    assert deals["rate on Japan on 2025-08-07"]["observed"] == partner("JPN").agreed == 0.15
    assert not deals["deals by 2025-07-09"]["inside"]
    assert all(row["scored"] for row in deals.values())


def test_failures_are_shown_as_failures(history: dict[str, Any]) -> None:
    """Dollars sold explain a percent of Plaza (models E.6), and no news the week of April 2025."""
    plaza = rows_of(history, "plaza-1985").values()
    assert not any(row["inside"] for row in plaza)
    april = rows_of(history, "april-2025")
    assert not april["change of the 10-year yield from 2025-04-04 to 2025-04-11"]["inside"]


@pytest.mark.parametrize(
    "name",
    [
        "gold-1971",
        "plaza-1985",
        "dollar-share-1999-2025",
        "china-reserves-2015",
        "march-2020",
        "mof-2024",
        "april-2025",
    ],
)
def test_what_happened_later_does_not_move_the_forecast(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Values after each row's information may be anything: observed moves, the interval not."""
    before = backtest(name, draws=DRAWS)["episodes"][0]["rows"]
    between, on = Series.between, Series.on
    for known in {row["information"] for row in before}:

        def distorted(series: Series, known: str = known) -> Series:
            later = series.dates > np.datetime64(known, "D")
            return replace(series, values=np.where(later, 1.7 * series.values + 1, series.values))

        with monkeypatch.context() as patched:
            patched.setattr(Series, "between", lambda s, a, b, d=distorted: between(d(s), a, b))
            patched.setattr(Series, "on", lambda s, day, d=distorted: on(d(s), day))
            after = backtest(name, draws=DRAWS)["episodes"][0]["rows"]
        pairs = [
            (one, two)
            for one, two in zip(before, after, strict=True)
            if one["information"] == known
        ]
        for key in ("median", "low", "high", "probability"):
            assert [one[key] for one, _ in pairs] == [two[key] for _, two in pairs]
        # The rates of an operation stand in its record, those of a pause in the events.
        if not name.startswith("mof"):
            numbers = [pair for pair in pairs if pair[0]["kind"] == "quantity"]
            assert all(one["observed"] != two["observed"] for one, two in numbers)


def test_later_holdings_move_what_was_observed_and_not_the_forecast(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = backtest("japan-holdings-2025", draws=DRAWS)["episodes"][0]["rows"]
    of = TicHoldings.of

    def distorted(self: TicHoldings, holder: str, month: str | None = None) -> float:
        return of(self, holder, month) + (100.0 if month is None or month > "2025-03" else 0.0)

    monkeypatch.setattr(TicHoldings, "of", distorted)
    after = backtest("japan-holdings-2025", draws=DRAWS)["episodes"][0]["rows"]
    for one, two in zip(before, after, strict=True):
        assert two["observed"] == pytest.approx(one["observed"] + 100, abs=1e-9)
        assert [one[k] for k in ("median", "low", "high")] == [
            two[k] for k in ("median", "low", "high")
        ]


def test_the_yield_channel_of_later_years_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    before = backtest("mof-2022", draws=DRAWS)["episodes"][0]["rows"]
    rows = channel.estimates_by_year()
    changed = tuple(replace(r, sale=9.0) if int(r.sample) >= 2022 else r for r in rows)
    monkeypatch.setattr(channel, "estimates_by_year", lambda: changed)
    assert backtest("mof-2022", draws=DRAWS)["episodes"][0]["rows"] == before


def test_a_parameter_that_cites_an_episode_takes_it_out_of_its_score() -> None:
    """The YAML of these parameters names the episode; models H.4 and G.5 demand the exclusion."""
    cited = {
        "backstop_trigger_bp": ("March 2020", "march-2020", "D"),
        "intervention_intraday_multiple": ("2022-24", "mof-2022", "E"),
        "intervention_intraday_days": ("2022-24", "mof-2024", "E"),
        "delivery_total_purchases": ("Bown", "us-china-2018", "A"),
    }
    registry = all_parameters()
    for name, (words, episode, module) in cited.items():
        entry = registry[name]
        assert words in entry.source + entry.note
        reason = find_episode(episode).excluded[module]
        assert name.rsplit("_", 1)[0].split("_")[0] in reason


def test_an_unknown_episode_gets_the_nearest_match() -> None:
    with pytest.raises(InputError, match="Did you mean 'plaza-1985'"):
        backtest("plaza-1986")
    with pytest.raises(InputError, match="a whole number from 100"):
        backtest("plaza-1985", draws=1)


def test_the_same_seed_gives_the_same_rows() -> None:
    one, two = (backtest("mof-2026", draws=DRAWS)["episodes"] for _ in range(2))
    assert one == two
    assert backtest("mof-2026", draws=DRAWS, seed=2)["episodes"] != one


def test_the_density_of_normal_draws_is_that_of_the_normal() -> None:
    from scipy.stats import norm

    draws = norm.ppf((np.arange(4000) + 0.5) / 4000)
    for at in (-1.0, 0.0, 1.5):
        assert density(draws, at) == pytest.approx(norm.pdf(at), rel=0.03)
    assert density(draws, 40.0) > 0  # a failure costs much, not everything


def test_what_is_far_outside_scores_worse_than_what_is_inside() -> None:
    draws = np.linspace(-1, 1, 500)
    found = [quantity("x", "E", "%", at, draws, **DECLARED) for at in (0.0, 0.8, 2.0, 20.0)]
    assert [row["inside"] for row in found] == [True, True, False, False]
    scored = [row["log_score"] for row in found]
    assert scored == sorted(scored, reverse=True)


def test_an_event_that_nine_in_ten_draws_exclude_is_outside() -> None:
    assert event("x", "B", True, 0.2, **DECLARED)["inside"]
    assert not event("x", "B", True, 0.01, **DECLARED)["inside"]
    assert not event("x", "B", False, 0.99, **DECLARED)["inside"]
    certain = event("x", "B", True, 1.0, **DECLARED)
    assert certain["inside"]
    assert certain["low"] == certain["high"] == 1


def test_no_rows_give_no_score() -> None:
    assert scores([]) == {}
    assert set(MODULES) >= {"trade", "A", "B", "D", "E", "F"}


def test_draws_without_spread_are_refused() -> None:
    with pytest.raises(InputError, match="do not vary"):
        density(np.ones(50), 1.0)
