"""Signs against a model: what a run may be told to stop at, each with what to do next.

A notebook shows them, and `workbench.reports.run` reads them before it lets a model take its
place. None of them is a judgement of its own: each repeats, in one sentence, what the parts that
were measured say.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from workbench.digits import loss_text
from workbench.errors import ParameterError
from workbench.evidence.beyond import BeyondTraining
from workbench.evidence.forward import ForwardEstimate
from workbench.evidence.split import Split
from workbench.governance import screen
from workbench.governance.limits import MUCH_OUTSIDE, TOO_GOOD_AUC, TOO_GOOD_LOSS
from workbench.language import language, retold, say, say_count, speaking
from workbench.messages import did_you_mean, listed
from workbench.reports.prose import coded

MIME = "application/vnd.workbench.signs+json"
"""Output type by which a run finds the signs in an executed notebook."""

CONDITIONS = ("leak", "undated", "perfect", "drift", "readiness")
DEFAULT = ("leak", "perfect")
NONE = "none"


@dataclass(frozen=True)
class Sign:
    """One sign against a model.

    Parameters
    ----------
    name : {"leak", "undated", "perfect", "drift", "readiness"}
    what : str
        What was found, with the column or the figure; a sentence.
    then : str
        What to do next; a sentence.
    local : str
        Both, in the reader's language where that is not English.
    """

    name: str
    what: str
    then: str
    local: str = field(default="", compare=False)

    def __str__(self) -> str:
        return f"{self.name}: {self.what} {self.then}"


@dataclass(frozen=True)
class Signs:
    """The signs against a model, and the conditions that were looked at.

    Parameters
    ----------
    found : sequence of Sign
    looked_at : sequence of str
        Of `CONDITIONS`; what is not named here was not asked, and is not known.

    Examples
    --------
    >>> signs = Signs([Sign("leak", "'ended' may give the outcome away.", "Leave it out.")])
    >>> print(signs)
    leak: 'ended' may give the outcome away. Leave it out.
    >>> Signs.from_dict(signs.to_dict()).among(["perfect"])
    []
    """

    found: Sequence[Sign] = ()
    looked_at: Sequence[str] = CONDITIONS

    def among(self, conditions: Sequence[str]) -> list[Sign]:
        """Return those of some conditions."""
        return [sign for sign in self.found if sign.name in conditions]

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values; without a sentence that is the same in English."""
        found = self.found
        return {
            "found": [
                {k: v for k, v in asdict(sign).items() if v or k != "local"} for sign in found
            ],
            "looked_at": list(self.looked_at),
        }

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Signs:
        """Make signs again from `to_dict`."""
        return cls([Sign(**sign) for sign in plain["found"]], tuple(plain["looked_at"]))

    def screened(self) -> Signs:
        """Return them without what stands for few people."""
        said = [
            Sign(s.name, screen.said(s.what), screen.said(s.then), screen.said(s.local))
            for s in self.found
        ]
        return Signs(said, self.looked_at)

    def __str__(self) -> str:
        return "\n".join(map(str, self.found)) or "No sign against this model."

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        shown = self.screened()
        return {"text/plain": str(shown), "text/html": Signs._html(shown), MIME: shown.to_dict()}

    def _html(self) -> str:
        items = "".join(f"<li>{coded(s.local or f'{s.what} {s.then}')}</li>" for s in self.found)
        return f"<p>{say('Before this model is used:')}</p><ul>{items}</ul>" if items else ""


def signs_against(
    split: Split,
    performance: Mapping[str, Any],
    *,
    suspects: Mapping[str, str],
    beyond: BeyondTraining,
    forward: ForwardEstimate | None = None,
) -> Signs:
    """Gather the signs against a model from what was measured of it.

    - ``leak``: a column is suspected to give the outcome away.
    - ``undated``: the order of campaigns is not known, or there are none.
    - ``perfect``: AUC > 0.99, log loss < 0.05 of the base rate's, or an interval that is not a
      number.
    - ``drift``: more than 0.1 of what moves the scores lies outside of the trained range.
      Or the forward estimate loses no less than the recent response rate.
    - ``readiness``: the test is too small to judge by, or the model is not proven to beat the
      base rate on it. Where the order of campaigns is known, on the next one neither.

    Parameters
    ----------
    split : Split
    performance : mapping
        A row of `workbench.metrics.performance`, of the test.
    suspects : mapping of column to str
        What says so: `FeatureFrame.suspects`.
    beyond : BeyondTraining
        Of the contacts to score.
    forward : ForwardEstimate, optional
        None where the order of campaigns is not known.

    Returns
    -------
    Signs

    Examples
    --------
    >>> import pandas as pd
    >>> from workbench import FeatureFrame, RidgePropensity, evidence, metrics
    >>> table = pd.DataFrame({"x": range(80), "bought": [0, 0, 1, 1] * 20})
    >>> split = evidence.hold_out(FeatureFrame.from_table(table, target="bought"))
    >>> model = RidgePropensity(alpha=1.0).fit(split.train)
    >>> row = metrics.performance(split.test.y, model.propensity(split.test)).iloc[0]
    >>> beyond = evidence.beyond_training(model, split.test)
    >>> signs = signs_against(split, row, suspects={}, beyond=beyond)
    >>> [sign.name for sign in signs.found]
    ['undated', 'readiness']
    """
    table = split.test.recipe.get("kind") == "table"

    def found() -> list[Sign]:
        return [
            *_leak(suspects, table=table),
            *_undated(split),
            *_perfect(performance),
            *_drift(beyond, forward),
            *_readiness(split, performance, forward),
        ]

    with speaking("en"):
        english = found()
    if language() == "en":
        return Signs(english)
    both = zip(english, found(), strict=True)
    return Signs([replace(one, local=f"{said.what} {said.then}") for one, said in both])


def signs_in(notebook: Mapping[str, Any]) -> Signs | None:
    """Find all signs that an executed notebook shows; None where it shows none."""
    shown = [
        Signs.from_dict(output["data"][MIME])
        for cell in notebook["cells"]
        for output in cell.get("outputs", ())
        if MIME in output.get("data", {})
    ]
    if not shown:
        return None
    found = dict.fromkeys(sign for signs in shown for sign in signs.found)
    looked_at = dict.fromkeys(word for signs in shown for word in signs.looked_at)
    return Signs(list(found), tuple(looked_at))


def stopping(signs: Signs | None, fail_on: Sequence[str] | None, *, name: str) -> list[Sign]:
    """Return the signs that a run stops at.

    Parameters
    ----------
    signs : Signs or None
        Those that the notebook shows.
    fail_on : sequence of str, optional
        Conditions. What was asked for and never looked at counts as a sign; None is `DEFAULT`,
        as far as it was looked at.
    name : str
        Of the notebook.

    Examples
    --------
    >>> print(*stopping(None, ["drift"], name="mine.ipynb"))
    drift: Not looked for: mine.ipynb shows no signs of it. Let a cell end with
    `workbench.reports.signs_against(…)`, or leave the word out of `fail_on`.
    """
    looked_at = () if signs is None else signs.looked_at
    unseen = [] if fail_on is None else [word for word in fail_on if word not in looked_at]
    found = [] if signs is None else signs.among(DEFAULT if fail_on is None else fail_on)
    return [
        *found,
        *(
            Sign(
                word,
                f"Not looked for: {name} shows no signs of it.",
                "Let a cell end with `workbench.reports.signs_against(…)`, or leave the word out "
                "of `fail_on`.",
            )
            for word in unseen
        ),
    ]


def remark_on(stopped_by: Sequence[Sign]) -> str:
    """Say what a reader of the report must know first of a run that was stopped."""
    if not stopped_by:
        return ""
    return " ".join([say("No model was written."), *(s.local or s.what for s in stopped_by)])


def conditions_in(text: str | Sequence[str]) -> tuple[str, ...]:
    """Read a list of conditions, with commas between; "none" is none.

    Raises
    ------
    ParameterError
        A word is no condition.

    Examples
    --------
    >>> conditions_in("leak, drift"), conditions_in("none")
    (('leak', 'drift'), ())
    """
    words = [w.strip() for w in text.split(",")] if isinstance(text, str) else list(text)
    if words == [NONE]:
        return ()
    for word in words:
        if word not in CONDITIONS:
            alone = " 'none' stands alone." if word == NONE else ""
            raise ParameterError(
                f"`fail_on` must be of {listed(CONDITIONS)}, with commas between, or 'none'; got "
                f"{word!r}.{alone or did_you_mean(word, CONDITIONS)}"
            )
    return tuple(dict.fromkeys(words))


def _leak(suspects: Mapping[str, str], *, table: bool) -> Iterator[Sign]:
    if suspects:
        said = "; ".join(f"{name!r} ({retold(why)})" for name, why in suspects.items())
        left_out = " ".join(f"`drop={name!r}`" for name in suspects)
        yield Sign(
            "leak",
            say("May give the outcome away: {said}.", said=said),
            say(
                "What is known only after the contact must be left out: {left_out}.",
                left_out=left_out if table else say("leave it out"),
            ),
        )


def _undated(split: Split) -> Iterator[Sign]:
    if not split.later:
        named = bool(split.test.campaigns) and len(split.train.campaigns) > 0
        if named:
            yield Sign(
                "undated",
                say("The order of the campaigns in time is not known."),
                say("Name the time column, `time`, or say the order, `order`."),
            )
        else:
            yield Sign(
                "undated",
                say(
                    "The order of the campaigns in time is not known: the table names no campaigns."
                ),
                say("Name a column that does, `campaign`, a month will do, or `time`."),
            )


def _perfect(performance: Mapping[str, Any]) -> Iterator[Sign]:
    area, ratio = performance["auc"], performance["loss_ratio"]
    ends = [performance[f"auc_{end}"] for end in ("low", "high")]
    ends += [performance[f"loss_ratio_{end}"] for end in ("low", "high")]
    said = []
    if area > TOO_GOOD_AUC:
        said.append(say("the AUC is {auc:.4f}, above {limit}", auc=area, limit=TOO_GOOD_AUC))
    if ratio < TOO_GOOD_LOSS:
        loss, base = (loss_text(performance[name]) for name in ("log_loss", "base_log_loss"))
        said.append(
            say("the log loss is {loss}, near 0 (the base rate's is {base})", loss=loss, base=base)
        )
    if not all(map(math.isfinite, ends)):
        said.append(say("an interval of AUC or log loss is not a number"))
    if said:
        yield Sign(
            "perfect",
            say("Too good, or too little, to be believed: {said}.", said="; ".join(said)),
            say(
                "Look for a column that is filled in after the response, and test on more contacts."
            ),
        )


def _drift(beyond: BeyondTraining, forward: ForwardEstimate | None) -> Iterator[Sign]:
    said = []
    if beyond.share > MUCH_OUTSIDE:
        worst = beyond.outside["feature"].iloc[0]
        said.append(
            say(
                "{share:.0%} of what moves the scores lies outside of the trained range, more than "
                "{much:.0%}, most of it of {worst!r}",
                share=beyond.share,
                much=MUCH_OUTSIDE,
                worst=worst,
            )
        )
    against = None if forward is None else forward.against_base
    if against is not None and against.estimate >= 0:
        said.append(
            say(
                "on campaigns judged by earlier ones, the log loss is {loss:+.4f} against that of "
                "the recent response rate",
                loss=against.estimate,
            )
        )
    if said:
        yield Sign(
            "drift",
            say(
                "The contacts to score are not those that were learned from: {said}.",
                said="; ".join(said),
            ),
            say(
                "Fit on later campaigns too, or leave out what moved; `workbench run shift` shows "
                "it."
            ),
        )


def _readiness(
    split: Split, performance: Mapping[str, Any], forward: ForwardEstimate | None
) -> Iterator[Sign]:
    if split.too_few:
        yield Sign("readiness", *_sentences(split.too_few))
        return
    if forward is not None and not forward.proven:
        yield Sign(
            "readiness",
            say_count(
                "The model is not proven to beat the recent response rate on the next campaign "
                "({n:,.0f} campaign judged).",
                "The model is not proven to beat the recent response rate on the next campaign "
                "({n:,.0f} campaigns judged).",
                len(forward.campaigns),
            ),
            say("Run again when more campaigns have outcomes, or give more features."),
        )
    high = performance["loss_ratio_high"]
    if high >= 1 or (forward is None and math.isnan(high)):
        yield Sign(
            "readiness",
            say(
                "The model is not proven to beat the base rate: the 95% interval of its log loss "
                "over the base rate's ends at {high:.3f}.",
                high=performance["loss_ratio_high"],
            ),
            say("Test on more contacts, or give more features."),
        )


def _sentences(text: str) -> tuple[str, str]:
    """Cut the last sentence, which says what to do, from those before."""
    before, _, last = text.rpartition(". ")
    return f"{before}.", last
