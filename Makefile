# Every target does its own set-up; all that must stand is make and Python 3.11 or newer.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
ARGS ?=
WORKERS ?= 2
PYTHON ?= $(firstword $(foreach name,python3.13 python3.12 python3.11 python3,$(shell \
	$(name) -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& command -v $(name))))

##@ See it
.PHONY: demo up
demo: setup ## Run the platform with a demo country; says where (ARGS go to `dhakira demo`)
	@$(BIN)/dhakira demo $(ARGS)

up: setup ## Run the whole platform, its record under ./data (ARGS go to `dhakira up`)
	@$(BIN)/dhakira up --data data $(ARGS)

##@ Trust it
.PHONY: test check fuzz faults bench
test: setup browser ## Run every test (ARGS go to pytest: make test ARGS="-k import -x"; WORKERS=0 for one by one)
	@$(BIN)/python -m pytest --numprocesses "$(WORKERS)" --dist loadfile --no-loadscope-reorder $(ARGS)

check: setup ## Lint, format, types and import rules
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports

fuzz: setup ## Make up requests to every operation (EXAMPLES=n for each, SEED=n, EDGES=1 for all edges too)
	@DHAKIRA_FUZZ_EXAMPLES="$(or $(EXAMPLES),50)" DHAKIRA_FUZZ_SEED="$(or $(SEED),$(shell date +%s))" \
		DHAKIRA_FUZZ_EDGES="$(EDGES)" $(BIN)/python -m pytest tests/fuzz -s $(ARGS)

faults: setup ## Harm the running platform under load (FAULTS=n in all, SEED=n to begin with)
	@$(BIN)/python -m tests.faults --faults "$(or $(FAULTS),1000)" \
		--seed "$(or $(SEED),$(shell date +%s))"

bench: setup ## Measure every figure beside its limit (JSON=FILE for the same as JSON; ARGS="--times 10" for more)
	@JSON="$(JSON)" $(BIN)/python -m tests.benchmarks $(ARGS)

##@ Work on it
.PHONY: setup browser documents format lock clean help
setup: $(STAMP) ## Make .venv with everything that requirements.lock pins

$(STAMP): requirements.lock pyproject.toml
	@[ -n "$(PYTHON)" ] || { echo "Python 3.11 or newer with venv is needed and was not found."; \
		echo "On Debian or Ubuntu: apt-get install python3 python3-venv"; \
		echo "Elsewhere: https://www.python.org/downloads/, or make PYTHON=/path/to/python"; exit 1; }
	@[ -x $(BIN)/python ] || { echo "Making .venv with $(PYTHON)"; "$(PYTHON)" -m venv $(VENV); }
	@echo "Installing what requirements.lock pins"
	@$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check \
		--require-hashes --requirement requirements.lock
	@$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check \
		--no-build-isolation --no-deps --editable .
	@touch $@

browser: ## Bring Debian's headless Chromium for the tests of pages
	@command -v chromium-headless-shell >/dev/null || command -v chromium >/dev/null || { \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			echo "Installing chromium"; \
			apt-get update --quiet --quiet; \
			DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet --quiet \
				--no-install-recommends chromium-headless-shell fonts-noto-core >/dev/null; \
		else \
			echo "The tests of pages need Chromium, which was not found."; \
			echo "On Debian: sudo apt-get install chromium-headless-shell. Elsewhere: install Chromium."; \
			echo "Without it: make test ARGS=\"--ignore tests/web\" after make setup."; \
			exit 1; \
		fi; }

documents: setup ## Write the OpenAPI and AsyncAPI documents and the goldens of new events
	@$(BIN)/python -m tests.contracts.generate
	@$(BIN)/python -m deploy.documents

format: setup ## Put every file into the form that `make check` asks for
	@$(BIN)/ruff check --fix-only --quiet
	@$(BIN)/ruff format

lock: setup ## Pin the newest versions that pyproject.toml allows, with hashes, for every platform
	@$(BIN)/uv pip compile pyproject.toml --group dev --universal --upgrade \
		--generate-hashes --no-header --no-annotate \
		--python-version 3.11 --quiet --output-file requirements.lock

clean: ## Remove .venv and what tools leave behind; never ./data
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache \
		build *.egg-info
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

help: ## Show this
	@awk 'BEGIN {FS = ":.*## "} \
		/^##@ / {printf "\n%s\n", substr($$0, 5)} \
		/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
