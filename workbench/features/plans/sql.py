"""The plan in SQL: each table of events is joined once with the contacts that follow.

An event can enter a row only through the join in `_seen`, whose condition is the
contract: strictly before `as_of`, and known by then. What it gives is folded into
cells (contact, smallest window, kind) of integers, and windows are added up from
cells: the same numbers as filtered aggregates over the join, about five times faster.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from workbench.features.measures import (
    MICRO,
    MICROSECONDS_A_DAY,
    PICO,
    Condition,
    Equals,
    Expression,
    Feature,
    Formula,
    Listed,
    Lookup,
    Measure,
    Present,
    Source,
    leaves,
)
from workbench.features.sql_words import millionths, present, select_all
from workbench.features.tables import Tables
from workbench.sql.names import literal, quoted

MICROSECONDS_A_DAY_SQUARED = "7.46496e21"  # 86,400,000,000 squared
WHOLES = {"sum": MICRO, "decayed": PICO}  # what a unit is in the whole numbers that add up
GAPS = ("gap_mean", "gap_variance")
ALL_CONTACTS = "contacts"


@dataclass(frozen=True)
class Step:
    """A named SELECT with one row a contact (contacts without events may lack)."""

    name: str
    sql: str


class SqlPlan:
    """Steps that compute all measures, and the SELECT that turns them into features.

    Parameters
    ----------
    features : sequence of Feature
    tables : Tables
    given : mapping of measure to SQL, optional
        Measures that another plan has computed: finished values, in columns of `rows`.
    rows : str, optional
        What to select from: the contacts, or a table of them with more columns.
    contacts : str
        The contacts that rows are made of: all, or a table of some. What sources of SQL of
        their own read under the name of ``contacts`` are all, either way.

    Attributes
    ----------
    steps : tuple of Step
    final : str
        Gives ``contact`` and one column a feature, ordered by contact.
    """

    def __init__(
        self,
        features: Sequence[Feature],
        tables: Tables,
        *,
        given: Mapping[Measure | Lookup, str] | None = None,
        rows: str | None = None,
        contacts: str = ALL_CONTACTS,
    ) -> None:
        self._places: dict[Measure | Lookup, str] = {}
        self._given, self._rows, self._contacts = given or {}, rows or contacts, contacts
        found = dict.fromkeys(leaf for f in features for leaf in leaves(f.value))
        needed = [leaf for leaf in found if leaf not in self._given]
        passes: dict[object, list[Measure | Lookup]] = {}
        for leaf in needed:
            passes.setdefault(_pass_of(leaf), []).append(leaf)
        # a step must not hide a table of the data, which other steps may read
        step = tables.free_prefix("step_")
        self.steps = tuple(
            self._step(f"{step}{number}", members, tables)
            for number, members in enumerate(passes.values(), 1)
        )
        self.final = self._final(features)

    @property
    def text(self) -> str:
        """The whole query as one statement."""
        steps = ",\n".join(f"{step.name} AS (\n{step.sql}\n)" for step in self.steps)
        return f"WITH {steps}\n{self.final}" if steps else self.final

    def _step(self, name: str, members: list[Measure | Lookup], tables: Tables) -> Step:
        for number, leaf in enumerate(members):
            self._places[leaf] = f"{name}.m{number}"
        measures = [leaf for leaf in members if isinstance(leaf, Measure)]
        if not measures:
            lookups = [leaf for leaf in members if isinstance(leaf, Lookup)]
            types = tables.columns(lookups[0].source)
            return Step(name, _lookup_sql(lookups, types, self._contacts))
        types = tables.columns(measures[0].source)
        write = _gaps_sql if measures[0].how in GAPS else _cells_sql
        return Step(name, write(measures, types, self._contacts))

    def _final(self, features: Sequence[Feature]) -> str:
        columns = [f"  {self._column(f.value)} AS {quoted(f.name)}" for f in features]
        joins = [f"LEFT JOIN {s.name} ON {s.name}.contact = c.contact" for s in self.steps]
        selected = ",\n".join(["  c.contact", *columns])
        source = f"SELECT\n{selected}\nFROM {self._rows} c"
        return "\n".join([source, *joins, "ORDER BY c.contact"])

    def _column(self, expression: Expression) -> str:
        text = (
            expression.text
            if isinstance(expression, Formula)
            else isinstance(expression, Lookup) and not expression.number
        )
        return f"CAST({self._render(expression)} AS {'VARCHAR' if text else 'DOUBLE'})"

    def _render(self, expression: Expression | float) -> str:
        if isinstance(expression, Formula):
            return expression.template.format(*map(self._render, expression.operands))
        if isinstance(expression, Measure | Lookup):
            if expression in self._given:
                return self._given[expression]
            return _value(expression, self._places[expression])
        return f"CAST({expression!r} AS DOUBLE)"


def _pass_of(leaf: Measure | Lookup) -> object:
    """Return what measures must share to be computed in one pass."""
    if isinstance(leaf, Lookup):
        return (leaf.source, leaf.key, leaf.dated)
    if leaf.how in GAPS:
        return (leaf.source, leaf.where, "gaps", leaf.lookback_days)
    return (leaf.source, leaf.column if leaf.how == "distinct" else None)


def _value(leaf: Measure | Lookup, place: str) -> str:
    if isinstance(leaf, Lookup):
        return f"CAST({place} AS DOUBLE)" if leaf.number else place
    if leaf.how in ("count", "distinct"):
        return f"CAST(coalesce({place}, 0) AS DOUBLE)"
    if leaf.how in ("sum", "decayed"):
        return f"({_rounded_once(f'coalesce({place}, 0)')} / {WHOLES[leaf.how]}.0)"
    return place


def _rounded_once(whole: str) -> str:
    """Write a whole number as the nearest double: DuckDB casts some below −2⁵³ to its neighbour."""
    return f"sign({whole}) * CAST(abs({whole}) AS DOUBLE)"


def _seen(source: Source, contacts: str, *, late: bool, since_days: int | None) -> str:
    """Write the join of contacts with the events that were known before `as_of`."""
    conditions = ["e.customer = c.customer", "e.time < c.as_of"]
    if late:
        conditions.append("e.arrived < c.as_of")
    if since_days is not None:
        conditions.append(f"e.time >= {_window_start(since_days)}")
    return f"FROM {contacts} c JOIN ({select_all(source)}) e ON {' AND '.join(conditions)}"


def _window_start(days: int) -> str:
    return f"c.as_of - INTERVAL {days} DAY"


def _cells_sql(measures: list[Measure], types: Mapping[str, str], contacts: str) -> str:
    """Write counts, sums, moments and distinct counts of one source."""
    cells = _Cells(measures, types)
    aggregates = [f"  {cells.aggregate(m)} AS m{i}" for i, m in enumerate(measures)]
    inner = ",\n    ".join(cells.columns())
    joins = "".join(f"\n  {join}" for join in cells.joins())
    late = "arrived" in types
    seen = _seen(measures[0].source, contacts, late=late, since_days=cells.longest)
    return (
        "SELECT contact,\n" + ",\n".join(aggregates) + f"\nFROM (\n  SELECT\n    {inner}\n"
        f"  {seen}{joins}\n  GROUP BY ALL\n)\nGROUP BY contact"
    )


class _Cells:
    """The columns that cells are made by, and how each measure reads them."""

    def __init__(self, measures: list[Measure], types: Mapping[str, str]) -> None:
        self._types = types
        conditions = [condition for m in measures for condition in m.where]
        lookbacks = {m.lookback_days for m in measures}
        self.windows = sorted(days for days in lookbacks if days is not None)
        self.longest = None if None in lookbacks else self.windows[-1]
        self.kinds: dict[str, list[Equals]] = {}
        for equals in dict.fromkeys(c for c in conditions if isinstance(c, Equals)):
            self.kinds.setdefault(equals.column, []).append(equals)
        self.lists = list(dict.fromkeys(c for c in conditions if isinstance(c, Listed)))
        self.present = list(dict.fromkeys(c.column for c in conditions if isinstance(c, Present)))
        self.sums = list(dict.fromkeys(str(m.column) for m in measures if m.how == "sum"))
        decays = ((m.column, m.half_life_days) for m in measures if m.half_life_days is not None)
        self.decays = list(dict.fromkeys(decays))
        self.distinct = next((m.column for m in measures if m.how == "distinct"), None)

    def columns(self) -> Iterable[str]:
        yield "c.contact"
        if self.windows:
            cases = " ".join(
                f"WHEN e.time >= {_window_start(days)} THEN {i}"
                for i, days in enumerate(self.windows)
            )
            yield f"CASE {cases} ELSE {len(self.windows)} END AS win"
        for i, (column, levels) in enumerate(self.kinds.items()):
            kind = self._types.get(column, "")
            known = ", ".join(literal(equals.level, kind) for equals in levels)
            yield f"CASE WHEN e.{quoted(column)} IN ({known}) THEN e.{quoted(column)} END AS k{i}"
        yield from (f"l{i}.item IS NOT NULL AS f{i}" for i in range(len(self.lists)))
        for i, column in enumerate(self.present):
            yield f"{present(f'e.{quoted(column)}', self._types[column])} AS p{i}"
        if self.distinct is not None:
            yield f"e.{quoted(self.distinct)} AS d"
        yield from ("count(*) AS n", "min(e.time) AS first_time", "max(e.time) AS last_time")
        for i, column in enumerate(self.sums):
            number = f"e.{quoted(column)}"
            if self._types.get(column) == "BOOLEAN":  # few databases take it for a double
                number = f"CAST({number} AS INTEGER)"
            yield f"sum({millionths(number)}) AS s{i}"
        for i, (value, half_life) in enumerate(self.decays):
            yield f"sum({_decayed(value, half_life)}) AS h{i}"

    def joins(self) -> Iterable[str]:
        for i, condition in enumerate(self.lists):
            # an item that is listed twice must not count an event twice
            items = f"SELECT DISTINCT campaign, item FROM ({select_all(condition.items)})"
            on = f"l{i}.campaign = c.campaign AND l{i}.item = e.{quoted(condition.column)}"
            yield f"LEFT JOIN ({items}) l{i} ON {on}"

    def aggregate(self, measure: Measure) -> str:
        plain = {
            "count": "sum(n)",
            "first": "min(first_time)",
            "last": "max(last_time)",
            "distinct": "count(DISTINCT d)",
        }
        if measure.how == "sum":
            aggregate = f"sum(s{self.sums.index(str(measure.column))})"
        elif measure.half_life_days is not None:
            place = self.decays.index((measure.column, measure.half_life_days))
            aggregate = f"sum(h{place})"
        else:
            aggregate = plain[measure.how]
        conditions = [self._condition(condition) for condition in measure.where]
        if measure.lookback_days is not None:
            conditions.append(f"win <= {self.windows.index(measure.lookback_days)}")
        return f"{aggregate} FILTER (WHERE {' AND '.join(conditions)})" if conditions else aggregate

    def _condition(self, condition: Condition) -> str:
        if isinstance(condition, Present):
            return f"p{self.present.index(condition.column)}"
        if isinstance(condition, Listed):
            return f"f{self.lists.index(condition)}"
        kind = self._types.get(condition.column, "")
        place = list(self.kinds).index(condition.column)
        return f"k{place} = {literal(condition.level, kind)}"


def _decayed(column: str | None, half_life_days: float) -> str:
    """Write what is left of a value by `as_of`, as a whole number, for the same reason."""
    number = "1.0" if column is None else f"CAST(e.{quoted(column)} AS DOUBLE)"
    age = f"CAST(date_diff('microsecond', e.time, c.as_of) AS DOUBLE) / {MICROSECONDS_A_DAY}.0"
    left = f"{number} * pow(2.0, -({age}) / CAST({float(half_life_days)!r} AS DOUBLE))"
    whole = f"CAST(round({left} * {PICO}.0) AS HUGEINT)"
    return whole if column is None else f"CASE WHEN NOT isnan({number}) THEN {whole} END"


def _gaps_sql(measures: list[Measure], types: Mapping[str, str], contacts: str) -> str:
    """Write mean and variance of the gaps between moments, from whole microseconds."""
    first, late = measures[0], "arrived" in types
    seen = _seen(first.source, contacts, late=late, since_days=first.lookback_days)
    mean = f"CAST(sum(gap) AS DOUBLE) / count(gap) / {MICROSECONDS_A_DAY}.0"
    # (n Σg² − (Σg)²) / (n (n − 1)): in integers, so that nothing cancels
    spread = "CAST(count(gap) * sum(gap * gap) - sum(gap) * sum(gap) AS DOUBLE)"
    variance = (
        f"CASE WHEN count(gap) > 1 THEN {spread} / count(gap) / (count(gap) - 1) "
        f"/ {MICROSECONDS_A_DAY_SQUARED} END"
    )
    wanted = [
        f"  {mean if m.how == 'gap_mean' else variance} AS m{i}" for i, m in enumerate(measures)
    ]
    previous = "lag(time) OVER (PARTITION BY contact ORDER BY time)"
    return (
        "SELECT contact,\n" + ",\n".join(wanted) + "\nFROM (\n"
        f"  SELECT contact, CAST(date_diff('microsecond', {previous}, time) AS HUGEINT) AS gap\n"
        f"  FROM (SELECT DISTINCT c.contact, e.time {seen})\n)\nGROUP BY contact"
    )


def _lookup_sql(lookups: list[Lookup], types: Mapping[str, str], contacts: str) -> str:
    """Write at most one row a contact of an attribute or campaign table."""
    first = lookups[0]
    columns = ", ".join(f"r.{quoted(x.column)} AS m{i}" for i, x in enumerate(lookups))
    on = f"r.{first.key} = c.{first.key}"
    # among rows that began together the least: by code points, whatever the database's language
    order = ", ".join(
        f"r.{quoted(x.column)}" + " COLLATE C" * (types.get(x.column) == "VARCHAR") for x in lookups
    )
    if first.dated:
        on += " AND r.valid_from < c.as_of"
        if "valid_until" in types:
            on += " AND (r.valid_until IS NULL OR r.valid_until >= c.as_of)"
        order = f"r.valid_from DESC, {order}"
    return (
        f"SELECT c.contact, {columns}\n"
        f"FROM {contacts} c JOIN ({select_all(first.source)}) r ON {on}\n"
        f"QUALIFY row_number() OVER (PARTITION BY c.contact ORDER BY {order}) = 1"
    )
