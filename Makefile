# `make run` and `make test` need only Python (3.11 or newer) and make: they create .venv themselves.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
DOCS := $(VENV)/.installed-docs
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: run test attack bench lint format validation docs examples house registry clean

run: $(STAMP)
	$(BIN)/triffin run japan-2025

# Both cores, one thread of linear algebra each.
test: $(STAMP)
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist loadfile

# The attack at full size, some hours of one core; make attack SEED=7 NAME=one_sector RESUME=--resume
SEED ?= 1
NAME ?= all
attack: $(STAMP)
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python -m tests.adversary $(NAME) --seed $(SEED) $(RESUME)

# One thread for the linear algebra, so that ratios compare like with like.
bench: $(STAMP)
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python benchmarks/run.py

# What was verified against closed forms, published tables and history, and what is judgement.
validation: $(STAMP)
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python -m tools.write_docs.validation --docs docs

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tools.house

# The documentation as a site in build/site; a broken link or a page left out is an error.
docs: $(DOCS)
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

# Run the scripts of tools/write_docs/examples and write their notebooks.
examples: $(DOCS)
	$(BIN)/python -m tools.write_docs.notebooks

# Sizes, circles and exceptions, into the table of docs/architecture.md.
house: $(STAMP)
	$(BIN)/python -m tools.house --write

# What a run reads, from the YAML files of parameters that people edit.
registry: $(STAMP)
	$(BIN)/python -m tools.build_data.parameters

format: $(STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# The stamp makes a second `make run` start at once; a changed dependency installs again.
$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit("Triffin needs Python 3.11 or newer, this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) --editable '.[dev]' || $(PIP) --editable '.[dev]' # once more: a registry may stumble
	touch $(STAMP)

# What the site and the notebooks need beside that.
$(DOCS): $(STAMP)
	$(PIP) --editable '.[docs]' || $(PIP) --editable '.[docs]'
	touch $(DOCS)

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .benchmarks .adversary
