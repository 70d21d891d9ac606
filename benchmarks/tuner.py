"""The Tuner in a real JupyterLab: from a slider's event to the frame that shows its effect.

A million rows × 200 features in 12 campaigns (`BENCH_ROWS` scales it down). Sixty moves of one
group's slider are timed in the page, from the input event to the frame after the one in which
new coefficients and losses were drawn; then the exact refit after a release; then the same four
panels built with `ipywidgets.interact` and inline matplotlib, in the same page; then the view in
an exported report, offline. The last line is one JSON object.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles

import nbformat
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import sync_playwright

ROWS = int(os.environ.get("BENCH_ROWS", "1_000_000"))
MOVES, EXACT, PEER_MOVES = 60, 7, 12

DATA = f"""
import json, time
import numpy as np, pandas as pd
from workbench import RidgePropensity, Tuner
rng = np.random.default_rng(0)
n, p, G = {ROWS}, 200, 12
X = np.asfortranarray(rng.standard_normal((n, p), dtype=np.float32))  # as pandas keeps a file's
fold = np.arange(n) * G // n
eta = X @ rng.normal(0, 0.1, p).astype("float32") - 2 + 0.2 * rng.normal(size=G)[fold]
y = (rng.random(n) < 1 / (1 + np.exp(-eta))).astype("float64")
names = [f"x{{j}}" for j in range(p)]
groups = {{name: f"group {{j % 8}}" for j, name in enumerate(names)}}
model = RidgePropensity(alpha=0.003).fit(pd.DataFrame(X, columns=names, copy=False), y,
                                         campaign=fold, groups=groups)
"""
TUNER = "tuner = Tuner(model)\ntuner"
PEER = """
import ipywidgets, matplotlib.pyplot as plt
from workbench.widgets.fitted.facts import Facts, answer
%matplotlib inline
facts = Facts.of(model)
first = np.array(facts.groups) == "group 0"

def panels(strength=-2.5):
    penalties = np.where(first, 10**strength, facts.tuned)
    found = answer(facts, penalties, model.workspace_.preview(penalties).b)
    fig, axes = plt.subplots(2, 2, figsize=(10, 7))
    largest = np.argsort(-abs(found.b[1:]))[:14]
    axes[0, 0].errorbar(found.b[1:][largest], range(14), xerr=1.96 * found.error[largest], fmt="o")
    axes[0, 0].set_yticks(range(14), [facts.names[j] for j in largest])
    axes[0, 1].plot(range(12), found.loss, "o")
    axes[1, 0].plot([strength], [found.loss.mean()], "o")
    shares = pd.Series(found.share).groupby(list(facts.groups)).sum()
    axes[1, 1].barh(shares.index, shares)
    plt.show()

ipywidgets.interact(panels, strength=(-6.0, 4.0, 0.05));
"""
EXPORT = """
import nbformat
from nbformat.v4 import new_code_cell, new_notebook, new_output
from workbench.reports.export import export_report
data, _ = tuner._repr_mimebundle_()
cells = [new_code_cell("tuner", outputs=[new_output("display_data", data=data)])]
nbformat.write(new_notebook(cells=cells), "report.ipynb")
export_report("report.ipynb", "report.html")
print("exported")
"""
TIMED = """
async ([moves, from, to, final]) => {
  const find = (node) => {
    for (const one of node.querySelectorAll('*')) {
      if (one.matches('.tuner')) return one;
      const inside = one.shadowRoot && find(one.shadowRoot);
      if (inside) return inside;
    }
  };
  const frame = find(document);
  const input = frame.querySelector('[aria-label="Penalty of group 0"]');
  const until = (done) => new Promise((resolve) => {
    const look = () => done() && (seen.disconnect(), resolve());
    const seen = new MutationObserver(look);
    seen.observe(frame, { attributes: true });
    look();
  });
  const painted = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const times = [];
  for (let k = 0; k < moves; k++) {
    input.value = from + ((to - from) * k) / moves;
    const start = performance.now();
    input.dispatchEvent(new Event(final ? 'change' : 'input', { bubbles: true }));
    const wanted = Number(frame.dataset.asked);
    await until(() => Number(frame.dataset.revision) >= wanted
      && (!final || frame.dataset.kind === 'exact'));
    await painted();
    times.push(performance.now() - start);
    await pause(final ? 2500 : 20);
  }
  return times;
}
"""
PEER_TIMED = """
async (moves) => {
  const handle = document.querySelector('.noUi-handle');
  const area = '.widget-interact .widget-output, .widget-interact .jupyter-widgets-output-area';
  const out = document.querySelector(area);
  const times = [];
  const picture = () => out.querySelector('img')?.src;
  for (let k = 0; k < moves; k++) {
    const before = picture();
    handle.focus();
    const start = performance.now();
    handle.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true }));
    while (!picture() || picture() === before || !out.querySelector('img').complete) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
      if (performance.now() - start > 20000) throw new Error('no picture');
    }
    times.push(performance.now() - start);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return times;
}
"""


@contextmanager
def lab(folder):
    """Run a JupyterLab that knows nothing of the user's."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    places = {
        f"{name}_DIR": str(folder / name.lower())
        for name in ("JUPYTER_CONFIG", "JUPYTERLAB_SETTINGS", "JUPYTERLAB_WORKSPACES")
    }
    options = ["--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={port}"]
    options += ["--IdentityProvider.token=", "--LabApp.expose_app_in_browser=True"]
    command = [sys.executable, "-m", "jupyter", "lab", *options, f"--ServerApp.root_dir={folder}"]
    path = str(Path(__file__).resolve().parents[1])
    env = {**os.environ, **places, "PYTHONPATH": path, "JUPYTER_PLATFORM_DIRS": "1"}
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(command, env=env, stdout=log, stderr=log)
    try:
        url = f"http://127.0.0.1:{port}"
        for _ in range(120):
            try:
                urllib.request.urlopen(f"{url}/api", timeout=2).close()
                break
            except OSError:
                time.sleep(0.5)
        yield url
    finally:
        process.terminate()
        process.wait(30)


def run_all(page, folder, url, *sources):
    """Open a notebook of these cells and run them."""
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    cells = [new_code_cell(source) for source in sources]
    nbformat.write(new_notebook(cells=cells, metadata=metadata), folder / "bench.ipynb")
    page.goto(f"{url}/lab/tree/bench.ipynb?reset")
    kernel = "window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status"
    page.wait_for_function(f"{kernel} === 'idle'")
    page.evaluate("void jupyterapp.commands.execute('notebook:run-all-cells')")


def timed_in_lab(browser, folder, url):
    """Return milliseconds of moves, of exact refits, and of the peer's moves."""
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    page.set_default_timeout(600_000)
    run_all(page, folder, url, DATA, TUNER, PEER, EXPORT)
    page.get_by_text("exported").last.wait_for()
    page.locator(".tuner[data-kind=exact]").wait_for()
    page.wait_for_timeout(1000)
    page.evaluate(TIMED, [5, -3.0, -2.5, False])  # the first ones warm caches
    moves = page.evaluate(TIMED, [MOVES, -4.0, 1.0, False])
    page.evaluate(TIMED, [1, -2.0, -2.0, True])
    exact = page.evaluate(TIMED, [EXACT, -3.0, 0.5, True])
    page.locator(".widget-interact img").wait_for()
    peer = page.evaluate(PEER_TIMED, PEER_MOVES)
    page.close()
    return moves, exact, peer


def timed_in_file(browser, file):
    """Return milliseconds of moves in the exported report, and what it asked for."""
    context = browser.new_context(offline=True)
    page = context.new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    page.locator(".tuner[data-revision]").wait_for()
    page.wait_for_timeout(8000)  # its curves come in slices
    moves = page.evaluate(TIMED, [MOVES, -4.0, 1.0, False])
    context.close()
    return moves, [url for url in asked if not url.startswith(("data:", file.as_uri()))]


def main():
    """Measure, and print."""
    load = os.getloadavg()
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        folder = Path(scratch)
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--disable-dev-shm-usage"],
        )
        with lab(folder) as url:
            moves, exact, peer = timed_in_lab(browser, folder, url)
        in_file, requests = timed_in_file(browser, folder / "report.html")
        size = (folder / "report.html").stat().st_size
        browser.close()
    result = {
        "slider_to_paint_ms": round(median(moves), 1),
        "p90_ms": round(quantiles(moves, n=10)[-1], 1),
        "exact_after_ms": round(median(exact), 1),
        "peer_ms": round(median(peer), 1),
        "speedup_vs_ipywidgets_output": round(median(peer) / median(moves), 2),
        "file_ms": round(median(in_file), 1),
        "report_mb": round(size / 1e6, 2),
        "requests": len(requests),
        "rows": ROWS,
        "load": [round(one, 2) for one in load],
    }
    for name, value in result.items():
        print(f"{name:<32}{value}")
    print(json.dumps(result))


if __name__ == "__main__":
    main()
