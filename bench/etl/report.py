"""The results of the ETL's benchmark as Markdown: first the aims, then the tables."""

import ast
from pathlib import Path
from statistics import median

import distance
import inputs
from contenders import FLOOR, OURS, PEER_FILES, PEERS, SPARK
from measure import middle

MIB = 1 << 20
MEMORY_MAX = 256 * MIB
Found = dict[str, list[dict]]


def section(results: dict, requirements: Path) -> str:
    """Returns the section, without its heading, from the parts that are there."""
    pins = [line for line in requirements.read_text().splitlines() if "==" in line]
    peers = ("duckdb", "polars", "datafusion", "chdb", "pyspark")
    versions = ", ".join(pin.replace("==", " ") for pin in pins if pin.split("==")[0] in peers)
    measured = list(dict.fromkeys(results["measured"].values()))
    rounds = len(next(iter(results["codecs"].values()))[OURS]) if "codecs" in results else 0
    about = (
        "\n".join(measured)
        + f"\nPeers, from PyPI: {versions}.\n\n"
        + f"Inputs: `voucher-etl sample --rows {results['rows']} --seed {inputs.SEED}`, one a codec,"
        " and one of five times the rows; all in the page cache.\n"
        "Each peer reads its input once and groups it once, by the code that an expert of it would"
        " write (`bench/etl/peers/`), on two threads as we do.\n"
        "Before anything is timed, all must give the same counts: every bucket of both segments,"
        " `Unknown` too, and every reject.\n"
        f"Each figure is the median of {rounds} rounds in which all sides take turns; a ratio is the"
        " median of the ratios within the rounds."
    )
    parts = [about, "![Seconds of each peer and codec](etl-benchmark.svg)", _aims(results)]
    parts += [_codec(name, found) for name, found in results.get("codecs", {}).items()]
    parts += [_spark(results), _scaling(results), _real(results), _away(results)]
    parts.append(_variants())
    return "\n\n".join(part for part in parts if part)


def ratio(found: Found, side: str, to: str, of: str = "process_s") -> float:
    """Returns how many times longer `side` took than `to`."""
    pairs = zip(found[side], found[to], strict=True)
    return median(_value(one, of) / _value(other, of) for one, other in pairs)


def _value(times: dict, of: str) -> float:
    """Returns a time; for an engine that counted several times, the time of the later ones."""
    value = times[of]
    return value if of != "engine_s" else median(value[1:] or value)


def _seconds(found: Found, side: str, of: str = "process_s") -> float:
    return middle(found[side], lambda times: _value(times, of))


def _peak(found: Found, side: str) -> float:
    return middle(found[side], lambda times: times["peak_bytes"])


def _fastest(found: Found) -> tuple[str, float]:
    """Returns the fastest peer, and how many times longer than ours it takes."""
    peers = [side for side in found if side not in (OURS, FLOOR)]
    return min(((peer, ratio(found, peer, OURS)) for peer in peers), key=lambda pair: pair[1])


def _aims(results: dict) -> str:
    rows = []
    codecs = results.get("codecs", {})
    for selection, least in (("all", 4), ("peru", 2)):
        for codec in inputs.CODECS:
            if found := codecs.get(f"{codec}/{selection}"):
                peer, times = _fastest(found)
                what = "all countries" if selection == "all" else "one country"
                aim = f"{what}, {codec}: at least {least} times as fast as the fastest peer"
                rows.append((aim, f"{times:.2f} times {peer}", times >= least))
    if found := results.get("spark"):
        times = ratio_of_engines(found, SPARK, OURS)
        rows.append(("at least 25 times PySpark warm (gzip)", f"{times:.1f} times", times >= 25))
    for codec in inputs.CODECS:
        if found := codecs.get(f"{codec}/all"):
            times = ratio(found, OURS, FLOOR)
            rows.append((f"at most 1.3 times the floor, {codec}", f"{times:.2f} times", times <= 1.3))
    rows += _aims_of_others(results)
    lines = ["| aim | measured | met |", "| --- | --- | --- |"]
    lines += [f"| {aim} | {found} | {'yes' if met else '**no**'} |" for aim, found, met in rows]
    return "\n".join(lines)


def ratio_of_engines(found: Found, side: str, to: str) -> float:
    """Returns how many times longer the warm engine of `side` took than the process of `to`."""
    pairs = zip(found[side], found[to], strict=True)
    return median(_value(one, "engine_s") / other["process_s"] for one, other in pairs)


def _aims_of_others(results: dict) -> list[tuple[str, str, bool]]:
    rows = []
    if found := results.get("real"):
        process = ratio(found, "DuckDB", OURS)
        rows.append(("the real file: at least 5 times DuckDB, processes", f"{process:.2f} times", process >= 5))
        pairs = zip(found["DuckDB, warm"], found[OURS], strict=True)
        engine = median(_value(one, "engine_s") / _value(other, "engine_s") for one, other in pairs)
        rows.append(("the real file: at least 2 times DuckDB, engines", f"{engine:.2f} times", engine >= 2))
    if (scaling := results.get("scaling")) and (codecs := results.get("codecs")):
        peaks = [_peak(found, OURS) for found in codecs.values()]
        peaks.append(_peak(scaling, f"{results['large']} times the rows"))
        shown = f"{min(peaks) / MIB:.0f} to {max(peaks) / MIB:.0f} MiB"
        rows.append(("peak memory at most 256 MiB, 20 and 100 million rows", shown, max(peaks) <= MEMORY_MAX))
        leanest = max(
            _peak(found, OURS) / min(_peak(found, side) for side in found if side not in (OURS, FLOOR))
            for found in codecs.values()
        )
        rows.append(("half the peak of the leanest peer", f"{leanest:.2f} of it at most", leanest <= 0.5))
    if scaling := results.get("scaling"):
        speed_up = ratio(scaling, "1 thread", "2 threads")
        rows.append(("1 to 2 threads: at least 1.8 times as fast", f"{speed_up:.2f} times", speed_up >= 1.8))
        rows_ = ratio(scaling, f"{results['large']} times the rows", "2 threads")
        aim = f"{results['large']} times the rows: time linear"
        rows.append((aim, f"{rows_:.2f} times the time", rows_ <= results["large"] * 1.1))
    if found := _distance_rounds(results):
        rows.append(distance.aim(found))
    return rows


def _codec(name: str, found: Found) -> str:
    codec, selection = name.split("/")
    what = "all countries" if selection == "all" else f"{selection.capitalize()} alone"
    lines = ["| | process s | times ours | engine s | peak MiB |", "| --- | --- | --- | --- | --- |"]
    for side in sorted(found, key=lambda side: (side != OURS, _seconds(found, side))):
        times = ratio(found, side, OURS)
        cells = [side, f"{_seconds(found, side):.2f}", f"{times:.2f}"]
        cells += [f"{_seconds(found, side, 'engine_s'):.2f}", f"{_peak(found, side) / MIB:.0f}"]
        lines.append(f"| {' | '.join(cells)} |")
    return f"### {codec}, {what}\n\n" + "\n".join(lines)


def _spark(results: dict) -> str:
    if not (found := results.get("spark")):
        return ""
    cold = median(times["process_s"] - sum(times["engine_s"][1:]) for times in found[SPARK])
    warm = _seconds(found, SPARK, "engine_s")
    return (
        "### PySpark, gzip, all countries\n\n"
        f"{len(found[SPARK])} rounds, for it takes long: one process that counts"
        f" {len(found[SPARK][0]['engine_s'])} times.\n"
        f"Cold, from the start of the process to its first answer: {cold:.1f} s; warm, the later"
        f" counts alone: {warm:.1f} s; voucher-etl as a process beside it: {_seconds(found, OURS):.2f} s.\n"
        f"Peak memory, Python and JVM: {_peak(found, SPARK) / MIB:.0f} MiB."
    )


def _scaling(results: dict) -> str:
    if not (found := results.get("scaling")):
        return ""
    lines = ["| | process s | peak MiB |", "| --- | --- | --- |"]
    lines += [f"| {side} | {_seconds(found, side):.2f} | {_peak(found, side) / MIB:.0f} |" for side in found]
    return "### Threads and rows (zstd)\n\n" + "\n".join(lines)


def _real(results: dict) -> str:
    if not (found := results.get("real")):
        return ""
    lines = ["| | process ms | engine ms | peak MiB |", "| --- | --- | --- | --- |"]
    for side in found:
        cells = [side, f"{_seconds(found, side) * 1e3:.0f}", f"{_seconds(found, side, 'engine_s') * 1e3:.0f}"]
        lines.append(f"| {' | '.join([*cells, f'{_peak(found, side) / MIB:.0f}'])} |")
    return (
        "### The real history\n\n285,570 rows, one row group of gzip pages.\n"
        "DuckDB, warm: the median of the later of several counts in one process.\n\n" + "\n".join(lines)
    )


def _away(results: dict) -> str:
    found = _distance_rounds(results)
    return f"### S3 at a distance\n\n{distance.section(found)}" if found else ""


def _distance_rounds(results: dict) -> list[dict]:
    rounds = results.get("away", [])
    return [{name: distance.Round(**one) for name, one in inputs_.items()} for inputs_ in rounds]


def _variants() -> str:
    """Returns how each peer is written, from its own docstring."""
    lines = []
    for name, file in PEER_FILES.items():
        said = ast.get_docstring(ast.parse((PEERS / file).read_text())) or ""
        lines.append(f"- [{name}](../bench/etl/peers/{file}): {' '.join(said.split())}")
    how = (
        "Each groups by codes that it computes from the text; what else was tried was compared by"
        " processor time on 20 million rows, snappy.\n"
        "Text that is not written as usual, such as a zone other than UTC, a peer refuses; it checks"
        " no more of a time than that, which is in its favour."
    )
    return f"### How the peers are written\n\n{how}\n\n" + "\n".join(lines)
