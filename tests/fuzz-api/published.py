"""Saves the document of a running API, and prints what it has published, as JSON: the names of all
countries and of all segments.

Usage: published.py URL FILE
"""

import json
import sys
import urllib.parse
import urllib.request
from pathlib import Path

WITHIN_S = 30
# Loopback is never behind a proxy, whatever the environment says.
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def read(url: str) -> bytes:
    """Returns what is read at an address."""
    with _opener.open(url, timeout=WITHIN_S) as answer:
        return answer.read()


def main() -> None:
    url, document = sys.argv[1:]
    Path(document).write_bytes(read(f"{url}/openapi.json"))
    countries = [row["country"] for row in json.loads(read(f"{url}/countries"))["countries"]]
    table = json.loads(read(f"{url}/segments/{urllib.parse.quote(countries[0])}"))
    segments = [segment["name"] for segment in table["segments"]]
    print(json.dumps({"countries": countries, "segments": segments}))


main()
