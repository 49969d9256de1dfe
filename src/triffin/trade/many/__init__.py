"""Many sectors with inputs: Caliendo and Parro (2015) and its options (trade.md section 3)."""

from triffin.trade.many.adjoint import Gradient, Seeds, gradient, welfare_seeds
from triffin.trade.many.calibration import SectorBaseline, calibrate
from triffin.trade.many.check import equilibrium_residuals
from triffin.trade.many.results import SectorEquilibrium
from triffin.trade.many.solve import sector_baseline, settle, solve_sectors

__all__ = [
    "Gradient",
    "SectorBaseline",
    "SectorEquilibrium",
    "Seeds",
    "calibrate",
    "equilibrium_residuals",
    "gradient",
    "sector_baseline",
    "settle",
    "solve_sectors",
    "welfare_seeds",
]
