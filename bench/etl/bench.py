"""Measures voucher-etl beside DuckDB, Polars, DataFusion, chDB and PySpark, and beside the floor.
`run` calls it. All sides of a part take turns, round by round. Results are kept as JSON, so that
single parts can be repeated and the document written without measuring.
"""

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path

import chart
import counted
import distance
import inputs
import machine
import report
from contenders import FLOOR, OURS, PEER_FILES, SPARK, Contenders
from document import replace_section
from measure import alternating
from processes import as_command
from stack import REPOSITORY

ROUNDS = 5
SPARK_ROUNDS = 3
SPARK_REPEATS = 3
ENGINE_REPEATS = 5
COUNTRY = "peru"
ROWS = 20_000_000
LARGE = 5
SMOKE_ROWS = 200_000
# The output of `voucher-etl-cluster run --print-sql` for the default rules, as a test checks.
STATEMENT = REPOSITORY / "cluster/count.sql"
QUICK_PEERS = [name for name in PEER_FILES if name != SPARK]

Side = tuple[str, Callable[[], dict]]


class Bench:
    """The parts; each returns its results by side."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.contenders = Contenders(options.programs, options.peers_python)

    def codecs(self) -> dict:
        """Every codec, all countries and one: whole processes and engines."""
        found = {}
        for codec in inputs.CODECS:
            for country in (None, COUNTRY):
                found[f"{codec}/{country or 'all'}"] = self._codec(codec, country)
        return found

    def _codec(self, codec: str, country: str | None) -> dict:
        file = self._sample(codec)
        self._check(QUICK_PEERS, file, country)
        names = [OURS, *QUICK_PEERS, *([] if country else [FLOOR])]
        sides = [self._side(name, file, country) for name in names]
        return self._rounds(f"{file.name} {country or 'all countries'}", sides, self.options.rounds)

    def spark(self) -> dict:
        """PySpark, which takes so long that it gets fewer rounds, in one process."""
        file = self._sample("gzip")
        self._check([SPARK], file, None)
        # PySpark must give the same answer to the cluster's statement.
        printed = self.contenders.by_statement(STATEMENT, file)
        counted.compare(f"PySpark, by {STATEMENT.name},", file, None, counted.ours(self.contenders, file, None), printed)
        sides = [
            self._side(OURS, file, None),
            self._side(SPARK, file, None, repeat=SPARK_REPEATS),
        ]
        return self._rounds(f"{file.name} PySpark", sides, min(SPARK_ROUNDS, self.options.rounds))

    def scaling(self) -> dict:
        """One thread and two; five times the rows."""
        small, large = self._sample("zstd"), self._sample("zstd", LARGE)
        sides = [
            ("2 threads", lambda: self._run(OURS, small, None)),
            ("1 thread", lambda: self._run(OURS, small, None, threads=1)),
            (f"{LARGE} times the rows", lambda: self._run(OURS, large, None)),
        ]
        return self._rounds("threads and rows", sides, self.options.rounds)

    def real(self) -> dict:
        """The real history: whole processes, and warm engines."""
        file = self.options.history
        self._check(["DuckDB"], file, None)
        sides = [
            self._side(OURS, file, None),
            self._side("DuckDB", file, None),
            ("DuckDB, warm", lambda: self._run("DuckDB", file, None, repeat=ENGINE_REPEATS)),
            self._side(FLOOR, file, None),
        ]
        return self._rounds(file.name, sides, self.options.rounds)

    def away(self) -> list[dict]:
        """S3 at a distance."""
        files = [self._sample(codec) for codec in ("zstd", "gzip")]
        programs = self.options.programs
        found = []
        for one in distance.rounds(
            programs / "voucher-etl",
            programs / "voucher-distance",
            files,
            self.options.state,
            self.options.rounds,
        ):
            found.append({name: vars(measured) for name, measured in one.items()})
            print(f"S3 at distance, round {len(found)}", file=sys.stderr)
        return found

    def _sample(self, codec: str, times: int = 1) -> Path:
        options = self.options
        return inputs.sample(options.programs, options.state, options.rows * times, codec)

    def _check(self, peers: list[str], file: Path, country: str | None) -> None:
        expected = counted.ours(self.contenders, file, country)
        for peer in peers:
            _, printed = self.contenders.run(peer, file, country)
            counted.compare(peer, file, country, expected, printed)
            print(f"{peer} counts {file.name} as we do", file=sys.stderr)

    def _side(self, name: str, file: Path, country: str | None, repeat: int = 1) -> Side:
        return name, lambda: self._run(name, file, country, repeat=repeat)

    def _run(
        self, name: str, file: Path, country: str | None, threads: int = 2, repeat: int = 1
    ) -> dict:
        times, _ = self.contenders.run(name, file, country, threads, repeat)
        return times.to_json()

    def _rounds(self, what: str, sides: list[Side], count: int) -> dict[str, list[dict]]:
        found: dict[str, list[dict]] = {name: [] for name, _ in sides}
        for number in range(count):
            for name, measure in alternating(number, sides):
                found[name].append(measure())
            last = ", ".join(f"{name} {times[-1]['process_s']:.2f} s" for name, times in found.items())
            print(f"{what}, round {number + 1}: {last}", file=sys.stderr)
        return found


def main() -> None:
    """Measures the chosen parts, keeps their results, and writes the document from all results kept."""
    options = _options()
    if options.smoke:
        smoke(Bench(options))
        return
    kept = options.state / "etl" / f"results-{options.rows}.json"
    results = json.loads(kept.read_text()) if kept.is_file() and options.parts != _parts(options) else {}
    bench = Bench(options)
    results["rows"], results["large"] = options.rows, LARGE
    for part in options.parts:
        results[part] = getattr(bench, part)()
        results.setdefault("measured", {})[part] = machine.measured_by("make bench")
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(results))
    requirements = Path(__file__).parent / "peers/requirements.txt"
    text = report.section(results, requirements)
    replace_section(options.docs, "The ETL", text)
    options.docs.with_name("etl-benchmark.svg").write_text(chart.bars(results))
    print(text)


def smoke(bench: Bench) -> None:
    """Runs each quick side once on few rows: checks that all run and count alike, not their speed."""
    found = {**bench.codecs(), "scaling": bench.scaling()}
    sides = {name for one in found.values() for name in one}
    missing = {OURS, FLOOR, *QUICK_PEERS} - sides
    if missing:
        raise SystemExit(f"error: not measured: {sorted(missing)}")
    print(f"{len(sides)} sides ran, in {len(found)} comparisons; every peer counts as we do")


def _parts(options: argparse.Namespace) -> list[str]:
    parts = ["codecs", "spark", "scaling", "real", "away"]
    return [part for part in parts if part != "real" or options.history]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("programs", "peers-python", "state"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--rows", type=int, default=ROWS, help="rows of the inputs; one has five times as many")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--history", type=Path, help="a real history; without it, this part is skipped")
    parser.add_argument("--docs", type=Path, default=REPOSITORY / "docs/benchmarks.md")
    parser.add_argument("--parts", nargs="*", help="measure only these; the others keep their results")
    parser.add_argument("--smoke", action="store_true", help="run the quick sides once on few rows, write nothing")
    options = parser.parse_args()
    if options.smoke:
        options.rows, options.rounds = SMOKE_ROWS, 1
        return options
    if options.parts is None:
        options.parts = _parts(options)
    if options.rows != ROWS and options.docs == REPOSITORY / "docs/benchmarks.md":
        parser.error("other rows than the document's need --docs, another document")
    return options


if __name__ == "__main__":
    as_command(main)
