# `make run` and `make test` are all that a newcomer needs; `make help` lists the rest.

PYTHON ?= python3.11
UV_VERSION := 0.13.9
BIN := .venv/bin
UV := $(BIN)/uv pip install --quiet --python $(BIN)/python

# A folder of wheels that pip was told of serves uv too (for example a CPU build of torch).
export UV_FIND_LINKS ?= $(PIP_FIND_LINKS)

.DEFAULT_GOAL := help
.PHONY: help setup run test check fix lock unit contract integration architecture e2e format lint imports types docs browser clean

help: ## List what can be made
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/.runtime ## Make .venv with the command `yice` in it

.venv/bin/uv:
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

.venv/.runtime: requirements.lock pyproject.toml | .venv/bin/uv
	$(UV) --requirement requirements.lock
	$(UV) --no-deps --editable .
	@touch $@

.venv/.dev: requirements-dev.lock .venv/.runtime
	$(UV) --requirement requirements-dev.lock
	@touch $@

run: setup ## Load the library and the demo customers, and serve API and UI on one port
	$(BIN)/yice serve --demo

test: unit contract architecture integration e2e ## Run every test

unit contract architecture: .venv/.dev ## Tests of one kind: no files and no sockets in unit
	$(BIN)/pytest tests/$@

integration: .venv/.dev ## Real SQLite, PostgreSQL, Chroma, tantivy and HTTP
	$(BIN)/pytest tests/integration

e2e: .venv/.dev browser ## A real server, a real browser, and kill -9
	$(BIN)/pytest tests/e2e

check: format lint imports types docs test ## What CI runs, in the order that fails fastest

format: .venv/.dev
	$(BIN)/ruff format --check .

lint: .venv/.dev
	$(BIN)/ruff check .

imports: .venv/.dev
	$(BIN)/lint-imports --no-logo

types: .venv/.dev
	$(BIN)/mypy
	$(BIN)/mypy tests

docs: .venv/.dev ## Are the generated parts of the docs up to date?
	$(BIN)/python -m docs.generate --check

fix: .venv/.dev ## Format, and mend what can be mended
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/python -m docs.generate

lock: .venv/bin/uv ## Resolve the dependencies anew
	sed -i '/^torch==/d' requirements.lock requirements-dev.lock # the old pin would choose the CUDA build
	$(BIN)/uv pip compile --quiet --no-header --no-annotate pyproject.toml --output-file requirements.lock
	$(BIN)/uv pip compile --quiet --no-header --no-annotate pyproject.toml --group dev --constraint requirements.lock --output-file requirements-dev.lock
	sed -i 's/+cpu$$//' requirements.lock requirements-dev.lock

browser: # Chromium and a CJK font, from Debian, for the browser tests and the pictures
	@command -v chromium >/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
	  && apt-get update -qq && apt-get install -y -qq chromium fonts-noto-cjk >/dev/null; } \
	  || echo "No Chromium: install it (Debian: apt-get install chromium fonts-noto-cjk); the browser tests will skip."

clean: ## Remove the environment and all data
	rm -rf .venv .data
