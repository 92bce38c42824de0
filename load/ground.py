"""Where a run takes place: the target, started when it is not running, a world in it, and its people; shared out when there are workers."""

from __future__ import annotations

import atexit
import logging
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from threading import Event, Thread
from typing import Any

from locust.env import Environment
from locust.runners import MasterRunner, WorkerRunner

from conformance.driver import CannotRun, DriverBroke, World
from conformance.gate import GATE, HAMMER, NotPermitted
from conformance.process import running
from conformance.target import Target, load_target
from conformance.target_file import TargetError
from conformance.testability import TestabilityProvisioner
from load.crowd import Crowd, Member, Newcomer, Someone, Stage, gather

PEOPLE_MESSAGE = "people"
PEOPLE_SECONDS = 5.0
FEWEST_PEOPLE = 50
NOBODY_CAME = "no people for this worker: it joined after they had been shared out. Start all workers, then the run."
ALL_SET_ASIDE = "all people were set aside, each after journeys that went wrong in a row"
# As argparse ends when the command line is wrong.
CANNOT_START = 2


class Ground:
    """Of one process of Locust's: the master's makes world and people, a worker's is sent its share, a single one does both."""

    def __init__(self, environment: Environment) -> None:
        options = environment.parsed_options
        assert options is not None
        self._environment = environment
        self._people = options.people or max(FEWEST_PEOPLE, 2 * (options.num_users or 1))
        self._stack = ExitStack()
        self._there = Event()
        self._world: World | None = None
        self._ending = False
        self._stage: Stage[Member] | None = None
        self._newcomers: Stage[Newcomer] | None = None
        self._first_visits: int = options.first_visits
        self.target: Target = load_target(options.target)
        runner = environment.runner
        if isinstance(runner, WorkerRunner):
            runner.register_message(PEOPLE_MESSAGE, self._receive)
            return
        self._start(options.num_users or 1)
        environment.events.test_start.add_listener(self._gather)
        environment.events.quit.add_listener(self.close)

    @property
    def stage(self) -> Stage[Member]:
        """The people of this process, once they have come."""
        assert self._stage is not None
        return self._stage

    @property
    def newcomers(self) -> Stage[Newcomer]:
        """Those of them without an account."""
        assert self._newcomers is not None
        return self._newcomers

    def take(self) -> Member | None:
        """Someone to sign in with; None, which is told once, when there is nobody, and then a run without workers ends.

        Waits for the people, who come from the master when there is one: a worker that joins too late gets none.
        """
        return self._told(self._stage.take() if self._there.wait(PEOPLE_SECONDS) and self._stage else None)

    def take_newcomer(self) -> Newcomer | None:
        """Someone without an account, in the same way."""
        return self._told(self._newcomers.take() if self._there.wait(PEOPLE_SECONDS) and self._newcomers else None)

    def _told(self, member: Someone | None) -> Someone | None:
        if member is None and not self._ending:
            self._ending = True
            logging.error(NOBODY_CAME if self._stage is None else ALL_SET_ASIDE)
            runner = self._environment.runner
            if runner is not None and not isinstance(runner, WorkerRunner):
                Thread(target=runner.quit, daemon=True).start()
        return member

    def close(self, **_: Any) -> None:
        """Drop the world and stop what was started. Not before: a master hears that a run ends while its workers still ask for pages."""
        self._drop()
        self._stack.close()

    def _start(self, users: int) -> None:
        if self._people < users:
            _cannot_start(f"--people {self._people}: fewer than the {users} users; give each one of their own, or leave the option out.")
        atexit.register(self.close)
        try:
            self.target = self._stack.enter_context(running(self.target))
            _hammer_at(self.target.touched)
        except (TargetError, NotPermitted) as error:
            _cannot_start(str(error))
        self._environment.host = self.target.address

    def _gather(self, **_: Any) -> None:
        """Make world and people, and send the workers their shares. The world of an earlier run is dropped."""
        self._drop()
        try:
            self._world, crowd = gather(self.target, self._people, self._people if self._first_visits else 0)
        except (CannotRun, DriverBroke) as error:
            self.close()
            _cannot_start(str(error))
        runner = self._environment.runner
        if isinstance(runner, MasterRunner):
            workers = [client.id for client in runner.clients.ready]
            for worker, share in zip(workers, crowd.shares(len(workers)), strict=True):
                runner.send_message(PEOPLE_MESSAGE, share.as_message(), worker)
        else:
            self._take(crowd)

    def _receive(self, msg: Any, **_: Any) -> None:
        crowd = Crowd.from_message(msg.data)
        try:
            _hammer_at([*(address for address in self.target.touched if "{" not in address), crowd.portal, crowd.mail])
        except NotPermitted as refusal:  # nobody comes then, which is told with what a user of this worker does next
            logging.error(refusal)
        else:
            self._take(crowd)

    def _take(self, crowd: Crowd) -> None:
        self._stage, self._newcomers, self._ending = Stage(crowd, crowd.members), Stage(crowd, crowd.newcomers), False
        self._there.set()

    def _drop(self) -> None:
        """Drop the world of the run that ended. A target that is gone has dropped it itself."""
        world, self._world = self._world, None
        if world is not None:
            try:
                TestabilityProvisioner(self.target).drop(world)
            except DriverBroke:
                return


def _hammer_at(addresses: Sequence[str]) -> None:
    """Open the gate of this process to a load, which no rate slows. Raises NotPermitted, also where `hammer` is not allowed."""
    GATE.admit(addresses)
    if lacking := GATE.forbids(HAMMER):
        raise NotPermitted(f"A load run was not begun: {lacking}")
    GATE.at_full_speed = True


def _cannot_start(why: str) -> None:
    print(f"locust: {why}", file=sys.stderr, flush=True)
    sys.exit(CANNOT_START)
