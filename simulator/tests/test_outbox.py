"""The outbox against a real SMTP server: after the commit, again when it was down, once, and sealed on disk."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from simulator.clock import machine_now
from simulator.couriers import MailCourier
from simulator.documents import Faults
from simulator.keyring import keyring_in
from simulator.outbox import Mail, OutboxSender, SealedOutbox
from simulator.passwords import PasswordCost, Passwords
from simulator.sinks import Mailbox, SmtpSink
from simulator.worlds import World, Worlds

MAIL = Mail("Votre Assurance Maladie", "ne-pas-repondre@app.test", "someone@box.test", "Objet accentué", "Code : 123456\n", "<p>123456</p>")


class Post:
    """Worlds, a sender and, when it is opened, a mail server."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.worlds = Worlds(folder, Passwords(PasswordCost.FAST))
        self.mailbox = Mailbox(folder / "mail.sqlite", machine_now)
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.outbox = SealedOutbox(keyring_in(folder))
        self.sender = self.new_sender()
        self.server: SmtpSink | None = None

    def new_sender(self) -> OutboxSender:
        return OutboxSender(self.worlds, keyring_in(self.folder), {"mail": MailCourier("127.0.0.1", self.port)})

    def open_server(self) -> None:
        self.server = SmtpSink(self.mailbox, "127.0.0.1", self.port)
        self.server.start()

    def post(self, world: World, mail: Mail = MAIL) -> None:
        with world.file.transaction() as transaction:
            self.outbox.post(transaction, mail)
        self.sender.wake(world)

    def waiting(self, world: World) -> int:
        with world.file.reading() as transaction:
            return transaction.waiting()

    def close(self) -> None:
        self.sender.stop()
        if self.server is not None:
            self.server.stop()


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Post]:
    """A post office, closed at the end."""
    opened = Post(tmp_path)
    yield opened
    opened.close()


def _until(condition: Callable[[], bool], seconds: float = 5.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.01)
    return condition()


def _received(post: Post) -> int:
    return post.mailbox.totals().total


def test_a_mail_leaves_after_the_commit(post: Post) -> None:
    """A queued mail reaches the server in both forms, and nothing of it stays in the outbox."""
    post.open_server()
    post.sender.start()
    world = post.worlds.create("one")
    post.post(world)
    assert _until(lambda: post.waiting(world) == 0)
    assert _received(post) == 1


def test_a_mail_of_a_transaction_that_failed_never_leaves(post: Post) -> None:
    """What is rolled back was never posted."""
    post.open_server()
    post.sender.start()
    world = post.worlds.create("one")

    def fail() -> None:
        with world.file.transaction() as transaction:
            post.outbox.post(transaction, MAIL)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    post.post(world)
    assert _until(lambda: post.waiting(world) == 0)
    assert _received(post) == 1


def test_mails_wait_while_the_server_is_down(post: Post) -> None:
    """With no server the mails wait, and leave, each once, when it is there again (HRD-32)."""
    post.sender.start()
    world = post.worlds.create("one")
    for _ in range(3):
        post.post(world)
    time.sleep(0.2)
    assert post.waiting(world) == 3
    post.open_server()
    assert _until(lambda: post.waiting(world) == 0, 8)
    assert _received(post) == 3


def test_a_refusing_server_is_a_fault_of_the_world(post: Post) -> None:
    """While the fault is on nothing leaves; when it is off what waited leaves."""
    post.open_server()
    post.sender.start()
    world = post.worlds.create("one")
    with world.file.transaction() as transaction:
        transaction.put("faults", Faults("refuse"))
    post.post(world)
    time.sleep(0.1)
    assert (post.waiting(world), _received(post)) == (1, 0)
    with world.file.transaction() as transaction:
        transaction.put("faults", Faults("none"))
        transaction.try_all_again()
    post.sender.wake(world)
    assert _until(lambda: post.waiting(world) == 0, 0.4)
    assert _received(post) == 1


def test_a_later_process_sends_what_an_earlier_left(post: Post) -> None:
    """Mails that were queued and not sent when the process died are sent by the next one."""
    world = post.worlds.create("one")
    post.post(world)
    post.open_server()
    later = post.new_sender()
    later.start()
    assert _until(lambda: post.waiting(world) == 0)
    later.stop()
    post.sender.start()
    assert _received(post) == 1


def test_two_senders_send_each_mail_once(post: Post) -> None:
    """Several workers share an outbox, and no mail leaves twice."""
    post.open_server()
    world = post.worlds.create("one")
    second = post.new_sender()
    post.sender.start()
    second.start()
    for _ in range(20):
        post.post(world)
        second.wake(world)
    assert _until(lambda: post.waiting(world) == 0)
    second.stop()
    assert _received(post) == 20


def test_a_waiting_mail_cannot_be_read_on_disk(post: Post) -> None:
    """The code in a mail that waits stands nowhere in the world's files."""
    world = post.worlds.create("one")
    post.post(world)
    kept = b"".join(path.read_bytes() for path in post.folder.joinpath("worlds").iterdir())
    assert re.search(rb"123456|MTIzNDU2|Q29kZSA6", kept) is None
