"""US tariff law by day: what is owed, on what part, and beside what others publish."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from triffin.scenario.tariffs import load_schedule
from triffin.world import InputError, load_world, named_schedule
from triffin.world.data.us_law.engine import (
    legal_increase,
    months_of_rise,
    section_232,
    usmca_share,
)
from triffin.world.data.us_law.law import (
    FIRST,
    LAST,
    by_partner,
    changes,
    law_for,
    law_on,
    one_rate_a_partner,
)
from triffin.world.data.us_law.on_world import GOODS, codes_of, law_on_world
from triffin.world.data.us_law.records import (
    cells,
    published_averages,
    published_base,
    read_rule,
    rules,
)

AUTUMN = date(2025, 11, 20)
# The Budget Lab has more than the 10 % that the law put on everybody on these days.
APART = date(2025, 4, 5)


def of(day: date, partner: str, usmca: str = "settled") -> float:
    return by_partner(law_on(day, usmca))[partner][1]


def without(*names: str) -> float:
    """The average increase of 20 June 2025 in a world without some rules."""
    day = date(2025, 6, 20)
    kept = [rule for rule in rules() if rule.rule not in names]
    found = legal_increase(cells(), kept, day, usmca_share(cells(), day, "settled"))
    return float(np.average(found.effective, weights=cells().imports))


@pytest.mark.parametrize(
    ("day", "rate"), [pair for pair in published_averages() if pair[0] != APART]
)
def test_the_average_stands_beside_the_budget_lab(day: date, rate: float) -> None:
    gap = law_on(day).average - (rate - published_base())
    assert abs(gap) <= (0.5 if day.year == 2025 else 1.5)


def test_the_mean_error_beside_the_budget_lab_is_small() -> None:
    gaps = {
        day: abs(law_on(day).average - rate + published_base())
        for day, rate in published_averages()
        if day != APART
    }
    assert np.mean([gap for day, gap in gaps.items() if day.year == 2025]) < 0.25
    assert np.mean([gap for day, gap in gaps.items() if day.year == 2026]) < 1.0


@pytest.mark.parametrize(
    ("rule", "effect", "day"),
    [
        ("F1", 1.33, date(2025, 2, 10)),
        ("S4", 2.05, LAST),
        ("L1", 0.05, date(2025, 10, 20)),
        ("T1", 0.09, date(2025, 11, 5)),
        ("Q1", 0.07, LAST),
        ("B1", 0.15, AUTUMN),
    ],
)
def test_a_rule_has_the_effect_on_the_average_that_its_table_states(
    rule: str, effect: float, day: date
) -> None:
    use = usmca_share(cells(), day, "settled")
    kept = [each for each in rules() if each.rule != rule]
    less = np.average(legal_increase(cells(), kept, day, use).effective, weights=cells().imports)
    assert law_on(day).average - less == pytest.approx(effect, abs=0.006)


def test_effective_is_statutory_on_the_covered_share() -> None:
    for day, _ in changes():
        found = law_on(day)
        np.testing.assert_allclose(found.effective, found.statutory * found.covered, atol=1e-9)
        assert np.all((found.covered >= 0) & (found.covered <= 1 + 1e-9))
        assert np.all(found.effective >= 0)


def test_imports_and_duty_of_2024_are_those_of_the_census() -> None:
    found = law_on(AUTUMN)
    assert found.imports.sum() == pytest.approx(3208.820e9, rel=1e-6)
    assert found.duty.sum() / found.imports.sum() == pytest.approx(0.02357, abs=1e-5)
    assert {"OTHER", "SPECIAL_98_99"} < set(found.sector)
    assert "EU27" in found.partner


def test_the_law_changes_only_on_the_days_that_are_named() -> None:
    named = {day for day, _ in changes()}
    day = FIRST + timedelta(days=1)
    before = law_on(FIRST).average
    while day <= LAST:
        now = law_on(day).average
        if day not in named:
            assert now == before
        day, before = day + timedelta(days=1), now
    months = {f"{day:%Y-%m-%d}" for day in named}
    assert months >= {"2025-04-05", "2025-08-07", "2025-11-14", "2026-02-20", "2026-08-19"}


def test_duties_end_at_the_border_four_days_after_the_ruling() -> None:
    assert law_on(date(2026, 2, 20)).average == law_on(date(2026, 2, 19)).average
    assert law_on(date(2026, 2, 24)).average < law_on(date(2026, 2, 23)).average - 3


def test_china_pays_the_fentanyl_duty_on_exempt_electronics_and_others_nothing() -> None:
    found = law_on(date(2025, 8, 20))
    china = (found.partner == "CHN") & (found.sector == "C26")
    taiwan = (found.partner == "TWN") & (found.sector == "C26")
    assert found.effective[china].item() > 19.9
    assert found.effective[taiwan].item() < 12
    assert found.covered[taiwan].item() < 0.5


def test_a_rate_including_mfn_adds_less_than_the_flat_rate() -> None:
    found = law_on(date(2025, 8, 20))
    clothes = found.sector == "C13T15"
    union = found.statutory[clothes & (found.partner == "EU27")].item()
    norway = found.statutory[clothes & (found.partner == "NOR")].item()
    assert union < 12 < norway == pytest.approx(15, abs=2)


def test_japanese_cars_pay_less_after_the_deal() -> None:
    def cars(day: date) -> float:
        found = law_on(day)
        here = (found.partner == "JPN") & (found.sector == "C29")
        return float(found.effective[here].item())

    assert cars(date(2025, 9, 15)) > 20
    assert cars(date(2025, 9, 16)) < 15


def test_usmca_use_rises_to_december_and_lowers_what_is_owed() -> None:
    use = [
        float(np.average(usmca_share(cells(), day, "dated"), weights=cells().imports))
        for day in (date(2025, 2, 10), date(2025, 6, 10), date(2025, 12, 10), date(2026, 5, 1))
    ]
    assert use[0] < use[1] < use[2] == use[3]
    assert of(date(2025, 6, 10), "CAN", "dated") > of(date(2025, 6, 10), "CAN")
    assert of(date(2026, 1, 10), "MEX", "dated") == of(date(2026, 1, 10), "MEX")


def test_the_line_of_usmca_use_averages_to_the_years_share() -> None:
    k = months_of_rise(0.55)
    assert sum(min(m / k, 1) for m in range(1, 11)) / 12 == pytest.approx(0.55)


def test_goods_under_section_232_owe_no_general_duty() -> None:
    day = date(2025, 6, 20)
    use = usmca_share(cells(), day, "settled")
    active = [rule for rule in rules() if rule.start <= day and (not rule.end or day <= rule.end)]
    rate, claimed, _ = section_232(cells(), active, use)
    found = legal_increase(cells(), rules(), day, use)
    whole = (claimed == 1) & np.isin(cells().partner, ("EU27", "JPN", "BRA"))
    assert whole.any()
    np.testing.assert_array_equal(found.effective[whole], rate[whole])
    assert without("S1", "S2") < law_on(day).average


def test_steel_that_paid_25_per_cent_in_2024_owes_only_the_difference() -> None:
    day = date(2025, 4, 20)
    names = cells().list_names
    basic, old = (1 << names.index(each) for each in ("steel_basic", "old_232"))
    found = legal_increase(cells(), rules(), day, usmca_share(cells(), day, "settled"))
    here = (cells().lists & basic > 0) & ~np.isin(cells().partner, ("CHN", "HKG"))
    was_taxed = cells().lists & old > 0
    assert np.all(found.effective[here & was_taxed] == 0)
    assert np.all(found.effective[here & ~was_taxed] == 25)


def test_a_partner_without_figures_pays_its_own_rate_on_the_mix_of_others() -> None:
    day = date(2025, 8, 20)
    rates = one_rate_a_partner(day)
    assert rates["SYR"][0] > rates["ISL"][0] > rates["*"][0] > rates["RUS"][0]
    assert law_for("ISL", day).imports.sum() > 0
    assert rates["DEU"] == rates["FRA"]


@pytest.mark.parametrize(
    ("label", "codes"),
    [
        ("C24", ("C24A", "C24B")),
        ("A01_02", ("A01", "A02")),
        ("A01+A02", ("A01", "A02")),
        ("B05T06", ("B05", "B06")),
        ("C17T18", ("C17_18",)),
        ("C302T309", ("C302T309",)),
        ("C29 Motor vehicles", ("C29",)),
        ("Mining Support Services", ()),
        ("Widgets", None),
        ("D35", None),
    ],
)
def test_a_sector_is_known_by_its_code_or_name(label: str, codes: tuple[str, ...] | None) -> None:
    assert codes_of(label) == codes


def test_on_a_world_the_law_has_the_same_average_as_in_its_own_sectors() -> None:
    found = law_on(AUTUMN)
    here = (found.partner == "CHN") & np.isin(found.sector, GOODS)
    world = law_on_world(AUTUMN, ("CHN", "USA"), GOODS)
    imports = [found.imports[here & (found.sector == code)].sum() for code in GOODS]
    mean = np.average(world.effective[:, 0], weights=imports)
    assert 100 * mean == pytest.approx(
        np.average(found.effective[here], weights=found.imports[here])
    )
    assert not world.effective[:, 1].any()


def test_as_a_tariff_the_law_is_the_base_plus_the_increase() -> None:
    world = load_world("uschina-2017")
    usa, china = world.index("USA"), world.index("CHN")
    found = load_schedule(world, "us-law@2025-11-20")
    on = law_on_world(AUTUMN, world.economies, [world.sectors[k] for k in world.goods])
    column = found.rates[list(world.goods), china, usa]
    np.testing.assert_allclose(column, (on.duty_2024 + on.effective)[:, china])
    assert np.all(found.rates[len(world.goods) :, :, usa] == 0)
    np.testing.assert_array_equal(found.rates[:, :, china], world.tariff[:, :, china])
    dated = load_schedule(world, "us-2025-11-20")
    np.testing.assert_array_equal(found.rates, dated.rates)


def test_on_one_sector_shipped_names_stay_and_the_law_is_one_rate_a_partner() -> None:
    world = load_world("world-2023")
    usa, japan = world.index("USA"), world.index("JPN")
    assert load_schedule(world, "us-2025-08-07").rates[0, japan, usa] == 0.15
    law = load_schedule(world, "us-law@2025-08-07")
    assert 100 * law.rates[0, japan, usa] == pytest.approx(of(date(2025, 8, 7), "JPN"))
    assert law.statutory[0, japan, usa] > law.rates[0, japan, usa]
    assert named_schedule("us-law@2025-08-07").date == "2025-08-07"


@pytest.mark.parametrize(
    ("world", "name", "said"),
    [
        ("world-2023", "us-law@2025-01-20", "from 2025-02-04 to 2026-08-19"),
        ("world-2023", "us-law@2026-09-01", "from 2025-02-04 to 2026-08-19"),
        ("world-2023", "us-law@spring", "not a day"),
        ("world-2023", "us-lav", "us-law"),
        ("nafta-1993", "us-law@2025-11-20", "which goods the sector"),
    ],
)
def test_what_the_law_does_not_know_is_refused(world: str, name: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        load_schedule(load_world(world), name)


def test_an_unknown_use_of_usmca_is_refused() -> None:
    with pytest.raises(InputError, match="Did you mean 'settled'"):
        law_on(AUTUMN, "setled")


def test_a_rule_that_lifts_mfn_to_a_floor_never_adds_below_zero() -> None:
    names = cells().list_names
    record = {
        "rule": "T", "authority": "", "start": "2025-08-07", "end": None, "rate_pct": 15,
        "on": "rest", "form": "net15", "source": "", "grade": "",
    }  # fmt: skip
    use = np.zeros(cells().n)
    found = legal_increase(cells(), [read_rule(record, names)], AUTUMN, use)
    assert np.all((found.effective >= 0) & (found.effective <= 15))
