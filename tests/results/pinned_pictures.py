"""The Vega-Lite of every picture, as it was pinned: how a chart is written may change, not what.

`python tests/results/pinned_pictures.py` writes them anew. Do that only in a commit whose purpose
is to change a picture, and look at the picture.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from synthetic_coupled import coupled_result

from triffin.results.compare import compare
from triffin.results.figures.board_picture import draw_board
from triffin.results.figures.figures import FIGURES, specification
from triffin.results.figures.picture_files import bars, payoff_grid
from triffin.results.figures.solve_picture import save_threshold
from triffin.results.figures.versus_strips import strip_chart
from triffin.results.report.comparison_page import picture
from triffin.results.result import Result

PINNED = Path(__file__).with_name("pinned_pictures.json")


def small_run() -> Result:
    return coupled_result(count=20, draws=48, partners=6)


def pictures(run: Result, folder: Path) -> dict[str, Any]:
    """Name -> Vega-Lite without the rows of a run, which other tests check."""
    found: dict[str, Any] = {}
    for name in FIGURES:
        drawn = run.plot(name).to_dict(validate=False)
        # the layers are those of the report; the look is that of `theme` for all of them
        found[name] = {key: drawn[key] for key in ("title", "width", "height")}
        spec = specification(FIGURES[name], FIGURES[name].rows(run), lambda: {"objects": {"x": 0}})
        found[name]["report"] = _bare(spec)
    for name, write in WRITTEN.items():
        target = folder / f"{name}.json"
        write(target)
        found[name] = _bare(json.loads(target.read_text(encoding="utf-8")))
    other = coupled_result(count=20, draws=48, partners=6, seed=2)
    found["comparison"] = _bare(picture(compare([run, other])).to_dict(validate=False))
    plain: dict[str, Any] = json.loads(json.dumps(found))
    return plain


def _bare(spec: dict[str, Any]) -> dict[str, Any]:
    """Without the rows and without the boundaries of the map."""
    kept = {key: value for key, value in spec.items() if key != "datasets"}
    if "layer" in kept:
        kept["layer"] = [_without_boundaries(layer) for layer in kept["layer"]]
    return kept


def _without_boundaries(layer: dict[str, Any]) -> dict[str, Any]:
    data = layer.get("data", {})
    if data.get("format", {}).get("type") != "topojson":
        return layer
    return layer | {"data": {"format": data["format"]}}


_TITLED = {"title": "Rates agreed", "subtitle": "A small board"}
_RATES = {"rate": 15.0, "low": 10.0, "high": 20.0, "half_way": 17.0, "signs": 80.0}
_BOARD = [
    {"name": "Japan", "status": "signed", "threatened": 24.0, "observed": 15.0, **_RATES},
    {
        **dict.fromkeys(("rate", "low", "high", "half_way", "observed")),
        "name": "Brazil",
        "status": "withdrawn",
        "threatened": 50.0,
        "signs": 0.0,
    },
]
_STRIP = {"ours": -0.4, "low": -0.9, "high": 0.2, "unit": "%"}
_STRIPS = [
    {
        **_STRIP,
        "measure": measure,
        "label": label,
        "published": [
            {"institution": "A bank", "value": -0.5},
            {"institution": "A fund", "value": 0.4},
        ],
    }
    for measure, label in (("welfare", "Japan"), ("welfare", "United States"), ("prices", "World"))
]
_SOLVE = {
    "title": "A goal",
    "answer": "A tariff of 21 % gives a deficit of 100 bn USD.",
    "scenario": "japan-2025",
    "draws": 8,
    "seed": 1,
    "headline": "hegemon_revenue",
    "unit": "bn USD",
    "target": 100.0,
    "path": "tariffs.JPN",
    "solution": 0.21,
    "achieved": 99.9,
    "contour": None,
    "evaluations": [
        {"value": 0.3, "achieved": 130.0},
        {"value": 0.1, "achieved": 60.0},
        {"value": 0.2, "achieved": None},
    ],
}
_CONTOUR = {
    "paths": ["tariffs.JPN", "tariffs.CHN"],
    "x": [0.1, 0.2],
    "y": [0.3, 0.5],
    "values": [[1.0, 2.0], [None, 4.0]],
    "line": [[0.15, 0.4]],
}
_PAYOFFS = [
    {"row": a, "column": b, "first": first, "second": second, "total": first + second}
    for a, b, first, second in (
        ("free", "free", 0.0, 0.0),
        ("free", "tariff", -0.4, 0.1),
        ("tariff", "free", 0.2, -0.5),
        ("tariff", "tariff", -0.3, -0.6),
    )
]

WRITTEN = {
    "negotiated-board": lambda path: draw_board(_BOARD, path, **_TITLED),
    "bars": lambda path: bars(
        [{"name": "Japan", "value": -0.5}], path, axis="Per cent", signed=True, **_TITLED
    ),
    "plain-bars": lambda path: bars(
        [{"name": "Japan", "value": 5.0}], path, axis="Tariff, %", signed=False, **_TITLED
    ),
    "payoffs": lambda path: payoff_grid(
        _PAYOFFS, path, players=("USA", "China"), actions=("free", "tariff"), **_TITLED
    ),
    "strips": lambda path: strip_chart(_STRIPS, path, **_TITLED),
    "solve-line": lambda path: save_threshold(_SOLVE, path),
    "solve-grid": lambda path: save_threshold(_SOLVE | {"contour": _CONTOUR}, path, theme="dark"),
}


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        drawn = pictures(small_run(), Path(place))
    lines = [f"{json.dumps(k)}: {json.dumps(v, ensure_ascii=False)}" for k, v in drawn.items()]
    PINNED.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    sys.exit(0)
