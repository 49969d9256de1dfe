"""The published models behind each module that a run switched on, as a reference list has them."""

from __future__ import annotations

from triffin.run.plan.modules import ON

_NEGOTIATION = (
    (
        "nash-bargaining",
        "Bilateral bargaining over tariff and package",
        "Nash, J. F. (1950). The Bargaining Problem. Econometrica 18.",
    ),
    (
        "nash-in-nash",
        "Bargains of one hegemon with many partners",
        "Horn, H. and Wolinsky, A. (1988). Bilateral Monopolies and Incentives for Merger. "
        "RAND Journal of Economics 19.",
    ),
)
_CREDIBILITY = (
    (
        "reputation",
        "Beliefs about a hegemon that may only be bluffing",
        "Kreps, D. M. and Wilson, R. (1982). Reputation and Imperfect Information. "
        "Journal of Economic Theory 27.",
    ),
)
_ALIGNMENT = (
    (
        "quantal-response",
        "Quantal response of third countries",
        "McKelvey, R. D. and Palfrey, T. R. (1995). Quantal Response Equilibria for Normal Form "
        "Games. Games and Economic Behavior 10.",
    ),
    (
        "social-interactions",
        "Discrete choice with social interactions",
        "Brock, W. A. and Durlauf, S. N. (2001). Discrete Choice with Social Interactions. "
        "Review of Economic Studies 68.",
    ),
)
_TREASURIES = (
    (
        "propagator",
        "Price impact of sales and its decay",
        "Obizhaeva, A. A. and Wang, J. (2013). Optimal Trading Strategy and Supply/Demand "
        "Dynamics. Journal of Financial Markets 16.",
    ),
)
_CURRENCY = (
    (
        "imperfect-financiers",
        "Interventions and capital flows under imperfect intermediation",
        "Gabaix, X. and Maggiori, M. (2015). International Liquidity and Exchange Rate Dynamics. "
        "Quarterly Journal of Economics 130.",
    ),
)
_DOLLAR = (
    (
        "safe-asset-zones",
        "Zones of a reserve currency: safe, instability, collapse",
        "Farhi, E. and Maggiori, M. (2018). A Model of the International Monetary System. "
        "Quarterly Journal of Economics 133.",
    ),
)
_SOURCES = {
    "negotiation": _NEGOTIATION,
    "credibility": _CREDIBILITY,
    "alignment": _ALIGNMENT,
    "treasuries": _TREASURIES,
    "currency": _CURRENCY,
    "dollar": _DOLLAR,
}


def module_sources(modules: dict[str, str]) -> list[dict[str, str]]:
    """Models of the modules that are on: `id`, `title` and `citation` of each."""
    return [
        {"id": name, "title": title, "citation": citation}
        for module, sources in _SOURCES.items()
        if modules.get(module) == ON
        for name, title, citation in sources
    ]
