"""Whom to contact, for a cost and a margin: in the notebook, and in the mailed report."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING, Any

import anywidget
import numpy as np
import pandas as pd
import traitlets

from workbench import metrics
from workbench.errors import ParameterError
from workbench.frame.feature_frame import FeatureFrame
from workbench.governance.disclosure import (
    EXACT,
    FEWEST_PEOPLE,
    PRIVATE,
    STATIC,
    check_release,
    coarse,
)
from workbench.governance.guarantee import Guarantee
from workbench.widgets.front.module import module_of
from workbench.widgets.front.picture import words
from workbench.widgets.targeting import private_ranking
from workbench.widgets.targeting.private_ranking import private_bounds, private_ranked
from workbench.widgets.targeting.ranked_contacts import (
    FEWEST_OF_A_CAMPAIGN,
    REPEATS,
    binned,
    heads,
    ranked,
    ratio_bounds,
    unseen_propensities,
)
from workbench.widgets.views import TARGETING

if TYPE_CHECKING:
    from workbench.ridge import RidgePropensity


class Targeting(anywidget.AnyWidget):
    """How deep to go: whom to contact, what it should earn, and how sure that is.

    Where the frame holds contacts whose outcome is not known yet, these are ranked;
    otherwise all of its contacts are, and what they earned stands beside what was expected.
    A contact of a campaign of the fit is scored by the model without that campaign.

    With n the best contacts down to a depth, and p their propensities,

        expected profit = margin · Σ p − cost · n .

    Its interval (95%) is margin · q · Σ p − cost · n. Here q are the bounds of responses /
    expected responses at that depth, among contacts of known outcome. They come from whole
    campaigns drawn again 1,000 times. Response is gross: see
    `workbench.metrics.GROSS_RESPONSE`.

    Parameters
    ----------
    model : RidgePropensity
    frame : FeatureFrame
    cost, margin : float
        Of one contact, and of one response before the cost of contact.
    depth : float, optional
        Share to contact, from 0 to 1; by default the one expected to earn most, whatever
        cost and margin become.
    release : {"private", "static", "exact"}
        What an exported report holds of it: see `Tuner`.

    Raises
    ------
    ParameterError
        `cost` or `margin` is negative or not finite, or `depth` is no share.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from workbench import FeatureFrame, RidgePropensity, Targeting
    >>> rng = np.random.default_rng(0)
    >>> X = pd.DataFrame({"visits": rng.normal(size=600)})
    >>> y = pd.Series((rng.random(600) < 1 / (1 + np.exp(2 - X["visits"]))).astype(float))
    >>> frame = FeatureFrame(X, y, campaign=pd.Series(np.repeat(["May", "June", "July"], 200)))
    >>> model = RidgePropensity(alpha=0.01).fit(frame)
    >>> targeting = Targeting(model, frame, cost=1.0, margin=8.0, depth=0.25)
    >>> chosen = targeting.chosen()
    >>> list(chosen), len(chosen)
    (['customer', 'campaign', 'propensity', 'rank'], 150)
    """

    _esm = module_of(TARGETING)
    state = traitlets.Dict().tag(sync=True)
    money = traitlets.Dict().tag(sync=True)
    depth = traitlets.Float(allow_none=True, default_value=None).tag(sync=True)

    def __init__(
        self,
        model: RidgePropensity,
        frame: FeatureFrame,
        *,
        cost: float = 1.0,
        margin: float = 10.0,
        depth: float | None = None,
        release: str = PRIVATE,
    ) -> None:
        self.release = check_release(release)
        metrics.expected_profit([0.5], cost=cost, margin=margin)  # refuses what is no money
        if depth is not None and not 0 <= depth <= 1:
            raise ParameterError(
                f"`depth` must be a share of the contacts, from 0 to 1; got {depth!r}. Leave it "
                "out to follow the depth that is expected to earn most."
            )
        propensity, unseen = unseen_propensities(model, frame)
        known = frame.y.notna().to_numpy()
        ahead = known if known.all() else ~known
        self._contacts = ranked(frame.rows(ahead), propensity[ahead])
        self._known = ranked(frame.rows(known), propensity[known]) if known.any() else None
        self._unseen = unseen
        state = self._state()
        super().__init__(state=state, money={"cost": cost, "margin": margin}, depth=depth)

    def chosen(self) -> pd.DataFrame:
        """List whom to contact at the depth shown, best first; in the notebook only.

        Returns
        -------
        DataFrame
            ``customer`` (the row of the frame where it names none), ``campaign`` (if any),
            ``propensity``, ``rank``. Of cells, each once: ``cell`` and its ``contacts``.
        """
        listed = self._contacts if "cell" not in self._contacts else _each_cell(self._contacts)
        weight = listed["weight"].to_numpy()
        depth = self._best_depth() if self.depth is None else self.depth
        made = np.cumsum(weight) - weight / 2 <= depth * weight.sum() + 1e-9
        names = [name for name in listed if name not in {"y", "weight", "people"}]
        return listed.loc[made, names]

    def exported(self) -> dict[str, Any] | None:
        """Return the aggregates that an exported view works from; None where rows are too few."""
        few = _people(self._contacts) < FEWEST_OF_A_CAMPAIGN
        if self._known is not None:
            few |= _people(self._known) < FEWEST_OF_A_CAMPAIGN
            few |= _people(self._known[self._known["y"] > 0]) < FEWEST_PEOPLE
        if few or self.release == STATIC:
            return None
        state = self.state if self.release == EXACT else self._private()
        return {**state, "money": self.money, "depth": self.depth}

    def _private(self) -> dict[str, Any]:
        """Return the state with noise."""
        ahead = private_ranked(self._contacts)
        judged = self._contacts["y"].notna().all()
        moves = [ahead.sizes * private_ranking.STRENGTH]
        out: dict[str, Any] = {
            "bins": [part.tolist() for part in (ahead.bins if judged else ahead.bins[:2])],
            "known": None,
            "unseen": self._unseen,
        }
        if self._known is not None:
            known = ahead if judged else private_ranked(self._known)
            out["known"] = private_bounds(self._known, known)
            out["outcomes"] = [round(float(part.sum()), 1) for part in known.bins]
            moves += [] if judged else [known.sizes * private_ranking.STRENGTH]
        guarantee = Guarantee.of(*moves, mark=ahead.draws.mark)
        return {**out, "guarantee": guarantee.state(), "notes": [guarantee.sentence()]}

    def _best_depth(self) -> float:
        """Pick the end of a bin, as the view does: the smallest that is expected to earn most."""
        contacts, expected = (np.array(part) for part in self.state["bins"][:2])
        earned = np.cumsum(expected * self.money["margin"] - contacts * self.money["cost"])
        earned = np.append(0.0, earned)
        return float(np.append(0.0, np.cumsum(contacts))[earned.argmax()] / contacts.sum())

    def _state(self) -> dict[str, Any]:
        bins = binned(self._contacts)
        judged = self._contacts["y"].notna().all()
        out: dict[str, Any] = {
            "bins": [part.tolist() for part in (bins if judged else bins[:2])],
            "known": None,
            "unseen": self._unseen,
        }
        if self._known is None:
            return out
        bounds = ratio_bounds(self._known)
        contacts, expected, responses = binned(self._known)
        if bounds is not None:
            depth = np.cumsum(contacts) / contacts.sum()
            sure = ~np.isnan(bounds.low)
            at = {"depth": depth, "low": bounds.low, "high": bounds.high}
            out["known"] = {name: values[sure].tolist() for name, values in at.items()}
            out["known"] |= {"clusters": bounds.clusters, "repeats": REPEATS}
        out["outcomes"] = [float(part.sum()) for part in (contacts, expected, responses)]
        return out

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """Show the view; behind it a picture, and the state for an exported report."""
        shown = super()._repr_mimebundle_(**kwargs)
        if shown is None:
            return None
        data, metadata = shown if isinstance(shown, tuple) else (shown, {})
        # an empty state says that there are too few rows for one
        return {
            **data,
            "image/png": self._picture(),
            TARGETING.mime: self.exported() or {},
        }, metadata

    def _picture(self) -> str:
        import matplotlib as mpl
        from matplotlib.figure import Figure

        from workbench import charts
        from workbench.charts.lettering import letter

        if _people(self._contacts) < FEWEST_PEOPLE:
            return words("Too few contacts to draw: what is shown is of many alone.")
        given = {"weight": self._contacts["weight"], **self.money}
        y, propensity = self._contacts["y"], self._contacts["propensity"]
        if y.notna().all():
            table = metrics.profit_by_depth(y, propensity, **given)
        else:
            table = metrics.expected_profit(propensity, **given)
        with mpl.rc_context():
            figure = Figure(figsize=(8.0, 4.2), layout="constrained")
            charts.profit(coarse(table), figure.subplots())
            out = io.BytesIO()
            letter(figure)
            figure.savefig(out, format="png", dpi=90)
        return base64.b64encode(out.getvalue()).decode("ascii")


def _people(contacts: pd.DataFrame) -> float:
    """Count customers; of a cell that names none, its contacts."""
    number = pd.Series(heads(contacts)).groupby(contacts["customer"].to_numpy()).max()
    return float(number.sum())


def _each_cell(contacts: pd.DataFrame) -> pd.DataFrame:
    """List cells, best first, with the number of their contacts."""
    number = contacts.groupby("cell")["weight"].sum()
    cells = contacts.drop_duplicates("cell").drop(columns="customer").reset_index(drop=True)
    cells["rank"] = np.arange(1, len(cells) + 1)
    cells["weight"] = cells["contacts"] = cells["cell"].map(number)
    return cells
