"""The few formulas that many builders share, each with its convention for "no events".

They are the only place where moments become days, so that a plan for another
database has one thing to translate.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from workbench.features.measures import MICROSECONDS_A_DAY, Expression, Formula
from workbench.sql.names import literal


def share(part: Expression, whole: Expression) -> Formula:
    """Return part / whole; missing unless the whole is positive.

    Parameters
    ----------
    part, whole : Expression
        Of one unit.

    Returns
    -------
    Formula

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

    The mean of a Beta(a, b) prior updated by k successes in n trials. A rate over few
    trials is drawn towards the prior's, as if a + b trials had been seen before.

    Parameters
    ----------
    successes, trials : Expression
        k and n.
    prior : tuple of two floats
        a and b.

    Returns
    -------
    Formula
        From 0 to 1.

    Examples
    --------
    >>> from workbench.features import Measure, Source
    >>> sent, opened = Measure(Source("sent"), "count"), Measure(Source("opened"), "count")
    >>> rate(opened, sent, prior=(1, 9)).operands[2:]
    (1.0, 9.0)
    """
    a, b = float(prior[0]), float(prior[1])
    return Formula("(({0} + {2}) / ({1} + {2} + {3}))", (successes, trials, a, b))


def pooled_rate(
    successes: Expression, trials: Expression, *, mean: Expression, strength: float
) -> Formula:
    """Return (k + a) / (n + a + b) with a = mean · strength and b = (1 − mean) · strength.

    Examples
    --------
    >>> from workbench.features import Lookup, Measure, Source
    >>> sent, opened = Measure(Source("sent"), "count"), Measure(Source("opened"), "count")
    >>> everybody = Lookup(Source("rates"), "mean", "as_of", number=True)
    >>> pooled_rate(opened, sent, mean=everybody, strength=10).template
    '(({0} + {2} * {3}) / ({1} + {3}))'
    """
    return Formula("(({0} + {2} * {3}) / ({1} + {3}))", (successes, trials, mean, float(strength)))


def trend(recent: Expression, base: Expression, *, days: tuple[int, int]) -> Formula:
    """Return the recent window's amount a day against the longer one's, smoothed.

    (recent / d₁ + 1 / d₂) / (base / d₂ + 1 / d₂): 1 where the pace has not changed, and
    where there was nothing in either; above 1 where it quickens. One more in each keeps it
    finite. Missing where an amount is below 0 (refunds).

    Parameters
    ----------
    recent, base : Expression
        Amounts over the shorter and the longer window.
    days : tuple of two ints
        d₁ and d₂, the lengths of the windows.

    Returns
    -------
    Formula
        A ratio.

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
    """Return sign(x) · ln(1 + abs(x)): 0 stays 0, and amounts below 0 keep their sign.

    Parameters
    ----------
    value : Expression
        x.

    Returns
    -------
    Formula

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

    Parameters
    ----------
    value : Expression
        x.
    half : float
        k, in the unit of x.
    steepness : float
        s; above 1 the curve is S-shaped.

    Returns
    -------
    Formula
        From 0 to 1.

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


def entropy(parts: Sequence[Expression], whole: Expression) -> Formula:
    """Return −Σ p ln p over the parts' shares of the whole, and the rest's; in nats.

    Missing unless the whole is positive.

    Examples
    --------
    >>> from workbench.features import Equals, Measure, Source
    >>> mail = Measure(Source("visits"), "count", where=(Equals("channel", "mail"),))
    >>> len(entropy([mail], Measure(Source("visits"), "count")).operands)
    2
    """
    places = [f"{{{number}}}" for number in range(1, len(parts) + 1)]
    rest = "(" + " - ".join(["{0}", *places]) + ")"
    terms = [f"CASE WHEN {p} > 0 THEN {p} / {{0}} * ln({{0}} / {p}) ELSE 0 END" for p in places]
    terms.append(f"CASE WHEN {rest} > 0 THEN {rest} / {{0}} * ln({{0}} / {rest}) ELSE 0 END")
    return Formula(f"CASE WHEN {{0}} > 0 THEN {' + '.join(terms)} END", (whole, *parts))


def favourite(counts: Sequence[Expression], names: Sequence[str]) -> Formula:
    """Return the name with the highest count, the first of several; missing if all are 0.

    Examples
    --------
    >>> from workbench.features import Equals, Measure, Source
    >>> mail = Measure(Source("visits"), "count", where=(Equals("channel", "mail"),))
    >>> favourite([mail], ["mail"]).template
    "CASE WHEN greatest({0}) <= 0 THEN NULL WHEN {0} = greatest({0}) THEN 'mail' END"
    """
    highest = f"greatest({', '.join(f'{{{place}}}' for place in range(len(counts)))})"
    cases = " ".join(
        f"WHEN {{{place}}} = {highest} THEN {_braced(literal(name))}"
        for place, name in enumerate(names)
    )
    return Formula(f"CASE WHEN {highest} <= 0 THEN NULL {cases} END", tuple(counts), text=True)


def contains_word(line: Expression, word: str) -> Formula:
    r"""Return 1 where the text has the word, as a whole and in any capitals; 0 elsewhere.

    Examples
    --------
    >>> from workbench.features import Lookup, Source
    >>> subject = Lookup(Source("campaigns"), "subject", "campaign")
    >>> print(contains_word(subject, "100%").template)
    CAST(regexp_replace(lower({0}), '...100%...', '', 'g') <> lower({0}) AS INTEGER)
    """
    edge = r"[^\p{L}\p{Nd}]"
    low = word.replace("İ", "i").replace("Σ", "σ").lower()  # as DuckDB lowers them
    pattern = literal(f"(^|{edge}){re.escape(low)}($|{edge})")
    # it is there where it could be taken out: databases agree on that more than on a match
    without = f"regexp_replace(lower({{0}}), {_braced(pattern)}, '', 'g')"
    return Formula(f"CAST({without} <> lower({{0}}) AS INTEGER)", (line,))


def _braced(sql: str) -> str:
    """Write SQL for a template, where a brace stands for an operand."""
    return sql.replace("{", "{{").replace("}", "}}")


def or_zero(value: Expression) -> Formula:
    """Return 0 where the value is missing.

    Parameters
    ----------
    value : Expression

    Returns
    -------
    Formula
        In the unit of the value.

    Examples
    --------
    >>> from workbench.features import Measure, Source
    >>> or_zero(Measure(Source("visits"), "gap_mean")).template
    'coalesce({0}, 0)'
    """
    return Formula("coalesce({0}, 0)", (value,))


def days_since(moment: Expression) -> Formula:
    """Return days from a moment to `as_of`; missing where there was none.

    Parameters
    ----------
    moment : Expression

    Returns
    -------
    Formula
        In days.

    Examples
    --------
    >>> from workbench.features import Measure, Source
    >>> days_since(Measure(Source("visits"), "last")).template
    "(CAST(date_diff('microsecond', {0}, c.as_of) AS DOUBLE) / 86400000000.0)"
    """
    return Formula(_days("{0}", "c.as_of"), (moment,))


def days_between(first: Expression, last: Expression) -> Formula:
    """Return days from the first moment to the last; missing where there was none.

    Parameters
    ----------
    first, last : Expression
        Moments, such as the first and the last of a measure.

    Returns
    -------
    Formula
        In days.

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
