"""What a hostile request must not do: bring an error of the server, a traceback, no answer in time, or the end of the process."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from conformance.selftests.hostile_requests.places import Place
from conformance.selftests.hostile_requests.wire import Answer

_TRACEBACK = b"Traceback (most recent call last)"
_SHOWN = 1_500


@dataclass(frozen=True)
class Finding:
    """Something that must not be: where, what was spoilt, what came of it, and the exact request."""

    number: int
    place: Place
    twists: tuple[str, ...]
    what: str
    request: bytes

    def __str__(self) -> str:
        shown = self.request[:_SHOWN]
        rest = f"\n    … and {len(self.request) - _SHOWN} bytes more" if len(self.request) > _SHOWN else ""
        lines = "\n    ".join(repr(line)[2:-1] for line in shown.split(b"\r\n"))
        return f"{self.number}. {self.place} [{', '.join(self.twists) or 'as it should be'}]\n    {self.what}\n    {lines}{rest}"


def _stays(address: str, location: str) -> bool:
    """Whether a redirect leads to the host that it came from."""
    try:
        return urlsplit(urljoin(f"{address}/", location)).netloc == urlsplit(address).netloc
    except ValueError:
        return False


@dataclass
class Words:
    """What the process writes to its standard error, read bit by bit."""

    file: Path
    _read: int = 0

    def new(self) -> bytes:
        """What was written since the last time."""
        with self.file.open("rb") as stream:
            stream.seek(self._read)
            written = stream.read()
        self._read += len(written)
        return written


@dataclass
class Record:
    """All that was seen: how many requests each place answered with which status, the slowest answer, and what must not be."""

    statuses: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    twists: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)
    sent: int = 0
    slowest: float = 0.0

    def took(self, place: Place, twists: tuple[str, ...], request: bytes, answer: Answer | str, words: bytes) -> None:
        """Take down one request and what came of it: an answer, or why there was none."""
        self.sent += 1
        self.twists.update(twists)
        told = "no answer" if isinstance(answer, str) else f"{answer.status}"
        self.statuses[str(place)][told] += 1
        if isinstance(answer, Answer):
            self.slowest = max(self.slowest, answer.seconds)
        if what := "; ".join(wrong(place, answer, words)):
            self.findings.append(Finding(len(self.findings) + 1, place, twists, what, request))

    def by_status(self) -> Counter[str]:
        """How often each status came in all."""
        return sum(self.statuses.values(), Counter())


def wrong(place: Place, answer: Answer | str, words: bytes) -> Iterator[str]:
    """What must not be about an answer, and about what the process said meanwhile."""
    if isinstance(answer, str):
        yield f"no answer: {answer}"
    else:
        if answer.status >= 500:
            yield f"status {answer.status}: {answer.body[:300].decode(errors='replace')}"
        if answer.seconds > place.patience:
            yield f"an answer after {answer.seconds:.1f} s"
        if _TRACEBACK in answer.body:
            yield "a traceback in the answer"
        if not _stays(place.address, answer.headers.get("location", "")):
            yield f"a redirect to another host: {answer.headers['location'][:200]}"
    if _TRACEBACK in words:
        yield f"a traceback on standard error:\n{words.decode(errors='replace')[-3_000:].strip()}"
