"""The randomised test that ships with the workbench: a made-up shop that mails half of its list."""

from __future__ import annotations

from workbench.files.shipped import data_path
from workbench.frame.feature_frame import FeatureFrame

GROUPS = {
    **dict.fromkeys(("visits_28d", "days_since_order", "basket_eur"), "behaviour"),
    "opens_90d": "mail",
    **dict.fromkeys(("app_user", "region"), "customer"),
    "garden_buyer": "garden",
}


def sample_test() -> FeatureFrame:
    """Load 9,000 contacts of six monthly mailings, of which a coin mailed half.

    The mail adds 6 points to a rate of 13%, and most where mails are opened and the last order is
    long ago. Customers who visit often order anyway. Users of the app order less when they are
    mailed. The datasheet beside the file gives the numbers.

    Returns
    -------
    FeatureFrame
        The arms "mail" and "control"; the campaigns are the mailings.

    Examples
    --------
    >>> from workbench.datasets import sample_test
    >>> sample_test()
    FeatureFrame: 9,000 contacts × 7 features in 4 groups; 6 campaigns; 1,469 of 9,000 known ...
    """
    return FeatureFrame.from_table(
        data_path("experiment/mailing.csv"),
        target="ordered",
        campaign="wave",
        customer="customer",
        treatment="arm",
        groups=GROUPS,
    )
