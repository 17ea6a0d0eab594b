# Everything that can be done with this project; `make` alone lists it.
#
# Needs Python 3.11 or later, make and a C compiler. All else goes into .venv, in the exact
# versions and with the hashes of requirements/*.lock. Stamps in .venv tell what is up to date.

PYTHON ?= python3
VENV ?= .venv
PYTEST_ARGS ?= -n auto
LOCK_ARGS ?=

BIN := $(VENV)/bin
STAMPS := $(VENV)/stamps
QUIETLY := --disable-pip-version-check --no-input --quiet
PIP := $(BIN)/python -m pip $(QUIETLY)
# The locks name everything: asked to look for dependencies itself, pip would want a newer release
# of whatever is asked for with an extra, and refuse it for want of a hash.
INSTALL := $(PIP) install --require-hashes --no-deps -r
THIS := -e . --no-deps --no-build-isolation
CODE := src tests $(wildcard benchmarks/*.py) docs/conf.py $(wildcard .ci/*.py) setup.py
# What people write for themselves beside it is none of our business.
LINTED := src tests benchmarks docs .ci setup.py
# Markers of tests that need a browser, a server or patience: for `make test-all`.
HEAVY := browser or server or slow
# Tests that take minutes each: for `make worked`.
LONG := worked

export PIP_ROOT_USER_ACTION = ignore
export PIP_RETRIES ?= 5
export PIP_DEFAULT_TIMEOUT ?= 60
# Without .pyc files every start of the program takes three to four times as long.
unexport PYTHONDONTWRITEBYTECODE
# What is installed decides, not what lies about.
unexport PYTHONPATH PYTHONHOME

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help demo test test-all lint format types unit heavy worked coverage docs wheel check-wheel \
	check-schema bench lock vendor clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

# ---- what people do

demo: $(STAMPS)/package ## install into .venv and judge the proposals of 2019
	$(BIN)/detente run korea-2019

test: lint types unit ## lint, types and all tests but the heavy ones

test-all: check-schema docs check-wheel heavy ## what is left: schema, documentation, wheel, heavy tests

# ---- the parts of `make test`

lint: $(STAMPS)/test ## ruff: rules and format
	$(BIN)/ruff check $(LINTED)
	$(BIN)/ruff format --check $(LINTED)

format: $(STAMPS)/test ## let ruff repair and format
	$(BIN)/ruff check --fix $(LINTED)
	$(BIN)/ruff format $(LINTED)

types: $(STAMPS)/test ## mypy, strict
	$(BIN)/mypy $(CODE)

unit: $(STAMPS)/test $(STAMPS)/package ## pytest; PYTEST_ARGS="-n 2 -k name" adds options
	$(BIN)/python -m pytest -m "not ($(HEAVY) or $(LONG))" $(PYTEST_ARGS)

coverage: $(STAMPS)/test $(STAMPS)/package ## pytest with branch coverage
	$(BIN)/python -m pytest -m "not ($(HEAVY) or $(LONG))" --cov --cov-report=term $(PYTEST_ARGS)

# ---- the parts of `make test-all`

heavy: $(STAMPS)/heavy $(STAMPS)/browser $(STAMPS)/package ## tests that need a browser, a server or patience
	$(BIN)/python -m pytest -m "($(HEAVY)) and not $(LONG)" $(PYTEST_ARGS)

worked: $(STAMPS)/test $(STAMPS)/package ## the worked examples of the documentation that take minutes
	$(BIN)/python -m pytest -m "$(LONG)" $(PYTEST_ARGS)

check-schema: $(STAMPS)/test $(STAMPS)/package ## the JSON Schema of case files is valid and strict
	$(BIN)/python .ci/check_schema.py

docs: $(STAMPS)/docs $(STAMPS)/package ## build the documentation; a warning is an error
	$(BIN)/python -m sphinx -W --keep-going -n -q -E -b html -d .cache/doctrees docs docs/_build/html
	@echo "docs/_build/html/index.html"

wheel: $(STAMPS)/test ## source distribution, and a wheel made from it, in dist/
	rm -rf dist
	$(BIN)/python -m build --quiet --no-isolation --outdir dist .

TRIAL := build/trial
check-wheel: wheel $(TRIAL)/ready ## install the wheel apart from the sources and try the program
	$(TRIAL)/bin/python -m pip $(QUIETLY) install --no-deps --no-index --force-reinstall dist/*.whl
	cd $(TRIAL) && bin/detente --help >/dev/null && bin/detente run river --draws 64 --json >/dev/null && bin/python -m detente cases >/dev/null

$(TRIAL)/ready: requirements/run.lock | $(STAMPS)/venv
	rm -rf $(TRIAL)
	$(BIN)/python -m venv $(TRIAL)
	$(TRIAL)/bin/python -m pip $(QUIETLY) install --require-hashes --no-deps -r $<
	@touch $@

# ---- for those who work on it

bench: $(STAMPS)/test $(STAMPS)/package ## run benchmarks/*.py
	@set -e; for file in $(sort $(wildcard benchmarks/[!_]*.py)); do echo "== $$file"; $(BIN)/python -m benchmarks.$$(basename $$file .py); done

# The small files are cut from the same solution as the large one, so they agree.
COMPILE := $(BIN)/uv pip compile pyproject.toml --quiet --no-config --universal --python-version 3.11 \
	--generate-hashes --annotation-style line --no-header --no-emit-index-url --no-emit-find-links
lock: $(STAMPS)/lock ## renew requirements/*.lock from pyproject.toml; LOCK_ARGS=--upgrade for newest versions
	$(COMPILE) $(LOCK_ARGS) --group dev -o requirements/dev.lock
	$(COMPILE) -c requirements/dev.lock --group build -o requirements/run.lock
	$(COMPILE) -c requirements/dev.lock --group build --group test -o requirements/test.lock
	$(COMPILE) -c requirements/dev.lock --group build --group test --group heavy -o requirements/heavy.lock
	$(COMPILE) -c requirements/dev.lock --group build --group docs -o requirements/docs.lock

vendor: ## fetch the scripts that draw the plots of the report anew (needs npm)
	$(PYTHON) .ci/vendor.py

clean: ## remove what building and testing left, but not .venv
	rm -rf build dist docs/_build docs/_made .cache .hypothesis src/*.egg-info src/detente/model/*.so $(STAMPS)/package
	find src tests benchmarks docs .ci -name __pycache__ -type d -prune -exec rm -rf {} +

# ---- stamps

$(STAMPS)/venv:
	@$(PYTHON) -c 'import sys; sys.exit(None if (3, 11) <= sys.version_info < (3, 15) else "Python 3.11 to 3.14 is needed, and $(PYTHON) is " + sys.version.split()[0] + "; name another: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv $(VENV)
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/run: requirements/run.lock $(STAMPS)/venv
	@echo "installing what $< lists: some seconds to a minute, by your connection"
	@$(INSTALL) $<
	@touch $@

$(STAMPS)/test: requirements/test.lock $(STAMPS)/venv
	@echo "installing what $< lists: some seconds to a minute, by your connection"
	@$(INSTALL) $<
	@touch $@ $(STAMPS)/run

$(STAMPS)/heavy: requirements/heavy.lock $(STAMPS)/test
	@echo "installing what $< lists: some seconds to a minute, by your connection"
	@$(INSTALL) $<
	@touch $@

# Chromium comes from the system; the tests find it by the names it has there.
$(STAMPS)/browser: $(STAMPS)/venv
	@for name in chromium chromium-browser google-chrome; do command -v $$name >/dev/null && exit 0; done; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "installing Chromium with apt-get"; \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null; \
	else echo "Chromium is needed: install it with your system's packages (Debian: apt-get install chromium)"; exit 1; fi
	@touch $@

$(STAMPS)/docs: requirements/docs.lock $(STAMPS)/venv
	@echo "installing what $< lists: some seconds to a minute, by your connection"
	@$(INSTALL) $<
	@touch $@

$(STAMPS)/lock: requirements/dev.lock $(STAMPS)/venv
	@echo "installing what $< lists: some seconds to a minute, by your connection"
	@$(INSTALL) $<
	@touch $@

# Editable: the sources are what runs. Only the kernel has to be built again when it changes.
$(STAMPS)/package: pyproject.toml setup.py $(wildcard src/detente/model/native/*) $(STAMPS)/run
	@echo "building the kernel (some seconds) and installing this package"
	@$(PIP) install $(THIS)
	@touch $@
