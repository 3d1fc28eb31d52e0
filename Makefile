# The commands of this repository; each makes its own .venv at its first run and installs what it needs.
#
#   make demo         watch it type a function of this repository again
#   make test         the tests
#   make check        lint, format, types, layers, sizes, generated texts
#   make bench        the benchmarks; the folder to replay is BENCH=PATH (default: this one), CHECKOUTS=FOLDER as below
#   make docs         write the generated texts anew (settings, help, schema)
#   make test-lowest  the tests with the lowest versions that pyproject.toml allows
#   make models       train the workspace's models that ship anew, from CHECKOUTS=FOLDER (see models/README.md)
#   make completion-model  train the completion model on, from CHECKOUTS=FOLDER, for TOKENS=40e6 more
#   make size         what a plain installation weighs
#   make clean        remove what these made

# The first Python that is new enough and can make environments; say PYTHON=… for another.
SUITABLE := import sys, ensurepip; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11 python; do \
	"$$name" -c '$(SUITABLE)' 2>/dev/null && { echo "$$name"; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
BENCH ?= .
CHECKOUTS ?= checkouts
FAMILIES := python javascript go
# The completion model's shape (see beast_lsp/training/completion/decoder.py), and how many tokens it sees in this
# run: at the full rate, and then while the rate falls.
SHAPE ?= 4m
TOKENS ?= 40e6
ANNEAL ?= 4e6
STAGE = $(BIN)/python -m beast_lsp.training.completion
RUN := build/completion/$(SHAPE)
TOKENIZER := models/completion.tokenizer.json
RESUME := models/resume/completion-$(SHAPE).npz

.PHONY: demo test check bench docs models completion-model embedding keep-predictor test-lowest size clean

demo: $(VENV)/.plain
	$(BIN)/beast-lsp demo .

# The recorder is tried in the tests' own process on code that may close any file by its number, such as the one by
# which a process that shares the work is told what to do.
test: $(VENV)/.test
	$(BIN)/python -m pytest -q --numprocesses auto --dist loadfile --ignore tests/guest/record
	$(BIN)/python -m pytest -q tests/guest/record

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q tests/test_structure.py
	$(BIN)/python -m beast_lsp.cli.docs --check

bench: $(VENV)/.bench
	for name in initialize did_change $(if $(wildcard models/completion.onnx),completion_model); do \
		echo "== $$name"; $(BIN)/python tests/benchmarks/$$name.py || exit 1; done
	for name in latency identifiers conformity style_recovery ksr index_million; do \
		echo "== $$name"; $(BIN)/python tests/benchmarks/$$name.py $(BENCH) || exit 1; done
	$(if $(wildcard $(CHECKOUTS)),$(BIN)/python tests/benchmarks/retrieval.py $(CHECKOUTS))
	$(BIN)/beast-lsp bench --ablate $(BENCH)

docs: $(VENV)/.plain
	$(BIN)/python -m beast_lsp.cli.docs

# Built by hand, not in $(VENV): the versions are meant to be old, and the installation is not editable.
test-lowest: build/lowest/.installed
	build/lowest/bin/python -m pytest -q

# Resumes: a repository that was replayed already is not replayed again. More OpenMP threads only wait for each other.
models: $(VENV)/.train
	mkdir -p build/priors build/replays
	for family in $(FAMILIES); do \
		$(BIN)/python -m beast_lsp.training.prior $(CHECKOUTS) $$family build/priors/prior-$$family.npz --without-replayed && \
		$(BIN)/python -m beast_lsp.training.prior $(CHECKOUTS) $$family models/prior-$$family.npz && \
		$(BIN)/python -m beast_lsp.training.replays $(CHECKOUTS) build/priors build/replays --family $$family \
		|| exit 1; done
	OMP_NUM_THREADS=1 $(BIN)/python -m beast_lsp.training.calibrator build/replays models/workspace-calibrator.onnx
	$(BIN)/python -m beast_lsp.training.manifest models

# The embedding that ranks pieces of other files; from what completion-model collected.
embedding: $(VENV)/.train
	$(BIN)/python -m beast_lsp.training.pairs build/completion/collected build/pairs
	OMP_NUM_THREADS=1 $(BIN)/python -m beast_lsp.training.embedding build/pairs models/embedding.npz
	$(BIN)/python -m beast_lsp.training.manifest models

# Resumes, here and on another machine: what was collected is kept, and training goes on from the newest weights.
completion-model: $(VENV)/.train
	$(STAGE).collect $(CHECKOUTS) build/completion/collected
	test -f $(TOKENIZER) || $(STAGE).tokenizer build/completion/collected $(TOKENIZER)
	$(STAGE).pack build/completion/collected $(TOKENIZER) build/completion/packed models/resume/completion-corpus.json
	$(STAGE).train build/completion/packed $(RUN) --size $(SHAPE) --tokens $(TOKENS) $(if $(wildcard $(RESUME)),--resume $(RESUME))
	cp $(RUN)/weights.npz $(RESUME)
	$(STAGE).train build/completion/packed $(RUN) --size $(SHAPE) --anneal $(ANNEAL)
	$(STAGE).export $(RUN)/annealed.npz $(TOKENIZER) models
	$(STAGE).evaluate build/completion/packed/validation $(RUN)/annealed.npz models --output $(RUN)/metrics.json
	$(STAGE).card $(RUN) $(RUN)/metrics.json models/resume/completion-corpus.json models/completion.md

# Judges the candidates of both models; after a new completion model. Resumes as `models` does.
keep-predictor: $(VENV)/.train
	for family in $(FAMILIES); do \
		$(BIN)/python -m beast_lsp.training.replays $(CHECKOUTS) build/priors build/judged --family $$family --cases 5 \
		--model models || exit 1; done
	OMP_NUM_THREADS=1 $(BIN)/python -m beast_lsp.training.calibrator build/judged models/keep-predictor.onnx --trees 100 \
		--calibrator models
	$(BIN)/python -m beast_lsp.training.manifest models

size: $(VENV)/.plain
	rm -rf build/size
	$(BIN)/python -m pip install --quiet --target build/size .
	du -sm build/size build/size/beast_lsp/models

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(VENV)/.made:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later with venv is needed; say make PYTHON=/path/to/it"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	touch $@

# Each set of packages leaves a stamp, so that the next run starts at once.
$(VENV)/.plain: $(VENV)/.made pyproject.toml
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

$(VENV)/.test $(VENV)/.dev $(VENV)/.bench $(VENV)/.train: $(VENV)/.%: $(VENV)/.made pyproject.toml
	$(BIN)/python -m pip install --quiet --editable '.[$*]'
	touch $@ $(VENV)/.plain

build/lowest/.installed: pyproject.toml tests/lowest.py
	rm -rf build/lowest
	$(PYTHON) -m venv build/lowest
	$(PYTHON) tests/lowest.py > build/lowest/constraints.txt
	build/lowest/bin/python -m pip install --quiet --constraint build/lowest/constraints.txt --editable '.[test]'
	touch $@
