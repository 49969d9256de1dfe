"""A made-up coupled run: paths, partners, the dollar's zone, claims and feedbacks on top of trade.

Everything is drawn from seeded walks with known properties; nothing here is an estimate.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pycountry
import xarray as xr
from synthetic import economy_codes, synthetic_result

from triffin.answers.headline import categorical_headline, headline_from_draws
from triffin.results.result import Result

STATUSES = "open signed executed in_part withdrawn"
START = np.datetime64("2025-04-02")
DAYS = np.array([day for day in START + np.arange(135) if np.is_busday(day)], "datetime64[ns]")
WEEKS = np.minimum((START + 6 + 7 * np.arange(20)).astype("datetime64[ns]"), DAYS[-1])
DRIVERS = {
    "treasuries.price_impact": "published",
    "treasuries.permanent_share": "judgement",
    "negotiation.deals_per_week": "judgement",
    "currency.kappa": "derived",
    "credibility.start": "judgement",
    "dollar.safety": "judgement",
}


def coupled_data(draws: int, partners: int, seed: int) -> tuple[xr.Dataset, dict[str, np.ndarray]]:
    """Paths and partners, and the parameters that drive them, by draw."""
    random = np.random.default_rng(seed)
    drawn = {name: random.normal(size=draws) for name in DRIVERS}
    days = len(DAYS)
    codes = [code for code in economy_codes(partners + 3) if code not in ("USA", "CHN", "RUS")]
    walk = np.cumsum(random.normal(size=(draws, days)), axis=1)
    impact = np.exp(0.5 * drawn["treasuries.price_impact"])[:, None] * np.linspace(0.4, 2.4, days)
    impact[:, 8:] += 6 * np.exp(0.4 * drawn["treasuries.permanent_share"])[:, None]
    dollars = 149.98 * np.exp(0.0062 * walk + 0.0002 * drawn["currency.kappa"][:, None])
    spent = np.cumsum(np.maximum(0, dollars - 152) * 0.4, axis=1)
    eager = np.linspace(1.1, -2.2, len(codes))
    talks = eager + 0.5 * drawn["negotiation.deals_per_week"][:, None]
    signs = talks + random.normal(size=(draws, len(codes))) > 0
    status = random.choice([0, 2, 3, 4], size=signs.shape, p=[0.3, 0.3, 0.1, 0.3])
    status = np.where(signs, 1, status)
    status[:, -4:] = 0
    signed = status == 1
    day = np.where(signed, np.ceil(random.beta(3, 1.3, signs.shape) * 134), np.nan)
    flags = {
        "partner_status": {"flag_values": np.arange(5), "flag_meanings": STATUSES},
        "exchange_rate": {"currency": "JPY", "band_low": 130.0, "band_high": 150.0, "defend": True},
    }
    arrays: dict[str, Any] = {
        "yield_10y": (("draw", "day"), 4.2 + 0.05 * walk + impact / 100),
        "yield_impact": (("draw", "day"), impact),
        "exchange_rate": (("draw", "day"), dollars),
        "reserves": (("draw", "day"), np.maximum(1102 - spent, 0)),
        "partner_status": (("draw", "partner"), status),
        "sign_day": (("draw", "partner"), day),
        "partner_rate": (("draw", "partner"), np.where(signed, 0.12, 0.2)),
        "retaliates": (("draw", "partner"), (status == 2) & (random.random(signs.shape) < 0.2)),
        "p_settled": ("partner", signed.mean(axis=0)),
    }
    names = [pycountry.countries.get(alpha_3=code).name for code in codes]
    data = xr.Dataset(
        {name: (*value, flags.get(name, {})) for name, value in arrays.items()},
        coords={
            "day": DAYS,
            "week": WEEKS,
            "partner": codes,
            "partner_name": ("partner", names),
        },
    )
    return data, drawn


def coupled_headline(
    data: xr.Dataset, drawn: dict[str, np.ndarray]
) -> tuple[list[dict[str, Any]], dict[str, np.ndarray]]:
    """The questions of a coupled run and the draws behind each."""
    end = {name: data[name].values[:, -1] for name in ("yield_10y", "exchange_rate", "reserves")}
    japan = list(data["partner"].values).index("JPN")
    signed = data["partner_status"].values == 1
    rate = data["exchange_rate"].values
    held = 100 * ((rate >= 130) & (rate <= 150)).mean(axis=1)
    table = {
        "deals_by_deadline": (
            "How many partners sign by the deadline?",
            "{median} partners sign by 9 July 2025 ({interval}).",
            (data["sign_day"].values <= 98).sum(axis=1),
            "deals",
        ),
        "deals_by_end": (
            "How many sign by the end?",
            "{median} sign ({interval}).",
            signed.sum(axis=1),
            "deals",
        ),
        "focus_tariff": (
            "Which tariff does Japan face at the end?",
            "{median} ({interval}).",
            100 * data["partner_rate"].values[:, japan],
            "%",
        ),
        "yield_10y_change": (
            "What happens to the 10-year yield?",
            "It moves by {median} ({interval}).",
            100 * (end["yield_10y"] - 4.2),
            "bp",
        ),
        "yield_change_from_focus_sales": (
            "What do Japan's sales do to the 10-year yield?",
            "They raise it by {median} ({interval}).",
            data["yield_impact"].values[:, -1],
            "bp",
        ),
        "exchange_rate_end": (
            "Where is the yen at the end?",
            "{median} ({interval}).",
            end["exchange_rate"],
            "JPY per USD",
        ),
        "band_held": (
            "Does the yen stay within 130 to 150?",
            "Inside on {median} of days ({interval}).",
            held,
            "%",
        ),
        "reserves_spent": (
            "What does the defence cost?",
            "{median} ({interval}).",
            1102 - end["reserves"],
            "bn USD",
        ),
    }
    entries = [
        headline_from_draws(
            name,
            question,
            answer,
            values,
            unit,
            headline_class="forecast",
            parameters=drawn,
            grades=DRIVERS,
        )
        for name, (question, answer, values, unit) in table.items()
    ]
    sources = {name: np.asarray(row[2], dtype=float) for name, row in table.items()}
    for name, question, values in (("focus_signs", "Does Japan sign?", signed[:, japan]),):
        share = float(np.mean(values))
        entry = categorical_headline(
            name,
            question,
            f"In {100 * share:.0f} % of draws.",
            headline_class="forecast",
            drivers=["negotiation.deals_per_week"],
            grades=DRIVERS,
            unit="probability",
        )
        entries.append(entry | {"median": share, "low": share - 0.05, "high": share + 0.05})
        sources[name] = np.asarray(values, dtype=float)
    entries.append(
        categorical_headline(
            "debt_wall_cover",
            "Is the wall of June 2025 covered?",
            "2,013 bn USD mature in June 2025, of which 1,692 bn are bills; auctions were covered "
            "2.6 times.",
            headline_class="measurement",
            drivers=["maturities"],
            grades={"maturities": "published"},
        )
    )
    return entries, sources


def claims() -> list[dict[str, Any]]:
    return [
        {
            "id": "C01",
            "quote": "Trump's tariff stick couldn't even scare Japan",
            "kind": "causal",
            "verdict": "false",
            "evidence": "Japan opened first and accepted 15 % on 22 July 2025.",
            "figures": {"deal_after_days": 97},
            "source": "White House fact sheet, 23 July 2025",
            "test": {
                "how": "probability of signing by day 115",
                "result": "0.7",
                "grade": "derived",
            },
        },
        {
            "id": "C02",
            "quote": "6.5 trillion of debt matures in June",
            "kind": "fact",
            "verdict": "false",
            "evidence": "2.0 trillion matured, mostly bills.",
            "figures": {"maturing_usd_bn": 2013},
            "source": "Treasury, MSPD",
            "test": None,
        },
    ]


def coupled_result(
    *, count: int = 60, draws: int = 240, partners: int = 40, seed: int = 7, scenario: str = ""
) -> Result:
    """A run of every module; the same seed gives the same run."""
    trade = synthetic_result(count=count, draws=draws, seed=seed)
    paths, drawn = coupled_data(draws, partners, seed)
    entries, sources = coupled_headline(paths, drawn)
    data = trade.data.merge(paths, combine_attrs="drop_conflicts")
    data = data.assign({name: ("draw", values) for name, values in drawn.items()})
    # the welfare of the parties under the names of a coupled run
    welfare = {"hegemon_welfare": "USA", "focus_welfare": "JPN", "world_welfare": "CHN"}
    renamed = []
    for name, code in welfare.items():
        entry = trade.entry(f"welfare_{code}")
        renamed.append(entry | {"id": name})
        sources[name] = data["welfare_draws"].sel(economy=code).values
    renamed += [entry for entry in trade.headline if not entry["id"].startswith("welfare_")]
    data = data.assign_coords(headline=list(sources)).assign(
        headline_draws=(("draw", "headline"), np.stack(list(sources.values()), axis=1))
    )
    headline = [
        entry | {"coverage": None, "information": "2025-04-18"} for entry in [*entries, *renamed]
    ]
    outcome = {"focus_signs": "Japan agreed on 22 July 2025, day 111."}
    headline = [
        entry | ({"outcome": outcome[entry["id"]]} if entry["id"] in outcome else {})
        for entry in headline
    ]
    for entry in headline:
        if entry["id"].startswith("yield"):
            entry |= {"coverage": 5 / 6, "backtests": "5 of 6", "tests": ["inside in 5 of 6"]}
    manifest = trade.manifest | {
        "scenario": scenario or trade.manifest["scenario"],
        "start": "2025-04-02",
        "deadlines": ["2025-07-09"],
        "information": "2025-04-18",
        "parameters": [
            *trade.manifest["parameters"],
            *(
                {
                    "name": name,
                    "value": 1.0,
                    "unit": "1",
                    "low": 0.5,
                    "high": 2.0,
                    "source": "made up for the tests",
                    "grade": grade,
                    "description": "drives a path",
                }
                for name, grade in DRIVERS.items()
            ),
        ],
        "invariants": trade.manifest["invariants"]
        | {"every_treasury_sold_is_bought": 4.4e-16, "reserves": 0.0},
        "feedbacks": [
            {
                "name": "exchange_rate_to_trade",
                "on": True,
                "effect": "Off, the deficit of the United States is 0.2 points larger.",
            },
            {"name": "tariffs_to_exchange_rate", "on": False, "effect": "Off in this run."},
        ],
        "modules": {
            "trade": "on",
            "negotiation": "on",
            "currency": "on",
            "alignment": "off",
            "swap lines": "not asked",
        },
        "wall": {
            "month": "2025-06",
            "maturing_usd_bn": 2013.0,
            "notes_and_bonds_usd_bn": 321.0,
            "bills_usd_bn": 1692.0,
            "cover": 2.6,
            "cover_low": 2.2,
        },
        "claims": claims(),
    }
    return Result(manifest, headline, data)
