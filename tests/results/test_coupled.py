"""The outputs of a coupled run: rows, one-minute answers, the board, sections that come and go."""

from __future__ import annotations

import numpy as np
import pytest
from synthetic_coupled import coupled_result

from triffin.answers.headline import LIGHTS, in_print_order
from triffin.record import path_rows as path_data
from triffin.record.figure_rows import DRIVEN
from triffin.record.readings import PATH_VARIABLES
from triffin.results import Result
from triffin.results.figures.figures import FIGURES
from triffin.results.figures.path_charts import PATH_FIGURES
from triffin.results.report import coupled_tables as report_coupled
from triffin.results.report.page import build_report
from triffin.results.report.sections import _section, one_minute, sections_of


def without(result: Result, *names: str) -> Result:
    """The same run with variables not asked."""
    return Result(result.manifest, result.headline, result.data.drop_vars(list(names)))


def test_a_fan_is_ordered_and_its_median_is_that_of_the_draws(coupled: Result) -> None:
    rows = path_data.fan(coupled, "yield_10y")
    assert len(rows) == coupled.data.sizes["day"]
    for row in rows:
        assert row["low"] <= row["lower"] <= row["median"] <= row["upper"] <= row["high"]
    last = coupled.data["yield_10y"].isel(day=-1).values
    assert rows[-1]["median"] == pytest.approx(np.median(last))
    assert (rows[0]["date"], rows[-1]["date"]) == ("2025-04-02", "2025-08-14")


def test_a_deadline_stands_once_on_the_first_date_it_binds(coupled: Result) -> None:
    by_day = [row["date"] for row in path_data.fan(coupled, "yield_10y") if row["event"]]
    by_week = [row["date"] for row in path_data.deals(coupled) if row["event"]]
    assert by_day == ["2025-07-09"]
    assert by_week == ["2025-07-15"]  # the week in which it falls ends then


def test_a_day_without_a_finite_draw_is_left_out_and_others_use_what_there_is() -> None:
    run = coupled_result(count=20, draws=24, partners=6)
    run.data["yield_10y"][:, 3] = np.nan
    run.data["yield_10y"][0, 4] = np.nan
    rows = path_data.fan(run, "yield_10y")
    assert len(rows) == run.data.sizes["day"] - 1
    assert rows[3]["median"] == pytest.approx(np.median(run.data["yield_10y"].values[1:, 4]))


def test_deals_only_accumulate_and_end_at_those_signed(coupled: Result) -> None:
    medians = [row["median"] for row in path_data.deals(coupled)]
    assert medians == sorted(medians)
    signed = (coupled.data["partner_status"].values == 1).sum(axis=1)
    assert medians[-1] == np.median(signed)
    shares = [row["share"] for row in path_data.board(coupled) if row["partner"] == "Japan"]
    assert shares == sorted(shares)


def test_the_statuses_of_a_partner_share_all_draws(coupled: Result) -> None:
    totals: dict[str, float] = {}
    for row in path_data.statuses(coupled):
        totals[row["partner"]] = totals.get(row["partner"], 0) + row["share"]
    assert len(totals) == path_data.SHOWN
    assert list(totals.values()) == pytest.approx([100] * len(totals))


def test_the_board_lists_every_partner_the_likeliest_first(coupled: Result) -> None:
    rows = path_data.partners(coupled)
    assert len(rows) == coupled.data.sizes["partner"]
    chances = [row["signs"] for row in rows]
    assert chances == sorted(chances, reverse=True)
    never = next(row for row in rows if not row["signs"])
    assert never["status"] == "open"
    assert never["sign_day_median"] is None  # no day, rather than day zero
    table = report_coupled.board(coupled)
    assert table is not None
    assert [row[0]["named"] for row in table["rows"]].count(True) == 1  # the focus


def test_what_is_asked_first_is_answered_in_the_readers_order(coupled: Result) -> None:
    items = one_minute(coupled, ("deals-fan", "yield-fan", "who-pays", "ranking"))
    asked = [item["id"] for item in items]
    assert asked == [entry["id"] for entry in in_print_order(coupled.headline)][: len(asked)]
    assert len(asked) == 6
    assert all(item["more"].startswith(LIGHTS) for item in items)
    # three pictures, one after every second answer
    assert [len(item["charts"]) for item in items] == [0, 1, 0, 1, 0, 1]


def test_what_was_not_asked_is_not_answered(coupled: Result) -> None:
    talks = {entry["id"] for entry in coupled.headline if _section(entry["id"]) == "talks"}
    kept = [entry for entry in coupled.headline if entry["id"] not in talks]
    less = Result(coupled.manifest, kept, without(coupled, "partner_status", "sign_day").data)
    assert talks
    assert "talks" in [section.name for section in sections_of(coupled)]
    assert "talks" not in [section.name for section in sections_of(less)]


@pytest.mark.parametrize(
    ("absent", "charts"),
    [
        (("reserves",), {"reserves-fan"}),
        (("exchange_rate",), {"exchange-rate-fan"}),
        (("partner_status", "sign_day"), {"deals-fan", "board", "statuses"}),
    ],
)
def test_a_chart_appears_only_if_its_data_are_there(
    coupled: Result, absent: tuple[str, ...], charts: set[str]
) -> None:
    smaller = without(coupled, *absent)
    missing = {figure.name for figure in PATH_FIGURES if not figure.rows(smaller)}
    assert missing == charts


def test_sections_without_data_are_not_in_the_report(joint: Result) -> None:
    smaller = without(joint, *PATH_VARIABLES, "partner_status", "sign_day")
    manifest = joint.manifest | {"claims": [], "wall": None}
    trade = [entry for entry in joint.headline if _section(entry["id"]) == "pays"]
    text = build_report(Result(manifest, trade, smaller.data))
    for anchor in ("talks", "markets", "dollar", "claims"):
        assert f'id="{anchor}"' not in text
        assert f'href="#{anchor}"' not in text
    assert 'id="pays"' in text


def test_the_report_shows_partners_claims_feedbacks_and_what_was_not_asked(
    joint: Result,
) -> None:
    text = build_report(joint)
    for words in (
        "Trump&#39;s tariff stick couldn&#39;t even scare Japan",
        "probability of signing by day 115: 0.7 (grade derived)",
        "2 statements: 2 false.",
        "not asked: swap lines",
        "Off, the deficit of the United States is 0.2 points larger.",
        "Nothing known after",
        "grade judgement, tested: inside in 5 of 6",
    ):
        assert words in text
    assert text.index('id="talks"') < text.index('id="markets"')


def test_the_report_holds_quantiles_and_never_all_draws(joint: Result) -> None:
    more = coupled_result(count=20, draws=480, partners=6)
    assert len(build_report(more)) < 1.02 * len(build_report(joint))


def test_a_picture_too_small_for_all_bands_shows_the_first_and_says_so(coupled: Result) -> None:
    figure = FIGURES["drivers"]
    rows, note = figure.fitting(figure.rows(coupled), 200)
    kept = {row["question"] for row in rows}
    assert len(kept) == 200 // 58
    assert note == f" The first {len(kept)} of {DRIVEN}."
