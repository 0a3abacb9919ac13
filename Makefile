# hearken: every command a person needs. `make` alone lists them.

.DEFAULT_GOAL := help
.PHONY: help run build test test-all check unit integration deny fuzz fuzz-guided fuzz-keep page browser vendor deps demo bench bench-peers bench-instructions soak skew sim deb deb-arm64 deb-test release fmt clean

CARGO  ?= cargo
SEEDS  ?= 200
FUZZ_CASES ?= 200000
FUZZ_SECONDS ?= 120
ROUNDS ?= 3
ONLY   ?=
MINUTES ?= 60
STATE  ?= .run/state
MUSIC  ?= .run/music
LISTEN ?= 0.0.0.0:8642
VENDOR := static/vendor/vendor.js
STAGE  := tests/stage.sh

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(VENDOR) ## build and serve; with MUSIC=/path your own music, else a small demo library
	$(CARGO) build --release
	@test -d "$(MUSIC)" || python3 tests/fixtures/demo_library.py "$(MUSIC)"
	./target/release/hearken serve --listen $(LISTEN) --audio-dir "$(MUSIC)" --state-dir "$(STATE)" --trust-loopback

build: $(VENDOR) ## the release binary, target/release/hearken
	$(CARGO) build --release --locked

test: ## everything that must hold, in under 25 minutes; installs what it needs on Debian
	@$(STAGE) begin
	@$(STAGE) "needed packages"  tests/setup.sh test
	@$(STAGE) "page's library"   $(MAKE) --no-print-directory vendor
	@$(STAGE) "house rules"      $(MAKE) --no-print-directory check
	@$(STAGE) "unit, properties" $(MAKE) --no-print-directory unit
	@$(STAGE) "page's parts"     $(MAKE) --no-print-directory page
	@$(STAGE) "simulation"       $(MAKE) --no-print-directory sim
	@$(STAGE) "the real binary"  $(MAKE) --no-print-directory integration
	@$(STAGE) "real browsers"    $(MAKE) --no-print-directory browser
	@$(STAGE) end

test-all: test ## the same and the long ones
	HEARKEN_KILLS=100 $(CARGO) test --locked --test it -- power::
	$(CARGO) test --locked --test it -- --ignored
	SEEDS=2000 $(CARGO) test --test sim
	$(MAKE) --no-print-directory deb-test

check: $(VENDOR) ## formatting, lints, documentation, types of the page
	$(CARGO) fmt --check
	$(CARGO) clippy --all-targets --locked -- -D warnings
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --no-deps --document-private-items --locked --quiet
	cd static && npm run --silent check

unit: $(VENDOR) ## tests beside the code, property tests, house rules
	$(CARGO) test --locked --lib --test prop --test fuzz --test golden --test tidy

integration: $(VENDOR) ## tests that start the real binary, and take it down
	$(CARGO) build --locked
	$(CARGO) test --locked --test it

sim: $(VENDOR) ## a whole household in one process, SEEDS=200 times
	SEEDS=$(SEEDS) $(CARGO) test --locked --test sim

deny: ## licences, sources and packages of the tree by deny.toml: by cargo-deny if it is there, and by our own test
	@if $(CARGO) deny --version >/dev/null 2>&1; then $(CARGO) deny --offline check bans licenses sources; \
	else echo "cargo-deny is not installed: the same rules by tests/tidy"; fi
	$(CARGO) test --locked --test tidy dependencies

fuzz: $(VENDOR) ## broken input for every reader, FUZZ_CASES=200000 for each; TARGET=http_head for one, FUZZ_SEED=2 for others
	FUZZ_CASES=$(FUZZ_CASES) FUZZ_SEED=$(FUZZ_SEED) $(CARGO) test --locked --test fuzz -- --nocapture $(TARGET)

fuzz-guided: $(VENDOR) ## the same, looking for new ways through the code: FUZZ_SECONDS=120 for each; TARGET=http_head for one (docs/building.md)
	FUZZ_SECONDS=$(FUZZ_SECONDS) tests/fuzz/guided/run.sh $(TARGET)

fuzz-keep: $(VENDOR) ## of what fuzz-guided gathered, the few that reach most become seeds in tests/fuzz/corpus
	KEEP=1 tests/fuzz/guided/run.sh $(TARGET)

page: $(VENDOR) ## the page's parts in node
	node --test tests/js/*.test.mjs

browser: $(VENDOR) ## two and three real browsers against the real binary
	$(CARGO) build --locked
	cd tests/browser && npm ci --silent --no-audit --no-fund
	HEARKEN_BIN=$(CURDIR)/target/debug/hearken node --test --test-concurrency=1 --test-force-exit tests/browser/*.spec.mjs

bench: $(VENDOR) ## how fast beside nginx, NATS, MPD and others; ROUNDS=3, ONLY=fanout (no part of the tests)
	$(CARGO) build --release --locked --bin hearken --example load
	python3 tests/load/bench --rounds $(ROUNDS) --only "$(ONLY)"

bench-peers: ## install the peers of `make bench`, what can be had from Debian, npm and PyPI
	tests/load/peers.sh

bench-instructions: $(VENDOR) ## instructions of each hot path by valgrind: the trend that no busy machine disturbs
	tests/load/instructions.sh

soak: $(VENDOR) ## MINUTES=60 of 200 listeners who come and go: memory, threads, lost events
	tests/load/soak.sh $(MINUTES)

skew: $(VENDOR) ## how far apart browsers start and play, by recorded sound (no part of the tests)
	tests/setup.sh skew
	$(CARGO) build --locked
	cd tests/browser && npm ci --silent --no-audit --no-fund
	HEARKEN_BIN=$(CURDIR)/target/debug/hearken node tests/skew/skew.mjs

deb: $(VENDOR) ## the Debian package for this machine's architecture, in dist/
	packaging/build.sh

deb-arm64: $(VENDOR) ## the Debian package for the Raspberry Pi, in dist/ (docs/building.md)
	packaging/build.sh arm64

deb-test: deb ## install, use, upgrade, remove and purge the package in a fresh Debian; arm64 too, if it was built
	tests/setup.sh deb
	tests/packaging/deb.sh dist/hearken_*_$$(dpkg --print-architecture).deb
	@if ls dist/hearken_*_arm64.deb >/dev/null 2>&1; then tests/packaging/arm64.sh dist/hearken_*_arm64.deb; \
	else echo "skipped: no arm64 package (make deb-arm64)"; fi

release: ## both packages and their checksums, in dist/
	rm -rf dist
	$(MAKE) --no-print-directory deb deb-arm64
	cd dist && sha256sum *.deb >SHA256SUMS && cat SHA256SUMS

demo: ## make the demo library in .run/music
	python3 tests/fixtures/demo_library.py .run/music

vendor: $(VENDOR) ## what the page borrows, as one module (needs npm)

$(VENDOR): static/package-lock.json static/vendor-entry.js
	tests/setup.sh npm
	cd static && npm ci --silent --no-audit --no-fund && npm run --silent vendor
	@touch $@

deps: ## install what the tests need (Debian, as root or by sudo)
	tests/setup.sh test

fmt: ## format the code
	$(CARGO) fmt

clean: ## remove what was built, not what was remembered
	$(CARGO) clean
	rm -rf static/vendor static/node_modules tests/browser/node_modules
