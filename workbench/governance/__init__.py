"""What may leave the house, and under which guarantee."""

from workbench.arguments import guard
from workbench.governance.personal_data import PersonalData, personal_data
from workbench.governance.private.private_ridge import PrivateRidge, private_ridge

__all__ = ["PersonalData", "PrivateRidge", "personal_data", "private_ridge"]

guard(globals(), __all__)
