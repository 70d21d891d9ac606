"""Families of features, one a file: each declares what to measure, and measures nothing itself."""
