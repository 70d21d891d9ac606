"""What is known before any value is: the order of contacts, and that each stands once."""

import pytest

from tests.feature_files import Made, check_same, in_parts
from workbench.errors import DataError
from workbench.features import FeatureSet, rfm

RFM = rfm("visits", value="spend")


def test_contacts_in_another_order_come_in_that_of_their_numbers(
    make_full_shop, full_shop, tmp_path
):
    features, file = FeatureSet(RFM, Made()), tmp_path / "features.parquet"
    straight = features.build(full_shop, progress=False)
    full_shop.contacts = full_shop.contacts.iloc[[2, 0, 1]]
    rows = in_parts(features, full_shop, file, 2)
    check_same(straight, rows, file)


def test_a_contact_that_stands_twice(make_shop, tmp_path):
    data = make_shop()
    data.contacts["contact"] = [0, 1, 1]
    for to in (None, tmp_path / "features.parquet"):
        with pytest.raises(DataError) as raised:
            FeatureSet(RFM).build(data, to=to)
        assert str(raised.value) == (
            "`data.contacts` must number each contact once, in 'contact'; 1 have the number of "
            "another. Number them anew: `data.contacts['contact'] = range(len(data.contacts))`."
        )
    assert list(tmp_path.iterdir()) == []
