"""Plans: ways to execute the same declared measures."""
