"""Who may talk to the page: only a browser on this machine that was given its address, and no other site in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_NAMES: Final = frozenset({"127.0.0.1", "localhost"})
_OWN: Final = frozenset({"same-origin", "none"})
# Vue compiles the components of NiceGUI in the browser, which needs eval; everything else is from this server.
_POLICY: Final = (
    "default-src 'none'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
_HEADERS: Final = (
    (b"content-security-policy", _POLICY.encode()),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
)


class Guard:
    """Refuses every request, of HTTP and of websockets, that does not come from the page itself.

    A request has to be addressed to this machine by a name that no other site can take (against DNS rebinding), has to
    come from the page's own origin where the browser says where it comes from, and has to hold the secret in its path.

    Parameters
    ----------
    app : ASGI application
        What is guarded.
    secret : str
        First part of every path.
    """

    def __init__(self, app: ASGIApp, secret: str) -> None:
        self.app = app
        self._prefix = f"/{secret}/"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it with 403 and nothing else."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif self._is_own(scope):
            await self.app(scope, receive, _Answers(send))
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008})  # before it is accepted: the browser sees a 403
        else:
            await send(
                {"type": "http.response.start", "status": 403, "headers": [(b"content-length", b"0"), *_HEADERS]}
            )
            await send({"type": "http.response.body", "body": b""})

    def _is_own(self, scope: Scope) -> bool:
        headers: dict[str, list[str]] = {}
        for name, value in scope["headers"]:
            headers.setdefault(name.decode("latin-1"), []).append(value.decode("latin-1"))
        hosts, origins = headers.get("host", []), headers.get("origin", [])
        if len(hosts) != 1 or hosts[0].rpartition(":")[0] not in _NAMES:
            return False
        if scope["type"] == "websocket" and not origins:
            return False
        if any(origin != f"http://{hosts[0]}" for origin in origins):
            return False
        if any(site not in _OWN for site in headers.get("sec-fetch-site", [])):
            return False
        return f"{scope['path']}/".startswith(self._prefix)


class _Answers:
    """Adds what a browser is to know to every answer, and takes away whatever would let another origin read it."""

    def __init__(self, send: Send) -> None:
        self._send = send

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            kept = [(name, value) for name, value in message["headers"] if not name.startswith(b"access-control-")]
            page = any(name == b"content-type" and value.startswith(b"text/html") for name, value in kept)
            message["headers"] = [*kept, *_HEADERS, *([(b"cache-control", b"no-store")] if page else [])]
        await self._send(message)
