"""A made-up run with the shape of a real one: seeded, small, and with known properties."""

from __future__ import annotations

from typing import Any

import numpy as np
import pycountry
import xarray as xr

from triffin.answers.headline import categorical_headline, headline_from_draws, ranking_text
from triffin.record.tables import ECONOMY_VARIABLES
from triffin.results.result import Result

MODELS = ("one-sector", "roundabout", "Eaton-Kortum")
PHASES = ("2025-04-05 baseline tariff", "2025-04-09 announced", "2025-04-09 pause")
RATES = ("24 %", "15 %", "10 %")
REGIONS = ("USA", "CHN", "JPN", "rest of world")
FIRST = ("USA", "CHN", "JPN", "DEU", "GBR", "VNM", "LSO", "MEX", "CAN", "BRA", "IND", "RUS")


def economy_codes(count: int) -> list[str]:
    """The economies tests talk about, then others of ISO 3166 in alphabetical order."""
    others = sorted(country.alpha_3 for country in pycountry.countries)
    missing_on_purpose = {"TWN", "GRL", "ATA", "PRK", "SOM"}
    codes = [*FIRST, *(code for code in others if code not in {*FIRST, *missing_on_purpose})]
    return codes[:count]


def closures() -> list[dict[str, Any]]:
    rows = []
    for model in MODELS:
        for revenue in ("tax relief", "lump-sum"):
            for retaliation in ("none", "reciprocal"):
                identifier = "/".join((model, revenue, retaliation)).lower().replace(" ", "-")
                label = f"{model}, {revenue}, "
                label += "no retaliation" if retaliation == "none" else "reciprocal retaliation"
                rows.append(
                    {
                        "id": identifier,
                        "model": model,
                        "revenue": revenue,
                        "retaliation": retaliation,
                        "label": label,
                        "weight": 1 / 12,
                    }
                )
    return rows


def synthetic_data(count: int, draws: int, seed: int) -> xr.Dataset:
    random = np.random.default_rng(seed)
    codes = economy_codes(count)
    names = [pycountry.countries.get(alpha_3=code).name for code in codes]
    closure_ids = [row["id"] for row in closures()]
    tariff = np.where(random.random(count) < 0.5, 10.0, random.uniform(10, 50, count))
    tariff[:3] = 0, 54, 24
    base = -0.02 * tariff + random.normal(0, 0.25, count)
    base[0] = 1.13
    base[codes.index("LSO")] = -9.4
    effect = np.array([0, -1.14, -1.5, -2.4, -0.3, -1.6, -4.2, -4.5, 0.2, -0.9, -1.2, -2.0])
    scale = np.ones(count)
    scale[1:] = 0.2
    welfare = base + scale * effect[:, None]
    by_phase = np.stack([0.6 * welfare, welfare, 0.8 * welfare])
    data: dict[str, Any] = {}
    for position, variable in enumerate(ECONOMY_VARIABLES):
        factor = (1, 0.9, -14, -9, -8, 0.3, 6, 5, 0.0)[position]
        data[variable] = (("phase", "closure", "economy"), factor * by_phase)
    revenue = np.zeros_like(by_phase)
    revenue[:, :, 0] = np.array([0.9, 1.14, 1.05])[:, None]
    data["revenue"] = (("phase", "closure", "economy"), revenue)
    of_draw = np.arange(draws) % 12
    elasticity = np.exp(np.log(4) + 0.3 * random.normal(size=draws))
    labor = np.exp(np.log(0.5) + 0.3 * random.normal(size=draws))
    relative = (elasticity / 4 - 1)[:, None]
    sample = welfare[of_draw] * (1 - 0.3 * relative) + 0.1 * (labor - 0.5)[:, None]
    data["welfare_draws"] = (("draw", "economy"), sample)
    data["trade_elasticity"] = ("draw", elasticity)
    data["labor_supply_elasticity"] = ("draw", labor)
    data["closure_of_draw"] = ("draw", np.array([closure_ids[k] for k in of_draw], dtype=object))
    japan = sample[:, [2]] * np.array([1.0, 0.62, 0.41])
    hegemon = sample[:, [0]] + np.array([0, -0.012, -0.03])
    data["rate_welfare"] = (("draw", "rate", "party"), np.stack([japan, hegemon], axis=2))
    data["rate_revenue"] = (("draw", "rate"), 1.1 + hegemon * 0.01)
    data["tariff_paid"] = (
        ("phase", "economy"),
        np.stack([np.where(tariff > 0, 10.0, 0), tariff, np.where(tariff > 0, 10.0, 0)]),
    )
    data["tariff_paid"][1][2, 1] = 145
    faced = np.zeros((3, count))
    faced[2, 1] = 125
    data["tariff_faced_by_hegemon"] = (("phase", "economy"), faced)
    before = np.array(
        [[0, 148, 76, 1800], [427, 0, 157, 2800], [145, 125, 0, 450], [2500, 2100, 560, 9000.0]]
    )
    change = np.array([[0, -60, -40, -52], [-78, 0, 9, 7], [-45, 6, 0, 5], [-41, 3, 4, 2.5]])
    after = np.stack([before * (1 + share * change / 100) for share in (0.5, 1.0, 0.7)])
    data["trade_before"] = (("exporter", "importer"), before)
    data["trade_after"] = (("phase", "exporter", "importer"), after)
    data["spending"] = ("economy", np.sort(random.lognormal(4, 2, count))[::-1])
    data["gdp"] = ("economy", data["spending"][1] * 0.97)
    return xr.Dataset(
        data,
        coords={
            "phase": list(PHASES),
            "closure": closure_ids,
            "economy": codes,
            "economy_name": ("economy", names),
            "draw": np.arange(draws),
            "rate": list(RATES),
            "party": ["focus", "hegemon"],
            "exporter": list(REGIONS),
            "importer": list(REGIONS),
        },
    )


def synthetic_headline(data: xr.Dataset) -> list[dict[str, Any]]:
    parameters = {
        name: data[name].values for name in ("trade_elasticity", "labor_supply_elasticity")
    }
    groups = {"closure": data["closure_of_draw"].values}
    grades = {
        "trade_elasticity": "published",
        "labor_supply_elasticity": "published",
        "closure": "judgement",
    }
    entries = []
    for code, who in (("USA", "the United States"), ("JPN", "Japan"), ("CHN", "China")):
        entries.append(
            headline_from_draws(
                f"welfare_{code}",
                f"What do the announced tariffs do to {who}?",
                f"Welfare of {who} changes by {{median}} a year (90 % interval {{interval}}; "
                "{models}).",
                data["welfare_draws"].sel(economy=code).values,
                "%",
                headline_class="forecast",
                parameters=parameters,
                groups=groups,
                grades=grades,
                models={
                    str(key): float(value)
                    for key, value in zip(
                        data["closure"].values,
                        data["welfare"].sel(economy=code, phase=PHASES[1]).values,
                        strict=True,
                    )
                },
            )
        )
    entries.append(
        headline_from_draws(
            "focus_rate_gain",
            "What is 15 % instead of 24 % worth to Japan?",
            "A rate of 15 % instead of 24 % is worth {median} of spending to Japan ({interval}).",
            (data["rate_welfare"].sel(rate="15 %") - data["rate_welfare"].sel(rate="24 %"))
            .sel(party="focus")
            .values,
            "%",
            headline_class="forecast",
            parameters=parameters,
            groups=groups,
            grades=grades,
        )
    )
    median = data["welfare_draws"].median("draw")
    order = np.argsort(median.values)
    entries.append(
        categorical_headline(
            "most_hurt",
            "Who is hurt most?",
            ranking_text(
                [str(data["economy_name"].values[k]) for k in order[:3]],
                [float(median.values[k]) for k in order[:3]],
                "%",
            ),
            headline_class="forecast",
            drivers=["closure", "trade_elasticity"],
            grades=grades,
        )
    )
    entries.append(
        categorical_headline(
            "rates",
            "Which rates are in force?",
            "The announced rates of 2 April 2025, statutory, from 10 to 54 %.",
            headline_class="arithmetic of the scenario",
            drivers=["tariffs"],
            grades={"tariffs": "published"},
        )
    )
    return entries


def synthetic_manifest(draws: int, seed: int, title: str) -> dict[str, Any]:
    return {
        "scenario": "japan-2025",
        "title": title,
        "hash": "5ca1ab1e0ddba11c0ffee5eedf00dfeedfacec0dedeadbea7f01dab1ebadcab1e",
        "world": "world-2023",
        "world_title": "194 economies, one sector, 2023",
        "draws": draws,
        "seed": seed,
        "seconds": 3.2,
        "version": "0.1.0",
        "created": "2025-04-18T12:00:00+00:00",
        "hegemon": "USA",
        "rival": "CHN",
        "focus": "JPN",
        "phases": [
            {
                "label": PHASES[0],
                "start": "2025-04-05",
                "end": "2025-04-09",
                "rates_note": "10 % on all",
                "notes": [],
            },
            {
                "label": PHASES[1],
                "start": "2025-04-09",
                "end": "2025-04-09",
                "rates_note": "announced rates, 10 % floor",
                "notes": ["in force for some hours"],
            },
            {
                "label": PHASES[2],
                "start": "2025-04-09",
                "end": "2025-07-08",
                "rates_note": "10 % on all, China 145 %",
                "notes": ["China answers with 125 %"],
            },
        ],
        "main_phase": PHASES[1],
        "closures": closures(),
        "central_closure": closures()[0]["id"],
        "parameters": [
            {
                "name": "trade_elasticity",
                "value": 4.0,
                "unit": "1",
                "low": 2.4,
                "high": 6.6,
                "source": "Simonovska and Waugh (2014), J. of International Economics 92, 34-50",
                "grade": "published",
                "description": "per cent fall of trade per per cent of cost",
            },
            {
                "name": "labor_supply_elasticity",
                "value": 0.5,
                "unit": "1",
                "low": 0.3,
                "high": 0.8,
                "source": "Chetty (2012), Econometrica 80, 969-1018",
                "grade": "published",
                "description": "per cent of employment per per cent of the real wage",
            },
            {
                "name": "closure_weights",
                "value": 0.0833,
                "unit": "1",
                "low": None,
                "high": None,
                "source": "equal by default",
                "grade": "judgement",
                "description": "weight of each model and closure",
            },
        ],
        "data": [
            {
                "name": "world-2023",
                "title": "BACI HS22 V202501 and World Development Indicators",
                "source": "CEPII (https://doi.org/10.2139/ssrn.1994500); World Bank",
                "licence": "Etalab 2.0; CC BY 4.0",
                "sha256": "ab" * 32,
            }
        ],
        "tariff_basis": ["Rates are statutory: no coverage by partner is known for 2 April 2025."],
        "resolved": {"scenario": "japan-2025", "hegemon": "USA", "tariffs": [{"set": "10%"}]},
        "models": [
            {
                "id": "ignatenko-2025",
                "year": 2025,
                "citation": "Ignatenko, A., Macedoni, L., Lashkaripour, A. and Simonovska, I. "
                "(2025). Making America Great Again? The Economic Impacts of Liberation Day "
                "Tariffs. Journal of International Economics 157, 104138. "
                "https://doi.org/10.1016/j.jinteco.2025.104138",
            }
        ],
        "notes": ["Taiwan is not in the data (no GDP in the World Development Indicators)."],
        "invariants": {"world trade balances": 3.1e-14, "budget": 2.2e-15},
    }


def synthetic_result(
    *,
    count: int = 60,
    draws: int = 240,
    seed: int = 7,
    title: str = "US-Japan tariff talks, as seen on 18 April 2025",
) -> Result:
    data = synthetic_data(count, draws, seed)
    return Result(synthetic_manifest(draws, seed, title), synthetic_headline(data), data)
