"""Releases with noise: what hides one customer, and the model that may be mailed to anybody."""
