"""The picture behind a Tuner, for readers of mail and for pages that run no scripts."""

from __future__ import annotations

import base64
import io

from workbench.frame.wording import Wording
from workbench.governance.disclosure import few
from workbench.language import say
from workbench.ridge import RidgePropensity
from workbench.ridge.fitted.fit import Fit
from workbench.ridge.statistics.choose import dense_in_memory
from workbench.widgets.front.picture import words
from workbench.widgets.private.few_marked import few_marked


def picture(model: RidgePropensity, wording: Wording | None = None) -> str:
    """Draw coefficients and reliance of a model: a PNG, in base64.

    Examples
    --------
    >>> import numpy as np
    >>> X, y = np.array([[0.0], [1.0], [2.0], [3.0]]), [0, 1, 0, 1]
    >>> base64.b64decode(picture(RidgePropensity(alpha=1.0).fit(X, y)))[1:4]
    b'PNG'
    """
    import matplotlib as mpl
    from matplotlib.figure import Figure

    from workbench import charts, metrics
    from workbench.charts.lettering import letter

    table = model.coefficients()
    rare = rare_columns(model)
    table = table[[name not in rare for name in table.index]]
    if table.empty:
        return words(say("Too few people: every column tells apart fewer than ten of them."))
    with mpl.rc_context():
        figure = Figure(figsize=(11.0, 4.4), layout="constrained")
        left, right = figure.subplots(1, 2)
        said = model.wording if wording is None else wording
        charts.coefficients(said.in_table(table), left, most=12)
        charts.reliance_by_group(said.in_table(metrics.by_group(table)), right)
        out = io.BytesIO()
        letter(figure)
        figure.savefig(out, format="png", dpi=90)
    return base64.b64encode(out.getvalue()).decode("ascii")


def rare_columns(model: RidgePropensity) -> set[str]:
    """Name the columns that fewer than ten customers of the fit differ in from the others.

    Where the rows are sparse or gone, contacts of levels and gaps are counted, not customers.
    """
    columns = model.columns_
    fit: Fit | None = getattr(model, "workspace_", None)
    held = None if fit is None else dense_in_memory(fit.given.rows)
    if held is None:
        marks = columns.index[columns.index != columns["feature"]]
        contacts = columns.loc[marks, "mean"] * model.training_["contacts"]
        return set(marks[few(contacts.round())])
    hidden = few_marked(held, range(len(columns)), list(columns.index))
    return set(columns.index[hidden])
