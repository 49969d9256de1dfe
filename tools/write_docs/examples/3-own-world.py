# %% [markdown]
# # Your own world of three countries
#
# Two tables make a world: economies with their GDP, and the trade among them.

# %%
from pathlib import Path

import triffin

folder = Path("three-lands")
folder.mkdir()
(folder / "economies.csv").write_text(
    "code,name,gdp\nALP,Alphaland,500\nBET,Betaland,400\nGAM,Gammaland,250\n"
)
(folder / "trade.csv").write_text(
    "exporter,importer,value\n"
    "ALP,BET,38\nALP,GAM,25\nBET,ALP,43\nBET,GAM,25\nGAM,ALP,35\nGAM,BET,19\n"
)
(folder / "meta.yaml").write_text(
    "name: three-lands\nyear: 2023\nunit: billion USD\nsource: invented figures\n"
)
world = triffin.load_world(folder)
world

# %% [markdown]
# Alphaland puts 20 % on Betaland. `armington` needs no calibration beyond trade and GDP.

# %%
tariffs = triffin.tariff_schedule(world, {"ALP": {"BET": 0.20}})
after = triffin.trade.solve(world, tariffs, model="armington", revenue="lump-sum")
for code, name in zip(world.economies, world.names, strict=True):
    print(f"{name:10} {after.of(code)['welfare']:+.3f} %")

# %% [markdown]
# What would be the best rate if nobody answered, and what if everybody did?

# %%
best = triffin.trade.optimal_tariffs(world, "ALP", model="armington", revenue="lump-sum")
war = triffin.trade.nash_tariffs(world, model="armington", revenue="lump-sum")
print("best answer to nobody:", {k: round(100 * v, 1) for k, v in best.mean_tariffs.items()}, "%")
print("tariff war:           ", {k: round(100 * v, 1) for k, v in war.mean_tariffs.items()}, "%")
