"""The headline of a report: a sentence and the few figures that a reader looks for first."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from html import escape
from pathlib import Path
from typing import Any, Literal

from workbench.digits import loss_text, money_text, share_text
from workbench.governance import screen
from workbench.language import language, number_text, say, speaking
from workbench.reports.judged_on import same_contacts

MIME = "application/vnd.workbench.headline+json"
"""Output type by which the export finds the headline in an executed notebook."""

Kind = Literal["number", "share", "money", "count"]
_LOSS_DIGITS = 4  # of a number of which nothing else is said: most are losses


@dataclass(frozen=True)
class Figure:
    """One headline figure.

    Parameters
    ----------
    name : str
        Also the key by which the previous run's figure is found.
    value : float or None
        None or NaN shows as "n/a".
    kind : {"number", "share", "money", "count"}
        How it is written: ``0.2931``, ``29.3%``, ``1,234 EUR``, ``1,234``.
    digits : int
        Decimals of a "number"; with four, a value below 0.01 has four significant digits. A
        "share" has one, or none with 0.
    note : str
        What it is to be compared with.
    better : {"higher", "lower"}, optional
        Which direction is an improvement on the previous run.
    previous : float, optional
        The same figure in the previous run.
    unit : str
        The currency of money.
    low, high : float, optional
        The 95% interval.

    Examples
    --------
    >>> Figure("Pooled AUC", 0.8312, digits=3).text
    '0.831'
    >>> Figure("Contacts", 12345, kind="count", previous=12000, better="higher").change
    'before: 12,000 (better)'
    """

    name: str
    value: float | None
    kind: Kind = "number"
    digits: int = 4
    note: str = ""
    better: Literal["higher", "lower"] | None = None
    previous: float | None = None
    unit: str = ""
    low: float | None = None
    high: float | None = None

    @property
    def text(self) -> str:
        """The value as it is written."""
        return self.written(self.value)

    @property
    def change(self) -> str:
        """The previous run's value, and whether this one is better; empty without one."""
        if self.previous is None:
            return ""
        before = self.written(self.previous)
        verdict = self._verdict()
        if not verdict:
            return say("before: {before}", before=before)
        return say("before: {before} ({verdict})", before=before, verdict=verdict)

    def _verdict(self) -> str:
        if self.text == self.written(self.previous):
            return say("unchanged")
        if self.better is None or self.value is None or self.previous is None:
            return ""
        risen = self.value > self.previous
        return say("better" if risen == (self.better == "higher") else "worse")

    def written(self, value: float | None) -> str:
        """Write a value as this figure's is written."""
        if value is None or math.isnan(value):
            return say("n/a")
        if self.kind == "share":
            return share_text(value, min(self.digits, 1))
        if self.kind == "number" and self.digits == _LOSS_DIGITS:
            return loss_text(value)
        if self.kind == "money":
            return money_text(value, self.unit)
        return number_text(value, ",.0f" if self.kind == "count" else f".{self.digits}f")


@dataclass(frozen=True)
class Headline:
    """What the report says first.

    The last expression of a notebook cell: JupyterLab shows it in place, and the
    exported report lifts it to the top, wherever in the notebook it was computed.

    Parameters
    ----------
    title : str
    sentence : str
        The finding in one sentence.
    figures : sequence of Figure
    facts : mapping of str to str
        Short facts under the title: data, span, author.
    about : str
        What was modelled. Figures of a previous run stand beside these only where
        they are about the same.
    verdict : str
        One of `workbench.reports.verdict.VERDICTS`, or "" where a report gives none.
    why, next_step : str
        What the verdict stands on, and what follows.
    previous_verdict : str
        That of the previous run.
    judged : mapping
        What the figures were judged on, from `workbench.reports.judged_on`: they are better or
        worse than the previous run's only where both were judged on the same contacts.
    local : Headline, optional
        The same in the reader's language, where that is not English. Files that programs read
        hold this one in English, so that runs compare whatever their language.

    Examples
    --------
    >>> headline = Headline("Who buys?", "Better than chance.", [Figure("AUC", 0.8, digits=2)],
    ...                     about="shop.csv: bought")
    >>> print(headline)
    Better than chance.
      AUC  0.80
    >>> again = Headline.from_dict(headline.to_dict())
    >>> before = {"about": "shop.csv: bought", "figures": [{"name": "AUC", "value": 0.7}]}
    >>> print(again.compared_with(before))
    Better than chance.
      AUC  0.80  before: 0.70
    """

    title: str
    sentence: str = ""
    figures: Sequence[Figure] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    about: str = ""
    verdict: str = ""
    why: str = ""
    next_step: str = ""
    previous_verdict: str = ""
    judged: Mapping[str, Any] = field(default_factory=dict)
    local: Headline | None = None

    @property
    def read(self) -> Headline:
        """The headline as it is read: in the reader's language."""
        return self if self.local is None else self.local

    def compared_with(self, previous: Mapping[str, Any] | None) -> Headline:
        """Put the previous run's figures beside these, where it was about the same.

        Those judged on other contacts are shown, and called neither better nor worse.
        """
        if not previous or previous.get("about") != self.about:
            return self
        before = {
            (figure["name"], figure.get("unit", "")): figure["value"]
            for figure in previous.get("figures", [])
        }
        figures = [replace(f, previous=before.get((f.name, f.unit))) for f in self.figures]
        if not same_contacts(previous.get("judged") or {}, self.judged):
            figures = [replace(f, better=None) for f in figures]
        told = str(previous.get("verdict") or "")
        local = None if self.local is None else self.local.beside(figures, told)
        return replace(self, figures=figures, previous_verdict=told, local=local)

    def beside(self, figures: Sequence[Figure], verdict: str) -> Headline:
        """Put a previous run's figures beside these, which are `figures` in another language."""
        both = zip(self.figures, figures, strict=True)
        own = [replace(a, previous=b.previous, better=b.better) for a, b in both]
        return replace(self, figures=own, previous_verdict=verdict)

    @property
    def changes(self) -> str:
        """What is other than in the previous run, in a sentence.

        Examples
        --------
        >>> Headline("Who buys?", figures=[Figure("AUC", 0.8, digits=2, previous=0.7)]).changes
        'AUC: 0.80, before 0.70.'
        """
        told = [f for f in self.figures if f.previous is not None]
        if not told:
            return say("Nothing to compare with: no earlier run on these data left its model here.")
        moved = [f for f in told if f.text != f.written(f.previous)]
        said = [
            say(
                "{name}: {now}, before {before}",
                name=f.name,
                now=f.text,
                before=f.written(f.previous),
            )
            for f in moved
        ]
        if self.previous_verdict and self.previous_verdict != self.verdict:
            verdicts = {"now": say(self.verdict), "before": say(self.previous_verdict)}
            said.insert(0, say("Verdict: {now}, before {before}", **verdicts))
        return "; ".join(said) + "." if said else say("Nothing: every figure is as it was.")

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values: what ``model.json`` keeps."""
        plain: dict[str, Any] = asdict(replace(self, local=None))
        del plain["local"]
        plain["facts"] = list(self.facts.items())  # notebooks sort the keys of their JSON
        for figure in plain["figures"]:
            for name in ("value", "low", "high"):
                if figure[name] is not None and math.isnan(figure[name]):
                    figure[name] = None  # NaN is no JSON
        return plain

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Headline:
        """Make a headline again from `to_dict`."""
        figures = [Figure(**figure) for figure in plain["figures"]]
        told = {**plain, "figures": figures, "facts": dict(plain["facts"])}
        if plain.get("local"):
            told["local"] = cls.from_dict(plain["local"])
        return cls(**told)

    def __str__(self) -> str:
        name_width = max((len(figure.name) for figure in self.figures), default=0)
        text_width = max((len(figure.text) for figure in self.figures), default=0)
        lines = [
            f"  {figure.name:<{name_width}}  {figure.text:>{text_width}}"
            + "".join(f"  {remark}" for remark in (figure.note, figure.change) if remark)
            for figure in self.figures
        ]
        return "\n".join([*filter(None, [self.sentence, self._judged()]), *lines])

    def _judged(self) -> str:
        """Write the verdict, why and what follows on one line."""
        if not self.verdict:
            return ""
        return say(
            "{verdict}. {why} Next: {step}",
            verdict=capitalised(say(self.verdict)),
            why=self.why,
            step=self.next_step,
        )

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        shown = self.screened()
        html = Headline._html(shown.read)
        plain = shown.to_dict()
        if shown.local is not None:
            plain["local"] = shown.local.to_dict()
        return {"text/plain": str(shown.read), "text/html": html, MIME: plain}

    def screened(self) -> Headline:
        """Return it without what stands for few people; `model.json` keeps it as it is."""
        figures = [
            replace(f, name=screen.said(f.name), note=screen.said(f.note)) for f in self.figures
        ]
        facts = {name: screen.said(text) for name, text in self.facts.items()}
        texts = ("title", "sentence", "why", "next_step")
        said: dict[str, Any] = {name: screen.said(getattr(self, name)) for name in texts}
        local = None if self.local is None else self.local.screened()
        return replace(self, figures=figures, facts=facts, local=local, **said)

    def _html(self) -> str:
        rows = "".join(
            f"<tr><th>{escape(f.name)}</th><td>{escape(f.text)}</td>"
            f"<td>{escape(f.note)}</td><td>{escape(f.change)}</td></tr>"
            for f in self.figures
        )
        judged = f"<p>{escape(self._judged())}</p>" if self.verdict else ""
        return f"<p><b>{escape(self.sentence)}</b></p>{judged}<table>{rows}</table>"


def in_both(make: Callable[[], Headline]) -> Headline:
    """Make a headline in English, with its like in the reader's language where that is another.

    Parameters
    ----------
    make : callable
        Makes it in the language of now.

    Examples
    --------
    >>> from workbench.language import speaking
    >>> with speaking("de"):
    ...     headline = in_both(lambda: Headline(say("The data")))
    >>> headline.title, headline.read.title
    ('The data', 'Die Daten')
    """
    local = None if language() == "en" else make()
    with speaking("en"):
        return replace(make(), local=local)


def capitalised(text: str) -> str:
    """Write a text with a capital in front, the rest as it is.

    Examples
    --------
    >>> capitalised("not proven"), capitalised("AUC within campaigns")
    ('Not proven', 'AUC within campaigns')
    """
    return text[:1].upper() + text[1:]


def previous_headline(model: str | Path | None) -> dict[str, Any] | None:
    """Read the headline that an earlier run left in its ``model.json``.

    Parameters
    ----------
    model : str, Path or None
        The earlier run's model file.

    Returns
    -------
    dict or None
        None where there is no file, or no headline in it: a first run is not an error,
        and neither is a file that another version wrote.

    Examples
    --------
    >>> previous_headline("reports of a first run/model.json") is None
    True
    """
    if model is None or not Path(model).is_file():
        return None
    try:
        headline = json.loads(Path(model).read_text(encoding="utf-8")).get("headline")
    except (json.JSONDecodeError, AttributeError, UnicodeDecodeError):
        return None
    return headline if isinstance(headline, dict) else None
