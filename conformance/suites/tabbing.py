"""A page gone through with Tab and Shift+Tab: what is reached, in which order, whether one sees where one is and gets out again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from conformance.driver import Control, Focused
from conformance.keyboard import KeyboardBrowser, Look

REACHED = "reached by Tab"
ORDER = "order of the focus"
SEEN = "focus to be seen"
FREE = "no trap"
SKIP = "skip link"
EXPECTED = {
    REACHED: "all that a mouse can use",
    ORDER: "that of the page",
    SEEN: "each element looks different with the focus",
    FREE: "Tab and Shift+Tab lead through the page and out of it",
    SKIP: "first on the page, and leads past what comes before its content",
}
TAB, BACK = "Tab", "Shift+Tab"
# A date field has several places where Tab stops, and a frame has its own.
_MOST_WITHIN = 12
_MOST_STOPS = 400
_MOST_NAMED = 3


class Unreached(Exception):
    """Tab never comes to a control that is there."""


@dataclass
class Walk:
    """What was met on the way through a page with one key; `trapped` says where it did not go on."""

    stops: list[Focused] = field(default_factory=list)
    looks: dict[int, Look | None] = field(default_factory=dict)
    trapped: str = ""


@dataclass
class Walker:
    """Goes through pages by keyboard. `looked` are elements outside of forms, as in a header, that were seen to show their focus."""

    browser: KeyboardBrowser
    looked: set[tuple[str, str, int, int]] = field(default_factory=set)

    def judged(self, controls: Iterable[Control]) -> Iterator[tuple[str, str]]:
        """The page shown, just opened: each fact, and what is wrong with it, or nothing. `controls` are those that must be reached."""
        self._leave()
        there = self._walked(TAB, pictured=True)
        dim = [] if there.trapped else self._dim(there)
        back = Walk() if there.trapped else self._walked(BACK)
        usable = self.browser.usable()
        named = [(str(control.name), self.browser.place(control)) for control in controls if self.browser.has(control)]
        reached = {stop.number for stop in there.stops}
        missed = [str(one) for one in usable if one.number not in reached]
        missed += [name for name, place in named if place not in reached | {one.number for one in usable}]
        yield REACHED, f"never comes to {_listed(missed)}" if missed and not there.trapped else ""
        disorder, trap = "; ".join(_disorder(there.stops)), there.trapped or back.trapped or _one_way(there, back)
        yield ORDER, disorder
        yield SEEN, f"nothing shows that the focus is on {_listed(dim)}" if dim else ""
        yield FREE, trap
        if any(one.skips for one in usable) and not disorder and not trap:
            yield SKIP, self._skipped(there)

    def reach(self, control: Control, form: int = -1) -> Focused:
        """Go on with Tab until the focus is on such a control, of that form when one is given. Raises Unreached."""
        named = f"{control.role} “{control.name}”"
        return self._until(lambda here: self.browser.is_on(control) and form in {-1, here.form}, named)

    def go_to(self, element: Focused) -> Focused:
        """Go on with Tab until the focus is on this element. Raises Unreached."""
        return self._until(lambda here: here.number == element.number, str(element))

    def _until(self, arrived: Callable[[Focused], bool], named: str) -> Focused:
        """Once round the end of the page at most."""
        rounds = 0
        here = self.browser.focused()
        for _ in range(_MOST_STOPS):
            if here is not None and arrived(here):
                return here
            here = self.browser.strike(TAB)
            rounds += here is None
            if rounds > 1:
                break
        raise Unreached(f"never comes to {named}")

    def _leave(self) -> None:
        """A page may put the focus somewhere by itself: what Tab passes from there on is met again."""
        if self.browser.focused() is not None:
            self._walked(TAB)

    def _walked(self, key: str, pictured: bool = False) -> Walk:
        walk = Walk()
        within = 0
        while len(walk.stops) < _MOST_STOPS:
            here = self.browser.strike(key)
            if here is None:
                return walk
            if walk.stops and here.number == walk.stops[-1].number:
                within += 1
                if within > _MOST_WITHIN:
                    walk.trapped = f"{key} does not leave {here}"
                    return walk
                continue
            within = 0
            if any(here.number == stop.number for stop in walk.stops):
                walk.trapped = f"{key} comes to {here} again and never leaves the page"
                return walk
            walk.stops.append(here)
            if pictured and _as_known(here) not in self.looked:
                walk.looks[here.number] = self.browser.picture_of(here)
        walk.trapped = f"{key} finds no end in {_MOST_STOPS} places"
        return walk

    def _dim(self, walk: Walk) -> list[str]:
        """The elements that looked with the focus as they look now, when nothing of the page has it."""
        dim = []
        for stop in walk.stops:
            if stop.number not in walk.looks:
                continue
            look = walk.looks[stop.number]
            again = self.browser.look_again(look) if look else None
            if look is None or again is None or look.picture == again.picture:
                dim.append(str(stop))
            elif stop.form == -1:
                self.looked.add(_as_known(stop))
        return dim

    def _skipped(self, walk: Walk) -> str:
        """What is wrong with the link that leads past what comes before the content."""
        if not walk.stops or walk.stops[0].leads_to < 0:
            return "other elements come before it"
        link = self.browser.strike(TAB)
        while link is not None and not link.skips:
            link = self.browser.strike(TAB)
        if link is None:
            return "Tab does not come to it"
        self.browser.strike("Enter")
        after = self.browser.focused()
        after = after if after and after.number == link.leads_to else self.browser.strike(TAB)
        return f"after it Tab comes to {after}" if after is not None and after.number < link.leads_to else ""


def _disorder(stops: list[Focused]) -> Iterator[str]:
    for before, after in pairwise(stops):
        if after.number < before.number:
            yield f"{after} comes after {before}, and stands before it"
        elif before.form == after.form != -1 and after.top + after.height <= before.top + 1 and after.left < before.left + before.width:
            yield f"from {before} the focus goes up to {after}"


def _one_way(there: Walk, back: Walk) -> str:
    missed = [str(stop) for stop in there.stops if stop.number not in {one.number for one in back.stops}]
    return f"{BACK} never comes to {_listed(missed)}" if missed else ""


def _as_known(stop: Focused) -> tuple[str, str, int, int]:
    return stop.role, stop.name, round(stop.width), round(stop.height)


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(names[:_MOST_NAMED]) + more
