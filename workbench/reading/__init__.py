"""What people's files hold: their bytes, their columns, and how each column was read."""

from workbench.reading.column import KINDS, ColumnReading
from workbench.reading.decide import find_reading
from workbench.reading.files import read_file
from workbench.reading.raw_table import RawTable
from workbench.reading.table import TableReading, find_readings, how_read
from workbench.reading.told import Saying, Told

__all__ = [
    "KINDS",
    "ColumnReading",
    "RawTable",
    "Saying",
    "TableReading",
    "Told",
    "find_reading",
    "find_readings",
    "how_read",
    "read_file",
]
