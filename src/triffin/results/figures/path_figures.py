"""The charts of a coupled run by name: paths, partners, debt wall, zone of the dollar."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from triffin.record import path_rows as path_data
from triffin.record.figure_rows import Rows
from triffin.results.figures import path_charts
from triffin.results.figures.figure import Figure, without_map
from triffin.world.base.wording import number

if TYPE_CHECKING:
    from triffin.record.record import Record

FAN_COLUMNS = {
    "date": "Date",
    "low": "5 % quantile",
    "lower": "25 % quantile",
    "median": "Median",
    "upper": "75 % quantile",
    "high": "95 % quantile",
    "event": "Event",
}

_READ = "Line: median; dark band: middle half of the draws; light band: 90 % interval."


def _fan(
    title: str,
    caption: str,
    variable: str,
    axis: str,
    *,
    scale: float = 1.0,
    limits: tuple[float, ...] = (),
    places: int = 2,
) -> Figure:
    return Figure(
        title=lambda result, rows: title,
        caption=lambda result, rows: f"{_READ} {caption}".strip(),
        rows=lambda result: path_data.fan(result, variable, scale),
        draw=without_map(lambda rows: path_charts.fan(rows, axis, limits=limits, places=places)),
        columns=FAN_COLUMNS,
        height=280,
    )


def _exchange_rate_caption(result: Record, rows: Rows) -> str:
    band = path_data.band(result)
    if band is None:
        return _READ
    defended = bool(result.data["exchange_rate"].attrs.get("defend"))
    held = "defended" if defended else "watched, not defended"
    return f"{_READ} Dashed: the band from {number(band[0])} to {number(band[1])}, {held}."


def _first_partners(rows: Rows, what: str) -> str:
    count = len({row["partner"] for row in rows})
    return f"{what}, for the {count} partners that sign in most draws; all are in the table."


def _zone_caption(result: Record, rows: Rows) -> str:
    shares = path_data.zones(result)
    text = (
        f"{_READ} Safe debt over the largest that is safe: above 1 (dashed) the dollar can tip. "
        "The position is judged, not measured."
    )
    if shares:
        parts = [f"{name} in {100 * share:.0f} %" for name, share in shares.items()]
        text += f" At the end: {', '.join(parts)} of draws."
    return text


def _month(result: Record, rows: Rows) -> str:
    months = list(dict.fromkeys(row["month"] for row in rows))
    return months[0] if len(months) == 1 else "by month"


def _wall_caption(result: Record, rows: Rows) -> str:
    text = "US Treasury debt held by the public that matures, bn USD."
    if any(row["kind"] == "bills" for row in rows):
        text += " Bills roll over every few weeks: rolling over is not selling."
    return text


def _named(text: str) -> Callable[[Record, Rows], str]:
    return lambda result, rows: text


PATH_FIGURES: dict[str, Figure] = {
    "yield-fan": _fan("The 10-year yield, per cent", "With all shocks.", "yield_10y", "Per cent"),
    "yield-impact-fan": _fan(
        "What sales of Treasuries add to the 10-year yield",
        "The part of the yield that is due to sales.",
        "yield_impact",
        "Basis points",
        places=1,
    ),
    "exchange-rate-fan": Figure(
        title=lambda result, rows: (
            f"The exchange rate, {path_data.currency(result) or 'local currency'} per USD"
        ),
        caption=_exchange_rate_caption,
        rows=path_data.exchange_rate,
        draw=without_map(lambda rows: path_charts.exchange_rate(rows, "Per USD")),
        columns=FAN_COLUMNS | {"band_low": "Band from", "band_high": "Band to"},
        height=300,
    ),
    "reserves-fan": _fan(
        "Reserves of the defending central bank, bn USD", "", "reserves", "bn USD", places=0
    ),
    "deals-fan": Figure(
        title=_named("Deals signed so far"),
        caption=lambda result, rows: f"{_READ} Number of partners, by week.",
        rows=path_data.deals,
        draw=without_map(lambda rows: path_charts.fan(rows, "Partners", places=0)),
        columns=FAN_COLUMNS,
        height=260,
    ),
    "board": Figure(
        title=_named("Who has signed, week by week"),
        caption=lambda result, rows: _first_partners(rows, "Share of draws"),
        rows=path_data.board,
        draw=without_map(path_charts.board),
        columns={
            "partner": "Partner",
            "date": "By",
            "share": "Has signed (% of draws)",
        },
        height=-15,
        band="partner",
    ),
    "statuses": Figure(
        title=_named("How the talks end"),
        caption=lambda result, rows: _first_partners(rows, "Share of draws by status at the end"),
        rows=path_data.statuses,
        draw=without_map(path_charts.statuses),
        columns={"partner": "Partner", "status": "Status", "share": "Share of draws (%)"},
        height=-16,
        band="partner",
    ),
    "credibility-fan": _fan(
        "How far the hegemon's threats are believed",
        "Probability that a partner gives to the hegemon carrying out its threat.",
        "credibility",
        "Probability",
    ),
    "resist-fan": _fan(
        "Who resists",
        "Share of the hegemon's trade that is with partners that resist.",
        "resist_share",
        "Per cent",
        scale=100.0,
        places=0,
    ),
    "debt-wall": Figure(
        title=lambda result, rows: f"The wall of maturing debt, {_month(result, rows)}",
        caption=_wall_caption,
        rows=path_data.wall,
        draw=without_map(path_charts.wall),
        columns={"month": "Month", "kind": "Kind", "usd_bn": "Maturing (bn USD)"},
        height=-45,
        band="month",
    ),
    "dollar-zone": Figure(
        title=_named("How close the dollar is to the edge of safety"),
        caption=_zone_caption,
        rows=lambda result: path_data.fan(result, "dollar_ratio"),
        draw=without_map(
            lambda rows: path_charts.fan(rows, "Safe debt over the edge", limits=(1.0,))
        ),
        columns=FAN_COLUMNS,
        height=260,
    ),
}
"""Name -> chart, in the order of the report."""
