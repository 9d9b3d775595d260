# One command for each thing one does here; `make help` lists them.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:
MAKEFLAGS += --no-print-directory
# Tests run some hundred commands: each would compile the whole program anew.
unexport PYTHONDONTWRITEBYTECODE

BIN := .venv/bin
SERVICE_READY := .venv/.service-ready
TESTS_READY := .venv/.tests-ready
MUTANTS_READY := .venv/.mutants-ready
PAGES_READY := service/static/vendor/.ready
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard service/translations/*/LC_MESSAGES/*.po))

.PHONY: help setup setup-tests run fresh test unit check format words bench proofs mutants lock clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(SERVICE_READY) $(PAGES_READY) $(CATALOGUES) ## Make .venv with the handrail command, and fetch what the pages use
	@:

setup-tests: setup $(TESTS_READY)
	@$(BIN)/python -m tests.provision

run: setup ## Serve the demo at http://127.0.0.1:8000 (its data is kept)
	@$(BIN)/handrail demo

fresh: setup ## Serve the demo with its data made anew
	@$(BIN)/handrail demo --fresh

test: setup-tests ## Run every test (ARGS="-k words" to choose)
ifdef ARGS
	@$(BIN)/pytest $(ARGS)
else
	@$(BIN)/pytest -n auto --dist worksteal
endif

unit: setup $(TESTS_READY) ## Run the tests of the pure core, on all processors
	@$(BIN)/pytest -q -n auto --dist worksteal -m "not slow" tests/instruments tests/referral

check: setup $(TESTS_READY) ## Format, lint, types, import rule, structure, Dockerfile
	@$(BIN)/pytest -q tests/architecture -m "not browser and not postgres and not slow" >.venv/structure.txt 2>&1 & structure=$$!; \
	 $(BIN)/ruff format --check --quiet --output-format concise . && $(BIN)/ruff check --quiet . && \
	 $(BIN)/mypy --no-error-summary && { said=$$($(BIN)/lint-imports --no-logo 2>&1) || { echo "$$said"; false; }; } && \
	 $(BIN)/hadolint Dockerfile || { kill $$structure 2>/dev/null; exit 1; }; \
	 wait $$structure || { cat .venv/structure.txt; exit 1; }; \
	 tail -n 1 .venv/structure.txt

format: setup $(TESTS_READY) ## Lay out the code and mend what can be mended without a thought
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

words: setup ## Bring the translators' catalogues up to date with the pages
	@$(BIN)/pybabel --quiet extract --mapping=pyproject.toml --keywords=lazy_gettext --keywords=_later --no-location --sort-output \
	  --project=Handrail --copyright-holder="The Handrail contributors" --output-file=.venv/messages.pot .
	@for language in es; do \
	  catalogue=service/translations/$$language/LC_MESSAGES/messages.po; \
	  [ -e $$catalogue ] && how="update --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date" || how=init; \
	  $(BIN)/pybabel --quiet $$how --input-file=.venv/messages.pot --output-dir=service/translations --locale=$$language; \
	done

bench: setup $(TESTS_READY) ## Measure, and print the ratios
	@$(BIN)/python -m benchmarks

proofs: setup $(TESTS_READY) ## Prove at full length: every state of every instrument, every change to an audit trail
	@$(BIN)/handrail instruments prove --random 1000000
	@$(BIN)/python -m pytest -q -rP -m long tests/proofs

mutants: setup $(TESTS_READY) $(MUTANTS_READY) ## Change the core in small ways, and see that the tests notice (ARGS="names" to choose)
	@$(BIN)/mutmut run $(ARGS)
	@$(BIN)/python -m tests.mutants

lock: setup ## Renew the locks (ARGS=--upgrade for the newest releases allowed)
	@deploy/setup/lock.sh $(ARGS)
	@cd deploy/front-end && npm install --package-lock-only --silent

clean: ## Remove what set-up and checks made; the data in var/ stays
	@rm -rf .venv handrail.egg-info build dist mutants deploy/front-end/node_modules service/static/vendor
	@rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find service instruments referral tests benchmarks -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true

$(SERVICE_READY): pyproject.toml requirements.lock deploy/setup/python.sh deploy/setup/requirements-build.lock deploy/setup/requirements-uv.lock
	@deploy/setup/python.sh runtime
	@touch $@

$(TESTS_READY): requirements-dev.lock deploy/setup/python.sh | $(SERVICE_READY)
	@deploy/setup/python.sh development
	@touch $@

$(MUTANTS_READY): pyproject.toml | $(TESTS_READY)
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --group mutants
	@touch $@

$(PAGES_READY): deploy/front-end/build.sh deploy/front-end/package.json deploy/front-end/package-lock.json deploy/setup/requirements-node.lock | $(SERVICE_READY)
	@deploy/front-end/build.sh
	@touch $@

%.mo: %.po | $(SERVICE_READY)
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@
