"""Which answers lead to which requests: the chains of requests that schemathesis follows."""

# From -> name -> to, and the parameters that the answer gives.
_LINKS = {
    "/countries": {
        "table": ("getSegments", {"country": "$response.body#/countries/0/country_code"}),
        "page_behind_the_first": ("listCountries", {"after": "$response.body#/countries/0/country_code"}),
        "next_page": ("listCountries", {"after": "$response.body#/next"}),
        "list_known_already": ("listCountries", {"If-None-Match": "$response.header.ETag"}),
    },
    "/readyz": {
        "table": ("getSegments", {"country": "$response.body#/countries/0/country"}),
    },
    "/segments/{country}": {
        "known_already": (
            "getSegments",
            {"country": "$response.body#/country", "If-None-Match": "$response.header.ETag"},
        ),
    },
}


def add_to(document: dict) -> None:
    """Adds the links to the answers of 200."""
    for path, links in _LINKS.items():
        answer = document["paths"][path]["get"]["responses"]["200"]
        answer["links"] = {
            name: {"operationId": operation, "parameters": parameters}
            for name, (operation, parameters) in links.items()
        }
