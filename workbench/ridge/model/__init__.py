"""The parts of RidgePropensity's face: scores, other penalties, what comes."""
