"""The rolling backtest: scores against independent formulas, rivals, files of one's own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from triffin.evidence.backtests.forecasts import (
    Sample,
    Student,
    block_bootstrap,
    newey_west_error,
    normal,
)
from triffin.evidence.backtests.rolling import HORIZONS, joint, origins_of, rolling
from triffin.evidence.backtests.rolling_picture import picture
from triffin.evidence.backtests.tracks import own_track, shipped_track
from triffin.finance.joint.volatility import Blend
from triffin.world.base.errors import InputError
from triffin.world.registry.parameter_set import shipped


def write(path: Path, values: np.ndarray, first: str = "2005-01-03") -> Path:
    days = np.busday_offset(np.datetime64(first), np.arange(len(values)), roll="forward")
    rows = [f"{d},{v}" for d, v in zip(days, values, strict=True)]
    path.write_text("\n".join(["date,value", *rows, ""]), encoding="utf-8")
    return path


@pytest.fixture
def walk(tmp_path: Path) -> Path:
    """Eighteen years of a t(6) random walk of constant size."""
    steps = stats.t(6).rvs(4600, random_state=np.random.default_rng(3))
    return write(tmp_path / "walk.csv", 100.0 * np.exp(np.cumsum(steps) / 300.0))


def test_scores_are_those_of_the_distributions() -> None:
    y = np.array([-7.0, 0.0, 0.4, 12.0])
    scale, nu = np.array([2.0, 2.0, 1.0, 3.0]), 6.0
    found = Student(scale, nu)
    assert found.pit(y) == pytest.approx(stats.t(nu, scale=scale).cdf(y))
    assert found.log(y) == pytest.approx(stats.t(nu, scale=scale).logpdf(y))
    grid = np.linspace(-400, 400, 800_001)
    for i, value in enumerate(y):
        steps = (stats.t(nu, scale=scale[i]).cdf(grid) - (grid >= value)) ** 2
        assert found.crps(y)[i] == pytest.approx(np.trapezoid(steps, grid), abs=1e-3)
    z = y / 2.0
    of_normal = 2 * (z * (2 * stats.norm.cdf(z) - 1) + 2 * stats.norm.pdf(z) - np.pi**-0.5)
    assert normal(np.full(4, 2.0)).crps(y) == pytest.approx(of_normal, rel=1e-5)


def test_a_sample_is_scored_by_what_was_seen() -> None:
    seen = np.sort(np.random.default_rng(1).normal(size=(2, 4000)), axis=1)
    y = np.array([0.3, -1.5])
    pairs = np.abs(seen[:, ::20, None] - seen[:, None, ::20]).mean(axis=(1, 2)) / 2
    by_hand = np.abs(seen - y[:, None]).mean(axis=1) - pairs
    assert Sample(seen).crps(y) == pytest.approx(by_hand, abs=0.02)
    assert Sample(seen).pit(y) == pytest.approx(stats.norm.cdf(y), abs=0.02)
    assert Sample(seen).log(y) == pytest.approx(stats.norm.logpdf(y), abs=0.1)


def test_blocks_end_before_the_origin() -> None:
    level = np.arange(3000.0) ** 1.5
    found = block_bootstrap(level, np.array([2000, 2999]), 21)
    assert found.seen.shape == (2, 126)
    assert found.seen.mean(axis=1) == pytest.approx(0.0, abs=0.01)
    later = level.copy()
    later[2001:] = 1e9
    assert (block_bootstrap(later, np.array([2000]), 21).seen == found.seen[0]).all()


def test_overlapping_scores_have_larger_errors() -> None:
    own = np.random.default_rng(2).normal(size=3000)
    assert newey_west_error(own, 0) == pytest.approx(3000**-0.5, rel=0.05)
    summed = np.convolve(own, np.ones(12), "valid")
    assert newey_west_error(summed, 30) > 2.5 * newey_west_error(summed, 0)


def test_a_walk_of_constant_size_is_covered_as_it_should_be(walk: Path) -> None:
    document = rolling(str(walk))
    month, week = document["series"]
    assert (month["origins"], week["origins"]) == ("month-end", "week-end")
    assert [row["h"] for row in month["horizons"]] == list(HORIZONS)
    for row in (*month["horizons"][:2], *week["horizons"][:2]):
        assert row["coverage"]["90"] == pytest.approx(0.91, abs=0.05)
        assert row["coverage"]["50"] < row["coverage"]["80"] < row["coverage"]["98"]
        assert sum(part["n"] for part in row["by_fifth"]) == row["n"] == sum(row["pit"])
        assert set(row["crps_ratio"]) >= {"random-walk", "block-bootstrap", "model-before"}
        for rival, gain in row["log_gain"].items():
            assert gain["mean"] == pytest.approx(row["log"]["blend"] - row["log"][rival])
    # Nothing beats the truth: a walk of constant size is what the expanding variance is made for.
    assert month["horizons"][0]["crps_ratio"]["random-walk"] == pytest.approx(1.0, abs=0.03)


def test_nothing_of_the_future_enters_a_forecast(walk: Path) -> None:
    one = own_track(walk)
    origins = origins_of(one, "month-end", 21)
    cut = int(origins[40])
    lines = walk.read_text(encoding="utf-8").splitlines()
    other = walk.with_name("cut.csv")
    other.write_text("\n".join([*lines[: cut + 2], ""]), encoding="utf-8")
    assert (own_track(other).variances[-1] == one.variances[one.known[cut]]).all()


def test_april_2025_and_march_2020_score_as_stated() -> None:
    """Seven days from 4 April 2025 and a week of March 2020: at least −8.0 and −8.9."""
    ten, blend = shipped_track("y10"), Blend.of(shipped())

    def score(day: str, days: int) -> float:
        place = int(np.searchsorted(ten.dates, np.datetime64(day)))
        variances = ten.variances[ten.known[[place]]]
        found = Student(blend.sigma(variances, days), float(blend.nu(days)))
        return float(found.log(ten.level[[place + days]] - ten.level[[place]])[0])

    assert score("2025-04-04", 5) == pytest.approx(-7.88, abs=0.01)
    assert score("2025-04-04", 5) > -8.0
    assert score("2020-03-09", 7) > -8.9


def test_yields_and_the_yen_together_beat_the_model_before() -> None:
    found = joint(shipped())
    gain = found["log_gain"]["model-before"]
    assert gain["mean"] > 0.20 > 3 * gain["error"]
    assert found["log"]["blend"] > found["log"]["without-correlation"]


def test_the_yen_goes_by_its_code_and_calm_is_said_to_fail() -> None:
    document = rolling("JPY")
    assert {entry["name"] for entry in document["series"]} == {"usdjpy"}
    assert rolling("fx-JPY")["series"][0]["horizons"] == document["series"][0]["horizons"]
    two = rolling("y2")
    assert any(text.startswith("yield-2y, 12m: 7") for text in two["fails"])
    spec = picture(document).to_dict(validate=False)
    assert "usdjpy" in str(spec["title"])


@pytest.mark.parametrize(
    ("line", "text", "words"),
    [
        (3, "03.01.2005,4", "line 3.*is not a date"),
        (4, "2005-01-05,four", "line 4.*is no number"),
        (5, "2005-01-03,4", "line 5.*does not stand after"),
    ],
)
def test_a_mistake_in_a_file_is_named_by_its_line(
    walk: Path, line: int, text: str, words: str
) -> None:
    lines = walk.read_text(encoding="utf-8").splitlines()
    lines[line - 1] = text
    walk.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(InputError, match=words):
        rolling(str(walk))


def test_files_and_names_that_cannot_be_used_are_refused(tmp_path: Path, walk: Path) -> None:
    (tmp_path / "x.csv").write_text("date,price\n2005-01-03,1\n", encoding="utf-8")
    below = str(write(tmp_path / "below.csv", np.linspace(-1, 3, 900)))
    with pytest.raises(InputError, match="column value is missing"):
        rolling(str(tmp_path / "x.csv"))
    with pytest.raises(InputError, match="too short"):
        rolling(str(write(tmp_path / "short.csv", np.full(200, 2.0) + np.arange(200) / 100)))
    with pytest.raises(InputError, match="cannot be read"):
        rolling(str(tmp_path / "none.csv"))
    with pytest.raises(InputError, match="no logarithm"):
        rolling(below, "log")
    with pytest.raises(InputError, match="no daily series"):
        rolling("XYZ")
    with pytest.raises(InputError, match="'ratio'"):
        rolling(str(walk), "ratio")


def test_levels_near_zero_are_not_taken_in_logs(tmp_path: Path) -> None:
    rates = 0.1 + np.abs(np.sin(np.arange(900) / 50.0))
    assert "value" in own_track(write(tmp_path / "low.csv", rates)).unit
    assert own_track(write(tmp_path / "high.csv", rates + 1.0)).unit == "log %"
