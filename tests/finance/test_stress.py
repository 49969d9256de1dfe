"""Named stress cases of the Treasury market: off unless asked for, and never of the future."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from triffin.finance.treasuries.stress import CASES, episodes, unwinding
from triffin.questions.treasuries.sale import sell
from triffin.world.base.errors import InputError
from triffin.world.data.markets.stress import holder_facts, stress_weeks


def test_an_unwinding_is_not_used_before_it_was_published() -> None:
    # 60 bn of April 2025: FEDS Note of 22 June 2026; 173 bn of March 2020: of 6 October 2021.
    assert unwinding("unwinding-april-2025", date(2026, 6, 22)).fact.value == 60
    assert unwinding("unwinding-march-2020", date(2025, 4, 18)).fact.value == 173
    for name, day in (
        ("unwinding-april-2025", date(2025, 4, 18)),
        ("unwinding-march-2020", date(2021, 10, 5)),
    ):
        with pytest.raises(InputError, match="was not known on"):
            unwinding(name, day)
    assert all(
        week.start <= date(2000, 1, 1) for week in episodes(np.linspace(0, 1, 99), date(2000, 1, 1))
    )


def test_what_was_sold_is_a_fifth_of_what_was_held() -> None:
    facts = holder_facts()
    # Three quarters of the exposure of February 2020 were securities; shares u 0.16 and 0.20.
    assert facts["sold_2020_03"].value / (0.75 * facts["exposure_2020_02"].value) == pytest.approx(
        0.16, abs=0.005
    )
    assert facts["sold_2025_04"].value / facts["swap_spread_2025_09"].value == pytest.approx(
        0.20, abs=0.005
    )
    flow = unwinding("unwinding-march-2020").flow(30)
    assert flow.sum() == pytest.approx(173)
    assert not flow[5:].any()


def test_the_weeks_of_stress_are_those_of_the_list() -> None:
    weeks = stress_weeks()
    assert len(weeks) == 48
    assert np.mean([week.z_yields for week in weeks]) == pytest.approx(2.7, abs=0.05)
    assert np.mean([week.z_dollar for week in weeks]) == pytest.approx(-1.7, abs=0.05)
    assert weeks[2].start == date(2025, 4, 4)  # the third largest


@pytest.mark.parametrize("name", CASES)
def test_what_a_case_adds_is_told_apart_and_its_mean_can_be_taken_off(name: str) -> None:
    calm, found = sell("JPN", 20, draws=200), sell("JPN", 20, draws=200, stress=name)
    assert "stress" not in calm
    case = found["stress"]
    for key in calm.keys() - {"answer"}:
        assert found[key] == calm[key], key
    assert name in found["answer"]
    assert case["adds_bp"]["low"] > 0
    off = case["with_sale_mean_off_bp"]["median"] + case["mean_bp"]
    assert off == pytest.approx(case["with_sale_bp"]["median"])


def test_a_case_that_there_is_not_is_refused_with_the_nearest() -> None:
    with pytest.raises(InputError, match="unwinding-march-2020"):
        sell("JPN", 20, draws=8, stress="unwinding-march")
