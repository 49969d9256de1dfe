"""The one name for an array in signatures (shapes and units stand in the docstrings), and the
threads of the library of linear algebra, on which the last bits of an answer depend."""

from __future__ import annotations

import os
from functools import cache

import numpy as np

Array = np.ndarray

# As they stand when Triffin is imported: the library has read them by then, or reads them next.
_SETTINGS = {
    name: os.environ.get(f"{name}_NUM_THREADS", "").strip() for name in ("OPENBLAS", "MKL", "OMP")
}


@cache
def other_threads() -> dict[str, str]:
    """{"threads": number} where the library uses other than one thread, for the hash of a run;
    nothing where it uses one, as it does unless a setting or an earlier import says otherwise."""
    about = np.show_config(mode="dicts")
    name = str(about["Build Dependencies"]["blas"].get("name", "")).lower()
    set_by = "MKL" if "mkl" in name else "OPENBLAS"
    threads = _SETTINGS[set_by] or _SETTINGS["OMP"] or str(os.cpu_count() or 1)
    return {} if threads == "1" else {"threads": threads}
