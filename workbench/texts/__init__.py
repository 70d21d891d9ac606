"""What texts say, and when a person should look: a router, and screening by a table of rules."""

from importlib import import_module as _import_module
from typing import TYPE_CHECKING as _TYPE_CHECKING

if _TYPE_CHECKING:  # imported when asked for: `workbench check-text` needs no model, nor a table
    from workbench.texts.routing.text_router import TextRouter
    from workbench.texts.screening.checking import check_text
    from workbench.texts.screening.clause_table import clauses_of
    from workbench.texts.screening.screening import Screening
    from workbench.texts.tables.text_table import TextTable, load_texts

__all__ = ["Screening", "TextRouter", "TextTable", "check_text", "clauses_of", "load_texts"]

_HOME_OF = {
    "Screening": "screening.screening",
    "TextRouter": "routing.text_router",
    "TextTable": "tables.text_table",
    "check_text": "screening.checking",
    "clauses_of": "screening.clause_table",
    "load_texts": "tables.text_table",
}


if not _TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        """Import what is asked for, and let it name bad arguments."""
        if name not in _HOME_OF:
            raise AttributeError(f"module 'workbench.texts' has no attribute {name!r}")
        own = {n: getattr(_import_module(f"workbench.texts.{_HOME_OF[n]}"), n) for n in _HOME_OF}
        _import_module("workbench.arguments").guard(own, list(_HOME_OF))
        globals().update(own)
        return globals()[name]

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
