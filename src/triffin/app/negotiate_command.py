"""`triffin negotiate`: the board of the talks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from triffin.app.terminal import number, print_json, print_table


def negotiate(scenario: str, *, draws: int, seed: int, out: Path | None, as_json: bool) -> None:
    """The board of a scenario's talks."""
    from triffin.scenario import load_scenario
    from triffin.strategy.negotiation.scene import scene_of

    scene = scene_of(load_scenario(scenario))
    table = scene.payoffs
    setting = scene.setting
    rows: list[dict[str, Any]] = [
        {
            "iso3": one.iso3,
            "name": one.name,
            "status": str(table.status[i]),
            "pause": float(setting.pause[i]),
            "announced": float(table.rates[i, table.actions.index("announced")]),
            "best_response": float(table.best_response.rate[i]),
        }
        for i, one in enumerate(setting.partners)
    ]
    if as_json:
        print_json({"partners": rows, "missing": []})
        return
    print_table(
        "",
        ["partner", "status", "pause %", "threat %", "best response %"],
        [
            [
                r["name"],
                r["status"],
                *(number(100 * r[k]) for k in ("pause", "announced", "best_response")),
            ]
            for r in rows
        ],
        numeric=3,
    )
