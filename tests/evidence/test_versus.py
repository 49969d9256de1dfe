"""Our number beside everyone else's: like is compared with like, and gaps add up."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tools.build_data.published_estimates import parsed

import triffin
from triffin.evidence.estimates.our_figures import of_run, of_scenario
from triffin.evidence.estimates.versus import versus
from triffin.results.figures.versus_strips import strip_chart
from triffin.scenario.loading import load_scenario
from triffin.trade import solve
from triffin.world import InputError
from triffin.world.data.published_estimates import published_estimates
from triffin.world.loading import load_world
from triffin.world.registry.parameter_set import shipped


@pytest.fixture(scope="module")
def beside() -> dict[str, Any]:
    return versus(load_scenario("liberation-day"))


def row(document: dict[str, Any], identifier: str) -> dict[str, Any]:
    return next(r for r in document["rows"] if r["id"] == identifier)


def test_every_published_figure_has_ours_or_a_reason(beside: dict[str, Any]) -> None:
    assert [r["id"] for r in beside["rows"]] == [p.id for p in published_estimates()]
    for found in beside["rows"]:
        assert (found["ours"] is None) == (found["reason"] is not None)
        if found["ours"] is not None:
            assert found["range"]["low"] <= found["ours"] <= found["range"]["high"]
            inside = found["range"]["low"] <= found["published"] <= found["range"]["high"]
            assert found["inside_range"] == inside
            assert found["explained_by"] in {a["name"] for a in found["assumptions"]}


def test_measured_effects_and_the_rest_add_up_to_the_gap(beside: dict[str, Any]) -> None:
    for found in beside["rows"]:
        if found["ours"] is None:
            continue
        measured = sum(a["effect"] or 0.0 for a in found["assumptions"])
        assert found["gap"] == pytest.approx(found["published"] - found["ours"], abs=1e-9)
        assert measured + found["unexplained"] == pytest.approx(found["gap"], abs=1e-9)


def test_the_tariffs_of_the_run_are_no_reason_for_a_gap(beside: dict[str, Any]) -> None:
    """The Kiel Institute has the tariffs of 2 April without retaliation, for one year."""
    kiel = row(beside, "E058")
    names = [a["name"] for a in kiel["assumptions"]]
    assert "tariffs" not in names
    assert {"retaliation", "adjustment", "measure", "model"} == set(names)
    assert "no retaliation" in kiel["nearest"]
    april_8 = row(beside, "E013")  # the pause: other tariffs, and their size is measured
    effect = next(a for a in april_8["assumptions"] if a["name"] == "tariffs")["effect"]
    run, pause = (
        of_scenario(load_scenario(n), shipped()) for n in ("liberation-day", "pause-2025")
    )
    medians = [float(np.median(f.of("gdp", "USA"))) for f in (run, pause)]
    assert effect == pytest.approx(medians[1] - medians[0], abs=1e-12)


def test_our_figures_are_those_of_the_trade_kernel() -> None:
    figures = of_scenario(load_scenario("liberation-day"), shipped())
    world = load_world("world-2023")
    alone = solve(world, "us-2025-04-02")
    assert figures.labels[0] == "one-sector, tax relief, no retaliation"
    assert figures.of("welfare", "USA")[0] == pytest.approx(alone.of("USA")["welfare"], rel=1e-9)
    # Ignatenko et al. (2025), Table 1: 1.13 % with income-tax relief
    assert figures.of("welfare", "USA")[0] == pytest.approx(1.13, abs=0.005)
    spending = figures.spending
    assert figures.of("welfare", "WLD")[0] == pytest.approx(
        float(alone.welfare @ spending / spending.sum()), rel=1e-9
    )
    assert figures.of("revenue", "CHN") is None
    assert figures.of("gdp", "TWN") is None
    assert figures.of("deficit", "USA") == pytest.approx(-figures.of("revenue", "USA"))


def test_a_run_has_the_figures_of_its_scenario() -> None:
    """Closures are solved at central parameters in both: draws do not enter."""
    plan = load_scenario("universal-10")
    ran, solved = of_run(triffin.run(plan, draws=1)), of_scenario(plan, shipped())
    assert ran.labels == solved.labels
    for measure, economy in (
        ("gdp", "JPN"),
        ("employment", "USA"),
        ("revenue", "USA"),
        ("gdp", "WLD"),
    ):
        assert ran.of(measure, economy) == pytest.approx(solved.of(measure, economy), rel=1e-6)
    assert ran.tariff_rate == pytest.approx(solved.tariff_rate)
    assert ran.tariff_rate == pytest.approx(10)
    # A run keeps trade flows of its central closure alone.
    assert ran.trade[0] == pytest.approx(solved.trade[0], abs=0.5)


def test_the_strip_shows_every_compared_figure_once(beside: dict[str, Any], tmp_path: Path) -> None:
    shown = [point["id"] for strip in beside["strips"] for point in strip["published"]]
    assert sorted(shown) == sorted(r["id"] for r in beside["rows"] if r["ours"] is not None)
    assert beside["counts"]["compared"] == len(shown)
    picture = strip_chart(beside["strips"], tmp_path / "strip.json", title="t", subtitle="s")
    drawn = json.loads(picture.read_text(encoding="utf-8"))
    assert len(drawn["vconcat"]) == len({(s["measure"], s["unit"]) for s in beside["strips"]})
    assert "Kiel Institute" in json.dumps(drawn)
    table = strip_chart(beside["strips"], tmp_path / "strip.csv", title="t", subtitle="s")
    assert len(table.read_text(encoding="utf-8").splitlines()) == len(shown) + 1


def test_a_world_of_many_sectors_has_no_published_counterpart() -> None:
    plan = load_scenario("liberation-day", ("world=uschina-2017",))
    with pytest.raises(InputError, match="one-sector world"):
        of_scenario(plan, shipped())


def test_words_that_nothing_is_known_of_stop_the_build() -> None:
    words = {
        "id": "E999",
        "quantity": "US real GDP",
        "unit": "percent",
        "horizon": "long run",
        "date": "2025-04-02",
        "scenario": "2 April tariffs",
        "retaliation": "no",
    }
    assert parsed(words)["tariffs"] == "liberation-day"
    with pytest.raises(ValueError, match="E999: nothing is known of 'happiness'"):
        parsed({**words, "quantity": "happiness"})
    with pytest.raises(ValueError, match="horizon"):
        parsed({**words, "horizon": "soon"})
