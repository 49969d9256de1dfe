"""The European Union's members, in full and as a paper's tables count them."""

from __future__ import annotations

_PAPER_CODES = (
    "AUT BEL BGR CYP DEU DNK ESP EST FIN FRA GRC HRV HUN IRL ITA LTU LUX LVA MLT NLD POL PRT "
    "ROU SVN SWE"
)


EU_PAPER = tuple(_PAPER_CODES.split())


EU = tuple(sorted((*EU_PAPER, "CZE", "SVK")))
