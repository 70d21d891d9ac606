from workbench.governance.data_readiness.date_columns import (
    counted_days,
    day_counts,
    may_be_ahead,
)


def test_days_are_counted_in_their_order(material, shop):
    counts = day_counts(material())
    assert counts["sent_on"].tolist() == [150] * 7
    zoned = shop["sent_on"].dt.tz_localize("Europe/Berlin")
    assert counted_days(zoned).index.equals(counts["sent_on"].index)


def test_days_to_come_are_told_by_the_name():
    assert may_be_ahead("gueltig_bis")
    assert not may_be_ahead("bought_on")
