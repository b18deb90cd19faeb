# make run: start a site · make voices: offline voices for typed texts · make test: everything · make check: the quick minute · make web: build the pages
.RECIPEPREFIX = >
PY := .venv/bin/python
UI := src/callroom/http/ui/index.html
WEB_SOURCES := $(shell find web -path web/node_modules -prune -o -type f -print 2>/dev/null)
.PHONY: setup engine web voices run check api check-python check-web test

setup: .venv/.ready

.venv/.ready: requirements-dev.txt pyproject.toml scripts/setup.sh
> @bash scripts/setup.sh

engine:
> @bash scripts/setup_engine.sh

web: setup $(UI)

web/node_modules/.ready: web/package.json web/package-lock.json | .venv/.ready
> @bash scripts/setup_web.sh

$(UI): web/node_modules/.ready $(WEB_SOURCES)
> @bash scripts/build_web.sh

# Optional: texts that are typed are spoken, in Chinese and English, without any service outside.
voices: setup web/node_modules/.ready
> @bash scripts/setup_voices.sh

run: setup engine web
> @exec .venv/bin/callroom run

# After a change of the API: its description and the client made from it, both committed.
api: setup web/node_modules/.ready
> @$(PY) -m callroom.http.openapi > web/openapi.json
> @scripts/npm.sh run --silent api

# The two halves side by side: a quick minute on two cores.
check: setup web/node_modules/.ready
> @$(MAKE) --no-print-directory -j2 --output-sync=target check-python check-web

check-python: setup
> @.venv/bin/ruff format --check src tests
> @.venv/bin/ruff check src tests
> @.venv/bin/basedpyright --warnings
> @.venv/bin/lint-imports --no-cache
> @$(PY) -m pytest tests/unit tests/calls

check-web: setup web/node_modules/.ready
> @scripts/check_api.sh
> @scripts/npm.sh run --silent check

test: voices check engine web
> @bash scripts/setup_tests.sh
> @$(MAKE) --no-print-directory -j2 --output-sync=target test-pages test-parts test-lines

# Two at a time, each in networks and with databases of its own: sites with callers and pages, the parts of a site, and
# sites with callers and phones. What fails is asked once more, alone (docs/decisions/0013).
define twice
@$(PY) -m pytest -o cache_dir=.pytest_cache/$@ $(1) || \
  $(PY) -m pytest -o cache_dir=.pytest_cache/$@ --last-failed --last-failed-no-failures none $(1)
endef

.PHONY: test-pages test-parts test-lines
test-pages:
> $(call twice,tests/browser)

test-parts:
> $(call twice,tests/http tests/store tests/asterisk)

test-lines:
> $(call twice,tests $(foreach one,unit calls http store asterisk browser,--ignore tests/$(one)))

# By the ids of the speed targets: make bench NAME=P-1, or NAME=all. One JSON line a figure.
.PHONY: bench
bench: setup engine web
> @bash scripts/setup_tests.sh
> @$(PY) -m bench $(NAME)
