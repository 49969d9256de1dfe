"""What an answer is: one question, one sentence, its numbers, and what they rest on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from triffin.world.base.wording import clean


@dataclass(frozen=True)
class Signs:
    """Count of models and closures whose answer is positive, in numbers and in words."""

    positive: int
    of: int
    text: str


@dataclass(frozen=True)
class Track:
    """What stands beside the answer of a run and never enters a draw.

    coverage : share of past observations inside the module's 90 % interval, and in words how many
    of how many (`backtests`). information : nothing known after this date entered. outcome : what
    is known to have happened.
    """

    coverage: float | None = None
    backtests: str | None = None
    information: str | None = None
    outcome: str | None = None


@dataclass(frozen=True)
class Answer:
    """One question, answered.

    median, low, high : median and 90 % interval, or a probability and its Monte Carlo error, in
        `unit`; None for an answer in words.
    drivers : what moves the answer, largest first; never empty. driver_shares : first-order shares
        of the variance by driver. judgement_share : part of them with the grade judgement.
    sign_robust : the count of signs over models and closures, where it was asked.
    standard_error : Monte Carlo error of median, low and high; draws : those with a result.
    track : None for an answer that is not of a whole run.
    over : over what the interval is taken; None where there is none, or it is not stated.
    tests : past observations of this very question; empty for an untested answer.
    turns_on : conventions, models or parameters that move it most, in words, the first most.
    rivals : naive rules {name, value, score}. table : rows {name, median, low, high} behind it, by
        convention or horizon. section, order : its place for readers.
    """

    id: str
    question: str
    sentence: str
    unit: str
    headline_class: str
    grade: str
    drivers: tuple[str, ...]
    median: float | None = None
    low: float | None = None
    high: float | None = None
    judgement_share: float | None = None
    sign_robust: Signs | None = None
    driver_shares: Mapping[str, float] = field(default_factory=dict)
    standard_error: Mapping[str, float] | None = None
    draws: int | None = None
    track: Track | None = None
    over: str | None = None
    tests: tuple[str, ...] = ()
    turns_on: tuple[str, ...] = ()
    rivals: tuple[Mapping[str, Any], ...] = ()
    table: tuple[Mapping[str, Any], ...] = ()
    section: str | None = None
    order: int | None = None

    def to_json(self) -> dict[str, Any]:
        """The entry of a document, in plain JSON types; `answer` is another name of `sentence`."""
        document = {
            "id": self.id,
            "question": self.question,
            "sentence": self.sentence,
            "answer": self.sentence,
            **{name: getattr(self, name) for name in _IN_ORDER},
            "class": self.headline_class,
            "judgement_share": self.judgement_share,
            "sign_robust": vars(self.sign_robust) if self.sign_robust else None,
            "driver_shares": self.driver_shares,
        }
        if self.draws is not None:
            document |= {"standard_error": self.standard_error, "draws": self.draws}
        document |= vars(self.track) if self.track else {}
        found: dict[str, Any] = clean(document)
        return found

    @classmethod
    def from_json(cls, entry: Mapping[str, Any]) -> Answer:
        """The answer that `to_json` wrote; keys of other makers are left out."""
        signs = entry.get("sign_robust")
        given: dict[str, Any] = {name: entry[name] for name in _PLAIN if name in entry}
        given |= {name: tuple(entry[name]) for name in _LISTS if entry.get(name) is not None}
        track = {f.name: entry[f.name] for f in fields(Track) if f.name in entry}
        if track:
            given["track"] = Track(**track)
        return cls(
            sentence=entry["answer"],
            headline_class=entry["class"],
            sign_robust=Signs(**signs) if signs else None,
            **given,
        )


_LISTS = ("drivers", "tests", "turns_on", "rivals", "table")
_IN_ORDER = ("median", "low", "high", "unit", "over", "grade", *_LISTS, "section", "order")
_APART = ("sentence", "headline_class", "sign_robust", "track", *_LISTS)
_PLAIN = tuple(f.name for f in fields(Answer) if f.name not in _APART)
