// A step where the penalties of few columns move: the others are eliminated once.
//
// With F the columns that stay, M those that move and λ_F fixed, H = A + Λ has the blocks H_FF, H_FM
// and D + Λ_M. With LL' = H_FF, K = L⁻¹ H_FM and y = L⁻¹ g_F, for any λ_M
//
//     δ_M = (D − K'K + Λ_M)⁻¹ (g_M − K'y) ,   δ_F = L'⁻¹ (y − K δ_M) ,
//
// so that a move costs |M|³ and n² where a step costs n³. It is the same Newton step.
import { back, cholesky, forward, inner, inverseDiagonal, knownOf, foldLoss, pulled, shares, solve, stepped } from "./solver.js";

/**
 * Steps from a fit, one after another, each as `stepped` says it: quicker where its penalties
 * differ from the last ones in half of the columns at most, as under one group's slider.
 */
export class Steps {
  constructor(stats) {
    this.stats = stats;
    this.last = null;
    this.near = null;
  }

  /** Say what `stepped` says. */
  stepped(penalties) {
    return this.reach(penalties) ? this.near.stepped(penalties) : stepped(this.stats, penalties);
  }

  /** Whether the columns that move are few; those that stay are then eliminated. */
  reach(penalties) {
    const { last } = this;
    this.last = Array.from(penalties);
    if (this.near?.holds(penalties)) return true;
    const moving = last ? this.last.flatMap((one, j) => (one === last[j] ? [] : [j])) : [];
    const few = moving.length > 0 && moving.length <= this.last.length / 2;
    this.near = few ? new FewMoved(this.stats, this.last, moving) : null;
    return few;
  }
}

class FewMoved {
  /** `moving`: the columns, counted without the intercept, whose penalties will move. */
  constructor(stats, penalties, moving) {
    this.stats = stats;
    this.penalties = penalties;
    this.moving = moving;
    const moves = new Set(moving.map((j) => j + 1));
    this.stay = Array.from({ length: stats.n }, (_, j) => j).filter((j) => !moves.has(j));
    this.move = [...moves];
    this.towards = pulled(penalties, stats.b);
  }

  /** Whether penalties differ from those at hand in the moving columns alone. */
  holds(penalties) {
    const moves = new Set(this.moving);
    return this.penalties.every((one, j) => one === penalties[j] || moves.has(j));
  }

  stepped(penalties) {
    const { stats } = this;
    this.whole ??= new Reduced(this, stats.total, stats.totalScore, true);
    const found = this.whole.step(penalties);
    const loss = stats.held > 1 ? this.leftOut(penalties) : [];
    if (!found || !loss) return null;
    const b = stats.b.map((value, j) => value + found.delta[j]);
    return { b, ...found.known, share: shares(stats.moment, stats.n, b), loss };
  }

  leftOut(penalties) {
    const { stats } = this;
    this.folds ??= stats.folds.slice(0, stats.held).map((fold) => {
      const score = stats.totalScore.map((value, j) => value - fold.score[j]);
      return new Reduced(this, without(stats.total, fold.gram), score, false);
    });
    const found = this.folds.map((one) => one.step(penalties));
    if (found.includes(null)) return null;
    return found.map(({ delta }, g) => foldLoss(stats.folds[g], stats.n, delta));
  }
}

/** One system (A + Λ) δ = score − Λ b̃ without the columns that stay. */
class Reduced {
  constructor({ stats, penalties, stay, move, towards }, A, score, spread) {
    const n = stats.n;
    Object.assign(this, { stats, stay, move, spread });
    const f = stay.length;
    const L = new Float64Array(f * f);
    stay.forEach((i, r) => {
      for (let c = 0; c <= r; c++) L[r * f + c] = A[i * n + stay[c]];
      if (i > 0) L[r * f + r] += penalties[i - 1];
    });
    this.possible = cholesky(L, f);
    if (!this.possible) return;
    this.L = L;
    this.y = forward(L, f, Float64Array.from(stay, (i) => score[i] - towards[i]));
    this.K = move.map((j) => forward(L, f, Float64Array.from(stay, (i) => A[j * n + i])));
    this.own = Float64Array.from(move, (j) => A[j * n + j]);
    this.S = move.map((j, r) => move.slice(0, r + 1).map((k, c) => A[j * n + k] - inner(this.K[r], this.K[c])));
    this.rest = move.map((j, r) => score[j] - inner(this.K[r], this.y));
    if (!spread) return;
    this.inverse = inverseDiagonal(L, f);
    this.W = this.K.map((column) => back(L, f, column.slice()));
  }

  /** Return {delta, known: {edf, error}}; null where columns determine one another. */
  step(penalties) {
    if (!this.possible) return null;
    const { stats, stay, move, S, K } = this;
    const m = move.length;
    const L = new Float64Array(m * m);
    S.forEach((row, r) => L.set(row, r * m));
    const ridge = move.map((j) => penalties[j - 1]);
    ridge.forEach((one, r) => (L[r * m + r] += one));
    if (!cholesky(L, m, this.own.map((one, r) => one + ridge[r]))) return null;
    const moved = solve(L, m, Float64Array.from(move, (j, r) => this.rest[r] - ridge[r] * stats.b[j]));
    const left = this.y.slice();
    for (let c = 0; c < m; c++) for (let r = 0; r < left.length; r++) left[r] -= K[c][r] * moved[c];
    const stayed = back(this.L, stay.length, left);
    const delta = new Float64Array(stats.n);
    move.forEach((j, r) => (delta[j] = moved[r]));
    stay.forEach((i, r) => (delta[i] = stayed[r]));
    return { delta, known: this.spread ? this.known(penalties, L) : null };
  }

  /** Degrees of freedom and standard errors: diagonals of H⁻¹, blockwise. */
  known(penalties, L) {
    const { stats, stay, move, W, inverse } = this;
    const m = move.length;
    const whole = new Float64Array(stats.n);
    inverseDiagonal(L, m).forEach((value, r) => (whole[move[r]] = value));
    stay.forEach((i, r) => {
      const row = Float64Array.from(W, (column) => column[r]);
      whole[i] = inverse[r] + inner(row, solve(L, m, row.slice()));
    });
    return knownOf(stats, penalties, whole);
  }
}

function without(total, part) {
  const rest = new Float64Array(total);
  for (let k = 0; k < rest.length; k++) rest[k] -= part[k];
  return rest;
}
