"""The few formulas that many builders share, each with its convention for "no events".

They are the only place where moments become days, so that a plan for another
database has one thing to translate.
"""

from __future__ import annotations

from workbench.features.measures import Expression, Formula

MICROSECONDS_A_DAY = 86_400_000_000


def share(part: Expression, whole: Expression) -> Formula:
    """Return part / whole; missing unless the whole is positive.

    Examples
    --------
    >>> from workbench.features import Measure, Source
    >>> visits = Measure(Source("visits"), "count")
    >>> share(visits, visits).template
    'CASE WHEN {1} > 0 THEN {0} / {1} END'
    """
    return Formula("CASE WHEN {1} > 0 THEN {0} / {1} END", (part, whole))


def rate(successes: Expression, trials: Expression, prior: tuple[float, float]) -> Formula:
    """Return (k + a) / (n + a + b), which is a / (a + b) where nothing was tried yet.

    The mean of a Beta(a, b) prior updated by k successes in n trials: a rate over few
    trials is drawn towards the prior's, as if a + b trials had been seen before.

    Examples
    --------
    >>> from workbench.features import Measure, Source
    >>> sent, opened = Measure(Source("sent"), "count"), Measure(Source("opened"), "count")
    >>> rate(opened, sent, prior=(1, 9)).operands[2:]
    (1.0, 9.0)
    """
    a, b = float(prior[0]), float(prior[1])
    return Formula("(({0} + {2}) / ({1} + {2} + {3}))", (successes, trials, a, b))


def trend(recent: Expression, base: Expression, *, days: tuple[int, int]) -> Formula:
    """Return the recent window's amount a day against the longer one's, smoothed.

    (recent / d₁ + 1 / d₂) / (base / d₂ + 1 / d₂): 1 where the pace has not changed, and
    where there was nothing in either; above 1 where it quickens. One more in each keeps it
    finite. Missing where an amount is below 0 (refunds).

    Examples
    --------
    >>> from workbench.features import Measure, Source
    >>> month, quarter = (Measure(Source("visits"), "count", lookback_days=d) for d in (28, 91))
    >>> trend(month, quarter, days=(28, 91)).operands[2:]
    (28.0, 91.0)
    """
    short, long = (float(value) for value in days)
    ratio = "({0} * {3} / {2} + 1) / ({1} + 1)"
    return Formula(
        f"CASE WHEN {{0}} >= 0 AND {{1}} >= 0 THEN {ratio} END", (recent, base, short, long)
    )


def signed_log(value: Expression) -> Formula:
    """Return sign(x) · ln(1 + |x|): 0 stays 0, and amounts below 0 keep their sign.

    Examples
    --------
    >>> from workbench.features import Measure, Source
    >>> signed_log(Measure(Source("visits"), "count")).template
    '(sign({0}) * ln(1 + abs({0})))'
    """
    return Formula("(sign({0}) * ln(1 + abs({0})))", (value,))


def hill(value: Expression, *, half: float, steepness: float = 1.0) -> Formula:
    """Return xˢ / (xˢ + kˢ), which is ½ at x = k; 0 where x is below 0.

    Written 1 / (1 + (k / x)ˢ), so that no power overflows beside its reciprocal.

    Examples
    --------
    >>> from workbench.features import Measure, Source
    >>> hill(Measure(Source("visits"), "count"), half=4).operands[1:]
    (4.0, 1.0)
    """
    curve = "1 / (1 + pow({1} / {0}, {2}))"
    return Formula(
        f"CASE WHEN {{0}} > 0 THEN {curve} WHEN {{0}} <= 0 THEN 0 END",
        (value, float(half), float(steepness)),
    )


def or_zero(value: Expression) -> Formula:
    """Return 0 where the value is missing.

    Examples
    --------
    >>> from workbench.features import Measure, Source
    >>> or_zero(Measure(Source("visits"), "gap_mean")).template
    'coalesce({0}, 0)'
    """
    return Formula("coalesce({0}, 0)", (value,))


def days_since(moment: Expression) -> Formula:
    """Return days from a moment to `as_of`; missing where there was none.

    Examples
    --------
    >>> from workbench.features import Measure, Source
    >>> days_since(Measure(Source("visits"), "last")).template
    "(CAST(date_diff('microsecond', {0}, c.as_of) AS DOUBLE) / 86400000000.0)"
    """
    return Formula(_days("{0}", "c.as_of"), (moment,))


def days_between(first: Expression, last: Expression) -> Formula:
    """Return days from the first moment to the last; missing where there was none.

    Examples
    --------
    >>> from workbench.features import Measure, Source
    >>> days_between(*(Measure(Source("visits"), how) for how in ("first", "last"))).template
    "(CAST(date_diff('microsecond', {0}, {1}) AS DOUBLE) / 86400000000.0)"
    """
    return Formula(_days("{0}", "{1}"), (first, last))


def as_of_formula(template: str) -> Formula:
    """Return a formula of the moment of the decision alone, written ``c.as_of``."""
    return Formula(template)


def _days(first: str, last: str) -> str:
    difference = f"date_diff('microsecond', {first}, {last})"
    return f"(CAST({difference} AS DOUBLE) / {MICROSECONDS_A_DAY}.0)"
