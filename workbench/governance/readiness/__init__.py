"""Whether data are fit for a pilot: what is asked of them, and what comes of it."""

from workbench.governance.readiness.asking import readiness
from workbench.governance.readiness.result import Readiness

__all__ = ["Readiness", "readiness"]
