import numpy as np

from workbench.governance.data_readiness.material import contacts_text, names_of, rows_text
from workbench.language import speaking


def test_campaigns_are_in_order_and_counted(material):
    found = material()
    assert list(found.rows_of) == [f"2024-0{k}" for k in range(1, 8)]
    assert found.by_campaign["known"].tolist() == [150.0] * 7
    assert (found.weight == 1).all()


def test_a_row_without_outcome_is_not_known(material, shop):
    found = material({"bought": shop["bought"].where(shop.index % 2 > 0)})
    assert np.array_equal(found.known, shop.index % 2 > 0)


def test_words_are_the_reader_s():
    assert (rows_text(1), contacts_text(1200)) == ("1 row", "1,200 contacts")
    with speaking("de"):
        assert names_of("abc", most=2) == "'a', 'b' und 1 weitere"
