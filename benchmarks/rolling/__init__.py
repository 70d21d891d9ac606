"""What `benchmarks/forward.py` is made of: tables, cut-offs and methods."""
