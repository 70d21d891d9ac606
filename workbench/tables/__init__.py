"""Tables of campaigns: any table that an analyst holds, its roles and moments, and its faults."""

from workbench.tables.read import Query, read_table

__all__ = ["Query", "read_table"]
