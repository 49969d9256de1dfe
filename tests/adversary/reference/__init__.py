"""Independent general-equilibrium models: written from the papers' equations, slow and careful.

Nothing here imports Triffin. The unknowns, the Jacobian (complex step), the path (continuation
from free trade with a watch on the sign of the determinant) and the treatment of networks that
fall apart are all chosen to differ from production.
"""
