"""Which words each feature of a frame gets: its own, or those of what it is made of."""

from __future__ import annotations

import re
import warnings
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from workbench.errors import DataWarning, ParameterError
from workbench.frame.column_names import feature_and_level, slug
from workbench.frame.flat_reading import ROLES
from workbench.frame.kinds import kind_of
from workbench.frame.level_spelling import spelled
from workbench.frame.parts import FrameParts
from workbench.frame.wording import Wording
from workbench.messages import did_you_mean, listed

_ROLES = (*ROLES, "amount", "outcome")
_MOST_TOLD = 5


def words_for(frame: FrameParts, labels: Mapping[str, str]) -> dict[str, str]:
    """Return words by name: of features, of groups, and of whatever else was labelled.

    A feature without words of its own that is made of labelled tables, columns or levels has
    these in its name: "transactions_28d_sales_value_sum" becomes "transactions 28d Sales sum".

    Parameters
    ----------
    frame : FrameParts
    labels : mapping of str to str
        As `workbench.frame.labels.read_labels` gives them.

    Raises
    ------
    ParameterError
        No name is of these data, or two features or groups would be called alike.

    Warns
    -----
    DataWarning
        Some names are of nothing in these data.
    """
    if not labels:
        return {}
    features = [str(name) for name in frame.X]
    groups = list(dict.fromkeys(frame.catalogue["group"].astype(str)))
    raw = _raw_names(frame)
    known = {*features, *groups, *raw}
    kept = kept_as_they_are(frame)
    levels = {name for name in labels if name not in known and _is_level(name, frame, kept)}
    _tell_unknown(labels, known | levels)
    given = {name: words for name, words in labels.items() if name in known | levels}
    given = {**_of_kept(kept, given), **given}
    wording = {**_made_of(frame, given, raw), **given}
    for names, what in ((features, "features"), (groups, "groups")):
        _check_apart(names, wording, labels, what)
    _check_names(given, {*features, *groups}, raw, wording, kept)
    return wording


def _raw_names(frame: FrameParts) -> set[str]:
    """Return what the features are made of, and the columns that have another role."""
    recipe: Mapping[str, Any] = frame.recipe
    names = {str(recipe[role]) for role in _ROLES if isinstance(recipe.get(role), str)}
    names |= set(map(str, recipe.get("drop", ()))) | set(recipe.get("reading", ()))
    for table, about in recipe.get("tables", {}).items():
        names |= {table, *about.get("columns", ())}
    return names


def kept_as_they_are(frame: FrameParts) -> dict[str, str]:
    """Return the column of each feature that is a column of a table: "customers_region".

    Parameters
    ----------
    frame : FrameParts

    Returns
    -------
    dict of feature to column
        Empty where the frame was not built of campaign tables.
    """
    found = {}
    tables: Mapping[str, Any] = frame.recipe.get("tables", {})
    for table, about in tables.items():
        for column in about.get("columns", ()):
            name = f"{slug(table)}_{slug(column)}"
            if name in frame.X and frame.catalogue.loc[name, "source"] == table:
                found[name] = str(column)
    return found


def _of_kept(kept: Mapping[str, str], labels: Mapping[str, str]) -> dict[str, str]:
    """Return words for such features, and for their levels, from those of their columns."""
    found = {name: labels[column] for name, column in kept.items() if column in labels}
    for name, column in kept.items():
        start = f"{column}="
        levels = {one: words for one, words in labels.items() if one.startswith(start)}
        found |= {f"{name}={one.removeprefix(start)}": words for one, words in levels.items()}
    return found


def _is_level(name: str, frame: FrameParts, kept: Mapping[str, str]) -> bool:
    """Whether a name is a feature's level, ``feature=level``, or one that features are made of."""
    for feature, level in feature_and_level(name):
        same = [feature, *(one for one, column in kept.items() if column == feature)]
        if any(one in frame.X and _has(frame.X[one], level) for one in same):
            return True
        if any(_of_level(feature, level).search(text) for text in _descriptions(frame).values()):
            return True
    return False


def _has(values: Any, level: str) -> bool:
    return kind_of(values) == "category" and level in set(spelled(values.dropna()))


def _descriptions(frame: FrameParts) -> dict[str, str]:
    said = frame.catalogue["description"].dropna()
    return {str(name): str(text) for name, text in said.items()}


def _tell_unknown(labels: Mapping[str, str], known: set[str]) -> None:
    unknown = [name for name in labels if name not in known]
    if not unknown:
        return
    hints = "".join(did_you_mean(name, known) for name in unknown[:_MOST_TOLD])
    if len(unknown) == len(labels):
        raise ParameterError(
            f"`labels` must name features, columns or groups of these data; {listed(unknown)} "
            f"are none. There is {listed(sorted(known))}.{hints}"
        )
    said = ", ".join(
        f"{name!r}{f' ({near.strip()})' if (near := did_you_mean(name, known)) else ''}"
        for name in unknown[:_MOST_TOLD]
    )
    more = len(unknown) - _MOST_TOLD
    warnings.warn(
        f"`labels` has words for what is not in these data: {said}"
        f"{f', and {more} more' if more > 0 else ''}. They are passed over.",
        DataWarning,
        stacklevel=4,
    )


def _made_of(frame: FrameParts, labels: Mapping[str, str], raw: set[str]) -> dict[str, str]:
    """Return words for features without their own, of the tables, columns and levels in them."""
    described = _descriptions(frame)
    levels = _levels_in(frame.recipe) | {name for name in labels if "=" in name}
    parts = _in_order(raw | levels)
    found = {}
    for feature in map(str, frame.X):
        if feature in labels:
            continue
        text = f"{frame.catalogue['source'][feature]}: {described.get(feature, '')}"
        said = _put_in(feature, _in_name(feature, parts, labels, text))
        if said not in {feature, *labels}:
            found[feature] = said
    own = Wording({**labels, **found})
    return {name: found[name] for name in _once(found, own, map(str, frame.X))}


def _levels_in(recipe: Mapping[str, Any]) -> set[str]:
    """Return the levels that features are built of, ``column=level``, labelled or not."""
    made = [one.get("kinds") for one in recipe.get("features", ()) if isinstance(one, Mapping)]
    return {
        f"{column}={level}"
        for kinds in made
        if isinstance(kinds, Mapping)
        for column, levels in kinds.items()
        for level in (levels if isinstance(levels, list | tuple) else ())
        if not isinstance(level, bool)  # a flag is called as its column is
    }


def _in_order(parts: Iterable[str]) -> list[tuple[str, str, re.Pattern[str]]]:
    """Return each part with what it is in names, and with what descriptions say of it."""
    found = []
    for part in parts:
        column, equals, level = part.partition("=")
        pattern = _of_level(column, level) if equals else _whole(part)
        found.append((part, slug(level if equals else part), pattern))
    # levels before all: what tells of one has its column in it
    return sorted(found, key=lambda one: ("=" not in one[0], -len(one[1]), one[0]))


def _in_name(
    feature: str,
    parts: Iterable[tuple[str, str, re.Pattern[str]]],
    labels: Mapping[str, str],
    text: str,
) -> dict[str, str]:
    """Return the words for what a name has once, where its description tells of that part.

    The longest are looked for first, with words or without: "frozen" of "frozen_grocery" is no
    part. What a name has twice keeps its name there: one of them may be of something else.
    """
    rest, here = feature, {}
    for part, piece, pattern in parts:
        if not pattern.search(text):
            continue
        text = pattern.sub("\0", text)
        times = len(_in_slugs(piece).findall(rest))
        rest = _in_slugs(piece).sub("\0", rest)
        if times == 1 and part in labels:
            here[piece] = labels[part]
    return here


def _whole(part: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-]){re.escape(part)}(?![\w-])")


def _of_level(column: str, level: str) -> re.Pattern[str]:
    """Find a level in descriptions, from where it begins to where it ends, and no longer one."""
    end = r"(?=\.?$| in the | in all | at any time before\b)"
    return re.compile(rf"\bwith {re.escape(column)} {re.escape(level)}{end}")


def _in_slugs(piece: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![^\W_]){re.escape(piece)}(?![^\W_])")


def _put_in(feature: str, parts: Mapping[str, str]) -> str:
    """Write words in place of the parts of a name, and blanks between its other words."""
    longest = sorted(filter(None, parts), key=len, reverse=True)
    if not longest:
        return feature
    pattern = rf"(?<![^\W_])(?:{'|'.join(map(re.escape, longest))})(?![^\W_])"
    pieces: list[str] = re.split(f"({pattern})", feature)
    if len(pieces) == 1:
        return feature
    return "".join(
        parts[piece] if k % 2 else piece.replace("_", " ") for k, piece in enumerate(pieces)
    )


def _once(found: Mapping[str, str], own: Wording, features: Iterable[str]) -> list[str]:
    """Keep words that were put together where they tell features apart; others keep their name."""
    alike = defaultdict(list)
    for name in features:
        alike[own.of(name).casefold()].append(name)
    return [name for name in found if len(alike[found[name].casefold()]) == 1]


def _check_apart(
    names: Iterable[str], wording: Mapping[str, str], labels: Mapping[str, str], what: str
) -> None:
    seen: dict[str, str] = {}
    for name in names:
        said = wording.get(name, name)
        other = seen.setdefault(said.casefold(), name)
        if other != name and {name, other} & set(labels):
            raise ParameterError(
                f"`labels` must tell {what} apart; {other!r} and {name!r} would both be called "
                f"{said!r}. Give one of them other words."
            )


def _check_names(
    given: Mapping[str, str],
    shown: set[str],
    raw: set[str],
    wording: Mapping[str, str],
    kept: Mapping[str, str],
) -> None:
    """Refuse words that are another's name: they would get that one's words in their turn."""
    for name, words in given.items():
        # "customers_region" may be called "region", which it is; a level is called so in its place
        own = kept.get(name) == words or "=" in name
        taken = words in shown | raw and words != name and not own
        if taken or wording.get(words, words) != words:
            raise ParameterError(
                f"`labels` calls {name!r} {words!r}, which is the name of another feature, group "
                "or column. Give it words that are the name of nothing."
            )
