"""The one name for an array in signatures; shapes and units stand in the docstrings."""

from __future__ import annotations

import numpy as np

Array = np.ndarray
