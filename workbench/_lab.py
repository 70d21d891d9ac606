"""What the extra `lab` brings, and what is said where it is missing.

A library user fits, scores and draws without JupyterLab; live views, notebooks and reports
stand on the packages named here.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from workbench.errors import MissingPackageError

PACKAGES = frozenset(
    {
        "IPython",
        "anywidget",
        "babel",
        "bleach",
        "bs4",
        "ipywidgets",
        "jupyter_client",
        "jupyterlab",
        "nbclient",
        "nbconvert",
        "nbformat",
        "papermill",
        "psutil",
        "traitlets",
    }
)
"""As they are imported; pyproject.toml's `lab` names them as they are installed."""


@contextmanager
def needed_for(what: str) -> Iterator[None]:
    """Say in one sentence what to install, where an import inside finds no package of the lab.

    Parameters
    ----------
    what : str
        The beginning of the sentence, in the plural: "Reports".

    Raises
    ------
    MissingPackageError
        A package of the extra `lab` is missing.

    Examples
    --------
    >>> with needed_for("Reports"):
    ...     raise ModuleNotFoundError("No module named 'papermill'", name="papermill")
    Traceback (most recent call last):
        ...
    workbench.errors.MissingPackageError: Reports need the extra `lab`, of which papermill is not
    installed: pip install 'marketing-workbench[lab]'
    """
    try:
        yield
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package not in PACKAGES:
            raise
        raise MissingPackageError(
            f"{what} need the extra `lab`, of which {package} is not installed: "
            "pip install 'marketing-workbench[lab]'"
        ) from error
