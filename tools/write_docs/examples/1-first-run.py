# %% [markdown]
# # A first run
#
# What do the tariffs announced on 2 April 2025 do, first in one model and then with uncertainty?

# %%
import triffin

world = triffin.load_world("world-2023")
world

# %% [markdown]
# A tariff schedule names the importer, the exporters and the rates. `"*"` is everybody else.

# %%
tariffs = triffin.tariff_schedule(world, {"USA": {"*": 0.10, "CHN": 0.54}})
after = triffin.trade.solve(world, tariffs, revenue="lump-sum", retaliation="reciprocal")
after

# %% [markdown]
# `of` has everything about one economy, in per cent. Prices are relative price levels, not consumer
# inflation.

# %%
for economy in ("USA", "CHN", "JPN"):
    print(economy, {name: round(value, 2) for name, value in after.of(economy).items()})

# %% [markdown]
# A scenario asks the same with uncertainty over models, closures and parameters. The same scenario,
# draws and seed give the same numbers.

# %%
result = triffin.run("liberation-day", draws=32, seed=1)
for answer in result.headline[:6]:
    print(f"{answer['question']}\n    {answer['answer']}")

# %%
result.to_frame("economies").head()
