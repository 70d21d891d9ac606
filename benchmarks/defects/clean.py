"""Tables without a defect that anybody knows of: of these no question may call anything one."""

import os
from collections.abc import Callable
from pathlib import Path

import workbench
from workbench.datasets import caravan, planted, planted_drift
from workbench.errors import MissingDataError
from workbench.features import FeatureSet
from workbench.files.shipped import data_path
from workbench.governance import Readiness, readiness

ASIDE = Path(os.environ.get("BENCH_TABLES", "nowhere"))
"""A folder of two real tables that are not part of the project; passed over where there is none:
Online Shoppers (UCI 468) and in-vehicle coupons (UCI 603)."""


def _of_tables(name: str) -> Readiness:
    data = workbench.load(name)
    return readiness(data, frame=FeatureSet.declared(data).build(data, progress=False))


def _of_caravan() -> Readiness | None:
    try:
        return readiness(caravan(), target="Purchase")
    except MissingDataError:
        return None


def _aside(file: str, **said: object) -> Callable[[], Readiness | None]:
    def ask() -> Readiness | None:
        path = ASIDE / file
        return readiness(path, **said) if path.is_file() else None

    return ask


def _mailing() -> Readiness:
    roles = {"target": "ordered", "campaign": "wave", "customer": "customer", "treatment": "arm"}
    return readiness(data_path("experiment/mailing.csv"), **roles)


CLEAN: dict[str, Callable[[], Readiness | None]] = {
    "Complete Journey": lambda: _of_tables("complete-journey"),
    "sample": lambda: _of_tables("sample"),
    "sample-test": _mailing,
    "Caravan": _of_caravan,
    "planted": lambda: readiness(planted().frame),
    "planted_drift": lambda: readiness(planted_drift().frame),
    "online shoppers": _aside("online_shoppers_intention.csv", target="Revenue", campaign="Month"),
    "coupons": _aside("coupon.csv", target="Y", campaign="coupon", drop=["toCoupon_GEQ5min"]),
}
