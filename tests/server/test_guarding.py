"""Who may ask: what Jupyter lets in, and nothing that a page from elsewhere sends."""

from __future__ import annotations

from http.cookies import SimpleCookie
from urllib.parse import urlencode

import pytest

from couler_jupyter.ir import Workflow, to_json
from couler_jupyter.runs import RunStore
from couler_jupyter.server.routes import ROUTES
from tests.server import past
from tests.server.serving import API, TOKEN, Client

HOSTILE = "</script><script>alert('x')</script>\u202e\U0001f600 \"quoted\" &amp;"
PATHS = sorted({route.path for route in ROUTES} | {"/openapi.json", "/nothing/here"})


def _filled(path: str, run: str) -> str:
    return path.replace("{run}", run).replace("{target}", "local")


def _stranger(client: Client) -> Client:
    return Client(client.port, {})


def _signed_in(client: Client) -> Client:
    """Return a client with the cookies of a browser that signed in."""
    page = _stranger(client).raw("GET", "/login")
    xsrf = SimpleCookie(page.headers["set-cookie"])["_xsrf"].value
    form = urlencode({"_xsrf": xsrf, "password": TOKEN}).encode()
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    kind["Cookie"] = f"_xsrf={xsrf}"
    answer = _stranger(client).raw("POST", "/login", headers=kind, body=form)
    assert answer.status == 302, answer.body
    cookies = SimpleCookie(answer.headers["set-cookie"])
    told = [f"{name}={one.value}" for name, one in cookies.items()]
    return Client(client.port, {"Cookie": "; ".join([f"_xsrf={xsrf}", *told])})


def _xsrf(client: Client) -> dict[str, str]:
    return {"X-XSRFToken": SimpleCookie(client.headers["Cookie"])["_xsrf"].value}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_strangers_are_told_nothing(
    client: Client, store: RunStore, path: str, method: str
) -> None:
    run = past.failed(store)
    headers = {"Idempotency-Key": "12345678"}
    target = _filled(path, run.id)
    answer = _stranger(client).ask(method, target, headers=headers)
    served = {one.method for one in ROUTES if one.path == path} or {"GET", "POST"}
    assert answer.status == 403 or (method not in served and answer.status == 405)
    assert run.id not in answer.body.decode()
    assert answer.json["type"] == "error"
    assert store.get(run.id).id == run.id


def test_a_wrong_token(client: Client) -> None:
    wrong = Client(client.port, {"Authorization": "token wrong"})
    assert wrong.ask("GET", "/runs").status == 403


def test_a_browser_that_signed_in_looks(client: Client) -> None:
    browser = _signed_in(client)
    assert browser.get("/runs")["type"] == "runs"


@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_a_browser_without_the_xsrf_token_does_nothing(
    client: Client, store: RunStore, method: str
) -> None:
    run = past.failed(store)
    path = f"/runs/{run.id}" if method == "DELETE" else f"/runs/{run.id}/rerun"
    headers = {"Idempotency-Key": "12345678"}
    answer = _signed_in(client).ask(method, path, headers=headers)
    assert answer.status == 403
    assert store.get(run.id).id == run.id
    assert not list((store.root / "requests").glob("*"))


def test_a_browser_with_the_xsrf_token_deletes(client: Client, store: RunStore) -> None:
    run = past.failed(store)
    browser = _signed_in(client)
    headers = {"Idempotency-Key": "12345678", **_xsrf(browser)}
    answer = browser.ask("DELETE", f"/runs/{run.id}", headers=headers)
    assert answer.status == 200, answer.body
    assert client.ask("GET", f"/runs/{run.id}").status == 404


def test_a_page_from_elsewhere_is_refused(client: Client) -> None:
    browser = _signed_in(client)
    headers = {"Origin": "https://evil.example", "Idempotency-Key": "12345678"}
    headers |= _xsrf(browser)
    answer = browser.ask(
        "POST", "/cache/pin", headers=headers, body={"artifact": "abcd"}
    )
    assert answer.status in (403, 404)
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize(
    "run",
    [
        "..",
        "../..",
        "%2e%2e",
        "%2e%2e%2fruns.sqlite",
        "..%2f..%2f..%2fetc%2fpasswd",
        "%2fetc%2fpasswd",
        "20261122-031502-a%2f..%2f..%2fb",
        "20261122-031502-a%00",
        "20261122-031502-a%0a",
        "%ff",
    ],
)
@pytest.mark.parametrize(
    "rest", ["", "/log?step=a", "/outputs", "/artifact?step=a&name=b"]
)
def test_a_run_is_no_path(client: Client, run: str, rest: str) -> None:
    answer = client.raw("GET", f"{API}/runs/{run}{rest}")
    assert answer.status in (400, 404)
    assert b"root:" not in answer.body
    assert b"SQLite" not in answer.body


def test_all_is_json_that_no_browser_guesses_about(client: Client) -> None:
    for path in ("", "/runs", "/openapi.json", "/nothing", "/runs/x"):
        answer = client.ask("GET", path)
        assert answer.headers["content-type"].startswith("application/json"), path
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_hostile_names_come_back_as_they_are(client: Client, store: RunStore) -> None:
    workflow = past.pair()
    run = store.create(
        workflow=HOSTILE,
        engine=HOSTILE,
        document=to_json(Workflow(name="a", steps=workflow.steps)),
        notebook=HOSTILE,
    )
    answer = client.ask("GET", "/runs", query={"search": HOSTILE})
    assert answer.status == 200
    (found,) = answer.json["runs"]
    assert (found["run_id"], found["workflow"]) == (run.id, HOSTILE)
    assert (found["engine"], found["notebook"]) == (HOSTILE, HOSTILE)


def test_an_error_is_one_line(client: Client, store: RunStore) -> None:
    run = past.failed(store)
    query = {"step": f"{HOSTILE}\r\nSet-Cookie: a=b"}
    answer = client.ask("GET", f"/runs/{run.id}/log", query=query)
    assert answer.status == 404
    assert "\n" not in answer.json["message"]
    assert "a=b" not in answer.headers.get("set-cookie", "")


def test_what_is_not_allowed_says_what_is(client: Client, store: RunStore) -> None:
    run = past.failed(store)
    answer = client.ask("PUT", f"/runs/{run.id}")
    assert (answer.status, answer.headers["allow"]) == (405, "GET, DELETE, OPTIONS")
    assert answer.json["type"] == "error"
    assert client.ask("GET", f"/runs/{run.id}/retry").status == 405


def test_there_is_nothing_else(client: Client) -> None:
    answer = client.ask("GET", "/nothing")
    assert (answer.status, answer.json["message"]) == (
        404,
        "there is nothing at that path",
    )


def test_looking_again_and_again_is_no_sign_of_a_person(client: Client) -> None:
    before = client.raw("GET", "/api/status?no_track_activity=1").json["last_activity"]
    client.get("/runs")
    after = client.raw("GET", "/api/status?no_track_activity=1").json["last_activity"]
    assert after == before
