"""What is wrong with a table of texts, told before a kernel is started."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from workbench.checks import check_choice
from workbench.cli.early_table import MOST_BYTES, SAID
from workbench.errors import ParameterError
from workbench.messages import listed
from workbench.texts.routing.text_router import TextRouter
from workbench.texts.tables.text_table import load_texts


def check_texts(parameters: Mapping[str, Any]) -> None:
    """Raise what the notebook of texts would raise of its table, where that is told quickly.

    Parameters
    ----------
    parameters : mapping
        As for the notebook.

    Raises
    ------
    WorkbenchError
        The file cannot be read, a column is missing, a share is none, …
    """
    _check_router(parameters)
    known = {*inspect.signature(load_texts).parameters, *SAID} - {"data", "reading"}
    given = {name: value for name, value in parameters.items() if name in known}
    table = parameters.get("table")
    if table is not None and Path(table).stat().st_size > MOST_BYTES:
        return
    with warnings.catch_warnings(action="ignore"):  # the notebook tells them
        found = load_texts(**given) if table is None else load_texts(table, **given)
    if unknown := [one for one in found.handed_over if one not in set(found.labels)]:
        raise ParameterError(
            f"`handed_over` must name labels that texts have, {listed(sorted(set(found.labels)))}; "
            f"got {unknown[0]!r}."
        )


def _check_router(parameters: Mapping[str, Any]) -> None:
    told = ("precision", "confidence", "least")
    router = TextRouter(**{name: parameters[name] for name in told if name in parameters})
    router._check()  # noqa: SLF001 - what `fit` asks first
    check_choice(parameters.get("mail_router", True), (False, True), name="mail_router")
    path = parameters.get("router_path")
    if path is not None and Path(path).suffix != ".npz":
        raise ParameterError(
            f"`router_path` must end with '.npz', as a router is a file of arrays; got {path!r}."
        )
