"""Words of what is protected; short ones stand alone, and shops' words name no column."""

import pytest

from workbench.reading.personal.levels import (
    LEVELS,
    is_blood,
    is_disease_code,
    is_old_disease_code,
    is_sure_blood,
    is_sure_disease_code,
)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        *(
            ("religion", "römisch-katholisch"),
            ("religion", "Protestant"),
            ("health", "Diabetes Typ 2"),
        ),
        *(("ethnicity", "African-American"), ("politics", "Bündnis 90/Die Grünen")),
        *(("sexual life", "bisexuell"), ("trade union", "IG Metall"), ("genetic", "BRCA1 positiv")),
    ],
)
def test_words_of_a_kind(kind, text):
    assert LEVELS[kind].says(text)


@pytest.mark.parametrize(
    ("kind", "text"),
    [("trade union", "Gewinner"), ("trade union", "United"), ("politics", "voxel")],
)
def test_a_short_word_stands_alone(kind, text):
    assert not LEVELS[kind].says(text)


def test_codes_need_the_name():
    assert not LEVELS["religion"].says("rk")
    assert LEVELS["religion"].may_say("RK")


def test_goods_name_no_column():
    assert LEVELS["health"].names("type 2 diabetes")
    assert not LEVELS["health"].names("gluten free")
    assert not LEVELS["trade union"].names("gew klasse")


def test_grades_are_no_blood_and_products_no_diseases():
    assert is_blood("A+")
    assert not is_sure_blood("A+")
    assert not is_blood("AA+")
    assert is_disease_code("E11")
    assert not is_sure_disease_code("E11")
    assert is_old_disease_code("250.83")
    assert not is_old_disease_code("20.99")
