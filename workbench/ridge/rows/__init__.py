"""Where rows are, and sums over them in a fixed order; nothing of what is summed."""
