"""Country boundaries for maps: Natural Earth at 1:110 million, with ISO codes, offline."""

from __future__ import annotations

import json
from typing import Any

from triffin.world.data.shipped import verified_bytes

DATASET = "countries-110m"


def load_boundaries() -> dict[str, Any]:
    """The boundaries as a TopoJSON object; the map layer is `objects.countries`.

    Every geometry has `properties.name` and `properties.iso3` (None where no code exists); the
    identifier `id` is the ISO 3166 number. About 175 economies are drawn: small ones (Singapore,
    Hong Kong, Malta and other islands) are not on a map of this scale. A fresh object each call.
    Raises InputError when the file is damaged.
    """
    topology: dict[str, Any] = json.loads(verified_bytes(DATASET))
    return topology
