"""Defects that data have, planted where there was none."""
