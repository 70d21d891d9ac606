"""Left-out losses by exact refits, and searches for the least: slow, and with nothing to trust.

Only numpy and scipy fit here. The design, the folds and how few campaigns a column lives in are
read as the model reads them, so that both speak of the same problem.
"""

import numpy as np
from scipy.linalg import cho_factor, cho_solve, qr
from scipy.optimize import minimize
from scipy.special import expit, logit

from workbench import RidgePropensity
from workbench.ridge.design.training_rows import training_rows
from workbench.ridge.tune.folds import folds_of, in_blocks

LOWEST, HIGHEST = np.log(1e-8), np.log(1e3)  # of a tuned penalty
HOLD, STEEPEST = 0.25, 8.0  # of the slope on concentration
EXACT_SLOPE = 1e8  # products for which every fold gets its curvature once more
SETTLED = 1e-6  # in log-odds: the largest change of any row's that is still made


class LeftOut:
    """Loss of each left-out fold under any penalties, every fold refitted by Newton's method.

    Columns are standardised over all rows and the penalty keeps the size it has for all of them,
    as in the fit. More columns than rows are rotated into as many as rows: their optimum lies in
    the span of the rows.
    """

    def __init__(self, model, frame):
        rows = training_rows(RidgePropensity(), frame)
        matrix = model.design_.matrix(rows.X)
        folds = folds_of(rows, matrix, needed=True)
        _, measured = in_blocks(matrix, rows, folds)
        X = np.asarray(matrix.todense() if hasattr(matrix, "todense") else matrix, dtype=float)
        used = ~model.columns_["dropped"].to_numpy()
        w, X = rows.weight, X[:, used]
        X = X - w @ X / w.sum()
        self.Z = X / np.sqrt(w @ X**2 / w.sum())
        self.y, self.w, self.W, self.fold = rows.y, w, w.sum(), folds.of_row
        self.G = int(self.fold.max()) + 1
        self.own = self.fold[:, None] == np.arange(self.G)
        sets = list(model.tuning_.index)
        group = model.columns_["group"][used]
        self.member = (
            group.map(sets.index).to_numpy() if len(sets) > 1 else np.zeros(len(group), int)
        )
        spread = np.log(len(measured.weight) / np.clip(measured.effective_folds, 1, None))[used]
        self.score = spread if model.co_data_ else None
        self.K, self.b = len(sets), None

    def penalties(self, at):
        """Return the penalty of each column for log-strengths of the sets, and the slope."""
        heard = 0.0 if self.score is None else at[self.K] * self.score
        return np.exp(np.clip(at[: self.K][self.member] + heard, -20.0, 12.0))

    def null(self):
        """Return the loss of each fold under the base rate of the others."""
        rest = self.w * ~self.own.T
        eta = logit(rest @ self.y / rest.sum(axis=1))
        return (self._losses(np.tile(eta, (len(self.y), 1))) * self.own).sum(axis=0)

    def __call__(self, penalties):
        """Return the loss (G,), and its slope in each column's log-penalty (p,)."""
        whitened, Q = self.Z / np.sqrt(penalties), None
        if whitened.shape[1] > len(whitened):
            Q, R = qr(whitened.T, mode="economic")
            whitened = R.T
        X = np.column_stack([np.ones(len(whitened)), whitened])
        c = np.zeros((self.G, X.shape[1]))
        if self.b is not None:  # from the penalties that were looked at before
            start = self.b[:, 1:] * np.sqrt(penalties)
            c = np.column_stack([self.b[:, 0], start if Q is None else start @ Q])
        c, factors, eta = self._fit(X, c)
        loss = (self._losses(eta) * self.own).sum(axis=0)
        if X.shape[1] ** 2 * len(X) * self.G < EXACT_SLOPE:
            factors = [self._factor(X, eta[:, g], g) for g in range(self.G)]
        judged = (self._residual(eta) * self.own).T @ X
        pull = self._solve(factors, judged)[:, 1:]
        inner = c[:, 1:]
        if Q is not None:
            pull, inner = pull @ Q.T, inner @ Q.T
        self.b = np.column_stack([c[:, 0], inner / np.sqrt(penalties)])
        return loss, -self.W * (inner * pull).sum(axis=0)

    def _fit(self, X, c):
        """Take chord steps for all folds at once; one that is slow gets its curvature anew."""
        eta, near = X @ c.T, X @ c.mean(axis=0)
        factors = [self._factor(X, near, g) for g in range(self.G)]
        last = np.full(self.G, np.inf)  # of each fold: the step before, if by the same curvature
        value = self._value(eta, c)
        for _ in range(300):
            gradient = (self._residual(eta) * ~self.own).T @ X
            gradient[:, 1:] += self.W * c[:, 1:]
            step = -self._solve(factors, gradient)
            move = X @ step.T
            size = np.abs(move).max(axis=0)
            for g in np.flatnonzero((size > SETTLED) & (size > 0.3 * last)):
                factors[g] = self._factor(X, eta[:, g], g)
                step[g] = -cho_solve(factors[g], gradient[g])
                move[:, g] = X @ step[g]
                size[g] = np.abs(move[:, g]).max()
            if (size <= SETTLED).all():
                return c, factors, eta
            length = self._length(eta, c, (step, move), value)
            c, eta = c + length[:, None] * step, eta + length * move
            value, last = self._value(eta, c), np.where(length == 1, size, 0.0)
        raise RuntimeError("a refit did not arrive")

    def _length(self, eta, c, there, value):
        """Halve the step of a fold until its objective does not grow; near the end, trust it."""
        step, move = there
        size = np.abs(move).max(axis=0)
        length = np.where(size > SETTLED, 1.0, 0.0)
        for _ in range(40):
            new = self._value(eta + length * move, c + length[:, None] * step)
            worse = (new > value) & (length * size > 1e-3)
            if not worse.any():
                break
            length[worse] /= 2
        return length

    def _factor(self, X, eta, out):
        rest = ~self.own[:, out]
        # far from the optimum no row may be left without weight
        spread = np.maximum(expit(eta) * expit(-eta), 1e-8)
        weighted = X[rest] * np.sqrt(self.w * spread)[rest, None]
        hessian = weighted.T @ weighted
        hessian[np.diag_indices_from(hessian)] += np.append(0.0, np.full(len(hessian) - 1, self.W))
        return cho_factor(hessian)

    @staticmethod
    def _solve(factors, right):
        return np.array([cho_solve(f, one) for f, one in zip(factors, right, strict=True)])

    def _residual(self, eta):
        return self.w[:, None] * (expit(eta) - self.y[:, None])

    def _losses(self, eta):
        return self.w[:, None] * (np.logaddexp(0, eta) - self.y[:, None] * eta)

    def _value(self, eta, c):
        penalty = 0.5 * self.W * (c[:, 1:] ** 2).sum(axis=1)
        return (self._losses(eta) * ~self.own).sum(axis=0) + penalty


class Search:
    """Brute force: every setting that was looked at, and the least of them."""

    def __init__(self, left_out):
        self.left_out = left_out
        self.least, self.at = np.inf, None  # by the criterion of rule="best"
        self.least_loss, self.by_fold = np.inf, None  # by the plain loss

    def __call__(self, at):
        """Return the criterion and its slope, both in units of the summed loss."""
        loss, of_column = self.left_out(self.left_out.penalties(at))
        held = HOLD * at[self.left_out.K :]
        value = self.keep(loss, at)
        slope = np.bincount(self.left_out.member, of_column, minlength=self.left_out.K)
        if len(held):
            slope = np.append(slope, self.left_out.score @ of_column + held)
        return value, slope

    def keep(self, loss, at):
        """Note what was found at a setting; return its criterion."""
        value = loss.sum() + 0.5 * HOLD * float((at[self.left_out.K :] ** 2).sum())
        if value < self.least:
            self.least, self.at = value, at
        if loss.sum() < self.least_loss:
            self.least_loss, self.by_fold = loss.sum(), loss
        return value

    def common(self, strengths):
        """Return the loss of common strengths, from strong to weak, until it is far too large."""
        losses = []
        for one in strengths:
            losses.append(self(self.alike(one))[0])
            if losses[-1] > 1.5 * min(losses):
                break
        return losses

    def alike(self, strength):
        """Return one log-strength for all sets, and a slope of zero where there is one."""
        at = np.full(self.left_out.K, strength)
        return at if self.left_out.score is None else np.append(at, 0.0)

    def descend(self, start):
        """Follow exact slopes."""
        bounds = [(LOWEST, HIGHEST)] * self.left_out.K
        bounds += [(0.0, STEEPEST)] * (len(start) - len(bounds))
        options = {"maxfun": 60, "ftol": 1e-7, "gtol": 1e-4}
        minimize(self, start, jac=True, bounds=bounds, method="L-BFGS-B", options=options)

    def each_alone(self):
        """Move each set over its range, and go on from there where that is better."""
        before, here = self.least, self.at
        for k in range(self.left_out.K):
            for one in np.linspace(HIGHEST, LOWEST, 9):
                self(np.where(np.arange(len(here)) == k, one, here))
        if self.least < before * (1 - 1e-5):
            self.descend(self.at)
