"""English: “15 minutes”, “a quarter of an hour”, “three attempts”, “Wednesday, 4 January 2023 at 3:47 PM (Paris time)”.

03/04/2026 is the third of April: the portals are of France, and their sources put the day first. `en-US` turns that round. It is never
both at once: a wrong end of a block must not pass because it would be right in another country.
"""

from __future__ import annotations

from conformance.language import Language

_ONES = [
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen"),
    *("fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
]
_TENS = {20: "twenty", 30: "thirty", 40: "forty", 50: "fifty", 60: "sixty", 70: "seventy", 80: "eighty", 90: "ninety"}


def _spelt(number: int) -> str:
    if number < 20:
        return _ONES[number]
    ten = number // 10 * 10
    return f"{_TENS[ten]}-{_ONES[number - ten]}" if number > ten else _TENS[ten]


_NUMBERS = {_spelt(number): number for number in range(100)}
_HUNDREDS = {
    f"{hundred}-hundred{joined}{_spelt(rest) if rest else ''}": 100 + rest
    for hundred in ("a", "one")
    for rest in range(100)
    for joined in (("-", "-and-") if rest else ("",))
}
_CLOCK = r"\d{1,2}(?:[h:.]\d{2}(?: ?[ap]\.?m\.?)?| ?[ap]\.?m\.?)"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_PARIS = r" \((?:Paris time|time in Paris)\)"

LANGUAGE = Language(
    code="en",
    numbers={**_NUMBERS, **_HUNDREDS, "a": 1, "an": 1, "hundred": 100, "thousand": 1000},
    articles=frozenset({"a", "an"}),
    ambiguous=frozenset({"a", "an", "one"}),  # “the one you received”
    sayings=(
        r"\b24 ?/ ?7\b",
        r"\b[\w-]+ (?:hours?|days?|times?) (?:a|per|each|every) (?:day|week|month|year)\b",
        r"\b(?:once|twice) a (?:day|week|month|year)\b",
        r"\b(?:a second|one second (?:time|attempt|try|code))\b",
        r"\b(?:one|two|multi)[ -](?:factor|step|time)\b",
        r"\bbetween two (?:attempts|tries|requests)\b",
        r"\b(?:19|20)\d0s\b",
    ),
    idioms={
        r"(?<=hour) and a quarter\b": " 15 minutes",
        r"\b(?:the )?three[ -]quarters of an hour": "45 minutes",
        r"\b(?:a |one )?quarter(?: of an |[ -]of[ -]an[ -]|[ -])hour\b": "15 minutes",
        r"(?<!and )(?<!and a )\b(?:a |one )?half(?:[ -]an)?[ -]hour\b": "30 minutes",
        r"(?<!\d)(?<!\d )(?:½|\b1/2)(?: an)? hour\b": "30 minutes",
        r"\bhalf a minute\b": "30 seconds",
        r"\b(?:half a day|a half[ -]day)\b": "12 hours",
        r"\bhalf a year\b": "6 months",
        r"\b(?:a |one )?fortnight\b": "2 weeks",
    },
    half=r"and a half",
    sum_joins="and",
    range_joins="to|or|and",
    unit_words={
        "s": "second",
        "sec": "second",
        "secs": "second",
        "min": "minute",
        "mins": "minute",
        "h": "hour",
        "hr": "hour",
        "hrs": "hour",
        "wk": "week",
        "wks": "week",
        "yr": "year",
        "yrs": "year",
    },
    clock_words="at|by",
    failures=(
        r"attempts?|tries|try|failures?|errors?|mistakes?|entries|guesses|times"
        r"|(?:wrong|incorrect|invalid|false|bad) (?:[a-z-]+ )?(?:codes?|passwords?|credentials)"
    ),
    left_over=r"\b(?:left|remain(?:s|ing)?|more (?:attempts?|tries|try|times?))\b",
    life=r"(?<!in)valid|expir|\bwithin\b|\blifetime\b|\blasts?\b|\bgood for\b|\btime limit\b|\bus(?:e|ed|able)\b",
    hour_mark="h",
    ordinals="st|nd|rd|th",
    day_words="the|of",
    time_joins="at|by",
    day_joins="on|of",
    place_times=(r"<place> (?:local )?time\b", r"(?:local )?time (?:in|of) <place>\b"),
    summer=r"(?:summer|daylight(?:[ -]saving)?) time",
    winter=r"(?:winter|standard) time",
    numeric_form=rf"\d{{2}}/\d{{2}}/\d{{4}}(?: -|,| at)? {_CLOCK}{_PARIS}",
    long_form=rf"<weekday>,? (?:{_DAY} <month>|<month> {_DAY},?) \d{{4}}(?:,| at|, at| -)? {_CLOCK}{_PARIS}",
    morning=r"a\.m\.?|am(?!\w)",
    afternoon=r"p\.m\.?|pm(?!\w)",
    month_words={"sept": 9},
    order_varies=True,
)
