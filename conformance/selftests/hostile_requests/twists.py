"""What is spoilt in a request: one function for each way, with texts of the corpora. Each leaves alone what it has nothing to do with."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from urllib.parse import quote_from_bytes

from conformance.selftests.hostile_requests.draft import Body, Draft, Pairs, encoded, in_bytes
from scenarios.corpora import ANY_HEADER, CONTENT_TYPE, DOCUMENT, FIELD, HEADER, METHOD, NEXT_VALUE, PARAMETER, PATH, texts_for

_LONG = 100_000
# A value as long as this was put there by the portal, to know its own forms by.
_TOKEN = 32
_VALUES: Sequence[Any] = (
    None,
    True,
    -1,
    0,
    10**30,
    1e308,
    float("nan"),
    float("-inf"),
    "",
    "\ud800",
    [],
    {},
    [[[[]]]],
    {"$ne": None},
    ["a"] * 1000,
)
_FILLED = {"right": "192.0.2.1", "mailbox": "mailbox@elsewhere.test", "own": "127.0.0.1", "elsewhere": "elsewhere.test"}


@dataclass(frozen=True)
class Stock:
    """The texts of the corpora, by what they are sent as, and the chance that chooses among them."""

    chance: random.Random

    def text(self, use: str) -> bytes:
        """One of them; of the very long ones only now and then, for they cost time."""
        for _ in range(3):
            chosen = self.chance.choice(self._texts[use])
            if len(chosen) < _LONG:
                break
        return chosen

    @cached_property
    def _texts(self) -> dict[str, list[bytes]]:
        uses = (FIELD, NEXT_VALUE, PARAMETER, HEADER, PATH, METHOD, ANY_HEADER, CONTENT_TYPE, DOCUMENT)
        return {use: [in_bytes(text.filled(_FILLED)) for text in texts_for(use)] for use in uses}


Twist = Callable[[Draft, Stock], Draft]


# -- fields of a form


def field_text(draft: Draft, stock: Stock) -> Draft:
    """Another text in a field."""
    return _field(draft, stock, lambda name, _: ((name, stock.text(FIELD)),))


def field_beside(draft: Draft, stock: Stock) -> Draft:
    """A text put before, behind or into what belongs there."""
    return _field(draft, stock, lambda name, value: ((name, _mixed(value, stock)),))


def field_twice(draft: Draft, stock: Stock) -> Draft:
    """A field that comes twice, with two values."""
    return _field(draft, stock, lambda name, value: ((name, value), (name, stock.text(FIELD))))


def field_left_out(draft: Draft, stock: Stock) -> Draft:
    """A field that does not come."""
    return _field(draft, stock, lambda *_: ())


def field_renamed(draft: Draft, stock: Stock) -> Draft:
    """A field of another name, or of a name that is a list's."""
    return _field(draft, stock, lambda name, value: ((stock.chance.choice((name + b"[]", name.upper(), stock.text(FIELD))), value),))


def fields_many(draft: Draft, stock: Stock) -> Draft:
    """Far more fields than there are."""
    many = stock.chance.choice((99, 1001, 5000))
    return replace(draft, fields=draft.fields + tuple((b"f%d" % number, b"") for number in range(many))) if _is_form(draft) else draft


def field_file(draft: Draft, stock: Stock) -> Draft:
    """A file where a text is wanted."""
    if not (_is_form(draft) and draft.fields):
        return draft
    return replace(draft, body=Body.PARTS, files=(stock.chance.choice(draft.fields)[0],))


def in_parts(draft: Draft, stock: Stock) -> Draft:
    """The same fields, each a part of its own."""
    return replace(draft, body=Body.PARTS) if _is_form(draft) else draft


# -- bodies


def fields_as_json(draft: Draft, stock: Stock) -> Draft:
    """The same fields, as a document."""
    document = {name.decode("latin-1"): value.decode("latin-1") for name, value in draft.fields}
    return replace(draft, body=Body.JSON, document=document) if _is_form(draft) else draft


def other_type(draft: Draft, stock: Stock) -> Draft:
    """A body that says it is something else."""
    return replace(draft, content_type=stock.text(CONTENT_TYPE))


def nonsense(draft: Draft, stock: Stock) -> Draft:
    """Any bytes, under whatever type the body had."""
    texts = (stock.text(FIELD), stock.text(DOCUMENT))
    content = stock.chance.choice((*texts, b"", stock.chance.randbytes(200), b"a=%ED%A0%80&%zz=%", b"&&=&=="))
    kind = draft.content_type or (b"application/json" if draft.body is Body.JSON else b"application/x-www-form-urlencoded")
    return replace(draft, body=Body.RAW, raw=content, content_type=kind)


def broken_parts(draft: Draft, stock: Stock) -> Draft:
    """Parts whose division is not to be relied on."""
    begin = b'--a\r\nContent-Disposition: form-data; name="a"'
    odd = b"--a\r\n" + stock.text(FIELD) + b"\r\n\r\n1\r\n--a--\r\n"
    content = stock.chance.choice((begin, begin + b"\r\n\r\n1\r\n--a", b"--a--", begin * 500, odd))
    return replace(draft, body=Body.RAW, raw=content, content_type=b"multipart/form-data; boundary=a")


def length(draft: Draft, stock: Stock) -> Draft:
    """A length that is not that of the body: none, no number, or of more digits than numbers have."""
    said = stock.chance.choice((b"9" * 5000, b"0", b"-0", b"0x10", b"1_0"))
    return replace(draft, headers=(*draft.headers, (b"Content-Length", said))) if draft.body is not Body.NONE else draft


def in_pieces(draft: Draft, stock: Stock) -> Draft:
    """The body in pieces, without saying how long it is."""
    return replace(draft, chunked=True) if draft.body is not Body.NONE else draft


def unasked_body(draft: Draft, stock: Stock) -> Draft:
    """A body where none belongs."""
    return replace(draft, body=Body.RAW, raw=stock.text(FIELD)) if draft.body is Body.NONE else draft


# -- documents


def document_value(draft: Draft, stock: Stock) -> Draft:
    """Another value somewhere in the document, of another kind."""
    return _document(draft, stock, lambda holder, key: holder.__setitem__(key, _any_value(stock)))


def document_left_out(draft: Draft, stock: Stock) -> Draft:
    """Something that does not come."""
    return _document(draft, stock, lambda holder, key: holder.__delitem__(key))


def document_added(draft: Draft, stock: Stock) -> Draft:
    """Something that nobody asked for."""
    if draft.body is not Body.JSON or not isinstance(draft.document, dict):
        return draft
    return replace(draft, document={**draft.document, _text(stock): _any_value(stock)})


def document_other(draft: Draft, stock: Stock) -> Draft:
    """Another document."""
    return replace(draft, body=Body.RAW, raw=stock.text(DOCUMENT), content_type=b"application/json") if draft.body is Body.JSON else draft


# -- addresses


def query_text(draft: Draft, stock: Stock) -> Draft:
    """A parameter of the query with another text; where there is none, one."""
    names = [part.partition(b"=")[0] for part in draft.query.split(b"&") if part] or [stock.text(PARAMETER)]
    value = stock.text(stock.chance.choice((FIELD, NEXT_VALUE)))[:20_000]
    added = encoded(((stock.chance.choice(names), value),))
    return replace(draft, query=stock.chance.choice((added, draft.query + b"&" + added)).strip(b"&"))


def query_as_sent(draft: Draft, stock: Stock) -> Draft:
    """A query that nobody encoded."""
    return replace(draft, query=stock.chance.choice((b"%", b"a=%ff&%zz", b"&&&===", b"a[]=1&a[b]=2", b"\xff=\xfe", b"?" * 500, b"a=1;b=2")))


def path_end(draft: Draft, stock: Stock) -> Draft:
    """An end that leads nowhere."""
    slash = b"" if draft.path.endswith(b"/") else stock.chance.choice((b"", b"/"))
    return replace(draft, path=draft.path + slash + stock.text(PATH))


def path_part(draft: Draft, stock: Stock) -> Draft:
    """Another part in the middle."""
    parts = draft.path.split(b"/")
    place = stock.chance.randrange(len(parts))
    text = stock.text(PATH) if stock.chance.random() < 0.5 else quote_from_bytes(stock.text(FIELD)[:3000], safe="").encode()
    return replace(draft, path=b"/".join((*parts[:place], text, *parts[place + 1 :])) or b"/")


def path_whole(draft: Draft, stock: Stock) -> Draft:
    """The whole address, a star, or slashes and letters that mean the same to some."""
    path = draft.path
    forms = (b"http://elsewhere.test" + path, b"*", b"/" + path, path.upper(), path + b"/", path.replace(b"/", b"//"))
    return replace(draft, path=stock.chance.choice(forms))


# -- the rest of a request


def method(draft: Draft, stock: Stock) -> Draft:
    """Another method."""
    return replace(draft, method=stock.text(METHOD))


def header(draft: Draft, stock: Stock) -> Draft:
    """A header that few expect, or one that names another host; in the place of the one of that name."""
    whole = stock.text(stock.chance.choice((ANY_HEADER, ANY_HEADER, HEADER)))
    name, colon, value = whole.partition(b": ")
    if not colon:
        return replace(draft, headers=(*draft.headers, (b"", whole)))
    return replace(draft, headers=(*_without(draft.headers, name), (name, value)))


def header_text(draft: Draft, stock: Stock) -> Draft:
    """A header of ours with any text, without line ends: those would make it two."""
    name = stock.chance.choice((b"User-Agent", b"Accept-Language", b"Referer", b"Origin", b"X-Forwarded-For", b"Accept"))
    value = stock.text(FIELD)[:50_000].replace(b"\r", b"").replace(b"\n", b"")
    return replace(draft, headers=(*draft.headers, (name, value)))


def cookie(draft: Draft, stock: Stock) -> Draft:
    """Other cookies: in the place of one, beside them, far too many or too long."""
    held = [part for part in (draft.header(b"Cookie") or b"").split(b"; ") if part]
    names = [part.partition(b"=")[0] for part in held] or [b"visite"]
    text = stock.text(FIELD)[:30_000].replace(b"\r", b"").replace(b"\n", b"")
    value = stock.chance.choice((text, quote_from_bytes(text[:5_000]).encode(), b".".join([text[:100]] * 50)))
    spoilt = stock.chance.choice(names) + b"=" + value
    many = (*held, *(b"c%d=1" % number for number in range(500)))
    several = stock.chance.choice(((*held, spoilt), (spoilt, *held), (spoilt,), many))
    return replace(draft, headers=(*_without(draft.headers, b"Cookie"), (b"Cookie", b"; ".join(several))))


def version(draft: Draft, stock: Stock) -> Draft:
    """Another version of HTTP, or none that there is."""
    return replace(draft, version=stock.chance.choice((b"HTTP/1.0", b"HTTP/0.9", b"HTTP/2.0", b"HTTP/9.9", b"HTTP", b"http/1.1")))


# What is done to requests, and how often beside the others: most of it leaves a request that reaches the page it is for.
TWISTS: Sequence[tuple[Twist, int]] = (
    (field_text, 16),
    (field_beside, 8),
    (field_twice, 3),
    (field_left_out, 3),
    (field_renamed, 2),
    (fields_many, 1),
    (field_file, 2),
    (in_parts, 2),
    (fields_as_json, 1),
    (other_type, 2),
    (nonsense, 2),
    (broken_parts, 1),
    (length, 1),
    (in_pieces, 1),
    (unasked_body, 1),
    (document_value, 16),
    (document_left_out, 3),
    (document_added, 3),
    (document_other, 6),
    (query_text, 5),
    (query_as_sent, 1),
    (path_end, 3),
    (path_part, 3),
    (path_whole, 1),
    (method, 2),
    (header, 5),
    (header_text, 3),
    (cookie, 4),
    (version, 1),
)


def twisted(draft: Draft, stock: Stock) -> tuple[Draft, tuple[str, ...]]:
    """The draft with something spoilt, mostly one thing, and the names of what was."""
    wanted = stock.chance.choices((1, 2, 3), (7, 2, 1))[0]
    done: list[str] = []
    while len(done) < wanted:
        twist = stock.chance.choices([twist for twist, _ in TWISTS], [often for _, often in TWISTS])[0]
        spoilt = twist(draft, stock)
        if spoilt is not draft:
            draft = spoilt
            done.append(twist.__name__)
    return draft, tuple(done)


def _is_form(draft: Draft) -> bool:
    return draft.body in {Body.FORM, Body.PARTS}


def _field(draft: Draft, stock: Stock, changed: Callable[[bytes, bytes], Pairs]) -> Draft:
    if not (_is_form(draft) and draft.fields):
        return draft
    place = stock.chance.randrange(len(draft.fields))
    if len(draft.fields[place][1]) >= _TOKEN and stock.chance.random() < 0.8:  # most requests shall get past the door
        place = stock.chance.randrange(len(draft.fields))
    return replace(draft, fields=(*draft.fields[:place], *changed(*draft.fields[place]), *draft.fields[place + 1 :]))


def _mixed(value: bytes, stock: Stock) -> bytes:
    text, cut = stock.text(FIELD)[:20_000], stock.chance.randrange(len(value) + 1)
    return value[:cut] + text + value[cut:]


def _without(headers: Pairs, name: bytes) -> Pairs:
    return tuple(pair for pair in headers if pair[0].lower() != name.lower())


def _document(draft: Draft, stock: Stock, changed: Callable[[Any, Any], None]) -> Draft:
    if draft.body is not Body.JSON:
        return draft
    document = copy.deepcopy(draft.document)
    places = list(_places(document))
    if not places:
        return draft
    changed(*stock.chance.choice(places))
    return replace(draft, document=document)


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    keys = value.keys() if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in list(keys):
        yield value, key
        yield from _places(value[key])


def _any_value(stock: Stock) -> Any:
    return stock.chance.choice(_VALUES) if stock.chance.random() < 0.5 else _text(stock)


def _text(stock: Stock) -> str:
    return stock.text(FIELD).decode("utf-8", "replace")
