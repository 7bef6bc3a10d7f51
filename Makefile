# Two commands matter: `make demo` and `make test`. Each sets up .venv first, and starts at once when it is there.

# A launcher may forbid byte code; then every start would compile torch again.
unexport PYTHONDONTWRITEBYTECODE
unexport PYTHONPATH
export PIP_DISABLE_PIP_VERSION_CHECK = 1

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.PHONY: help setup demo test lint format lock clean

help:
	@echo "make demo   set up, let the agents invent tasks, show what they invented"
	@echo "make test   set up, run the whole test suite"
	@echo "make lint   set up, run ruff, mypy and the import contracts"
	@echo "make setup  make .venv with the pinned dependencies and the simsmith command"

setup: $(READY)

# pip is brought up to date first: an old one takes minutes to resolve this stack.
$(READY): requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "make: no $(PYTHON); install Python 3.11 or newer, or set PYTHON=..." >&2; exit 3; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "make: $(PYTHON) is older than 3.11; set PYTHON=python3.11 or newer" >&2; exit 3; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || \
		{ rm -rf .venv; echo "make: $(PYTHON) cannot make environments; on Debian: apt install python3-venv" >&2; exit 3; }
	@echo "installing the pinned dependencies into .venv (a few minutes, once)"
	@$(BIN)/python -m pip install --quiet --upgrade "pip>=26"
	@$(BIN)/python -m pip install --quiet --requirement requirements.lock
	@PYTHONWARNINGS=ignore $(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

demo: $(READY)
	@$(BIN)/simsmith explore --rounds 4 --seed 1

test: $(READY)
	@$(BIN)/python -m pytest --numprocesses auto --dist loadfile

lint: $(READY)
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python -m sim.build_assets --check
	@$(BIN)/python docs/make_asset_page.py --check

format: $(READY)
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

# The pins, from what pyproject.toml asks for. torch stays at a release that also has a CPU build.
lock:
	rm -rf .lock-venv && $(PYTHON) -m venv .lock-venv
	.lock-venv/bin/python -m pip install --quiet --upgrade "pip>=26"
	.lock-venv/bin/python -m pip install --quiet "setuptools>=77" "torch==2.13.0" --editable ".[dev]"
	{ echo "# Pinned dependencies; made by make lock."; \
	  .lock-venv/bin/python -m pip freeze --all --exclude-editable --exclude pip | sed 's/+cpu$$//'; } > requirements.lock
	rm -rf .lock-venv

clean:
	rm -rf .venv build dist *.egg-info
