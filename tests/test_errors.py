import inspect

import pytest

from workbench import errors

CLASSES = [cls for _, cls in inspect.getmembers(errors, inspect.isclass)]


@pytest.mark.parametrize(
    ("name", "builtin"),
    [
        ("DataError", ValueError),
        ("SchemaError", ValueError),
        ("LeakageError", ValueError),
        ("ParameterError", ValueError),
        ("FitError", ValueError),
        ("RunError", RuntimeError),
        ("MissingDataError", FileNotFoundError),
        ("DataWarning", UserWarning),
        ("ExtrapolationWarning", UserWarning),
        ("ConvergenceWarning", UserWarning),
    ],
)
def test_a_caller_who_knows_only_python_catches_it(name, builtin):
    assert issubclass(getattr(errors, name), builtin)


@pytest.mark.parametrize("cls", CLASSES)
def test_there_is_one_root_for_errors_and_one_for_warnings(cls):
    root = errors.WorkbenchWarning if issubclass(cls, Warning) else errors.WorkbenchError
    assert issubclass(cls, root)
    assert cls.__module__ == "workbench.errors"
    assert cls.__doc__


@pytest.mark.parametrize("cls", CLASSES)
def test_a_message_is_printed_as_it_was_written(cls):
    message = "`alpha` must be 'tuned'; got 'auto'."
    assert str(cls(message)) == message
