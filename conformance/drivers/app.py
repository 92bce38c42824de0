"""A phone with the portal's app: JSON over HTTP, a token in place of cookies."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import httpx

from conformance.app_answers import token_in
from conformance.app_specification import AppSpecification
from conformance.connections import send
from conformance.driver import App, CannotRun, Exchange, Page
from conformance.drivers.exchanges import header_mapping
from conformance.target import Target


def app_maker(target: Target, address: str) -> Callable[[], App] | None:
    """Makes phones with the app of a portal at that address; None where the target offers none."""
    app = target.app
    if app is None or "app" not in target.capabilities:
        return None
    return lambda: PhoneApp(app, address, target.file)


class PhoneApp:
    """The app on one phone; it keeps the token of its session."""

    def __init__(self, app: AppSpecification, address: str, file: str) -> None:
        self._app = app
        self._address = address
        self._file = file
        self.token = ""

    def ask(self, call: str, members: Mapping[str, str]) -> Page:
        """One call, and its answer as it came. Raises CannotRun for a call that the target file does not name."""
        if call not in self._app.calls:
            raise CannotRun(f"{self._file} names no call app.{call}: give its method and path, such as “POST app/v1/session”.")
        method, path = self._app.calls[call]
        address = f"{self._address.rstrip('/')}/{path.lstrip('/')}"
        body = {self._app.members[name]: value for name, value in members.items()}
        headers = {"Accept": "application/json", **({"Authorization": f"Bearer {self.token}"} if self.token else {})}
        response = send(httpx.Request(method, address, headers=headers, json=body or None))
        told, cookies = header_mapping(response.headers.multi_items())
        exchange = Exchange(method, address, response.status_code, told, cookies, response.elapsed.total_seconds())
        page = Page(address, response.status_code, response.text, (exchange,))
        if call == "sign-in" and response.is_success:
            self.token = token_in(page, self._app)
        return page
