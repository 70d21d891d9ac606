"""FeatureFrame: one row a contact, one column a feature, and what each of them is.

Everything before it knows tables and time; everything after it knows arrays and
names. A frame is never changed: its methods return new frames.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Self, Unpack

import pandas as pd

from workbench.errors import ParameterError
from workbench.frame.described import line_of, page_of, quality_of, summary_of
from workbench.frame.flat_table import parts_of_table, parts_to_score
from workbench.frame.labelling import words_for
from workbench.frame.labels import read_labels
from workbench.frame.parts import FrameParts
from workbench.frame.roles_told import RolesTold
from workbench.frame.wording import Wording
from workbench.messages import did_you_mean, listed
from workbench.reading import Saying, Told
from workbench.tables.campaign_order import AUTO


@dataclass(frozen=True)
class FeatureFrame(RolesTold):
    """Features, outcomes and moments of n contacts, with a catalogue of the features.

    Parameters
    ----------
    X : DataFrame, shape (n, p)
        Numeric, boolean, text or categorical columns. Missing values are allowed.
    y : Series of float, shape (n,)
        1 if the contact responded, 0 if not, NaN where the outcome is not known yet.
    campaign : Series, shape (n,), optional
        The campaign of each row; None where the table has no campaigns.
    as_of : Series of datetime64, shape (n,), optional
        The moment of the decision: features know nothing of it or after it.
    matured_at : Series of datetime64, shape (n,), optional
        The moment from which the outcome is known (the end of the label window).
    customer : Series, shape (n,), optional
    weight : Series of float, shape (n,), optional
        How many contacts a row stands for; None means one each.
    catalogue : DataFrame, optional
        One row a feature, indexed by its name, with the columns ``group, builder,
        source, lookback_days, unit, description``. Made up from the column names
        where it is not given.
    recipe : dict
        How the frame was made, as plain JSON values, so that it can be made again
        for new contacts.
    notes : tuple of str
        What was assumed or worked around, in sentences for the report.
    cell : Series, shape (n,), optional
        Which rows are of one cell of contacts: its positives and its negatives have the same
        label. Whatever is dealt or drawn at random takes a cell as a whole
        (`workbench.frame.dealing`). A row without a label is a cell of its own.
    order : CampaignOrder, optional
        The order of campaigns where moments do not tell it; by default it is read off the
        labels (`workbench.tables.campaign_order`).
    suspects : dict of str to str
        Features that may give the outcome away, each with what says so
        (`workbench.frame.leakage`).
    labels : dict of str to str
        The reader's words for features, groups and levels, as `labelled` sets them.
    treatment : Series of str, shape (n,), optional
        The arm of a test that each row was in, as `workbench.frame.treatment.arms_of` reads it.
    control : str, optional
        The arm that was not contacted.
    arm_probability : Series of float, shape (n,), optional
        The chance with which each row got the arm that it got, where that differs between rows.
    offer : Series of str, shape (n,), optional
        The offer that each row took, of several that all could take; missing where none was taken,
        or none is known (`workbench.frame.offers.offers_taken`).

    Raises
    ------
    DataError
        There are no rows, a value is infinite, `y` is not 0, 1 or NaN, a weight is
        negative, or a campaign or moment is missing.
    SchemaError
        There is no feature, a column stands twice, lengths or the order of labels differ,
        or the catalogue misses a feature.

    Examples
    --------
    >>> import pandas as pd
    >>> from workbench import FeatureFrame
    >>> table = pd.DataFrame({
    ...     "month": ["2024-01", "2024-01", "2024-02", "2024-02"],
    ...     "visits": [3, 0, 1, 5],
    ...     "bought": ["yes", "no", "no", "yes"],
    ... })
    >>> frame = FeatureFrame.from_table(table, target="bought", campaign="month")
    >>> frame
    FeatureFrame: 4 contacts × 1 feature in 1 group; 2 campaigns; 2 of 4 known outcomes positive
    """

    @classmethod
    def from_table(  # noqa: PLR0913 - a role of a column each
        cls,
        table: Any,
        *,
        target: str | None,
        campaign: str | None = None,
        time: str | None = None,
        customer: str | None = None,
        trials: str | None = None,
        treatment: str | None = None,
        control: object = None,
        arm_probability: str | None = None,
        offer: str | None = None,
        no_offer: object = None,
        drop: Sequence[str] = (),
        groups: Mapping[str, str] | None = None,
        positive: object = None,
        horizon_days: float | None = None,
        order: str | Sequence[Any] = AUTO,
        periods: str = AUTO,
        allow: Mapping[str, str] | None = None,
        **said: Unpack[Saying],
    ) -> Self:
        """Enter with a flat table: one row a contact, or one row a cell of contacts.

        Parameters
        ----------
        table : DataFrame, Arrow table, path of a CSV or Parquet file
            Anything that `workbench.read_table` reads.
        target : str or None
            The outcome: 0/1, false/true, two texts such as no/yes, or, with `trials`, a
            number of successes. Missing: not known yet. None: nothing is known, as when
            new contacts are scored.
        campaign, time, customer : str, optional
            The columns that hold the campaign, the moment of the decision, the customer. With
            `time` and no `campaign`, periods of time are the campaigns.
        trials : str, optional
            Rows are cells of contacts: this column says how many, `target` how many of them
            responded. A cell becomes two weighted rows, one a class, which gives the
            binomial likelihood exactly; the frame's `cell` keeps them together wherever
            rows are dealt or drawn at random.
        treatment : str, optional
            The column that holds the arm of a test: which contacts were treated, and how. It is
            no feature, and new contacts need none.
        control : object, optional
            The arm that was not contacted. Not needed where it is plain: no of no/yes, or one arm
            that is called control, holdout or the like.
        arm_probability : str, optional
            The column with the chance that the row had of the arm that it got, where that differs
            between rows.
        offer : str, optional
            The column that holds which offer a contact took, of several that all could take; empty
            where none was taken. It is no feature, and new contacts need none.
        no_offer : object, optional
            The value of that column where nothing was taken, if it is not empty there, and not
            plain.
        drop : sequence of str
            Columns to leave out.
        groups : mapping of pattern to name, optional
            ``{"mail_*": "mail"}``: shell patterns, first match wins. The other columns get
            a proposed group: a prefix that they share with others, else their kind.
        positive : object, optional
            The target's positive value, where it is not plain which of the two it is, or where
            there are more: the others then count as negative.
        horizon_days : float, optional
            Length of the outcome window, from which it follows when an outcome was known.
        order : {"auto", "first-seen", "day-first", "month-first"} or sequence, optional
            The order of campaigns in time. "auto": by `time`, else by their labels
            (`workbench.tables.campaign_order.order_of`). "first-seen": as they stand in the
            file. "day-first" or "month-first": how 3/4/2024 is read. Or every campaign, the
            earliest first.
        periods : {"auto", "none", "hour", "day", "week", "month", "quarter", "year"}, optional
            How long periods of `time` are where no campaign is named, and to what campaigns with
            dates are put together. "auto": so that they can be judged; "none": not at all
            (`workbench.frame.periods.with_campaigns`).
        allow : mapping of column to reason, optional
            Columns that name people (an e-mail, an account), or that GDPR Art. 9 and 10 protect
            (health, religion), are left out with a warning. Those named here stay; `recipe`
            keeps the reasons under ``"allowed"``.
        **said
            `dates`, `decimal`, `encoding`, `kinds` and `columns` say how to read what a file
            leaves open, as in `workbench.read_table`.

        Returns
        -------
        FeatureFrame

        Raises
        ------
        SchemaError
            A named column is missing or stands twice.
        DataError
            The table is empty, has no feature left, the target is not binary, a row has no arm,
            or it is not plain which arm is the control group. `offer` contradicts the target, or
            tells what each contact was shown.
        ParameterError
            A pattern in `groups` matches no feature, `control` names no arm, or `allow` names
            no column, or no reason.

        Warns
        -----
        DataWarning
            Columns with personal data are left out.

        Examples
        --------
        >>> import pandas as pd
        >>> from workbench import FeatureFrame
        >>> table = pd.DataFrame({"mail_open": [1, 0], "mail_click": [0, 0], "age": [31, 45],
        ...                       "bought": ["ja", "nein"]})
        >>> frame = FeatureFrame.from_table(table, target="bought")
        >>> frame.groups
        {'mail_open': 'mail', 'mail_click': 'mail', 'age': 'numeric'}
        >>> clicks = pd.DataFrame({"price": [1.0, 2.0], "clicks": [10, 20], "sales": [1, 3]})
        >>> frame = FeatureFrame.from_table(clicks, target="sales", trials="clicks")
        >>> frame.y.tolist(), frame.weight.tolist()
        ([1.0, 0.0, 1.0, 0.0], [1.0, 9.0, 3.0, 17.0])
        """
        roles = {"target": target, "campaign": campaign, "time": time, "customer": customer}
        roles |= {"trials": trials, "treatment": treatment, "arm_probability": arm_probability}
        roles["offer"] = offer
        parts = parts_of_table(
            table,
            roles,
            Told.of(**said),
            control=control,
            drop=drop,
            groups=groups or {},
            positive=positive,
            horizon_days=horizon_days,
            order=order,
            periods=periods,
            allow=allow or {},
            no_offer=no_offer,
        )
        return cls._of(parts)

    @classmethod
    def to_score(cls, table: Any, recipe: Mapping[str, Any], **said: Unpack[Saying]) -> Self:
        """Make a frame of new contacts by the recipe of an earlier frame, outcome unknown.

        The target, the number of trials, the arm and its chance, and the dropped columns need not
        be there; the columns of the other roles must be. Every column is read as in training,
        whatever the other rows of this table hold.

        Parameters
        ----------
        table : DataFrame, Arrow table, path of a CSV or Parquet file
            Anything that `workbench.read_table` reads.
        recipe : mapping
            The `recipe` of the frame that a model was fitted to.
        **said
            How to read what a file leaves open, as in `from_table`.

        Returns
        -------
        FeatureFrame

        Raises
        ------
        DataError
            A number or a date is written in another way than in training.

        Examples
        --------
        >>> import pandas as pd
        >>> from workbench import FeatureFrame
        >>> recipe = {"kind": "table", "target": "bought", "customer": "id", "drop": ["seconds"]}
        >>> new = pd.DataFrame({"id": ["a", "b"], "age": [30, 40]})
        >>> frame = FeatureFrame.to_score(new, recipe)
        >>> list(frame.X), frame.y.isna().all()
        (['age'], np.True_)
        """
        return cls._of(parts_to_score(table, recipe, Told.of(**said)))

    @classmethod
    def _of(cls, parts: FrameParts) -> Self:
        return cls(**{part.name: getattr(parts, part.name) for part in fields(parts)})

    @property
    def groups(self) -> dict[str, str]:
        """The group of each feature: what penalties are set by."""
        return {str(name): str(group) for name, group in self.catalogue["group"].items()}

    @property
    def positives(self) -> float:
        """Weighted number of known positive outcomes."""
        return float(self.weights[(self.y == 1).to_numpy()].sum())

    def known(self) -> FeatureFrame:
        """Keep the rows whose outcome is known: they can train and test."""
        return self.rows(self.y.notna().to_numpy())

    def unknown(self) -> FeatureFrame:
        """Keep the rows whose outcome is not known yet: they can be scored."""
        return self.rows(self.y.isna().to_numpy())

    def without(self, *features: str) -> FeatureFrame:
        """Drop features by name.

        Raises
        ------
        ParameterError
            A name is not a feature; the closest is offered.
        """
        for name in features:
            if name not in self.X.columns:
                raise ParameterError(
                    f"`without` names unknown feature {name!r}; got {listed(self.X.columns)}."
                    f"{did_you_mean(name, self.X.columns)}"
                )
        kept = [name for name in self.X.columns if name not in features]
        return replace(self, X=self.X[kept], catalogue=self.catalogue.loc[kept])

    def labelled(self, labels: str | os.PathLike[str] | Mapping[str, str] | None) -> FeatureFrame:
        """Give features words of the reader's own, for charts, tables, sentences and reasons.

        Parameters
        ----------
        labels : path, mapping of name to words, or None
            As `workbench.read_labels` takes them, which raises and warns as it says there. Names
            are of features, groups, tables and columns that features are made of, and levels,
            ``column=level``. Other levels are written "Region: North". None: nothing changes.

        Raises
        ------
        ParameterError
            No name is of these data, or two features or groups would be called alike.

        Examples
        --------
        >>> import pandas as pd
        >>> frame = FeatureFrame(pd.DataFrame({"visits_28d": [1, 0]}), pd.Series([1.0, 0.0]))
        >>> frame.labelled({"visits_28d": "Visits, four weeks"}).wording.of("visits_28d")
        'Visits, four weeks'
        """
        if labels is None:
            return self
        return replace(self, labels=words_for(self, read_labels(labels)))

    @property
    def wording(self) -> Wording:
        """Words by name: `labels`, and what follows from them for design columns."""
        return Wording(self.labels)

    def quality(self) -> pd.DataFrame:
        """Describe each feature: its kind, missing share, distinct values, and remarks.

        Returns
        -------
        DataFrame
            One row a feature: ``group, kind, missing_share, distinct, univariate_auc,
            remark``. The univariate AUC is of the feature alone against the known
            outcomes, whichever direction is better; NaN without both classes.
        """
        return quality_of(self)

    def summary(self) -> pd.DataFrame:
        """Describe each campaign: contacts, known outcomes, positives, rate, moments."""
        return summary_of(self)

    def __repr__(self) -> str:
        return line_of(self)

    def _repr_html_(self) -> str:
        return page_of(self)
