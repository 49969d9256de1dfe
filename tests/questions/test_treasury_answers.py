"""Answers about Treasuries: keys, accounting of the printed numbers, the sale of April 2025."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from triffin.finance.treasuries.draws import draw_market
from triffin.finance.treasuries.own_holdings import read_holdings
from triffin.questions.treasuries.records import debt_wall, holders
from triffin.questions.treasuries.sale import sell
from triffin.strategy.creditor.conventions import record
from triffin.world.base.errors import InputError
from triffin.world.registry.parameter_set import shipped

DRAWS = 512
KEYS = {
    "question",
    "answer",
    "median",
    "low",
    "high",
    "unit",
    "grade",
    "class",
    "drivers",
    "judgement_share",
}


@pytest.fixture(scope="module")
def article() -> dict[str, Any]:
    """The article's sale: 20 bn by private holders in Japan in ten days."""
    return sell("JPN", 20, days=10, part="private", draws=DRAWS)


def test_an_answer_has_its_interval_its_drivers_and_its_details(article: dict[str, Any]) -> None:
    assert article.keys() >= KEYS | {
        "peak",
        "permanent",
        "by_maturity",
        "by_family",
        "buyers",
        "backstop",
        "creditor",
        "holdings",
    }
    assert article["low"] < article["median"] < article["high"]
    assert article["drivers"] == ["price_impact_study"]
    assert (article["class"], article["grade"]) == ("forecast", "judgement")
    assert "stock-based" in article["answer"]


def test_the_families_disagree_by_more_than_their_own_width(article: dict[str, Any]) -> None:
    families = article["by_family"]
    assert families["stock-based"]["high"] < families["flow-based"]["low"]
    ends = article["low_central_stress"]
    assert ends["low"] < ends["central"] < ends["stress"]


def test_the_articles_sale_explains_a_small_part_of_the_rise_of_april_2025(
    article: dict[str, Any],
) -> None:
    rises = article["yardstick"]["rises"]
    assert [rise["rise_bp"] for rise in rises] == [33.0, 47.0]
    assert rises[0]["share"]["median"] < 0.2
    april = article["april_2025"]
    assert april["foreign_bonds_sold_bn"] == pytest.approx(21.1)
    assert april["treasuries_sold_bn"]["high"] < 21.1
    assert april["bp"]["median"] < article["median"]
    assert april["tic_change_of_japan_in_april_bn"] == 3.7


def test_what_is_printed_adds_up(article: dict[str, Any]) -> None:
    for found in (article, sell("JPN", 848, days=60, part="official", draws=DRAWS)):
        bought, sold = found["buyers"], found["sale"]["usd_bn"]
        assert sum(bought["usd_bn"].values()) == pytest.approx(sold, rel=1e-9)
        assert sum(bought["share"].values()) == pytest.approx(1, rel=1e-9)
        assert found["seller"]["left_bn"] >= 0
        assert sum(row["sold_bn"] for row in found["path"]) == pytest.approx(sold)


def test_a_backstop_lowers_the_answer_and_says_how_much_it_buys() -> None:
    with_it = sell("JPN", 848, days=60, part="official", draws=DRAWS)
    without = sell("JPN", 848, days=60, part="official", draws=DRAWS, backstop=False)
    assert with_it["median"] < without["median"]
    assert with_it["backstop"]["probability"] == 0.9
    assert with_it["backstop"]["bought"]["mean"] > 50
    assert without["backstop"]["on"] is False
    assert without["buyers"]["usd_bn"]["Federal Reserve (backstop)"] == 0


def test_the_same_seed_gives_the_same_answer_and_draws_are_common_to_all_sales() -> None:
    assert sell("CHN", 50, draws=64) == sell("CHN", 50, draws=64)
    small, large = (sell("CHN", bn, draws=64) for bn in (10, 20))
    assert large["median"] == pytest.approx(2 * small["median"], rel=1e-6)
    assert draw_market(16, 1, shipped()).m[0] != draw_market(16, 2, shipped()).m[0]


def test_a_sale_has_one_accounting_and_every_convention_stands_beside_the_others() -> None:
    table = sell("JPN", 100, draws=8)["creditor"]
    assert len(table["rows"]) == 2 * 3 * 3 * 4 * 2
    for row in table["rows"]:
        parts = [row[name] for name in ("issuer", "seller", "buyers", "others")]
        assert sum(parts) == pytest.approx(0, abs=1e-9)
    assert {row["pays"] for row in table["rows"]} == {True, False}
    assert "low" not in table["rows"][0]
    assert not table["outside_record"]
    assert sell("JPN", 500, draws=8)["creditor"]["outside_record"]
    # Held to maturity the threat pays up to about 190 bn at two years, at market value not before
    # the duration of the debt (markets: 5.8 to 6.0 years).
    (short,) = (
        row
        for row in table["pays"]
        if row["valuation"] == "held_to_maturity"
        and (row["horizon_years"], row["holder"]) == (2, "all")
        and (row["permanent_share"], row["backstop"]) == (0.35, False)
    )
    assert short["to_bn"] == pytest.approx(190, abs=5)
    assert 5.8 < table["turns_at_years"] < 6.0
    assert "life insurers" in " ".join(table["not_counted"])


def test_no_official_threat_to_sell_was_carried_out_and_a_run_knows_only_earlier_ones() -> None:
    found = record()
    assert (found["text"], len(found["rows"])) == ("0 of 4 carried out", 4)
    assert max(row["move_bp"] for row in found["rows"]) == 8
    assert record("2018-12-31")["threats"] == 3


def test_what_is_unknown_of_a_holder_leaves_one_row_for_all_of_it() -> None:
    assert {row["holder"] for row in sell("CHN", 50, draws=8)["creditor"]["rows"]} == {"all"}


def test_nobody_sells_more_than_it_holds() -> None:
    with pytest.raises(InputError, match=r"1,130\.8 bn at the end of 2025-03"):
        sell("JPN", 1131, draws=8)
    with pytest.raises(InputError, match="private holders in Japan"):
        sell("JPN", 500, part="private", draws=8)
    assert sell("JPN", 1130.8, draws=8)["seller"]["left_bn"] == 0


def test_what_is_a_judgement_refuses_only_beyond_its_plausible_end() -> None:
    found = sell("JPN", 283, part="private", draws=256)
    assert found["holdings"] == pytest.approx(1130.8 * 0.25)
    assert found["seller"]["left_bn"] == 0
    assert 0.2 < found["seller"]["share_of_draws_that_hold_it"] < 0.8
    assert sum(found["buyers"]["usd_bn"].values()) == pytest.approx(283, rel=1e-9)
    assert sell("JPN", 452, part="private", draws=8)["seller"]["most_bn"] == pytest.approx(452.32)
    with pytest.raises(InputError, match=r"at most 452\.3 bn"):
        sell("JPN", 453, part="private", draws=8)
    japan = holders()["japan"]
    assert round(japan["official_usd_bn"]) == 848
    assert round(japan["private_usd_bn"]) == 283


def test_the_wall_shows_the_zone_of_crises_with_and_without_the_central_bank() -> None:
    alone, backed = debt_wall("2025-06")["crisis_zone"]["cases"]
    assert (alone["zone"], backed["zone"]) == ("crisis", "safe")
    assert alone["b_liquidity"] < alone["b"] < backed["b_liquidity"]
    assert "never outright default" in alone["meaning"]


OWN = """# mine
holder,usd_bn,official_share,month
JPN,1000,0.8,2025-03
JPN,1100,0.8,2026-04
Korea,125,0.9,
"My fund, Ltd",40,,2025-03
"""


def test_an_own_table_of_holders_replaces_the_one_that_ships(tmp_path: Path) -> None:
    file = tmp_path / "own.csv"
    file.write_text(OWN, encoding="utf-8")
    own = read_holdings(file, parameters=shipped())
    japan = sell("Japan", 50, draws=64, own=own)
    assert (japan["holdings"], japan["seller"]["month"]) == (1100, "2026-04")
    assert f"holdings: {file}" in japan["sources"]
    korea = sell("south korea", 100, part="official", draws=64, own=own)
    assert korea["holdings"] == pytest.approx(112.5)
    assert korea["seller"]["official_share"] == 0.9
    fund = sell("my fund, ltd", 40, draws=64, own=own)
    assert fund["seller"]["iso3"] is None
    assert sum(fund["buyers"]["usd_bn"].values()) == pytest.approx(40, rel=1e-9)
    with pytest.raises(InputError, match="not published"):
        sell("My fund, Ltd", 1, part="private", draws=8, own=own)
    with pytest.raises(InputError, match="no holder 'FRA'"):
        sell("FRA", 1, draws=8, own=own)
    with pytest.raises(InputError, match="above 0 to 40"):
        sell("My fund, Ltd", 41, draws=8, own=own)
    listed = holders("2025-03", own)
    assert [row["usd_bn"] for row in listed["holders"]] == [1000, 125, 40]
    assert (listed["official_share"], listed["japan"]) == (None, None)
    assert holders(None, own)["official_share"] == pytest.approx(0.8)
    with pytest.raises(InputError, match="no holdings of 2025-04"):
        holders("2025-04", own)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("holder,usd_bn\nJPN,\n", "line 2, column usd_bn: the cell is empty"),
        ("holder,usd_bn\nJPN,-1\n", "line 2, column usd_bn"),
        ("holder,usd_bn\nJPN,40000\n", "more than the marketable debt"),
        ('holder,usd_bn\nJPN,"1,130.8"\n', "thousands separators"),
        ("holder,usd_bn\nJPN,1\nJapan,2\n", "line 3, column holder: 'Japan' repeats row 2"),
        ("holder,usd_bn\n,1\n", "line 2, column holder"),
        ("holder,usd_bn\nUnited States,1\n", "no foreign holder"),
        ("holder,usd_bn\nGrand Total,1\n", "totals and no holder"),
        ("holder,usd_bn,month\nJPN,1,2025-13\n", "line 2, column month: there is no such month"),
        ("holder,usd_bn,official_share\nJPN,1,75\n", "line 2, column official_share"),
        ("holder,amount\nJPN,1\n", "unknown column 'amount'"),
        ("holder\nJPN\n", "'usd_bn' is missing"),
    ],
)
def test_an_own_table_with_an_error_names_file_row_and_column(
    tmp_path: Path, text: str, words: str
) -> None:
    file = tmp_path / "own.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as stop:
        read_holdings(file, parameters=shipped())
    assert words in str(stop.value)
    assert "own.csv" in str(stop.value)


def test_the_federal_reserve_is_no_backstop_for_its_own_sale() -> None:
    found = sell("Federal Reserve", 100, draws=64)
    assert found["backstop"]["on"] is False
    assert any("no backstop" in note for note in found["notes"])


@pytest.mark.parametrize(
    "wrong",
    [{"draws": 0}, {"seed": -1}, {"duration": 0}, {"days": 400}],
)
def test_what_cannot_be_computed_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        sell("JPN", 20, **wrong)


def test_one_draw_is_answered() -> None:
    found = sell("JPN", 20, draws=1)
    assert found["low"] == found["median"] == found["high"]
    assert found["drivers"]


def test_the_wall_is_a_measurement_with_its_sources() -> None:
    found = debt_wall("2025-06", 6.5)
    assert found["class"] == "measurement"
    assert found["median"] == found["maturing_usd_bn"] == 2010
    assert found["notes_and_bonds_usd_bn"] == pytest.approx(175.74, abs=0.005)
    assert found["cover_history"]["month"]["lowest"] == 2.36
    assert "3.2" in found["answer"] or "3.23" in found["answer"]
    weak = debt_wall("2025-04")
    assert weak["grade"] == "judgement"
    assert weak["notes_and_bonds_usd_bn"] == pytest.approx(294.86, abs=0.005)


def test_holders_are_those_of_the_last_month_before_april_2025_unless_asked_otherwise() -> None:
    assert holders()["month"] == "2025-03"
    assert holders()["holders"][0]["usd_bn"] == 1130.8
    assert holders("2025-02")["holders"][0]["usd_bn"] == 1125.9


def test_a_sale_faster_than_any_on_record_says_that_it_is_outside_the_sample() -> None:
    assert "outside any sample" in sell("JPN", 848, days=10, part="official", draws=8)["answer"]
    assert "outside any sample" not in sell("JPN", 100, days=10, draws=8)["answer"]
