"""The one-minute answers: what a reader who knows nothing of the project takes away.

Built from the headline alone; a question that the run did not ask has no place in the box.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from triffin.answers.answer import Answer
from triffin.answers.headlines import Box, boxes, known_question
from triffin.record import path_rows as path_data
from triffin.record.record import Record
from triffin.world.base.wording import interval_text, number, quantity

LIKELIHOOD = (
    (0.01, "exceptionally unlikely"),
    (0.10, "very unlikely"),
    (0.33, "unlikely"),
    (0.66, "about as likely as not"),
    (0.90, "likely"),
    (0.99, "very likely"),
    (1.00, "virtually certain"),
)
"""Words for probabilities up to each bound: Mastrandrea et al. (2010), Guidance note for lead
authors of the IPCC Fifth Assessment Report on consistent treatment of uncertainties, table 1."""


@dataclass(frozen=True)
class _Shown:
    """A box with the answers that the run gives, by id."""

    result: Record
    box: Box
    answers: Mapping[str, Answer]

    @property
    def first(self) -> Answer | None:
        return self.answers.get(self.box.about[0])

    @property
    def beside(self) -> Answer | None:
        return self.answers.get(self.box.beside)

    @property
    def more(self) -> list[str]:
        """Sentences that follow, each after a word on what it is about."""
        found = []
        for identifier in self.box.more:
            if identifier in self.answers:
                label = known_question(identifier).label
                text = _ended(self.answers[identifier].sentence)
                found.append(f"{label}: {text}" if label else text)
        return found

    def item(
        self, question: str, verdict: str, sentences: list[str | None], anchor: str = ""
    ) -> dict[str, Any]:
        return {
            "question": question,
            "verdict": verdict[:1].upper() + verdict[1:],
            "sentences": [text for text in sentences if text],
            "anchor": anchor or known_question(self.box.about[0]).section,
        }


def one_minute(result: Record) -> list[dict[str, Any]]:
    """Items {question, verdict, sentences, anchor} in the order in which a reader asks.

    Would the focus sign, what would selling do, can the band hold, is the dollar in danger, who
    pays, how sure are we. `anchor` is the section of the report with the details.
    """
    answers = {answer.id: answer for answer in result.answers}
    shown = ((_BOXES[name], _Shown(result, box, answers)) for name, box in boxes().items())
    items = (write(box) for write, box in shown if box.first or write in _WITHOUT_FIRST)
    return [item for item in items if item]


def likelihood(probability: float) -> str:
    """A probability in calibrated words: 0.71 is "likely"."""
    return next(word for bound, word in LIKELIHOOD if probability <= bound)


def probability_of(value: float | None, unit: str) -> float | None:
    """A probability in its unit as 0 to 1; None if there is no number."""
    if value is None:
        return None
    return value / 100 if unit in ("%", "per cent") else value


def percent(probability: float) -> str:
    """A probability as whole per cent, never rounded to certainty: "71 %", "under 1 %"."""
    if 0 < probability < 0.01:
        return "under 1 %"
    if 0.99 < probability < 1:
        return "over 99 %"
    return f"{number(100 * probability, 0)} %"


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else text + "."


def _focus(result: Record) -> str:
    code = result.manifest.get("focus")
    return result.name_of(code) if code else "the partner"


def _signing(box: _Shown) -> dict[str, Any]:
    assert box.first is not None
    chance = probability_of(box.first.median, box.first.unit)
    verdict = box.first.sentence
    if chance is not None:
        verdict = f"{likelihood(chance)}: {percent(chance)}"
    known = box.first.track and box.first.track.outcome
    outcome = f"What is known: {_ended(known)}" if known else None
    return box.item(f"Does {_focus(box.result)} sign?", verdict, [outcome, *box.more])


def _selling(box: _Shown) -> dict[str, Any]:
    assert box.first is not None
    first, verdict = box.first, box.first.sentence
    if first.median is not None:
        moved = "raise" if first.median >= 0 else "lower"
        ends = interval_text(first.low, first.high, first.unit)
        verdict = f"{moved} the 10-year yield by {quantity(abs(first.median), first.unit)}"
        verdict += f" ({ends})" if ends else ""
    return box.item("What would selling Treasuries do?", verdict, [*box.more])


def _band(box: _Shown) -> dict[str, Any]:
    assert box.first is not None
    first, verdict = box.first, box.first.sentence
    held, low, high = (
        probability_of(value, first.unit) for value in (first.median, first.low, first.high)
    )
    if held is not None:
        verdict = f"inside on {percent(held)} of days"
        if low is not None and high is not None:
            verdict += f" ({interval_text(100 * low, 100 * high, '%')})"
    band = path_data.band(box.result)
    name = path_data.currency(box.result) or "the currency"
    question = "Can the band hold?"
    if band:
        question = f"Can {name} stay within {number(band[0], 0)} to {number(band[1], 0)}?"
    return box.item(question, verdict, [*box.more])


def _dollar(box: _Shown) -> dict[str, Any]:
    assert box.first is not None
    return box.item("How much is the dollar used?", box.first.sentence, [*box.more])


def _paying(box: _Shown) -> dict[str, Any] | None:
    manifest = box.result.manifest
    focus, hegemon = (manifest.get(role) for role in ("focus", "hegemon"))
    parties = (
        box.result.name_of(focus) if focus else "",
        box.result.name_of(hegemon) if hegemon else "",
        "the world",
    )
    parts = [
        f"{name} {quantity(box.answers[identifier].median, '%')}"
        for identifier, name in zip(box.box.about, parties, strict=True)
        if name and identifier in box.answers and box.answers[identifier].median is not None
    ]
    if not parts:
        return None
    return box.item("Who pays?", f"{', '.join(parts)} of welfare a year", [*box.more])


def _sureness(box: _Shown) -> dict[str, Any] | None:
    answers = list(box.answers.values())
    if not answers:
        return None
    judged = [answer for answer in answers if answer.grade.startswith("judgement")]
    ends = [(a.low, a.high) for a in answers if a.low is not None and a.high is not None]
    open_sign = sum(low < 0 < high for low, high in ends)
    verdict = f"{len(judged)} of {len(answers)} answers rest on judgement"
    sentences: list[str | None] = [
        f"The 90 % interval of {open_sign} of {len(ends)} numbers holds zero."
        if open_sign
        else "No 90 % interval holds zero."
    ]
    if box.first and box.first.sign_robust:
        hegemon = box.result.name_of(box.result.manifest["hegemon"])
        sentences.append(f"Welfare of {hegemon} is {box.first.sign_robust.text}.")
    tested = sum(
        answer.track is not None and answer.track.coverage is not None for answer in answers
    )
    if tested:
        sentences.append(
            f"{tested} answers come from modules that were tested against past episodes."
        )
    information = box.result.manifest.get("information")
    if information:
        sentences.append(f"Nothing known after {information} entered.")
    return box.item("How sure are we?", verdict, sentences, "drivers")


_BOXES: dict[str, Callable[[_Shown], dict[str, Any] | None]] = {
    "signing": _signing,
    "selling": _selling,
    "band": _band,
    "dollar": _dollar,
    "paying": _paying,
    "sureness": _sureness,
}
_WITHOUT_FIRST = (_paying, _sureness)
