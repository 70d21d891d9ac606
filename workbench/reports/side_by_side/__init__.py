"""Two runs side by side: what each found, and which differences mean anything."""

from workbench.arguments import guard
from workbench.reports.side_by_side.comparison import Comparison, compare

__all__ = ["Comparison", "compare"]

guard(globals(), __all__, kept=("Comparison",))
