"""Pages that a test makes up, served over a socket: by path, changed as the test goes; what is posted there is kept."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, request
from waitress.server import create_server


@dataclass
class ServedPages:
    """`address` is where they are served; `pages` are the bodies by path, HTML unless `types` says otherwise."""

    address: str = ""
    pages: dict[str, str] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    received: list[dict[str, str]] = field(default_factory=list)

    def serve(self, body: str, path: str = "page", content_type: str = "text/html; charset=utf-8") -> str:
        """Serve this body there from now on; the whole address."""
        self.pages[path] = body
        self.types[path] = content_type
        return f"{self.address}/{path}"


@contextmanager
def served_pages() -> Iterator[ServedPages]:
    """Serve on a free loopback port until the block ends."""
    logging.getLogger("waitress").setLevel(logging.ERROR)
    served = ServedPages()
    app = Flask(__name__)

    @app.route("/<path:path>", methods=["GET", "POST"])
    def answer(path: str) -> Response:
        if request.method == "POST":
            served.received.append(dict(request.form))
        status = 200 if path in served.pages else 404
        return Response(served.pages.get(path, "<h1>404</h1>"), status, content_type=served.types.get(path, "text/html"))

    server: Any = create_server(app, host="127.0.0.1", port=0, threads=4, clear_untrusted_proxy_headers=True)
    served.address = f"http://127.0.0.1:{server.effective_port}"
    threading.Thread(target=server.run, daemon=True).start()
    try:
        yield served
    finally:
        server.close()
