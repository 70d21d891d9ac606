"""Jupyter servers with nothing of the user's in them, and pages that keep what went wrong."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from workbench.reports.export import export_report

ROOT = Path(__file__).resolve().parents[2]
OPEN = """() => {
    const open = (root) => {
        for (const one of root.querySelectorAll('details')) one.open = true;
        for (const one of root.querySelectorAll('*')) if (one.shadowRoot) open(one.shadowRoot);
    };
    open(document);
}"""
QUIET = '{"fetchNews": "false", "checkForUpdates": false}'


class Server:
    """A running JupyterLab or Notebook, and how to open a notebook in it."""

    def __init__(self, kind, folder, url, page):
        self.kind, self.folder, self.url, self.page = kind, folder, url, page

    def open(self, name, *sources, size=(1300, 1000)):
        """Write a notebook of these cells, open it, and run them all."""
        cells = [new_code_cell(source) for source in sources]
        metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
        self.open_notebook(name, new_notebook(cells=cells, metadata=metadata), size=size)

    def open_notebook(self, name, notebook, size=(1300, 1000)):
        """Write it into the folder that is served, open it, and run it from the top."""
        nbformat.write(notebook, self.folder / name)
        self.page.set_viewport_size({"width": size[0], "height": size[1]})
        path = f"lab/tree/{name}?reset" if self.kind == "lab" else f"notebooks/{name}"
        self.page.goto(f"{self.url}/{path}")
        self.page.wait_for_selector(".jp-Notebook .jp-CodeCell")
        self.run_all()

    def run_all(self):
        self.page.wait_for_function(
            "window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status"
            " === 'idle'"
        )
        self.page.errors.clear()  # what Jupyter says while it starts is not ours
        self.page.evaluate("void jupyterapp.commands.execute('notebook:run-all-cells')")

    def cell_output(self, number):
        return self.page.locator(".jp-CodeCell").nth(number).locator(".jp-OutputArea-output")


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@pytest.fixture(scope="module", params=["lab", "notebook"])
def server(request, browser, tmp_path_factory):
    folder = tmp_path_factory.mktemp(request.param)
    home, work = folder / "home", folder / "work"
    settings = home / "settings" / "@jupyterlab" / "apputils-extension"
    windowing = home / "settings" / "@jupyterlab" / "notebook-extension"
    for made in (work, settings, windowing):
        made.mkdir(parents=True)
    (settings / "notification.jupyterlab-settings").write_text(QUIET)
    (windowing / "tracker.jupyterlab-settings").write_text('{"windowingMode": "none"}')
    port = free_port()
    app = "LabApp" if request.param == "lab" else "JupyterNotebookApp"
    env = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
    }
    options = [
        *("--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={port}"),
        *("--IdentityProvider.token=", "--ServerApp.port_retries=0"),
        *(f"--{app}.expose_app_in_browser=True", f"--ServerApp.root_dir={work}"),
    ]
    command = [sys.executable, "-m", "jupyter", request.param, *options]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(command, env=env, stdout=log, stderr=log)
    url = f"http://127.0.0.1:{port}"
    try:
        wait_for(url, process, folder / "log")
        context = browser.new_context()
        page = context.new_page()
        page.set_default_timeout(25_000)
        page.errors = []
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        page.on("console", lambda line: line.type == "error" and page.errors.append(line.text))
        yield Server(request.param, work, url, page)
        context.close()
    finally:
        process.terminate()
        process.wait(20)


def wait_for(url, process, log):
    for _ in range(240):
        if process.poll() is not None:
            pytest.fail(f"The server stopped: {log.read_text()[-2000:]}")
        try:
            with urllib.request.urlopen(f"{url}/api", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    pytest.fail(f"The server did not answer: {log.read_text()[-2000:]}")


@pytest.fixture
def page(offline_page):
    """A page that keeps every dialog that was opened, beside its requests and errors."""
    offline_page.dialogs = []
    offline_page.on("dialog", lambda it: (offline_page.dialogs.append(it.message), it.dismiss()))
    return offline_page


@pytest.fixture
def mailed(tmp_path):
    """Put views into a report, and return the file's address."""

    def mail(*views, name="report"):
        cells = [new_markdown_cell("# Title\n\n## Section")]
        for view in views:
            data, _ = view._repr_mimebundle_()
            cells.append(new_code_cell("x", outputs=[new_output("display_data", data=data)]))
        nbformat.write(new_notebook(cells=cells), tmp_path / f"{name}.ipynb")
        export_report(tmp_path / f"{name}.ipynb", tmp_path / f"{name}.html")
        return (tmp_path / f"{name}.html").as_uri()

    return mail


@pytest.fixture
def faults(browser):
    """List what axe-core finds wrong with a page whose details are open, and was `used`."""
    from axe_playwright_python.sync_playwright import Axe

    def find(url, used=lambda page: None):
        found = []
        for scheme, width in (("light", 390), ("dark", 1440)):
            context = browser.new_context(
                color_scheme=scheme,
                viewport={"width": width, "height": 900},
                offline=True,
                bypass_csp=True,  # axe is a script that no page of ours lets in
            )
            page = context.new_page()
            page.goto(url)
            page.evaluate(OPEN)
            page.wait_for_timeout(700)  # views are drawn, and edges looked at
            used(page)
            for fault in Axe().run(page).response["violations"]:
                places = "; ".join(str(node["target"]) for node in fault["nodes"])
                found.append(f"{fault['id']}: {scheme}, {width}: {places}")
            context.close()
        return found

    return find


@pytest.fixture
def quiet():
    """Hold that nothing of a page was said aloud, went wrong, or asked for more than itself."""

    def check(page, url):
        assert page.dialogs == []
        assert page.errors == []
        assert [asked for asked in page.requests if not asked.startswith("data:image/")] == [url]

    return check
