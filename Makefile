# Student data: everything a run makes is for its user alone.
SHELL := /bin/sh
PYTHON ?= python3
override BIN := .venv/bin

# Values are texts: `make land FROM=...` and `FROM=... make land` hand them to the programs as they are, through the
# environment. Without these lines make would expand what stands on its command line, and run a $(shell ...) in it.
# A recipe never names a value itself, only the shell's "$$FROM", and a condition looks at $(value FROM).
$(foreach name,$(.VARIABLES),$(if $(filter command,$(origin $(name))),\
	$(eval override $$(name) := $$(value $$(name)))$(eval export $$(name))))

# a target that is called without the values it needs says how it is called
needs = $(if $(filter missing,$(foreach name,$(2),$(if $(value $(name)),,missing))),usage-of-$(1))

.PHONY: help build land pull validate review discard publish send forget backup restore report errors sql docs models demo test lint bench clean lock
.DEFAULT_GOAL := build
# the programs say what they do
.SILENT:

.venv/installed: requirements.lock
	echo 'Installing the packages into .venv: once, for about a minute ...' >&2
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	touch $@

## help: say this
help:
	sed -n 's/^## /make /p' Makefile

$(addprefix usage-of-,land validate discard publish send forget backup restore): usage-of-%:
	sed -n 's/^## $* /Usage: make $* /p' Makefile >&2; exit 1

## build [FLOW=flow,flow] [RUN_AT=instant] [APPROVE=flow/drop,flow/drop] [WAIT=seconds] [FULL=1] [JSON=1]: run on the landing zone, and say how it went
build: .venv/installed
	$(BIN)/python scripts/build.py $${FLOW+--flow="$$FLOW"} $${RUN_AT+--run-at="$$RUN_AT"} \
		$${APPROVE+--approve="$$APPROVE"} $${WAIT+--wait="$$WAIT"} $$([ "$$FULL" != 1 ] || echo --full) \
		$$([ "$$JSON" != 1 ] || echo --json)

## land FROM=export.zip FLOW=contoso-2027 [DROP=20260901T060000Z]: land a zip or a folder as a drop that arrived now, or at the instant DROP
land: $(call needs,land,FROM FLOW) .venv/installed
	$(BIN)/python scripts/land.py --flow="$$FLOW" $${DROP+--drop="$$DROP"} -- "$$FROM"

## pull [FLOW=flow,flow] [CHECK=1] [FULL=1]: pull what OneRoster APIs hold as drops, all flows that are due; CHECK=1 tries the connection alone
pull: .venv/installed
	$(BIN)/python scripts/pull.py $${FLOW+--flow="$$FLOW"} $$([ "$$CHECK" != 1 ] || echo --check) \
		$$([ "$$FULL" != 1 ] || echo --full)

## validate FROM=export.zip [FLOW=contoso-2027] [JSON=1]: say what an export would bring, and change nothing
validate: $(call needs,validate,FROM) .venv/installed
	$(BIN)/python scripts/validate.py $${FLOW+--flow="$$FLOW"} $$([ "$$JSON" != 1 ] || echo --json) -- "$$FROM"

## review [FLOW=flow,flow]: say who and what held drops would add, change and end, and what that may come from
review: .venv/installed
	$(BIN)/python scripts/review.py $${FLOW+--flow="$$FLOW"}

## discard DROP=contoso-2027/20260901T060000Z: set a held drop aside, so that no run sees it
discard: $(call needs,discard,DROP) .venv/installed
	$(BIN)/python scripts/review.py --discard="$$DROP"

## publish DEIDENTIFIED=1 [TO=analysts.duckdb]: write a copy for analysts
publish: $(call needs,publish,DEIDENTIFIED) .venv/installed
	$(BIN)/python scripts/publish.py --deidentified $${TO+--to="$$TO"}

## send FLOW=library [DRY=1] [APPROVE=library/instant] [CONFIRM=instant]: hand over what an outbound flow wants the other system to hold
send: $(call needs,send,FLOW) .venv/installed
	$(BIN)/python scripts/send.py --flow="$$FLOW" $$([ "$$DRY" != 1 ] || echo --dry) \
		$${APPROVE+--approve="$$APPROVE"} $${CONFIRM+--confirm="$$CONFIRM"}

## forget PERSON=contoso:stu-3003 | YEARS=7 [YES=1]: take a person, or what is older, out of the warehouse for good; asks unless YES=1
forget: $(if $(value PERSON)$(value YEARS),,usage-of-forget) .venv/installed
	$(BIN)/python scripts/forget.py $${PERSON+--person="$$PERSON"} $${YEARS+--years="$$YEARS"} $$([ "$$YES" != 1 ] || echo --yes)

## backup TO=folder: copy the warehouse and its key into a new folder
backup: $(call needs,backup,TO) .venv/installed
	$(BIN)/python scripts/backup.py --to="$$TO"

## restore FROM=folder [YES=1]: put a backup in the place of the warehouse; asks unless YES=1
restore: $(call needs,restore,FROM) .venv/installed
	$(BIN)/python scripts/backup.py --restore="$$FROM" $$([ "$$YES" != 1 ] || echo --yes)

## report: write the page that says how the newest run went
report: .venv/installed
	$(BIN)/python scripts/report.py

## errors [BY=school] [JSON=1]: write the newest run's errors, warnings and notices as CSV and Parquet, a file per flow or school
errors: .venv/installed
	$(BIN)/python scripts/error_log.py $${BY+--by="$$BY"} $$([ "$$JSON" != 1 ] || echo --json)

## sql: query the warehouse in DuckDB's shell, read-only; make sql < query.sql answers a file
sql: .venv/installed
	$(BIN)/python scripts/sql.py

## docs: write the documentation of every table and column
docs: .venv/installed
	$(BIN)/python scripts/docs.py

## models: write the models of landing, validation, staging, changes and history from seeds/catalogue
models: .venv/installed
	$(BIN)/python scripts/generate.py

## demo: replay all drops of the sample in a warehouse of its own
demo: .venv/installed
	$(BIN)/python scripts/demo.py

## test: lint, and run every test
test: .venv/installed
	$(BIN)/python -m pytest

## lint: lint the SQL and the Python
lint: .venv/installed
	$(BIN)/ruff check
	$(BIN)/sqlfluff lint --processes 2 models snapshots tests analyses

# the validator that the benchmark compares with is installed for it alone
.venv-bench/installed: scripts/bench/requirements.lock
	$(PYTHON) -m venv .venv-bench
	.venv-bench/bin/pip install --quiet --quiet --disable-pip-version-check --require-hashes --requirement $<
	touch $@

## bench [SIZE=small] [REPEAT=3]: measure time and memory, for an hour or two; SIZE=small takes a few minutes
bench: .venv/installed $(if $(filter small flows,$(value SIZE)),,.venv-bench/installed)
	$(BIN)/python scripts/bench/bench.py $${SIZE+--size="$$SIZE"} $${REPEAT+--repeat="$$REPEAT"}

## clean: remove what can be made again; never a warehouse, its key, its landed files or its logs
clean:
	rm -rf target .pytest_cache .hypothesis reports/*.html reports/errors

## lock: pin the packages anew, with their hashes
lock: .venv/installed
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.10 --generate-hashes --no-strip-extras --no-header \
		--no-emit-index-url --no-emit-find-links --quiet --output-file requirements.lock
