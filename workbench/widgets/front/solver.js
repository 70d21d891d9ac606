// Ridge algebra from fold statistics: pure functions on Float64Array, no page and no kernel.
//
// With A = Σ A_g and s = Σ s_g of folds g at b̃, penalties λ and Λ = diag(0, λ), all divided
// by the total weight W, one Newton step to other penalties is
//
//     b = b̃ + (A + Λ)⁻¹ (s − Λ b̃) ,   b_{−g} = b̃ + (A − A_g + Λ)⁻¹ (s − s_g − Λ b̃) ,
//
// and fold g, left out, has the loss  l_g − s_g'δ + ½ δ'A_g δ  with δ = b_{−g} − b̃. Matrices
// are n × n in rows, n = 1 + p, the intercept first. See workbench/ridge/statistics/dense.py.

/** Make a full symmetric matrix of a packed lower triangle (rows 0, 1, …, n − 1). */
export function unpack(triangle, n) {
  const full = new Float64Array(n * n);
  for (let i = 0, at = 0; i < n; i++) {
    for (let j = 0; j <= i; j++, at++) {
      full[i * n + j] = triangle[at];
      full[j * n + i] = triangle[at];
    }
  }
  return full;
}

/**
 * Factor the lower triangle of `H` in place into L, H = LL'; false where H is not positive.
 *
 * `scale`: of each column before others were taken out of it, where H is what is left of it.
 */
export function cholesky(H, n, scale = null) {
  // two rows at a time against two columns at a time: four sums for four loads
  let i = 0;
  for (; i + 1 < n; i += 2) {
    const r0 = i * n;
    const r1 = r0 + n;
    for (let j = 0; j < i; j += 2) {
      const c0 = j * n;
      const c1 = c0 + n;
      let s00 = H[r0 + j];
      let s01 = H[r0 + j + 1];
      let s10 = H[r1 + j];
      let s11 = H[r1 + j + 1];
      for (let k = 0; k < j; k++) {
        const a = H[r0 + k];
        const b = H[r1 + k];
        const c = H[c0 + k];
        const d = H[c1 + k];
        s00 -= a * c;
        s01 -= a * d;
        s10 -= b * c;
        s11 -= b * d;
      }
      const first = H[c0 + j];
      const second = H[c1 + j + 1];
      H[r0 + j] = s00 / first;
      H[r1 + j] = s10 / first;
      H[r0 + j + 1] = (s01 - H[r0 + j] * H[c1 + j]) / second;
      H[r1 + j + 1] = (s11 - H[r1 + j] * H[c1 + j]) / second;
    }
    if (!diagonal(H, n, i, i, scale) || !diagonal(H, n, i + 1, i, scale)) return false;
  }
  if (i < n) {
    for (let j = 0; j < i; j++) {
      H[i * n + j] = (H[i * n + j] - dot(H, i * n, H, j * n, j)) / H[j * n + j];
    }
    if (!diagonal(H, n, i, i, scale)) return false;
  }
  return true;
}

/** Finish row i from column `from` on: what lies before is final. */
function diagonal(H, n, i, from, scale) {
  for (let j = from; j < i; j++) {
    H[i * n + j] = (H[i * n + j] - dot(H, i * n, H, j * n, j)) / H[j * n + j];
  }
  const left = H[i * n + i] - dot(H, i * n, H, i * n, i);
  // of a column that the others determine, only rounding is left
  if (!(left > 1e-13 * (scale ? scale[i] : H[i * n + i]))) return false;
  H[i * n + i] = Math.sqrt(left);
  return true;
}

export function inner(a, b) {
  return dot(a, 0, b, 0, a.length);
}

function dot(a, from, b, other, count) {
  let sum = 0;
  for (let k = 0; k < count; k++) sum += a[from + k] * b[other + k];
  return sum;
}

/** Solve LL'x = v in place. */
export function solve(L, n, v) {
  return back(L, n, forward(L, n, v));
}

/** Solve Lx = v in place. */
export function forward(L, n, v) {
  for (let i = 0; i < n; i++) v[i] = (v[i] - dot(L, i * n, v, 0, i)) / L[i * n + i];
  return v;
}

/** Solve L'x = v in place. */
export function back(L, n, v) {
  for (let i = n - 1; i >= 0; i--) {
    v[i] /= L[i * n + i];
    for (let k = 0; k < i; k++) v[k] -= L[i * n + k] * v[i];
  }
  return v;
}

/** Return the diagonal of (LL')⁻¹: the column norms of L⁻¹. */
export function inverseDiagonal(L, n) {
  const M = new Float64Array(n * n);
  const out = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const row = i * n;
    for (let k = 0; k < i; k++) {
      const factor = L[row + k];
      const other = k * n;
      if (factor !== 0) for (let j = 0; j <= k; j++) M[row + j] -= factor * M[other + j];
    }
    M[row + i] = 1;
    for (let j = 0; j <= i; j++) {
      M[row + j] /= L[row + i];
      out[j] += M[row + j] * M[row + j];
    }
  }
  return out;
}

/** Return Λb with the intercept's 0 first. */
export function pulled(penalties, b) {
  const out = new Float64Array(b.length);
  for (let j = 1; j < b.length; j++) out[j] = penalties[j - 1] * b[j];
  return out;
}

function ridged(A, penalties, n, minus) {
  const H = new Float64Array(A);
  if (minus) for (let k = 0; k < H.length; k++) H[k] -= minus[k];
  for (let j = 1; j < n; j++) H[j * n + j] += penalties[j - 1];
  return H;
}

/**
 * Step to other penalties: coefficients `b` (1 + p), and of each column its effective degrees
 * of freedom 1 − λ_j [H⁻¹]_jj and standard error ([H⁻¹]_jj / W)^½.
 *
 * `stats`: {n, total, score (G × n), weight, b, folds}, as `statsOf` makes it. null where
 * columns without a penalty determine one another.
 */
export function step(stats, penalties) {
  const { n, b } = stats;
  const H = ridged(stats.total, penalties, n);
  if (!cholesky(H, n)) return null;
  const move = pulled(penalties, b);
  for (let j = 0; j < n; j++) move[j] = stats.totalScore[j] - move[j];
  solve(H, n, move);
  return { b: b.map((value, j) => value + move[j]), ...knownOf(stats, penalties, inverseDiagonal(H, n)) };
}

/** Return `edf` and `error` of each column from the diagonal of H⁻¹. */
export function knownOf(stats, penalties, inverse) {
  const p = stats.n - 1;
  const edf = new Float64Array(p);
  const error = new Float64Array(p);
  for (let j = 0; j < p; j++) {
    edf[j] = 1 - penalties[j] * inverse[j + 1];
    error[j] = Math.sqrt(inverse[j + 1] / stats.weight);
  }
  return { edf, error };
}

/** Return each held fold's loss per contact when it is left out; null as in `step`. */
export function leftOut(stats, penalties) {
  const { n, b } = stats;
  const towards = pulled(penalties, b);
  const delta = new Float64Array(n);
  const losses = [];
  for (const fold of stats.folds.slice(0, stats.held)) {
    const H = ridged(stats.total, penalties, n, fold.gram);
    if (!cholesky(H, n)) return null;
    for (let j = 0; j < n; j++) delta[j] = stats.totalScore[j] - fold.score[j] - towards[j];
    solve(H, n, delta);
    losses.push(foldLoss(fold, n, delta));
  }
  return losses;
}

/** Return a fold's loss per contact at b̃ + δ. */
export function foldLoss(fold, n, delta) {
  let loss = fold.loss;
  for (let i = 0; i < n; i++) {
    loss += delta[i] * (0.5 * dot(fold.gram, i * n, delta, 0, n) - fold.score[i]);
  }
  return loss / fold.share;
}

/** Return the share of the score's variance of each column: z_j b_j with the whole score. */
export function shares(moment, n, b) {
  const part = new Float64Array(n - 1);
  let variance = 0;
  for (let j = 1; j < n; j++) {
    let covariance = 0;
    for (let k = 1; k < n; k++) covariance += moment[j * n + k] * b[k];
    part[j - 1] = b[j] * covariance;
    variance += part[j - 1];
  }
  return variance > 0 ? part.map((value) => value / variance) : part.fill(0);
}

/** Return the root mean square difference of two models' log-odds over the rows. */
export function distance(moment, n, b, other) {
  let sum = 0;
  for (let j = 0; j < n; j++) {
    for (let k = 0; k < n; k++) sum += (b[j] - other[j]) * moment[j * n + k] * (b[k] - other[k]);
  }
  return Math.sqrt(Math.max(0, sum));
}

/** Return the mean left-out loss and its standard error over folds of unequal weight. */
export function meanLoss(losses, weights) {
  let total = 0;
  let mean = 0;
  losses.forEach((loss, g) => {
    total += weights[g];
    mean += weights[g] * loss;
  });
  mean /= total;
  let square = 0;
  losses.forEach((loss, g) => {
    square += (weights[g] * (loss - mean)) ** 2;
  });
  const count = losses.length;
  return { mean, se: Math.sqrt((count / (count - 1)) * square) / total };
}

/** Return the numbers of a base64 string, 4 or 8 bytes each, little-endian as everywhere. */
export function decoded(text, Kind) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return new Kind(bytes.buffer);
}

/** Read the arrays of an exported state (workbench/widgets/tuner/state.py). */
export function arraysOf(state) {
  return {
    b: decoded(state.b, Float64Array),
    score: decoded(state.score, Float64Array),
    gram: decoded(state.gram, Float32Array),
    moment: decoded(state.moment, Float32Array),
  };
}

/** Read the arrays of a kernel's message (workbench/widgets/tuner/page_step.py), as DataViews. */
export function arraysIn(names, views) {
  const kinds = { b: Float64Array, score: Float64Array, gram: Float32Array, moment: Float32Array };
  const whole = ({ buffer, byteOffset, byteLength }) => buffer.slice(byteOffset, byteOffset + byteLength);
  return Object.fromEntries(names.map((name, k) => [name, new kinds[name](whole(views[k]))]));
}

/** Make the statistics of a fit: `told` has weights and losses of its folds, `held`, `weight`. */
export function statsOf(told, { b, score, gram, moment }) {
  const n = b.length;
  const size = (n * (n + 1)) / 2;
  const folds = told.weights.map((share, g) => ({
    gram: unpack(gram.subarray(g * size, (g + 1) * size), n),
    score: score.subarray(g * n, (g + 1) * n),
    loss: told.losses[g],
    share,
  }));
  const total = new Float64Array(n * n);
  const totalScore = new Float64Array(n);
  for (const fold of folds) {
    for (let k = 0; k < total.length; k++) total[k] += fold.gram[k];
    for (let j = 0; j < n; j++) totalScore[j] += fold.score[j];
  }
  return { n, b, folds, total, totalScore, moment: unpack(moment, n), held: told.held, weight: told.weight };
}

/** Say what the model is one step away: `step`, shares, left-out losses; null as in `step`. */
export function stepped(stats, penalties) {
  const found = step(stats, penalties);
  const loss = stats.held > 1 ? leftOut(stats, penalties) : [];
  return found && loss && { ...found, share: shares(stats.moment, stats.n, found.b), loss };
}
