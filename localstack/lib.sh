# shellcheck shell=bash
# What the scripts of this folder share: what they started, and where a server may run that listens
# on every interface. It is sourced, and does nothing by itself.

# shellcheck source-path=SCRIPTDIR source=../scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../scripts/lib.sh"

# The MiniStack that `up` started: one line "pid port birth". Sets `ours_pid` and `ours_port` and
# succeeds if that very process still runs.
ministack_record=$local_dir/ministack.pid
# shellcheck disable=SC2034 # ours_port is read by `up` and `down`
ours_runs() {
    local birth
    ours_pid='' ours_port=''
    [[ -f $ministack_record ]] || return 1
    read -r ours_pid ours_port birth <"$ministack_record" || return 1
    [[ $ours_pid =~ ^[0-9]+$ && -n $birth && $(birth_of "$ours_pid") == "$birth" ]]
}

# Exists while `up` has the compose service running.
# shellcheck disable=SC2034 # read by `up` and `down`
compose_record=$local_dir/compose.up

# Fails unless there is no interface here but loopback, so that a server that listens on all of
# them, $1, is reached by nobody else.
require_offline() {
    local interfaces
    interfaces=$(awk -F: 'NR > 2 && $1 !~ /^ *lo$/' /proc/net/dev)
    [[ -z $interfaces ]] || fail "$1 listens on every interface: run it inside scripts/offline"
}
