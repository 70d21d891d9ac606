"""What a router said of the texts of a table that it left out, and which these are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from workbench.errors import DataError
from workbench.texts.routing.answers import Answers

if TYPE_CHECKING:
    from workbench.texts.routing.text_router import TextRouter


def left_out_answers(router: TextRouter, labels: Any) -> tuple[Answers, npt.NDArray[np.int64]]:
    """Return what a router said of texts left out, and their rows in the table.

    Parameters
    ----------
    router : TextRouter
    labels : column or list of labels, shape (n,)
        Of the texts that the router was fitted to.

    Raises
    ------
    DataError
        The router comes from a file, or was fitted to other texts.
    """
    answers = router.answers_
    if answers is None:
        raise DataError("A router from a file keeps no answers to texts left out. Fit it again.")
    left_out, given = np.asarray(router.model_.left_out_proba_), np.asarray(labels)
    rows = np.flatnonzero(~np.isnan(left_out[:, 0]))
    as_fitted = len(given) == len(left_out)
    if not as_fitted or answers.label.tolist() != given[rows].tolist():
        raise DataError(
            "The router must be fitted to the texts of this table, in their order; the labels "
            "of what it left out are others. Fit it to `table.texts` and `table.labels`."
        )
    return answers, rows
