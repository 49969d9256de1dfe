"""A narrow good: the table over the two numbers that nobody has measured (models I.8)."""

from __future__ import annotations

from typing import Any

import numpy as np

from triffin.questions.power.setting import Setting
from triffin.strategy.power.critical import stop_table
from triffin.strategy.power.time import stock_path
from triffin.trade.shared.entry import sector_of
from triffin.world.base.errors import InputError
from triffin.world.model import World
from triffin.world.narrow_goods import NarrowGood, named_good, supplied, suppliers

SIGMAS = (0.0, 0.1, 0.2, 0.5, 1.0)
_RARE, _IMF = "rare-earths magnets", "within a year (rare earths −80 %; IMF WP 2026/073, abstract)"
# Goods, economy, and what others say of it.
PUBLISHED = (
    (_RARE, "USA", f"1.5 % {_IMF}"),
    (_RARE, "JPN", f"1.8 % {_IMF}"),
    (_RARE, "DEU", f"1.2 % {_IMF}"),
    (_RARE, "USA", "0.3 to 0.6 %, 2 % at a near-total ban (ECB Occasional Paper 2026, summaries)"),
    ("chips", "USA", "3.3 % (blockade of Taiwan; Bloomberg Economics 2024, press)"),
)


def use_of(good: NarrowGood, world: World) -> dict[int, float]:
    """Share of a good's use by sector of the world (position). Raises InputError where its users
    are no sectors of the world or do not add up to one."""
    found = {}
    for part in good.users.split(";"):
        label, _, share = part.rpartition(":")
        found[sector_of(world, label)] = float(share)
    if abs(sum(found.values()) - 1) > 1e-6:
        raise InputError(
            f"the uses of {good.good} add up to {sum(found.values()):g}.",
            field="users",
            valid="1",
        )
    return found


def narrow_answer(s: Setting, good: NarrowGood) -> dict[str, Any]:
    """The table δ × σ for one target, with three named cells and published estimates beside it.

    What is left is one less the supplier's share of United States imports times the reduction;
    nobody else raises supply. Where the target is another economy its sectors use as much of the
    good per value added as those of the United States. Raises InputError for suppliers without a
    share, targets that are several economies, and worlds without the using sectors.
    """
    asked, world, parameters = s.asked, s.world, s.parameters
    if len(s.row.on) != 1:
        raise InputError(
            "a narrow good is answered for one economy.", field="on", valid="one economy"
        )
    by = [world.economies[k] for k in s.row.by]
    share, use = supplied(good, by), use_of(good, world)
    if share <= 0:
        raise InputError(
            f"{s.name(asked.by)} supplies less than 1 % of the known imports of {good.label}.",
            field="--good", value=good.good, valid=tuple(suppliers(good.good)),
        )  # fmt: skip
    target, places = s.row.on[0], list(use)
    added = s.base.value_added_share * s.base.output
    value_share = added[places, target] / added[:, target].sum()
    spent = good.imports_usd_mn * 1e6 * np.array(list(use.values()))
    good_share = spent / added[places, world.index("USA")]
    left = 1 - share * asked.reduction
    table = stop_table(
        value_share.tolist(), good_share.tolist(), quantity=left,
        dependent=(good.dependent_low, good.dependent_mid, good.dependent_high), sigmas=SIGMAS,
        eta=parameters.value("power_lines_elasticity"),
        zeta=parameters.value("power_sectors_elasticity"),
    )  # fmt: skip
    at = {(row["dependent"], row["sigma"]): row["loss_pct"] for row in table}
    months = 12.0 * (1.0 if asked.years is None or asked.years > 1 else max(asked.years, 1 / 12))
    stock = stock_path(good.stock_months, left, months, 1.0)
    maker = sector_of(world, good.maker)
    buys = float(s.base.expenditure[maker, world.index("USA")])
    named = {
        "nothing replaces it": at[good.dependent_mid, 0.0],
        "it is hard to replace": at[good.dependent_mid, 0.1],
        "it is easy to replace": at[good.dependent_mid, 1.0],
    }
    losses = [row["loss_pct"] for row in table if row["loss_pct"] is not None]
    return {
        "good": good.good,
        "label": good.label,
        "hs6": good.hs6.split(),
        "supplier_share": share,
        "left": left,
        "imports_usd_mn": good.imports_usd_mn,
        "part_of_its_sector": good.imports_usd_mn * 1e6 / buys,
        "users": {world.sectors[k]: part for k, part in use.items()},
        "users_share_of_value_added": float(value_share.sum()),
        "months_until_loss": stock["months_until_loss"],
        "part_of_year_with_loss": stock["mean_loss_pct"],
        "table": table,
        "named": named,
        "lowest_pct": min(losses, default=None),
        "highest_pct": max(losses, default=None),
        "published": [
            text for goods, code, text in PUBLISHED
            if good.good in goods.split() and code == world.economies[target]
        ],
        "grade": good.grade,
        "source": good.source,
    }  # fmt: skip


def narrow_document(s: Setting, name: str) -> dict[str, Any]:
    """The document of `triffin power A B --good NAME`: a table, never one percentage."""
    good = named_good(name)
    found = narrow_answer(s, good)
    by, on = s.name(s.asked.by), s.name(s.asked.on)

    def pct(value: float | None) -> str:
        return (
            "no figure" if value is None else f"{value:.1g} %" if value < 0.1 else f"{value:.2g} %"
        )

    cells = ", ".join(f"{pct(value)} where {cell}" for cell, value in found["named"].items())
    sentence = (
        f"{good.label}: {by} supplies {100 * found['supplier_share']:.0f} % of the "
        f"{good.imports_usd_mn:,.0f} million USD that the United States import, and without them "
        f"{on} would lose between {pct(found['lowest_pct'])} and {pct(found['highest_pct'])} of "
        f"output within a year: {cells}. Two numbers decide that nobody has measured, the share of "
        "production that needs the good and how hard it is to replace; so the table is the answer, "
        "and no single figure."
    )
    return {
        "question": f"What can {by} do to {on} by withholding {good.label.lower()}?",
        "by": [s.world.economies[k] for k in s.row.by],
        "on": [s.world.economies[k] for k in s.row.on],
        "world": s.world.name,
        "reduction": s.asked.reduction,
        **found,
        "answer": sentence,
        "median": None,
        "low": None,
        "high": None,
        "unit": "% of output within a year",
        "over": "two judged numbers: a table, no interval",
        "notes": [
            "Other inputs stay where they are and nobody else raises supply: for less than a year.",
            "Goods inside imported parts are not seen.",
            *([] if s.world.economies[s.row.on[0]] == "USA" else [
                "No imports by six digits of this economy ship: its sectors are taken to use as "
                "much of the good per value added, from the same suppliers, as those there."]),
        ],
    }  # fmt: skip
