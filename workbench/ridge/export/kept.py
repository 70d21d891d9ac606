"""A fitted model kept in a file: written by `save`, read again by `load`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar, Self

from sklearn.utils.validation import check_is_fitted

from workbench.ridge.export import model_json


class Kept:
    """Writes a fitted model as a file, and reads it; a part of every ridge model."""

    _file: ClassVar[ModuleType] = model_json
    """What knows the content: its `save` and `load`."""

    def save(
        self,
        path: str | Path,
        *,
        recipe: Mapping[str, Any] | None = None,
        headline: Mapping[str, Any] | None = None,
        governance: Any = None,
    ) -> Path:
        """Write the model as readable JSON; the file appears whole or not at all.

        Parameters
        ----------
        path : path
        recipe : mapping, optional
            `FeatureFrame.recipe`: how to make the features of new contacts.
        headline : mapping, optional
            Figures to keep with the model.
        governance : Governance or mapping, optional
            Who answers for the model, until when: `workbench.governance.Governance`, or its record.

        Returns
        -------
        Path
            Of the file.
        """
        check_is_fitted(self, "columns_")
        told = {"recipe": recipe or {}, "headline": headline, "governance": governance}
        written: Path = self._file.save(self, Path(path), **told)
        return written

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read a model that `save` wrote; nothing in the file is executed.

        Parameters
        ----------
        path : path

        Returns
        -------
        RidgePropensity, RidgeAmount, RidgeCount, RidgeUplift or NetworkPropensity
            Of the class that it is asked of, with `recipe_`, `headline_` and `governance_` as they
            were saved.

        Raises
        ------
        MissingDataError
            There is no such file.
        SchemaError
            The file is not a model of this class, or of a newer format.
        """
        read: Self = cls._file.load(cls, Path(path))
        return read
