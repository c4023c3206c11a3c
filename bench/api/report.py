"""The results as the section "The API" of docs/benchmarks.md."""

from collections.abc import Callable
from dataclasses import dataclass

from events import MANY_BUCKETS
from measure import middle
from plain_listener import (
    BATCH_REQUESTS,
    CONNECTIONS,
    CONNECTIONS_MANY,
    MEMORY_REQUESTS,
    Countries,
    Loads,
    Memory,
)
from under_emulator import WARM_CALLS, Call

ZIP_BYTES_MAX = 3_000_000
INIT_MS_MAX = 20
INIT_RATIO_MIN = 15
HIT_P99_MS_MAX = 1
MISS_READS_MAX = 1
FIRST_READS_MAX = 2
UNKNOWN_PER_SECOND_MIN = 20_000
UNKNOWN_P99_MS_MAX = 10
HUNG_P99_MS_MAX = 5
# Beyond it, something is kept of each request.
MEMORY_MIB_MAX = 1

# The two functions.
OURS = "voucher-api"
PEER = "Python with boto3"


@dataclass
class Found:
    """All results."""

    zip_bytes: int
    # By round: `OURS` and `PEER`.
    calls: list[dict[str, Call]]
    loads: list[Loads]
    countries: list[Countries]
    memory: Memory


def section(found: Found, about: str) -> str:
    """Returns the section without its heading."""
    parts = [
        about,
        f"Each figure is the median of {len(found.calls)} rounds, in which the sides take turns;"
        " a ratio is the median of the ratios within the rounds.\n"
        "Servers on one core, load and MiniStack on the other.",
        _aims(found),
        "### Under the emulator",
        _functions(found.calls),
        "First call: from sending the event that starts the function to its answer.\n"
        f"Warm: {WARM_CALLS} calls, one after the other, the emulator's own time included;"
        " ours answers from memory, the peer asks the table each time.",
        "### The plain listener",
        _listener(found.loads),
        "`wrk` posts every bucket of every country in turn; a connection has one request at a"
        " time.\n"
        "The lines that the listener writes, one a request, go to `/dev/null`, those of a due"
        " pointer to a file.",
        f"The peer is `bench/api/peer_http`: FastAPI under uvicorn, with the whole table in memory."
        f" A batch has {BATCH_REQUESTS} customers. While the table hangs, MiniStack is stopped, and"
        " pointers are due every second.",
        _countries(found.countries),
        "One connection asks a fresh listener for each country, and once more, and then sends"
        " `GetItem` requests made beforehand to the same MiniStack.\n"
        "How many reads a request made, the listener tells in its line; all buckets of a country are"
        " read beside its first answer.",
    ]
    return "\n\n".join(parts)


def _aims(found: Found) -> str:
    init = middle(found.calls, lambda calls: calls[OURS].init_ms)
    ratio = middle(found.calls, lambda calls: calls[PEER].init_ms / calls[OURS].init_ms)
    one = middle(found.loads, lambda loads: loads.hit.p99_us) / 1e3
    busy = middle(found.loads, lambda loads: loads.hit_busy.p99_us) / 1e3
    rows = [
        _aim(
            f"zip at most {ZIP_BYTES_MAX:,} bytes",
            f"{found.zip_bytes:,} bytes",
            found.zip_bytes <= ZIP_BYTES_MAX,
        ),
        _aim(f"start at most {INIT_MS_MAX} ms", f"{init:.1f} ms", init <= INIT_MS_MAX),
        _aim(
            f"start at least {INIT_RATIO_MIN} times shorter than the peer's",
            f"{ratio:.1f} times",
            ratio >= INIT_RATIO_MIN,
        ),
        _aim(
            f"p99 of a hit under {HIT_P99_MS_MAX} ms",
            f"{one:.3f} ms; {busy:.3f} ms with {CONNECTIONS} connections",
            max(one, busy) < HIT_P99_MS_MAX,
        ),
        _miss("a country not in memory waits for two reads", FIRST_READS_MAX, *_of_countries(found.countries)),
        _miss("a pointer that is due adds at most one read", MISS_READS_MAX, *_of_pointers(found.loads)),
        _unknown(found.loads),
        _hung(found.loads),
        _memory(found.memory),
        _peer(found.loads),
    ]
    return table(["aim", "measured", "met"], rows)


def _of_countries(rounds: list[Countries]) -> tuple[int, float, float]:
    """Returns the most reads of a first request, its extra milliseconds, and those of a bare read."""
    added = middle(rounds, lambda countries: countries.first.p50_ms - countries.second.p50_ms)
    bare = middle(rounds, lambda countries: countries.get_item.p50_ms)
    return max(countries.reads.most for countries in rounds), added, bare


def _unknown(rounds: list[Loads]) -> list[str]:
    rate = middle(rounds, lambda loads: loads.unknown.per_second)
    p99 = middle(rounds, lambda loads: loads.unknown.p99_us) / 1e3
    aim = (
        f"a country without vouchers, {CONNECTIONS_MANY} connections: at least"
        f" {UNKNOWN_PER_SECOND_MIN:,} a second, p99 under {UNKNOWN_P99_MS_MAX} ms"
    )
    met = rate >= UNKNOWN_PER_SECOND_MIN and p99 < UNKNOWN_P99_MS_MAX
    return _aim(aim, f"{rate:,.0f} a second, {p99:.3f} ms", met)


def _hung(rounds: list[Loads]) -> list[str]:
    p99 = middle(rounds, lambda loads: loads.hung.p99_us) / 1e3
    aim = f"p99 of known hits while the table hangs under {HUNG_P99_MS_MAX} ms"
    return _aim(aim, f"{p99:.3f} ms with {CONNECTIONS} connections", p99 < HUNG_P99_MS_MAX)


def _memory(memory: Memory) -> list[str]:
    grown = memory.after_mib - memory.before_mib
    measured = f"{memory.before_mib:.1f} MiB, after {memory.requests:,} {memory.after_mib:.1f} MiB"
    return _aim(f"memory flat over {MEMORY_REQUESTS:,} requests", measured, grown <= MEMORY_MIB_MAX)


def _peer(rounds: list[Loads]) -> list[str]:
    ratio = middle(rounds, lambda loads: loads.hit_busy.per_second / loads.peer_busy.per_second)
    p99 = middle(rounds, lambda loads: loads.peer_busy.p99_us / loads.hit_busy.p99_us)
    measured = f"{ratio:.1f} times the requests a second, {p99:.1f} times shorter p99"
    return _aim(f"faster than FastAPI, {CONNECTIONS} connections", measured, min(ratio, p99) > 1)


def _of_pointers(rounds: list[Loads]) -> tuple[int, float, float]:
    """Returns the same for a pointer that is due."""
    added = middle(rounds, lambda loads: (loads.pointer_due.p50_us - loads.hit.p50_us) / 1e3)
    bare = middle(rounds, lambda loads: loads.get_item.p50_us / 1e3)
    return max(loads.reads.most for loads in rounds), added, bare


def _miss(
    aim: str, reads_max: int, most_reads: int, added_ms: float, get_item_ms: float
) -> list[str]:
    reads = "1 read" if most_reads == 1 else f"{most_reads} reads"
    times = f"{added_ms:.3f} ms, where a bare `GetItem` takes {get_item_ms:.3f} ms"
    return _aim(aim, f"{reads}; {times}", most_reads <= reads_max)


def _functions(rounds: list[dict[str, Call]]) -> str:
    figures: list[tuple[str, Callable[[Call], float]]] = [
        ("start (`INIT REPORT`)", lambda call: call.init_ms),
        ("first call", lambda call: call.first_ms),
        ("warm call, p50", lambda call: call.warm.p50_ms),
        ("warm call, p99", lambda call: call.warm.p99_ms),
    ]
    rows = []
    for name, of in figures:
        ours = middle(rounds, lambda calls, of=of: of(calls[OURS]))
        peer = middle(rounds, lambda calls, of=of: of(calls[PEER]))
        ratio = middle(rounds, lambda calls, of=of: of(calls[PEER]) / of(calls[OURS]))
        rows.append([name, f"{ours:.2f}", f"{peer:.2f}", f"{ratio:.1f}"])
    return table(["ms", OURS, PEER, "times shorter"], rows)


def _listener(rounds: list[Loads]) -> str:
    figures = [
        ("hit, 1 connection", lambda loads: loads.hit),
        (f"hit, {CONNECTIONS} connections", lambda loads: loads.hit_busy),
        (f"hit, {CONNECTIONS_MANY} connections", lambda loads: loads.hit_many),
        (f"hit, {CONNECTIONS} connections, the peer", lambda loads: loads.peer_busy),
        (f"no vouchers, {CONNECTIONS_MANY} connections", lambda loads: loads.unknown),
        (f"batch, {CONNECTIONS} connections", lambda loads: loads.batch),
        (f"hit while the table hangs, {CONNECTIONS} connections", lambda loads: loads.hung),
        ("pointer due with each request, 1 connection", lambda loads: loads.pointer_due),
        ("`GetItem` of the pointer, straight to MiniStack", lambda loads: loads.get_item),
    ]
    rows = []
    for name, of in figures:
        p50 = middle(rounds, lambda loads, of=of: of(loads).p50_us) / 1e3
        p99 = middle(rounds, lambda loads, of=of: of(loads).p99_us) / 1e3
        rate = middle(rounds, lambda loads, of=of: of(loads).per_second)
        rows.append([name, f"{p50:.3f}", f"{p99:.3f}", f"{rate:,.0f}"])
    return table(["request", "p50 ms", "p99 ms", "requests/s"], rows)


def _countries(rounds: list[Countries]) -> str:
    figures = [
        ("country not in memory", lambda countries: countries.first),
        ("the same, in memory", lambda countries: countries.second),
        ("`GetItem` of its pointer, straight to MiniStack", lambda countries: countries.get_item),
    ]
    rows = []
    for name, of in figures:
        p50 = middle(rounds, lambda countries, of=of: of(countries).p50_ms)
        p99 = middle(rounds, lambda countries, of=of: of(countries).p99_ms)
        rows.append([name, f"{p50:.3f}", f"{p99:.3f}"])
    many = middle(rounds, lambda countries: countries.many_ms)
    rows.append([f"first answer of a country of {MANY_BUCKETS:,} buckets", f"{many:.3f}", ""])
    told = middle(rounds, lambda countries: countries.reads.p50_ms)
    rows.append(["a `GetItem`, as the listener tells", f"{told:.3f}", ""])
    return table(["request", "p50 ms", "p99 ms"], rows)


def _aim(aim: str, measured: str, met: bool) -> list[str]:
    return [aim, measured, "yes" if met else "**no**"]


def table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
