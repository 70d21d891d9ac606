"""Names of people, and of firms and things, which are none."""

import pytest

from workbench.reading.personal import given_names


@pytest.mark.parametrize(
    "text", ["Anna Weber", "Weber, Anna", "Dr. Hans-Peter Müller", "JOSÉ GARCÍA"]
)
def test_whole_names(text):
    assert given_names.is_whole_name(text)


@pytest.mark.parametrize(
    "text", ["Regal Oskar", "Weber KG", "Müller GmbH", "Anna", "Sofa 3", "a@b.de"]
)
def test_no_whole_names(text):
    assert not given_names.is_whole_name(text)


def test_a_number_behind_a_made_up_name():
    assert given_names.is_written_as_person("Miracle267")
    assert not given_names.is_written_as_person("K1234")


def test_families():
    assert given_names.is_family("Schäfer")
    assert not given_names.is_family("Schäfer, Anna")
