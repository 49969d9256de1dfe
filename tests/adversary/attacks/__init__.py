"""One module an attack: `attack(n, seed)` returns what it found."""
