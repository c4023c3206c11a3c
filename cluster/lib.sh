# shellcheck shell=bash
# What `up` and `down` share: where the cluster is, and whether its processes still run. It is
# sourced, and does nothing by itself.

# shellcheck source-path=SCRIPTDIR source=../scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../scripts/lib.sh"

export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$repository/target}
folder=$local_dir/cluster
scheduler_port=${CLUSTER_PORT:-50050}
# shellcheck disable=SC2034 # read by `up`
rest_port=${CLUSTER_REST_PORT:-8080}
# shellcheck disable=SC2034 # read by `up`
scheduler_url=df://127.0.0.1:$scheduler_port
# One line "name pid birth" for each process.
record=$folder/processes

# Whether process $1 is still the one that was born $2.
is_ours() { [[ $1 =~ ^[0-9]+$ && -n $2 && $(birth_of "$1") == "$2" ]]; }

# Succeeds if every process that `up` started still runs.
cluster_runs() {
    local pid birth
    [[ -s $record ]] || return 1
    while read -r _ pid birth; do
        is_ours "$pid" "$birth" || return 1
    done <"$record"
}
