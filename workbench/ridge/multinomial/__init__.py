"""Ridge models of several answers: one score a class, which share their features."""
