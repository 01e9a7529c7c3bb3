# Student data: everything a run makes is for its user alone.
SHELL := /bin/sh
PYTHON ?= python3
BIN := .venv/bin

.PHONY: build land validate publish forget backup restore test lint docs report errors sql demo bench clean lock
.DEFAULT_GOAL := build

.venv/installed: requirements.lock
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	touch $@

build: .venv/installed
	$(BIN)/python scripts/build.py

# make land FROM=export.zip FLOW=contoso-2027 [DROP=20260901T060000Z]; values reach the program through the environment
land: .venv/installed
	$(BIN)/python scripts/land.py "$$FROM" --flow "$$FLOW" $${DROP:+--drop "$$DROP"}

# what an export would bring, tried on a copy: make validate FROM=export.zip FLOW=contoso-2027
validate: .venv/installed
	$(BIN)/python scripts/validate.py "$$FROM" $${FLOW:+--flow "$$FLOW"}

# a copy for analysts: make publish DEIDENTIFIED=1 [TO=analysts.duckdb]
publish: .venv/installed
	$(BIN)/python scripts/publish.py $${DEIDENTIFIED:+--deidentified} $${TO:+--to "$$TO"}

# make forget PERSON=contoso:stu-3003, or make forget YEARS=7
forget: .venv/installed
	$(BIN)/python scripts/forget.py $${PERSON:+--person "$$PERSON"} $${YEARS:+--years "$$YEARS"}

# make backup TO=folder, make restore FROM=folder
backup: .venv/installed
	$(BIN)/python scripts/backup.py --to "$$TO"

restore: .venv/installed
	$(BIN)/python scripts/backup.py --restore "$$FROM"

test: .venv/installed
	$(BIN)/python -m pytest

lint: .venv/installed
	$(BIN)/sqlfluff lint --processes 2 models snapshots tests analyses

docs: .venv/installed
	$(BIN)/python scripts/docs.py

report: .venv/installed
	$(BIN)/python scripts/report.py

errors: .venv/installed
	$(BIN)/python scripts/error_log.py

## sql: query the warehouse in DuckDB's shell, read-only; make sql < query.sql answers a file
sql: .venv/installed
	@$(BIN)/python scripts/sql.py

demo: .venv/installed
	$(BIN)/python scripts/demo.py

# the validator that the benchmark compares with is installed for it alone
.venv-bench/installed: scripts/bench/requirements.lock
	$(PYTHON) -m venv .venv-bench
	.venv-bench/bin/pip install --quiet --quiet --disable-pip-version-check --require-hashes --requirement $<
	touch $@

# one to two hours; make bench SIZE=small takes a minute or two
bench: .venv/installed $(if $(filter small,$(SIZE)),,.venv-bench/installed)
	$(BIN)/python scripts/bench/bench.py $${SIZE:+--size "$$SIZE"} $${REPEAT:+--repeat "$$REPEAT"} $${EVERY:+--every "$$EVERY"}

clean:
	rm -rf target logs .pytest_cache .hypothesis warehouse/*.duckdb* warehouse/*.wal reports/*.html reports/errors

lock: .venv/installed
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.10 --generate-hashes --no-strip-extras --no-header \
		--no-emit-index-url --no-emit-find-links --quiet --output-file requirements.lock
