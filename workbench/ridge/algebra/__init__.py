"""Systems of equations, their solution, and when they have one: matrices, and no rows."""
