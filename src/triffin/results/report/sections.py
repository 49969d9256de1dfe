"""The sections of a run, each one question: its answers, its pictures and the tables behind them.

The report and `triffin show` say the same, because both print what stands here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from triffin.answers.headline import first_of, in_print_order, more_text, sureness
from triffin.answers.headlines import question_of, sections
from triffin.record.cite import citations
from triffin.record.record import Record
from triffin.results.report import coupled_tables, tables
from triffin.world.base.wording import with_dates

Table = dict[str, Any]

CHARTS: Mapping[str, tuple[str, ...]] = {
    "pays": ("who-pays", "focus-rates", "ranking", "tariff-path", "diversion"),
    "talks": ("deals-fan", "board", "statuses"),
    "markets": (
        "exchange-rate-fan",
        "yield-fan",
        "yield-impact-fan",
        "reserves-fan",
        "debt-wall",
    ),
    "sure": ("closures",),
    "drivers": ("drivers",),
    "economies": ("welfare-map",),
}
"""Pictures of a section: the first that a run has stands in it, the others below it."""

ALWAYS = ("sure", "drivers", "economies", "assumptions", "reproduce")
"""Sections of every run."""

PICTURES = 3
"""Pictures of the page of one minute."""


@dataclass(frozen=True)
class Section:
    """One question of a run. answers : entries of the headline; charts : names of pictures, the
    first is the main one; texts : paragraphs; tables : what stands behind."""

    name: str
    title: str
    answers: list[dict[str, Any]]
    charts: list[str]
    texts: list[str]
    tables: list[Table]


def sections_of(result: Record, drawn: Iterable[str] = ()) -> list[Section]:
    """Sections that the run has something to say in; drawn : names of pictures it has data for."""
    found = []
    drawn = tuple(drawn)
    for name, title in sections().items():
        entries = [e for e in in_print_order(result.headline) if _section(e["id"]) == name]
        charts = [chart for chart in CHARTS.get(name, ()) if chart in drawn]
        behind = [table for table in _TABLES.get(name, _nothing)(result) if table]
        texts = [with_dates(text) for text in _TEXTS.get(name, _nothing)(result) if text]
        if entries or charts or name in ALWAYS or (behind and name == "claims"):
            found.append(
                Section(name, title, [about(entry) for entry in entries], charts, texts, behind)
            )
    return found


def one_minute(result: Record, drawn: Iterable[str] = ()) -> list[dict[str, Any]]:
    """What is asked first, see `first_of`, with the pictures of the page of one minute: `chart` is
    the name of one, or empty."""
    left = list(drawn)
    items = [about(entry) for entry in first_of(result.headline)]
    wanted = [chart for item in items if (chart := item["chart"]) in left][:PICTURES]
    spare = [c for c in ("exchange-rate-fan", "who-pays", "ranking", "closures") if c in left]
    shown = list(dict.fromkeys([*wanted, *spare]))[:PICTURES]
    for place, item in enumerate(items):
        # a picture stands after every second answer
        pair, second = divmod(place, 2)
        last = place == len(items) - 1
        item["charts"] = shown[pair : None if last else pair + 1] if second or last else []
    return items


def about(entry: Mapping[str, Any]) -> dict[str, Any]:
    """An answer as it is printed: question, sentence, how sure, what it turns on."""
    light, _ = sureness(entry)
    asked = question_of(str(entry["id"]))
    outcome = entry.get("outcome")
    return {
        "id": entry["id"],
        "question": entry["question"],
        "sentence": entry["answer"],
        "light": light,
        "more": more_text(entry),
        "outcome": f"What happened: {outcome}." if outcome else "",
        "section": _section(str(entry["id"])),
        "chart": asked.chart if asked else "",
        "table": tables.behind(entry) if entry.get("table") else None,
    }


def _section(identifier: str) -> str:
    asked = question_of(identifier)
    return asked.section if asked else ""


def _nothing(result: Record) -> list[Any]:
    return []


_TABLES: Mapping[str, Callable[[Record], list[Any]]] = {
    "pays": lambda result: [
        tables.by_rate(result),
        *tables.by_phase(result),
        tables.phases(result.manifest),
    ],
    "talks": lambda result: [coupled_tables.board(result)],
    "sure": lambda result: [
        tables.headline(result),
        tables.closures(result),
        coupled_tables.feedbacks(result.manifest),
        tables.invariants(result.manifest),
    ],
    "claims": lambda result: [coupled_tables.claims(result.manifest)],
    "economies": lambda result: [tables.economies(result)],
    "assumptions": lambda result: [tables.parameters(result.manifest)],
    "reproduce": lambda result: [tables.data(result.manifest)],
}
_TEXTS: Mapping[str, Callable[[Record], list[str]]] = {
    "pays": lambda result: list(result.manifest.get("tariff_basis") or []),
    "markets": coupled_tables.wall_sentences,
    "sure": lambda result: [
        coupled_tables.information(result),
        coupled_tables.modules(result.manifest),
    ],
    "claims": lambda result: [coupled_tables.claims_sentence(result.manifest)],
    "assumptions": lambda result: list(dict.fromkeys(result.manifest.get("notes") or [])),
    "reproduce": citations,
}
