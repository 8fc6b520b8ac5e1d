# Two commands are enough: `make run` and `make test`. Everything else is a part of one of them.

PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test format lint types contracts unit browser evals interference oracle bench-stock bench-read eval-read calibrate killtest peers differential properties samples lock clean help

run: $(VENV)/.for-run  ## web desk and worker with the demo company on http://127.0.0.1:8000
	@$(BIN)/desk up

test: $(VENV)/.for-test format lint types contracts unit browser evals samples interference  ## everything CI runs

$(VENV)/bin/python:
	@echo "Making the environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.for-run: requirements.lock pyproject.toml | $(VENV)/bin/python
	@echo "Installing the locked packages (about 1.4 GB on disk, once)"
	@$(BIN)/pip install --quiet --disable-pip-version-check --progress-bar on --require-hashes -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --no-index -e .
	@touch $@

$(VENV)/.for-test: requirements-dev.lock pyproject.toml | $(VENV)/bin/python
	@echo "Installing the locked packages for development"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --no-index -e .
	@touch $@ $(VENV)/.for-run

format:
	@$(BIN)/ruff format --check --quiet .

lint:
	@$(BIN)/ruff check --quiet .
	@$(BIN)/python -m policies.lint

types:
	@$(BIN)/mypy

contracts:
	@$(BIN)/lint-imports

unit:
	@$(BIN)/python -m pytest -m "not browser" -n 2 --dist loadfile

browser:
	@$(BIN)/python -m pytest -m browser

evals:
	@$(BIN)/desk eval

samples: $(VENV)/.for-test  ## real documents of others, from ../shared/samples; skipped with a line where that is absent
	@$(BIN)/python -m evals.samples --all

ORACLE ?= $(firstword $(wildcard ../shared/oracles/dev.json))

oracle: $(VENV)/.for-test  ## figures of other ledgers against ours; ORACLE=FILE.json for another file, skipped with a line where there is none
	@if [ -n "$(ORACLE)" ]; then $(BIN)/python -m evals.oracle $(ORACLE); else echo "oracle: no file of cases, skipped"; fi

SIZES ?= 10000,1000000

bench-stock: $(VENV)/.for-test  ## what a receipt, an issue and a question cost beside their floor; a few minutes, SIZES=10000,1000000,10000000
	@$(BIN)/python -m evals.benches --sizes $(SIZES) --write docs

bench-read: $(VENV)/.for-test  ## documents a second by kind beside the libraries' bare extraction; a few minutes
	@$(BIN)/python -m evals.bench_read

EVERY ?= 4

eval-read: $(VENV)/.for-test  ## how well documents of others are read, per field, format and reader, beside other readers, into out/; every 4th paper of each issuer, EVERY=1 for all
	@$(BIN)/python -m evals.read_report --every $(EVERY) --write out

calibrate: $(VENV)/.for-test  ## count anew how often each reader is right, into agents/read/confidence.json; needs ../shared/samples
	@$(BIN)/python -m evals.calibrate

PEERS := .venv-peers

peers: $(PEERS)/.complete  ## Tryton (GPL) in an environment of its own, for make differential; no part of the rest

$(PEERS)/.complete: requirements-peers.lock
	@$(PYTHON) -m venv $(PEERS)
	@$(PEERS)/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-peers.lock
	@touch $@

HISTORIES ?= 40

differential: $(VENV)/.for-test  ## random histories through Tryton and through us: the same cost; skipped with a line without make peers
	@$(BIN)/python -m evals.differential --histories $(HISTORIES)

TIMES ?= 40

properties: $(VENV)/.for-test  ## random histories of stock, 40 times as many as make test has and three times as long, and every two commands on stock overlapping; three quarters of an hour, says how far it is, TIMES=400 for a night
	@HYPOTHESIS_PROFILE=deep TIMES=$(TIMES) $(BIN)/python -m pytest -vv -s tests/properties

killtest: $(VENV)/.for-test  ## kill the worker 200 times at random points while 200 documents come in; a quarter of an hour
	@$(BIN)/python -m evals.killtest

PAYLOADS ?= $(firstword $(wildcard ../shared/injections/dev.json) tests/evals/payloads.json)

interference: $(VENV)/.for-test  ## what an attacker writes into a document changes nothing to his good; PAYLOADS=FILE.json for another file
	@$(BIN)/python -m evals.interference --payloads "$(PAYLOADS)"

lock:  ## resolve pyproject.toml anew and requirements-peers.in into the lock files
	@$(BIN)/pip install --quiet pip-tools
	@$(BIN)/pip-compile -q --generate-hashes --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --strip-extras --allow-unsafe --extra build -o requirements.lock pyproject.toml
	@$(BIN)/pip-compile -q --generate-hashes --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --strip-extras --allow-unsafe --extra build --extra dev -o requirements-dev.lock pyproject.toml
	@$(BIN)/pip-compile -q --generate-hashes --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --strip-extras --allow-unsafe -o requirements-peers.lock requirements-peers.in

clean:  ## remove the environment and the demo's data
	rm -rf $(VENV) $(PEERS) .desk

help:
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/:.*##/\t/'
