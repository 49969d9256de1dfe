"""The answers about power in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from triffin.questions.power.setting import SMALLEST, Setting
from triffin.world.base.wording import number

TOO_SMALL = "too small to show at this width"


def sentences(s: Setting, document: Mapping[str, Any]) -> list[dict[str, str]]:
    """{id, question, answer} for the six questions, most important first."""
    by, on = s.name(s.asked.by), s.name(s.asked.on)
    return [
        {"id": name, "question": question, "answer": answer}
        for name, question, answer in (
            ("what_it_does", document["question"], _does(s, document, by, on)),
            ("what_it_costs", f"What would it cost {by}?", _costs(s, document, by, on)),
            ("which_goods", "Which goods carry it?", _goods(document)),
            ("who_else", "Who else is touched?", _others(document)),
            ("what_to_do", f"What would {on} have to do?", _to_do(document)),
            ("would_it_be_done", "Would it be done?", _done(document, by)),
        )
    ]


def loss_text(value: float | None) -> str:
    """A loss in per cent, or why it is not given."""
    if value is None:
        return "more than the model can mean"
    if abs(value) < SMALLEST:
        return TOO_SMALL
    return f"{number(value, 2 if abs(value) < 10 else 1)} %"


def _act(s: Setting, by: str, on: str) -> str:
    what, part = s.asked.what, s.asked.reduction
    little = f"{100 * part:g} % less of its {what}" if part < 1 else f"no {what}"
    verb = {
        "exports": f"{by} sold {little} to {on}",
        "imports": f"{by} bought {little} from {on}",
        "both": f"{by} and {on} traded {little}",
    }[s.asked.ways]
    return f"If {verb}"


def _does(s: Setting, document: Mapping[str, Any], by: str, on: str) -> str:
    target = document["target"]
    rest = document["horizons"][1:]
    later = ", ".join(f"{loss_text(row['target_loss_pct'])} {row['horizon']}" for row in rest)
    loss = target["loss_pct"]
    if loss is not None and abs(loss) < SMALLEST:
        return (
            f"{_act(s, by, on)}, the effect on {on} would be {TOO_SMALL} {document['horizon']}: "
            f"it trades {_share_of_trade(document)} of these sectors there. A "
            "good that is narrower than its sector may matter all the same: ask for it with --good."
        )
    spread = ""
    if target["low"] is not None and target["high"] is not None:
        spread = (
            f"; {loss_text(target['low'])} to {loss_text(target['high'])} over {document['over']}"
        )
    change = "lose" if loss is None or loss > 0 else "gain"
    size = loss_text(loss if loss is None else abs(loss))
    return (
        f"{_act(s, by, on)}, {on} would {change} {size} of real income a year "
        f"{document['horizon']} ({later}){spread}."
    )


def _share_of_trade(document: Mapping[str, Any]) -> str:
    most = max((row["share_of_target"] or 0.0 for row in document["sectors"]), default=0.0)
    return f"at most {number(100 * most, 1)} %"


def _costs(s: Setting, document: Mapping[str, Any], by: str, on: str) -> str:
    own = document["coercer"]["loss_pct"]
    if own is None or document["target"]["loss_pct"] is None:
        return f"The loss of {by} is {loss_text(own)}."
    ratio = document["ratio_usd"]
    gain = own < 0
    text = f"{by} would {'gain' if gain else 'lose'} {loss_text(abs(own))}"
    if abs(own) < SMALLEST:
        text = f"the cost to {by} is {TOO_SMALL}"
    elif ratio is not None and not gain:
        each = f"{100 * ratio:.0f} cents" if ratio < 1 else f"{ratio:.1f} dollars"
        text += f", {each} for each dollar that it costs {on}"
    half = {row["rents"]: row for row in document["scissors"] if row["reduction"] == 0.5}
    keeper = "importer" if s.asked.ways == "imports" else "exporter"
    kept = half[keeper]["coercer_loss_pct"]
    if kept is not None:
        licensed = f"gain {loss_text(-kept)}" if kept < -SMALLEST else f"lose {loss_text(kept)}"
        if abs(kept) <= SMALLEST:
            licensed = "neither gain nor lose what can be shown"
        cost = loss_text(half[keeper]["target_loss_pct"])
        text += (
            f". With licences for half of the trade, whose rents it keeps, {by} would {licensed} "
            f"(loss of {on}: {cost})"
        )
    return text[0].upper() + text[1:] + "."


def _goods(document: Mapping[str, Any]) -> str:
    shown = [row for row in document["sectors"] if (row["alone_pct"] or 0.0) >= SMALLEST][:3]
    if not shown:
        return f"No sector alone does more than is {TOO_SMALL}."
    parts = [
        f"{row['sector']} ({loss_text(row['alone_pct'])} alone; "
        f"{number(100 * row['share_of_target'], 0)} % of the target's "
        f"{'sales' if document['ways'] == 'imports' else 'purchases'}, "
        f"{number(row['trade_usd_bn'], 0)} bn USD a year)"
        for row in shown
    ]
    return "; ".join(parts) + ". Goods narrower than a sector are not seen here."


def _others(document: Mapping[str, Any]) -> str:
    def named(rows: list[Mapping[str, Any]], sign: float) -> str:
        return ", ".join(f"{row['name']} {loss_text(sign * row['change_pct'])}" for row in rows[:3])

    third = document["third_parties"]
    gain, lose = named(third["gain"], 1), named(third["lose"], -1)
    if not gain and not lose:
        return f"For everybody else it is {TOO_SMALL}."
    return (
        ". ".join(
            f"{who}: {text}" for who, text in (("Others gain", gain), ("Others lose", lose)) if text
        )
        + "."
    )


def _to_do(document: Mapping[str, Any]) -> str:
    told = document["remedies"]
    if document["ways"] == "imports":
        return (
            "It would have to sell elsewhere, or at home, in advance; what that costs is not given."
        )
    share, half = told["share"], told["share_that_halves"]
    text = (
        f"It buys {number(100 * share, 1)} % of these goods there; at "
        f"{number(100 * half, 1)} % the loss would be half as large"
        if half is not None
        else "It buys nothing of these goods there"
    )
    for row in told["insurance"]:
        if row["pays_from_yearly_probability"] is not None and row["cost_pct"] >= SMALLEST:
            text += (
                f". Buying {100 * row['trade_given_up']:g} % less in advance, by a tariff whose "
                f"revenue stays, costs {loss_text(row['cost_pct'])} a year and pays if the threat "
                f"is carried out with a probability above "
                f"{100 * row['pays_from_yearly_probability']:.0f} % a year"
            )
    stock = told["stock_months_for_a_year"]
    return f"{text}. A year is bridged by stocks of {stock:g} months of ordinary use."


def _done(document: Mapping[str, Any], by: str) -> str:
    known, ratio = document["precedents"], document["ratio_usd"]
    count, theirs = known["by_this_side"], known["on_this_side"]
    text = (
        f"Of {known['of']} export controls and stops that the list names, {count} were by {by}"
        f"{f', {theirs} of them against this target or everybody' if count else ''}"
    )
    if ratio is not None:
        more = "more" if ratio > 1 else "less"
        text += f". In dollars it costs {by} {more} than it takes"
    return text + ". No probability is given: too few cases, and none was drawn at random."
