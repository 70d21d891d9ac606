"""Rows that come in blocks: a design learned from sums, and the rows laid out on disk."""
