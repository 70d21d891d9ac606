"""Everything that can go wrong, in one list.

A message says what must hold, what came, and what to do next. Every class is also
the built-in error that a caller who does not know the workbench would catch.
"""


class WorkbenchError(Exception):
    """Base of every error that the workbench raises on purpose."""


class DataError(WorkbenchError, ValueError):
    """The data cannot be used as they are."""


class SchemaError(DataError):
    """A table lacks a column, has it twice, or holds it in an unusable type."""


class LeakageError(DataError):
    """Something known only after the decision would enter a feature."""


class ParameterError(WorkbenchError, ValueError):
    """An argument does not name, or is not, what it must be."""


class FitError(WorkbenchError, ValueError):
    """No model can be had from these data under these penalties."""


class RunError(WorkbenchError, RuntimeError):
    """A notebook run or an export did not finish; nothing earlier was overwritten."""


class StoppedError(RunError):
    """A run came to its end, and its model was not kept: signs that were asked for are there.

    Parameters
    ----------
    message : str
        A line for each sign, and what became of the files.
    run : Run
        What the run left, as `workbench.run` returns it; it has no model.
    """

    def __init__(self, message: str, run: object = None) -> None:
        super().__init__(message)
        self.run = run


class MissingDataError(WorkbenchError, FileNotFoundError):
    """A data set or a file is not on this machine."""


class MissingPackageError(WorkbenchError, ImportError):
    """A package that this needs, and others do not, is not installed."""


class WorkbenchWarning(UserWarning):
    """Base of every warning: the work went on, and the message says how."""


class DataWarning(WorkbenchWarning):
    """Something in the data was worked around."""


class ExtrapolationWarning(DataWarning):
    """Numbers to score are outside of the range that training saw."""


class ConvergenceWarning(WorkbenchWarning):
    """The optimum was not reached; the residual is on the result."""
