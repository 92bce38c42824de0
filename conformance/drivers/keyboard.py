"""A real browser that is used by its keyboard alone, and its clipboard."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from time import monotonic

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Frame

from conformance.driver import Control, ControlNotFound, Focused, Page
from conformance.drivers.accessibility import DESCRIBED, focused
from conformance.drivers.browser import ScreenBrowser
from conformance.drivers.locators import locate
from conformance.drivers.traffic import is_document
from conformance.forms import Document, not_found
from conformance.gate import GATE
from conformance.keyboard import Look

# Around an element there is its outline.
_AROUND = 8
# A key that leads on asks for something within this time, or for nothing.
_NOTHING_COMES_SECONDS = 1.5
_PAUSE_MILLISECONDS = 10
_COPIED_FROM = "<!doctype html><title>Clipboard</title><textarea aria-label='Text'></textarea>"

# What can be used with a mouse. Of a composite, such as a menu, arrow keys do the rest; of radio buttons one of each group is enough.
_USABLE_SCRIPT = f"""() => {{
  const natives = "a[href], area[href], button, input, select, textarea, summary, [contenteditable=''], [contenteditable=true]";
  const made = "button link checkbox switch textbox combobox".split(" ").map(role => `[role=${{role}}]`).join();
  const composites = "menu menubar tablist toolbar radiogroup listbox tree grid".split(" ").map(role => `[role=${{role}}]`).join();
  const hidden = "[inert], [aria-hidden=true], [disabled], fieldset[disabled] *";
  const groups = new Map();
  const usable = [...document.querySelectorAll(`${{natives}}, ${{made}}, [tabindex]`)].filter(element => {{
    if (element.matches(hidden) || element.closest("[inert], [aria-hidden=true]") || element.closest(composites)) return false;
    if (!element.matches(`${{natives}}, ${{made}}`) && element.tabIndex < 0) return false;  // where scripts put the focus
    const box = element.getBoundingClientRect();
    return box.width > 0 && box.height > 0 && element.checkVisibility({{visibilityProperty: true}});
  }});
  for (const element of usable) if (element.type === "radio" && element.name) {{
    const group = element.name + " " + (element.form ? element.form.id : "");
    if (!groups.has(group) || element.checked) groups.set(group, element);
  }}
  const described = {DESCRIBED};
  return usable.filter(element => element.type !== "radio" || !element.name || [...groups.values()].includes(element)).map(described);
}}"""
_PLACE_SCRIPT = "element => [...document.querySelectorAll('*')].indexOf(element)"
_VALUE_SCRIPT = "element => (['checkbox', 'radio'].includes(element.type) ? (element.checked ? 'on' : '') : element.value || '')"


class KeyedBrowser(ScreenBrowser):
    """A browser with a screen and a keyboard: see conformance.keyboard."""

    def strike(self, key: str) -> Focused | None:
        """Strike a key that leads to no other page, and say what has the focus then."""
        with self._explained(f"the key {key} could not be struck"):
            self._tab.keyboard.press(key)
        return self.focused()

    def send(self, key: str) -> Page | None:
        """Strike a key that is to lead on, and show what comes; None when nothing does."""
        GATE.let_through(self.page().address)
        tabs, before = len(self._context.pages), self._tab.content()
        self._listen()
        with self._explained(f"the key {key} was struck, and no page came"), self._new_documents() as shown:
            self._tab.keyboard.press(key)
            self._wait(lambda: not self._traffic.quiet or bool(self._traffic.answers))
            self._arrive(tabs)
            if any(is_document(answer.request) for answer in self._traffic.answers):
                self._wait(lambda: bool(shown))  # it has come, and is not shown yet
                self._tab.wait_for_load_state("load")
        page = self._read(self._tab)
        if not page.exchanges and page.html == before:
            return None
        self._show(page)
        return page

    @contextmanager
    def _new_documents(self) -> Iterator[list[Frame]]:
        """The documents that the tab shows from now on, each as it comes to be shown."""
        tab, shown = self._tab, list[Frame]()

        def note(frame: Frame) -> None:
            if frame.parent_frame is None:
                shown.append(frame)

        tab.on("framenavigated", note)
        try:
            yield shown
        finally:
            tab.remove_listener("framenavigated", note)

    def _wait(self, happened: Callable[[], bool]) -> None:
        until = monotonic() + _NOTHING_COMES_SECONDS
        while not happened() and monotonic() < until:
            self._tab.wait_for_timeout(_PAUSE_MILLISECONDS)

    def type(self, text: str) -> None:
        """Type a text where the focus is, key by key."""
        with self._explained("the text could not be typed"):
            self._tab.keyboard.type(text)

    def markup(self) -> str:
        """The HTML of the page as it is now."""
        with self._explained("the page could not be read"):
            return self._tab.content()

    def focused(self) -> Focused | None:
        """What has the focus; None: nothing of the page."""
        with self._explained("what has the focus is not known"):
            return focused(self._tab)

    def is_on(self, control: Control) -> bool:
        """Whether the focus is on such a control."""
        return locate(self._tab, control).and_(self._tab.locator(":focus")).count() > 0

    def usable(self) -> Sequence[Focused]:
        """All that somebody with a mouse can use on the page shown, in the order of the document."""
        with self._explained("the page could not be looked over"):
            return tuple(Focused(**found) for found in self._tab.evaluate(_USABLE_SCRIPT))

    def place(self, control: Control) -> int:
        """The place of a control in the document. Raises ControlNotFound."""
        return int(self._asked(control, _PLACE_SCRIPT))

    def value(self, control: Control) -> str:
        """What stands in a field; of a box `on` or nothing. Raises ControlNotFound."""
        return self._asked(control, _VALUE_SCRIPT)

    def autocomplete(self, control: Control) -> str:
        """What a field, or else its form, says of being filled in by the browser. Raises ControlNotFound."""
        script = "element => element.getAttribute('autocomplete') || element.form?.getAttribute('autocomplete') || ''"
        return self._asked(control, script).strip().lower()

    def picture_of(self, element: Focused) -> Look | None:
        """How the element looks, with a little around it; None where it is not on the screen."""
        across, down = self._tab.evaluate("[scrollX, scrollY]")
        left, top = element.left - across - _AROUND, element.top - down - _AROUND
        right, bottom = left + element.width + 2 * _AROUND, top + element.height + 2 * _AROUND
        left, top, right, bottom = max(left, 0.0), max(top, 0.0), min(right, self._width), min(bottom, self._settings.height)
        if right - left < 1 or bottom - top < 1:
            return None
        return self._pictured(Look(left, top, right - left, bottom - top, (across, down), b""))

    def look_again(self, look: Look) -> Look | None:
        """How the same place looks now, scrolled as it was then."""
        self._tab.evaluate("([across, down]) => scrollTo({left: across, top: down, behavior: 'instant'})", list(look.scrolled))
        return self._pictured(look)

    def paste(self, control: Control, text: str) -> str:
        """Copy a text from elsewhere and paste it into a field; what stands in the field then. Raises ControlNotFound."""
        field = self._need(control)
        with self._clipboard(text), self._explained(f"nothing could be pasted into {control.name}"):
            self._tab.bring_to_front()
            field.fill("")
            field.focus()
            self._tab.keyboard.press("ControlOrMeta+v")
            return field.input_value()

    @contextmanager
    def _clipboard(self, text: str) -> Iterator[None]:
        """Copy the text in a tab of its own; afterwards the clipboard holds nothing of it."""
        elsewhere = self._context.new_page()
        elsewhere.set_content(_COPIED_FROM)

        def copied(words: str) -> None:
            elsewhere.bring_to_front()
            elsewhere.locator("textarea").fill(words)
            elsewhere.keyboard.press("ControlOrMeta+a")
            elsewhere.keyboard.press("ControlOrMeta+c")

        try:
            copied(text)
            yield
        finally:
            with suppress(PlaywrightError):
                copied("-")
                elsewhere.close()
                self._tab.bring_to_front()

    @property
    def _width(self) -> float:
        return float((self._tab.viewport_size or {"width": self._settings.width})["width"])

    def _pictured(self, look: Look) -> Look:
        clip = {"x": look.left, "y": look.top, "width": look.width, "height": look.height}
        with self._explained("no picture could be taken"):
            picture = self._tab.screenshot(type="png", clip=clip, animations="disabled", caret="hide")  # type: ignore[arg-type]
        return Look(look.left, look.top, look.width, look.height, look.scrolled, picture)

    def _asked(self, control: Control, script: str) -> str:
        found = locate(self._tab, control)
        if not found.count():
            raise ControlNotFound(not_found(control, Document(self.page().html, self.page().address)))
        with self._explained(f"{control.name} could not be looked at"):
            return str(found.first.evaluate(script))
