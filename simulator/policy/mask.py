"""A mail address shown so that its owner knows it again, and nobody else learns it."""

from __future__ import annotations


def masked_address(address: str) -> str:
    """`t***@t***.com`: first letter of the local part, first of the domain, last label (AMC-04)."""
    local, _, domain = address.rpartition("@")
    _, _, last_label = domain.rpartition(".")
    first, *_ = local
    first_of_domain, *_ = domain
    return f"{first}***@{first_of_domain}***.{last_label}"
