"""What a contact changed: randomised tests, read with what was known before they began."""

from workbench.arguments import guard
from workbench.experiments.read_out import read_out
from workbench.experiments.result import ReadOut

__all__ = ["ReadOut", "read_out"]

guard(globals(), __all__, kept=("ReadOut",))
