"""French: « 15 minutes », « un quart d'heure », « trois essais », « mercredi 4 janvier 2023 15:47 (heure de Paris) »."""

from __future__ import annotations

from conformance.language import Language

_ONES = [
    *("zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze", "treize", "quatorze"),
    *("quinze", "seize", "dix-sept", "dix-huit", "dix-neuf"),
]
_TENS = {20: "vingt", 30: "trente", 40: "quarante", 50: "cinquante", 60: "soixante", 80: "quatre-vingt"}


def _spelt(number: int) -> str:
    if number >= 100:
        return "cent" if number == 100 else f"cent-{_spelt(number - 100)}"
    if number < 20:
        return _ONES[number]
    ten = max(ten for ten in _TENS if ten <= number)
    rest = number - ten
    joined = "et-" if rest in (1, 11) and ten < 80 else ""
    return f"{_TENS[ten]}-{joined}{_ONES[rest]}" if rest else _TENS[ten] + "s" * (number == 80)


_NUMBERS = {_spelt(number): number for number in range(200)}
_FEMININE = {f"{word}e": number for word, number in _NUMBERS.items() if word.endswith("un")}

LANGUAGE = Language(
    code="fr",
    numbers={**_NUMBERS, **_FEMININE, "mille": 1000},
    articles=frozenset({"un", "une"}),
    ambiguous=frozenset({"un", "une", "neuf"}),  # « un nouveau », « l'un des deux », « un code neuf »
    sayings=(
        r"\b24 ?h(?:eures?)? ?(?:/|sur) ?24\b",
        r"\b7 ?j(?:ours?)? ?(?:/|sur) ?7\b",
        r"\b[\w-]+ (?:fois|heures?|jours?) par (?:jour|semaine|mois|an)\b",
        r"\bune seconde (?:fois|tentative|demande|étape|adresse|saisie)\b",
        r"\b(?:à|en) deux (?:facteurs|étapes)\b",
        r"\bentre deux (?:essais|tentatives|demandes)\b",
    ),
    idioms={
        r"(?<=heure) et quart\b": " 15 minutes",
        r"\b(?:les )?trois quarts d'heure": "45 minutes",
        r"\b(?:un )?quart d'heure": "15 minutes",
        r"\b(?:une )?demi-heure": "30 minutes",
        r"(?<!\d)(?<!\d )(?:½|\b1/2) heure\b": "30 minutes",
        r"\b(?:une )?demi-journée": "12 heures",
    },
    half=r"et demie?",
    sum_joins="et",
    range_joins="à|ou|et",
    unit_words={
        "s": "second",
        "sec": "second",
        "min": "minute",
        "mn": "minute",
        "h": "hour",
        "j": "day",
        "année": "year",
        "années": "year",
    },
    clock_words="à|vers",
    failures=r"essais?|tentatives?|échecs?|erreurs?|saisies?|fois",
    left_over=r"\brest(?:e|ent|ant|ants|antes|era)\b",
    life=r"\bval(?:able|ide|idité)|expir|\bdans les\b|dur[ée]e|d[ée]lai|utilis",
    hour_mark="h|heures?",
    ordinals="er",
    day_words="le",
    time_joins="à|vers",
    day_joins="le|du",
    place_times=(r"heure (?:de |d'|du )<place>(?!\w)",),
    summer=r"heure d'été",
    winter=r"heure d'hiver",
    numeric_form=r"\d{2}/\d{2}/\d{4} - \d{2}h\d{2} \(heure de Paris\)",
    long_form=r"<weekday> (?:\d{1,2}|1er) <month> \d{4} \d{2}:\d{2} \(heure de Paris\)",
    month_words={"juill": 7},
)
