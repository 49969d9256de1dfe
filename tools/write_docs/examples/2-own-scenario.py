# %% [markdown]
# # Your own scenario
#
# A scenario is a short dated file. It may extend one that ships and say only what differs.

# %%
from pathlib import Path

import triffin

Path("kept-at-ten.yaml").write_text(
    """\
scenario: kept-at-ten
extends: universal-10
title: What if China had paid 54 %?
tariffs:
  - {from: 2025-04-05, set: {USA.*: 10%, USA.CHN: 54%}}
"""
)
scenario = triffin.load_scenario("kept-at-ten.yaml")
print(scenario.title, "| from", scenario.start, "for", scenario.days, "days")

# %% [markdown]
# Compare it with what it extends, over the same draws: the differences then have intervals.

# %%
document = triffin.compare("universal-10", "kept-at-ten.yaml", draws=16)
for row in document["headline"]:
    change = row["differences"][0]
    if change and change["median"] is not None:
        low, high = change["low"], change["high"]
        print(f"{row['id']:24} {change['median']:9.3f}  ({low:.3f} to {high:.3f}) {row['unit']}")

# %% [markdown]
# A mistake in the file is named with its line, the field and the nearest match.

# %%
Path("mistaken.yaml").write_text(
    """\
scenario: mistaken
extends: universal-10
tarifs:
  - {from: 2025-04-05, set: {USA.*: 10%}}
"""
)
try:
    triffin.load_scenario("mistaken.yaml")
except triffin.InputError as error:
    print(error)
