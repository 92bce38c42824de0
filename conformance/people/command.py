"""People made by a command of the target file: asked for as JSON on its standard input, answered as JSON on its standard output."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from conformance.driver import CannotRun, Clock, Credentials, DriverBroke, World
from conformance.drivers.app import app_maker
from conformance.mailpit import MailpitMailbox
from conformance.people.exchange import as_answered, as_sent, mail_domain_of, new_name
from conformance.people.real_time import MailSettled, check_clock
from conformance.process import environment
from conformance.secrets import Secrets
from conformance.target import Addresses, PeopleSource, Target
from scenarios.model import Person

# The command says with it that it cannot make such people, and why; everything else but 0 means that it broke.
CANNOT_BE_MADE = 3
_LAST_LINES = 8


@dataclass(frozen=True)
class PeopleOfCommand:
    """Runs the command once for each trial; the people have a mail domain of their own."""

    target: Target
    source: PeopleSource
    clock: Clock | None = None

    def make(self, people: Sequence[Person], clock: str | None, claim: str) -> World:  # noqa: ARG002
        """A world with these people. Raises CannotRun when the command says that it cannot make them, DriverBroke when it breaks."""
        check_clock(clock, self.target)
        name = new_name()
        domain = mail_domain_of(name)
        mail = self.target.mail if "mail" in self.target.capabilities else None
        return World(
            id=name,
            address=self.target.address,
            people=self._made(people, domain) if people else {},
            clock=self.clock,
            mailbox=MailpitMailbox(mail, domain) if mail else None,
            staff=None,
            settle=MailSettled(self.target.mail_settle_seconds),
            new_app=app_maker(self.target, self.target.address),
        )

    def drop(self, world: World) -> None:
        """Nothing: nobody asked for the people to be removed."""

    @property
    def _place(self) -> str:
        return f"{self.target.file}: people.command"

    def _made(self, people: Sequence[Person], domain: str) -> Mapping[str, Credentials]:
        asked = {"mail_domain": domain, "people": [as_sent(person, domain) for person in people]}
        secrets = Secrets(str(person.fields["password"]) for person in people if "password" in person.fields)
        status, said, errors = self._run(json.dumps(asked).encode())
        last_words = [secrets.covered(line) for line in errors.decode(errors="replace").strip().splitlines()[-_LAST_LINES:]]
        if status == CANNOT_BE_MADE:
            raise CannotRun(last_words[-1] if last_words else f"{self._place} ended with status {status} and did not say why.")
        if status is None:
            patience = f"{self.source.timeout_seconds:g} s (people.timeout)"
            raise DriverBroke(f"{self._place} did not answer within {patience}. {_told(last_words)}")
        if status != 0:
            raise DriverBroke(f"{self._place} ended with status {status}. {_told(last_words)}")
        return as_answered(self._answer(said, last_words), people, self._place)

    def _answer(self, said: bytes, last_words: Sequence[str]) -> Any:
        try:
            answer = json.loads(said)
        except ValueError as error:  # what it printed may hold passwords: it is not told
            kind = error.msg if isinstance(error, json.JSONDecodeError) else "not UTF-8"
            found = f"{len(said)} bytes that are no JSON ({kind})"
            raise DriverBroke(f"{self._place} printed {found}. Print the answer and nothing else. {_told(last_words)}") from None
        return answer.get("people") if isinstance(answer, dict) else None

    def _run(self, asked: bytes) -> tuple[int | None, bytes, bytes]:
        """Its status, or None when it took too long, what it printed, and what it complained of."""
        with self._started() as process:
            try:
                said, errors = process.communicate(asked, self.source.timeout_seconds)
            except subprocess.TimeoutExpired:
                _end(process)
                return (None, *process.communicate())
            except BaseException:
                _end(process)
                raise
            return process.returncode, said, errors

    def _started(self) -> subprocess.Popen[bytes]:
        command = [part.replace("{python}", sys.executable) for part in self.source.command]
        addresses = Addresses(self.target.address, self.target.control, self.target.mail, self.target.sms)
        try:
            return subprocess.Popen(
                command,
                cwd=self.source.directory,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env={**environment(addresses), **os.environ},
                process_group=0,
            )
        except OSError as error:
            raise DriverBroke(f"{self._place}: {command[0]} cannot be run beside the target file: {error.strerror}.") from None


def _end(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)  # whatever it started goes with it: the group is its own


def _told(last_words: Sequence[str]) -> str:
    return "Its last words:\n  " + "\n  ".join(last_words) if last_words else "It said nothing on its standard error."
