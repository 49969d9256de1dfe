"""Build `countries-110m`: country boundaries with ISO alpha-3 codes.

    python -m tools.build_data.boundaries --source FILE

FILE is countries-110m.json of the npm package world-atlas 2.0.2 (Natural Earth 4.1.0).
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import pycountry
from tools.build_data.provenance import write_provenance

from triffin.world.data.shipped import DATASETS

# Features without an ISO number. XKX is the code the World Bank uses for Kosovo; the other two
# have no code, and no economy of the datasets stands for them.
WITHOUT_NUMBER = {"Kosovo": "XKX", "N. Cyprus": None, "Somaliland": None}


def iso3(geometry: dict[str, Any], name: str) -> str | None:
    """ISO 3166 alpha-3 code of a feature; LookupError if its number is not known."""
    if "id" not in geometry:
        return WITHOUT_NUMBER[name]
    found = pycountry.countries.get(numeric=str(geometry["id"]))
    if found is None:
        raise LookupError(f"{name}: no country has the number {geometry['id']}")
    return str(found.alpha_3)


def build(source: Path, target: Path = DATASETS) -> Path:
    """Write countries-110m.json and its provenance into `target`; returns the data file."""
    topology = json.loads(source.read_text(encoding="utf-8"))
    topology["objects"] = {"countries": topology["objects"]["countries"]}
    for geometry in topology["objects"]["countries"]["geometries"]:
        name = geometry["properties"]["name"]
        geometry["properties"]["iso3"] = iso3(geometry, name)
    data_file = target / "countries-110m.json"
    text = json.dumps(topology, ensure_ascii=False, separators=(",", ":"))
    data_file.write_text(text + "\n", encoding="utf-8", newline="\n")
    write_provenance(
        data_file,
        {
            "kind": "boundaries",
            "title": "Country boundaries, 1:110 million, TopoJSON",
            "source": "Natural Earth 4.1.0, Admin 0 countries; as TopoJSON by the npm package "
            "world-atlas 2.0.2 (Michael Bostock)",
            "licence": "Natural Earth: public domain; package: ISC, Copyright 2013-2019 Michael "
            "Bostock",
            "retrieved": "world-atlas 2.0.2; ISO alpha-3 codes added from the ISO numbers with "
            "pycountry",
            "licence_text": "Permission to use, copy, modify, and/or distribute this software "
            "for any purpose with or without fee is hereby granted, provided that the above "
            "copyright notice and this permission notice appear in all copies. THE SOFTWARE IS "
            'PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES WITH REGARD TO THIS '
            "SOFTWARE INCLUDING ALL IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS. IN NO "
            "EVENT SHALL THE AUTHOR BE LIABLE FOR ANY SPECIAL, DIRECT, INDIRECT, OR "
            "CONSEQUENTIAL DAMAGES OR ANY DAMAGES WHATSOEVER RESULTING FROM LOSS OF USE, DATA "
            "OR PROFITS, WHETHER IN AN ACTION OF CONTRACT, NEGLIGENCE OR OTHER TORTIOUS ACTION, "
            "ARISING OUT OF OR IN CONNECTION WITH THE USE OR PERFORMANCE OF THIS SOFTWARE.",
            "notes": [
                "Boundaries are those of Natural Earth (de facto); they take no position.",
                "Kosovo has the code XKX of the World Bank; Northern Cyprus and Somaliland have "
                "none and stay without figures.",
                "Small economies such as Singapore, Hong Kong, Malta and most islands are not "
                "drawn at this scale.",
                "The layer of land is left out.",
            ],
        },
    )
    return data_file


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--source", type=Path, required=True)
    build(parser.parse_args().source)
