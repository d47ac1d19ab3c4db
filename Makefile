# `make help` lists the verbs. Each makes what it needs: the virtual environment .venv and the dependencies in it.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
KG := $(BIN)/kg
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile -c constraints.txt
LETTERS ?= examples/letters
STORE ?= out/kg-store
SECONDS ?= 60
.DEFAULT_GOAL := help
.PHONY: help install run serve web test lint bench evaluate fuzz wheel docs notebooks site pictures clean

help: ## list these verbs
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 18

install: .venv/dev ## make .venv and install zhihan with all that its development needs in it

# Two marks: to run the program takes half of what its tests take.
.venv/run: pyproject.toml constraints.txt | .venv/bin/pip
	@echo "installing zhihan and what it needs into .venv (once) ..." >&2
	@$(PIP) -e .
	@touch $@

.venv/dev: pyproject.toml constraints.txt | .venv/bin/pip
	@echo "installing zhihan and what its tests need into .venv (once) ..." >&2
	@$(PIP) -e '.[dev]'
	@touch $@ .venv/run

.venv/bin/pip:
	@test -n "$(PYTHON)" || { echo "zhihan needs Python 3.11 or newer: install python3.11 and run make again." >&2; exit 2; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "zhihan needs Python 3.11 or newer, and $(PYTHON) is older: run  make PYTHON=/path/to/python3.11" >&2; exit 2; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
	  { echo "This Python has no venv module: install it (on Debian: apt-get install python3-venv) and run make again." >&2; exit 2; }
	@$(PYTHON) -m venv .venv

run: .venv/run ## build the graph of the example letters, answer some questions, write out/graph.html and out/graph.ttl
	@mkdir -p out
	@$(KG) build $(LETTERS) --store $(STORE)
	@echo && $(KG) stats --store $(STORE)
	@for question in funds "planned by=2025-12-31" "figures about=海河产业基金"; do \
	  echo && echo "kg query $$question" && $(KG) query $$question --store $(STORE) || exit; done
	@$(KG) render --store $(STORE) -o out/graph.html
	@$(KG) export --store $(STORE) --format turtle -o out/graph.ttl
	@$(MAKE) --no-print-directory web-if-node

serve: .venv/run ## serve the graph of the example letters: pages to read and SPARQL, at http://127.0.0.1:8080/
	@$(MAKE) --no-print-directory web-if-node
	@test -f $(STORE)/zhihan.json || { mkdir -p out && $(KG) build $(LETTERS) --store $(STORE); }
	@$(KG) serve --store $(STORE)

# The scripts of the pages. `kg serve` works without them, and its pages say what is missing.
STATIC := kg/server/static/main.js
web: $(STATIC) ## build the scripts of the pages with npm into kg/server/static (needs Node.js)

$(STATIC): $(wildcard kg/server/web/*.json kg/server/web/*.mjs kg/server/web/src/*)
	@command -v npm >/dev/null || { echo "The scripts of the pages need Node.js with npm: install it (on Debian: apt-get install npm) and run make web." >&2; exit 2; }
	@echo "building the scripts of the pages into kg/server/static (once) ..." >&2
	@cd kg/server/web && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2 && npm run --silent build

.PHONY: web-if-node
web-if-node:
	@if command -v npm >/dev/null; then $(MAKE) --no-print-directory web || true; fi

test: .venv/dev ## run the tests, in two processes (under three minutes)
	@$(BIN)/python -m pytest -n 2 --dist loadfile

lint: .venv/dev ## ruff and mypy --strict
	@$(BIN)/ruff check .
	@$(BIN)/mypy

bench: .venv/dev ## measure speed and memory
	@$(BIN)/python -m tests.bench.run
	@$(BIN)/python -m tests.bench.checks
	@$(BIN)/python -m tests.bench.exports
	@$(BIN)/python -m tests.bench.stores

evaluate: .venv/dev ## score the corpus and write docs/quality.md (trains ten models: two hours)
	@$(BIN)/python -m tests.bench.quality

fuzz: .venv/dev ## look for input that breaks something: make fuzz SECONDS=600
	@$(BIN)/python -m tests.fuzz.run --seconds $(SECONDS)

wheel: .venv/dev ## build the wheel into dist/, with its bill of materials, and the scripts of the pages where Node.js is there
	@$(MAKE) --no-print-directory web-if-node
	@$(BIN)/python -m build --wheel --outdir dist .
	@$(BIN)/python docs/sbom.py dist

docs: .venv/run ## bring docs/cli.md, the README's output and its picture up to date
	@$(BIN)/python docs/refresh.py

site: .venv/dev ## build the documentation as a site into out/site; it can be read without a server
	@NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --quiet --clean
	@echo "The site is in out/site: open out/site/index.html." >&2

notebooks: .venv/dev ## run the notebooks of examples/ and keep what they print and draw
	@$(BIN)/python docs/notebooks.py

pictures: .venv/dev web ## take the pictures of docs/explorer.md (needs Chromium)
	@$(BIN)/python docs/pictures.py

clean: ## remove what the other verbs made
	rm -rf .venv out dist build kg/server/static kg/server/web/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
