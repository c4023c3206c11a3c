# shellcheck shell=bash
# A stack for a check: a MiniStack, a table with a sample of all countries, and the plain listener,
# all on free ports of 127.0.0.1. It is sourced after lib.sh, and starts nothing by itself; whatever
# was started is stopped by its id when the shell ends, however it ends.

readonly SAMPLE_ROWS=20000
readonly READY_WAIT_S=30

# Those that run: what was waited for is not among them, because its id may be another's by now.
running=()
stop_all() {
    local pid
    trap '' INT TERM
    for pid in "${running[@]}"; do
        kill -TERM "$pid" 2>/dev/null || true
    done
    for pid in "${running[@]}"; do
        wait "$pid" 2>/dev/null || true
    done
}
trap stop_all EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

free_port() {
    "$aws_python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

wait_for_line() { # FILE PATTERN PID: the first line that matches, of a process that still runs
    local deadline=$((SECONDS + READY_WAIT_S))
    until grep -m 1 -- "$2" "$1"; do
        if ((SECONDS >= deadline)) || ! kill -0 "$3" 2>/dev/null; then
            cat "$1" >&2
            fail "no line with '$2' in $1 within $READY_WAIT_S s"
        fi
        sleep 0.1
    done
}

require_programs() { # FOLDER
    local name
    for name in voucher-etl voucher-api; do
        [[ -x $1/$name ]] || fail "$1/$name is missing: build it with 'make build'"
    done
}

# Starts it in the shell that calls, with the programs of a folder, its files in another, and what
# the listener logs of requests in a file. Sets `api`, the listener's id, and `url`, its address.
start_stack() { # BINARIES STATE LINES
    local binaries=$1 state=$2 lines=$3 port
    aws_python=$(scripts/install)
    port=$(free_port)
    export AWS_ENDPOINT_URL=http://127.0.0.1:$port
    localstack/ministack "$port" "$state/ministack" >"$state/ministack.log" 2>&1 &
    running+=("$!")
    "$aws_python" -B localstack/health.py "$AWS_ENDPOINT_URL" --within "$READY_WAIT_S" ||
        fail "MiniStack did not become healthy: see $state/ministack.log"
    {
        localstack/env "$aws_python" -B localstack/seed.py
        "$binaries/voucher-etl" sample --rows "$SAMPLE_ROWS" --seed 7 --out "$state/sample.parquet"
        localstack/env "$binaries/voucher-etl" run --s3path "$state/sample.parquet"
    } >"$state/publish.log" 2>&1 || { cat "$state/publish.log" >&2; fail "the sample could not be published"; }

    # What is looked at is what it answers, not how soon a busy machine lets it.
    DEADLINE_MS=20000 DYNAMODB_ATTEMPT_TIMEOUT_MS=6000 DYNAMODB_CONNECT_TIMEOUT_MS=6000 \
        localstack/env "$binaries/voucher-api" --listen 127.0.0.1:0 >>"$lines" 2>"$state/api.log" &
    api=$!
    running+=("$api")
    url=$(wait_for_line "$state/api.log" 'listening on http://127' "$api")
    url=${url##* }
}
