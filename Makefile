# One command sets up and runs, the same for a person and for CI. `make help` lists them.
SHELL := /bin/bash
PYTHON := .venv/bin/python
VRET := .venv/bin/vret
PYTEST := $(PYTHON) -m pytest
JOBS ?= 2
MINUTES ?= 1.5
LIMIT_S ?= 1800
COUNT ?= 1000000

.PHONY: help setup setup-test demo console test check wheel wheel-test soak faults fuzz simulate bench bench-gpu docs pictures golden lock clean

help:  ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup:  ## install what vret needs; instant when it is there
	@tools/setup.sh run

setup-test:
	@tools/setup.sh test

demo: setup  ## a whole session in small: server, headset program, synthetic client, scripted therapist (MINUTES=1.5, ARGS=--steer)
	@$(VRET) demo --minutes $(MINUTES) $(ARGS)

console: setup  ## compile the therapist's page, and run its own tests
	@$(PYTHON) tools/console.py test

test: setup-test  ## all tests (JOBS=2, ARGS="-k lease", LIMIT_S=1800)
	@timeout --foreground -s INT -k 60 $(LIMIT_S) $(PYTEST) -n $(JOBS) --dist worksteal --durations=60 --durations-min=5 $(ARGS)

check: setup  ## style and types
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m ruff format --check .
	@$(PYTHON) tools/console.py run check
	@$(PYTHON) -m mypy
	@$(PYTHON) -m mypy --platform win32
	@$(PYTHON) -m mypy tests tools/*.py benchmarks/*.py benchmarks/gpu/*.py

wheel: setup  ## wheel and source archive in dist/
	@rm -rf dist
	@$(PYTHON) -m build --no-isolation --outdir dist .

wheel-test: setup-test  ## the wheel in clean environments, and its client packages on Windows
	@$(PYTEST) -n 0 -m wheel $(ARGS)

soak: setup-test  ## the full counts of repeated and random tests; hours, goes on where it was cut; writes docs/soak.md (ONLY=voice)
	@$(PYTHON) tools/soak.py $(ONLY)

faults: setup-test  ## every fault on real processes, with full counts; writes the measured times into docs/clinical-safety.md (ONLY=line)
	@$(PYTHON) tools/faults.py $(ONLY)

fuzz: setup-test  ## look for inputs that break a parser (ONLY=plan SECONDS=60; without ONLY every parser in turn)
	@$(PYTHON) tools/fuzz.py "$(ONLY)" $(or $(SECONDS),60)

simulate: setup-test  ## stories of the simulation (COUNT=1000000; many hours, goes on where it was cut); writes docs/simulation.md
	@$(PYTHON) tools/simulate.py $(COUNT)

bench:  ## speed, as ratios and processor time in one run; writes docs/performance.md (ONLY=voice)
	@tools/setup.sh bench
	@$(PYTHON) tools/bench.py $(ONLY)

bench-gpu: setup  ## what a graphics card needs for a frame of each scene; says so where there is no card
	@$(PYTHON) tools/bench.py gpu

docs: setup  ## write what the docs take from the code
	@mkdir -p build
	@$(PYTHON) -m vret.settings > build/page && mv build/page docs/settings.md
	@$(PYTHON) -m vret_server.openapi > build/page && mv build/page docs/openapi.json
	@$(VRET) scene schema > build/page && mv build/page scenes/scene.schema.json
	@$(PYTHON) -m vret.link.schema docs/wire.schema.json
	@$(PYTHON) tools/docs.py
	@$(PYTHON) tools/vocabulary.py

pictures: setup-test  ## draw the pictures of the README and of the docs anew
	@$(PYTHON) tools/pictures.py
	@$(PYTHON) tools/panels.py
	@$(PYTHON) tools/console_pictures.py

golden: setup-test  ## draw the golden pictures of the tests anew; those that look as before stay untouched
	@$(PYTHON) tools/golden.py

lock: setup  ## choose the newest permitted versions and lock them
	@$(PYTHON) -m uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --upgrade \
	  --extra all --group dev pyproject.toml -o requirements.lock

clean:  ## remove everything that was made here, .venv too
	@rm -rf .venv build dist server/console/node_modules server/vret_server/console .cache .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -not -path './.git/*' -prune -exec rm -rf {} +
