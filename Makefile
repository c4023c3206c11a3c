# The commands of this repository. `make help` lists them; README and docs/ show them at work.
#
# Values that a caller gives (COUNTRY, S3PATH, …) reach the recipes as environment variables and
# are never pasted into a command, so blanks, quotes, `$` and `*` in them stay what they are.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules --no-print-directory

ifeq ($(filter oneshell,$(.FEATURES)),)
$(error GNU make 4 or newer is needed, this is $(MAKE_VERSION): install it (macOS: brew install make, then gmake))
endif

# --- What a caller gives -----------------------------------------------------------------------

# `value` reads them without expanding them; unexported, make does not expand them either.
unexport COUNTRY S3PATH RULES ARGS FILE TO ARCH LISTEN FUZZ_REQUESTS FUZZ_SEED HISTORY
unexport ROUNDS SEED ROUND JOBS FILES SECONDS_EACH SERVER
export given_country := $(value COUNTRY)
export given_s3path := $(value S3PATH)
export given_rules := $(value RULES)
export given_args := $(value ARGS)
export given_file := $(value FILE)
export given_to := $(value TO)
export given_arch := $(value ARCH)
export given_listen := $(value LISTEN)
export given_fuzz_requests := $(value FUZZ_REQUESTS)
export given_fuzz_seed := $(value FUZZ_SEED)
export given_history := $(value HISTORY)
export given_rounds := $(value ROUNDS)
export given_seed := $(value SEED)
export given_round := $(value ROUND)
export given_jobs := $(value JOBS)
export given_files := $(value FILES)
export given_seconds_each := $(value SECONDS_EACH)
export given_server := $(value SERVER)
export LIVE ?=
WITH_CLUSTER ?=

# Absolute, because cargo runs the tests of each crate in that crate's folder.
absolute = $(if $(filter /%,$(1)),$(1),$(CURDIR)/$(1))
given_target := $(value CARGO_TARGET_DIR)
given_local := $(value VOUCHER_LOCAL_DIR)
override export CARGO_TARGET_DIR := $(call absolute,$(or $(given_target),target))
override export VOUCHER_LOCAL_DIR := $(call absolute,$(or $(given_local),.local))

# --- What the recipes share --------------------------------------------------------------------

# The engine of `cluster` is ten times the rest: it has targets of its own, and the features that it
# asks of common dependencies stay out of the lean programs. Who checks all of it anyway has less to
# build with it among the others.
usual_crates := --workspace$(if $(filter 1,$(WITH_CLUSTER)),, --exclude voucher-etl-cluster)
crates := voucher-segments voucher-storage voucher-etl voucher-api voucher-manual voucher-tests voucher-mutants voucher-floor voucher-distance voucher-etl-cluster
deny_version := 0.20.2
deny_root := tools/cargo-deny-$(deny_version)
cyclonedx_version := 0.5.9
cyclonedx_root := tools/cargo-cyclonedx-$(cyclonedx_version)
fuzz_version := 0.13.2
fuzz_root := tools/cargo-fuzz-$(fuzz_version)
fuzz_targets := footer page column rules state body

# Of a VOUCHER_LOCAL_DIR that a caller named, `clean` removes these and nothing else.
local_files := venv tools dist manual bench e2e fuzz-api mutants writers ministack ministack.log cluster sample.parquet sample.parquet.part *.lock

# What a command that talks to AWS needs before it runs. Only LIVE=1 leaves the local AWS.
stack := $(if $(filter 1,$(LIVE)),build,up)
voucher_etl = localstack/env "$$CARGO_TARGET_DIR/release/voucher-etl"
# Ours first, else the one on PATH if its version is right.
cargo_deny = PATH="$$VOUCHER_LOCAL_DIR/$(deny_root)/bin:$$PATH" cargo-deny
# A test that forgets to start its own server reaches none: not that of `up`, not an account.
run_tests = env -u LIVE AWS_ENDPOINT_URL=http://127.0.0.1:1 localstack/env cargo test --locked

# Sets the array `flags` from COUNTRY and ARGS. xargs takes quotes in ARGS as a shell does, and
# expands nothing.
define flags_of_caller
flags=(); \
IFS=, read -ra countries <<<"$$given_country"; \
for country in "$${countries[@]}"; do flags+=(--country "$$country"); done; \
if [[ $$given_args == *[![:space:]]* ]]; then \
	words=$$(xargs printf '%s\n' <<<"$$given_args"); \
	mapfile -t -O "$${#flags[@]}" flags <<<"$$words"; \
fi
endef

# $(call need,COMMAND,how to get it)
need = @command -v $(1) >/dev/null || { echo "error: $(1) is missing: $(2)" >&2; exit 1; }
define need_rust
$(call need,cargo,install Rust from https://rustup.rs and open a new shell)
$(call need,cc,install a C compiler (Debian, Ubuntu: apt-get install build-essential; macOS: xcode-select --install))
endef

##@ Run

.PHONY: help build etl lookup put api-local
help: ## List the targets and variables
	@awk -F ':.*## ' '\
		/^##@ / { printf "\n%s\n", substr($$0, 5) } \
		/^[a-z0-9-]+:.*## / { printf "  %-15s %s\n", $$1, $$2 } \
		/^#: / { print "  " substr($$0, 4) }' Makefile

build: ## Build the release binaries voucher-etl and voucher-api
	$(need_rust)
	@cargo build --release --locked -p voucher-etl -p voucher-api

etl: $(stack) ## Run the ETL: COUNTRY, S3PATH, RULES, ARGS
	@$(flags_of_caller); \
	if [[ $$LIVE == 1 && -z $$given_s3path ]]; then \
		echo "error: LIVE=1 reads from your account: name the input with S3PATH=s3://…" >&2; exit 2; \
	fi; \
	[[ -z $$given_rules ]] || flags=(--rules "$$given_rules" "$${flags[@]}"); \
	exec $(voucher_etl) run --s3path "$${given_s3path:-s3://voucher-selector/sample/}" "$${flags[@]}"

lookup: $(stack) ## Show the published table of COUNTRY
	@$(flags_of_caller); \
	if [[ -z $$given_country ]]; then \
		echo "error: name a country: make lookup COUNTRY=Peru" >&2; exit 2; \
	fi; \
	exec $(voucher_etl) lookup "$${flags[@]}"

put: $(filter up,$(stack)) ## Upload FILE to TO, an s3:// object or a folder that ends in /
	@if [[ -z $$given_file || -z $$given_to ]]; then \
		echo "error: name both: make put FILE=history.parquet TO=s3://voucher-selector/history/" >&2; exit 2; \
	fi; \
	exec localstack/put "$$given_file" "$$given_to"

api-local: $(stack) ## Serve the API on LISTEN, by default 127.0.0.1:9000, until Ctrl-C
	@exec localstack/env "$$CARGO_TARGET_DIR/release/voucher-api" --listen "$${given_listen:-127.0.0.1:9000}"

##@ Cluster

.PHONY: build-cluster cluster-up cluster-down etl-cluster count-sql cluster-check
build-cluster: ## Build the release binary voucher-etl-cluster; takes twenty minutes from cold
	$(need_rust)
	@cargo build --release --locked -p voucher-etl-cluster

cluster-up: build-cluster ## Start a scheduler and two executors on this machine, REST API on port 8080
	@cluster/up

cluster-down: ## Stop what `make cluster-up` started
	@cluster/down

etl-cluster: $(stack) cluster-up ## Run the ETL on the cluster: COUNTRY, S3PATH, RULES, ARGS
	@$(flags_of_caller); \
	if [[ $$LIVE == 1 && -z $$given_s3path ]]; then \
		echo "error: LIVE=1 reads from your account: name the input with S3PATH=s3://…" >&2; exit 2; \
	fi; \
	[[ -z $$given_rules ]] || flags=(--rules "$$given_rules" "$${flags[@]}"); \
	exec localstack/env "$$CARGO_TARGET_DIR/release/voucher-etl-cluster" run \
		--scheduler "df://127.0.0.1:$${CLUSTER_PORT:-50050}" \
		--s3path "$${given_s3path:-s3://voucher-selector/sample/}" "$${flags[@]}"

count-sql: ## Write cluster/count.sql, what is counted by the default rules, as SQL; a test fails while it differs
	$(need_rust)
	@cargo run --quiet --locked -p voucher-etl-cluster -- run --print-sql >cluster/count.sql.part
	@mv cluster/count.sql.part cluster/count.sql

cluster-check: ## Check and test the cluster's crate; takes a quarter of an hour from cold
	$(need_rust)
	@scripts/install >/dev/null
	cargo build --locked -p voucher-etl -p voucher-api
	cargo clippy --locked -p voucher-etl-cluster --all-targets -- -D warnings
	$(run_tests) -p voucher-etl-cluster

##@ Measure

.PHONY: bench bench-smoke bench-cluster bench-api
bench: build ## Measure the ETL beside its peers, HISTORY=FILE too, and write it to docs/benchmarks.md; takes half an hour
	@cargo build --release --locked -p voucher-floor -p voucher-distance
	@flags=(); \
	[[ -z $$given_history ]] || flags=(--history "$$given_history"); \
	bench/etl/run "$${flags[@]}"

bench-smoke: build ## Run make bench's quick peers once on a small file: it works, and they count as we do; writes nothing
	@cargo build --release --locked -p voucher-floor
	@bench/etl/run --smoke

bench-cluster: build build-cluster ## Measure the cluster beside voucher-etl and write it to docs/scale.md; takes 10 minutes
	@bench/cluster/run

bench-api: build zip ## Measure the API and write it to docs/benchmarks.md; takes minutes
	@bench/api/run

##@ Lambda

.PHONY: zip
zip: ## Build and check the Lambda, .local/dist/ARCH/voucher-api.zip
	$(need_rust)
	@ARCH=$$given_arch api/packaging/zip

##@ Release

.PHONY: dist manual cargo-cyclonedx
dist: cargo-cyclonedx ## Build what a release consists of, .local/dist/ARCH/release: zip, tarball, SBOMs, checksums
	@PATH="$$VOUCHER_LOCAL_DIR/$(cyclonedx_root)/bin:$$PATH" ARCH=$$given_arch infra/packaging/dist

manual: ## Write man pages and completions of both programs, .local/manual
	$(need_rust)
	@cargo run --quiet --locked -p voucher-manual -- "$$VOUCHER_LOCAL_DIR/manual"

cargo-cyclonedx:
	$(need_rust)
	@if [[ ! -x $$VOUCHER_LOCAL_DIR/$(cyclonedx_root)/bin/cargo-cyclonedx ]]; then \
		cargo install --locked cargo-cyclonedx --version $(cyclonedx_version) \
			--root "$$VOUCHER_LOCAL_DIR/$(cyclonedx_root)" --target-dir "$$CARGO_TARGET_DIR/cargo-cyclonedx"; \
	fi

##@ Deploy

.PHONY: sam-build sam-local sam-local-api deploy-local deploy
sam-build: ## Build what infra/template.yaml describes, .local/dist/ARCH/sam, by sam build without Docker
	$(need_rust)
	@ARCH=$${given_arch:-x86_64} infra/build >/dev/null

sam-local: up zip ## Hand infra/events/ to the Lambda by sam local invoke; without Docker under AWS's emulator
	@infra/sam-local

sam-local-api: up ## Serve the Lambda on LISTEN, by default 127.0.0.1:3000, by sam local start-api
	@LISTEN=$$given_listen infra/sam-local api

deploy-local: up zip ## Deploy infra/template.yaml to the local AWS, publish the sample, ask through API Gateway
	@python=$$(scripts/install infra infra/requirements.txt); \
	exec localstack/env "$$python" -B infra/deploy_local.py \
		"$$VOUCHER_LOCAL_DIR/dist/x86_64/voucher-api.zip" "$$CARGO_TARGET_DIR/release/voucher-etl"

deploy: ## Deploy infra/template.yaml to the AWS account of your environment; sam asks for each parameter: ARCH
	$(need_rust)
	@built=$$(ARCH=$${given_arch:-x86_64} infra/build); \
	exec infra/sam deploy --guided --template-file "$$built/template.yaml" \
		--config-file "$$PWD/infra/samconfig.toml"

##@ Local AWS

.PHONY: up down sample
up: sample ## Start and seed the local AWS: LocalStack with Docker, MiniStack without
	@localstack/up

down: ## Stop what `make up` started; its data stays
	@localstack/down

sample: build ## Make the sample history, .local/sample.parquet, anew for each new binary
	@etl=$$CARGO_TARGET_DIR/release/voucher-etl; sample=$$VOUCHER_LOCAL_DIR/sample.parquet; \
	if [[ ! $$sample -nt $$etl ]]; then \
		mkdir -p "$$VOUCHER_LOCAL_DIR"; \
		"$$etl" sample --rows 200000 --seed 7 --codec gzip --out "$$sample.part"; \
		mv "$$sample.part" "$$sample"; \
	fi

##@ Check

.PHONY: test e2e e2e-server test-setup torture writers fuzz fuzz-targets fuzz-api openapi schema lint lint-docs lint-infra lint-containers lint-workflows advisories cargo-deny clean
test: test-setup ## Run every test; they start and stop servers of their own
	$(run_tests) $(usual_crates)

e2e: e2e-server test-setup ## Run the end-to-end tests alone, against SERVER
	@VOUCHER_CRATES="$(usual_crates)" tests/e2e/run "$${given_server:-ministack}"

# Before what takes minutes.
e2e-server:
	@tests/e2e/run --fetch "$${given_server:-ministack}"

# Programs and tests in one go: alone, programs have fewer features of what they depend on, and
# most of that would be built twice.
test-setup:
	$(need_rust)
	@scripts/install >/dev/null
	@scripts/install writers tests/writers/requirements.txt >/dev/null
	@localstack/emulator --fetch
	cargo build --locked $(usual_crates) --bins --tests

browser-test: test-setup ## Look at the console, reports and profiles by a browser, on servers of its own; takes 5 minutes
	@tests/console/run

pictures: test-setup ## Write docs/pictures/ anew: the console, a report and a profile at two widths
	@tests/console/run pictures

torture: test-setup ## Disturb and kill runs and rollbacks, ROUNDS times, while the API is asked: SEED, ROUND, JOBS; takes half an hour
	TORTURE_ROUNDS=$${given_rounds:-700} TORTURE_SEED=$$given_seed TORTURE_ROUND=$$given_round \
		TORTURE_JOBS=$$given_jobs $(run_tests) $(usual_crates) --test torture -- --nocapture

writers: test-setup ## Count what every writer makes of made-up events, Spark too, and write it to docs/what-is-read-how.md; takes 10 minutes
	$(call need,java,PySpark needs Java 17 or newer (Debian, Ubuntu: apt-get install openjdk-17-jre-headless))
	@rm -rf "$$VOUCHER_LOCAL_DIR/writers"
	VOUCHER_WRITERS=$$VOUCHER_LOCAL_DIR/writers $(run_tests) -p voucher-tests --test behaviours -- --ignored by_all_writers
	@"$$(scripts/install writers tests/writers/requirements.txt)" -B tests/writers/page.py "$$VOUCHER_LOCAL_DIR/writers"

fuzz: ## Give the ETL files with something wrong: FILES, SEED; what ends badly is kept in .local/mutants
	$(need_rust)
	@cargo build --quiet --locked -p voucher-mutants
	@"$$CARGO_TARGET_DIR/debug/voucher-mutants" --files "$${given_files:-100000}" --seed "$${given_seed:-1}" \
		--keep "$$VOUCHER_LOCAL_DIR/mutants"

# Coverage is a flag of nightly compilers that stable ones have, too.
fuzz-targets: ## Run each libFuzzer target for SECONDS_EACH seconds
	$(need_rust)
	$(call need,c++,install a C++ compiler (Debian, Ubuntu: apt-get install g++))
	@if [[ ! -x $$VOUCHER_LOCAL_DIR/$(fuzz_root)/bin/cargo-fuzz ]]; then \
		cargo install --locked cargo-fuzz --version $(fuzz_version) \
			--root "$$VOUCHER_LOCAL_DIR/$(fuzz_root)" --target-dir "$$CARGO_TARGET_DIR/cargo-fuzz"; \
	fi
	@cargo run --quiet --locked -p voucher-mutants -- --corpus tests/fuzz/corpus
	@for target in $(fuzz_targets); do \
		RUSTC_BOOTSTRAP=1 PATH="$$VOUCHER_LOCAL_DIR/$(fuzz_root)/bin:$$PATH" cargo fuzz run --fuzz-dir tests/fuzz --dev --sanitizer none \
			--target-dir "$$CARGO_TARGET_DIR/fuzz" "$$target" -- \
			-max_total_time="$${given_seconds_each:-60}" -rss_limit_mb=512 -timeout=60 -print_final_stats=1; \
	done

fuzz-api: build ## Hold the API against its own document: FUZZ_REQUESTS, FUZZ_SEED; takes minutes
	@FUZZ_REQUESTS=$$given_fuzz_requests FUZZ_SEED=$$given_fuzz_seed tests/fuzz-api/run

openapi: ## Write api/openapi.json as the types have it; a test fails while they differ
	$(need_rust)
	@cargo run --quiet --locked -p voucher-api --example openapi >api/openapi.json.part
	@mv api/openapi.json.part api/openapi.json

schema: ## Write the schemas etl/*.schema.json as the types have them; tests fail while they differ
	$(need_rust)
	@cargo run --quiet --locked -p voucher-etl --example schema >etl/run-report.schema.json.part
	@mv etl/run-report.schema.json.part etl/run-report.schema.json
	@cargo run --quiet --locked -p voucher-etl --example profile_schema >etl/profile.schema.json.part
	@mv etl/profile.schema.json.part etl/profile.schema.json
	@cargo run --quiet --locked -p voucher-etl --example published_schema >etl/report.schema.json.part
	@mv etl/report.schema.json.part etl/report.schema.json

lint: cargo-deny ## Check format, clippy, docs, and the dependencies' licences, sources and TLS stack
	cargo fmt --all --check
	cargo clippy --locked $(usual_crates) --all-targets -- -D warnings
	RUSTDOCFLAGS=-Dwarnings cargo doc --locked $(usual_crates) --no-deps --document-private-items
	$(cargo_deny) --locked --all-features check bans licenses sources

lint-docs: ## Check the links between all pages, to files and to headings, without the network
	@docs/check

lint-infra: ## Check infra/template.yaml: cfn-lint, sam validate, checkov, who may do what, sam build
	@infra/check

lint-containers: build ## Check Dockerfile and docker-compose.yml, and run the images' programs, without an engine; Linux only
	@infra/containers/check

lint-workflows: ## Check .github/workflows/: their schema, their scripts, what an attacker could use
	@.github/check

advisories: cargo-deny ## Check for known vulnerabilities; needs the way to the RustSec database
	$(cargo_deny) --locked --all-features check advisories

# Without optimisation: it runs for seconds, and would be built for minutes.
cargo-deny:
	$(need_rust)
	@if [[ $$($(cargo_deny) --version 2>/dev/null) != "cargo-deny $(basename $(deny_version))."* ]]; then \
		cargo install --debug --locked cargo-deny --version $(deny_version) \
			--root "$$VOUCHER_LOCAL_DIR/$(deny_root)" --target-dir "$$CARGO_TARGET_DIR/cargo-deny"; \
	fi

clean: down cluster-down ## Stop the local AWS; remove .local and what cargo built here
	$(if $(given_local),cd "$$VOUCHER_LOCAL_DIR" && rm -rf $(local_files),rm -rf .local)
	$(if $(given_target),cargo clean --locked $(crates:%=-p %),rm -rf target)

##@ Variables
#: COUNTRY            countries, separated by commas: COUNTRY="Peru,Costa Rica"; none means all
#: S3PATH             s3:// object, prefix or glob, or a local path; default s3://voucher-selector/sample/
#: RULES              a rules file in place of crates/segments/rules.toml
#: ARGS               more flags for voucher-etl: ARGS="--dry-run --format json"
#: LISTEN             where make api-local listens, default 127.0.0.1:9000; make sam-local-api on 127.0.0.1:3000
#: ARCH               the machine of the Lambda and of a release: x86_64 (default) or arm64
#: HISTORY            a real history that make bench measures as well
#: FUZZ_REQUESTS      requests that make fuzz-api makes at least, default 100000
#: FUZZ_SEED          the seed of its first round, default 1; the same seed makes the same requests
#: ROUNDS             rounds of make torture, default 700
#: SEED               what make torture and make fuzz draw from, default 1
#: ROUND              one round of make torture again, by its number
#: JOBS               rounds of make torture at a time, default 2
#: FILES              files that make fuzz tries, default 100000
#: SERVER             what make e2e runs against: ministack (default), dynamodb-local, localstack or all
#: PYTHON313          the Python 3.13 of LocalStack without Docker, where none is found
#: SECONDS_EACH       seconds for each target of make fuzz-targets, default 60
#: LIVE               LIVE=1 uses the AWS account of your environment instead of the local AWS
#: AWS_ENDPOINT_URL   a local AWS that you started yourself
#: LOCAL_AWS_PORT     the port of ours, default 4566
#: WITH_CLUSTER       WITH_CLUSTER=1 has lint, test and what they need take the cluster's crate, too
#: CLUSTER_KILLS      executors that its tests kill in mid-run, default 20
#: CLUSTER_PORT       the port of the cluster's scheduler, default 50050; its executors take the next four
#: CLUSTER_REST_PORT  the port of its REST API, default 8080
#: CARGO_TARGET_DIR   where cargo builds, default target
#: VOUCHER_LOCAL_DIR  where the local AWS keeps its files, default .local
