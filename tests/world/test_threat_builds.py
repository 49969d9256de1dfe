"""The datasets of threats are what their scripts build, and the registry is what they say."""

from __future__ import annotations

from pathlib import Path

import pytest
from sector_sources import same_bytes_as_shipped, source_of
from tools.build_data import tariff_by_partner, threat_estimates, threats

from triffin.evidence.estimates.threat_history import estimates
from triffin.strategy.threats.record import load
from triffin.world.registry.registry import parameter


def test_the_shipped_datasets_are_what_the_scripts_build(tmp_path: Path) -> None:
    folder = source_of("episodes")
    table = source_of("negotiations-2026") / "us_tariff_by_country_by_announcement.csv.gz"
    built = [
        *threats.build(folder, tmp_path),
        threat_estimates.build(folder, tmp_path),
        tariff_by_partner.build(table, tmp_path),
    ]
    for path in built:
        assert same_bytes_as_shipped(path), path.name


def test_no_row_rests_on_memory_alone() -> None:
    assert len(load()) == 82
    assert all(threat.source for threat in load())


@pytest.mark.parametrize(
    ("name", "entry"),
    [
        ("executed.us_trade", "threat_executed_prior"),
        ("alive_1m.us_trade", "threat_alive_1m"),
        ("alive_3m.us_trade", "threat_alive_3m"),
        ("alive_6m.us_trade", "threat_alive_6m"),
        ("monthly.us_trade", "threat_monthly_hazard"),
        ("signing.intercept", "signing_intercept"),
        ("signing.slope", "signing_slope"),
    ],
)
def test_the_registry_has_the_estimates(name: str, entry: str) -> None:
    found, ours = estimates()[name], parameter(entry)
    assert found.se is not None
    assert ours.value == pytest.approx(found.estimate, abs=0.3 * found.se + 5e-4)
    assert ours.high - ours.value == pytest.approx(1.645 * found.se, rel=0.1)
    assert found.known_from.isoformat() == ours.known_from


def test_the_clock_generalises_and_concession_is_the_base_rate() -> None:
    """TIES 1945-1989 fitted, 1990-2005 scored."""
    found = estimates()
    assert found["score.clock_1m"].estimate <= 0.56 < found["score.static_1m"].estimate
    gain = found["score.gain_1m"]
    assert gain.se is not None
    assert gain.estimate > 3 * gain.se
    assert found["score.concede"].estimate == pytest.approx(0.688, abs=0.005)


def test_the_threat_game_has_its_published_counts() -> None:
    """Crisman-Cox and Gibilisco (2018): 293 challenges of the United States, 216 resisted."""
    found = estimates()
    assert (found["concede.game.us"].n, found["firm.game.us"].n) == (293, 216)
