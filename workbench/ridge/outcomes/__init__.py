"""What a row's outcome costs under a log-odds: losses, means, and base rates."""
