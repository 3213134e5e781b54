# Everything here works on a bare machine with python3.11 or newer, make and a C compiler.
# pip takes its indexes from the machine's own configuration; constraints.txt pins every version.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed

# Two test processes of one thread each: as fast as two cores allow, and equal results on every run.
ONE_THREAD := OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1 TOKENIZERS_PARALLELISM=false
WORKERS ?= 2

.DEFAULT_GOAL := help
.PHONY: help setup demo test check format contract docs docs-serve bench clean

help: ## say what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(INSTALLED) ## install everything into .venv (done once; again when pyproject.toml or constraints.txt change)

$(INSTALLED): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "gustibus needs Python 3.11 or newer, but '$(PYTHON)' is $$($(PYTHON) --version 2>&1 | head -1)." >&2; \
	  echo "Install one and name it: make $(or $(MAKECMDGOALS),setup) PYTHON=python3.12" >&2; exit 1; }
	@echo "Installing into $(VENV): a few minutes, once."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -qq --disable-pip-version-check -c constraints.txt hatchling editables
	@$(BIN)/python -m pip install -qq --disable-pip-version-check -c constraints.txt --no-build-isolation -e '.[dev]'
	@touch $@

demo: $(INSTALLED) ## show the town: people with known tastes, learnt from their answers (writes gustibus-demo/)
	@$(BIN)/gustibus demo

format: $(INSTALLED) ## format the code
	@$(BIN)/ruff check --quiet --fix .
	@$(BIN)/ruff format --quiet .

check: $(INSTALLED) contract ## formatting, lint, types, one-way imports
	@$(BIN)/ruff format --check --quiet . || { echo "Some files are not formatted: make format" >&2; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --no-error-summary

contract: $(INSTALLED)
	@$(BIN)/lint-imports --no-logo

docs: $(INSTALLED) ## build the documentation into site/
	@NO_MKDOCS_2_WARNING=true $(BIN)/mkdocs build --strict --quiet

docs-serve: $(INSTALLED) ## show the documentation on this machine, rebuilt as you write
	@$(BIN)/mkdocs serve

# pytest comes last, so that the run ends with what it counted. It builds and installs the wheel and runs the
# documentation's code too (tests/packaging, tests/docs).
test: $(INSTALLED) check docs ## everything: check, docs, and all tests
	@cache=$$(mktemp -d) && trap 'rm -rf "$$cache"' EXIT && \
	  env $(ONE_THREAD) HF_HUB_OFFLINE=1 GUSTIBUS_CACHE="$$cache" $(BIN)/pytest -n $(WORKERS) --dist worksteal

bench: $(INSTALLED) ## measure again (benchmarks/results/) and write the tables of README and docs from it
	@$(BIN)/python -m benchmarks

clean: ## remove what was built, but not .venv
	@rm -rf build dist site gustibus-demo .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	@find src tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +
