"""The results as the section "The API" of docs/benchmarks.md."""

from collections.abc import Callable
from dataclasses import dataclass

from events import MANY_BUCKETS
from measure import middle
from plain_listener import CONNECTIONS, Items, Loads
from under_emulator import WARM_CALLS, Call

ZIP_BYTES_MAX = 3_000_000
INIT_MS_MAX = 20
INIT_RATIO_MIN = 15
HIT_P99_MS_MAX = 1
MISS_READS_MAX = 1

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
    items: list[Items]


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
        _items(found.items),
        f"One connection asks for {MANY_BUCKETS - 1} items of one run, each once just after the"
        " start and once more, and then sends `GetItem` requests made beforehand for the same"
        " items to the same MiniStack.\n"
        "How many reads a request made, the listener tells in its line.",
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
        _miss("an item not in memory adds at most one read", *_of_items(found.items)),
        _miss("a pointer that is due adds at most one read", *_of_pointers(found.loads)),
    ]
    return table(["aim", "measured", "met"], rows)


def _of_items(rounds: list[Items]) -> tuple[int, float, float]:
    """Returns the most reads of a miss, its extra milliseconds, and those of a bare read."""
    added = middle(rounds, lambda items: items.miss.p50_ms - items.hit.p50_ms)
    bare = middle(rounds, lambda items: items.get_item.p50_ms)
    return max(items.reads.most for items in rounds), added, bare


def _of_pointers(rounds: list[Loads]) -> tuple[int, float, float]:
    """Returns the same for a pointer that is due."""
    added = middle(rounds, lambda loads: (loads.pointer_due.p50_us - loads.hit.p50_us) / 1e3)
    bare = middle(rounds, lambda loads: loads.get_item.p50_us / 1e3)
    return max(loads.reads.most for loads in rounds), added, bare


def _miss(aim: str, most_reads: int, added_ms: float, get_item_ms: float) -> list[str]:
    reads = "1 read" if most_reads == 1 else f"{most_reads} reads"
    times = f"{added_ms:.3f} ms, where a bare `GetItem` takes {get_item_ms:.3f} ms"
    return _aim(aim, f"{reads}; {times}", most_reads <= MISS_READS_MAX)


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


def _items(rounds: list[Items]) -> str:
    figures = [
        ("item not in memory", lambda items: items.miss),
        ("the same item, in memory", lambda items: items.hit),
        ("`GetItem` of it, straight to MiniStack", lambda items: items.get_item),
    ]
    rows = []
    for name, of in figures:
        p50 = middle(rounds, lambda items, of=of: of(items).p50_ms)
        p99 = middle(rounds, lambda items, of=of: of(items).p99_ms)
        rows.append([name, f"{p50:.3f}", f"{p99:.3f}"])
    told = middle(rounds, lambda items: items.reads.p50_ms)
    rows.append(["`GetItem` of it, as the listener tells", f"{told:.3f}", ""])
    return table(["request", "p50 ms", "p99 ms"], rows)


def _aim(aim: str, measured: str, met: bool) -> list[str]:
    return [aim, measured, "yes" if met else "**no**"]


def table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
