"""The Tuner: penalties under your fingers, in the notebook and in the mailed report."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any, NamedTuple

import anywidget
import numpy as np
import pandas as pd
import traitlets

from workbench.errors import FitError
from workbench.frame.feature_frame import FeatureFrame
from workbench.governance.disclosure import EXACT, PRIVATE, STATIC, check_release
from workbench.language import language, later, say, speaking
from workbench.metrics.money import one_for_all
from workbench.numbers import Array
from workbench.ridge import RidgePropensity
from workbench.ridge.fitted.fit import Fit
from workbench.ridge.penalties.plan import Moves, moved_penalties
from workbench.widgets.fitted.facts import Facts, answer, no_view_of, of_fit
from workbench.widgets.front.module import module_of
from workbench.widgets.front.names import Names, checked_currency
from workbench.widgets.front.saved import SavedView
from workbench.widgets.front.spoken import spoken
from workbench.widgets.private.release import part_text
from workbench.widgets.tuner import answers
from workbench.widgets.tuner.mailed import Shown, exact_state, private_state
from workbench.widgets.tuner.newest_wins import NewestWins
from workbench.widgets.tuner.page_step import WANTED, PageStep
from workbench.widgets.tuner.picture import picture
from workbench.widgets.tuner.settings import Judged
from workbench.widgets.views import TUNER

TUNED_FORWARD = later(
    "Penalties were tuned on campaigns judged by those before them; this view leaves out one "
    "campaign at a time, so that its least loss may lie elsewhere."
)


_PART = re.compile(r"part (\d+)")


class _Job(NamedTuple):
    revision: int
    penalties: Array
    group: str | None


class Tuner(SavedView, anywidget.AnyWidget):
    """Sliders for the penalties of a fitted model, and everything that follows from them.

    A move shows one Newton step at once, which the page takes by itself where columns are some
    hundred. A closer preview follows (`RidgePropensity.preview`), and when the slider is let
    go, the exact refit. `model` is the tuned model, for the next cell. In an exported report
    the same view works without a kernel, from aggregates only.

    Parameters
    ----------
    model : RidgePropensity
        Fitted here, so that its rows are at hand.
    frame : FeatureFrame, optional
        Contacts to judge lift, calibration and profit on. Without it, or where it is the
        frame of the fit, each contact is scored by a model without its campaign.
    cost, margin : float
        Of one contact, and of one response before the cost of contact.
    release : {"private", "static", "exact"}
        What an exported report holds of it. "private": statistics of clipped rows, with
        noise, so that no customer can be told from them. "static": a picture alone. "exact":
        the statistics as they are, for readers inside the house.

    currency : str
        What amounts of money are in, such as "EUR": it stands behind them.
    labels : mapping of str to str, optional
        Features, columns or groups to the reader's own words, which charts write in their place;
        by default those of the frame that the model was fitted to (`FeatureFrame.labelled`).

    Attributes
    ----------
    model : RidgePropensity
        Under the penalties that are shown, fitted exactly; asking waits for the refit.
    penalties : Series
        λ_j of each design column, as shown.

    Raises
    ------
    FitError
        The model was loaded or copied without its rows.
    ParameterError
        `cost` or `margin` is no amount of money, or `release` no way to leave the notebook.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from workbench import RidgePropensity, Tuner
    >>> rng = np.random.default_rng(0)
    >>> X = pd.DataFrame(rng.normal(size=(600, 2)), columns=["visits", "promo"])
    >>> y = rng.random(600) < 1 / (1 + np.exp(1 - X["visits"]))
    >>> months = np.repeat(["May", "June", "July"], 200)
    >>> model = RidgePropensity(alpha=0.01).fit(X, y, campaign=months)
    >>> tuner = Tuner(model)
    >>> tuner.move({"promo": 1.0})
    >>> tuner.model.penalties_.to_dict()
    {'visits': 0.01, 'promo': 1.0}
    """

    view = TUNER
    _esm = module_of(TUNER)
    spoken = traitlets.Dict().tag(sync=True)
    facts = traitlets.Dict().tag(sync=True)
    # not echoed: a message less for every move
    asked = traitlets.Dict().tag(sync=True, echo_update=False)
    answer = traitlets.Dict().tag(sync=True)
    extras = traitlets.Dict().tag(sync=True)
    compared: traitlets.List[Any] = traitlets.List().tag(sync=True)
    mine: traitlets.List[Any] = traitlets.List(allow_none=True, default_value=None).tag(sync=True)
    money = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        model: RidgePropensity,
        frame: FeatureFrame | None = None,
        *,
        cost: float = 1.0,
        margin: float = 10.0,
        release: str = PRIVATE,
        currency: str = "",
        labels: Mapping[str, str] | None = None,
    ) -> None:
        self.release = check_release(release)
        self._language = language()
        self._currency = checked_currency(currency)
        described = None if frame is None else frame.catalogue
        self._names = Names.of(model, described, labels or {})
        money = {"cost": cost, "margin": margin}
        for name, amount in money.items():
            one_for_all(amount, name=name)
        self._facts = Facts.of(model)
        self._fitted = self._exact = model
        self._judged = Judged.of(model, frame, self._facts)
        self._jobs = NewestWins(self._refit)
        self._penalties = self._facts.tuned
        self._spoken = spoken(TUNER)
        super().__init__(spoken=self._spoken, facts=self._described(), money=money)
        self.compared = [self._comparison(name, some) for name, some in self._references()]
        self._show(0, self._facts.tuned, kind="exact")
        self.extras = self._evidence(0, model, self._facts, "tuned")
        self.observe(self._asked, "asked")
        self.observe(self._mine, "mine")
        self.on_msg(self._told)

    @staticmethod
    def unavailable(model: RidgePropensity) -> str | None:
        """Say in a sentence why a model fitted here cannot be shown; None where it can.

        More columns than twice the rows are fitted as mixtures, and some thousand columns without
        matrices: there is then nothing to show while a slider moves.
        """
        return no_view_of(model)

    @property
    def model(self) -> RidgePropensity:
        """The model under the penalties that are shown, with errors; waits for the refit."""
        self._jobs.settle()
        if not np.array_equal(self._exact.workspace_.given.penalties, self._penalties):
            self._exact = self._fitted.refit(self.penalties)
        return self._exact

    @property
    def penalties(self) -> pd.Series[float]:
        """λ_j of each design column that is not dropped, as shown."""
        return pd.Series(self._penalties, index=list(self._facts.names), name="penalty")

    def move(self, penalties: Moves) -> None:
        """Set penalties from Python: sliders and curves follow.

        Parameters
        ----------
        penalties : mapping of group, feature or column to λ, or Series by column

        Raises
        ------
        ParameterError
            A name is unknown, or a penalty is not a finite number from 0.
        """
        columns = self._fitted.columns_.copy()
        columns.loc[~columns["dropped"], "penalty"] = self._penalties
        moved = moved_penalties(columns, penalties)
        revision = int(self.asked.get("revision", 0)) + 1
        self.asked = {"revision": revision, "penalties": moved.tolist(), "final": True}

    def keep(self) -> None:
        """Save the penalties that are shown as "mine", to compare others with."""
        self.mine = self._penalties.tolist()

    def _told(self, _: Tuner, content: Mapping[str, Any], __: object) -> None:
        """Send a page what it steps with, where a step is quick there; it asks when it is shown."""
        found = PageStep.of(self._facts) if content == WANTED else None
        if found is not None:
            self.send(found.content, found.buffers)

    def _asked(self, change: Mapping[str, Any]) -> None:
        """Answer a move at once from the statistics; when it is final, refit behind."""
        asked = change["new"]
        penalties = np.asarray(asked["penalties"], dtype=float)
        revision, group = int(asked["revision"]), asked.get("group")
        if penalties.shape != self._facts.tuned.shape or not (penalties >= 0).all():
            return  # what a page sends is not to be trusted
        try:
            if self.answer.get("revision") != revision:
                self._show(revision, penalties, kind="preview")
        except FitError as error:
            self.answer = {"revision": revision, "refused": str(error)}
            return
        self._penalties = penalties
        if asked.get("final"):
            self._jobs.submit(_Job(revision, penalties, group))

    def _mine(self, change: Mapping[str, Any]) -> None:
        kept = change["new"]
        named = [*self._references()]
        if kept is not None:
            named.append(("mine", np.asarray(kept, dtype=float)))
        self.compared = [self._comparison(name, some) for name, some in named]

    def _show(self, revision: int, penalties: Array, *, kind: str) -> None:
        found = self._fitted.workspace_.preview(penalties)
        said = answers.core(
            answer(self._facts, penalties, found.b),
            revision=revision,
            kind=kind,
            penalties=penalties,
        )
        self.answer = {**said, "bound": 0.0 if kind == "exact" else found.error_bound}

    def _refit(self, job: _Job, overtaken: Callable[[], bool]) -> None:
        """Fit exactly, show it; then errors, losses, curves and outcomes by score."""
        self._fitted.workspace_.check_determined(job.penalties, self._fitted.design_)
        workspace = self._nearest(job.penalties).refit(job.penalties)
        b = workspace.coefficients
        shown: dict[str, Any] = {"revision": job.revision, "kind": "exact"}
        shown["penalties"] = job.penalties
        near = answers.core(answer(self._facts, job.penalties, b), **shown)
        self.answer = {**near, "losses": "near"}  # each campaign is left out exactly below
        if overtaken():
            return
        self._exact = self._fitted._moved_to(workspace.retaken())  # noqa: SLF001 - shown before it is described
        facts = replace(self._facts, stats=of_fit(self._exact.workspace_))
        if overtaken():
            return
        self.answer = answers.core(answer(facts, job.penalties, b), **shown)
        said = self._evidence(job.revision, self._exact, facts, "these penalties")
        if overtaken():
            return
        self.extras = {**said, "curve": answers.curve(facts, job.penalties, job.group)}

    def _nearest(self, penalties: Array) -> Fit:
        """Return what was fitted exactly nearest to penalties: fewest passes lead on from there."""
        fits = {id(one): one for one in (self._fitted.workspace_, self._exact.workspace_)}
        return min(fits.values(), key=lambda one: one.preview(penalties).error_bound)

    def _evidence(
        self, revision: int, model: RidgePropensity, facts: Facts, name: str
    ) -> dict[str, Any]:
        workspace = model.workspace_
        penalties, b = workspace.given.penalties, workspace.coefficients
        bins = self._judged.bins(workspace, [penalties], [b])[0]
        return {
            "revision": revision,
            "evidence": answers.evidence(bins, name),
            "nudges": answers.nudges(facts, penalties),
            "curve": answers.curve(facts, penalties, None),
        }

    def _references(self) -> list[tuple[str, Array]]:
        return [("tuned", self._facts.tuned), ("uniform", self._facts.uniform_penalties())]

    def _comparison(self, name: str, penalties: Array) -> dict[str, Any]:
        workspace = self._fitted.workspace_
        b = workspace.preview(penalties).b
        found = answer(self._facts, penalties, b)
        bins = self._judged.bins(workspace, [penalties], [b])[0]
        return {
            "name": name,
            "penalties": penalties.tolist(),
            "b": found.b.tolist(),
            "edf": float(found.edf.sum()),
            "loss": found.loss.tolist(),
            "bins": [values.tolist() for values in bins],
        }

    def _described(self) -> dict[str, Any]:
        facts, training = self._facts, self._fitted.training_
        return {
            **self._about,
            "columns": list(facts.names),
            "features": list(facts.features),
            **self._names.state(facts.names),
            "called": self._names.called(facts.features, facts.groups),
            "groups": list(facts.groups),
            "campaigns": facts.campaigns.tolist(),
            "folds": self._said(facts.folds),
            "lived_in": len(facts.folds),
            "weights": facts.stats.weight.tolist(),
            "penalties": facts.tuned.tolist(),
            "b": facts.stats.b.tolist(),
            "contacts": training["contacts"],
        }

    @cached_property
    def _about(self) -> dict[str, Any]:
        model = self._fitted
        kept = int((~model.columns_["dropped"]).sum())
        return {
            "uniform": self._facts.uniform,
            "judged": self._judged.about,
            "unseen": self._judged.unseen,
            "left_out": say("campaigns") if model.campaigns_out_ else say("parts of the rows"),
            "all_columns": len(model.columns_),
            "kept_columns": kept,
            "is_tuned": model.tuning_ is not None,
            "notes": self._notes,
            "currency": self._currency,
        }

    @property
    def _notes(self) -> list[str]:
        forward = self._fitted.workspace_.stats.forward_from is not None
        return [say(TUNED_FORWARD)] if forward and self._fitted.tuning_ is not None else []

    def state(self) -> dict[str, Any] | None:
        """Return the aggregates that an exported view works from; None where rows are too few.

        Under ``release="private"`` they are those of clipped rows, with noise: see
        `workbench.widgets.private.private_release`.
        """
        if self.release == STATIC:
            return None
        kept = None if self.mine is None else np.asarray(self.mine, dtype=float)
        about = {**self._about, "money": self.money, "named": self._names}
        shown = Shown(self._facts, self._judged, about, self._penalties, kept)
        made = exact_state if self.release == EXACT else private_state
        with speaking(self._language):
            state = made(self._fitted, shown)
            if state is None:
                return None
            said = {"spoken": self._spoken} if self._spoken else {}
            return {**state, **said, "folds": self._said(state["folds"])}

    def _said(self, folds: Iterable[str]) -> list[str]:
        """Name what is left out: campaigns as they are, parts of the rows by their number."""
        if self._fitted.campaigns_out_:
            return list(folds)
        return [_PART.sub(lambda part: part_text(int(part[1])), one) for one in folds]

    def _beside(self) -> dict[str, Any]:
        """Return a picture, and the state for an exported report."""
        with speaking(self._language):
            drawn = picture(self._exact, self._names.wording)
            # an empty state says that there are too few rows for one
            return {"image/png": drawn, TUNER.mime: self.state() or {}}
