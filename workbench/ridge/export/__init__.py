"""A fitted model outside of Python: a readable file, and a query."""
