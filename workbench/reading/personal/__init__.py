"""What a table holds of people: direct identifiers, special categories, and proxies of them."""

from workbench.reading.personal.find import find_personal, finding_of
from workbench.reading.personal.finding import CLASSES, Finding

__all__ = ["CLASSES", "Finding", "find_personal", "finding_of"]
