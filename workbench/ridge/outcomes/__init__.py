"""What an outcome costs under a linear predictor: losses, means, curvature; and base rates."""
