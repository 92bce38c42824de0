"""One trial while it runs: its world, its browsers, what its people know, what has happened. Verbs act on it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import unquote, urlsplit

from conformance import languages
from conformance.app_answers import token_in, told
from conformance.dates import dates
from conformance.driver import App, Browser, Browsers, CannotRun, Clock, Cookie, DriverBroke, Inspection, Page, World
from conformance.letters import BY_MAIL, BY_SMS, Letters, Way
from conformance.observation import AppSeen, Essence, PageSeen
from conformance.origins import NoOrigin, origin_of
from conformance.reading import Reading, read
from conformance.recognise import account_page, by_words, form_shown, recognise
from conformance.secrets import COVER, Secrets
from conformance.target import Target
from conformance.usual import expectation_of
from conformance.values import Knowledge
from scenarios.model import Step

_RANDOM = re.compile(r"(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{16,}")


@dataclass
class Scene:
    """Everything that belongs to one trial and to no other. `events` are instants in UTC, by the name that cases count from.

    `goes_on` says that another step follows the one that is being done.
    """

    target: Target
    world: World
    makers: Browsers
    first_person: str | None
    secrets: Secrets
    letters: Letters
    texts: Letters
    people: dict[str, Knowledge]
    passwords: set[str] = field(default_factory=set)
    browsers: dict[str, Browser] = field(default_factory=dict)
    apps: dict[str, App] = field(default_factory=dict)
    events: dict[str, datetime] = field(default_factory=dict)
    remembered: dict[str, Essence] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    texts_shown: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    kept_cookies: dict[str, Sequence[Cookie]] = field(default_factory=dict)
    goes_on: bool = False
    code_page: Page | None = None  # the last page that asked for a code

    @classmethod
    def begin(cls, target: Target, world: World, makers: Browsers, first_person: str | None, patience: float) -> Scene:
        """The scene as a trial finds it: nothing has happened yet. `patience`: seconds that a mail which is due may take."""
        secrets = Secrets()
        people = {key: Knowledge.of(credentials, target.portal) for key, credentials in world.people.items()}
        letters, texts = (Letters(world, target.file, patience, secrets, way) for way in (BY_MAIL, BY_SMS))
        scene = cls(target, world, makers, first_person, secrets, letters, texts, people)
        for person in people.values():
            secrets.learn(person.credentials.identifier)
            secrets.learn(BY_SMS.address(person.credentials))
            if person.password:
                scene.learn_password(person.password)
        if world.clock is not None:
            scene.events["started"] = scene.events["now"] = world.clock.now().astimezone(UTC)
        return scene

    # -- people and browsers

    def actor(self, step: Step) -> Knowledge:
        """The person who acts. Raises DriverBroke when the case names nobody."""
        key = step.actor or self.first_person
        if key is None or key not in self.people:
            raise DriverBroke(f"Nobody acts in “{step.verb}” ({step.place}): name a person in `given`, or one of them with `as:`.")
        return self.people[key]

    def address_of_actor(self, step: Step, way: Way = BY_MAIL) -> str | None:
        """The mail address, or the number, of the person who acts; None when there is nobody or no address."""
        key = step.actor or self.first_person
        return way.address(self.people[key].credentials) if key in self.people else None

    def browser(self, name: str) -> Browser:
        """The browser of that name; a new one with no cookies when it is named for the first time."""
        if name not in self.browsers:
            self.browsers[name] = self.makers.new()
        return self.browsers[name]

    def app(self, name: str) -> App:
        """The app on the phone of that name; one that was never signed in when it is named for the first time. Raises CannotRun."""
        if self.world.new_app is None:
            raise CannotRun(f"{self.target.file} offers no app (capabilities.app): describe its API in [app].")
        if name not in self.apps:
            self.apps[name] = self.world.new_app()
        return self.apps[name]

    def learn_password(self, password: str) -> None:
        """A password that is known or was typed: it must be seen nowhere."""
        if password:  # somebody who has none yet has no secret
            self.passwords.add(password)
            self.secrets.learn(password)

    # -- time

    @property
    def clock(self) -> Clock:
        """The world's clock. Raises CannotRun without one."""
        if self.world.clock is None:
            raise CannotRun(f"{self.target.file} offers no clock that can be moved (capabilities.clock).")
        return self.world.clock

    @property
    def waits(self) -> bool:
        """Whether the world's clock runs by itself and instants are waited for."""
        return self.world.clock is not None and not self.world.clock.moves

    def move_clock(self, instant: datetime) -> None:
        """Move the world's clock there."""
        self.clock.move_to(instant)
        self.events["now"] = instant.astimezone(UTC)

    def look_at_the_clock(self) -> None:
        """Take note of what time it is, where time goes on by itself."""
        if self.waits:
            self.events["now"] = self.clock.now().astimezone(UTC)

    def happened(self, event: str) -> None:
        """Remember that it happened now."""
        self.look_at_the_clock()
        if "now" in self.events:
            self.events[event] = self.events["now"]

    # -- what is seen

    def see(self, browser: Browser, step: Step) -> PageSeen:
        """Look at the page shown, and whether the account opens in this browser now. Raises DriverBroke for an unknown page.

        Where clear words are enough the account is not tried: see `_words_will_do`.
        """
        page = browser.page()
        reading = read(page.html)
        account = None
        recognition = by_words(page, self.target) if self._words_will_do(step) else None
        if recognition is None:
            account = account_page(browser, self.target, self.world.address)
            recognition = recognise(page, self.target, account is not None)
        form = form_shown(reading, self.target)
        seen = PageSeen(page, reading, recognition, form, self._essence(page, reading), browser.overflow, account)
        self._note_end_of_block(seen)
        return seen

    def see_in_app(self, page: Page) -> AppSeen:
        """What the app gets to know by an answer of its API. Raises DriverBroke for one that says no outcome that we know."""
        assert self.target.app is not None
        recognition, reading = told(page, self.target.app, self.target.file)
        self.secrets.learn(token_in(page, self.target.app) if recognition.outcome == "signed-in" else None)
        seen = AppSeen(page, reading, recognition, "", self._essence(page, reading), lambda: 0)
        self._note_end_of_block(seen)
        return seen

    def inspected(self, browser: Browser) -> Inspection | None:
        """What only a screen shows of the page shown; None without one, and of a page that is somebody else's."""
        return browser.inspected() if self.is_of_target(browser.page().address) else None

    def is_of_target(self, address: str) -> bool:
        """Whether a page is the target's own, and nobody else's that it led to."""
        try:
            elsewhere = (page for page in self.target.pages.values() if "://" in page)
            return origin_of(address) in {origin_of(own) for own in (self.world.address, *elsewhere)}
        except NoOrigin:
            return False

    def _words_will_do(self, step: Step) -> bool:
        """On the way to what a case verifies, and where it goes on from a page that is not the account.

        There are portals where asking for the account ends a sign-in that is half done, as a person who did so would end it.
        """
        expected = expectation_of(step).get("outcome", "signed-in")
        wanted = expected if isinstance(expected, list | tuple) else [expected]
        return step.expect is None or (self.goes_on and "signed-in" not in wanted)

    def _note_end_of_block(self, seen: PageSeen) -> None:
        self.look_at_the_clock()
        if seen.recognition.outcome == "blocked" and "now" in self.events:
            shown = next(iter(dates(seen.message_words, languages.named(self.target.language))), None)
            if shown and (end := shown.after(self.events["now"])):
                self.events["until"] = end

    def _essence(self, page: Page, reading: Reading) -> Essence:
        controls = (f"{control.role} {control.label} {control.value}" for control in reading.controls)
        return Essence(page.status, tuple(map(self._plain, reading.lines)), tuple(map(self._plain, controls)))

    def _plain(self, text: str) -> str:
        return _RANDOM.sub(COVER, self.secrets.covered(text).replace(self.world.id, COVER))

    def shortened(self, address: str) -> str:
        """An address as the report shows it: from the portal's base on, secrets covered."""
        base = urlsplit(self.world.address)
        parts = urlsplit(address)
        path = unquote(parts.path).removeprefix(base.path) or "/"
        query = f"?{parts.query}" if parts.query else ""
        host = "…" if parts.netloc == base.netloc else f"{parts.scheme}://{parts.netloc}"
        return self.secrets.covered(f"{host}{path}{query}")
