"""Build threat-game: the games of economic threats that Crisman-Cox and Gibilisco (2021) estimate.

    python -m tools.build_data.threat_game --source FOLDER

FOLDER holds `episodes/sigint_threat_game_dyad_decades.csv.gz`, the table of the R package sigInt.
Countries are left out: what ships is the regressors and counts of games without names.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
from pathlib import Path

import numpy as np
from tools.build_data.provenance import write_provenance

from triffin.evidence.replications.threat_game import COUNTS, PROBABILITIES, REGRESSORS
from triffin.world.data.shipped import DATASETS


def build(source: Path, target: Path = DATASETS) -> Path:
    """threat-game.npz: one row a game (a pair of countries in a decade), sorted by its figures."""
    text = gzip.decompress(
        (source / "episodes/sigint_threat_game_dyad_decades.csv.gz").read_bytes()
    )
    rows = list(csv.DictReader(io.StringIO(text.decode("utf-8"))))
    names = ("tenyear", *COUNTS, *REGRESSORS, *PROBABILITIES)
    table = np.array([[float(row[name]) for name in names] for row in rows])
    table = table[np.lexsort(table.T)]
    data_file = target / "threat-game.npz"
    np.savez_compressed(data_file, **dict(zip(names, table.T, strict=True)))
    write_provenance(
        data_file,
        {
            "kind": "games",
            "title": "418 games of economic threats, pairs of countries by decade, 1970-99",
            "source": "Crisman-Cox and Gibilisco (2021), data of the R package sigInt 0.2.0; from "
            "Morgan, Bapat and Kobayashi (2014), Threat and Imposition of Sanctions; Correlates "
            "of War; Polity IV",
            "licence": "figures derived from research data that are free to use with citation; "
            "the package is GPL 3, none of its code is used",
            "retrieved": "compiled up to August 2026 from a public copy of the package",
            "notes": [
                "Countries are left out, so that the rows replicate the paper and no more.",
                "sq, cd, sf, bd count how often a game ended with no threat, concession, a threat "
                "carried out, and backing down.",
                "PRhat and PFhat are the authors' first stage, PRnpl and PFnpl their estimates of "
                "the chance that the target resists and that the sender stands firm.",
            ],
        },
    )
    return data_file


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", type=Path, required=True)
    build(parser.parse_args().source)
