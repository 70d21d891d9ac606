"""Builders: small records that declare features; and the registry that knows them all."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar, Self, TypeVar

from workbench.arguments import checked
from workbench.errors import ParameterError
from workbench.features.measures import Feature
from workbench.features.tables import Tables
from workbench.frame.column_names import slug
from workbench.messages import count_of, did_you_mean, listed

NOT_SETTINGS = ("builder", "events", "table")
_REGISTRY: dict[str, type[Builder]] = {}


@dataclass(frozen=True)
class Builder(ABC):
    """Base of all builders: a frozen dataclass whose fields are its settings.

    A builder of your own is a frozen dataclass with `features`, registered by name so
    that a saved model can build its features again. `workbench.testing.check_builder`
    holds it to the contract against leakage.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> from workbench.features import Builder, Equals, Feature, Measure, Source, register
    >>> from workbench.features import share
    >>> from workbench.features.builder import unregister
    >>> @register("returns")
    ... @dataclass(frozen=True)
    ... class Returns(Builder):
    ...     events: str
    ...     def features(self, tables):
    ...         lines = Measure(Source(self.events), "count")
    ...         returned = Measure(Source(self.events), "count", where=(Equals("kind", "return"),))
    ...         yield Feature("returned_share", share(returned, lines), group="returns",
    ...                       unit="share", description="Share of order lines sent back.")
    >>> Returns("orders").to_dict()
    {'builder': 'returns', 'events': 'orders'}
    >>> unregister("returns")
    """

    name: ClassVar[str] = ""
    # Whether few customers hold most of its amounts: a default set takes their logarithm.
    skewed: ClassVar[bool] = False

    @property
    def subject(self) -> str:
        """The table that it is about, for display."""
        return str(getattr(self, "events", "") or getattr(self, "table", ""))

    @abstractmethod
    def features(self, tables: Tables) -> Iterable[Feature]:
        """Declare the features, after checking that the tables hold what they need."""

    def resolve(self, tables: Tables) -> Self:
        """Return the builder with everything settled that it learns from the data.

        What is learned may come only from before the first `as_of`. The result goes into
        the recipe, so that new contacts get the same columns.
        """
        del tables
        return self

    @classmethod
    def propose(cls, tables: Tables) -> Sequence[Self]:
        """Return what a default set would build from these tables; nothing by default."""
        del tables
        return ()

    def rows(self) -> list[tuple[str, str, str]]:
        """Return name, table and settings for display, a row a builder."""
        settings = {k: v for k, v in self.to_dict().items() if k not in NOT_SETTINGS}
        shown = [f"{k}={v!r}" for k, v in settings.items() if v is not None and v != []]
        return [(self.name, self.subject, ", ".join(shown))]

    def to_dict(self) -> dict[str, Any]:
        """Return the name and the settings, as JSON values."""
        return {"builder": self.name, **{k: _plain(v) for k, v in asdict(self).items()}}


BuilderType = TypeVar("BuilderType", bound=type[Builder])


def register(name: str) -> Callable[[BuilderType], BuilderType]:
    """Register a builder class by a name, under which a recipe finds it.

    Parameters
    ----------
    name : str
        What a recipe calls it.

    Returns
    -------
    callable
        A decorator of the class.

    Raises
    ------
    ParameterError
        Another class has the name.

    Examples
    --------
    >>> from workbench.features import registered
    >>> "rfm" in registered()
    True
    """

    def add(cls: BuilderType) -> BuilderType:
        taken = _REGISTRY.get(name)
        # the same class again is a notebook cell that is run again
        if taken is not None and taken.__qualname__ != cls.__qualname__:
            raise ParameterError(
                f"`register` needs a name of its own for each builder; {name!r} is taken by "
                f"{taken.__qualname__}. Choose another name for {cls.__qualname__}."
            )
        cls.name = name
        # settings are used later, and far from here
        setattr(cls, "__init__", checked(cls.__init__))  # noqa: B010 - mypy forbids the plain way
        _REGISTRY[name] = cls
        return cls

    return add


def unregister(name: str) -> None:
    """Forget a builder of your own."""
    _REGISTRY.pop(name, None)


def registered() -> dict[str, type[Builder]]:
    """Return every registered builder class by name.

    Returns
    -------
    dict of str to type

    Examples
    --------
    >>> from workbench.features import registered
    >>> registered()["rfm"].__name__
    'Rfm'
    """
    return dict(_REGISTRY)


def builder_from_dict(settings: Mapping[str, Any]) -> Builder:
    """Make a builder from what `Builder.to_dict` gave.

    Raises
    ------
    ParameterError
        The name is not registered, or a setting is not the builder's.
    """
    name = settings.get("builder")
    if name not in _REGISTRY:
        raise ParameterError(
            f"A recipe may name only registered builders; got {name!r}, there are "
            f"{listed(_REGISTRY)}.{did_you_mean(name, _REGISTRY)} Import the module that "
            "registers it first."
        )
    cls = _REGISTRY[name]
    known = [field.name for field in fields(cls)]
    given = {key: value for key, value in settings.items() if key != "builder"}
    for key in given:
        if key not in known:
            raise ParameterError(
                f"Builder {name!r} has no setting {key!r}; it has {listed(known)}."
                f"{did_you_mean(key, known)}"
            )
    return cls(**given)


def slugs(levels: Iterable[object]) -> list[str]:
    """Turn levels into distinct pieces of column names.

    Examples
    --------
    >>> slugs(["A-B", "A B", "C"])
    ['a_b', 'a_b_2', 'c']
    """
    made: list[str] = []
    for level in levels:
        plain, number = slug(level), 2
        name = plain
        while name in made:
            name, number = f"{plain}_{number}", number + 1
        made.append(name)
    return made


def span_before(days: int | None) -> str:
    """Write a look-back in words.

    Examples
    --------
    >>> span_before(28), span_before(1), span_before(None)
    ('in the 28 days before', 'in the 1 day before', 'at any time before')
    """
    return "at any time before" if days is None else f"in the {count_of(days, 'day')} before"


LONGEST = 36_525
"""Days of the longest look-back: dates further off are none to every database."""


def check_lookbacks(lookbacks: Iterable[int | None], *, name: str) -> None:
    """Raise ParameterError unless look-backs are whole positive numbers of days, or None."""
    for days in lookbacks:
        whole = isinstance(days, int) and not isinstance(days, bool)
        if days is not None and not (whole and days > 0):
            raise ParameterError(
                f"`{name}` must be a whole number of days above 0; got {days!r}. "
                "Give for example 28, or None for all history."
            )
        if days is not None and days > LONGEST:
            raise ParameterError(
                f"`{name}` must be at most {LONGEST:,} days, a century; got {days!r}. Give None "
                "for all history."
            )


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value
