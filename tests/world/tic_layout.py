"""Writing holdings in the layout of TIC's mfhhis01.txt, as the Treasury prints it."""

from __future__ import annotations

from triffin.world.data.holdings import (
    AGGREGATES,
    OFFICIAL,
    OFFICIAL_BILLS,
    OFFICIAL_BONDS,
    TOTAL,
    TicHoldings,
)

NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
FOOT = [
    "Department of the Treasury/Federal Reserve Board",
    "3/18/26",
    '"(2025 revised March 18, 2026)"',
    "*     Less than $50 million.",
    '"1/  The data in this table include foreign holdings of bills, bonds, and"',
]


def cell(value: float) -> str:
    """A figure as the Treasury prints it: without a zero after the point."""
    return "n.a." if value != value else f"{value:.1f}".removesuffix(".0")


def history(tic: TicHoldings, years: list[int], *, second: str | None = None) -> str:
    """mfhhis01.txt of some years. `second` is a month that gets a second column."""
    lines = [
        "\t\t\tMAJOR FOREIGN HOLDERS OF TREASURY SECURITIES\t\t",
        "\t\t\t\t    (in billions of dollars)\t\t",
        "\t\t\t\tHOLDINGS 1/ AT END OF PERIOD\t\t",
        "\t\t",
    ]
    for year in years:
        months = [m for m in reversed(tic.months) if m.startswith(f"{year}-")]
        columns = [m for month in months for m in [month] * (2 if month == second else 1)]
        if second in months:
            lines.append("\t" + "\t".join("Series 9/" if m == second else "" for m in columns))
        lines.append("\t" + "\t".join(NAMES[int(m[5:]) - 1] for m in columns) + "\t")
        lines.append("Country\t" + "\t".join(m[:4] for m in columns) + "\t")
        lines.append("\t" + "\t".join("------" for _ in columns) + "\t")

        def row(name: str, label: str, columns: list[str] = columns) -> str:
            values = tic.usd_bn[tic.holders.index(name)]
            seen: set[str] = set()
            cells = []
            for month in columns:
                value = values[tic.months.index(month)]
                # the second column has other figures, which must not be read
                cells.append(cell(value + 100 if month in seen else value))
                seen.add(month)
            return f"{label}\t" + "\t".join(cells) + "\t"

        listed = [
            name
            for name in tic.holders
            if name not in (*AGGREGATES, "All Other")
            and any(tic.usd_bn[tic.holders.index(name), tic.months.index(m)] >= 0 for m in columns)
        ]
        for name in listed:
            label = f'"{name}"' if "," in name else name
            lines.append(row(name, f"{label} 2/" if name == "United Kingdom" else label))
        lines.append(row("All Other", "All Other"))
        lines.append(row(TOTAL, TOTAL))
        lines += ["\t\t", "Of which:\t\t"]
        lines.append(row(OFFICIAL, "  For. Official"))
        lines.append(row(OFFICIAL_BILLS, "    Treasury Bills"))
        lines.append(row(OFFICIAL_BONDS, "    T-Bonds & Notes"))
        lines += ["\t\t", "\t\t"]
    return "\r\n".join([*lines, *FOOT]) + "\r\n"
