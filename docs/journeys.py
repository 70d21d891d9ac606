"""Go the ways of three readers: `make journeys`. Who changes what they see looks at the pictures.

An analyst brings three CSV files, a manager opens the mailed file on a telephone and prints it, an
engineer schedules the run. Commands run as they are typed, pages in a real browser with the network
off. What was typed and said stands in text files; what was seen, in pictures: light and dark, on
screens of 390, 768 and 1,440 dots and on A4, in every language there is. What must hold is checked.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd
from playwright.sync_api import Browser, Page, sync_playwright

OUTPUT = Path("journeys")
WIDTHS = (390, 768, 1440)
A4_TEXT = 660  # dots: 178 mm at 96 an inch
OPEN = "for (const one of document.querySelectorAll('main details')) one.open = true"
SCHEDULED = """[run]
source = "campaigns.toml"
currency = "EUR"
cost = 0.8
margin = 25
"""


def made_up_shop(folder: Path, seed: int = 4) -> None:
    """Write the three tables of a shop: contacts with their outcome, orders, customers."""
    rng = np.random.default_rng(seed)
    people, months = 900, pd.date_range("2024-01-01", periods=10, freq="MS")
    customers = pd.DataFrame({"customer": np.arange(people) + 10_000})
    customers["region"] = rng.choice(["north", "south", "west"], people)
    eager = rng.gamma(1.5, 1.0, people)
    count = rng.poisson(6 * eager)
    orders = pd.DataFrame({"customer": np.repeat(customers["customer"], count)})
    days = rng.integers(0, 480, len(orders))
    orders["ordered_at"] = pd.Timestamp("2023-07-01") + pd.to_timedelta(days, unit="D")
    orders["amount"] = rng.gamma(2.0, 20.0, len(orders)).round(2)
    parts = []
    for month in months:
        chosen = rng.choice(people, 350, replace=False)
        chance = 1 / (1 + np.exp(3.2 - 0.9 * eager[chosen]))
        given = {"customer": customers["customer"].iloc[chosen], "campaign": f"mail-{month:%Y-%m}"}
        part = pd.DataFrame({**given, "mailed_on": month})
        parts.append(part.assign(responded=(rng.random(350) < chance).astype(int)))
    folder.mkdir(parents=True)
    pd.concat(parts).to_csv(folder / "contacts.csv", index=False)
    orders.sort_values("ordered_at").to_csv(folder / "orders.csv", index=False)
    customers.to_csv(folder / "customers.csv", index=False)


class Commands:
    """What is typed in a folder, and a record of it."""

    def __init__(self, folder: Path, record: Path) -> None:
        self.folder, self.record = folder, record
        record.write_text("", encoding="utf-8")

    def __call__(self, *words: str, code: int = 0) -> str:
        """Run the workbench; keep what it says; hold that it ends as it should."""
        command = [sys.executable, "-m", "workbench", *words]
        done = subprocess.run(  # noqa: S603
            command, cwd=self.folder, capture_output=True, text=True, check=False
        )
        said = f"$ workbench {' '.join(words)}\n{done.stdout}{done.stderr}[{done.returncode}]\n\n"
        with self.record.open("a", encoding="utf-8") as record:
            record.write(said)
        if done.returncode != code:
            sys.exit(f"Exit code {code} was to be expected:\n{said}")
        return done.stdout


@contextmanager
def opened(browser: Browser, page_file: Path, width: int, scheme: str) -> Iterator[Page]:
    """Open a file as it is in a mail: offline; nothing may go wrong on it, nothing be wider."""
    context = browser.new_context(
        color_scheme=scheme, viewport={"width": width, "height": 900}, offline=True
    )
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda line: wrong.append(line.text) if line.type == "error" else None)
    page.goto(page_file.resolve().as_uri())
    page.wait_for_timeout(500)
    yield page
    wide = page.evaluate("document.documentElement.scrollWidth")
    context.close()
    if wrong or wide > width:
        sys.exit(f"{page_file} at {width}: {wrong or f'is {wide} wide'}")


def seen(browser: Browser, page_file: Path, name: str) -> None:
    """Take a page at every width, light and dark: what is seen first, and all of it."""
    for scheme in ("light", "dark"):
        for width in WIDTHS:
            with opened(browser, page_file, width, scheme) as page:
                page.screenshot(path=OUTPUT / f"{name}-{width}-{scheme}.png")
                page.evaluate(OPEN)
                page.wait_for_timeout(1500)
                page.screenshot(path=OUTPUT / f"{name}-{width}-{scheme}-all.png", full_page=True)


def analyst(browser: Browser, shop: Path, language: list[str], ending: str) -> Path:
    """Three files become a declaration, a look at the columns, a report."""
    run = Commands(shop.parent, OUTPUT / f"analyst{ending}.txt")
    run("new", "campaigns.toml", "--from", shop.name)
    declared = shop.parent / "campaigns.toml"
    text = declared.read_text(encoding="utf-8")
    asked = [line for line in text.splitlines() if "TO ANSWER" in line]
    with run.record.open("a", encoding="utf-8") as record:
        record.write("\n".join(["To answer:", *asked, "", text, ""]))
    answered = text.replace(
        "# never_changes = true  # TO ANSWER", "never_changes = true  # answered"
    )
    declared.write_text(answered, encoding="utf-8")
    run("columns", "--data", "campaigns.toml")
    run("run", "propensity", "--data", "campaigns.toml", "--currency", "EUR", *language)
    report = shop.parent / "reports" / "propensity.html"
    seen(browser, report, f"report{ending}")
    return report


def manager(browser: Browser, report: Path, ending: str) -> None:
    """On a telephone: open the details, move a slider, ask for money; then print on A4."""
    with opened(browser, report, 390, "light") as page:
        page.evaluate(OPEN)
        view = page.locator(".tuner[data-revision]").first
        view.wait_for()
        before = view.locator(".sentence").inner_text()
        view.locator("input[type=range]").first.fill("1.5")
        page.wait_for_timeout(3000)
        if view.locator(".sentence").inner_text() == before:
            sys.exit("The slider moved nothing.")
        view.screenshot(path=OUTPUT / f"manager-tuner{ending}.png")
        page.locator(".targeting svg").wait_for()
        for money, wrong in (("120000", False), ("12,0,0", True)):
            field = page.locator(".targeting [data-money=margin]")
            field.fill(money)
            page.wait_for_timeout(300)
            if field.evaluate("one => one.scrollWidth > one.clientWidth + 1"):
                sys.exit(f"{money} is cut off.")
            if (field.get_attribute("aria-invalid") == "true") is not wrong:
                sys.exit(f"{money} is not marked as it should be.")
            picture = f"manager-margin-{'wrong' if wrong else 'large'}{ending}.png"
            page.locator(".targeting").screenshot(path=OUTPUT / picture)
    with opened(browser, report, 1440, "dark") as page:
        page.emulate_media(media="print")
        page.pdf(path=OUTPUT / f"manager-a4{ending}.pdf", format="A4", prefer_css_page_size=True)
        page.set_viewport_size({"width": A4_TEXT, "height": 987})
        page.wait_for_timeout(300)
        page.screenshot(path=OUTPUT / f"manager-a4{ending}.png", full_page=True)


def engineer(browser: Browser, shop: Path, language: list[str], ending: str) -> None:
    """Say options once, keep a folder a day and a history, score, and stop at a leak."""
    folder = shop.parent
    run = Commands(folder, OUTPUT / f"engineer{ending}.txt")
    (folder / "workbench.toml").write_text(SCHEDULED, encoding="utf-8")
    for _ in range(2):
        told = json.loads(run("run", "propensity", "--dated", "--json", *language))
        if not Path(folder, told["report"]).is_file():
            sys.exit("The report that the run names is not there.")
    run("history", "reports")
    seen(browser, folder / "reports" / "history.html", f"history{ending}")
    scored = ("--data", "campaigns.toml", "--output", "scores.csv")
    run("score", "--model", "reports/model.json", *scored)
    contacts = pd.read_csv(shop / "contacts.csv")
    contacts.assign(called=contacts["responded"] * 60).to_csv(folder / "leaking.csv", index=False)
    roles = ("--target", "responded", "--campaign", "campaign", "--customer", "customer")
    typed = ("run", "propensity", "--table", "leaking.csv", *roles, "--output", "stopped")
    (folder / "workbench.toml").unlink()
    run(*typed, code=3)


def main() -> None:
    """Go every way, in every language."""
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("Chromium opens the pages, and is not here; on Debian: apt-get install chromium")
    os.environ.update({"TQDM_DISABLE": "1"})
    shutil.rmtree(OUTPUT, ignore_errors=True)
    OUTPUT.mkdir()
    options = ["--no-sandbox", "--disable-dev-shm-usage"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=options)
        for language in ("en", "de"):
            said = ["--language", language]
            shop, ending = OUTPUT / f"work-{language}" / "shop", f"-{language}"
            made_up_shop(shop)
            report = analyst(browser, shop, said, ending)
            manager(browser, report, ending)
            engineer(browser, shop, said, ending)
        browser.close()
    print(f"Look at every picture in {OUTPUT}/")  # noqa: T201


if __name__ == "__main__":
    main()
