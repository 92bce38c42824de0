"""The calls of an API as requests that are in order, made from its OpenAPI document."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlencode

from conformance.selftests.hostile_requests.draft import Body, Draft, Pairs
from conformance.selftests.hostile_requests.schemas import Sampler

_METHODS = frozenset({"get", "post", "put", "patch", "delete"})


def calls(document: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Method, path and description of each call of a document."""
    for path, methods in document["paths"].items():
        yield from ((method, path, told) for method, told in methods.items() if method in _METHODS)


def drafted(call: tuple[str, str, Mapping[str, Any]], prefix: str, sampler: Sampler, chance: random.Random, headers: Pairs = ()) -> Draft:
    """A call that is in order, below that prefix: what is known stands in its path and its parameters, its body is drawn."""
    method, path, told = call
    for name, value in sampler.known.items():
        path = path.replace(f"{{{name}}}", quote(value, safe=""))
    asked = {one["name"]: sampler.known.get(one["name"], "1") for one in told.get("parameters", ()) if one["in"] == "query"}
    draft = Draft(method.upper().encode(), f"{prefix}{path}".encode(), urlencode(asked).encode(), headers)
    if body := told.get("requestBody"):
        document = sampler.value(body["content"]["application/json"]["schema"], chance)
        draft = Draft(draft.method, draft.path, draft.query, headers, body=Body.JSON, document=document)
    return draft
