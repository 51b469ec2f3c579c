# Everything the book does is a target here; `make help` lists them.
# Needed beforehand: make, and Python 3.11 to 3.13 with its venv module.

PYTHON ?=
PORT ?= 8000
TESTS ?=
ARGS ?=
WORKERS ?= 2
BENCH ?=
UPGRADE ?=
PLAIN ?=
LOWEST ?=
N ?= 10000
SEED ?= 0
A ?=
B ?=
MINUTES ?= 30
STUDENTS ?= 0

VENV := .venv
PY := $(VENV)/bin/python
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PYTHONNOUSERSITE := 1
# A kernel named python3 in the user's home must not run this book's cells.
export JUPYTER_PREFER_ENV_PATH := 1
export JUPYTER_PLATFORM_DIRS := 1
# Nor may these of the user's settings change what any target makes; tools/build_book.py has more.
unexport PYTHONOPTIMIZE PYTHONSTARTUP

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help setup book serve pdf epub slides test bench bench-accelerator fuzz numbers twins colab notebooks lock publish-check clean clean-all
.PHONY: sheets train-models quick lint types hooks audit mutants ledger-diff twice

help: ## list the targets
	@echo "Diffusion, Derived: the two commands are 'make book' and 'make test'."
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
	@echo
	@echo "  PYTHON=python3.12   the Python to make .venv with (make clean-all first)"
	@echo "  PLAIN=1             make book uses Sphinx alone, without Jupyter Book"
	@echo "  PORT=8000           the port of make serve"
	@echo "  TESTS=tests/derive  make test runs these alone, and does not build the book first"
	@echo "  ARGS='--data DIR'   make train-mnist-vdm and its like take MNIST's files from there"
	@echo "  ARGS=-x             further arguments for pytest; --weekly runs as well what takes minutes"
	@echo "  WORKERS=4           make test runs that many tests at a time; 0: one after another, for a debugger"
	@echo "  A=main~1 B=main     make ledger-diff compares these: commits, sites or ledgers"
	@echo "  MINUTES=10          make mutants takes so long at most; ARGS names the groups, such as ARGS=samplers"
	@echo "  BENCH=bits          make bench measures these parts alone; engine sets the engine beside plain SymPy"
	@echo "  ARGS='--size small' make bench-accelerator in a size for a CPU"
	@echo "  N=1000 SEED=7       make fuzz makes so many lines, of that seed"
	@echo "  LOWEST=1            make notebooks takes the lowest versions that pyproject.toml allows"
	@echo "  STUDENTS=30         make sheets writes notebooks for the numbers 1 to 30 besides, each with slips of its own"
	@echo "  UPGRADE=1           make lock takes the newest versions"

# --- Set-up: each step leaves a stamp, so that nothing is done twice -------------------------

# A moved folder breaks the scripts in its .venv: the first stamp holds the path it was made in.
ifneq ($(shell cat $(VENV)/.made 2>/dev/null),$(CURDIR))
.PHONY: $(VENV)/.made
endif

$(VENV)/.made:
	@python="$$(sh tools/find_python.sh $(PYTHON))" && \
	echo "==> Making $(VENV) with $$($$python --version)" && \
	rm -rf $(VENV) && $$python -m venv $(VENV)
	@printf '%s' "$$(pwd -P)" > $@

$(VENV)/.locked: $(VENV)/.made requirements.txt
	@echo "==> Installing what requirements.txt pins: 1.7 GB, about two minutes the first time"
	$(PY) tools/install.py --require-hashes --no-deps -r requirements.txt
	@touch $@

$(VENV)/.package: $(VENV)/.locked pyproject.toml
	@echo "==> Installing vdmlib from this folder"
	$(PY) tools/install.py --quiet --no-index --no-deps --no-build-isolation --editable .
	$(PY) -m pip check
	@touch $@

$(VENV)/.npm: $(VENV)/.locked package.json package-lock.json .npmrc
	@echo "==> Bringing the web assets that package-lock.json pins"
	$(PY) tools/node.py npm ci --ignore-scripts --omit=dev
	@touch $@

build/static/.made: $(VENV)/.npm tools/web_assets.py $(wildcard tools/pyodide_*)
	$(PY) tools/web_assets.py

setup: $(VENV)/.package build/static/.made ## make .venv and bring the web assets

# --- The book --------------------------------------------------------------------------------

book: setup ## build the book: every chapter executed, every step checked
	$(PY) tools/build_book.py $(if $(PLAIN),--plain)

serve: ## show the built book on http://localhost:8000
	@test -f _build/html/index.html || { echo "There is no book yet: run 'make book' first." >&2; exit 1; }
	@$(PY) tools/serve.py $(PORT)

pdf: book ## print the whole book as one PDF, _build/diffusion-derived.pdf
	$(PY) tools/pdf.py

slides: book ## make the slides of the eight sessions again, _build/html/slides; 'make book' makes them too
	$(PY) tools/slides.py

epub: book ## write the whole book as an EPUB, _build/diffusion-derived.epub, and look it over with epubcheck if there is one
	$(PY) tools/epub.py

test: setup $(if $(TESTS),,book) ## build the book, then run every test
	$(PY) -m pytest --numprocesses $(WORKERS) --dist worksteal $(TESTS) $(ARGS)

build/bench/.made: bench/requirements.txt $(VENV)/.made
	@echo "==> Making build/bench/venv with PyTorch, which is measured beside the library"
	rm -rf build/bench && $(PY) -m venv build/bench/venv
	build/bench/venv/bin/python tools/install.py --quiet -r bench/requirements.txt
	@touch $@

bench-accelerator: setup build/bench/.made ## the models at 28x28 on the device there is, beside PyTorch
	$(PY) -m bench.accelerator $(ARGS)

bench: setup build/bench/.made ## measure speed, quality and bits per dimension; BENCH=quality for a part
	$(PY) -m bench $(BENCH) --keep

MODELS := mnist-vae mnist-vae-plane mnist-hvae mnist-vdm mnist-classifier mnist-noise-classifier
.PHONY: $(addprefix train-,$(MODELS))
$(addprefix train-,$(MODELS)): train-%: setup
	$(PY) tools/train.py $* $(ARGS)

train-models: $(addprefix train-,$(MODELS)) ## train the models of 28x28 that ship anew: hours on a CPU; train-mnist-vae for one

fuzz: setup ## make N random lines, true and false, give them to the engine, report what it gets wrong
	$(PY) -m fuzz --lines $(N) --seed $(SEED) $(ARGS)

# --- For whoever carries it on: the tools of tools/dev.txt, which nothing above needs ------------

DEV := build/dev/venv/bin
build/dev/.made: tools/dev.txt $(VENV)/.made
	@echo "==> Making build/dev/venv with the tools for carrying it on"
	rm -rf build/dev && $(PY) -m venv build/dev/venv
	$(DEV)/python tools/install.py --quiet --require-hashes -r tools/dev.txt
	@touch $@

lint: build/dev/.made ## look at the code: ruff, by the rules in pyproject.toml
	$(DEV)/ruff check .

quick: lint ## what fails first: lint, layers, locks and a part of the engine's tests, in a minute
	$(DEV)/python -m pytest -q -p no:cacheprovider -k "not table" tests/derive/test_layers.py tests/derive/test_import.py \
	  tests/derive/test_algebra.py tests/derive/test_printing.py tests/library/test_layout.py tests/project/test_lock.py

types: build/dev/.made $(VENV)/.package ## check the types of the library's public surface
	$(DEV)/basedpyright

hooks: build/dev/.made ## have git run the linter before each commit
	$(DEV)/pre-commit install

audit: build/dev/.made ## ask whether a pinned package has a known fault
	$(DEV)/pip-audit --requirement requirements.txt --require-hashes --disable-pip
	$(DEV)/pip-audit --requirement tools/dev.txt --require-hashes --disable-pip

twice: setup ## execute the book twice, and once with other instructions, and compare; ARGS=03 for a chapter
	$(PY) tools/cold_runs.py $(ARGS) --flags=--xla_cpu_max_isa=AVX2

ledger-diff: $(VENV)/.made ## what became of the statements: A and B are commits, sites or ledgers
	@$(PY) tools/ledger_diff.py $(if $(A),$(A),HEAD) $(B)

mutants: setup build/dev/.made ## break the library in many small ways and see which the tests miss
	$(PY) tools/mutants.py --minutes $(MINUTES) --seed $(SEED) $(ARGS)

# --- What is generated and committed -----------------------------------------------------------

numbers: setup ## rewrite the map from labels to equation numbers
	$(PY) tools/build_book.py --update-numbers

twins: setup ## rewrite the Colab notebooks, the badges, and all else that holds the address
	$(PY) tools/badges.py
	$(PY) tools/twins.py

sheets: setup ## write the exercises as notebooks that nbgrader takes; STUDENTS=30 for as many with slips of their own
	$(PY) tools/sheets.py --students $(STUDENTS)

colab: ## run the Colab notebooks with this machine's own Python, as Colab would
	python3 tools/run_twins.py

notebooks: $(VENV)/.locked ## run the notebooks in a fresh environment; LOWEST=1 with the lowest versions allowed
	$(PY) tools/fresh_twins.py $(if $(LOWEST),--lowest)

lock: $(VENV)/.locked ## pin every package anew: requirements.txt and package-lock.json
	$(PY) tools/lock.py $(if $(UPGRADE),--upgrade)

publish-check: $(VENV)/.locked ## fail, saying what to set, while the book has no public address
	$(PY) tools/publish_check.py

# --- Away with it ------------------------------------------------------------------------------

clean: ## remove what was built, the cache of executed chapters too
	rm -rf _build build dist

clean-all: clean ## remove .venv and the web assets as well
	rm -rf $(VENV) node_modules
