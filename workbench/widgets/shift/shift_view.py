"""Features and their effects over campaigns: in the notebook, and in the mailed report."""

from __future__ import annotations

import base64
import io
from typing import Any

import anywidget
import pandas as pd
import traitlets

from workbench.errors import ParameterError
from workbench.frame.feature_frame import FeatureFrame
from workbench.governance.disclosure import EXACT, PRIVATE, STATIC, check_release
from workbench.governance.guarantee import Guarantee
from workbench.language import language, say, speaking
from workbench.messages import did_you_mean, listed
from workbench.ridge import RidgePropensity
from workbench.widgets.front.module import module_of
from workbench.widgets.front.picture import words
from workbench.widgets.front.saved import SavedView
from workbench.widgets.front.spoken import spoken
from workbench.widgets.shift import private_cells
from workbench.widgets.shift.shift_state import NOISY, ColumnsOverCampaigns
from workbench.widgets.views import SHIFT

_DRAWN = 4  # columns in the picture


class ShiftView(SavedView, anywidget.AnyWidget):
    """Which features live on single campaigns, or mean something else in each.

    The columns of the model are listed, the worst first, or by another score. Of the one
    that is chosen, the view shows two things for each campaign. The first is how many
    contacts have it, or its mean where hardly any value is usual. The second is its
    effect: the campaign's own slope, in log-odds per standard deviation, beside the slope
    of all campaigns together. Scores and curves are those of
    `workbench.evidence.spikiness` and `over_campaigns`; give it training campaigns only,
    as these.

    Parameters
    ----------
    frame : FeatureFrame
        With at least two campaigns of known outcomes.
    model : RidgePropensity, optional
        Whose columns and coefficients to take the slopes at; the view then also says what
        share of the score's variance each column carries. By default one is fitted, of one
        strength for all columns.
    column : str, optional
        To be shown first; by default the worst whose effect campaigns can be compared in.
    release : {"private", "static", "exact"}
        What an exported report holds of it: see `Tuner`.

    Attributes
    ----------
    column : str
        That is shown. Setting it moves the view.
    scores : DataFrame
        One row a column, the worst first: as `workbench.evidence.spikiness`, with
        ``badness``, which orders them, ``usual``, and ``sentence``, what the view says.
        Columns that repeat another are left out.

    Raises
    ------
    DataError
        There are fewer than two campaigns with outcomes.
    ParameterError
        `frame` is no FeatureFrame, or `column` is not among the columns.
    FitError
        As for `RidgePropensity.fit`.

    Examples
    --------
    >>> from workbench import ShiftView
    >>> from workbench.datasets import planted
    >>> world = planted(dose=2.0, train_campaigns=6, new_campaigns=1, rows=300)
    >>> shift = ShiftView(world.frame)
    >>> shift.scores.loc[shift.column, "group"]
    'spiky'
    >>> shift.table("stable_01")["campaign"].head(3).tolist()
    ['c01', 'c02', 'c03']
    """

    view = SHIFT
    _esm = module_of(SHIFT)
    spoken = traitlets.Dict().tag(sync=True)
    state = traitlets.Dict().tag(sync=True)
    column = traitlets.Unicode().tag(sync=True)
    order = traitlets.Unicode("badness").tag(sync=True)

    def __init__(
        self,
        frame: FeatureFrame,
        model: RidgePropensity | None = None,
        *,
        column: str | None = None,
        release: str = PRIVATE,
    ) -> None:
        self.release = check_release(release)
        self._language = language()
        given: object = frame
        if not isinstance(given, FeatureFrame):
            raise ParameterError(
                f"`frame` must be a FeatureFrame; got {type(given).__name__}. Write "
                "ShiftView(frame), or ShiftView(frame, model)."
            )
        self._found = ColumnsOverCampaigns.of(frame, model)
        self.scores = self._found.scores
        first = _telling(self.scores)[0] if column is None else column
        self._spoken = spoken(SHIFT)
        super().__init__(spoken=self._spoken, state=self._found.state(), column=first)

    def table(self, column: str | None = None) -> pd.DataFrame:
        """Return what the charts show of a column, by default of the one that is shown.

        Returns
        -------
        DataFrame
            One row a campaign, in time order, as `workbench.evidence.over_campaigns`.

        Raises
        ------
        ParameterError
            The view lists no such column; the closest is offered.
        """
        name = self._listed(self.column if column is None else column)
        found = self._found.table
        return found[found["column"] == name].reset_index(drop=True)

    def exported(self) -> dict[str, Any] | None:
        """Return the aggregates that an exported view works from; None where rows are too few."""
        with speaking(self._language):
            return self._exported()

    def _exported(self) -> dict[str, Any] | None:
        released = self._released()
        if released is None or self.release == STATIC:
            return None
        names = list(released.scores.index)
        column = self.column if self.column in names else _telling(released.scores)[0]
        promised = Guarantee(EXACT).state() if self.release == EXACT else _promised(released)
        spoken = {"spoken": self._spoken} if self._spoken else {}
        shown = {"column": column, "order": self.order, "guarantee": promised}
        return {**released.state(), **spoken, **shown}

    def _released(self) -> ColumnsOverCampaigns | None:
        return self._found.private() if self.release == PRIVATE else self._found.released()

    @traitlets.validate("column")
    def _one_of_them(self, proposal: dict[str, Any]) -> str:
        return self._listed(proposal["value"])

    def _listed(self, name: str) -> str:
        if name not in self.scores.index:
            raise ParameterError(
                f"`column` must be one that the view lists; got {name!r}, not in "
                f"{listed(self.scores.index)}.{did_you_mean(name, self.scores.index)}"
            )
        return name

    def _beside(self) -> dict[str, Any]:
        """Return a picture, and the state for an exported report."""
        with speaking(self._language):
            drawn = self._picture()
        # an empty state says that there are too few rows for one
        return {"image/png": drawn, SHIFT.mime: self.exported() or {}}

    def _picture(self) -> str:
        """Draw the column that is shown, and more, as far as they may leave the notebook."""
        import matplotlib.pyplot as plt

        from workbench import charts
        from workbench.charts.lettering import letter

        found = self._released()
        if found is None:
            return words(say("Too few contacts to draw: what is shown is of many alone."))
        first = [self.column] if self.column in found.scores.index else []
        names = list(dict.fromkeys([*first, *_telling(found.scores)]))[:_DRAWN]
        rows = found.table.set_index("column").loc[names].reset_index()
        scores = found.scores.assign(remark=found.scores["sentence"])
        axes = charts.spikes(*map(found.wording.in_table, (scores, rows)))
        figure, out = axes[0, 0].figure, io.BytesIO()
        letter(figure)
        figure.savefig(out, format="png", dpi=90, bbox_inches="tight")
        plt.close(figure)
        return base64.b64encode(out.getvalue()).decode("ascii")


def _promised(released: ColumnsOverCampaigns) -> dict[str, Any]:
    """Say how far customers move the noisy cells, by how many contacts they have."""
    found = Guarantee.of(released.moves * private_cells.TOGETHER, mark=released.mark)
    return {**found.state(), "sentence": say(NOISY)}


def _telling(scores: pd.DataFrame) -> list[str]:
    """Put first, of every group, spiky columns whose effect can be compared."""
    within = scores[scores["compared"] > 1]  # what is one number a campaign needs no chart
    spiky = within[within["spiky"]].groupby("group", sort=False).head(2)
    return list(dict.fromkeys([*spiky.index, *within.index, *scores.index]))
