"""Views that answer while they are touched, in a notebook and in a mailed report."""

from workbench.arguments import guard
from workbench.widgets.shift.shift_view import ShiftView
from workbench.widgets.targeting.targeting import Targeting
from workbench.widgets.tuner.tuner import Tuner

__all__ = ["ShiftView", "Targeting", "Tuner"]

guard(globals(), __all__)
