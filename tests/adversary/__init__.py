"""The attack on Triffin: seeded, repeatable, with an independent model of its own."""
