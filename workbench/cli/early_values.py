"""What is wrong with a value that a template is given, told before a kernel is started."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from workbench.errors import DataWarning, ParameterError
from workbench.language.current import LANGUAGES, PSEUDO, check_language


def check_values(given: Mapping[str, Any]) -> None:
    """Raise what a shipped notebook would raise of its values, whatever the data.

    Parameters
    ----------
    given : mapping
        As for the notebook.

    Raises
    ------
    ParameterError
        `language` is none that there is, or the one for tests; `release` is no way to leave the
        house; `methods` are no list of what can be run; or `hidden_units` are no number of units,
        or `hidden` no rule for keeping them; or margins are of no column of offers.
    DataError, MissingDataError
        `labels` are no file of two columns; a list of customers, or a governance file, is not
        there or none.

    Examples
    --------
    >>> check_values({"release": "static", "seed": 3})
    """
    if "language" in given and check_language(given["language"]) == PSEUDO:
        raise ParameterError(
            f"`language` must be one of {[*LANGUAGES]}; got {PSEUDO!r}, which is for tests."
        )
    if given.get("suppress") or given.get("governance"):
        from workbench.cli.early_lists import check_customer_named, check_lists

        check_lists(suppress=given.get("suppress"), governance=given.get("governance"))
        check_customer_named(given)
    if "release" in given:
        from workbench.governance.disclosure import check_release

        check_release(given["release"])
    if given.get("labels") is not None:
        from workbench.frame.labels import read_labels

        with warnings.catch_warnings(action="ignore", category=DataWarning):  # said by the report
            read_labels(given["labels"])
    _check_hidden(given)
    _check_offers(given)
    methods = given.get("methods")
    if methods is not None:
        from workbench.evidence.baselines import methods as all_methods
        from workbench.evidence.shift import chosen

        if not isinstance(methods, (list, tuple)):
            raise ParameterError(f'`methods` must be a list, as in ["lasso"]; got {methods!r}.')
        chosen(all_methods(), methods)


def _check_offers(given: Mapping[str, Any]) -> None:
    """Raise where something is said of offers without a column of them, or a file has two uses."""
    for name in ("offer_margins", "offers_path"):
        if given.get(name) and given.get("offer") is None:
            raise ParameterError(
                f"`{name}` is of the offers in the column that `offer` names. Name that one, too, "
                f"or leave `{name}` out."
            )
    model, offers = given.get("model_path"), given.get("offers_path")
    if model and offers and Path(model).resolve() == Path(offers).resolve():
        raise ParameterError(
            f"`model_path` and `offers_path` must be two files; got {offers!r} for both. Give the "
            "model of offers another name, such as 'offers.npz'."
        )


def _check_hidden(given: Mapping[str, Any]) -> None:
    """Raise what networks would raise of how many units to draw, and when to keep them."""
    if "hidden_units" in given:
        from workbench.checks import check_whole

        hint = " Give for example 250, or 0 for none."
        check_whole(given["hidden_units"], least=0, name="hidden_units", hint=hint)
    if "hidden" in given:
        from workbench.checks import check_choice
        from workbench.networks.left_out_gain import RULES

        check_choice(given["hidden"], RULES, name="hidden")
