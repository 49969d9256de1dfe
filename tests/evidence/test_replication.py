"""The replication puts published and computed numbers side by side, and hides no disagreement."""

from __future__ import annotations

import json

import pytest

from triffin.evidence.replications.paper import compare
from triffin.evidence.replications.replication import PAPERS, list_papers, replicate
from triffin.scenario.tariffs import load_schedule
from triffin.trade import solve
from triffin.world import load_world
from triffin.world.base.errors import InputError

ROW = {"what", "published", "computed", "tolerance", "ok", "note"}
ARTEFACT = {"what", "published", "computed", "why"}


@pytest.fixture(scope="module")
def paper():
    found = replicate("ignatenko-2025")
    assert set(found) == {"papers"}
    assert len(found["papers"]) == 1
    return found["papers"][0]


def row(paper, what):
    found = [entry for entry in paper["rows"] if entry["what"] == what]
    assert len(found) == 1, what
    return found[0]


def artefact(paper, start):
    found = [entry for entry in paper["artefacts"] if entry["what"].startswith(start)]
    assert len(found) == 1, start
    return found[0]


def test_every_published_number_of_the_tables_is_met_at_printed_precision(paper):
    assert [entry["what"] for entry in paper["rows"] if not entry["ok"]] == []
    assert len(paper["rows"]) == 36 + 48 + 24 + 8 + 3  # Tables 1, 2, 4, 3 and the closed forms


def test_rows_are_scalars_with_their_place(paper):
    for entry in paper["rows"]:
        assert set(entry) == ROW
        assert isinstance(entry["ok"], bool)
        assert isinstance(entry["published"], int | float)
        assert isinstance(entry["computed"], float)
        assert "Table" in entry["note"] or "section" in entry["note"]
    assert len({entry["what"] for entry in paper["rows"]}) == len(paper["rows"])


def test_rows_of_the_headline_case(paper):
    usa = row(paper, "announced tariffs, income-tax relief: USA welfare")
    assert usa["published"] == 1.13
    assert usa["computed"] == pytest.approx(1.1307, abs=5e-5)
    assert usa["tolerance"] == 0.005
    assert row(paper, "announced tariffs: revenue")["published"] == 1.14
    assert row(paper, "US tariff of Proposition 2")["computed"] == pytest.approx(21.80, abs=5e-3)


def test_the_nineteen_per_cent_of_the_text_is_the_formula_over_income(paper):
    text = row(paper, "optimal US tariff quoted in the text")
    assert text["published"] == 19
    assert text["computed"] == pytest.approx(18.54, abs=5e-3)


def test_published_balanced_trade_is_an_artefact_and_never_a_row(paper):
    before = artefact(paper, "US welfare under balanced trade, announced tariffs (")
    after = artefact(paper, "US welfare under balanced trade, announced tariffs with")
    assert (before["published"], after["published"]) == (0.92, -0.84)
    assert before["computed"] == pytest.approx(0.7029, abs=5e-5)
    assert after["computed"] == pytest.approx(-1.4405, abs=5e-5)
    assert "+0.53 %" in before["why"]
    assert not any("balanced" in entry["what"] for entry in paper["rows"])


def test_the_closed_form_is_not_the_optimum(paper):
    rate = artefact(paper, "best uniform US tariff, income-tax relief: rate")
    gain = artefact(paper, "best uniform US tariff, income-tax relief: US welfare")
    assert rate["computed"] == pytest.approx(25.12, abs=5e-3)
    assert gain["computed"] == pytest.approx(1.806, abs=5e-4)
    lump = artefact(paper, "best uniform US tariff, lump-sum rebate: rate")
    assert lump["published"] is None
    assert lump["computed"] == pytest.approx(14.2, abs=0.05)
    inputs = artefact(paper, "best uniform US tariff, roundabout inputs: US welfare")
    assert inputs["computed"] > inputs["published"]


def test_artefacts_have_their_reason(paper):
    for entry in paper["artefacts"]:
        assert set(entry) == ARTEFACT
        assert len(entry["why"]) > 40
        assert "{" not in entry["why"]


def test_all_economies_are_reported(paper):
    world = load_world("world-2023")
    assert tuple(paper["economies"]) == world.economies
    japan = paper["economies"]["JPN"]
    variables = {"welfare", "deficit", "exports", "imports", "employment", "prices"}
    assert set(japan) == {"exact", "first_order", *variables}
    assert japan["welfare"] == pytest.approx(-0.291379807186765, abs=1e-8)


def test_the_report_is_plain_json(paper):
    assert json.loads(json.dumps(paper, allow_nan=False)) == paper


def test_a_number_outside_half_a_printed_digit_is_not_ok():
    assert compare("x", 1.13, 1.1349, 2, "")["ok"]
    assert not compare("x", 1.13, 1.1351, 2, "")["ok"]
    assert not compare("x", 1.13, float("nan"), 2, "")["ok"]


def test_an_unknown_paper_is_refused_with_the_nearest_match():
    with pytest.raises(InputError, match="Did you mean 'ignatenko-2025'") as error:
        replicate("ignatenko-2024")
    assert error.value.exit_code == 2


def test_every_file_of_published_numbers_has_its_replication():
    assert list_papers() == sorted(path.stem for path in PAPERS.glob("*.yaml"))
    assert list_papers() == [
        "caliendo-parro-2015",
        "crisman-cox-2021",
        "ignatenko-2025",
        "us-china-2018",
    ]


def test_without_a_name_all_papers_are_replicated():
    document = replicate()
    assert [paper["id"] for paper in document["papers"]] == list_papers()
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    for paper in document["papers"]:
        assert {"id", "citation", "rows", "artefacts", "economies"} <= set(paper)
        for entry in paper["rows"]:
            assert set(entry) == ROW
            assert entry["ok"] is True
        for entry in [*paper["artefacts"], *paper.get("comparisons", [])]:
            assert set(entry) == ARTEFACT
            assert "{" not in entry["why"]
        assert len({tuple(columns) for columns in paper["economies"].values()}) <= 1
    without = [paper["id"] for paper in document["papers"] if not paper["economies"]]
    assert without == ["crisman-cox-2021"]  # countries of the games do not ship


def test_economies_have_the_exact_and_the_first_order_welfare(paper):
    """In the small they agree; at the announced tariffs a slope is far off where it hurts most."""
    assert len(paper["economies"]) == 194
    for found in paper["economies"].values():
        assert found["exact"] == found["welfare"]
        assert isinstance(found["first_order"], float)
    world = load_world("world-2023")
    announced = load_schedule(world, "us-2025-04-02", basis="statutory")
    small = solve(world, 1e-4 * announced.rates[0], revenue="tax-relief")
    for code in ("USA", "JPN", "LSO"):
        slope = float(small.of(code)["welfare"]) / 1e-4
        found = paper["economies"][code]["first_order"]
        assert found == pytest.approx(slope, rel=1e-3, abs=1e-3)
    usa = paper["economies"]["USA"]
    assert usa["first_order"] > usa["exact"]  # the gain is concave in the tariff
