# `make up` runs the product, `make test` proves it; `make help` lists the rest.

PYTHON ?= python3
YAB = .venv/bin/yab
ENV ?= local
STAGES ?=

export PATH := $(CURDIR)/.venv/bin:$(CURDIR)/node_modules/.bin:$(CURDIR)/.yab/tools/node/bin:$(PATH)

.DEFAULT_GOAL := help
.PHONY: help setup up down status logs smoke doctor test test-unit test-local test-browser lint types format \
        bench bench-asgi lock schema generate helm-template-api build-api build-web push-api push-web kind-up \
        kind-down deploy-local clean

##@ Every day

up: setup ## Run the product here: its addresses, then its logs; Ctrl-C stops it
	@$(YAB) up || [ $$? = 130 ]

down: setup ## Stop it
	@$(YAB) down

status: setup ## What runs, and why something is not ready
	@$(YAB) status

logs: setup ## The logs, as they are written
	@$(YAB) logs --follow

smoke: setup ## Check the running product through its front door
	@$(YAB) smoke

doctor: setup ## What this machine lacks, and what mends it
	@$(YAB) doctor

##@ Proof

test: setup ## Everything: lint, types, units, charts, the product in a browser
	@.venv/bin/python tools/test.py $(STAGES)

test-unit: setup ## Only what starts no product
	@.venv/bin/python tools/test.py unit web-unit

test-local: setup ## Only the local target with tiny charts
	@.venv/bin/python tools/test.py local

test-browser: setup ## Only the product, tried in headless Chromium
	@.venv/bin/python tools/test.py product

lint: setup ## Style and likely mistakes
	@.venv/bin/python tools/test.py lint layers

types: setup ## mypy and tsc
	@.venv/bin/python tools/test.py types

format: setup ## Rewrite the sources in the project's style
	@ruff check --fix --quiet . ; ruff format --quiet . && npm run --silent format

bench: setup ## Measure the local target; medians
	@.venv/bin/python bench/local.py

bench-asgi: setup ## Compare ASGI servers on this API
	@.venv/bin/python -m bench.asgi

##@ Charts and images

helm-template-api: setup ## The API's objects as YAML; ENV=production for another environment
	@$(YAB) render api --env $(ENV)

build-api: setup ## The API's image
	@$(YAB) build api

build-web: setup ## The webs' images
	@$(YAB) build web admin

push-api: setup ## Push the API's image
	@$(YAB) build api --push

push-web: setup ## Push the webs' images
	@$(YAB) build web admin --push

kind-up: setup ## Run the product on a kind cluster
	@$(YAB) up --on kind

kind-down: setup ## Remove it
	@$(YAB) down --on kind

deploy-local: kind-up ## The plan's name for kind-up

##@ Housekeeping

setup: ## Install what is missing, inside this folder only
	@$(PYTHON) tools/setup.py

lock: setup ## Resolve the Python packages anew
	@sh tools/lock.sh

schema: setup ## The JSON Schema of yab.toml, and the charts' generated parts
	@.venv/bin/python -m yab.project.schema > docs/yab.schema.json
	@.venv/bin/python charts/generate.py

generate: setup ## The API client from the backend's OpenAPI document
	@npm run --silent generate

clean: ## Remove all that was installed or built, data included; stop the product first
	@if [ -x $(YAB) ]; then $(YAB) down --volumes; fi
	@rm -rf .venv .yab node_modules packages/*/dist .mypy_cache .ruff_cache .pytest_cache

help: ## This list
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} \
	  /^[a-z-]+:.*## / {printf "  make %-18s %s\n", $$1, $$2}' Makefile
