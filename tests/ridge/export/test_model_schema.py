"""What a model file must hold, and its checksum."""

import json

import pytest

from workbench.ridge.export import model_schema as schema


@pytest.mark.parametrize("good", [{}, {"kind": "table", "drop": ["a"]}])
def test_a_recipe_that_can_be_followed(good):
    assert not any(schema.recipe(good, "x"))


@pytest.mark.parametrize("bad", [{"drop": "a"}, {"kind": 3}, []])
def test_a_recipe_that_cannot(bad):
    assert any(schema.recipe(bad, "x"))


def test_the_checksum_is_of_the_content_and_not_of_its_layout():
    content = {"b": [1, 0.1, "ö"], "a": None}
    again = json.loads(json.dumps(content, indent=3))
    assert schema.checksum_of(again) == schema.checksum_of(content)
    others = [{"b": [1, 0.1, "o"], "a": None}, {"b": [1.0, 0.1, "ö"], "a": None}, {"b": [1]}]
    assert len({schema.checksum_of(other) for other in [content, *others]}) == 4
