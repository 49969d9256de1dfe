"""The dollar system: safety, currency choice, coercion and the privilege (models F)."""

from triffin.finance.dollar.coercion import anticoercion_diversification, coercion_power
from triffin.finance.dollar.currency_choice import coordination_path, coordination_tipping
from triffin.finance.dollar.privilege import exorbitant_privilege
from triffin.finance.dollar.safe_asset import farhi_maggiori

__all__ = [
    "anticoercion_diversification",
    "coercion_power",
    "coordination_path",
    "coordination_tipping",
    "exorbitant_privilege",
    "farhi_maggiori",
]
