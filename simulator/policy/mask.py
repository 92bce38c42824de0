"""A mail address shown so that its owner knows it again, and nobody else learns it."""

from __future__ import annotations


def masked_address(address: str) -> str:
    """`t***@t***.com`: first letter of the local part, first of the domain, last label (AMC-04)."""
    local, _, domain = address.rpartition("@")
    _, _, last_label = domain.rpartition(".")
    return f"{_first(local)}***@{_first(domain)}***.{last_label}"


def _first(text: str) -> str:
    return next(iter(text), "")
