"""Trade withheld: what it does beside the tariffs in force, and the table of narrow goods."""

from __future__ import annotations

import numpy as np

from triffin.answers.answer_book import AnswerBook
from triffin.questions.power.narrow import narrow_document
from triffin.questions.power.sentences import TOO_SMALL, loss_text
from triffin.questions.power.setting import SMALLEST, Asked, setting_of
from triffin.run.plan.prepare import Prepared
from triffin.run.trade.solving import solved, spending_of
from triffin.scenario.sections import Withholding
from triffin.trade.one.calibration import Baseline
from triffin.world.base.errors import NoEquilibrium, NotConverged
from triffin.world.base.wording import number


def withheld_answer(book: AnswerBook, prepared: Prepared) -> bool:
    """One answer in words: losses of both sides at central parameters, a table for narrow goods.

    Whether the scenario asks for nothing but narrow goods, of which the trade model says nothing.
    """
    rows = prepared.plan.withhold or []
    if not rows:
        return False
    felt = [rows[k] for k in prepared.phases[prepared.main].withheld]
    texts = [_equilibrium(prepared)] if prepared.restriction is not None else []
    texts += [_narrow(prepared, one, good) for one in felt for good in one.goods or ()]
    texts += [
        f"Stocks last until {one.bites.isoformat()}, so that what "
        f"{', '.join(one.by)} withhold is not felt within the scenario."
        for one in rows
        if one.bites > min(one.until or prepared.plan.end, prepared.plan.end)
    ]
    text = " ".join(texts) or "Nothing is withheld in the phase that is answered for."
    book.enter("withheld_trade", text, np.zeros(book.n), {})
    narrow = prepared.restriction is None and any(one.goods for one in rows)
    return narrow and not prepared.plan.tariffs and not prepared.moves


def _equilibrium(prepared: Prepared) -> str:
    world, closure = prepared.world, prepared.chosen[0]
    base, phase = prepared.baselines[closure.model], prepared.phases[prepared.main]
    rows = [(prepared.plan.withhold or [])[k] for k in phase.withheld]
    rows = [one for one in rows if one.sectors is not None]
    after = prepared.solved[prepared.main][0]
    try:
        before = solved(base, phase.schedule, closure)
    except (NoEquilibrium, NotConverged):
        return "There is no equilibrium without the withholding to compare with."
    assert after is not None
    change = 100 * ((1 + after.welfare / 100) / (1 + before.welfare / 100) - 1)
    weights, told = spending_of(base), []
    for side in ("by", "from_whom"):
        codes = tuple(dict.fromkeys(code for one in rows for code in getattr(one, side)))
        members = [world.index(code) for code in codes]
        loss = -float(np.average(change[members], weights=weights[members]))
        names = ", ".join(world.names[k] for k in members[:4])
        more = f" and {len(members) - 4} more" if len(members) > 4 else ""
        size = f"{loss_text(abs(loss))} of real income a year"
        text = f"{'loses' if loss > 0 else 'gains'} {size}"
        told.append(f"{names}{more}: {text if abs(loss) >= SMALLEST else TOO_SMALL}")
    earned = float(getattr(after, "rents").sum()) / 1e9  # noqa: B009
    rent = f" Licences earn {number(earned, 1)} bn USD a year." if earned > 0 else ""
    assert prepared.restriction is not None
    assert not isinstance(base, Baseline)
    taken = float(base.flows[prepared.restriction.held.left < 1].sum()) / 1e9
    return (
        f"Who withholds — {told[0]}; from whom — {told[1]}, beside the tariffs in force. The trade "
        f"withheld from is {number(taken, 1)} bn USD a year.{rent}"
    )


def _narrow(prepared: Prepared, one: Withholding, good: str) -> str:
    years = None if one.horizon is None else one.horizon / 12
    asked = Asked(one.by, one.from_whom, prepared.world.name, reduction=one.reduction, years=years)
    return str(narrow_document(setting_of(asked, prepared.parameters), good)["answer"])
