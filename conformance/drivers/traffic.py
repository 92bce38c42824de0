"""What a browser asks for while a page comes about: documents, and what scripts ask for."""

from __future__ import annotations

from playwright.sync_api import BrowserContext, Request, Response
from playwright.sync_api import Error as PlaywrightError

_SCRIPTED = frozenset({"xhr", "fetch"})


class Traffic:
    """Listens to all tabs of a browser, from one `listen` to the next."""

    def __init__(self, context: BrowserContext) -> None:
        self.agent: str | None = None
        self.failure: tuple[str, str] | None = None
        self._documents: set[Request] = set()
        self._calls: set[Request] = set()
        self._answers: list[Response] = []
        context.on("request", self._on_request)
        context.on("response", self._on_response)
        context.on("requestfinished", self._on_end)
        context.on("requestfailed", self._on_failure)

    def listen(self) -> None:
        """Forget what was heard until now."""
        self._documents.clear()
        self._calls.clear()
        self._answers.clear()
        self.failure = None

    @property
    def documents_under_way(self) -> bool:
        """Whether a document was asked for and has not come."""
        return bool(self._documents)

    @property
    def quiet(self) -> bool:
        """Whether nothing is under way, neither a document nor what a script asked for."""
        return not self._documents and not self._calls

    @property
    def answers(self) -> tuple[Response, ...]:
        """What came, in its order."""
        return tuple(self._answers)

    def _on_request(self, request: Request) -> None:
        if is_document(request):
            self.agent = request.headers.get("user-agent", self.agent)
            self._documents.add(request)
        elif request.resource_type in _SCRIPTED:
            self._calls.add(request)

    def _on_response(self, answer: Response) -> None:
        if answer.request in self._documents or answer.request in self._calls:
            self._documents.discard(answer.request)
            self._answers.append(answer)

    def _on_end(self, request: Request) -> None:
        self._calls.discard(request)

    def _on_failure(self, request: Request) -> None:
        self._calls.discard(request)
        if request in self._documents:
            self._documents.discard(request)
            if "ERR_ABORTED" not in (request.failure or ""):  # given up for another one
                self.failure = request.url, request.failure or ""


def is_document(request: Request) -> bool:
    """Whether a request is for the document of a whole tab, not of a frame in it."""
    if not request.is_navigation_request():
        return False
    try:
        return request.frame.parent_frame is None
    except PlaywrightError:  # a new tab has no frame yet
        return True
