"""The automatic rules of accessibility, held by axe-core in the page itself; and what has the focus there.

A state of a page that was judged in this process is not judged again: it is known by its elements, their attributes and its style sheets.
What differs from person to person does not count, such as words, numbers and tokens, but for how long a text is.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from functools import cache
from importlib.resources import files
from typing import Any

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page as Tab

from conformance.driver import BrokenRule, Focused, Inspection

# WCAG 2.1 A and AA: each version of the standard has the rules that it added.
WCAG_21_AA = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa")
# Beyond it: what WCAG 2.2 added, and what axe-core calls good practice, such as landmarks and the order of headings.
STRICTEST = (*WCAG_21_AA, "wcag22a", "wcag22aa", "best-practice")
# Nobody reads a longer page, and judging it takes minutes.
_MOST_ELEMENTS = 20_000

# An element as conformance.driver.Focused tells of it.
DESCRIBED = """element => {
  const all = [...document.querySelectorAll("*")];
  const tag = element.localName, kind = element.type || "", is = name => element.getAttribute(name);
  const buttons = ["submit", "button", "reset", "image"];
  const roles = {a: "link", button: "button", select: "combobox", textarea: "textbox", summary: "button"};
  const input = buttons.includes(kind) ? "button" : ["checkbox", "radio", "password"].includes(kind) ? kind : "textbox";
  const text = node => (node ? node.innerText || node.textContent || "" : "").replace(/\\s+/g, " ").trim();
  const named = (is("aria-labelledby") || "").split(/\\s+/).filter(Boolean).map(id => text(document.getElementById(id)));
  const pictures = [...element.querySelectorAll("img[alt]")].map(image => image.alt).join(" ");
  const inner = ["textarea", "select"].includes(tag) ? "" : text(element) || pictures;
  const own = tag !== "input" ? inner : input === "button" ? element.value : "";
  const labels = [...(element.labels || [])].map(text);
  const aim = tag === "a" && (is("href") || "").startsWith("#") ? document.getElementById(is("href").slice(1)) : null;
  const box = element.getBoundingClientRect();
  return {
    number: all.indexOf(element.getRootNode() === document ? element : element.getRootNode().host),
    role: is("role") || (tag === "input" ? input : roles[tag] || tag),
    name: named.join(" ") || is("aria-label") || labels.join(" ") || own || element.title || element.placeholder || "",
    words: tag === "input" ? "" : text(element),
    form: element.form ? all.indexOf(element.form) : -1,
    leads_to: aim ? all.indexOf(aim) : -1,
    skips: !!aim && (aim.matches("main, [role=main], h1") || !!aim.querySelector("h1")),
    invalid: ["true", "grammar", "spelling"].includes(is("aria-invalid")),
    left: box.left + scrollX, top: box.top + scrollY, width: box.width, height: box.height,
  };
}"""

# The element that has the focus, shadow trees included, or null where the page has none; its body does not count.
_FOCUSED_SCRIPT = f"""() => {{
  let element = document.activeElement;
  while (element && element.shadowRoot && element.shadowRoot.activeElement) element = element.shadowRoot.activeElement;
  const none = !element || element === document.body || element === document.documentElement || !document.hasFocus();
  return none ? null : ({DESCRIBED})(element);
}}"""

# What of a page decides on the rules, as one text; null for a page that is too long, or a file.
_STATE_SCRIPT = """most => {
  if (!document.contentType.includes("html") || document.querySelectorAll("*").length > most) return null;
  const shape = text => (text.trim() ? 1 + Math.floor(Math.log2(text.trim().length)) : 0);
  const masked = text => text.replace(/(?=[\\w-]*\\d)[\\w-]{12,}/g, "…").replace(/\\d+/g, "0");
  const known = new Map();
  const reference = text => text.trim().split(/\\s+/).map(id => {
    if (!known.has(id)) known.set(id, known.size);
    return masked(id) + known.get(id);
  });
  const references = new Set(["id", "for", "name", "form", "list", "headers", "aria-labelledby", "aria-describedby", "aria-controls",
    "aria-owns", "aria-details", "aria-errormessage", "aria-activedescendant", "aria-flowto"]);
  const words = new Set(["title", "alt", "aria-label", "placeholder", "value", "aria-description", "aria-valuetext", "summary", "label"]);
  const addresses = new Set(["href", "src", "srcset", "action", "formaction", "poster", "cite"]);
  const parts = [innerWidth, matchMedia("(prefers-color-scheme: dark)").matches];
  const attribute = ({name, value}) => {
    if (name === "nonce" || name === "integrity") return;
    if (references.has(name)) parts.push(name, ...reference(value));
    else if (words.has(name)) parts.push(name, shape(value));
    else if (addresses.has(name)) parts.push(name, ...(value.startsWith("#") ? reference(value.slice(1)) : []));
    else parts.push(name, name.startsWith("data-") ? masked(value) : value);
  };
  const walk = node => {
    if (node.nodeType === Node.TEXT_NODE) { if (node.data.trim()) parts.push(shape(node.data)); return; }
    if (node.nodeType !== Node.ELEMENT_NODE) return;
    parts.push("<", node.localName);
    [...node.attributes].sort((a, b) => (a.name < b.name ? -1 : 1)).forEach(attribute);
    if (node === document.activeElement) parts.push("focused");
    if (node.checked || node.selected || node.disabled || node.open) parts.push(node.checked, node.selected, node.disabled, node.open);
    if (node.localName === "style") parts.push(node.textContent);
    else if (node.localName !== "script") {
      if (node.shadowRoot) node.shadowRoot.childNodes.forEach(walk);
      node.childNodes.forEach(walk);
    }
    parts.push(">");
  };
  walk(document.documentElement);
  for (const sheet of [...document.styleSheets, ...document.adoptedStyleSheets]) {
    try { for (const rule of sheet.cssRules) parts.push(rule.cssText); } catch { parts.push(sheet.href); }
  }
  return parts.join(" ");
}"""

_SHOWN_SCRIPT = f"most => ({{state: ({_STATE_SCRIPT})(most), width: innerWidth, focused: ({_FOCUSED_SCRIPT})()}})"

_JUDGE_SCRIPT = """async rules => {
  const found = await axe.run(document, {runOnly: rules, resultTypes: ["violations"], pingWaitTime: 50});
  delete window.axe;
  return found.violations.map(({id, help, impact, nodes}) => ({
    rule: id, asks: help, impact: impact || "minor", elements: nodes.map(node => node.target.flat().join(" ")),
  }));
}"""

_judged: dict[bytes, tuple[BrokenRule, ...]] = {}


def inspected(tab: Tab) -> Inspection | None:
    """The page that a tab shows, held against WCAG 2.1 A and AA, and its focus; None for a file, and for a page that is too long.

    Raises:
        playwright.sync_api.Error: when the page goes away meanwhile, or does not let itself be judged.
    """
    shown = tab.evaluate(_SHOWN_SCRIPT, _MOST_ELEMENTS)
    if shown["state"] is None:
        return None
    known = hashlib.sha256(shown["state"].encode()).digest()
    if known not in _judged:
        _judged[known] = judged(tab)
    return Inspection(shown["width"], _focused(shown["focused"]), _judged[known])


def judged(tab: Tab, rules: tuple[str, ...] = WCAG_21_AA) -> tuple[BrokenRule, ...]:
    """The rules, named by axe-core's tags, that the page shown breaks now."""
    for frame in tab.frames[1:]:
        with suppress(PlaywrightError):  # what stands in a frame of another's is another's
            frame.evaluate(_axe())
    tab.evaluate(_axe())
    found: list[Any] = tab.evaluate(_JUDGE_SCRIPT, list(rules))
    return tuple(BrokenRule(one["rule"], one["asks"], one["impact"], tuple(one["elements"])) for one in found)


def focused(tab: Tab) -> Focused | None:
    """What has the focus in the page shown."""
    return _focused(tab.evaluate(_FOCUSED_SCRIPT))


def _focused(found: Any) -> Focused | None:
    return Focused(**found) if found else None


@cache
def _axe() -> str:
    return files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
