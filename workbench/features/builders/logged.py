"""Amounts on a logarithmic scale: the tenth purchase says less than the second."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from workbench.errors import ParameterError
from workbench.features.builder import Builder, builder_from_dict, register, registered
from workbench.features.formulas import signed_log
from workbench.features.measures import Feature
from workbench.features.tables import Tables
from workbench.messages import listed

# Pure numbers are on a scale of their own already.
WITHOUT_UNIT = ("", "category", "cycle", "flag", "nats", "share", "rate", "ratio")


@register("logged")
@dataclass(frozen=True, init=False)
class Logged(Builder):
    """The features of other builders, their amounts as ``sign(x) · ln(1 + |x|)``.

    Counts, sums, means and days are skewed: few customers hold most of them, and a model
    that is linear in them follows those few. Shares, rates, ratios and categories stay
    as they are. Negative amounts keep their sign. Names get the ending ``_log``.

    Parameters
    ----------
    *more : Builder
        Whose features to take. The measures behind them are computed once, also where the
        same builder stands beside it unlogged.
    builders : sequence of Builder or mapping, optional
        More of them, also as `to_dict` writes them.

    Raises
    ------
    ParameterError
        There is no builder, or something else among them.

    Notes
    -----
    Groups, sources and look-backs are those of the builders.

    Examples
    --------
    >>> from workbench.features import FeatureSet, cadence, logged, rfm
    >>> FeatureSet(logged(rfm("visits", value="spend")), cadence())
    FeatureSet of 2 builders: logged(rfm), cadence
    """

    builders: Sequence[Builder]

    def __init__(
        self, *more: Builder, builders: Sequence[Builder | Mapping[str, Any]] = ()
    ) -> None:
        made = [
            builder_from_dict(item) if isinstance(item, Mapping) else item
            for item in (*more, *builders)
        ]
        strange = [item for item in made if not isinstance(item, Builder)]
        if strange or not made:
            raise ParameterError(
                "`logged` takes builders such as rfm('transactions'); got "
                f"{listed(strange) if strange else 'none'}."
            )
        object.__setattr__(self, "builders", tuple(made))

    @property
    def subject(self) -> str:
        """The builders inside."""
        return ", ".join(builder.name for builder in self.builders)

    @classmethod
    def propose(cls, tables: Tables) -> Sequence[Self]:
        """Return what the other builders propose, logged: in place of it, not beside it."""
        others = [other for other in registered().values() if other is not cls]
        return [cls(*(builder for other in others for builder in other.propose(tables)))]

    def resolve(self, tables: Tables) -> Self:
        """Settle what the builders inside learn."""
        return type(self)(*(builder.resolve(tables) for builder in self.builders))

    def rows(self) -> list[tuple[str, str, str]]:
        """Return a row for each builder inside."""
        inside = [row for builder in self.builders for row in builder.rows()]
        return [(f"logged({name})", table, settings) for name, table, settings in inside]

    def to_dict(self) -> dict[str, Any]:
        """Return the name and the recipes of the builders inside."""
        return {"builder": self.name, "builders": [b.to_dict() for b in self.builders]}

    def features(self, tables: Tables) -> Iterable[Feature]:
        """Declare the features of the builders inside, amounts logged."""
        for builder in self.builders:
            for feature in builder.features(tables):
                yield _logged(feature) if _is_amount(feature) else feature


def _is_amount(feature: Feature) -> bool:
    return feature.unit not in WITHOUT_UNIT and not feature.unit.startswith("ln(")


def _logged(feature: Feature) -> Feature:
    return replace(
        feature,
        name=f"{feature.name}_log",
        value=signed_log(feature.value),
        unit=f"ln(1 + {feature.unit})",
        description=f"{feature.description[:-1]}, on a logarithmic scale.",
    )


logged = Logged
