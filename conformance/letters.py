"""The mails and SMS of one trial: which are due, which have come, and how long they took. What is due is waited for, and nothing else."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urldefrag

from conformance.driver import CannotRun, Credentials, Mailbox, Message, World
from conformance.mail_facts import codes_of, is_of, kind_of, link_to_follow, newest, provisional_codes_of, secret_of, with_secret
from conformance.observation import MailSeen
from conformance.secrets import Secrets
from scenarios.language import SMS


@dataclass(frozen=True)
class Way:
    """A way by which messages reach people: where a world's are read, which address of theirs they go to, and what is lacking without."""

    box: Callable[[World], Mailbox | None]
    address: Callable[[Credentials], str | None]
    lacking: str


BY_MAIL = Way(lambda world: world.mailbox, lambda person: person.address, "no mail to be read: give Mailpit's base address as mail")
BY_SMS = Way(
    lambda world: world.phone,
    lambda person: person.details.get("mobile"),
    "no SMS to be read: give the base address of an SMS sink as sms, and make people through a testability API",
)


@dataclass
class Letters:
    """Reads the messages of a world. `patience` is in seconds of real time; `secrets` learns every code that comes."""

    world: World
    file: str
    patience: float
    secrets: Secrets
    way: Way = BY_MAIL
    seen: dict[str, Message] = field(default_factory=dict)
    seen_at: dict[str, float] = field(default_factory=dict)
    asked_at: float = field(default_factory=time.monotonic)
    _asked: bool = False
    _last: Sequence[Message] = ()
    _due: dict[tuple[str, str | None], int] = field(default_factory=lambda: defaultdict(int))

    @property
    def mailbox(self) -> Mailbox:
        """Where the messages of this world are read. Raises CannotRun without."""
        box = self.way.box(self.world)
        if box is None:
            raise CannotRun(f"{self.file} offers {self.way.lacking}.")
        return box

    def asked(self) -> None:
        """A mail is asked for at this moment of real time."""
        self._asked = True
        self.asked_at = time.monotonic()

    def code_due(self, address: str | None) -> None:
        """One more code was announced as sent to this address."""
        self._due["code", address] += 1

    def link_due(self) -> None:
        """A link, or a provisional code, will be asked for: one more than there are now is to come."""
        if self.world.mailbox is not None:
            kinds = [kind_of(message) for message in self._listed()]
            for kind in ("link", "provisional"):
                self._due[kind, None] = kinds.count(kind) + 1

    def newest(self, kind: str, address: str | None, settled: bool = False) -> MailSeen:
        """The newest message of a kind: code, provisional, link, notice, sms or any. One that is due is waited for.

        With `settled`, until none is on its way.
        """
        if settled:
            self.world.settle()
            self._listed()
        messages = self._listed() if kind == "any" and not settled else self._awaited(kind, address)
        message = newest(self._to(address, messages), kind)
        taken = (self.seen_at[message.id] if message else time.monotonic()) - self.asked_at
        return MailSeen(message, len(messages), address, max(0.0, taken))

    def holding(self, text: str, address: str | None) -> MailSeen:
        """The newest mail in which that text stands, once none is on its way."""
        self.world.settle()
        messages = self._listed()
        message = next((one for one in self._to(address, messages) if text in one.text), None)
        taken = (self.seen_at[message.id] if message else time.monotonic()) - self.asked_at
        return MailSeen(message, len(messages), address, max(0.0, taken))

    def settled(self) -> Sequence[Message]:
        """All mails, newest first, once none is on its way. Whatever sent them, what is due counts from these on."""
        self.world.settle()
        messages = self._listed()
        for person in self.world.people.values():
            address = self.way.address(person)
            self._due["code", address] = self._count("code", address, messages)
        return messages

    def newest_code(self, address: str | None) -> str | None:
        """The code that came last to this address, waited for when one is due."""
        message = newest(self._to(address, self._awaited("code", address)), "code")
        return codes_of(message)[0] if message else None

    def newest_provisional_code(self, address: str | None) -> str | None:
        """The provisional code that came last to this address, waited for when one is due."""
        message = newest(self._to(address, self._awaited("provisional", address)), "provisional")
        return provisional_codes_of(message)[0] if message else None

    def all_codes(self) -> frozenset[str]:
        """Every code that has come so far, to anyone; nobody looks before one was asked for."""
        if self.world.mailbox is not None and (self._asked or self.seen):
            self._listed()
        return self.codes_read()

    def codes_read(self) -> frozenset[str]:
        """Every code of the mails that were listed until now."""
        return frozenset(code for message in self.seen.values() for code in codes_of(message))

    def secret_links(self) -> frozenset[str]:
        """The addresses that mails led to and that hold a secret, of the mails that were listed until now."""
        led = (link_to_follow(message) for message in self.seen.values())
        return frozenset(urldefrag(link).url for link in led if link and with_secret(link, "missing") != link)

    def _awaited(self, kind: str, address: str | None) -> Sequence[Message]:
        """What was listed last, when as many are in it as are due; else what there is as soon as they are, or when patience ends."""
        due = max(self._due[kind, address if kind == "code" else None], 1) if kind != "any" else 0
        until = time.monotonic() + self.patience
        messages = self._last
        while self._count(kind, address, messages) < due and (left := until - time.monotonic()) > 0:
            messages = self._noted(self.mailbox.wait_beyond(len(messages), left))
        return messages

    def _count(self, kind: str, address: str | None, messages: Sequence[Message]) -> int:
        own = self._to(address, messages) if kind in {"code", SMS} else messages
        return sum(is_of(message, kind) for message in own)

    def _to(self, address: str | None, messages: Sequence[Message]) -> list[Message]:
        """The mails to an address; all of them when nobody else is there whose mails they could be."""
        others = {other for person in self.world.people.values() if (other := self.way.address(person))} - {address}
        wanted = (address or "").lower()
        return [message for message in messages if not others or wanted in map(str.lower, message.to)]

    def _listed(self) -> Sequence[Message]:
        return self._noted(self.mailbox.messages())

    def _noted(self, messages: Sequence[Message]) -> Sequence[Message]:
        for message in messages:
            if message.id not in self.seen:
                self.seen[message.id] = message
                self.seen_at[message.id] = time.monotonic()
                for code in (*codes_of(message), *provisional_codes_of(message)):
                    self.secrets.learn(code)
                self.secrets.learn(secret_of(message))
        self._last = messages
        return messages
