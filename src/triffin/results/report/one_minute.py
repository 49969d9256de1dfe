"""The one-minute answers: what a reader who knows nothing of the project takes away.

Built from the headline alone; a question that the run did not ask has no place in the box.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from triffin.record import path_rows as path_data
from triffin.world.base.wording import interval_text, number, quantity

if TYPE_CHECKING:
    from triffin.record.record import Record

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


def one_minute(result: Record) -> list[dict[str, Any]]:
    """Items {question, verdict, sentences, anchor} in the order in which a reader asks.

    Would the focus sign, what would selling do, can the band hold, is the dollar in danger, who
    pays, how sure are we. `anchor` is the section of the report with the details.
    """
    entries = {item["id"]: item for item in result.headline}
    items = (
        _signing(result, entries),
        _selling(result, entries),
        _band(result, entries),
        _dollar(result, entries),
        _paying(result, entries),
        _sureness(result, entries),
    )
    return [item for item in items if item]


def likelihood(probability: float) -> str:
    """A probability in calibrated words: 0.71 is "likely"."""
    return next(word for bound, word in LIKELIHOOD if probability <= bound)


def probability_of(entry: Mapping[str, Any] | None) -> float | None:
    """The probability that an entry states, 0 to 1; None if it has no number."""
    if not entry or entry["median"] is None:
        return None
    value = float(entry["median"])
    return value / 100 if entry["unit"] in ("%", "per cent") else value


def percent(probability: float) -> str:
    """A probability as whole per cent, never rounded to certainty: "71 %", "under 1 %"."""
    if 0 < probability < 0.01:
        return "under 1 %"
    if 0.99 < probability < 1:
        return "over 99 %"
    return f"{number(100 * probability, 0)} %"


def _item(question: str, verdict: str, sentences: list[str | None], anchor: str) -> dict[str, Any]:
    return {
        "question": question,
        "verdict": verdict[:1].upper() + verdict[1:],
        "sentences": [text for text in sentences if text],
        "anchor": anchor,
    }


LABELS = {
    "focus_tariff": "Tariff at the end",
    "deals_by_deadline": "Deals by the deadline",
    "creditor_threat_value": "Worth of the threat",
    "interest_bill": "Interest",
    "exchange_rate_end": "Rate at the end",
    "reserves_spent": "Reserves spent",
    "privilege_at_stake": "At stake",
    "hegemon_revenue": "Revenue",
}
"""What an answer is about, where it stands without its question."""


def _answer(entries: Mapping[str, Any], *identifiers: str) -> list[str | None]:
    """Answers of the entries there are, each after a word on what it is about."""
    found: list[str | None] = []
    for identifier in identifiers:
        entry = entries.get(identifier)
        if entry is None:
            found.append(None)
            continue
        label = LABELS.get(identifier)
        found.append(f"{label}: {_ended(entry['answer'])}" if label else _ended(entry["answer"]))
    return found


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else text + "."


def _outcome(entry: Mapping[str, Any] | None) -> str | None:
    known = (entry or {}).get("outcome")
    return f"What is known: {_ended(known)}" if known else None


def _focus(result: Record) -> str:
    code = result.manifest.get("focus")
    return result.name_of(code) if code else "the partner"


def _signing(result: Record, entries: Mapping[str, Any]) -> dict[str, Any] | None:
    entry = entries.get("focus_signs")
    if entry is None:
        return None
    chance = probability_of(entry)
    verdict = entry["answer"]
    if chance is not None:
        verdict = f"{likelihood(chance)}: {percent(chance)}"
    sentences = [_outcome(entry), *_answer(entries, "focus_tariff", "deals_by_deadline")]
    return _item(f"Would {_focus(result)} sign?", verdict, sentences, "talks")


def _selling(result: Record, entries: Mapping[str, Any]) -> dict[str, Any] | None:
    entry = entries.get("yield_change_from_focus_sales")
    if entry is None:
        return None
    verdict = entry["answer"]
    if entry["median"] is not None:
        moved = "raise" if entry["median"] >= 0 else "lower"
        size = quantity(abs(entry["median"]), entry["unit"])
        ends = interval_text(entry["low"], entry["high"], entry["unit"])
        verdict = f"{moved} the 10-year yield by {size}" + (f" ({ends})" if ends else "")
    credible = probability_of(entries.get("creditor_threat_credible"))
    threat = None
    if credible is not None:
        threat = (
            f"The threat of {_focus(result)} to sell is credible in {percent(credible)} of draws."
        )
    sentences = [threat, *_answer(entries, "creditor_threat_value", "interest_bill")]
    return _item("What would selling Treasuries do?", verdict, sentences, "markets")


def _band(result: Record, entries: Mapping[str, Any]) -> dict[str, Any] | None:
    entry = entries.get("band_held")
    if entry is None:
        return None
    held = probability_of(entry)
    verdict = entry["answer"]
    if held is not None:
        ends = [probability_of(entry | {"median": entry[end]}) for end in ("low", "high")]
        verdict = f"inside on {percent(held)} of days"
        if ends[0] is not None and ends[1] is not None:
            verdict += f" ({interval_text(100 * ends[0], 100 * ends[1], '%')})"
    band = path_data.band(result)
    name = path_data.currency(result) or "the currency"
    question = "Can the band hold?"
    if band:
        question = f"Can {name} stay within {number(band[0], 0)} to {number(band[1], 0)}?"
    sentences = _answer(entries, "exchange_rate_end", "reserves_spent")
    return _item(question, verdict, sentences, "markets")


def _dollar(result: Record, entries: Mapping[str, Any]) -> dict[str, Any] | None:
    entry = entries.get("dollar_zone")
    if entry is None:
        return None
    shares = path_data.zones(result)
    verdict = entry["answer"]
    if shares:
        zone, share = max(shares.items(), key=lambda pair: pair[1])
        words = {"safe": "safe", "instability": "it could tip", "collapse": "yes, past the edge"}
        verdict = f"{words.get(zone, zone)} in {percent(share)} of draws"
    sentences: list[str | None] = [entry["answer"] if shares else None]
    collapse = entries.get("dollar_collapse")
    if collapse is not None:
        index = quantity(collapse["median"], collapse["unit"])
        sentences.append(f"Conditional index of a collapse, not a probability: {index}.")
    sentences += _answer(entries, "privilege_at_stake")
    return _item("Is the dollar in danger?", verdict, sentences, "dollar")


def _paying(result: Record, entries: Mapping[str, Any]) -> dict[str, Any] | None:
    parties = (("focus_welfare", "focus"), ("hegemon_welfare", "hegemon"))
    parts = [
        f"{result.name_of(result.manifest[role])} {quantity(entries[name]['median'], '%')}"
        for name, role in parties
        if name in entries and entries[name]["median"] is not None and result.manifest.get(role)
    ]
    if "world_welfare" in entries and entries["world_welfare"]["median"] is not None:
        parts.append(f"the world {quantity(entries['world_welfare']['median'], '%')}")
    if not parts:
        return None
    verdict = f"{', '.join(parts)} of welfare a year"
    sentences = _answer(entries, "hegemon_welfare", "focus_welfare", "hegemon_revenue")
    return _item("Who pays?", verdict, sentences, "pays")


def _sureness(result: Record, entries: Mapping[str, Any]) -> dict[str, Any] | None:
    if not entries:
        return None
    judged = [item for item in entries.values() if item["grade"].startswith("judgement")]
    open_sign = [
        item
        for item in entries.values()
        if item["low"] is not None and item["low"] < 0 < item["high"]
    ]
    numeric = sum(item["low"] is not None for item in entries.values())
    verdict = f"{len(judged)} of {len(entries)} answers rest on judgement"
    sentences: list[str | None] = [
        f"The 90 % interval of {len(open_sign)} of {numeric} numbers holds zero."
        if open_sign
        else "No 90 % interval holds zero."
    ]
    signs = (entries.get("hegemon_welfare") or {}).get("sign_robust")
    if signs:
        hegemon = result.name_of(result.manifest["hegemon"])
        sentences.append(f"Welfare of {hegemon} is {signs['text']}.")
    tested = [item for item in entries.values() if item.get("coverage") is not None]
    if tested:
        sentences.append(
            f"{len(tested)} answers come from modules that were tested against past episodes."
        )
    information = result.manifest.get("information")
    if information:
        sentences.append(f"Nothing known after {information} entered.")
    return _item("How sure are we?", verdict, sentences, "drivers")
