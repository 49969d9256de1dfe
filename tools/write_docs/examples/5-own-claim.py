# %% [markdown]
# # A claim of your own
#
# A statement is decided by data or by a run, never by hand.

# %%
from pathlib import Path

import triffin

Path("my-ledger.yaml").write_text(
    """\
ledger: my-ledger
title: Two statements on the US-China trade war
claims:
  - id: A1
    quote: a trade deficit of $500 billion a year with China
    kind: fact
    decides: What was the balance of goods between the two in 2017?
    source: statement of the US president, April 2018
    checks:
      - what: goods deficit of the United States with China, 2017
        dataset: uschina-2017
        economy: USA
        partner: CHN
        take: balance
        scale: -1
        unit: bn USD
        claimed: 500
        within: 10%
  - id: A2
    quote: trade wars are good, and easy to win
    kind: prediction
    decides: Does the United States gain, with China's answer?
    checks:
      - what: welfare of the United States, tariffs of both sides
        run: trade
        world: uschina-2017
        tariffs: us-china-wave5-2018
        economy: USA
        result: welfare
        at_least: 0
"""
)
for claim in triffin.claims("my-ledger.yaml")["claims"]:
    print(f"{claim['id']}: {claim['quote']}\n    {claim['verdict']}: {claim['evidence']}")
