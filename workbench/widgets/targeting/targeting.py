"""Whom to contact, for a cost and a margin: in the notebook, and in the mailed report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import anywidget
import pandas as pd
import traitlets

from workbench.errors import ParameterError
from workbench.frame.feature_frame import FeatureFrame
from workbench.governance.disclosure import EXACT, PRIVATE, STATIC, check_release
from workbench.governance.guarantee import Guarantee
from workbench.language import language, later, say, speaking
from workbench.metrics.money import one_for_all
from workbench.widgets.front.module import module_of
from workbench.widgets.front.names import checked_currency
from workbench.widgets.front.saved import SavedView
from workbench.widgets.front.spoken import spoken
from workbench.widgets.targeting.amounts import Amounts, Margin, amounts_of
from workbench.widgets.targeting.contents import contents_of
from workbench.widgets.targeting.incremental_picture import incremental_picture
from workbench.widgets.targeting.kept_back import check_kept
from workbench.widgets.targeting.objected import of_those_left
from workbench.widgets.targeting.picture import picture
from workbench.widgets.targeting.ranked_contacts import best_depth, each_cell, made_at
from workbench.widgets.views import TARGETING

if TYPE_CHECKING:
    from workbench.ridge import RidgePropensity
    from workbench.ridge.uplift.ridge_uplift import RidgeUplift

PICTURE_ALONE = later(
    "A mailed report holds a picture of this view alone: the noise of a live one is sized for "
    'responses, not for amounts of money. With release="exact" it stays alive, for readers inside '
    "the house."
)
UPLIFT_PICTURE_ALONE = later(
    "A mailed report holds a picture of this view alone: the noise of a live one is sized for "
    'responses, not for differences of arms. With release="exact" it stays alive, for readers '
    "inside the house."
)


class Targeting(SavedView, anywidget.AnyWidget):
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

    Where responses bring amounts m that differ, contacts are ranked by p m. Then Σ p m takes
    the place of Σ p, and Σ y m that of responses. The margin is a share of the amount: 1,
    until it is moved in the view or in `money`. A share scales all alike, and the cost is the
    same for all: so one order is right for every share and cost.

    Of an uplift model contacts are ranked by uplift u, what a contact adds to the chance p₁ of
    a response, and

        incremental profit = margin · Σ u − cost · n ,  gross profit = margin · Σ p₁ − cost · n .

    So a contact is worth it where u · margin > cost. Gross profit is what a propensity would
    count: it holds the responses that would have come without the contact, a share
    1 − Σ u / Σ p₁ of all. No row has an increment of its own. So where outcomes and arms are
    known, what contacts added is measured by the arms, with an interval
    (`workbench.metrics.uplift_by_depth`).

    Parameters
    ----------
    model : RidgePropensity or RidgeUplift
    frame : FeatureFrame
    cost : float
        Of one contact.
    margin : float, str, array-like of shape (n,), or model
        Of one response, before the cost of contact. A number is for all contacts. The name
        of a feature, or one amount a row of the frame, say what each contact's response
        would bring. A Series stands in the order of the frame. Amounts that are all the
        same count as that number. A model has a method ``expected(frame)``, and was fitted to
        the money of those who responded. Its amounts below 0 count as 0; the view says of how
        many contacts. What came is then the responses at their expected amounts, not the
        money that came.
    depth : float, optional
        Share to contact, from 0 to 1; by default the one expected to earn most, whatever
        cost and margin become.
    release : {"private", "static", "exact"}
        What an exported report holds of it: see `Tuner`. The noise of a private release is
        sized for responses, not for money. So with an amount of each contact only "exact"
        keeps the view alive, and the others give a picture.
        Of an uplift model the same holds, with any margin.
    currency : str
        What amounts of money are in, such as "EUR": it stands behind them.
    keep_control : float
        Share of the chosen that is left uncontacted, at random, so that the campaign can be
        read. `chosen` then has their ``arm``. Drawn evenly over campaigns and over the deciles of
        what contacts are ranked by, before a depth is chosen; see `workbench.experiments.assign`.
    seed : int
        Of that draw: the same contacts have the same arms again.
    suppress : path, table, Series or list, optional
        Ids of customers who must not be contacted: neither counted nor chosen.

    Raises
    ------
    ParameterError
        `cost` or `margin` is negative or not finite, `margin` is nothing of the above, or
        `depth` or `keep_control` is no share, or `seed` no whole number.
    SchemaError
        `margin` names no feature, or has not one value a row in the order of the frame.
    DataError
        An amount is missing, negative or no number, or the contacts of a cell have several.

    Warns
    -----
    DataWarning
        Amounts tell the known outcomes nearly by themselves, as the money that came does.

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

    With an amount of each contact:

    >>> contract = rng.gamma(2.0, 20.0, size=600)
    >>> worth = Targeting(model, frame, cost=1.0, margin=contract, depth=0.25).chosen()
    >>> list(worth), worth["value"].is_monotonic_decreasing
    (['customer', 'campaign', 'propensity', 'amount', 'value', 'rank'], True)

    A tenth of the chosen is kept back:

    >>> kept = Targeting(model, frame, cost=1.0, margin=8.0, depth=0.25, keep_control=0.1)
    >>> kept.chosen()["arm"].value_counts().to_dict()
    {'contact': 135, 'control': 15}
    """

    view = TARGETING
    _esm = module_of(TARGETING)
    spoken = traitlets.Dict().tag(sync=True)
    state = traitlets.Dict().tag(sync=True)
    money = traitlets.Dict().tag(sync=True)
    depth = traitlets.Float(allow_none=True, default_value=None).tag(sync=True)

    def __init__(
        self,
        model: RidgePropensity | RidgeUplift,
        frame: FeatureFrame,
        *,
        cost: float = 1.0,
        margin: Margin = 10.0,
        depth: float | None = None,
        release: str = PRIVATE,
        currency: str = "",
        keep_control: float = 0.0,
        seed: int = 0,
        suppress: Any = None,
    ) -> None:
        self.release = check_release(release)
        self._language = language()
        self.currency = checked_currency(currency)
        one_for_all(cost, name="cost")
        if suppress is not None:
            frame, margin = of_those_left(frame, margin, suppress)
        brings = amounts_of(margin, frame)
        if depth is not None and not 0 <= depth <= 1:
            raise ParameterError(
                f"`depth` must be a share of the contacts, from 0 to 1; got {depth!r}. Leave it "
                "out to follow the depth that is expected to earn most."
            )
        check_kept(keep_control, seed)
        self._contents = contents_of(
            model,
            frame,
            amounts=brings if isinstance(brings, Amounts) else None,
            keep=float(keep_control),
            seed=seed,
            currency=self.currency,
        )
        money = {"cost": cost, "margin": 1.0 if isinstance(brings, Amounts) else brings}
        self._spoken = spoken(TARGETING)
        super().__init__(spoken=self._spoken, state=self._state(), money=money, depth=depth)

    def chosen(self) -> pd.DataFrame:
        """List whom to contact at the depth shown, best first; in the notebook only.

        Returns
        -------
        DataFrame
            ``customer`` (the row of the frame where it names none), ``campaign`` (if any),
            ``propensity``, ``rank``. Of an uplift model, in place of the propensity: ``uplift``,
            ``propensity_treated`` and ``propensity_untreated``. Where amounts differ, before the
            rank: ``amount``, that of a response, and ``value``, propensity or uplift times amount,
            before any share and cost. With `keep_control`, after the rank: ``arm``, "contact" or
            "control". Of cells, each once: ``cell`` and its ``contacts``.
        """
        contacts = self._contents.contacts
        listed = each_cell(contacts) if "cell" in contacts else contacts
        weight = listed["weight"].to_numpy()
        depth = self._best_depth() if self.depth is None else self.depth
        made = made_at(weight, depth)
        names = [name for name in listed if name not in {"y", "weight", "people"}]
        return listed.loc[made, names]

    def exported(self) -> dict[str, Any] | None:
        """Return the aggregates that an exported view works from; None where it has a picture.

        That is where rows are too few, where the release is static, and of an uplift model or
        with an amount of each contact unless the release is exact.
        """
        if self._contents.few() or self._reason():
            return None
        with speaking(self._language):
            state = self._exact() if self.release == EXACT else self._contents.private()
        said = {"spoken": self._spoken} if self._spoken else {}
        return {**state, **said, "money": self.money, "depth": self.depth}

    def _reason(self) -> str:
        """Say why a picture alone is mailed, of however many contacts."""
        if self._contents.incremental and self.release != EXACT:
            return say(UPLIFT_PICTURE_ALONE)
        if self._contents.amounts is not None and self.release != EXACT:
            return say(PICTURE_ALONE)
        static = self.release == STATIC
        return say("A picture alone, as its release is static.") if static else ""

    def _exact(self) -> dict[str, Any]:
        guarantee = Guarantee(EXACT)
        notes = [*self.state.get("notes", []), guarantee.sentence()]
        return {**self.state, "guarantee": guarantee.state(), "notes": notes}

    def _best_depth(self) -> float:
        return best_depth(self.state["bins"], **self.money)

    def _state(self) -> dict[str, Any]:
        """Return exact aggregates; the notebook says at once what will not be mailed alive."""
        state, given = self._contents.state(), self._contents
        if given.amounts is None and not given.incremental:
            return state
        return {**state, "notes": [*state["notes"], *filter(None, [self._reason()])]}

    def _picture(self) -> str:
        given = self._contents
        if given.incremental:
            return incremental_picture(given, self.money, self.release)
        return picture(
            given.contacts, self.money, self.release, predicted=given.predicted, keep=given.keep
        )

    def _beside(self) -> dict[str, Any]:
        """Return a picture, and the state for an exported report."""
        with speaking(self._language):
            # without aggregates: why; nothing says that there are too few rows for them
            why = {"reason": self._reason()} if self._reason() and not self._contents.few() else {}
            drawn = self._picture()
        return {"image/png": drawn, TARGETING.mime: self.exported() or why}
