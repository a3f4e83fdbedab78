"""Strict encodings and JSON: docs/format.md section 2.

Every decoder refuses what it would not write itself, so one value has one spelling.
"""

import base64
import re

SAFE = 2**53 - 1
DEPTH = 32


class Refusal(Exception):
    """Something is refused under a code of docs/errors.md. Values never stand in it."""

    def __init__(self, code, at=""):
        super().__init__(f"{code} {at}".strip())
        self.code = code
        self.at = at


def refuse_unless(condition, code, at=""):
    if not condition:
        raise Refusal(code, at)


def from_hex(text):
    refuse_unless(re.fullmatch(r"(?:[0-9a-f]{2})*", text, re.ASCII), "ENCODING_INVALID", "hex")
    return bytes.fromhex(text)


def from_base64(text):
    shape = r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?"
    refuse_unless(re.fullmatch(shape, text, re.ASCII), "ENCODING_INVALID", "base64")
    data = base64.b64decode(text)
    refuse_unless(base64.b64encode(data).decode() == text, "ENCODING_INVALID", "base64")
    return data


def from_base64url(text):
    refuse_unless(re.fullmatch(r"[A-Za-z0-9_-]*", text, re.ASCII), "ENCODING_INVALID", "base64url")
    refuse_unless(len(text) % 4 != 1, "ENCODING_INVALID", "base64url")
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    refuse_unless(to_base64url(data) == text, "ENCODING_INVALID", "base64url")
    return data


def to_base64url(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def decode_utf8(data):
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise Refusal("UTF8_INVALID") from None


SPACE = re.compile(r"[ \t\n\r]*")
STRING = re.compile(r'"((?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*)"')
NUMBER = re.compile(r"(-?(?:0|[1-9][0-9]*))(\.[0-9]+)?([eE][+-]?[0-9]+)?")
ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)")
SURROGATE = re.compile("[\ud800-\udfff]")
SHORT = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


def _unescape(match):
    what = match.group(1)
    return chr(int(what[1:], 16)) if what[0] == "u" else SHORT[what]


def _string(raw):
    if "\\" not in raw:
        return raw
    text = ESCAPE.sub(_unescape, raw)
    if SURROGATE.search(text):
        # Halves that make a pair become their character; one that is left alone is refused.
        try:
            text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
        except UnicodeDecodeError:
            raise Refusal("JSON_INVALID", "surrogate") from None
    return text


def _number(match):
    whole, fraction, exponent = match.groups()
    if fraction is None and exponent is None and abs(int(whole)) <= SAFE:
        return int(whole)
    value = float(match.group(0))
    if value in (float("inf"), float("-inf")):
        return value
    return int(value) if value.is_integer() and abs(value) <= SAFE else value


class _Parser:
    def __init__(self, text, depth, twice):
        self.text = text
        self.at = 0
        self.depth = depth
        self.twice = twice

    def space(self):
        self.at = SPACE.match(self.text, self.at).end()

    def next(self):
        char = self.text[self.at : self.at + 1]
        if char and char in " \t\n\r":
            self.space()
            char = self.text[self.at : self.at + 1]
        return char

    def take(self, char):
        refuse_unless(self.next() == char, "JSON_INVALID")
        self.at += 1

    def string(self):
        self.next()
        match = STRING.match(self.text, self.at)
        refuse_unless(match, "JSON_INVALID")
        self.at = match.end()
        return _string(match.group(1))

    def value(self, level):
        char = self.next()
        if char == '"':
            return self.string()
        if char in ("{", "["):
            refuse_unless(level <= self.depth, "JSON_INVALID", "depth")
            self.at += 1
            return self.object(level) if char == "{" else self.array(level)
        for word, meaning in (("true", True), ("false", False), ("null", None)):
            if self.text.startswith(word, self.at):
                self.at += len(word)
                return meaning
        match = NUMBER.match(self.text, self.at)
        refuse_unless(match, "JSON_INVALID")
        self.at = match.end()
        return _number(match)

    def array(self, level):
        items = []
        if self.next() == "]":
            self.at += 1
            return items
        while True:
            items.append(self.value(level + 1))
            if self.next() == "]":
                self.at += 1
                return items
            self.take(",")

    def object(self, level):
        members = {}
        if self.next() == "}":
            self.at += 1
            return members
        while True:
            name = self.string()
            refuse_unless(name not in members, self.twice, "name twice")
            self.take(":")
            members[name] = self.value(level + 1)
            if self.next() == "}":
                self.at += 1
                return members
            self.take(",")


def parse_json(text, depth=DEPTH, twice="JSON_INVALID"):
    """Strict JSON (2.2). Numbers with an integer value are `int`, others `float`."""
    parser = _Parser(text, depth, twice)
    value = parser.value(1)
    parser.space()
    refuse_unless(parser.at == len(text), "JSON_INVALID")
    return value


def read_json(data, depth=DEPTH):
    return parse_json(decode_utf8(data), depth)


ESCAPED = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
NEEDS_ESCAPE = re.compile(r'["\\\x00-\x1f]')


def _quoted(text):
    return '"' + NEEDS_ESCAPE.sub(lambda m: ESCAPED.get(m[0]) or f"\\u{ord(m[0]):04x}", text) + '"'


def to_jcs(value):
    """RFC 8785, of values whose numbers are integers."""
    if value is None:
        return "null"
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, list):
        return "[" + ",".join(map(to_jcs, value)) + "]"
    names = sorted(value, key=lambda name: name.encode("utf-16-be"))
    return "{" + ",".join(f"{_quoted(name)}:{to_jcs(value[name])}" for name in names) + "}"


def _has_fraction(value):
    if isinstance(value, list):
        return any(map(_has_fraction, value))
    if isinstance(value, dict):
        return any(map(_has_fraction, value.values()))
    return isinstance(value, float)


def read_canonical(data, depth=DEPTH):
    """Signed JSON (2.3): the bytes are their own canonical form."""
    value = parse_json(decode_utf8(data), depth, "JSON_NOT_CANONICAL")
    refuse_unless(not _has_fraction(value), "JSON_NOT_CANONICAL")
    refuse_unless(to_jcs(value).encode("utf-8") == data, "JSON_NOT_CANONICAL")
    return value


def is_whole(value, most=SAFE):
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most
