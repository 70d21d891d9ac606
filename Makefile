# `make help` lists the targets. Everything runs in $(VENV), which the first target makes from
# the locks; all that must be there before is Python 3.11 or newer, and make.

PYTHON ?= python3
VENV ?= .venv
# processes that run tests; 0: this one alone, as a debugger needs it
WORKERS ?= auto
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq
COMPILE := $(BIN)/uv pip compile --universal --python-version 3.11 --fork-strategy fewest \
	--generate-hashes --no-strip-extras --no-emit-index-url --no-emit-find-links --no-annotate --quiet \
	--custom-compile-command 'make lock' $(UPGRADE)

.DEFAULT_GOAL := help
.PHONY: help setup demo lab test test-slow test-fuzz test-warehouses test-rest check bench docs site languages lock screenshots journeys wheel clean

help:  ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 12

setup: $(READY)  ## make the environment, or bring it up to date

$(READY): requirements.lock requirements-nodeps.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Python 3.11 or newer is needed; \`$(PYTHON)\` is not. Name another: make PYTHON=…" >&2; \
		exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' || { \
		echo "This Python cannot make environments; on Debian: apt-get install python3-venv" >&2; \
		exit 1; }
	@echo "Installing into $(VENV) (the first time this takes a minute or two)"
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --require-hashes -r requirements.lock
	$(PIP) install --require-hashes --no-deps -r requirements-nodeps.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

demo: $(READY)  ## Complete Journey from tables to reports/propensity.html
	$(BIN)/workbench run propensity --data complete-journey --governance data/governance.toml \
		--set fairness_by=demographics_age --output reports/
	$(BIN)/workbench check reports/

lab: $(READY)  ## JupyterLab with the propensity notebook; as root: LAB_OPTIONS=--allow-root
	$(BIN)/jupyter lab $(LAB_OPTIONS) notebooks/propensity.ipynb

test: $(READY)  ## all tests but the slow ones; browser tests are skipped without Chromium
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile -m "not slow and not warehouse and not fuzz"

test-slow: $(READY)  ## the slow tests only
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile -m "slow and not warehouse and not fuzz" tests

test-fuzz: $(READY)  ## three thousand odd inputs, seeded, in some minutes
	$(BIN)/python -m pytest -n $(WORKERS) -m fuzz tests/fuzz

test-warehouses: $(READY)  ## printed SQL on PostgreSQL and Spark (installs PySpark), where they are
	$(PIP) install --require-hashes -r requirements-warehouse.lock
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile -m warehouse tests

test-rest: $(READY)  ## the last three in one run: all that `make test` leaves out
	$(PIP) install --require-hashes -r requirements-warehouse.lock
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile -m "slow or warehouse or fuzz" tests

check: $(READY)  ## lint, format, types, stripped notebooks, documentation
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/nbstripout --keep-id --verify notebooks/*.ipynb
	$(MAKE) --no-print-directory docs

docs: $(READY)  ## the documentation, warnings as errors
	$(BIN)/sphinx-build -W --keep-going -q -d docs/_build/doctrees docs docs/_build/html
	@echo "docs/_build/html/index.html"

site: $(READY)  ## the documentation with an executed copy of every template, in some minutes
	$(BIN)/python docs/executed.py
	$(MAKE) --no-print-directory docs

bench: $(READY)  ## every benchmark, one after another; `make bench-fit` runs one
	@for script in $(sort $(wildcard benchmarks/*.py)); do \
		echo "== $$script"; $(BIN)/python $$script || exit 1; done

bench-%: $(READY)
	$(BIN)/python benchmarks/$*.py

lock: $(READY)  ## resolve the locks anew from pyproject.toml; UPGRADE=--upgrade renews every pin
	$(COMPILE) pyproject.toml --all-extras \
		--group build --group check --group docs --group test -o requirements.lock
	$(COMPILE) --no-deps --group nodeps -o requirements-nodeps.lock
	$(COMPILE) --group warehouse -o requirements-warehouse.lock
	$(COMPILE) pyproject.toml --extra lab --extra excel --extra databases --group build \
		-c requirements.lock -o requirements-run.lock

languages: $(READY)  ## what a translation lacks, ready to be pasted; and what is left over
	$(BIN)/python -m pytest -q -n0 --no-header --tb=line tests/language/test_catalogues.py

screenshots: $(READY)  ## the pictures of README and documentation, anew (needs Chromium)
	$(BIN)/python docs/screenshots.py

journeys: $(READY)  ## the ways of an analyst, a manager and an engineer, as pictures (needs Chromium)
	$(BIN)/python docs/journeys.py

wheel: $(READY)  ## dist/marketing_workbench-….whl
	$(PIP) wheel --no-deps --no-build-isolation --wheel-dir dist .

clean:  ## remove the environment and everything built
	rm -rf $(VENV) dist docs/_build reports journeys .mypy_cache .pytest_cache .ruff_cache .hypothesis
