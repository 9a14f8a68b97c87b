# Each target is a few plain cargo lines; scripts/setup first installs what is missing, if anything is.
# COMPNEUROVIS_SKIP_SETUP=1 leaves your machine as it is.

picture := target/demo/complex_cell.png
# Without -p: cargo then chooses the features of the whole workspace, as for the tests, and builds Bevy once.
demo := cargo run --locked --example complex_cell

# On Linux a window needs an X display (Wayland desktops have one too); HEADLESS=1 asks for a picture anyway.
ifeq ($(shell uname -s),Linux)
ifeq ($(DISPLAY),)
HEADLESS ?= 1
endif
endif

# What setup has made ready must be tested, not skipped. Set one to 0 to see it skipped.
ifneq ($(COMPNEUROVIS_SKIP_SETUP),1)
test: export COMPNEUROVIS_REQUIRE_NEURON := $(or $(COMPNEUROVIS_REQUIRE_NEURON),1)
test: export COMPNEUROVIS_REQUIRE_GPU := $(or $(COMPNEUROVIS_REQUIRE_GPU),1)
test: export COMPNEUROVIS_REQUIRE_PYTHON := $(or $(COMPNEUROVIS_REQUIRE_PYTHON),1)
endif

# Where numpy is kept for a python3 that has none: beside a fetched NEURON.
cache := $(or $(COMPNEUROVIS_CACHE),$(if $(XDG_CACHE_HOME),$(XDG_CACHE_HOME)/compneurovis,$(HOME)/.cache/compneurovis))
test setup: export COMPNEUROVIS_NUMPY := $(or $(COMPNEUROVIS_NUMPY),$(cache)/numpy)

first_build := @test -d target/debug || echo 'The first build takes about 20 minutes on two cores; later ones take seconds.'

.PHONY: help demo test lint bench setup

help:
	@echo 'make demo    a live cell in a window; a picture when there is no display, or with HEADLESS=1'
	@echo 'make test    every test, with NEURON, a Vulkan driver and numpy'
	@echo 'make lint    formatting, arrows between crates, clippy, documentation, licences'
	@echo 'make bench   the benchmarks and a report of them; a second, optimised build'
	@echo 'make setup   only install what the others need'

demo:
	@scripts/setup build run
	$(first_build)
ifeq ($(HEADLESS),1)
	@mkdir -p $(dir $(picture))
	$(demo) -- --headless $(picture)
	@echo 'The picture is in $(picture); where there is a display, make demo opens a window.'
else
	$(demo)
endif

test:
	@scripts/setup build test
	$(first_build)
	cargo test --workspace --locked

# clippy before doc: both want the dependencies checked, and the first one does it for both
lint:
	@scripts/setup build
	cargo fmt --all --check
	scripts/arrows
	cargo clippy --workspace --all-targets --locked -- -D warnings
	RUSTDOCFLAGS='-D warnings' cargo doc --workspace --no-deps --locked
	@if cargo deny --version >/dev/null 2>&1; then \
		set -x; cargo deny --locked check; \
	else \
		echo 'licences and advisories are not checked: cargo-deny is not installed'; \
	fi

bench:
	@scripts/setup build run
	cargo bench -p compneurovis-benches --locked
	scripts/bench_report target/criterion target/bench.md

setup:
	@scripts/setup build run test
