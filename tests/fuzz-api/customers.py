"""Makes what keeps to the document keep to what the document cannot say as well.

Dates are on the calendar, in order and not later than `as_of` or now; a name of a country has no
more bytes than one may have, and most are those of published countries; the segments are of the
published rules, and asked for in one way. A field that breaks its own schema stays as it was drawn,
so a request that must be refused is refused for that field and nothing else.
"""

import json
import unicodedata
from zlib import crc32

import jsonschema_rs
import moments

COUNTRY_BYTES_MAX = 128
# Of drawn names of countries one in so many stays, for the 404 that it gets.
_STRANGERS_EVERY = 8
# Another name of a segment of the default rules.
_ALIAS = "frequency_segment"
# What is trimmed: Unicode's White_Space and three characters without width.
_BLANKS = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff\u200b\u2060" + "".join(
    map(chr, range(0x2000, 0x200B))
)
_MARKS = range(0x300, 0x370)
_APOSTROPHES = str.maketrans({"\u2019": "'", "\u02bc": "'"})
# The fields that say which segments are meant, each in its own way.
_SEGMENTS = ("segment_name", "segment_names", "best")
_DATES = ("first_order_ts", "last_order_ts", "as_of")


class Customers:
    """The schema of a request, and what is published."""

    def __init__(self, schema: dict, published: dict[str, list[str]]) -> None:
        self._schemas = {
            name: jsonschema_rs.Draft202012Validator(field)
            for name, field in schema["properties"].items()
        }
        self._countries = published["countries"]
        self._keys = {_key(country) for country in published["countries"]}
        self._segments = [*published["segments"], _ALIAS]

    def repaired(self, drawn: dict) -> dict:
        """Returns a request so that nothing is wrong with it but what its schema says; what is
        free to choose follows from the request, so the same one is always repaired alike."""
        made = dict(drawn)
        known = self._schemas.keys() & made.keys()
        keeps = {name for name in known if self._schemas[name].is_valid(made[name])}
        # `as_of` may be left out, or null: then it is now.
        dates = [name for name in _DATES if name in keeps and made[name] is not None]
        in_order = _in_order([made[name] for name in dates], "as_of" in dates)
        made.update(zip(dates, in_order, strict=True))

        digest = crc32(json.dumps(drawn, sort_keys=True).encode())
        digest, is_stranger = digest // _STRANGERS_EVERY, digest % _STRANGERS_EVERY == 0
        if "country_code" in keeps:
            if not is_stranger:
                made["country_code"] = self._countries[digest % len(self._countries)]
            made["country_code"] = shortened(made["country_code"])
        if all(name in keeps for name in _SEGMENTS if name in made):
            self._in_one_way(made, digest // len(self._countries))
        return made

    def _in_one_way(self, made: dict, digest: int) -> None:
        """Has a request ask for its segments in one way, and for such as there are."""
        for name in _SEGMENTS:
            if made.get(name) is None:
                made.pop(name, None)
        if "segment_name" in made and "segment_names" in made:
            del made["segment_names" if digest % 2 else "segment_name"]
        if "segment_name" in made:
            made.pop("best", None)
        elif "segment_names" not in made and made.get("best") is not True:
            made["segment_name"] = _ALIAS
        # Where nothing is published there are no segments either.
        if self._is_published(made.get("country_code")):
            count = len(self._segments)
            turned = [self._segments[(digest + place) % count] for place in range(count)]
            if "segment_name" in made:
                made["segment_name"] = turned[0]
            if "segment_names" in made:
                made["segment_names"] = turned[: max(1, len(made["segment_names"]))]

    def _is_published(self, country: object) -> bool:
        return isinstance(country, str) and _key(country) in self._keys


def shortened(country: str) -> str:
    """Returns a country's name whose key has no more bytes than one may have."""
    while len(_key(country).encode(errors="surrogatepass")) > COUNTRY_BYTES_MAX:
        # Without its blanks, or only they might be left.
        country = country.strip(_BLANKS)[:-1]
    return country


def shortened_key(key: str) -> str:
    """Returns a key of no more bytes than one may have, which is read as it is."""
    while len(key.encode(errors="surrogatepass")) > COUNTRY_BYTES_MAX:
        key = key[:-1]
    return key


def _key(country: str) -> str:
    plain = unicodedata.normalize("NFKD", country.strip(_BLANKS))
    plain = "".join(letter for letter in plain if ord(letter) not in _MARKS)
    return " ".join(plain.casefold().translate(_APOSTROPHES).strip(_BLANKS).split())


def _in_order(texts: list[str], has_as_of: bool) -> list[str]:
    """Returns the dates, earliest first; without `as_of` none is later than now."""
    texts = [moments.on_the_calendar(text) for text in texts]
    if not has_as_of:
        texts = [moments.in_the_past(text) for text in texts]
    return sorted(texts, key=moments.order)
