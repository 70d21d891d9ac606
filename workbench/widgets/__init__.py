"""Views that answer while they are touched, in a notebook and in a mailed report."""

from workbench.widgets.targeting import Targeting
from workbench.widgets.tuner import Tuner

__all__ = ["Targeting", "Tuner"]
