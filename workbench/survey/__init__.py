"""What each column of a table is taken for, looked at before anything is run."""

from workbench.arguments import guard as _guard
from workbench.survey.column_facts import ColumnFacts
from workbench.survey.column_report import ColumnReport
from workbench.survey.looking import columns

__all__ = ["ColumnFacts", "ColumnReport", "columns"]

_guard(globals(), __all__)
