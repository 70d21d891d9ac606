"""The house style: names on charts, colours, and no trace on what is not ours."""

import re
from itertools import combinations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb

from workbench import charts
from workbench.charts import style
from workbench.errors import DataError, SchemaError

ODD_NAMES = [
    "$5 off, $10 back",
    "x_{$",
    r"\frac{1}{2} $\undefined$",
    "<script>alert('1')</script> & <b>",
    "حملة الربيع",
    "קמפיין אביב",
    "a name that is much too long for any chart " * 5,
    "two\nlines\tand a tab\x00",
    "",
    2024.5,
    ("a", 1),
]


def named_rows():
    n = len(ODD_NAMES)
    return pd.DataFrame(
        {
            "campaign": pd.Series(ODD_NAMES, dtype=object),
            "group": pd.Series(ODD_NAMES, dtype=object),
            "feature": pd.Series(ODD_NAMES, dtype=object),
            "contacts": 1000.0,
            "positives": 50.0,
            "note": "",
            "loss_ratio": np.linspace(0.8, 1.1, n),
            "loss_ratio_low": np.linspace(0.7, 1.0, n),
            "loss_ratio_high": np.linspace(0.9, 1.2, n),
            "coef_standardised": np.linspace(-1, 1, n),
            "std_error": 0.1,
            "columns": 5,
            "kept": 5,
            "edf": np.linspace(0.5, 4.5, n),
            "score_share": 1 / n,
        }
    )


@pytest.mark.parametrize(
    "chart",
    [charts.by_campaign, charts.coefficients, charts.edf_by_group, charts.reliance_by_group],
)
def test_any_name_is_written_as_it_stands_and_nothing_is_cut_off(chart, render):
    ax = chart(named_rows())
    assert render(ax) == []
    written = {label.get_text() for label in ax.get_yticklabels()}
    assert written == {style.short(name) for name in ODD_NAMES}
    assert {"$5 off, $10 back", "x_{$", "two lines and a tab", "2024.5"} <= written


def test_short_names_are_left_alone_and_long_ones_cut():
    assert style.short("recency_days") == "recency_days"
    assert style.short("a" * 30 + "b" * 30) == "a" * 15 + "…" + "b" * 14
    assert style.short(" a \n b ") == "a b"
    assert style.short(None) == "None"


def test_shares_have_a_decimal_where_they_are_small():
    shares = [0.0, 0.001, 0.0994, 0.0996, 0.5, 1.0, -0.02]
    written = ["0%", "0.10%", "9.9%", "10%", "50%", "100%", "-2.0%"]
    assert [style.share(value) for value in shares] == written


def test_colours_follow_the_order_of_appearance_and_end_in_grey():
    found = style.colours(["b", "a", "b"])
    assert found == {"b": style.PALETTE[0], "a": style.PALETTE[1]}
    many = style.colours(range(12))
    assert len(set(many.values())) == len(style.PALETTE) + 1
    assert many[11] == style.OTHER


# Machado, Oliveira & Fernandes (2009), severity 1.0, on linear RGB
SIGHT = {
    "usual": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
}


def seen_lab(colour, sight):
    """CIELAB of a colour as seen with this sight."""
    rgb = np.array(to_rgb(colour))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    linear = np.clip(SIGHT[sight] @ linear, 0, 1)
    to_xyz = np.array(
        [
            [0.4124, 0.3576, 0.1805],
            [0.2126, 0.7152, 0.0722],
            [0.0193, 0.1192, 0.9505],
        ]
    )
    xyz = to_xyz @ linear / np.array([0.9505, 1.0, 1.089])
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("sight", SIGHT)
def test_the_palette_is_told_apart_with_any_sight(sight):
    pairs = combinations([*style.PALETTE, style.OTHER], 2)
    apart = {(a, b): np.linalg.norm(seen_lab(a, sight) - seen_lab(b, sight)) for a, b in pairs}
    # ΔE of 2.3 is just noticeable; 10 is seen at a glance
    assert min(apart.values()) > 10, min(apart, key=apart.get)


def test_text_is_dark_enough_to_read():
    def luminance(colour):
        rgb = np.array(to_rgb(colour))
        linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
        return linear @ [0.2126, 0.7152, 0.0722]

    for colour in (style.INK, style.MUTED, style.BLUE):
        assert 1.05 / (luminance(colour) + 0.05) >= 4.5  # WCAG 2, level AA


CHARTS = {
    charts.gain: ("The gain table", "depth"),
    charts.lift: ("The ranking table", "depth"),
    charts.calibration: ("The calibration table", "contacts"),
    charts.profit: ("The profit table", "depth"),
    charts.by_campaign: ("The campaign table", "campaign"),
    charts.by_segment: ("The table of segments", "contacts"),
    charts.waterfall: ("The table of steps", "value"),
    charts.coefficients: ("The coefficient table", "group"),
    charts.edf_by_group: ("The group table", "group"),
    charts.reliance_by_group: ("The group table", "group"),
    charts.effect_over_time: ("The table of looks", "effect"),
    charts.effects_by_campaign: ("The table of campaigns", "campaign"),
    charts.uplift_by_decile: ("The uplift table", "depth"),
    charts.qini_curve: ("The uplift table", "depth"),
    charts.incremental_profit: ("The table of incremental profit", "depth"),
    charts.loss_by_strength: ("The tuning table", "alpha"),
    charts.answered_curve: ("The table of what is answered", "share"),
    charts.offers_made: ("The table of offers", "made_to"),
}


def test_every_chart_is_in_these_tests():
    of_two_panels = {"methods", "spikes"}  # in test_methods.py, test_spikes.py
    assert {chart.__name__ for chart in CHARTS} == set(charts.__all__) - of_two_panels


@pytest.mark.parametrize("chart", CHARTS)
def test_another_table_is_refused(chart):
    name, column = CHARTS[chart]
    message = f"{name} has no column {column!r}; got ['x']."
    with pytest.raises(SchemaError, match=f"^{re.escape(message)}$"):
        chart(pd.DataFrame({"x": [1]}))
    assert plt.get_fignums() == []


NEEDED = [
    *["depth", "cumulative_gain", "contacts", "positives", "lift", "expected", "rate", "note"],
    *["mean_propensity", "rate_low", "rate_high", "expected_profit", "campaign", "loss_ratio"],
    *["loss_ratio_low", "loss_ratio_high", "group", "coef_standardised", "std_error", "columns"],
    *["kept", "edf", "score_share", "alpha", "loss", "loss_se", "off", "value", "contribution"],
    *["start", "end", "uplift", "bin_uplift", "bin_low", "bin_high", "increments", "low", "high"],
    *["incremental_profit", "gross_profit", "effect", "contacts_against"],
    *["share", "precision", "precision_low", "chosen", "made_to", "taken_rate"],
    *["taken_rate_of_all"],
]


@pytest.mark.parametrize("chart", CHARTS)
def test_an_empty_table_is_refused(chart):
    message = f"{CHARTS[chart][0]} must have at least one row; it is empty."
    with pytest.raises(DataError, match=f"^{re.escape(message)}$"):
        chart(pd.DataFrame(columns=NEEDED))
    assert plt.get_fignums() == []
