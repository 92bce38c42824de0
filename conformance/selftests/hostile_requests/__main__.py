"""Hostile requests over every form and address of the simulator: none may bring an error of the server, a traceback, or a long wait.

    python -m conformance.selftests.hostile_requests [--requests 20000] [--seed N]

Starts the simulator, finds its pages and forms (signed out, between password and code, signed in, on a link of a mail), its
control room and API, its mails and theirs; and sends each what it would get from a browser or a program, with something spoilt:
texts of scenarios/corpora in fields, documents, addresses, headers and cookies, other methods and types. Afterwards a usual
sign-in must work. The same seed spoils the same things in the same order. Ends with 1 when something was found; each finding
comes with its exact request.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from conformance.driver import DriverBroke
from conformance.observation import PageSeen
from conformance.process import started
from conformance.selftests.hostile_requests.draft import Body, Draft, on_the_wire
from conformance.selftests.hostile_requests.grounds import Grounds
from conformance.selftests.hostile_requests.judging import Finding, Record, Words
from conformance.selftests.hostile_requests.places import Place
from conformance.selftests.hostile_requests.twists import Stock, twisted
from conformance.selftests.hostile_requests.wire import Answer, NoAnswer, send
from conformance.target import load_target
from conformance.target_file import TargetError

# So many requests until a ground is gathered afresh: visits end, and worlds are dropped.
_BURST = 30
# How often a page is chosen, and a form or a call with a body.
_PAGE, _FORM = 1, 4
_LONGEST_SECONDS = 15.0
_EVERY_SECONDS = 10.0
_FINDINGS_TOLD = 40

Tell = Callable[[Record], None]


@dataclass(frozen=True)
class Attack:
    """A running simulator, and whoever attacks it. `words` are what it says on its standard error."""

    grounds: Grounds
    stock: Stock
    words: Words
    record: Record

    def go(self, requests: int, tell: Tell) -> None:
        """Send that many, ground by ground in turn, and tell how it goes."""
        while self.record.sent < requests:
            for gather in self.grounds.names().values():
                with gather() as places:
                    self._burst(places, min(_BURST, requests - self.record.sent))
                self.grounds.drop_all()
                tell(self.record)

    def as_they_should_be(self) -> None:
        """Send each place what a browser would send, once."""
        for gather in self.grounds.names().values():
            with gather() as places:
                for place in sorted(places, key=_ends):
                    self._send(place, place.draft, ())

    def sign_in_works(self) -> str:
        """Nothing, or why a person can no longer sign in as usual."""
        try:
            with self.grounds.world() as (_, scene):
                seen = self.grounds.go(scene, "signed in")
        except DriverBroke as problem:
            return str(problem)
        outcome = seen.recognition.outcome if isinstance(seen, PageSeen) else "nothing"
        return "" if outcome == "signed-in" else f"a usual sign-in led to: {outcome}"

    def _burst(self, places: list[Place], requests: int) -> None:
        for _ in range(requests):
            (place,) = self.stock.chance.choices(places, [_PAGE if place.draft.body is Body.NONE else _FORM for place in places])
            draft, twists = twisted(place.draft, self.stock)
            answer = self._send(place, draft, twists)
            self._look_at_what_was_made(place, answer)
            if _ends(place) and isinstance(answer, Answer) and answer.status < 400:
                return  # what the other requests of this ground are about is gone

    def _look_at_what_was_made(self, place: Place, answer: Answer | str) -> None:
        """A world of hostile content: whatever shows it must do so, or say in order that it cannot."""
        if isinstance(answer, Answer) and answer.status == 201 and (made := self.grounds.made(place, answer.body)):
            for further in made:
                self._send(further, further.draft, ("made by a hostile request",))

    def _send(self, place: Place, draft: Draft, twists: tuple[str, ...]) -> Answer | str:
        request = on_the_wire(draft, place.address)
        try:
            answer: Answer | str = send(place.address, request, draft.method.decode("latin-1"), _LONGEST_SECONDS)
        except NoAnswer as problem:
            answer = str(problem)
        self.record.took(place, twists, request, answer, self.words.new())
        return answer


def _ends(place: Place) -> bool:
    """Whether a request that is in order takes away what the others are about."""
    return place.draft.method == b"DELETE" or place.draft.path.rstrip(b"/").endswith((b"/drop", b"/delete"))


@contextmanager
def attack(seed: int) -> Iterator[Attack]:
    """The simulator, started for it. Raises TargetError when it does not start."""
    target = load_target("simulator")
    assert target.start is not None
    with tempfile.TemporaryDirectory(prefix="heurtoir-hostile-") as folder:
        said = Path(folder, "said.txt")
        chance = random.Random(seed)
        with started(target.start, target.file, said) as addresses:
            yield Attack(Grounds(target.at(addresses), chance), Stock(chance), Words(said), Record())


def main(arguments: list[str] | None = None) -> int:
    """Run; 0 when nothing was found, 1 when something was, 2 when the simulator does not start."""
    given = _parser().parse_args(arguments)
    print(f"{given.requests} requests, seed {given.seed}")
    began = time.monotonic()
    try:
        with attack(given.seed) as attacked:
            attacked.as_they_should_be()
            attacked.go(given.requests, _progress(given.requests))
            broken = attacked.sign_in_works()
    except TargetError as problem:
        print(problem, file=sys.stderr)
        return 2
    _summary(attacked.record, time.monotonic() - began)
    if broken:
        print(f"\nAFTERWARDS: {broken}")
    for finding in attacked.record.findings[:_FINDINGS_TOLD]:
        print(f"\n{finding}")
    _keep(attacked.record.findings, given.keep)
    return 1 if attacked.record.findings or broken else 0


def _progress(requests: int) -> Tell:
    began = last = time.monotonic()

    def tell(record: Record) -> None:
        nonlocal last
        if time.monotonic() - last >= _EVERY_SECONDS:
            last = time.monotonic()
            left = (last - began) / record.sent * max(0, requests - record.sent)
            print(f"[{record.sent}/{requests}] {len(record.findings)} findings; about {left:.0f} s left", flush=True)

    return tell


def _summary(record: Record, seconds: float) -> None:
    for place, statuses in sorted(record.statuses.items()):
        told = ", ".join(f"{count} x {status}" for status, count in sorted(statuses.items()))
        print(f"{place}\n    {told}")
    print("\nspoilt: " + ", ".join(f"{name} {count}" for name, count in record.twists.most_common()))
    print("answers: " + ", ".join(f"{count} x {status}" for status, count in sorted(record.by_status().items())))
    print(f"{record.sent} requests to {len(record.statuses)} places in {seconds:.0f} s, the slowest answer after {record.slowest:.2f} s")
    print(f"{len(record.findings)} findings")


def _keep(findings: list[Finding], folder: Path | None) -> None:
    if folder is None or not findings:
        return
    folder.mkdir(parents=True, exist_ok=True)
    for finding in findings:
        (folder / f"request-{finding.number}.bin").write_bytes(finding.request)
    print(f"\nthe requests as they were sent: {folder}/request-N.bin")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m conformance.selftests.hostile_requests", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--requests", type=_number, default=20_000, metavar="N", help="how many (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="which (default: %(default)s)")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="where to keep the requests of all findings, as they were sent")
    return parser


def _number(text: str) -> int:
    if text.isascii() and text.isdigit() and int(text) > 0:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no number above 0")


if __name__ == "__main__":
    sys.exit(main())
