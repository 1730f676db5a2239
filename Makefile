# What a person working on descenso types; `make` alone lists it.
# Everything is installed into .venv, once, and again only when what is asked for has changed.

PYTHON ?= python3
BIN := .venv/bin
SPANISH := src/descenso/locale/es/LC_MESSAGES/descenso
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq
PYTEST := $(BIN)/python -m pytest -q -n 2 --dist worksteal --durations=15
ASKED_FOR := pyproject.toml constraints.txt hatch_build.py

# pyright would look on the network whether it is the newest.
export PYRIGHT_PYTHON_IGNORE_WARNINGS := 1

MAKEFLAGS += --no-print-directory
.DELETE_ON_ERROR:
.PHONY: help demo test test-integrations fuzz check format messages docs constraints bench quality bench-doctor

help:
	@echo "make demo               train a network on real data, evaluate it, predict with it"
	@echo "make test               the checks and tests, but for those of the next line"
	@echo "make test-integrations  documents run whole, pages in a browser, scikit-learn's own checks"
	@echo "make fuzz               ten thousand broken tables and command lines"
	@echo "make check              style, types, and who imports whom"
	@echo "make format             put the code into the common style"
	@echo "make messages           collect the sentences to translate, compile the translations"
	@echo "make docs               the guide and the reference as a site, in .cache/site"
	@echo "make constraints        pin the newest versions that pyproject.toml allows"
	@echo "make bench              descenso's speed beside PyTorch, scikit-learn and Keras"
	@echo "make quality            descenso's quality beside scikit-learn, LightGBM and CatBoost"
	@echo "make bench-doctor       how often the doctor names the right cause"

demo: .venv/demo
	$(call descenso,train penguins --target species --test 0.2 --seed 7)
	$(call descenso,evaluate latest)
	$(call descenso,predict latest penguins --out predictions.csv)
	@head -n 4 predictions.csv
	$(call descenso,runs)

test: check $(SPANISH).mo
	@echo "Tests"
	@$(PYTEST) --ignore=tests/integrations

test-integrations: .venv/dev $(SPANISH).mo
	@echo "Integrations"
	@$(PYTEST) tests/integrations

fuzz: check $(SPANISH).mo
	@DESCENSO_FUZZ=10000 $(BIN)/python -m pytest -q tests/whole/test_fuzz.py --hypothesis-show-statistics

check: .venv/dev
	@echo "Style"
	@$(BIN)/ruff check --quiet --output-format=concise
	@$(BIN)/ruff format --check --quiet
	@echo "Who imports whom"
	@found=$$($(BIN)/lint-imports --cache-dir .cache/import-linter 2>&1) || { echo "$$found"; exit 1; }
	@echo "Types"
	@$(BIN)/pyright

format: .venv/dev
	@$(BIN)/ruff check --fix --quiet
	@$(BIN)/ruff format --quiet

messages: .venv/dev
	@mkdir -p .cache
	@$(BIN)/pybabel --quiet extract --no-default-keywords --keywords="_ N_ gettext ngettext:1,2" \
		--add-location=file --sort-by-file --project=descenso --output=.cache/descenso.pot src
	@$(BIN)/pybabel --quiet update --input-file=.cache/descenso.pot --output-file=$(SPANISH).po \
		--locale=es --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --width=100
	@$(MAKE) $(SPANISH).mo

docs: .venv/dev $(SPANISH).mo
	@$(BIN)/python tools/write_reference.py
	@$(BIN)/python -m properdocs build --strict --quiet
	@echo "Open .cache/site/index.html"

# pip only plans this installation. A label such as +cpu names one build of a version: it is cut off.
constraints: $(BIN)/python
	@mkdir -p .cache
	@$(PIP) install --dry-run --ignore-installed --report=.cache/plan.json ".[cuda,dev,bench]"
	@echo "# Versions that were tested together; written by \`make constraints\`." > constraints.txt
	@$(BIN)/python -c "import json; \
		packages = [i['metadata'] for i in json.load(open('.cache/plan.json'))['install']]; \
		print(*(p['name'] + '==' + p['version'].split('+')[0] for p in packages), sep='\n')" \
		| grep -v '^descenso=' | sort --ignore-case >> constraints.txt

bench: .venv/bench
	@$(BIN)/python -m benchmarks.speed.run

quality: .venv/bench
	@$(BIN)/python -m benchmarks.quality.run

bench-doctor: .venv/bench
	@$(BIN)/python -m benchmarks.doctor.run

# The Spanish words as Python reads them.
%.mo: %.po .venv/dev
	@$(BIN)/pybabel --quiet compile --input-file=$< --output-file=$@

# One empty file for each way that descenso is installed: its date says when.
.venv/demo: EXTRAS :=
.venv/dev: EXTRAS := [dev]
.venv/bench: EXTRAS := [dev,bench]
.venv/demo .venv/dev .venv/bench: $(ASKED_FOR) | $(BIN)/python
	@echo "Installing descenso$(EXTRAS) into .venv (the first time takes a minute or two)"
	@$(PIP) install -c constraints.txt -e ".$(EXTRAS)"
	@touch $@

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and \
		"descenso needs Python 3.11 or newer; this is %d.%d. Name one: make PYTHON=python3.13" \
		% sys.version_info[:2])'
	@$(PYTHON) -m venv .venv

# $(call descenso,ARGUMENTS) shows a command as a person would type it, and runs it.
define descenso
	@printf '\n$$ descenso %s\n' '$(1)'
	@$(BIN)/descenso $(1)
endef
