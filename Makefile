# `make up` runs the product, `make test` proves it; `make help` lists the rest.

PYTHON ?= python3
YAB = .venv/bin/yab
PY = .venv/bin/python
ARGS ?=
STAGES ?=
env ?= local

# This clone's programs before the machine's. (The make of macOS looks up plain commands in the old PATH: hence
# the paths of PY and YAB, and `exec`, which needs a shell.)
# PYTHON is for setup alone; whatever runs later finds the clone's own.
unexport PYTHON
export PATH := $(CURDIR)/.venv/bin:$(CURDIR)/node_modules/.bin:$(CURDIR)/.yab/tools/node/bin:$(PATH)

.DEFAULT_GOAL := help
.PHONY: help up down status logs smoke doctor test test-unit test-charts test-local test-browser test-renamed lint types format \
        bench bench-asgi bench-queue helm-template-api build-api build-web push-api push-web kind-up kind-down deploy-local \
        setup lock generate pictures hooks changed clean

##@ Every day

up: setup ## Run the product here: its addresses, then its logs; Ctrl-C stops it (ARGS="--port 9000")
	@$(YAB) up $(ARGS)

down: setup ## Stop it; its data stay
	@$(YAB) down $(ARGS)

status: setup ## What runs, and why something is not ready
	@$(YAB) status $(ARGS)

logs: setup ## The logs, as they are written
	@$(YAB) logs --follow $(ARGS)

smoke: setup ## Check the running product through its front door
	@$(YAB) smoke $(ARGS)

doctor: setup ## What this machine lacks, and what mends it
	@$(YAB) doctor $(ARGS)

##@ Proof

test: setup ## Everything: lint, types, units, charts, the product in a browser (STAGES="lint unit" for some)
	@$(PY) tools/test.py $(STAGES)

test-unit: setup ## Only what starts no product
	@$(PY) tools/test.py unit backend web-unit

test-charts: setup ## Only the charts and what they render to
	@$(PY) tools/test.py charts

test-local: setup ## Only the local target, with tiny charts
	@$(PY) tools/test.py local

test-browser: setup ## Only the product as a whole, in headless Chromium
	@$(PY) tools/test.py product

test-renamed: setup ## Only that `yab init` makes a clone whose tests pass
	@$(PY) tools/test.py renamed

lint: setup ## Style, layers, and likely mistakes: Python, TypeScript, shell, workflows
	@$(PY) tools/test.py lint layers

types: setup ## mypy and tsc
	@$(PY) tools/test.py types

format: setup ## Rewrite the sources in the project's style
	@ruff check --fix --quiet . ; ruff format --quiet . && npm run --silent format

bench: setup ## Measure the local target; medians
	@$(PY) bench/local.py $(ARGS)

bench-asgi: setup ## Compare ASGI servers on this API
	@$(PY) -m bench.asgi $(ARGS)

bench-queue: setup ## Kill workers in mid-job, count what became of the jobs
	@$(PY) -m bench.queue $(ARGS)

##@ Charts and images (building, pushing and kind come with issue 4; until then yab says so)

helm-template-api: setup ## The API's objects as YAML (env=production for another environment)
	@$(YAB) render api --env $(env)

build-api: setup ## The API's image
	@$(YAB) build api $(ARGS)

build-web: setup ## The webs' images
	@$(YAB) build web admin $(ARGS)

push-api: setup ## Push the API's image
	@$(YAB) build api --push $(ARGS)

push-web: setup ## Push the webs' images
	@$(YAB) build web admin --push $(ARGS)

kind-up: setup ## Run the product on a kind cluster
	@$(YAB) up --on kind $(ARGS)

kind-down: setup ## Remove it
	@$(YAB) down --on kind $(ARGS)

deploy-local: kind-up ## The plan's name for kind-up

##@ Housekeeping

setup: ## Install what is missing, inside this folder only; all others begin with it
	@command -v $(PYTHON) > /dev/null || { printf '$(PYTHON): not found\n→ install Python 3.11 or newer\n' >&2; exit 3; }
	@$(PYTHON) tools/setup.py

lock: setup ## Resolve the Python packages anew (ARGS=--upgrade for newer ones)
	@sh tools/lock.sh $(ARGS)

generate: setup ## What is generated: schemas, chart tables, the API client, docs/cli.md
	@$(PY) -m yab.project.schema > .yab/generated && mv .yab/generated docs/yab.schema.json
	@$(PY) charts/generate.py
	@$(PY) tools/cli_reference.py > .yab/generated && mv .yab/generated docs/cli.md
	@exec npm run --silent generate

pictures: setup ## Take the pictures of docs/images from the running product
	@YAB_SCREENSHOTS=1 $(PY) -m pytest --quiet tests/e2e/test_screenshots.py

hooks: setup ## Check every commit before it is made
	@exec pre-commit install

changed: ## Which areas differ from the commit BASE, for CI
	@$(PYTHON) tools/changed.py "$(BASE)"

clean: ## Remove all that was installed or built, data included; stops the product first
	@if [ -x $(YAB) ]; then $(YAB) down --volumes; fi
	@rm -rf .venv .yab node_modules packages/*/dist .mypy_cache .ruff_cache .pytest_cache

help: ## This list
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} \
	  /^[a-z-]+:.*## / {printf "  make %-18s %s\n", $$1, $$2}' Makefile
