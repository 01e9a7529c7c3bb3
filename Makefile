# Student data: everything a run makes is for its user alone.
SHELL := /bin/sh
PYTHON ?= python3
BIN := .venv/bin

.PHONY: build test lint docs report demo bench clean lock
.DEFAULT_GOAL := build

.venv/installed: requirements.lock
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	touch $@

build: .venv/installed
	$(BIN)/python scripts/build.py

test: .venv/installed
	$(BIN)/python -m pytest
