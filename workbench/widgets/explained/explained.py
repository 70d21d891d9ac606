"""Explained: why one contact has its score, and what it would be with other values."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import anywidget
import numpy as np
import pandas as pd
import traitlets
from sklearn.utils.validation import check_is_fitted

from workbench.digits import share_text
from workbench.errors import ParameterError, WorkbenchError, WorkbenchWarning
from workbench.frame.feature_frame import FeatureFrame
from workbench.frame.wording import Wording, told_apart
from workbench.language import (
    language,
    later,
    number_text,
    retold,
    say,
    say_count,
    speaking,
)
from workbench.metrics.score_scale import scale_of
from workbench.ridge.explain.contributions import COUNTED_AS
from workbench.ridge.explain.explanation import arranged, by_feature
from workbench.ridge.explain.units import units_of
from workbench.widgets.explained.one_contact import facts_of, row_of
from workbench.widgets.explained.what_if import WhatIf
from workbench.widgets.front.module import module_of
from workbench.widgets.front.names import check_labels
from workbench.widgets.front.picture import words
from workbench.widgets.front.reported import ReportedView
from workbench.widgets.front.spoken import spoken
from workbench.widgets.views import EXPLAINED

MOST_STEPS = 12
MOST_OPTIONS = 300
"""Levels offered in a list; of a column with more, the others can be typed."""
NOTES = (
    later(
        "Contributions are exact: they add up from the average contact's score to this one. The "
        "average contact has the mean of each column in training."
    ),
    later("A contribution says what the model goes by, not what caused a response."),
    later(
        "Columns are changed one by one. Those that belong together, such as visits in 28 and in "
        "91 days, follow only where you change them too."
    ),
    later("This view stays in the notebook: a report has a sentence in its place."),
)

WHAT = {
    "propensity": later("Propensity {score}"),
    "amount": later("Expected amount {score}"),
    "count": later("Expected count {score}"),
}


class Explained(ReportedView, anywidget.AnyWidget):
    """One contact: what makes its score, and what it would be with other values.

    A waterfall leads from the average contact of the training data to this one, a step a
    feature or group (`RidgePropensity.explanation`). Fields hold the contact's values. A change is
    scored at once, by the model itself. So the number is that of ``model.propensity`` for the
    frame with the changed cells.

    It shows a customer, so it is never mailed. An exported report has a sentence in its place,
    and so has its picture. What it shows goes to the open view alone, and is not saved with
    the notebook.

    Parameters
    ----------
    model : RidgePropensity, RidgeAmount or RidgeCount
        Fitted.
    frame : FeatureFrame
        With the columns that the model reads.
    customer : object, optional
        Whose contact, as in ``frame.customer``.
    campaign : object, optional
        In which campaign, where the customer has contacts in several.
    row : int, optional
        The row of the frame, from 0, in place of customer and campaign.
    labels : mapping of str to str, optional
        Features, groups and levels (``column=level``) to the reader's own words, which the view
        writes in their place. Others have the words of the frame, else of the model.

    Attributes
    ----------
    changes : dict
        The columns that were changed, with the values they have now.
    score : float
        The propensity, or what else the model foretells, with these changes.

    Raises
    ------
    ParameterError
        No contact is meant, or several; the model is of another kind; or a label is of no
        feature, group or level.
    SchemaError
        The frame lacks a column that the model reads.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from workbench import Explained, FeatureFrame, RidgePropensity
    >>> rng = np.random.default_rng(0)
    >>> table = pd.DataFrame({"visits": rng.poisson(3, 300), "who": np.arange(300)})
    >>> table["bought"] = rng.random(300) < table["visits"] / 10
    >>> frame = FeatureFrame.from_table(table, target="bought", customer="who")
    >>> model = RidgePropensity(alpha=0.01).fit(frame)
    >>> one = Explained(model, frame, customer=17)
    >>> one.move({"visits": 6})
    >>> row = frame.X.iloc[[17]].assign(visits=6.0)
    >>> bool(one.score == model.propensity(row).iloc[0])
    True
    >>> one.steps()["value"].tolist()
    ['6']
    """

    _esm = module_of(EXPLAINED)
    spoken = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        model: Any,
        frame: FeatureFrame,
        *,
        customer: Any = None,
        campaign: Any = None,
        row: int | None = None,
        labels: Mapping[str, str] | None = None,
    ) -> None:
        self._scale, self._language = scale_of(_foretells(model)), language()
        at = row_of(frame, customer=customer, campaign=campaign, row=row)
        self._model, self._one = model, frame.rows([at])
        self._facts = facts_of(frame, at)
        self._what_if = WhatIf(model, self._one.X, units_of(frame.catalogue))
        self._wording = self._words_of(labels or {}, frame)
        self.changes: dict[str, Any] = {}
        self._revision = 0
        self._as_it_is = self._score_of(self._one.X)
        super().__init__(spoken=spoken(EXPLAINED))
        self.on_msg(self._heard)

    def _words_of(self, labels: Mapping[str, str], frame: FeatureFrame) -> Wording:
        columns = self._what_if.columns
        levels = {f"{name}={level}" for name, one in columns.items() for level in one.levels or ()}
        check_labels(labels, {*columns, *levels, *self._groups, *self._one.groups.values()})
        wording: Wording = self._model.wording | frame.wording | Wording(labels)
        return wording

    @cached_property
    def _groups(self) -> list[str]:
        return list(dict.fromkeys(self._model.columns_["group"].astype(str)))

    @property
    def score(self) -> float:
        """What the model foretells with the changes."""
        return self._score_of(self._what_if.changed(self.changes))

    def move(self, changes: Mapping[str, Any]) -> None:
        """Change columns, as the frame holds them; what is not named stays as it is.

        Parameters
        ----------
        changes : mapping of column to value
            None where a value is missing. A column in logarithms, of unit ``ln(1 + count)``,
            takes logarithms here; its field in the view takes the count.

        Raises
        ------
        ParameterError
            The model reads no such column, or a value is none that it could have.
        """
        moved = {**self.changes, **dict(changes)}
        self._what_if.changed(moved)
        self.changes = moved
        self._revision += 1
        self._answer()

    def back(self) -> None:
        """Take every change back."""
        self.changes = {}
        self._revision += 1
        self._answer()

    def steps(self, *, by: str = "feature", most: int | None = None) -> pd.DataFrame:
        """Return the steps from the average contact, with the changes.

        Parameters
        ----------
        by : {"feature", "group"}
        most : int, optional
            Steps taken one by one.

        Returns
        -------
        DataFrame
            As of `RidgePropensity.explanation`.
        """
        row = self._what_if.changed(self.changes).reset_index(drop=True)
        one = FeatureFrame(row, pd.Series([np.nan]), catalogue=self._one.catalogue)
        with warnings.catch_warnings(action="ignore", category=WorkbenchWarning):  # told below
            found: pd.DataFrame = self._model.explanation(one, by=by, most=most)
        return found

    def _parts_of(self, row: pd.DataFrame) -> pd.DataFrame:
        with warnings.catch_warnings(action="ignore", category=WorkbenchWarning):
            return by_feature(self._model, row, self._what_if.units)

    def _score_of(self, row: pd.DataFrame) -> float:
        foretell = getattr(self._model, "propensity", None) or self._model.expected
        with warnings.catch_warnings(action="ignore", category=WorkbenchWarning):
            return float(foretell(row).iloc[0])

    def _heard(self, _: Any, content: Mapping[str, Any], __: Any) -> None:
        """Answer a view: what it is to show, or what other values do."""
        with speaking(self._language):
            if content.get("asked") == "contact":
                self.send({"contact": self._contact()})
                self._answer()
            elif content.get("asked") == "score":
                self._revision = int(content["revision"])
                self._read(content["changes"])

    def _read(self, entered: Mapping[str, Any]) -> None:
        """Take what was entered in the view; mark what is no value, and score nothing then."""
        changes, wrong = {}, {}
        for name, text in entered.items():
            try:
                changes[name] = self._what_if.read(name, text)
            except ParameterError as error:
                wrong[name] = str(error)
        if wrong:
            self.send({"answer": {"revision": self._revision, "wrong": wrong}})
            return
        self.changes = changes
        self._answer()

    def _answer(self) -> None:
        try:
            with speaking(self._language):
                answer = self._answered()
        except WorkbenchError as error:
            answer = {"refused": str(error)}
        self.send({"answer": {"revision": self._revision, **answer}})

    def _contact(self) -> dict[str, Any]:
        """Say what does not change: who it is, and how each column is entered."""
        catalogue = self._one.catalogue
        fields = []
        for name in self._in_order():
            field = self._what_if.field(name)
            about = catalogue["description"].get(name)
            field["words"] = self._words(name)
            told = isinstance(about, str) and about != f"column {name}"
            field["about"] = about if told else ""
            field["group"] = self._wording.of(self._one.groups.get(name, ""))
            if "options" in field:
                field["options"] = self._options(name, field["options"])
            fields.append(field)
        title = ", ".join(self._facts)
        return {
            "title": title[:1].upper() + title[1:],
            "fields": fields,
            "notes": [say(one) for one in NOTES],
        }

    def _options(self, name: str, levels: list[str]) -> list[list[str]]:
        """Return each level with the reader's words for it."""
        if len(levels) > MOST_OPTIONS:
            return []
        said = told_apart({level: self._wording.value_of(name, level) for level in levels})
        return [[level, words] for level, words in said.items()]

    def _in_order(self) -> list[str]:
        """Name the columns, the one that moves this contact's score most first."""
        steps = arranged(self._parts_of(self._one.X), self._model.at_average)
        return [str(name) for name in steps.index]

    def _answered(self) -> dict[str, Any]:
        """Score the changes, and say what follows."""
        row = self._what_if.changed(self.changes)
        score, parts, average = self._score_of(row), self._parts_of(row), self._model.at_average
        steps = {
            by: self._written(arranged(parts, average, by=by, most=MOST_STEPS))
            for by in ("feature", "group")
        }
        places = [one[end] for one in steps["feature"] for end in ("start", "end")]
        places += [one[end] for one in steps["group"] for end in ("start", "end")]
        return {
            "score": score,
            "sentence": self._sentence(score),
            "steps": steps,
            "adds": {str(name): float(value) for name, value in parts["contribution"].items()},
            "entered": {name: self._what_if.entered(name, row[name]) for name in self.changes},
            "told": self._told(),
            "axis": say(self._scale.axis),
            "ticks": self._scale.ticks(min(places), max(places)),
        }

    @cached_property
    def _told_of_itself(self) -> dict[str, str]:
        values = {name: self._one.X[name].tolist()[0] for name in self._what_if.columns}
        return {name: self._what_if.told(name, value) for name, value in values.items()}

    def _told(self) -> dict[str, str]:
        moved = {name: self._what_if.told(name, value) for name, value in self.changes.items()}
        return {name: said for name, said in {**self._told_of_itself, **moved}.items() if said}

    def _written(self, steps: pd.DataFrame) -> list[dict[str, Any]]:
        numbers = ("contribution", "start", "end")
        return [
            {
                "name": str(name),
                "words": self._words(str(name)),
                "value": self._value(str(name), step["value"]),
                **{one: float(step[one]) for one in numbers},
            }
            for name, step in steps.iterrows()
        ]

    def _words(self, name: str) -> str:
        """Return the reader's words for a feature or a group; what is the rest is told again."""
        return self._called.get(name) or retold(name)

    @cached_property
    def _called(self) -> dict[str, str]:
        both = [self._groups, list(self._what_if.columns)]
        words = (
            pair for names in both for pair in zip(names, self._wording.all(names), strict=True)
        )
        return dict(words)

    def _value(self, name: str, text: str) -> str:
        """Return a value without what it counts as: that is told."""
        column = self._what_if.columns.get(name)
        if column is None or column.levels is not None:
            return self._wording.value_of(name, text)
        return text.partition(say(COUNTED_AS, value=""))[0]

    def _sentence(self, score: float) -> str:
        average = float(self._scale.mean(np.array([self._model.at_average]))[0])
        said = say(WHAT[self._model.foretells], score=self._write(score))
        if self.changes:
            said += say_count(
                ", with {n} change; as it is, {own}",
                ", with {n} changes; as it is, {own}",
                len(self.changes),
                own=self._write(self._as_it_is),
            )
        told = {"average": self._write(average)}
        if average > 0 and score >= 0:
            times = number_text(score / average, ".3g")
            return said + say(
                "; {times} times the average contact's {average}.", times=times, **told
            )
        return said + say("; the average contact's {average}.", **told)

    def _write(self, value: float) -> str:
        of_shares = self._model.foretells == "propensity"
        return share_text(value) if of_shares else self._scale.written(value)

    def _beside(self) -> dict[str, Any]:
        """Return a sentence, and a mark that a report puts one in its place."""
        return {"image/png": words(say(EXPLAINED.picture)), EXPLAINED.mime: {}}


def _foretells(model: Any) -> str:
    kind = getattr(model, "foretells", None)
    if isinstance(model, type) or not (isinstance(kind, str) and hasattr(model, "explanation")):
        raise ParameterError(
            "`model` must be a fitted RidgePropensity, RidgeAmount or RidgeCount; got a "
            f"{type(model).__name__}. Of a pipeline, give its last step, and the frame as that "
            "step reads it."
        )
    if kind not in WHAT:
        raise ParameterError(
            f"`model` must be a fitted RidgePropensity, RidgeAmount or RidgeCount; got a "
            f"{type(model).__name__}. Its steps stand in a table: "
            "`model.explanation(frame.rows([0]))`."
        )
    check_is_fitted(model, "columns_")
    return str(kind)
