"""The picture behind a Tuner, for readers of mail and for pages that run no scripts."""

from __future__ import annotations

import base64
import io

from workbench.ridge import RidgePropensity


def picture(model: RidgePropensity) -> str:
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

    table = model.coefficients()
    with mpl.rc_context():
        figure = Figure(figsize=(11.0, 4.4), layout="constrained")
        left, right = figure.subplots(1, 2)
        charts.coefficients(table, left, most=12)
        charts.reliance_by_group(metrics.by_group(table), right)
        out = io.BytesIO()
        figure.savefig(out, format="png", dpi=90)
    return base64.b64encode(out.getvalue()).decode("ascii")
