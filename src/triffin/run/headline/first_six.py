"""What a minister asks first, each in one sentence, composed from the answers of the run.

A question whose sources a run does not answer is not asked, and has no place among them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from triffin.answers.answer import Answer
from triffin.answers.answer_book import AnswerBook, Behind
from triffin.answers.headline import answer_in_words, at_head, likely_range
from triffin.answers.headlines import first, known_question
from triffin.answers.statistics import quantile
from triffin.finance.treasuries.market import find_seller
from triffin.finance.treasuries.sale import MOST_DAYS
from triffin.run.clock.section import Stage
from triffin.run.headline.markets import course_of
from triffin.run.plan.prepare import Prepared
from triffin.run.trade.solving import spending_of
from triffin.strategy.creditor.conventions import record, sale_table, spans
from triffin.trade.parameter_draws import Draws
from triffin.world.base.arrays import Array
from triffin.world.base.errors import InputError
from triffin.world.base.wording import dated, interval_text, listed, number, quantity

WEEKS = (1, 4, 13)
DAYS_A_WEEK = 5
THREAT_DRIVERS = ("threat_executed_prior", "threat_prior_clusters")
LEVELS = ((50, 0.25, 0.75), (90, 0.05, 0.95), (98, 0.01, 0.99))


def first_answers(
    book: AnswerBook,
    prepared: Prepared,
    sample: Draws,
    rate_welfare: Array,
    stages: Sequence[Stage],
) -> None:
    """Enter those of the six whose sources were entered before."""
    _rate(book, prepared)
    _cost(book, prepared, sample, rate_welfare)
    _executed(book, prepared)
    _markets(book, prepared, stages)
    _sale(book, prepared)
    _changes(book)


def _from(book: AnswerBook, source: str, identifier: str, sentence: str, **about: Any) -> None:
    """The answer to `source` once more, as the sentence of one of the six."""
    found, asked = book.find(source), known_question(identifier)
    if found is None or found.median is None or found.low is None or found.high is None:
        return
    text = sentence.format(
        median=quantity(found.median, found.unit),
        interval=likely_range(found.low, found.high, found.unit, found.over),
    )
    names = {"focus": about.pop("focus", "")}
    found = replace(found, id=identifier, sentence=text, section=asked.section, **about)
    book.entries.append(replace(found, question=asked.question.format(**names)))
    book.sources[identifier] = book.sources[source]


def _rate(book: AnswerBook, prepared: Prepared) -> None:
    """The rate at the end, beside the rules that a reader could use without a model."""
    them, law = book.name(prepared.plan.focus), prepared.outlook
    if law is None or law.scene.focus is None:
        return
    _from(
        book,
        "focus_tariff",
        "rate_at_end",
        f"{at_head(them)} ends at a tariff of {{median}} ({{interval}}).",
        focus=them,
        rivals=tuple(
            {"name": name, "value": rate, "score": None}
            for name, rate in law.naive(law.scene.focus).items()
        ),
    )


def _executed(book: AnswerBook, prepared: Prepared) -> None:
    """How likely the threat is carried out by its date, the base rate first."""
    law = prepared.outlook
    if law is None:
        return
    found, base = law.at_deadline, law.ledger.executed_ever(law.class_)
    counts = law.ledger.outcome_counts(law.class_)
    book.enter(
        "executed_by_date",
        f"Of threats made like this one {number(100 * base, 0)} % are ever carried out ({counts} "
        f"on record); on {dated(law.deadline)} this one is, on who has not signed, with "
        f"probability {number(found['full'] + found['part'])} ({number(found['part'])} of it in "
        f"part), and is extended with {number(found['extended'])}.",
        np.full(book.n, found["full"] + found["part"]),
        {name: np.full(book.n, book.parameters.value(name)) for name in THREAT_DRIVERS},
        deadline=dated(law.deadline),
    )
    rival = {"name": "base rate", "value": base, "score": None}
    book.entries[-1] = replace(book.entries[-1], rivals=(rival,))


def _cost(book: AnswerBook, prepared: Prepared, sample: Draws, rate_welfare: Array) -> None:
    """Welfare that a point of tariff costs the focus, between the rate in force and the farthest
    alternative of the scenario, in USD a year."""
    if len(prepared.cases) < 2:
        return
    current = prepared.cases[0].rate
    k = max(range(1, len(prepared.cases)), key=lambda n: abs(prepared.cases[n].rate - current))
    points = 100 * (current - prepared.cases[k].rate)
    share = (rate_welfare[:, k, 0] - rate_welfare[:, 0, 0]) / points
    base = prepared.baselines[prepared.chosen[0].model]
    income = float(spending_of(base)[prepared.partner])
    them = book.name(prepared.plan.focus)
    cost = share / 100 * income / 1e9
    if not np.isfinite(cost).any():
        return
    of_income = number(float(np.nanmedian(share)), 3)
    book.enter(
        "cost_per_point",
        f"Each point of tariff costs {them} {{median}}, {of_income} % of its income ({{likely}}).",
        cost,
        sample.values,
        behind=Behind(closures=True),
        focus=them,
    )


def _markets(book: AnswerBook, prepared: Prepared, stages: Sequence[Stage]) -> None:
    """What news can do to the 10-year yield and the currency, beside what the scenario does."""
    source = book.find("yield_10y_change")
    paths = course_of(stages).paths if source is not None else None
    if paths is None:
        return
    moves = {"10-year yield, bp": 100.0 * (paths.yield_10y - prepared.market.yield_10y)}
    if prepared.currency is not None and book.find("exchange_rate_end") is not None:
        moves[f"{prepared.currency[0]} per USD, %"] = 100.0 * (
            paths.rate / prepared.market.rate - 1
        )
    weeks = [week for week in WEEKS if DAYS_A_WEEK * week <= len(paths.yield_10y)]
    if not weeks:
        return
    rows: list[dict[str, Any]] = []
    said: list[str] = []
    for what, path in moves.items():
        for week in weeks:
            draws = path[DAYS_A_WEEK * week - 1]
            median = float(np.median(draws))
            for level, low, high in LEVELS:
                start, end = (float(one) for one in quantile(draws, [low, high]))
                about = f"{what}, {week} {'week' if week == 1 else 'weeks'}, {level} in 100"
                rows.append({"name": about, "median": median, "low": start, "high": end})
                if level == 90 and week == weeks[min(1, len(weeks) - 1)]:
                    name, unit = what.rsplit(", ", 1)
                    unit = "basis points" if unit == "bp" else unit
                    said.append(f"the {name} moves by {interval_text(start, end, unit)}")
    week = weeks[min(1, len(weeks) - 1)]
    after = f"In {number(week, 0)} {'week' if week == 1 else 'weeks'}"
    book.enter(
        "markets_ahead",
        f"{after} {listed(said)} in 9 of 10 outcomes.",
        moves["10-year yield, bp"][DAYS_A_WEEK * week - 1],
        {name: book.values[name] for name in source.drivers if name in book.values}
        if source
        else {},
    )
    book.entries[-1] = replace(book.entries[-1], table=tuple(rows))


def _sale(book: AnswerBook, prepared: Prepared) -> None:
    """What the sales that the scenario writes do to the 10-year yield."""
    sellers = {sale.holder for sale in prepared.plan.treasuries or ()}
    if prepared.owner not in sellers:
        return
    them = book.name(prepared.owner)
    _from(
        book,
        "yield_change_from_focus_sales",
        "own_sale",
        f"Sales by {them} raise the 10-year yield by {{median}} at most ({{interval}}).",
        focus=them,
    )
    if book.entries and book.entries[-1].id == "own_sale":
        said = book.entries[-1]
        accounts = _accounts(prepared, book, them)
        book.entries[-1] = replace(said, sentence=f"{said.sentence}{accounts}")


def _accounts(prepared: Prepared, book: AnswerBook, them: str) -> str:
    """What the sale costs both sides, over the conventions of one accounting."""
    plan, parameters = prepared.plan, book.parameters
    own = [sale for sale in plan.treasuries or () if sale.holder == prepared.owner]
    amount, days = sum(sale.usd_bn for sale in own), max(sale.days for sale in own)
    try:
        held = find_seller(prepared.owner, parameters=parameters).total_bn
    except InputError:
        return ""
    if not 0 < amount <= held or days > MOST_DAYS:
        return ""
    table = sale_table(amount, days, {"all": held}, parameters=parameters)
    told = {part: interval_text(*ends, "bn USD") for part, ends in spans(table, "all").items()}
    known = record(str(plan.information or plan.start))
    return (
        f" Valued to maturity or at market prices, over 2 to 10 years, that gains {them} "
        f"{told['seller']} and the United States {told['issuer']}; of {known['threats']} official "
        "threats to sell on record none was carried out."
    )


def _changes(book: AnswerBook) -> None:
    """What the answers above turn on, and how far their medians move with it."""
    found: list[Answer] = [a for name in first() if (a := book.find(name)) and a.turns_on]
    if not found:
        return
    parts = [f"{listed(a.turns_on)} (the {known_question(a.id).label.lower()})" for a in found]
    asked = known_question("what_changes_it")
    answer = answer_in_words(
        asked.id,
        asked.question,
        f"These answers move most with {listed(parts)}.",
        headline_class=asked.headline_class,
        drivers=list(dict.fromkeys(name for a in found for name in a.drivers)),
        grades={name: a.grade for a in found for name in a.drivers},
    )
    table = tuple(
        {**row, "name": f"{known_question(a.id).label}; {row['name']}"}
        for a in found
        if a.id != "markets_ahead"
        for row in a.table
    )
    turns = tuple(dict.fromkeys(turn for a in found for turn in a.turns_on))
    book.entries.append(replace(answer, turns_on=turns, table=table, section=asked.section))
