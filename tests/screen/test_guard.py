"""Who may talk to the page: requests as a browser, another site and a rebound name would send them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from grader.screen.web.guard import Guard

if TYPE_CHECKING:
    from starlette.types import Message, Receive, Scope, Send

HOST = "127.0.0.1:8123"
OWN = f"http://{HOST}"


def _ask(kind: str = "http", path: str = "/secret/", host: str = HOST, **headers: str) -> list[Message]:
    """Return what the guard answers, with an application behind it that lets every origin read."""

    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        answer = [(b"access-control-allow-origin", b"*"), (b"content-type", b"text/html; charset=utf-8")]
        await send({"type": "http.response.start", "status": 200, "headers": answer})
        await send({"type": "http.response.body", "body": b"the page"})

    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    named = {"host": host, **{name.replace("_", "-"): value for name, value in headers.items()}}
    scope: dict[str, Any] = {
        "type": kind,
        "path": path,
        "headers": [(name.encode(), value.encode()) for name, value in named.items()],
    }
    asyncio.run(Guard(app, "secret")(scope, receive, send))
    return sent


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"host": "localhost:8123"},
        {"origin": OWN},
        {"sec_fetch_site": "none"},
        {"sec_fetch_site": "same-origin", "origin": OWN},
        {"kind": "websocket", "origin": OWN},
    ],
)
def test_the_page_itself_is_answered(given: dict[str, str]) -> None:
    """A browser that opened the address gets the page, which no other origin may read and no site may frame."""
    start, body = _ask(**given)
    headers = dict(start["headers"])

    assert (start["status"], body["body"]) == (200, b"the page")
    assert not any(name.startswith(b"access-control") for name in headers)
    assert b"frame-ancestors 'none'" in headers[b"content-security-policy"]
    assert headers[b"cache-control"] == b"no-store"


@pytest.mark.parametrize(
    "given",
    [
        {"host": "evil.example:8123"},  # a name that was rebound to 127.0.0.1
        {"host": "evil.example"},
        {"host": ""},
        {"host": "127.0.0.1"},
        {"host": "127.0.0.1.evil.example:8123"},
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:9999"},  # another program of this machine
        {"origin": f"https://{HOST}"},
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
        {"path": "/"},
        {"path": "/secre/"},
        {"path": "/secretly/"},
        {"path": "//secret/"},
    ],
)
def test_anything_else_is_refused(given: dict[str, str]) -> None:
    """Another name, another origin or another path gets 403 and no word, as HTTP and as a websocket."""
    start, body = _ask(**given)
    closed = _ask(kind="websocket", **{"origin": OWN, **given})

    assert (start["status"], body["body"]) == (403, b"")
    assert [message["type"] for message in closed] == ["websocket.close"]


def test_a_websocket_says_where_it_comes_from() -> None:
    """A websocket without an origin is refused: every browser sends one."""
    assert [message["type"] for message in _ask(kind="websocket")] == ["websocket.close"]
