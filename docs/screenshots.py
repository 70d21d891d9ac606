"""Make the pictures of README and documentation anew: `make screenshots`.

The reports are opened offline in Chromium, as who gets them by mail does, and their views are moved
before they are taken. Each picture says something of the data: look at it before committing.
"""

import shutil
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from playwright.sync_api import Browser, Locator, Page, sync_playwright

from workbench import Explained, FeatureFrame, RidgePropensity, charts, evidence, features
from workbench.datasets import sample
from workbench.files.shipped import notebook_path
from workbench.reports.run import run_notebook
from workbench.widgets.front.module import module_of
from workbench.widgets.views import EXPLAINED

IMAGES = Path(__file__).parent / "images"
WIDE, HIGH = 1100, 560
OPEN = "for (const one of document.querySelectorAll('details')) one.open = true"
HOST = """<body style="margin: 0"><div id="el"></div><script type="module">
{module}
const heard = [];
window.tell = (answer) => heard.forEach((one) => one(answer));
const on = (_, one) => heard.push(one);
const model = {{ get() {{}}, on, off() {{}}, send: (said) => window.ask(said) }};
renderExplained({{ model, el: document.getElementById("el") }});
</script>"""


def first_page(page: Page) -> None:
    """Take what a manager sees first."""
    page.set_viewport_size({"width": WIDE, "height": 1000})
    page.screenshot(path=IMAGES / "report.png")
    page.set_viewport_size({"width": WIDE, "height": HIGH})


def tuner(page: Page) -> None:
    """Take the Tuner once a group is held a hundred times harder."""
    view = page.locator(".tuner[data-revision]")
    slider = view.get_by_label("Penalty of windows", exact=True)
    slider.fill(str(float(slider.input_value()) + 2))
    page.wait_for_timeout(3000)  # its curve comes in slices
    page.evaluate("window.scrollTo(0, 0)")  # or the sliders would stick halfway down
    page.set_viewport_size({"width": WIDE, "height": 1150})  # which is as far as they reach
    _take(page, view, "tuner.png", high=1150)


def targeting(page: Page) -> None:
    """Take the view of whom to contact, deeper than what is best."""
    view = page.locator(".targeting")
    view.get_by_label("Depth: share of the contacts to make").fill("50")
    _take(page, view, "targeting.png", high=480)


def shift(page: Page) -> None:
    """Take the features over campaigns, at one of the coupons."""
    _take(page, page.locator(".shift"), "shift.png", high=590)


def routed(page: Page) -> None:
    """Take a text that is routed by the file's own small router."""
    page.evaluate(OPEN)
    view = page.locator(".routed")
    view.locator("textarea").fill("Hello, my login is locked, and I cannot change my address.")
    page.locator(".routed svg").first.wait_for()
    _take(page, view, "routed.png", high=760)


TAKEN = {
    "propensity": (first_page, tuner, targeting),
    "features": (shift,),
    "texts": (routed,),
}


def _take(page: Page, view: Locator, name: str, *, high: int) -> None:
    box = view.bounding_box()
    top = box["y"] + page.evaluate("window.scrollY")
    clip = {"x": box["x"], "y": top, "width": box["width"], "height": min(high, box["height"])}
    page.screenshot(path=IMAGES / name, clip=clip, full_page=True)


def explained(browser: Browser) -> None:
    """Take one contact of the sample, answered by Python as in a notebook; no report holds it."""
    data = sample()
    frame = features.FeatureSet.default(data).build(data, progress=False)
    one = Explained(RidgePropensity(alpha=0.05).fit(frame.known()), frame, row=1800)
    page = browser.new_page(viewport={"width": WIDE, "height": 900})
    answers: list[object] = []
    one.send = lambda content, buffers=None: answers.append(content)  # noqa: ARG005
    page.expose_function("ask", lambda said: one._handle_custom_msg(said, []))  # noqa: SLF001
    module = module_of(EXPLAINED).replace("export default { render: renderExplained };", "")
    page.set_content(HOST.format(module=module))
    for _ in range(20):
        page.wait_for_timeout(100)
        while answers:
            page.evaluate("(answer) => window.tell(answer)", answers.pop(0))
    _take(page, page.locator(".explained"), "explained.png", high=640)


def segments() -> None:
    """Draw four made-up regions, of which one is off."""
    rng = np.random.default_rng(0)
    region = pd.Series(rng.choice(["north", "south", "east", "west"], 4000), name="region")
    chance = rng.uniform(0.05, 0.3, 4000)
    came = rng.random(4000) < chance * np.where(region == "west", 1.35, 1.0)
    frame = FeatureFrame(region.to_frame(), pd.Series(came.astype(float)))
    axes = charts.by_segment(evidence.by_segment(frame, chance, by="region").shown())
    axes.figure.savefig(IMAGES / "segments.png", dpi=110)


def main() -> None:
    """Run the notebook, open its report, take each picture."""
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit(
            "Chromium takes the pictures, and is not here; on Debian: apt-get install chromium"
        )
    IMAGES.mkdir(exist_ok=True)
    options = ["--no-sandbox", "--disable-dev-shm-usage"]
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=options)
        explained(browser)
        segments()
        for name, pictures in TAKEN.items():
            report = run_notebook(notebook_path(f"{name}.ipynb"), output=Path(folder)).report
            context = browser.new_context(viewport={"width": WIDE, "height": HIGH}, offline=True)
            page = context.new_page()
            page.goto(report.as_uri())
            page.locator(".tuner").first.wait_for(state="attached")
            for take in pictures:
                take(page)
                page.evaluate(OPEN)  # below the first page sections are folded
        browser.close()


if __name__ == "__main__":
    main()
