# %% [markdown]
# # A paper replicated
#
# Ignatenko, Macedoni, Lashkaripour and Simonovska (2025) compute what the tariffs announced on 2 April
# 2025 do. Table 1 has +1.13 % for the United States with income-tax relief and -0.01 % where the
# revenue is handed back in equal sums.

# %%
import triffin

world = triffin.load_world("world-2023")
for revenue, published in (("tax-relief", 1.13), ("lump-sum", -0.01)):
    after = triffin.trade.solve(world, "us-2025-04-02", model="ignatenko-2025", revenue=revenue)
    print(f"{revenue:10}  published {published:+.2f} %   computed {after.of('USA')['welfare']:+.4f} %")

# %% [markdown]
# `triffin replicate` holds all rows of a paper against the kernel.

# %%
from triffin.evidence.replications.replication import replicate

document = replicate("ignatenko-2025")
paper = document["papers"][0]
print(sum(row["ok"] for row in paper["rows"]), "of", len(paper["rows"]), "rows agree")
for artefact in paper["artefacts"][:3]:
    print(artefact["what"], "| published", artefact["published"], "| computed", artefact["computed"])
