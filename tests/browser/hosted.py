"""A page that stands in for the front end of Jupyter, and a view that Python answers for real."""

import json

import pytest

from workbench.widgets.front.module import module_of

PAGE = """<!doctype html><meta name="viewport" content="width=device-width">
<body data-jp-theme-light="true"><div id="el"></div><script type="module">
{module}
const listeners = [];
window.tell = (message) => listeners.forEach((one) => one(message));
const on = (_, one) => listeners.push(one);
const told = {told};
const model = {{ get: (name) => told[name], on, off() {{}}, send: (said) => window.ask(said) }};
window.shut = {render}({{ model, el: document.getElementById("el") }});
</script>"""


class Hosted:
    """A view of some kind on a page.

    ``kind`` is its record in `workbench.widgets.views`, ``render`` the function that draws it, and
    ``told`` what the page knows of it.
    """

    def __init__(self, page, one, *, kind, render, told):
        self.page, self.one, self.asked, self.held = page, one, [], []
        one.send = lambda content, buffers=None: self.held.append(json.loads(json.dumps(content)))
        page.expose_function("ask", self.hear)
        module = module_of(kind).replace(f"export default {{ render: {render} }};", "")
        page.set_content(PAGE.format(module=module, render=render, told=json.dumps(told)))

    def hear(self, content):
        self.asked.append(content)

    def answer(self):
        """Let Python answer what is asked, until the view has the answer to its last question."""
        for _ in range(500):
            self.page.wait_for_timeout(20)
            while self.asked:
                self.one._handle_custom_msg(self.asked.pop(0), [])  # noqa: SLF001 - as ipywidgets
                self.pass_on()
            self.pass_on()
            if self.is_answered():
                return
        pytest.fail("The view waits for ever.")

    def pass_on(self):
        while self.held:
            self.page.evaluate("(message) => window.tell(message)", self.held.pop(0))
