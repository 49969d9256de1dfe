"""NAFTA's tariff cuts: the published table, and what its welfare column is not."""

from __future__ import annotations

import numpy as np
import pytest

from triffin.evidence.replications.caliendo_parro import (
    Nafta,
    bloc_tariffs,
    first_order_along_path,
    solve_balanced,
)
from triffin.evidence.replications.replication import published_numbers
from triffin.world import load_world

MEMBERS = ["MEX", "CAN", "USA"]


@pytest.fixture(scope="module")
def nafta():
    return Nafta(published_numbers("caliendo-parro-2015")).report()


def test_every_printed_number_is_met(nafta):
    assert [entry["what"] for entry in nafta["rows"] if not entry["ok"]] == []
    assert len(nafta["rows"]) == 3 * 4 + 3
    assert len({entry["what"] for entry in nafta["rows"]}) == 15
    for entry in nafta["rows"]:
        assert entry["note"].startswith(("Table 2", "section 5.1"))


@pytest.mark.parametrize(
    ("code", "first_order", "exact"),
    [("MEX", 1.312, 0.0073), ("CAN", -0.064, -0.1101), ("USA", 0.085, 0.0741)],
)
def test_welfare_both_ways(nafta, code, first_order, exact):
    economy = nafta["economies"][code]
    assert round(economy["first_order"], 3) == first_order
    assert round(economy["exact"], 4) == exact
    terms = economy["terms_of_trade"] + economy["volume_of_trade"]
    assert economy["first_order"] == pytest.approx(terms, abs=1e-12)


def test_all_31_economies_have_both_measures(nafta):
    assert tuple(nafta["economies"]) == load_world("nafta-1993").economies
    assert len(nafta["economies"]) == 31
    for columns in nafta["economies"].values():
        assert {"exact", "first_order", "real_wage"} <= set(columns)
        assert all(isinstance(value, float) for value in columns.values())


def test_the_exact_change_is_an_artefact_beside_the_published_sum_and_no_row(nafta):
    assert [entry["published"] for entry in nafta["artefacts"]] == [1.31, -0.06, 0.08]
    for entry, exact in zip(nafta["artefacts"], (0.0073, -0.1101, 0.0741), strict=True):
        assert round(entry["computed"], 4) == exact
        assert "16 small steps" in entry["why"]
    assert not any("exact" in entry["what"] for entry in nafta["rows"])


@pytest.mark.parametrize("position", [0, 2])
def test_an_altered_published_number_does_not_agree(position):
    published = published_numbers("caliendo-parro-2015")
    published["tables"][0]["rows"]["MEX"][position] += 0.01
    published["intra_bloc"]["rows"]["CAN"] = 11.3
    wrong = [entry["what"] for entry in Nafta(published).rows() if not entry["ok"]]
    label = list(published["tables"][0]["labels"].values())[position]
    assert wrong == [f"MEX {label}", "CAN imports from the two partners"]


def test_only_tariffs_among_the_members_change():
    world = load_world("nafta-1993")
    changed = (bloc_tariffs(world, MEMBERS, "2005") != world.tariff).any(axis=0)
    members = [world.index(code) for code in MEMBERS]
    assert changed[np.ix_(members, members)].sum() == 6
    assert changed.sum() == 6


def test_the_first_order_terms_add_up_to_the_exact_change_along_the_way():
    world = load_world("nafta-1993")
    tariffs = bloc_tariffs(world, MEMBERS, "2005")
    exact = 100 * np.log1p(solve_balanced(world, tariffs).welfare / 100)
    errors = [
        np.abs(sum(first_order_along_path(world, tariffs, steps)) - exact).max()
        for steps in (4, 8, 16)
    ]
    # A trapezoid rule: half the step, a quarter of the error.
    assert errors[0] / errors[1] == pytest.approx(4, rel=0.1)
    assert errors[1] / errors[2] == pytest.approx(4, rel=0.1)
    assert errors[2] < 5e-4
