"""Pages that a secret link opens: where the links of a portal lead to, and what keeps them secret."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Response, current_app, request

from simulator import defects


def portal_address() -> str:
    """The configured one: what the request says of its host is anybody's word (HRD-52)."""
    configured: str = current_app.config["PORTAL_ADDRESS"]
    forwarded = request.headers.get("X-Forwarded-Host")
    if forwarded and defects.on("link-from-forwarded-host"):
        return f"{request.scheme}://{forwarded}"
    return request.host_url.rstrip("/") if request.host != urlsplit(configured).netloc and defects.on("link-from-host") else configured


def uses_it_up() -> bool:
    """Looking does not, whoever looks (HRD-61)."""
    return request.method == "HEAD" and defects.on("head-uses-the-link")


def kept_to_itself(response: Response) -> Response:
    """The address is a secret, also once it is used: it goes to no other page, ours included (HRD-54)."""
    if not defects.on("secret-link-told-onward"):
        response.headers["Referrer-Policy"] = "no-referrer"
    return response
