# The two commands: `make compare` and `make test`. Each sets up what it needs, once.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: compare test bench bench-smoke bench-page docs reference schemas clean

compare: $(VENV)/.installed
	$(BIN)/factcheck compare claims

test: $(VENV)/.installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/factcheck check --locked --format concise
	$(BIN)/python docs/build_site.py
	$(BIN)/pytest --cov --cov-report=term

bench: $(VENV)/.installed-bench
	$(BIN)/python benchmarks/run.py

bench-smoke: $(VENV)/.installed-bench
	$(BIN)/python benchmarks/run.py --smoke

bench-page: $(VENV)/.installed-bench
	$(BIN)/python benchmarks/results_page.py
	$(BIN)/python benchmarks/plots.py

docs: $(VENV)/.installed-docs
	$(BIN)/python docs/build_site.py

reference: $(VENV)/.installed-docs
	$(BIN)/python docs/reference.py

schemas: $(VENV)/.installed
	$(BIN)/python -m factcheck.schemas

clean:
	rm -rf $(VENV) build/docs site .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage .coverage.*

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "factcheck needs Python 3.11 or newer: make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) --editable .
	@touch $@

$(VENV)/.installed-test: pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) --editable '.[test,docs,bench]'
	@touch $(VENV)/.installed $(VENV)/.installed-docs $(VENV)/.installed-bench $@

$(VENV)/.installed-bench: pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) --editable '.[bench]'
	@touch $(VENV)/.installed $@

$(VENV)/.installed-docs: pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) --editable '.[docs]'
	@touch $(VENV)/.installed $@
