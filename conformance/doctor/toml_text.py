"""Lines of a target file as the doctor proposes them: ready to paste, patterns that find exactly what was seen. Pure."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from conformance.doctor.finding import Proposal
from conformance.durations import number_word
from conformance.language import Language
from conformance.toml_lines import heading_above, key_lines

_SPECIAL = re.compile(r"([\\.^$*+?{}\[\]|()])")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_LONGEST_LABEL, _LONGEST_WORDING = 60, 80
# Numbers, and words that are somebody's: addresses, masked or not, and what was covered.
_VARIES = re.compile(r"\S*[*@•]\S*|\d+")
_SENTENCE = re.compile(r"(?<=[.!?…:;])\s")


def quoted(text: str) -> str:
    """A text as a TOML string; patterns are literal ones, in which a backslash is a backslash."""
    if "'" not in text and "\n" not in text:
        return f"'{text}'"
    if "'''" not in text:
        return f"'''{text}'''"
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def escaped(words: str) -> str:
    """The words as a pattern that finds them as they stand."""
    return _SPECIAL.sub(r"\\\1", words)


def label_pattern_of(label: str) -> str:
    """A pattern that finds this label and no other; of a long one the beginning, as it may go on with what changes."""
    if len(label) <= _LONGEST_LABEL:
        return f"^{escaped(label)}$"
    return f"^{escaped(label[:_LONGEST_LABEL].rpartition(' ')[0])}"


def wording_of(words: str, language: Language) -> str:
    """A pattern that finds these words, of which it takes the first sentence, without what varies: numbers are judged afterwards."""
    sentence = _SENTENCE.split(words, maxsplit=1)[0]
    if len(sentence) > _LONGEST_WORDING:
        sentence = sentence[:_LONGEST_WORDING].rpartition(" ")[0]
    pattern = escaped(_VARIES.sub("\0", sentence))
    while number := number_word(pattern, language):
        pattern = re.sub(rf"\b{re.escape(number)}\b", "\0", pattern, flags=re.IGNORECASE)
    return re.sub(r"\0([\s.,:]*\0)*", ".*", pattern).removesuffix(".*").rstrip()


def narrowed(pattern: str, words: str) -> str:
    """The pattern, kept from fitting where these words are."""
    if pattern.startswith("(?x)"):
        spelt = words.replace(" ", r"\ ").replace("#", r"\#")
        return f"(?x)^ (?! .* {spelt} ) {pattern.removeprefix('(?x)').removeprefix('^')}"
    return f"^(?!.*{words}).*(?:{pattern})"


def at_top(file: Path, key: str, value: str) -> Proposal:
    """A key of no section, such as `address`."""
    return _proposal(file, "", key, f'"{value}"')


def control_line(file: Path, name: str, role: str, label: str) -> Proposal:
    """A control by its role and the label that was seen."""
    return _proposal(file, "controls", name, f'{{ role = "{role}", label = {quoted(label_pattern_of(label))} }}')


def pattern_line(file: Path, section: str, name: str, pattern: str) -> Proposal:
    """A wording of `outcomes` or `shown`."""
    return _proposal(file, section, name, quoted(pattern))


def taken_out(file: Path, section: str, name: str) -> Proposal:
    """No line at all, where what is documented does."""
    return replace(_proposal(file, section, name, ""), text="")


def value_line(file: Path, section: str, name: str, value: str) -> Proposal:
    """A text of a section, such as a page's path or a duration of `timing`."""
    return _proposal(file, section, name, f'"{value}"')


def switch_line(file: Path, section: str, name: str, on: bool) -> Proposal:
    """A capability, on or off."""
    return _proposal(file, section, name, str(on).lower())


def plain(pattern: str) -> str:
    """The words in a pattern, as far as there are any: what its author had in mind."""
    without = re.sub(r"\\.|\(\?[^)]*\)|\[[^]]*\]|[^\w\s']", " ", pattern)
    return " ".join(without.split())


def _proposal(file: Path, section: str, name: str, value: str) -> Proposal:
    """In the place of what the file says of it now, if anything, below the heading that stands above it there."""
    text = file.read_text(encoding="utf-8")
    lines = key_lines(text)
    key = f"{section}.{name}" if section else name
    line = lines.get(key, 0)
    if not line:
        return Proposal(section, f"{_key(name)} = {value}")
    without = tuple(sorted({at for other, at in lines.items() if other.startswith(f"{key}.")} - {line}))
    heading = heading_above(text, line)
    if heading == key:  # a table of its own: its lines go, and it is said in one where tables end
        return Proposal("", f"[{section}]\n{_key(name)} = {value}", line, without=without)
    within = any(at == line and not _related(key, other) for other, at in lines.items())
    relative = key.removeprefix(f"{heading}.") if heading else key
    front = f"{section}." if relative.startswith(f"{section}.") and section else ""
    return Proposal(heading, f"{front}{_key(relative.removeprefix(front))} = {value}", line, within, without)


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else f'"{name}"'


def _related(key: str, other: str) -> bool:
    return key == other or key.startswith(f"{other}.") or other.startswith(f"{key}.")
