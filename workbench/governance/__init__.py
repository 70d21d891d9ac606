"""What may leave the house, under which guarantee, and whether data are fit for a pilot."""

from workbench.arguments import guard
from workbench.governance.data_readiness.asking import readiness
from workbench.governance.data_readiness.result import Readiness
from workbench.governance.papers.governance import Governance
from workbench.governance.private.private_ridge import PrivateRidge, private_ridge
from workbench.governance.run_status.status import Repeat, Status, status

__all__ = [
    "Governance",
    "PrivateRidge",
    "Readiness",
    "Repeat",
    "Status",
    "private_ridge",
    "readiness",
    "status",
]

guard(globals(), __all__)
