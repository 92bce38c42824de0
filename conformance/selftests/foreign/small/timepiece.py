"""The clock of this portal: the machine's own, which nobody can move."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """The instant, in UTC."""
    return datetime.now(UTC)  # noqa: TID251 - a portal without a testability API has no other clock
