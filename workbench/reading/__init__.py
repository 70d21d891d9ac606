"""What people's files hold: their bytes, their columns, and how each column was read."""

from workbench.reading.column import KINDS, ColumnReading

__all__ = ["KINDS", "ColumnReading"]
