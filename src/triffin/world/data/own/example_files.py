"""Example files of every table that a user may write; they ship with the package."""

from __future__ import annotations

from pathlib import Path

from triffin.world.base.errors import one_of

EXAMPLES = Path(__file__).parents[2] / "examples"

# name -> file or folder below `EXAMPLES`
_FILES = {
    "world": "world",
    "world-sectors": "world-sectors",
    "tariffs": "tariffs.csv",
    "holdings": "holdings.csv",
    "partners": "partners.csv",
    "maturities": "maturities.csv",
    "priors": "priors.yaml",
    "priors-csv": "priors.csv",
    "mapping-economies": "mappings/economies.csv",
    "mapping-sectors": "mappings/sectors.csv",
    "products": "products.csv",
    "scenario": "scenario.yaml",
    "cases": "cases.json",
    "icio": "icio/2020.csv",
    "baci": "baci",
}
EXAMPLE_NAMES = tuple(_FILES)


def example_path(name: str) -> Path:
    """The example of one table: a file, or a folder of files that belong together.

    Raises InputError with the nearest match for a name that there is not.
    """
    one_of(name, _FILES, f"there is no example {name!r}.", valid=EXAMPLE_NAMES, field="--example")
    return EXAMPLES / _FILES[name]
