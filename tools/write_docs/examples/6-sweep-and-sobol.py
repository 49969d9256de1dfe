# %% [markdown]
# # A sweep with Sobol indices
#
# Many draws go through a sweep: it writes every block, can be stopped and goes on where it was.

# %%
from pathlib import Path

import pandas as pd

import triffin
from triffin.studies.sweep.driver import sweep

manifest = sweep(triffin.load_scenario("universal-10"), Path("sweep"), draws=256, seed=1)
pd.DataFrame(manifest["headline"])[["id", "median", "low", "high", "unit"]].head(8)

# %% [markdown]
# Which parameters make an answer uncertain? First-order shares come with every run.

# %%
result = triffin.run("universal-10", draws=64)
for driver in result.entry("world_welfare")["drivers"]:
    print(driver)

# %% [markdown]
# Total Sobol indices by group of parameters cost ten runs (`--sensitivity sobol`; they need the
# extra `sensitivity`).

# %%
full = triffin.run("universal-10", draws=16, sensitivity="sobol")
indices = pd.DataFrame(full.manifest["sensitivity"]["world_welfare"]).T
indices.sort_values("total", ascending=False).round(2).head(4)
