"""The parts of a model's face: scores, other penalties, what comes."""
