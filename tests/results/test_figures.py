"""Charts: valid definitions, honest scales, every format, light and dark."""

from __future__ import annotations

import json
from pathlib import Path

import altair as alt
import numpy as np
import pytest
from synthetic import synthetic_result

from triffin.record import figure_rows as figure_data
from triffin.results import Result
from triffin.results.figures import theme
from triffin.results.figures.figures import FIGURES, save_chart
from triffin.world.base.errors import InputError


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize("look", theme.THEMES)
def test_every_chart_is_valid_vega_lite_in_both_themes(
    coupled: Result, name: str, look: str
) -> None:
    chart = coupled.plot(name, theme=look)
    assert isinstance(chart, alt.LayerChart)
    spec = chart.to_dict()  # validates against the schema
    assert spec["config"]["background"] == theme.THEMES[look]["background"]
    assert coupled.identity in spec["title"]["subtitle"][-1]


@pytest.mark.parametrize("name", FIGURES)
def test_every_chart_is_a_method_of_plot_that_says_what_it_shows(
    coupled: Result, name: str
) -> None:
    method = getattr(coupled.plot, name.replace("-", "_"))
    assert method.__name__ in dir(coupled.plot)
    assert len(method.__doc__) > 20
    assert isinstance(method(theme="dark", size="1:1"), alt.LayerChart)


def test_a_run_is_one_line_in_the_terminal(coupled: Result) -> None:
    assert repr(coupled) == (
        f"Result(japan-2025: {coupled.manifest['draws']} draws, seed {coupled.manifest['seed']}, "
        f"{len(coupled.headline)} answers, run {coupled.identity})"
    )


def test_a_run_shows_its_headline_and_a_picture_in_a_notebook(coupled: Result) -> None:
    shown = coupled._repr_html_()
    assert shown.count("<tr>") == 1 + len(coupled.headline)
    assert shown.count("<svg") == 1
    assert "<script" not in shown
    assert "http" not in shown.replace("http://www.w3.org", "")


def test_the_map_is_centred_on_zero_and_clipped(run: Result) -> None:
    rows = figure_data.welfare(run)
    clip = figure_data.clip_of(rows)
    scale = run.plot.welfare_map().to_dict()["layer"][1]["encoding"]["color"]["scale"]
    assert scale["domain"] == [-clip, clip]
    assert scale["clamp"]
    # Lesotho loses 9 %: it does not wash out the rest of the world
    assert clip < 5


def test_the_map_says_what_is_clipped_and_what_is_missing(run: Result) -> None:
    caption = " ".join(run.plot.welfare_map().to_dict()["title"]["subtitle"])
    assert "Colors end at ±" in caption
    assert "not in the data" in caption


@pytest.mark.parametrize(
    ("value", "expected"), [(0.011, 0.02), (0.5, 0.5), (1.3, 2.0), (7.0, 10.0), (30.0, 50.0)]
)
def test_clipping_ends_at_round_numbers(value: float, expected: float) -> None:
    assert figure_data.round_up(value) == pytest.approx(expected)


def test_the_ranking_shows_both_ends_worst_first(run: Result) -> None:
    rows = figure_data.ranking(run)
    assert len(rows) == 2 * figure_data.RANKED
    medians = [row["median"] for row in rows]
    assert medians == sorted(medians)
    assert rows[0]["name"] == "Lesotho"


def test_one_wide_interval_does_not_flatten_the_ranking_and_is_said_to_go_on() -> None:
    run = synthetic_result(count=20, draws=24)
    run.data["welfare_draws"].loc[{"economy": "VNM", "draw": [0, 1, 2]}] = -80.0
    rows = figure_data.ranking(run)
    low, _ = figure_data.ranking_range(rows)
    assert min(row["median"] for row in rows) > low > -20
    caption = " ".join(run.plot.ranking().to_dict()["title"]["subtitle"])
    assert "beyond the axis; all lie within −80.0" in caption


def test_an_economy_without_equilibrium_is_missing_not_zero() -> None:
    run = synthetic_result(count=20, draws=24)
    run.data["welfare_draws"].loc[{"economy": "DEU"}] = np.nan
    row = next(row for row in figure_data.welfare(run) if row["economy"] == "DEU")
    assert row["median"] is None
    assert "DEU" not in {row["economy"] for row in figure_data.ranking(run)}


def test_the_difference_between_rates_is_taken_draw_by_draw(run: Result) -> None:
    rows = figure_data.focus_rates(run)
    row = next(row for row in rows if row["rate"] == "10 %" and row["party"] == "United States")
    # the level is uncertain by whole points, the difference is not uncertain at all
    assert row["high"] - row["low"] > 1
    assert row["difference"] == pytest.approx(-0.03)
    assert row["difference_high"] - row["difference_low"] < 1e-9


def test_closures_count_every_model_and_show_its_sign(run: Result) -> None:
    rows = figure_data.closures(run)
    assert len(rows) == 12
    assert {row["sign"] for row in rows} == {"gains", "loses"}
    assert all(row["low"] <= row["high"] for row in rows)


def test_shares_of_variance_add_up_to_a_hundred(run: Result) -> None:
    totals: dict[str, float] = {}
    for row in figure_data.drivers(run):
        totals[row["question"]] = totals.get(row["question"], 0) + row["share"]
    assert list(totals.values()) == pytest.approx([100] * len(totals))


def test_a_flow_that_does_not_exist_has_no_change(run: Result) -> None:
    rows = figure_data.diversion(run)
    assert len(rows) == 13  # four regions: 12 bilateral flows and trade within the rest
    sold = next(r for r in rows if r["exporter"] == "China" and r["importer"] == "United States")
    assert sold["change"] == pytest.approx(-78)


@pytest.mark.parametrize("ending", ["svg", "png", "html", "json", "csv"])
def test_charts_are_written_by_ending(run: Result, tmp_path: Path, ending: str) -> None:
    path = save_chart(run, "closures", tmp_path / f"chart.{ending}", theme="dark")
    content = path.read_bytes()
    starts = {"svg": b"<svg", "png": b"\x89PNG", "html": b"<!DOCTYPE html>", "json": b"{"}
    assert content.startswith(starts.get(ending, b"Model,"))
    if ending == "json":
        assert json.loads(content)["title"]["text"][0].startswith("United States: real income")
    assert [item.name for item in tmp_path.iterdir()] == [path.name]


def test_unknown_charts_themes_sizes_and_endings_name_the_nearest(
    run: Result, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match="Did you mean 'ranking'"):
        run.plot("rankings")
    with pytest.raises(InputError, match="Did you mean 'dark'"):
        run.plot("ranking", theme="drak")
    with pytest.raises(InputError, match="16:9"):
        run.plot("ranking", size="2:1")
    with pytest.raises(InputError, match="cannot be written as"):
        save_chart(run, "ranking", tmp_path / "chart.gif")
    assert list(tmp_path.iterdir()) == []


def test_a_chart_without_data_says_so() -> None:
    run = synthetic_result(count=20, draws=24)
    smaller = Result(run.manifest, run.headline, run.data.drop_vars("rate_welfare"))
    with pytest.raises(InputError, match="no data for the chart 'focus-rates'"):
        smaller.plot.focus_rates()


def contrast(first: str, second: str) -> float:
    """Contrast ratio of two colors, WCAG 2.1."""

    def luminance(color: str) -> float:
        parts = np.array([int(color[k : k + 2], 16) / 255 for k in (1, 3, 5)])
        linear = np.where(parts <= 0.03928, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
        return float(linear @ [0.2126, 0.7152, 0.0722])

    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("look", theme.THEMES)
def test_colors_stand_out_from_the_background(look: str) -> None:
    color = theme.THEMES[look]
    for name in ("text", "muted"):
        assert contrast(color[name], color["background"]) >= 4.5
    for mark in (color["loses"], color["gains"], *color["category"]):
        assert contrast(mark, color["background"]) >= 3
