"""The OpenAPI document, made from the table of routes and the types of its answers."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from typing import Final

from couler_jupyter.ir import Json
from couler_jupyter.server.answers import ErrorAnswer
from couler_jupyter.server.route import Parameter, Place, Route
from couler_jupyter.server.schema import components, reference

BASE: Final = "/couler/api"
"""What all paths begin with, behind the server's own base URL."""
DOCUMENT: Final = "/openapi.json"
_JSON: Final = "application/json"
_KIND: Final = {"type": "string"}
_WHY: Final = {
    400: "the request is not of the form that is described here",
    403: "not signed in, not allowed, or this server is read-only",
    404: "there is no such run, step or target",
    409: "that cannot be done as things stand; the message says why",
    413: "more was sent than is read",
    415: "what was sent is not JSON",
    422: "the workflow cannot be read by this version",
    500: "it failed; the server's log says more",
    503: "the store cannot be read or written now",
}


def document(routes: Iterable[Route]) -> Json:
    """Return the document."""
    routes = tuple(routes)
    paths: dict[str, Json] = {}
    for route in routes:
        paths.setdefault(BASE + route.path, {})[route.method.lower()] = _told(route)
    kinds = {route.kind for route in routes} | {ErrorAnswer}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Couler in Jupyter",
            "version": "1",
            "description": "Runs of workflows: to look at, and to ask things of. All of "
            "it asks for Jupyter's authentication; whoever signs in by a cookie sends "
            "Jupyter's XSRF token along with all but GET.",
        },
        "servers": [{"url": "/", "description": "the base URL of the Jupyter server"}],
        "security": [{"token": []}, {"cookie": []}],
        "paths": paths,
        "components": {
            "schemas": components(kinds),
            "responses": {_name(status): _error(status) for status in _WHY},
            "securitySchemes": {
                "token": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "Authorization",
                    "description": "`token` and the server's token",
                },
                "cookie": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "X-XSRFToken",
                    "description": "beside the cookies of who is signed in",
                },
            },
        },
    }


def _told(route: Route) -> Json:
    told: Json = {
        "operationId": route.name,
        "summary": route.about,
        "responses": {
            "200": {
                "description": "what was asked for",
                "content": {_JSON: {"schema": reference(route.kind)}},
            },
            **{str(status): _refer(status) for status in _errors_of(route)},
        },
    }
    if route.parameters:
        told["parameters"] = [_parameter(one) for one in route.parameters]
    if route.body is not None:
        content = {_JSON: {"schema": route.body}}
        told["requestBody"] = {"required": True, "content": content}
    if route.tag is not None:
        told["responses"]["200"]["headers"] = {"ETag": {"schema": _KIND}}
        told["responses"]["304"] = {"description": "as it was at If-None-Match"}
    return told


def _errors_of(route: Route) -> list[int]:
    found = {400, 403, 409, 500, 503}
    found.update((404,) if "{" in route.path else ())
    found.update((413, 415, 422) if route.changes else ())
    found.update((422,) if route.kind.__name__ in _READ else ())
    return sorted(found)


_READ: Final = frozenset({"RunView", "DrawingView", "StepsAnswer", "EventsAnswer"})
"""Answers for which the workflow of a run has to be read."""


def _parameter(one: Parameter) -> Json:
    made: Json = {
        "name": one.name,
        "in": one.place.value,
        "description": one.about,
        "required": one.required,
        "schema": one.schema,
    }
    if one.place is Place.QUERY and one.schema["type"] == "array":
        made |= {"style": "form", "explode": True}
    return made


def _name(status: int) -> str:
    return HTTPStatus(status).phrase.replace(" ", "")


def _refer(status: int) -> Json:
    return {"$ref": f"#/components/responses/{_name(status)}"}


def _error(status: int) -> Json:
    content = {_JSON: {"schema": reference(ErrorAnswer)}}
    return {"description": _WHY[status], "content": content}
