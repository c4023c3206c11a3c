# The commands of this repository. `make help` lists them; README and docs/ show them at work.
#
# Values that a caller gives (COUNTRY, S3PATH, …) reach the scripts as environment variables and
# are never pasted into a command, so blanks, quotes, `$` and `*` in them stay what they are.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules --no-print-directory

ifeq ($(filter oneshell,$(.FEATURES)),)
$(error GNU make 4 or newer is needed, this is $(MAKE_VERSION): install it (macOS: brew install make, then gmake))
endif

# COUNTRY is `$given_COUNTRY` in a recipe, and so on. `value` reads them without expanding them;
# unexported, make does not expand them either.
given := COUNTRY S3PATH RULES ARGS FILE TO ARCH LISTEN FUZZ_REQUESTS FUZZ_SEED HISTORY
given += ROUNDS SEED ROUND JOBS FILES SECONDS_EACH SERVER
unexport $(given)
$(foreach name,$(given),$(eval export given_$(name) := $$(value $(name))))
export LIVE ?=
WITH_CLUSTER ?=

# Absolute, because cargo runs the tests of each crate in that crate's folder.
absolute = $(if $(filter /%,$(1)),$(1),$(CURDIR)/$(1))
override export CARGO_TARGET_DIR := $(call absolute,$(or $(value CARGO_TARGET_DIR),target))
override export VOUCHER_LOCAL_DIR := $(call absolute,$(or $(value VOUCHER_LOCAL_DIR),.local))

# The engine of `cluster` is ten times the rest: it has targets of its own, and the features that it
# asks of common dependencies stay out of the lean programs. Who checks all of it anyway has less to
# build with it among the others.
usual_crates := --workspace$(if $(filter 1,$(WITH_CLUSTER)),, --exclude voucher-etl-cluster)
# Twice as many tests as cores at once: most of them wait for servers.
ifndef RUST_TEST_THREADS
export RUST_TEST_THREADS := $(shell expr 2 '*' "$$(getconf _NPROCESSORS_ONLN)")
endif
# A test that forgets to start its own server reaches none: not that of `up`, not an account.
run_tests = env -u LIVE AWS_ENDPOINT_URL=http://127.0.0.1:1 localstack/env cargo test --locked
cargo_deny = scripts/tool cargo-deny cargo-deny --locked --all-features check
release = cargo build --release --locked

# Every target is a command, whatever files are there.
.PHONY: $(shell sed -n 's/^\([a-z0-9-]*\):.*/\1/p' Makefile) cargo-deny cargo-cyclonedx

##@ Run
help: ## List the targets and variables
	@scripts/help

# One by one, as whoever needs one of them builds it: together they share the features of what they
# depend on, and most of that would be built again.
build: rust ## Build the release binaries voucher-etl and voucher-api
	@$(release) -p voucher-etl
	@$(release) -p voucher-api

etl: ## Run the ETL: COUNTRY, S3PATH, RULES, ARGS
	@exec ./voucher --make etl
lookup: ## Show the published table of COUNTRY
	@exec ./voucher --make lookup
put: ## Upload FILE to TO, an s3:// object or a folder that ends in /
	@exec ./voucher --make put
api-local: ## Serve the API on LISTEN, by default 127.0.0.1:9000, until Ctrl-C
	@exec ./voucher --make api

##@ Cluster
build-cluster: rust ## Build the release binary voucher-etl-cluster; takes twenty minutes from cold
	@$(release) -p voucher-etl-cluster
cluster-up: build-cluster ## Start a scheduler and two executors on this machine, REST API on port 8080
	@cluster/up
cluster-down: ## Stop what `make cluster-up` started
	@cluster/down
etl-cluster: ## Run the ETL on the cluster: COUNTRY, S3PATH, RULES, ARGS
	@exec ./voucher --make etl-cluster
count-sql: rust ## Write cluster/count.sql, what is counted by the default rules, as SQL; a test fails while it differs
	@scripts/write cluster/count.sql cargo run --quiet --locked -p voucher-etl-cluster -- run --print-sql

cluster-check: rust ## Check and test the cluster's crate; takes a quarter of an hour from cold
	@scripts/install >/dev/null
	cargo build --locked -p voucher-etl -p voucher-api
	cargo clippy --locked -p voucher-etl-cluster --all-targets -- -D warnings
	$(run_tests) -p voucher-etl-cluster

##@ Measure
bench: rust ## Measure the ETL beside its peers, HISTORY=FILE too, and write it to docs/benchmarks.md; takes half an hour
	@bench/etl/run $${given_HISTORY:+--history "$$given_HISTORY"}
bench-smoke: rust ## Run make bench's quick peers once on a small file: it works, and they count as we do; writes nothing
	@bench/etl/run --smoke
bench-cluster: rust ## Measure the cluster beside voucher-etl and write it to docs/scale.md; takes 10 minutes
	@bench/cluster/run
bench-api: zip ## Measure the API and write it to docs/benchmarks.md; takes minutes
	@bench/api/run

##@ Lambda
zip: rust ## Build and check the Lambda, .local/dist/ARCH/voucher-api.zip
	@ARCH=$$given_ARCH api/packaging/zip

##@ Release
dist: cargo-cyclonedx ## Build what a release consists of, .local/dist/ARCH/release: zip, tarball, SBOMs, checksums
	@ARCH=$$given_ARCH infra/packaging/dist
manual: rust ## Write man pages and completions of both programs, .local/manual
	@cargo run --quiet --locked -p voucher-manual -- "$$VOUCHER_LOCAL_DIR/manual"

##@ Deploy
sam-build: rust ## Build what infra/template.yaml describes, .local/dist/ARCH/sam, by sam build without Docker
	@ARCH=$${given_ARCH:-x86_64} infra/build >/dev/null
sam-local: up zip ## Hand infra/events/ to the Lambda by sam local invoke; without Docker under AWS's emulator
	@infra/sam-local
sam-local-api: up build ## Serve the Lambda on LISTEN, by default 127.0.0.1:3000, by sam local start-api
	@LISTEN=$$given_LISTEN infra/sam-local api
deploy-local: up zip ## Deploy infra/template.yaml to the local AWS, publish the sample, ask through API Gateway
	@infra/deploy-local

deploy: rust ## Deploy infra/template.yaml to the AWS account of your environment; sam asks for each parameter: ARCH
	@built=$$(ARCH=$${given_ARCH:-x86_64} infra/build); \
	exec infra/sam deploy --guided --template-file "$$built/template.yaml" --config-file "$$PWD/infra/samconfig.toml"

##@ Local AWS
up: ## Start and seed the local AWS: LocalStack with Docker, MiniStack without
	@./voucher up
down: ## Stop what `make up` started; its data stays
	@localstack/down
sample: ## Make the sample history, .local/sample.parquet, anew for each new binary
	@./voucher sample

##@ Check
# Tests end to end wait for their servers, the others for a core: side by side they are done sooner,
# and the latter give way. `cargo test` without `--test` leaves the former out, by tests/Cargo.toml.
# Not with the cluster's tests: executors that get no core are taken for dead.
test: test-setup ## Run every test; they start and stop servers of their own
	@$(MAKE) --jobs=$(if $(filter 1,$(WITH_CLUSTER)),1,2) --keep-going test-units test-end-to-end
test-units:
	nice $(run_tests) $(usual_crates)
test-end-to-end:
	$(run_tests) $(usual_crates) --test behaviours --test torture
e2e: e2e-server test-setup ## Run the end-to-end tests alone, against SERVER
	@VOUCHER_CRATES="$(usual_crates)" tests/e2e/run "$${given_SERVER:-ministack}"

# Before what takes minutes.
e2e-server:
	@tests/e2e/run --fetch "$${given_SERVER:-ministack}"

# Programs and tests in one go: alone, programs have fewer features of what they depend on, and
# most of that would be built twice.
test-setup: rust
	@scripts/install >/dev/null
	@scripts/install writers tests/writers/requirements.txt >/dev/null
	@localstack/emulator --fetch
	cargo build --locked $(usual_crates) --bins --tests

browser-test: test-setup ## Look at the console, reports and profiles by a browser, on servers of its own; takes 5 minutes
	@tests/console/run
pictures: test-setup ## Write docs/pictures/ anew: the console, a report and a profile at two widths
	@tests/console/run pictures

torture: test-setup ## Disturb and kill runs and rollbacks, ROUNDS times, while the API is asked: SEED, ROUND, JOBS; takes half an hour
	TORTURE_ROUNDS=$${given_ROUNDS:-700} TORTURE_SEED=$$given_SEED TORTURE_ROUND=$$given_ROUND \
		TORTURE_JOBS=$$given_JOBS $(run_tests) $(usual_crates) --test torture -- --nocapture

writers: test-setup ## Count what every writer makes of made-up events, Spark too, and write it to docs/what-is-read-how.md; takes 10 minutes
	@scripts/need java
	@rm -rf "$$VOUCHER_LOCAL_DIR/writers"
	VOUCHER_WRITERS=$$VOUCHER_LOCAL_DIR/writers $(run_tests) -p voucher-tests --test behaviours -- --ignored by_all_writers
	@"$$(scripts/install writers tests/writers/requirements.txt)" -B tests/writers/page.py "$$VOUCHER_LOCAL_DIR/writers"

fuzz: rust ## Give the ETL files with something wrong: FILES, SEED; what ends badly is kept in .local/mutants
	@cargo build --quiet --locked -p voucher-mutants
	@"$$CARGO_TARGET_DIR/debug/voucher-mutants" --files "$${given_FILES:-100000}" --seed "$${given_SEED:-1}" \
		--keep "$$VOUCHER_LOCAL_DIR/mutants"

fuzz-targets: rust ## Run each libFuzzer target for SECONDS_EACH seconds
	@scripts/need c++
	@tests/fuzz/run "$${given_SECONDS_EACH:-60}"

fuzz-api: build ## Hold the API against its own document: FUZZ_REQUESTS, FUZZ_SEED; takes minutes
	@FUZZ_REQUESTS=$$given_FUZZ_REQUESTS FUZZ_SEED=$$given_FUZZ_SEED tests/fuzz-api/run
clients-test: build ## Generate clients from the API's document, check their types, ask for everything; needs Node 20
	@tests/clients/run
openapi: rust ## Write api/openapi.json as the types have it; a test fails while they differ
	@scripts/write api/openapi.json cargo run --quiet --locked -p voucher-api --example openapi

schema: rust ## Write the schemas etl/*.schema.json as the types have them; tests fail while they differ
	@scripts/write etl/run-report.schema.json cargo run --quiet --locked -p voucher-report --example schema -- run
	@scripts/write etl/profile.schema.json cargo run --quiet --locked -p voucher-report --example schema -- profile
	@scripts/write etl/report.schema.json cargo run --quiet --locked -p voucher-report --example schema -- report

lint: cargo-deny ## Check format, clippy, docs, and the dependencies' licences, sources and TLS stack
	cargo fmt --all --check
	cargo clippy --locked $(usual_crates) --all-targets -- -D warnings
	cargo clippy --locked $(usual_crates) --test behaviours --test torture -- -D warnings
	RUSTDOCFLAGS=-Dwarnings cargo doc --locked $(usual_crates) --no-deps --document-private-items
	$(cargo_deny) bans licenses sources

lint-docs: ## Check the links between all pages, to files and to headings, without the network
	@docs/check
lint-api: ## Check api/openapi.json by redocly and spectral; needs Node 20
	@api/lint/check
lint-infra: ## Check infra/template.yaml: cfn-lint, sam validate, checkov, who may do what, sam build
	@infra/check
lint-containers: build ## Check Dockerfile and docker-compose.yml, and run the images' programs, without an engine; Linux only
	@infra/containers/check
lint-workflows: ## Check .github/workflows/: their schema, their scripts, what an attacker could use; and all shell scripts
	@.github/check
advisories: cargo-deny ## Check for known vulnerabilities; needs the way to the RustSec database
	$(cargo_deny) advisories
clean: down cluster-down ## Stop the local AWS; remove .local and what cargo built here
	@scripts/clean

rust:
	@scripts/need cargo cc
cargo-deny cargo-cyclonedx: rust
	@scripts/tool $@
