# shellcheck shell=bash
# What the scripts of the repository share: where state lives, messages, the lock, whether a process
# is still the one we started, and whether Docker answers. It is sourced, and does nothing by itself.

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
local_dir=${VOUCHER_LOCAL_DIR:-$repository/.local}
[[ $local_dir == /* ]] || local_dir=$PWD/$local_dir

say() { printf '%s\n' "$*" >&2; }
fail() { say "error: $*"; exit 1; }

((BASH_VERSINFO[0] >= 5)) || fail "bash 5 or newer is needed, this is $BASH_VERSION (macOS: brew install bash)"

# Holds the lock on file $1 until this shell ends. The kernel keeps it on descriptor 9, so a
# killed holder leaves nothing behind; a server started meanwhile must not inherit it.
lock() {
    exec 9>"$1"
    "${2:-python3}" -c 'import fcntl; fcntl.flock(9, fcntl.LOCK_EX)'
}

# Prints something of process $1 that a later process with the same number does not share, its
# start time; fails if there is no such process, or only its unreaped remains.
birth_of() {
    local stat fields
    if [[ -d /proc/self ]]; then
        stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
        # The second field is the command in parentheses and may hold anything: read after it.
        read -ra fields <<<"${stat##*)}"
        [[ ${fields[0]} != [ZX] ]] || return 1
        printf '%s\n' "${fields[19]}"
    else
        stat=$(ps -o stat=,lstart= -p "$1" 2>/dev/null) || return 1
        read -ra fields <<<"$stat"
        [[ ${fields[0]} != Z* ]] || return 1
        printf '%s\n' "${fields[*]:1}"
    fi
}

readonly DOCKER_ANSWER_S=5

# Whether a Docker engine with compose answers; asked by the interpreter `$python`. An engine that
# hangs counts as one that does not answer.
docker_answers() { command -v docker >/dev/null && docker_does info && docker_does compose version; }

docker_does() {
    local run='import subprocess, sys; subprocess.run(sys.argv[2:], check=True, timeout=int(sys.argv[1]))'
    # shellcheck disable=SC2154 # the caller sets `python`
    "$python" -c "$run" "$DOCKER_ANSWER_S" docker "$@" </dev/null &>/dev/null
}
