"""Views that answer while they are touched, in a notebook and in a mailed report."""

from workbench.widgets.tuner import Tuner

__all__ = ["Tuner"]
