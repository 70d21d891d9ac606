import json
import re
from dataclasses import dataclass

import pytest

from workbench.errors import ParameterError
from workbench.features import Builder, Tables, logged, register, registered, rfm, windows
from workbench.features.builder import (
    builder_from_dict,
    check_lookbacks,
    slugs,
    unregister,
)


def test_what_the_workbench_registers():
    families = {"attributes", "cadence", "calendar", "campaign", "logged", "offer", "rfm"}
    assert families | {"windows"} <= set(registered())


def test_every_builder_comes_back_from_json(make_shop):
    tables = Tables(make_shop())
    for cls in registered().values():
        for builder in cls.propose(tables):
            settings = json.loads(json.dumps(builder.to_dict()))
            assert builder_from_dict(settings).to_dict() == builder.to_dict()


def test_settings_survive_inside_other_builders():
    builder = logged(windows("visits", kinds={"channel": ["app"]}), rfm("visits"))
    assert builder_from_dict(builder.to_dict()).builders[0].kinds == {"channel": ["app"]}


def test_a_name_is_given_once():
    @register("only_once")
    @dataclass(frozen=True)
    class Mine(Builder):
        def features(self, tables):
            return []

    try:
        register("only_once")(Mine)  # the same class again: a cell that is run twice

        class Other(Builder):
            def features(self, tables):
                return []

        wanted = (
            "`register` needs a name of its own for each builder; 'only_once' is taken by "
            f"{Mine.__qualname__}. Choose another name for {Other.__qualname__}."
        )
        with pytest.raises(ParameterError, match=f"^{re.escape(wanted)}$"):
            register("only_once")(Other)
    finally:
        unregister("only_once")


def test_recipe_with_an_unknown_builder():
    with pytest.raises(ParameterError) as raised:
        builder_from_dict({"builder": "window"})
    message = str(raised.value)
    assert message.startswith("A recipe may name only registered builders; got 'window', there are")
    assert message.endswith("Did you mean 'windows'? Import the module that registers it first.")


def test_recipe_with_an_unknown_setting():
    wanted = (
        "Builder 'rfm' has no setting 'event'; it has ['events', 'value', 'occasion', "
        "'lookback_days', 'prefix']. Did you mean 'events'?"
    )
    with pytest.raises(ParameterError, match=f"^{re.escape(wanted)}$"):
        builder_from_dict({"builder": "rfm", "event": "visits"})


def test_slugs_are_distinct_and_never_empty():
    assert slugs(["a", "A", " a ", "?"]) == ["a", "a_2", "a_3", "blank"]
    assert slugs(["Straße 7"]) == ["straße_7"]


def test_lookbacks():
    check_lookbacks([1, 28, None], name="days")
    with pytest.raises(ParameterError, match="`days` must be a whole number"):
        check_lookbacks([28, 0], name="days")


def test_a_look_back_longer_than_a_century_is_refused():
    message = (
        "`lookbacks_days` must be at most 36,525 days, a century; got 36526. Give None for all "
        "history."
    )
    with pytest.raises(ParameterError, match=f"^{re.escape(message)}$"):
        windows("visits", lookbacks_days=(7, 36_526))
    assert windows("visits", lookbacks_days=(7, 36_525)).lookbacks_days[-1] == 36_525
