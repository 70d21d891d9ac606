"""What is left of past events today: a sum in which each counts half after a half-life."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import log
from numbers import Real
from typing import Any, Self

from workbench.checks import check_choice
from workbench.errors import ParameterError
from workbench.features.builder import Builder, register
from workbench.features.formulas import hill, signed_log
from workbench.features.measures import Feature, Measure, Source
from workbench.features.tables import Tables
from workbench.frame.column_names import slug

SATURATIONS = (None, "log", "hill")


@register("decay")
@dataclass(frozen=True)
class Decay(Builder):
    """Σ value · 2^(−age / half_life) over all events before `as_of`, and how it saturates.

    The geometric adstock of media models, as it can be known at `as_of`: every earlier
    event counts, the less the older it is, and none counts from the future. A steady
    stream of r a day comes to r · half_life / ln 2. Saturation lets the tenth event
    add less than the second:

    - ``"log"``: ``sign(x) · ln(1 + |x|)``;
    - ``"hill"``: xˢ / (xˢ + kˢ), half of the full effect at x = k; 0 where x is below 0.

    Parameters
    ----------
    events : str
        Name of an event table.
    values : sequence of str
        Numeric columns; the number of events is decayed too. Values are rounded to a
        millionth of a millionth after they have decayed, and then summed.
    half_lives_days : sequence of float
    saturation : {"log", "hill", None}
    half_saturation : float or mapping, optional
        k of Hill's curve, one for all or by the name of the feature. Left out, it is what
        the median customer's stream of the last half-life before the very first `as_of`
        comes to; what was found is kept in the recipe.
    steepness : float
        s of Hill's curve; above 1 it is S-shaped.
    prefix : str, optional
        What the column names begin with: the name of the event table.

    Notes
    -----
    Group ``decay``. Adstock after Broadbent (1979), "One way TV advertisements work",
    Journal of the Market Research Society 21; the curve after Hill (1910), The Journal of
    Physiology 40.

    Examples
    --------
    >>> from workbench.features import decay
    >>> decay("visits", values=["spend"], half_lives_days=(14,)).saturation
    'log'
    """

    events: str
    values: Sequence[str] = ()
    half_lives_days: Sequence[float] = (7, 28, 91)
    saturation: str | None = "log"
    half_saturation: float | Mapping[str, float] | None = None
    steepness: float = 1.0
    prefix: str | None = None

    def __post_init__(self) -> None:
        if isinstance(self.values, str):
            object.__setattr__(self, "values", (self.values,))
        check_choice(self.saturation, SATURATIONS, name="saturation")
        if not self.half_lives_days:
            raise ParameterError("`half_lives_days` must have at least one half-life; got none.")
        given = self.half_saturation
        scales = given.values() if isinstance(given, Mapping) else [] if given is None else [given]
        _check_positive(self.half_lives_days, "half_lives_days")
        _check_positive([self.steepness], "steepness")
        _check_positive(scales, "half_saturation")

    @classmethod
    def propose(cls, tables: Tables) -> Sequence[Self]:
        """Return one builder an event table, with its first value column."""
        return [cls(events, tables.value_columns(events)[:1]) for events in tables.event_tables]

    def resolve(self, tables: Tables) -> Self:
        """Settle where Hill's curve reaches its half."""
        if self.saturation != "hill" or self.half_saturation is not None:
            return self
        self._check(tables)
        found = {
            self._name(value, days): tables.typical_total(self.events, value, days) / log(2)
            for value, days in self._sums()
        }
        return replace(self, half_saturation=found)

    def features(self, tables: Tables) -> Iterable[Feature]:
        """Declare the number of events and each value, half-life by half-life."""
        self._check(tables)
        for value, days in self._sums():
            what = f"Number of {self.events}" if value is None else f"{value} of {self.events}"
            total = Measure(Source(self.events), "decayed", value, half_life_days=days)
            name, unit = self._name(value, days), value or "count"
            text = f"{what}, counting half after {days:g} days"
            yield self._saturated(Feature(name, total, "decay", unit, f"{text}."))

    def _saturated(self, feature: Feature) -> Feature:
        text = feature.description[:-1]
        if self.saturation == "log":
            return replace(
                feature,
                name=f"{feature.name}_log",
                value=signed_log(feature.value),
                unit=f"ln(1 + {feature.unit})",
                description=f"{text}, on a logarithmic scale.",
            )
        if self.saturation == "hill":
            half = self._half(feature.name)
            return replace(
                feature,
                name=f"{feature.name}_hill",
                value=hill(feature.value, half=half, steepness=self.steepness),
                unit="share",
                description=f"{text}, as a share of full saturation; half of it at {half:.4g}.",
            )
        return feature

    def _half(self, name: str) -> float:
        given: Any = self.half_saturation
        if isinstance(given, Mapping):
            if name not in given:
                raise ParameterError(
                    f"`half_saturation` must have a number for every feature; it has none for "
                    f"{name!r}, and has {list(given)}. Add it, or give one number for all."
                )
            return float(given[name])
        return float(given)

    def _sums(self) -> Iterable[tuple[str | None, float]]:
        for days in self.half_lives_days:
            for value in (None, *self.values):
                yield value, days

    def _name(self, value: str | None, days: float) -> str:
        what = "count" if value is None else slug(value)
        return f"{self.prefix or slug(self.events)}_decay_{slug(f'{days:g}')}d_{what}"

    def _check(self, tables: Tables) -> None:
        tables.check_table(self.events, tables.event_tables, argument="events")
        tables.check_values(self.events, self.values)


def _check_positive(numbers: Iterable[Any], name: str) -> None:
    for number in numbers:
        real = isinstance(number, Real) and not isinstance(number, bool)
        if not (real and 0 < float(number) < float("inf")):
            raise ParameterError(
                f"`{name}` must be above 0 and finite; got {number!r}. Give for example 28."
            )


decay = Decay
