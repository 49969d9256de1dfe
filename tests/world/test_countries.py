"""One rule says which country a word means; another country is never offered for it."""

from __future__ import annotations

import pytest

from triffin.finance.treasuries.market import find_seller
from triffin.scenario.tariff_selectors import Selectors
from triffin.world import InputError, load_world
from triffin.world.countries import country_code, likely
from triffin.world.data.partners import partner
from triffin.world.registry.parameter_set import shipped

MEANT = {
    "UK": "GBR",
    "Great Britain": "GBR",
    "Czech Republic": "CZE",
    "South Korea": "KOR",
    "Ivory Coast": "CIV",
    "Russia": "RUS",
    "Iran": "IRN",
    "Turkey": "TUR",
    "Taiwan": "TWN",
    "Slovak Republic": "SVK",
    "Holland": "NLD",
    "DE": "DEU",
    "Viet Nam": "VNM",
    "  united   states ": "USA",
}


@pytest.mark.parametrize("word", MEANT)
def test_usual_names_and_codes_mean_their_country(word: str) -> None:
    assert country_code(word) == MEANT[word]
    assert likely(word, ["Ukraine", "Greece", "Guinea"]) is None


def test_a_world_knows_its_economies_by_any_usual_name() -> None:
    world = load_world("world-2023")
    selectors = Selectors(world)
    for word, code in MEANT.items():
        if code in world.economies:
            assert world.economies[world.index(word)] == code
            assert selectors.economies(word) == (world.index(code),)


def test_taiwan_is_itself_and_never_another_country() -> None:
    world = load_world("world-2023")
    if "TWN" in world.economies:
        assert world.economies[world.index("Chinese Taipei")] == "TWN"
    for word in ("Cuba", "North Korea", "Taiwan"):
        if country_code(word) in world.economies:
            continue
        with pytest.raises(InputError) as caught:
            world.index(word)
        assert caught.value.nearest is None


def test_a_country_that_is_not_there_is_not_replaced_by_one_that_is() -> None:
    with pytest.raises(InputError, match="not an economy") as caught:
        load_world("uschina-2017").index("Great Britain")
    assert caught.value.nearest is None


def test_what_means_no_country_still_gets_the_nearest_spelling() -> None:
    with pytest.raises(InputError) as caught:
        load_world("world-2023").index("Japn")
    assert caught.value.nearest == "Japan"


def test_partners_and_holders_follow_the_same_rule() -> None:
    assert partner("Great Britain").iso3 == "GBR"
    assert partner("Holland").iso3 == "EU"
    assert partner("South Korea").iso3 == "KOR"
    assert find_seller("Great Britain", parameters=shipped()).code == "GBR"
    assert find_seller("South Korea", parameters=shipped()).code == "KOR"
