"""Explained: one contact of a frame, why it has its score, and what other values would do."""
