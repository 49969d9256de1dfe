"""No test takes an answer that another run left behind: the cache is off unless a test wants it."""

from __future__ import annotations

import os

os.environ["TRIFFIN_CACHE"] = "off"
