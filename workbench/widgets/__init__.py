"""Views that answer while they are touched, in a notebook and in a mailed report."""

from workbench import _lab
from workbench.arguments import guard

with _lab.needed_for("Live views"):
    from workbench.widgets.explained.explained import Explained
    from workbench.widgets.routed.routed import Routed
    from workbench.widgets.shift.shift_view import ShiftView
    from workbench.widgets.targeting.targeting import Targeting
    from workbench.widgets.tuner.tuner import Tuner

__all__ = ["Explained", "Routed", "ShiftView", "Targeting", "Tuner"]

guard(globals(), __all__)
