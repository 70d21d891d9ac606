"""What a fitted model says of itself: coefficients, reasons, errors, a summary."""
