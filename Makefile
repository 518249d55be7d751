# Everything runs in .venv, made from the hashed lock file.
PORT ?= 8000
SIZE ?= small
CASE ?=
LOAD ?=
VENV := .venv
PYTHON := $(VENV)/bin/python

.PHONY: setup run serve test bench load lock audit

setup: $(VENV)/.installed .env

run: setup
	$(PYTHON) manage.py migrate --verbosity 0
	$(PYTHON) manage.py demo --size $(SIZE)
	$(MAKE) serve PORT=$(PORT)

serve: setup
	@echo "Niagara is at http://127.0.0.1:$(PORT) — press Ctrl-C to stop it."
	WITH_WORKER=true $(VENV)/bin/gunicorn niagara.wsgi --config niagara/serving.py --bind 127.0.0.1:$(PORT)

test: setup
	$(PYTHON) -m pytest -n auto

bench: setup
	$(PYTHON) -m tests.bench $(CASE)

load: setup
	$(PYTHON) -m tests.load $(LOAD)

# Known vulnerabilities of what is locked. It asks the network, so it is no part of .ci/run; what can't be asked about
# fails it as well.
audit: setup
	$(VENV)/bin/uv tool run pip-audit --strict --disable-pip --require-hashes -r requirements.lock

# Write the lock files anew from pyproject.toml; they hold hashes and no addresses.
lock: setup
	$(VENV)/bin/uv pip compile pyproject.toml --universal --generate-hashes --no-header --no-annotate -q -o requirements.lock
	$(VENV)/bin/uv pip compile pyproject.toml --group dev --universal --generate-hashes --no-header --no-annotate -q -o requirements-dev.lock

$(VENV)/.installed: requirements-dev.lock
	test -x $(PYTHON) || python3 -m venv $(VENV)
	test -x $(VENV)/bin/uv || $(PYTHON) -m pip install --quiet uv
	VIRTUAL_ENV=$(CURDIR)/$(VENV) $(VENV)/bin/uv pip sync --quiet --require-hashes requirements-dev.lock
	touch $@

.env:
	printf 'DEBUG=true\n' > $@
