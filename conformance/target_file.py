"""Target files as they stand on disk: found, read, held against the schema, and laid over the documented defaults of their portal."""

from __future__ import annotations

import json
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

from conformance.durations import number_word
from conformance.language import Language
from conformance.target_schema import invalid_entries, nearest
from conformance.toml_lines import line_of
from scenarios.model import OUTCOMES

SHIPPED = Path(__file__).parent / "targets"
DOCUMENTED = SHIPPED / "documented"
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0}
_TYPOGRAPHY = str.maketrans({"’": "'", "\u00a0": " ", "\u202f": " "})
_PYTHON_ONLY = re.compile(r"\(\?[a-zA-Z#(]")
_NEARLY = 0.75
_IDEA = re.compile(r"<<([a-z-]+)>>")
_QUANTIFIER = re.compile(r"(?<!\\)\{\d*,?\d*\}")
_CLASS = re.compile(r"\\[A-Za-z]")


@dataclass(frozen=True)
class TargetMistake:
    """One mistake: `text` names the key and the way on; `line` is 0 where what is missing stands nowhere, or the text names the place."""

    text: str
    key: str = ""
    file: str = ""
    line: int = 0

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.text}" if place else self.text


class TargetError(Exception):
    """The target cannot be used as it is described. The text names file, line, key and the way on of each of its `mistakes`."""

    def __init__(self, text: str, mistakes: Sequence[TargetMistake] = ()) -> None:
        super().__init__(text)
        self.mistakes = tuple(mistakes) or (TargetMistake(text),)


@dataclass(frozen=True)
class TargetFile:
    """A target file laid over the documented defaults of its portal; `origin` tells from which file a key comes, for messages.

    `mistakes` grows while the file is read: all of them are told at once.
    """

    path: Path
    table: Mapping[str, Any]
    origin: Mapping[str, Path]
    mistakes: list[TargetMistake] = field(default_factory=list)

    @property
    def shown(self) -> str:
        """The file as messages name it."""
        return shown(self.path)

    def value(self, section: str, key: str, default: str) -> str:
        """One value of a section, or its default."""
        value: str = self.table.get(section, {}).get(key, default)
        return value

    def flat(self, section: str) -> dict[str, str]:
        """A section whose entries may be grouped: `refused.wrong` and `[refused] wrong` are the same."""
        return _flat(self.table.get(section, {}))

    def place(self, key: str) -> str:
        """File and key, as messages begin."""
        return f"{shown(self.origin.get(key, self.path))}: {key}"

    @contextmanager
    def noted(self, key: str) -> Iterator[None]:
        """A TargetError in this block is one more of the file's mistakes, by this key, and no end of its reading."""
        try:
            yield
        except TargetError as error:
            path = self.origin.get(key, self.path)
            self.mistakes.extend(_placed(mistake, key, path) for mistake in error.mistakes)

    def check(self) -> None:
        """Raises TargetError with all mistakes that were noted."""
        if self.mistakes:
            raise all_told(self.mistakes)

    def known(self, place: str, name: str, table: Iterable[str], section: str) -> None:
        """Raises TargetError when a form speaks of a page or a control that there is not."""
        names = list(table)
        if name not in names:
            raise TargetError(f"{self.shown}: {place} speaks of “{name}”, and there is no [{section}] {name}.{nearest(name, names)}")


def read_target_file(name_or_path: str) -> TargetFile:
    """Read a target of a shipped name, or of a path, and lay it over the documented defaults of its portal.

    What is not valid is noted in its `mistakes` and left out of its table.

    Raises:
        TargetError: when there is no such file, or when it does not tell its portal.
    """
    path = _find(name_or_path)
    mistakes: list[TargetMistake] = []
    own = _read(path, True, mistakes)
    portals = sorted(folder.name for folder in DOCUMENTED.iterdir() if folder.is_dir())
    if "portal" in own and own["portal"] not in portals:
        known = f"known: {', '.join(portals)}.{nearest(own['portal'], portals)}"
        text = f"portal: “{own['portal']}” is not documented here; {known}"
        mistakes.append(_placed(TargetMistake(text), "portal", path))
    if own.get("portal") not in portals:
        raise all_told(mistakes)
    documented = documented_defaults(own["portal"], own.get("language"))
    table, origin = dict(documented.table), dict(documented.origin)
    found = TargetFile(path, table, origin, mistakes)
    _check_names(found, own)
    _lay(table, own, origin, path)
    return found


def documented_defaults(portal: str, language: object = None) -> TargetFile:
    """What is documented of a portal, over what is of all, without an implementation; of wordings those in that language, the source's
    when None."""
    table: dict[str, Any] = {}
    origin: dict[str, Path] = {}
    mistakes: list[TargetMistake] = []
    for layer in (*sorted(DOCUMENTED.glob("*.toml")), *sorted((DOCUMENTED / portal).glob("*.toml"))):
        documented = _read(layer, False, mistakes)
        if language is None or documented.get("language") in {None, str(language).partition("-")[0]}:
            _lay(table, documented, origin, layer)
    return TargetFile(DOCUMENTED / portal, table, origin, mistakes)


def _placed(mistake: TargetMistake, key: str, path: Path) -> TargetMistake:
    """With its place: what names one already, such as a line of another file, keeps it."""
    if mistake.key:
        return mistake
    text = mistake.text.removeprefix(f"{shown(path)}: ")
    if text != mistake.text or text.startswith(key):
        return TargetMistake(text, key, shown(path), line_of(path, key))
    return replace(mistake, key=key)


def target_mistake(file: str, key: str, text: str) -> TargetMistake:
    """A mistake in a file that was read already, `file` being the one that messages show."""
    return TargetMistake(f"{key}: {text}", key, file, line_of(Path(file), key))


def all_told(mistakes: Iterable[TargetMistake]) -> TargetError:
    """One error for all of them, in the order of the file."""
    ordered = sorted(dict.fromkeys(mistakes), key=lambda mistake: (mistake.file, mistake.line))
    return TargetError("\n".join(map(str, ordered)), ordered)


def _check_names(found: TargetFile, own: Mapping[str, Any]) -> None:
    """A name that is nearly a documented one is a slip: it would be taken as a new one, and the documented one would stay as it is."""
    for section in ("pages", "controls", "forms"):
        names = list(found.table.get(section, {}))
        for name in own.get(section, {}):
            near = [] if name in names else get_close_matches(name, names, n=1, cutoff=_NEARLY)
            if near:
                key = f"{section}.{name}"
                text = f"{key} is no documented name. Was “{near[0]}” meant? A new one must differ more."
                found.mistakes.append(_placed(TargetMistake(text), key, found.path))


def pattern(place: str, text: str) -> re.Pattern[str]:
    """A regular expression of a target file, its typography normalised as that of pages is. Raises TargetError when it is none."""
    try:
        return re.compile(unicodedata.normalize("NFC", text).translate(_TYPOGRAPHY), re.IGNORECASE)
    except re.error as error:
        raise TargetError(
            f"{place}: “{text}” is no regular expression: {error}. Put a backslash before a bracket that is meant as it stands."
        ) from None


def label_pattern(place: str, text: str) -> re.Pattern[str]:
    """A pattern that finds a control, in a browser too. Raises TargetError when it uses what only Python's regular expressions know."""
    if odd := _PYTHON_ONLY.search(text):
        raise TargetError(f"{place}: “{text}”: browsers do not know “{odd[0]}…”. Leave it out; upper and lower case are alike anyway.")
    return pattern(place, text)


def wording_pattern(place: str, text: str, language: Language, ideas: Mapping[str, str] | None = None) -> re.Pattern[str]:
    """A pattern that recognises words of a language; `<<name>>` in it stands for that idea.

    Raises:
        TargetError: when it holds a number, in figures or in letters, or an idea that nobody has.
    """
    text = _with_ideas(place, text, ideas or {})
    words = _CLASS.sub(" ", _QUANTIFIER.sub("", text))
    figures = re.search(r"[0-9]+", words)
    if number := figures[0] if figures else number_word(words, language):
        raise TargetError(
            f"{place}: “{text}” holds the number “{number}”. A page is recognised by words and its numbers are judged afterwards: "
            "leave the number out, or write .* in its place."
        )
    return pattern(place, text)


def _with_ideas(place: str, text: str, ideas: Mapping[str, str]) -> str:
    def said(named: re.Match[str]) -> str:
        if named[1] not in ideas:
            near = get_close_matches(named[1], ideas, 1)
            raise TargetError(f"{place}: there is no idea “{named[1]}” in [ideas]{f'; “{near[0]}” is meant?' if near else '.'}")
        return f"(?:{_with_ideas(f'ideas.{named[1]}', ideas[named[1]], {k: v for k, v in ideas.items() if k != named[1]})})"

    return _IDEA.sub(said, text)


def seconds(duration: str) -> float:
    """The seconds in `500ms`, `10s` or `1m`; the schema has seen to the form."""
    number, unit = re.fullmatch(r"([0-9.]+)(ms|s|m)", duration).groups()  # type: ignore[union-attr]
    return float(number) * _UNITS[unit]


def shown(path: Path) -> str:
    """A path as messages show it: short when it lies below the working directory."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _find(name_or_path: str) -> Path:
    shipped = {path.stem: path for path in sorted(SHIPPED.glob("*.toml"))}
    if name_or_path in shipped:
        return shipped[name_or_path]
    path = Path(name_or_path)
    if path.is_file():
        return path.resolve()
    raise TargetError(
        f"There is no target “{name_or_path}”: neither a file of that path, nor one of the shipped targets ({', '.join(shipped)})."
        f"{nearest(name_or_path, list(shipped))}"
    )


def _read(path: Path, whole: bool, mistakes: list[TargetMistake]) -> dict[str, Any]:
    """The table of a file without what is not valid in it, which is noted. Raises TargetError for a file that is no TOML."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise _unreadable(path, f"not valid TOML: {error}. Mend that line; a regular expression goes in 'single quotes'.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(path, f"cannot be read: {error}. A target file is a text file in UTF-8.") from None
    schema = _schema() if whole else {key: value for key, value in _schema().items() if key != "required"}
    said = [*invalid_entries(table, schema), *_unknown_outcomes(table)]
    mistakes.extend(_placed(TargetMistake(text), key, path) for key, text in said)
    return table


def _unreadable(path: Path, text: str) -> TargetError:
    return all_told([TargetMistake(text, "", shown(path))])


def _unknown_outcomes(table: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Outcomes that there are not, by key; each is left out."""
    outcomes = table.get("outcomes", {})
    for key in _flat(outcomes):
        outcome = key.split(".")[0]
        if outcome not in OUTCOMES:
            there_are = f"there are: {', '.join(OUTCOMES)}.{nearest(outcome, OUTCOMES)}"
            yield f"outcomes.{key}", f"outcomes.{key}: “{outcome}” is no outcome; {there_are}"
            outcomes.pop(key, outcomes.pop(outcome, None))


@cache
def _schema() -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((SHIPPED / "schema.json").read_text(encoding="utf-8"))
    return schema


def _lay(table: dict[str, Any], layer: Mapping[str, Any], origin: dict[str, Path], path: Path, prefix: str = "") -> None:
    """Lay one table over another, key by key; lists are replaced whole. `refused.wrong` and `[refused] wrong` are one key of [outcomes]."""
    if prefix == "outcomes.":
        layer = _flat(layer)
    for key, value in layer.items():
        place = f"{prefix}{key}"
        origin[place] = path
        if isinstance(value, Mapping):
            _lay(table.setdefault(key, {}), value, origin, path, f"{place}.")
        else:
            table[key] = value


def _flat(table: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in table.items():
        if isinstance(value, Mapping):
            flat.update(_flat(value, f"{prefix}{key}."))
        else:
            flat[f"{prefix}{key}"] = value
    return flat
