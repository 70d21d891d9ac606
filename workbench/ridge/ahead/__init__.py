"""How a fit is scored on what comes: half-life, slope and base rate, by forward folds."""
