"""The VALUEs that cases type: right, wrong in a way that is sure to be wrong, malformed. Double entry: nothing here asks the target."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from conformance.driver import Credentials, DriverBroke

# The shortest and the longest password that the register allows, by portal (AME-30; FMU-05 has 64 accepted and names no longest).
_PASSWORD_LENGTHS: Mapping[str, tuple[int, int]] = {"ameli-connect": (8, 50), "france-mutuelle": (12, 64)}
_USUAL_LENGTHS = _PASSWORD_LENGTHS["ameli-connect"]
_CODE_LENGTH = 6
# What is easily taken for another: the letter O and zero, capital I, small l and one.
_ALIKE = {"O": "0", "0": "O", "I": "l", "l": "1", "1": "I"}


@dataclass
class Knowledge:
    """What one person knows, and what was guessed for them: a guess is never the truth, and never the same guess twice."""

    credentials: Credentials
    password: str
    guesses: list[str] = field(default_factory=list)
    lengths: tuple[int, int] = _USUAL_LENGTHS

    @classmethod
    def of(cls, credentials: Credentials, portal: str = "") -> Knowledge:
        """What a person knows of themself when a case begins, on that portal."""
        return cls(credentials, credentials.password, lengths=_PASSWORD_LENGTHS.get(portal, _USUAL_LENGTHS))

    def identifier(self, value: Any) -> str:
        """The identifier as the case wants it typed."""
        return _chosen("an identifier", value, _identifiers(self.credentials))

    def membership(self, value: Any) -> str:
        """The membership number, or another one."""
        number = self.credentials.details.get("membership", "")
        wrong = "".join(str((int(digit) + 3) % 10) for digit in number if digit.isdigit())
        return _chosen("a membership number", value, {"right": number, "wrong": wrong, "empty": "", "malformed": number[:-1]})

    def typed_password(self, value: Any) -> str:
        """The password, or one that is sure to be wrong, or one of a certain length."""
        if value == "wrong":
            return self._guess(_other_password(self.password, len(self.guesses)))
        return _chosen("a password", value, _passwords(self.password, self.lengths))

    def new_password(self, value: Any) -> str:
        """A password to set: `right` meets every rule and is not the present one, `wrong` is yet another."""
        if isinstance(value, str) and value in {"right", "wrong"}:
            return self._guess(_other_password("Nouveau-Mot-2-Passe", len(self.guesses)))
        return _chosen("a password", value, _passwords(self.password, self.lengths))

    def wrong_code(self, received: Collection[str]) -> str:
        """Six digits that are none of the codes received, and were not tried before."""
        start = int(max(received, default="271828"))
        tries = (f"{(start + 111_111 + step * 7_919) % 10**_CODE_LENGTH:0{_CODE_LENGTH}d}" for step in range(10**5))
        return self._guess(next(code for code in tries if code not in received and code not in self.guesses))

    def birth_date(self, value: Any) -> date | str:
        """The birth date, or one that is not theirs; text as written."""
        if isinstance(value, dict):
            return _as_written("a birth date", value)
        born = self.credentials.details.get("birth_date")
        theirs = date.fromisoformat(born) if born else date(1975, 6, 15)
        wrong = {"wrong": theirs - timedelta(days=400), "next-day": theirs + timedelta(days=1)}
        choices: dict[str, date | str] = {"right": theirs, **wrong, "empty": "", "malformed": "31/02/19"}
        if not isinstance(value, str) or value not in choices:
            raise _unknown("a birth date", value, choices)
        return choices[value]

    def detail(self, name: str, value: Any) -> str:
        """What the person types of themself: family name, postcode, phone numbers."""
        return _chosen(f"“{name}”", value, DETAILS[name](self.credentials.details))

    def mail_address(self, value: Any) -> str:
        """The mail address that the person wants to be written to: that on file, or another one of theirs."""
        address = self.credentials.address or ""
        choices = {
            "right": address,
            "another": another_address(address),
            "upper-case": address.upper(),
            "wrong": f"faux.{address}",
            "empty": "",
        }
        return _chosen("a mail address", value, choices)

    def known_as(self, credentials: Credentials) -> None:
        """Take over what staff changed."""
        self.credentials = replace(credentials)

    def _guess(self, value: str) -> str:
        self.guesses.append(value)
        return value


def _family_names(details: Mapping[str, str]) -> dict[str, str]:
    name = details.get("last_name", "Lambert")
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return {"right": name, "wrong": f"{name}eau", "upper-case": name.upper(), "without-accents": plain, "empty": ""}


def _postcodes(details: Mapping[str, str]) -> dict[str, str]:
    code = details.get("postcode", "35000")
    return {"right": code, "wrong": f"{code[:4]}{(int(code[4:]) + 1) % 10}", "empty": "", "malformed": code[:4]}


def _mobiles(_: Mapping[str, str]) -> dict[str, str]:
    return {"right": "0639981234", "spaced": "06 39 98 12 34", "malformed": "06 39 98 12 3", "empty": ""}


def _landlines(_: Mapping[str, str]) -> dict[str, str]:
    return {"right": "0199001234", "spaced": "01.99.00.12.34", "malformed": "01990012345", "empty": ""}


def _cards(details: Mapping[str, str]) -> dict[str, str]:
    number = details.get("card", "80250000011234567890")
    return {"right": number, "wrong": f"{number[:-1]}{(int(number[-1]) + 1) % 10}", "empty": "", "malformed": number[:5]}


def _ibans(details: Mapping[str, str]) -> dict[str, str]:
    number = details.get("iban", "FR7630006000011234567890189")
    account = number[4:-1] + str((int(number[-1]) + 1) % 10) if number[-1:].isdigit() else number[4:]
    spaced = " ".join(number[start : start + 4] for start in range(0, len(number), 4))
    wrong = f"{number[:2]}{_iban_key(number[:2], account)}{account}"
    return {"right": number, "wrong": wrong, "spaced": spaced, "lower-case": number.lower(), "empty": "", "malformed": number[:-2]}


def _iban_key(country: str, account: str) -> str:
    """The two check digits of an IBAN (ISO 13616)."""
    digits = "".join(str(int(letter, 36)) for letter in f"{account}{country}00")
    return f"{98 - int(digits) % 97:02d}"


# What a person can be asked for besides identifier, password, birth date and mail address, and every value for it. The phone numbers are of
# the ranges that French numbering keeps for fiction.
DETAILS: Mapping[str, Callable[[Mapping[str, str]], dict[str, str]]] = {
    "family-name": _family_names,
    "postcode": _postcodes,
    "mobile": _mobiles,
    "landline": _landlines,
    "card": _cards,
    "iban": _ibans,
}


def another_address(address: str) -> str:
    """Another mail address of the same person, in the same mail domain."""
    return f"autre.{address}"


def other_text(text: str) -> str:
    """A text of the same make that is another one: each digit the next, each letter a digit."""
    return "".join(str((int(letter) + 1) % 10) if letter.isdigit() else "7" for letter in text)


def nir_key(number: str) -> str:
    """The key of a NIR of 13 characters: 97 less the rest of its division by 97, Corsica's 2A counting as 19 and 2B as 18."""
    digits = number.upper().replace("2A", "19", 1) if number[5:7].upper() == "2A" else number
    digits = digits.upper().replace("2B", "18", 1) if number[5:7].upper() == "2B" else digits
    if not re.fullmatch(r"\d{13}", digits):
        raise DriverBroke(
            f"The identifier {number[:3]}… is no NIR of 13 characters: its key cannot be reckoned. Is it the right kind of person?"
        )
    return f"{97 - int(digits) % 97:02d}"


def code_as_typed(value: Any) -> str | None:
    """What is typed for the codes that need no mail: malformed, empty, as written; None for the others."""
    fixed = {"malformed": "12345", "empty": ""}
    if isinstance(value, dict):
        return _as_written("a code", value)
    return fixed.get(value)


def _identifiers(credentials: Credentials) -> dict[str, str]:
    """Every spelling of an identifier. Only a NIR has a key, only one that was generated holds look-alikes."""
    right = credentials.identifier
    number, key = right[:13], right[13:]
    general = {"right": right, "empty": "", "malformed": f"XY{right[2:]}", "too-short": right[:-3], "too-long": f"{right}7"}
    if not re.fullmatch(r"\d{5}(\d\d|2[AB])\d{6}\d\d", right):
        return general | {"wrong": f"{right}9"} | _of_a_member(credentials)
    wrong = f"{number[:10]}{(int(number[10:]) + 123) % 999 + 1:03d}"
    spaced = " ".join((number[0], number[1:3], number[3:5], number[5:7], number[7:10], number[10:], key))
    return general | {
        "wrong": wrong + nir_key(wrong),
        "without-key": number,
        "spaced": spaced,
        "lower-case": right.lower(),
        "bad-key": f"{number}{int(key) % 97 + 1:02d}",
        "too-short": number[:12],
    }


def _of_a_member(credentials: Credentials) -> dict[str, str]:
    """Further spellings of an identifier that was generated, and what is none and might be taken for it."""
    right = credentials.identifier
    alike = next((place for place, character in enumerate(right) if character in _ALIKE), None)
    spellings = {"spaced-around": f"  {right} ", "inner-space": f"{right[:4]} {right[4:]}", "other-case": right.swapcase()}
    if alike is not None:
        spellings["look-alike"] = right[:alike] + _ALIKE[right[alike]] + right[alike + 1 :]
    others = {"membership": credentials.details.get("membership"), "mail-address": credentials.address}
    return spellings | {name: text for name, text in others.items() if text}


def _passwords(right: str, lengths: tuple[int, int]) -> dict[str, Any]:
    shortest, longest = lengths
    return {
        "right": right,
        "empty": "",
        "malformed": "mot de passe",
        "too-short": _of_length(shortest - 1),
        "too-long": _of_length(longest + 1),
        "longest": _of_length(longest),
        "last-missing": right[:-1],
        "last-changed": right[:-1] + ("k" if right[-1:].lower() != "k" else "q"),
        "length": _of_length,
    }


def _other_password(right: str, number: int) -> str:
    """Of the same make as the right one, different in more than the case of letters, and another one for each number."""
    kept = right[: max(5, len(right) - 3)]
    return next(other for tail in ("q", "k") if (other := f"{kept}{number % 100:02d}{tail}").lower() != right.lower())


def _of_length(length: int) -> str:
    """A password of that length that meets every other rule."""
    return ("Vb7-Kr9+Tq3!Ws5" * (length // 15 + 1))[:length]


def _chosen(what: str, value: Any, choices: dict[str, Any]) -> str:
    if isinstance(value, dict):
        if "length" in value and "length" in choices:
            made: str = choices["length"](int(value["length"]))
            return made
        return _as_written(what, value)
    if not isinstance(value, str) or value not in choices or value == "length":
        raise _unknown(what, value, choices)
    chosen: str = choices[value]
    return chosen


def _as_written(what: str, value: dict[str, Any]) -> str:
    if "text" in value:
        return str(value["text"])
    raise _unknown(what, value, {})


def _unknown(what: str, value: Any, choices: dict[str, Any]) -> DriverBroke:
    known = ", ".join([*choices, "{text: …}"])
    return DriverBroke(f"“{value}” is no value for {what}; there are: {known}. Mend the case.")
