"""A model that may be mailed to anybody: differentially private at the level of one customer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from workbench.errors import FitError, ParameterError
from workbench.files.whole_file import whole_file
from workbench.frame.feature_frame import FeatureFrame
from workbench.governance.guarantee import MOST_DELTA
from workbench.governance.ledger import record
from workbench.governance.private import noisy_ridge
from workbench.governance.private.declared import STEPS, Declared, Numeric
from workbench.governance.private.gaussian import MEANINGFUL
from workbench.governance.private.noise_too_large import Promise, too_large
from workbench.governance.private.noisy_ridge import NoisyRidge
from workbench.governance.private.noisy_sums import NoisySums, exact_sums, released
from workbench.governance.private.private_page import Page, fragment, page
from workbench.numbers import Array

CONSTANT = "(constant)"
_ENOUGH = 10.0  # standard deviations of the noise, for a campaign's number of contacts


@dataclass(frozen=True)
class PrivateRidge:
    """What `private_ridge` found; all of it follows from sums with noise.

    Parameters
    ----------
    declared : Declared
    promise : Promise
        ε and δ.
    sums : NoisySums
    fit : NoisyRidge
    names_customers : bool
        Whether the table tells which contacts are of one customer.
    """

    declared: Declared
    promise: Promise
    sums: NoisySums
    fit: NoisyRidge
    names_customers: bool

    @cached_property
    def coefficients(self) -> pd.DataFrame:
        """One row a column: how the response rate differs, and how far that may be off.

        Returns
        -------
        DataFrame
            ``effect``: from the lower bound to the upper, or from the first level to this one;
            of the constant, the rate at the middle of all bounds and the first levels.
            ``error`` is its standard error, √(chance² + noise²), of which ``chance_error`` comes
            from the contacts that there happened to be and ``noise_error`` from the noise;
            ``alpha`` is how hard it is held.
        """
        numeric = [isinstance(one, Numeric) for one in self.declared.features]
        widths = np.where(np.array(numeric)[self.declared.owner], 2.0, 1.0)
        scale = np.append(1.0, widths)
        fit = self.fit
        table = {
            "effect": fit.b * scale,
            "error": np.hypot(fit.chance, fit.noise) * scale,
            "chance_error": fit.chance * scale,
            "noise_error": fit.noise * scale,
            "alpha": np.append(0.0, fit.strengths),
        }
        index = pd.Index([CONSTANT, *self.declared.columns], name="column")
        return pd.DataFrame(table, index=index)

    @cached_property
    def losses(self) -> pd.DataFrame:
        """One row a campaign: the mean squared loss when it is left out.

        Returns
        -------
        DataFrame
            ``contacts``, ``rate``, ``loss`` (coefficients of the other campaigns), ``base_loss``
            (their response rate alone), and ``noise_error``, the noise's standard error of the
            difference of the two. NaN where the noise does not let a campaign's contacts be
            counted. Empty with fewer than two campaigns.
        """
        names = pd.Index(self.declared.campaigns, name="campaign")
        columns = ["contacts", "rate", "loss", "base_loss", "noise_error"]
        if len(names) < 2:
            return pd.DataFrame(columns=columns, index=names[:0], dtype=float)
        sums, (products, responses) = self.sums, self.sums.of_campaign
        lost, b = noisy_ridge.left_out(sums, self.fit.penalties)
        n = products[:, 0, 0]
        base = np.zeros_like(b)
        base[:, 0] = (sums.responses[0] - responses[:, 0]) / (sums.contacts - n)
        of_base = noisy_ridge.campaign_losses(sums, base)
        noise = noisy_ridge.difference_noise(sums, b, base)
        parts = [n, responses[:, 0] / n, lost / n, of_base / n, noise / n]
        told = n > _ENOUGH * sums.noise_of_campaign[0]
        found = np.where(told[:, None], np.column_stack(parts), np.nan)
        return pd.DataFrame(found, index=names, columns=columns)

    @property
    def rate(self) -> float:
        """The response rate, with noise."""
        return float(self.sums.responses[0] / self.sums.contacts)

    @property
    def statement(self) -> str:
        """What is promised to a customer, for the reader of the file."""
        many = self.declared.contacts
        used = "one contact is used" if many == 1 else f"at most {many} contacts are used"
        per = ", of a campaign each" if many > 1 and self.declared.campaigns else ""
        alone = "" if self.names_customers else " The table names no customers: each row is one."
        return (
            f"Differentially private ({self.promise}, one customer), under these declared bounds. "
            "Whether any one customer is among the data or not changes the chance of any content "
            "by a factor of at most e^ε, but for a chance of δ. "
            f"Of each customer {used}{per}.{alone}"
        )

    def propensity(self, frame: FeatureFrame) -> Array:
        """Return the response rate of each contact, x'b, clipped to [0, 1]; shape (n,).

        Of the contact's own columns and the coefficients, which hold no secret.

        Raises
        ------
        ParameterError
            A declared column is not there, or is of another kind.
        """
        return np.clip(self.declared.design(frame) @ self.fit.b / STEPS, 0.0, 1.0)

    def to_html(self, path: str | Path) -> Path:
        """Write it as one small file that loads nothing, and count it in the folder's ledger.

        Parameters
        ----------
        path : path
            ``released.json`` beside it keeps what has left the folder, and the file says what
            all of it promises together.

        Returns
        -------
        Path

        Raises
        ------
        ParameterError
            The file cannot be written there.
        SchemaError
            The ledger cannot be read.
        """
        target = Path(path)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ParameterError(
                f"`path` must be in a folder that can be made; {str(target.parent)!r} cannot be: "
                f"{error.strerror}. Choose another place."
            ) from error
        contents = {self.sums.mark: self.promise.mu}
        together = record(target.parent, contents, report=target.name, promised=True)
        written = page(self._content(together.promise(self.promise.delta)))
        with whole_file(target, name="`path`") as unfinished:
            unfinished.write_text(written, encoding="utf-8")
        return target

    def _content(self, together: str) -> Page:
        return Page(
            self.statement,
            together,
            self.sums.contacts,
            self.rate,
            {one.name: one.said for one in self.declared.features},
            self.coefficients,
            self.losses,
        )

    def __repr__(self) -> str:
        return (
            f"PrivateRidge: about {self.sums.contacts:,.0f} contacts × "
            f"{len(self.declared.columns)} columns; differentially private ({self.promise}, one "
            "customer)"
        )

    def _repr_html_(self) -> str:
        return fragment(self._content("Shown, and not counted: to_html(path) writes the file."))


def private_ridge(
    frame: FeatureFrame,
    *,
    bounds: Mapping[str, Any],
    campaigns: Sequence[Any] = (),
    contacts: int = 1,
    epsilon: float = 3.0,
    delta: float = 1e-7,
) -> PrivateRidge:
    """Fit a linear probability model by ridge, differentially private for each customer.

    For data D and D' that differ by one customer, with all of their contacts, and any set S of
    results,

        P(result(D) ∈ S) ≤ e^ε P(result(D') ∈ S) + δ .

    It holds because everything that is not declared here comes from sums with noise: X'X and X'y
    over all contacts and of each campaign, under one Gaussian mechanism (see
    `workbench.governance.private.noisy_sums`). Penalties, standard errors and losses of campaigns
    left out are computed from these alone. It stands on what is declared being known beforehand,
    or from elsewhere: bounds that are read off the same data are not covered.

    Parameters
    ----------
    frame : FeatureFrame
        One row a contact. Where it names no customers, each row is taken for one.
    bounds : mapping of feature to (lower, upper) or list of levels
        The columns that are used; nothing else is. For a number its bounds, at which values
        beyond are clipped. For yes and no (False, True). For text the levels: the others are
        compared with the first, which gaps and all that is not named count as. The
        narrower the bounds and the fewer the columns, the less noise.
    campaigns : list of labels
        Contacts of others are left out. Needed where the frame has campaigns.
    contacts : int
        At most so many of a customer are used, and one of a campaign; which, a hash of customer,
        campaign and features says. Noise grows in proportion.
    epsilon : float
        Above 0, and at most 3: larger ones promise little.
    delta : float
        Below one over the number of customers, and at most 1e-5.

    Returns
    -------
    PrivateRidge
        ``coefficients``, ``losses``, ``statement``, ``propensity(frame)``, ``to_html(path)``.

    Raises
    ------
    FitError
        Noise would bend a coefficient by more than its sampling error, or drown a direction; the
        message says how many customers, how few columns or which ε would do.
    ParameterError
        A declaration says nothing, names what is not there, or ε or δ would mean nothing.
    DataError
        Rows are cells, or are weighted.

    References
    ----------
    Wang (2018), Revisiting differentially private linear regression: optimal and adaptive
    prediction and estimation in unbounded domain, UAI. Balle & Wang (2018), Improving the
    Gaussian mechanism for differential privacy, ICML. Dwork & Roth (2014), The algorithmic
    foundations of differential privacy.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from workbench import FeatureFrame
    >>> from workbench.governance import private_ridge
    >>> rng = np.random.default_rng(0)
    >>> visits, member = rng.integers(0, 13, 40_000), rng.random(40_000) < 0.5
    >>> bought = rng.random(40_000) < 0.05 + 0.02 * visits
    >>> table = pd.DataFrame({"visits": visits, "member": member, "bought": bought})
    >>> frame = FeatureFrame.from_table(table, target="bought")
    >>> model = private_ridge(frame, bounds={"visits": (0, 12), "member": (False, True)})
    >>> print(model.statement[:67])
    Differentially private (ε = 3, δ = 1e-7, one customer), under these
    >>> bool(abs(model.coefficients.loc["visits", "effect"] - 12 * 0.02) < 0.03)
    True
    """
    promise = _promise(epsilon, delta)
    declared = Declared.of(bounds, campaigns, contacts)
    sums = released(exact_sums(frame, declared), declared, promise.mu)
    if promise.delta * sums.contacts >= 1:
        raise ParameterError(
            "`delta` must be below one over the number of customers; got "
            f"{promise.delta:g} for about {sums.contacts:,.0f}. Write "
            f"delta={0.1 / sums.contacts:.0e}."
        )
    fit = noisy_ridge.fitted(sums, declared.owner)
    refusal = too_large(sums, fit, declared, promise)
    if refusal is not None:
        raise FitError(refusal)
    return PrivateRidge(declared, promise, sums, fit, frame.customer is not None)


def _promise(epsilon: float, delta: float) -> Promise:
    if not 0.01 <= epsilon <= MEANINGFUL:
        raise ParameterError(
            f"`epsilon` must be from 0.01 to {MEANINGFUL:g}, as larger ones promise little; got "
            f"{epsilon!r}. Use fewer columns or more customers where noise is too large."
        )
    if not 1e-15 <= delta <= MOST_DELTA:
        raise ParameterError(
            f"`delta` must be from 1e-15 to {MOST_DELTA:g}, and below one over the number of "
            f"customers; got {delta!r}."
        )
    return Promise(float(epsilon), float(delta))
