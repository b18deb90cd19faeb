# make run: start a site · make test: everything · make check: the quick minute
.RECIPEPREFIX = >
PY := .venv/bin/python
.PHONY: setup engine run test check

setup: .venv/.ready

.venv/.ready: requirements-dev.txt pyproject.toml scripts/setup.sh
> @bash scripts/setup.sh

engine:
> @bash scripts/setup_engine.sh

run: setup engine
> @.venv/bin/callroom run

check: setup
> @.venv/bin/ruff format --check src tests
> @.venv/bin/ruff check src tests
> @.venv/bin/basedpyright --warnings
> @.venv/bin/lint-imports --no-cache
> @$(PY) -m pytest tests/unit tests/calls

test: check engine
> @bash scripts/setup_tests.sh
> @$(PY) -m pytest tests --ignore tests/unit --ignore tests/calls
