"""Schedules from mappings, `--set` settings and names."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scenario_samples import small_world

from triffin.scenario import TariffSchedule, apply_sets, load_schedule, tariff_schedule
from triffin.scenario.tariffs import baseline_schedule
from triffin.world import InputError, World, named_schedule
from triffin.world.data.blocs import EU


def rate(schedule: TariffSchedule, world: World, exporter: str, importer: str, k: int = 0) -> float:
    return float(schedule.rates[k, world.index(exporter), world.index(importer)])


def test_a_tariff_of_the_us_on_china_stands_in_the_us_column(small: World) -> None:
    schedule = tariff_schedule(small, {"USA": {"CHN": "54%"}})
    assert rate(schedule, small, "CHN", "USA") == 0.54
    assert rate(schedule, small, "USA", "CHN") == 0.0
    assert schedule.rates.sum() == pytest.approx(2 * 0.54)


def test_everyone_means_all_partners_but_oneself(small: World) -> None:
    schedule = tariff_schedule(small, {"USA": {"*": 0.10}})
    column = schedule.rates[0, :, small.index("USA")]
    assert column.tolist() == [0.0, 0.1, 0.1, 0.1, 0.1]


def test_everyone_on_everyone_leaves_home_goods_alone(small: World) -> None:
    schedule = tariff_schedule(small, {"*": {"*": "10%"}})
    expected = 0.1 * (1 - np.eye(5))
    np.testing.assert_array_equal(schedule.rates, np.broadcast_to(expected, (2, 5, 5)))


@pytest.mark.parametrize(
    "mapping",
    [{"USA": {"*": 0.1, "CHN": 0.54}}, {"USA": {"CHN": 0.54, "*": 0.1}}],
)
def test_the_more_specific_setting_wins_whatever_the_order(
    small: World, mapping: dict[str, dict[str, object]]
) -> None:
    schedule = tariff_schedule(small, mapping)
    assert rate(schedule, small, "CHN", "USA") == 0.54
    assert rate(schedule, small, "JPN", "USA") == 0.1


def test_an_economys_own_rule_beats_a_rule_for_everyone(small: World) -> None:
    schedule = tariff_schedule(small, {"*": {"CHN": 0.5}, "USA": {"*": 0.1}})
    assert rate(schedule, small, "CHN", "USA") == 0.1
    assert rate(schedule, small, "CHN", "JPN") == 0.5


def test_groups_and_names_need_no_quoting(small: World) -> None:
    schedule = tariff_schedule(
        small, {"United States": {"Asia": "20%", "world": "5%", "St. Lucia": 0.01}}
    )
    found = [rate(schedule, small, code, "USA") for code in small.economies]
    assert found == [0.0, 0.2, 0.2, 0.05, 0.01]


def test_a_group_on_itself_skips_home_goods(small: World) -> None:
    schedule = tariff_schedule(small, {"Asia": {"Asia": "20%"}})
    assert rate(schedule, small, "CHN", "JPN") == 0.2
    assert rate(schedule, small, "CHN", "CHN") == 0.0


def test_a_sector_can_be_named(small: World) -> None:
    schedule = tariff_schedule(small, {"USA": {"JPN": {"*": "10%", "cars": "25%"}}})
    assert [rate(schedule, small, "JPN", "USA", k) for k in (0, 1)] == [0.25, 0.1]


def test_overlapping_groups_that_disagree_are_refused(small: World) -> None:
    with pytest.raises(InputError, match="contradicts"):
        tariff_schedule(small, {"DEU": {"Asia": "20%", "Pacific": "10%"}})


def test_a_more_specific_setting_decides_between_groups(small: World) -> None:
    schedule = tariff_schedule(small, {"DEU": {"Asia": 0.2, "Pacific": 0.1, "JPN": 0.3}})
    found = [rate(schedule, small, code, "DEU") for code in ("USA", "CHN", "JPN")]
    assert found == [0.1, 0.2, 0.3]


def test_one_economy_under_two_names_must_have_one_rate(small: World) -> None:
    with pytest.raises(InputError, match="contradicts"):
        tariff_schedule(small, {"USA": {"JPN": 0.1, "Japan": 0.2}})


def test_a_tariff_on_oneself_is_refused_unless_zero(small: World) -> None:
    with pytest.raises(InputError, match="own goods"):
        tariff_schedule(small, {"USA": {"USA": "10%"}})
    assert tariff_schedule(small, {"USA": {"USA": 0}}).rates.sum() == 0.0


@pytest.mark.parametrize(
    ("mapping", "nearest"),
    [
        ({"USA": {"JPM": 0.1}}, "JPN"),
        ({"USA": {"Germny": 0.1}}, "Germany"),
        ({"USA": {"Asai": 0.1}}, "Asia"),
        ({"USA": {"JPN": {"car": 0.1}}}, "cars"),
    ],
)
def test_unknown_words_get_the_nearest_match(
    small: World, mapping: dict[str, dict[str, object]], nearest: str
) -> None:
    with pytest.raises(InputError, match=nearest):
        tariff_schedule(small, mapping)


@pytest.mark.parametrize("mapping", [{"USA": 0.1}, [("USA", "JPN")], {"USA": {"JPN": "x"}}])
def test_other_shapes_are_refused(small: World, mapping: object) -> None:
    with pytest.raises(InputError):
        tariff_schedule(small, mapping)  # type: ignore[arg-type]


def test_what_is_not_named_keeps_the_baseline_tariff() -> None:
    world = small_world(baseline=0.05)
    schedule = tariff_schedule(world, {"USA": {"CHN": 0.54}})
    assert rate(schedule, world, "CHN", "USA") == 0.54
    assert rate(schedule, world, "JPN", "USA") == 0.05
    np.testing.assert_array_equal(baseline_schedule(world).rates, world.tariff)


def test_arrays_of_a_schedule_cannot_be_changed(small: World) -> None:
    schedule = tariff_schedule(small, {"USA": {"CHN": 0.54}})
    with pytest.raises(ValueError, match="read-only"):
        schedule.rates[0, 0, 0] = 1.0


def test_later_settings_override_earlier_ones(small: World) -> None:
    base = baseline_schedule(small)
    schedule = apply_sets(base, small, ["USA.JPN=24%", "USA.*=10%"])
    assert rate(schedule, small, "JPN", "USA") == 0.1
    schedule = apply_sets(base, small, ["USA.*=10%", "USA.JPN=24%"])
    assert rate(schedule, small, "JPN", "USA") == 0.24
    assert "USA.JPN at 24 %" in schedule.label


def test_a_setting_may_name_a_sector_and_a_name_with_a_dot(small: World) -> None:
    schedule = apply_sets(baseline_schedule(small), small, ["USA.St. Lucia.cars=24 %"])
    assert rate(schedule, small, "LCA", "USA", 0) == 0.24
    assert rate(schedule, small, "LCA", "USA", 1) == 0.0


@pytest.mark.parametrize(
    "text",
    [
        "",
        "=",
        "USA.JPN",
        "USA=10%",
        "USA.JPN=24",
        "USA.JPN=",
        "USA.JPN=1001%",
        "USA.=10%",
        ".JPN=10%",
        "USA..JPN=10%",
        "USA.JPNN=10%",
        "USA.JPN.carz=10%",
        "USA.JPN.cars.x=10%",
        "USA.USA=10%",
        "U" * 500 + "." * 500 + "=1%",
    ],
)
def test_settings_that_cannot_be_read_are_refused(small: World, text: str) -> None:
    with pytest.raises(InputError, match="--set"):
        apply_sets(baseline_schedule(small), small, [text])


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["USA", "CHN", "JPN", "*"]),
            st.sampled_from(["USA", "CHN", "DEU", "*"]),
            st.integers(0, 99),
        ),
        max_size=6,
    )
)
def test_the_last_setting_that_covers_a_pair_decides(sets: list[tuple[str, str, int]]) -> None:
    world = small_world()
    sets = [s for s in sets if s[0] != s[1] or s[0] == "*"]
    schedule = apply_sets(baseline_schedule(world), world, [f"{i}.{e}={r}%" for i, e, r in sets])
    for d, importer in enumerate(world.economies):
        for o, exporter in enumerate(world.economies):
            covering = [r for i, e, r in sets if i in ("*", importer) and e in ("*", exporter)]
            expected = covering[-1] / 100 if covering and o != d else 0.0
            assert schedule.rates[0, o, d] == expected


@given(
    st.dictionaries(st.sampled_from(["CHN", "JPN", "DEU", "Asia", "world", "*"]), st.floats(0, 2))
)
def test_the_order_of_keys_never_matters(partners: dict[str, float]) -> None:
    world = small_world()
    keys = list(partners)
    results = [
        tariff_schedule(world, {"USA": {key: partners[key] for key in order}}).rates
        for order in list(permutations(keys))[:6]
    ]
    for other in results[1:]:
        np.testing.assert_array_equal(results[0], other)


def test_the_announced_schedule_is_statutory_and_names_who_is_left_out(world_2023: World) -> None:
    schedule = load_schedule(world_2023, "us-2025-04-02")
    assert schedule.basis == "statutory"
    assert rate(schedule, world_2023, "JPN", "USA") == 0.24
    assert rate(schedule, world_2023, "CHN", "USA") == 0.54
    assert rate(schedule, world_2023, "USA", "USA") == 0.0
    lowest = np.delete(schedule.rates[0, :, world_2023.index("USA")], world_2023.index("USA")).min()
    assert lowest == 0.1
    assert any("TWN" in note for note in schedule.notes)
    assert any("statutory rates used for everyone" in note for note in schedule.notes)


def test_the_paid_rate_is_the_statutory_rate_times_coverage_where_that_is_known(
    world_2023: World,
) -> None:
    data = named_schedule("us-2025-08-07")
    paid = load_schedule(world_2023, "us-2025-08-07")
    assert paid.basis == "paid"
    canada = rate(paid, world_2023, "CAN", "USA")
    assert canada == pytest.approx(data.rates["CAN"] * data.coverage["CAN"])
    assert rate(paid, world_2023, "JPN", "USA") == data.rates["JPN"]
    statutory = load_schedule(world_2023, "us-2025-08-07", basis="statutory")
    assert rate(statutory, world_2023, "CAN", "USA") == data.rates["CAN"]
    np.testing.assert_array_equal(statutory.rates, paid.statutory)
    assert any("CAN" in note and "paid rate" in note for note in paid.notes)


def test_a_paid_rate_without_coverage_is_refused(world_2023: World) -> None:
    with pytest.raises(InputError, match="no coverage"):
        load_schedule(world_2023, "us-2025-04-02", basis="paid")
    with pytest.raises(InputError, match="statutory"):
        load_schedule(world_2023, "us-2025-04-02", basis="statutry")


def test_members_of_the_eu_share_a_set_rate(world_2023: World) -> None:
    schedule = apply_sets(load_schedule(world_2023, "us-2025-08-07"), world_2023, ["USA.EU=30%"])
    assert {rate(schedule, world_2023, code, "USA") for code in EU} == {0.3}
    assert rate(schedule, world_2023, "GBR", "USA") == 0.1


def test_an_unknown_schedule_gets_the_nearest_match(world_2023: World) -> None:
    with pytest.raises(InputError, match="us-2025-04-"):
        load_schedule(world_2023, "us-2025-04-04")
