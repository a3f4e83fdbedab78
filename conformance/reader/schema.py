"""Statement types, read from the tables of docs/statements.md, which are part of the format.

The tables are read and not transcribed, so that no second copy of the schemas can go stale.
"""

import re
from pathlib import Path
from typing import NamedTuple

from .encodings import from_base64url, is_whole, SAFE
from .formats import FORMATS
from . import ed25519

SPECIFICATION = Path(__file__).resolve().parents[2] / "docs" / "statements.md"


class Shape(NamedTuple):
    kind: str
    format: str = ""
    least: int = 0
    most: int = SAFE
    words: frozenset = frozenset()
    members: dict | None = None
    item: object = None
    once: bool = False
    ref: str = ""


class Member(NamedTuple):
    shape: Shape
    required: bool


class Claim(NamedTuple):
    shape: Shape
    required: bool
    is_list: bool
    holder_kept: bool
    most: int
    once: bool


class Type(NamedTuple):
    name: str
    role_sets: tuple
    deciding: tuple | None
    extras: dict
    claims: dict


LISTED = re.compile(r"list( claim)? of (.+?)(?: \((?:(\d+) to|at most) (\d+)(, each once)?\))?")
RANGE = re.compile(r"integer, (?:at least (\d+)|(-?\d+) to (-?\d+))")


def _words(vocabulary):
    return frozenset(re.findall("`([^`]+)`", vocabulary.split(";")[0]))


def _plain_shape(text, vocabulary, longest):
    if text in ("object", "boolean"):
        return Shape(text, members={} if text == "object" else None)
    if text.startswith("public key"):
        return Shape("jwk")
    if text == "any object":
        return Shape("open")
    if text in ("listed word", "listed term"):
        return Shape("word", words=_words(vocabulary))
    match = RANGE.fullmatch(text)
    if match:
        return Shape("integer", least=int(match[1] or match[2]), most=int(match[3] or SAFE))
    match = re.fullmatch(r"\[(.+)\]\(#.+\)", text)
    if match:
        return Shape("ref", ref=match[1])
    match = re.fullmatch(r"`(.+?)`(?:, at most (\d+) characters)?", text)
    if match is None or match[1] not in FORMATS:
        raise ValueError(f"statements.md: a type that is not known: {text}")
    return Shape("string", format=match[1], most=int(match[2] or longest[match[1]]))


def _shape(text, vocabulary, longest):
    match = LISTED.fullmatch(text)
    if match is None or match[1]:
        return _plain_shape(match[2] if match else text, vocabulary, longest)
    item = _plain_shape(match[2], vocabulary, longest)
    return Shape("list", least=int(match[3] or 0), most=int(match[4]), item=item, once=bool(match[5]))


def _inner(shape, step):
    """The object in which the members of `name` (or of `name[]`) stand."""
    return (shape.item if step.endswith("[]") else shape).members


def _tables(text):
    """Every table of a section, as lists of rows of cells; an escaped bar is no border."""
    table = []
    for line in text.split("\n") + [""]:
        if line.startswith("|"):
            table.append([cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]])
        elif table:
            yield table
            table = []


def _longest(sections):
    rows = next(_tables(sections["Formats"]))[2:]
    return {row[0].strip("`"): int(row[1]) for row in rows}


def _place(members, path, member):
    *steps, last = path.split(".")
    for step in steps:
        members = _inner(members[step.removesuffix("[]")].shape, step)
    members[last] = member


def _members_of(table, longest):
    members = {}
    for row in table[2:]:
        name, kind, required, _, vocabulary = row[:5]
        shape = _shape(kind, vocabulary, longest)
        _place(members, name.strip("`"), Member(shape, required == "yes"))
    return members


def _claims_of(table, longest):
    claims, shapes = {}, {}
    for row in table[2:]:
        name, kept, kind, required, _, vocabulary = row[:6]
        path = name.strip("*`")
        shape = _shape(kind, vocabulary, longest)
        if not name.startswith("**"):
            # Members of a list claim are written `claim[].member`, though its shape is one element.
            _place(shapes, re.sub(r"^(\w+)\[\]", r"\1", path), Member(shape, required == "yes"))
            continue
        match = LISTED.fullmatch(kind)
        is_list = bool(match and match[1])
        most, once = (int(match[4] or 1024), bool(match[5])) if is_list else (1, False)
        shapes[path] = Member(shape, True)
        claims[path] = Claim(shape, required == "yes", is_list, kept == "holder", most, once)
    return claims


def _role_sets(cell):
    return tuple(frozenset(re.findall("`([a-z]+)`", each)) for each in cell.split(" or "))


def _deciding(section):
    for table in _tables(section):
        if len(table[0]) == 2 and table[0][1] == "signed by":
            sets = {row[0].strip("`"): _role_sets(row[1]) for row in table[2:]}
            return table[0][0].strip("`"), sets
    return None


def _extras(cell):
    found = re.findall(r"`(\w+)`( \(optional\))?", cell)
    return {name: "optional" if optional else "required" for name, optional in found}


def _type_of(row, sections, longest):
    name = re.fullmatch(r"\[`(.+)`\]\(#.+\)", row[0])[1]
    section = sections[name]
    table = next(each for each in _tables(section) if each[0][0] == "claim")
    claims = _claims_of(table, longest)
    return Type(name, _role_sets(row[1]), _deciding(section), _extras(row[2]), claims)


def read_types(text):
    parts = re.split(r"(?m)^#{2,3} (.+)$", text)
    sections = dict(zip(parts[1::2], parts[2::2]))
    longest = _longest(sections)
    rows = next(each for each in _tables(parts[0]) if each[0][0] == "type")[2:]
    types = {}
    for row in rows:
        each = _type_of(row, sections, longest)
        types[each.name] = each
    shapes = {}
    for title, section in sections.items():
        for table in _tables(section):
            if table[0][0] == "member":
                shapes[title] = _members_of(table, longest)
    return types, shapes


TYPES, SHAPES = read_types(SPECIFICATION.read_text(encoding="utf-8"))

OPEN_DEPTH = 16
OPEN_LENGTH = 1024
FORBIDDEN = ("__proto__", "_sd", "...")


def jwk_key(value):
    """The 32 bytes of a JWK of the right form, else None."""
    if not isinstance(value, dict) or set(value) != {"crv", "kty", "x"}:
        return None
    if value["crv"] != "Ed25519" or value["kty"] != "OKP" or not isinstance(value["x"], str):
        return None
    if not FORMATS["base64url32"](value["x"]):
        return None
    return from_base64url(value["x"])


def _open_is_good(value, level=1):
    if isinstance(value, str):
        return len(value) <= OPEN_LENGTH
    if isinstance(value, (dict, list)) and level > OPEN_DEPTH:
        return False
    if isinstance(value, dict):
        named = all(len(name) <= OPEN_LENGTH and name not in FORBIDDEN for name in value)
        return named and all(_open_is_good(each, level + 1) for each in value.values())
    if isinstance(value, list):
        return all(_open_is_good(each, level + 1) for each in value)
    return value is not None and not isinstance(value, float)


def _members(value, members):
    if not isinstance(value, dict):
        yield "CLAIM_INVALID"
        return
    for name in value:
        if name not in members:
            yield "CLAIM_UNKNOWN_MEMBER"
    for name, member in members.items():
        if name in value:
            yield from issues(value[name], member.shape)
        elif member.required:
            yield "CLAIM_MISSING"


def _all_differ(values):
    return all(value not in values[:index] for index, value in enumerate(values))


def _list(value, shape):
    if not isinstance(value, list) or not shape.least <= len(value) <= shape.most:
        yield "CLAIM_INVALID"
        return
    if shape.once and not _all_differ(value):
        yield "CLAIM_INVALID"
    for each in value:
        yield from issues(each, shape.item)


def _is_good(value, shape):
    if shape.kind == "boolean":
        return isinstance(value, bool)
    if shape.kind == "integer":
        whole = isinstance(value, int) and not isinstance(value, bool)
        return whole and shape.least <= value <= shape.most
    if shape.kind == "word":
        return isinstance(value, str) and value in shape.words
    if shape.kind == "jwk":
        return jwk_key(value) is not None
    if shape.kind == "open":
        return isinstance(value, dict) and _open_is_good(value)
    return isinstance(value, str) and len(value) <= shape.most and FORMATS[shape.format](value)


def issues(value, shape):
    """The codes of all that is wrong with the form of a value, in no order that matters."""
    if shape.kind == "ref":
        yield from _members(value, SHAPES[shape.ref])
    elif shape.kind == "object":
        yield from _members(value, shape.members)
    elif shape.kind == "list":
        yield from _list(value, shape)
    elif not _is_good(value, shape):
        yield "CLAIM_INVALID"


def claim_issues(claim, opened):
    """`opened` is a statement.Claimed: its form (4.3, 4.4)."""
    if opened.withheld and not opened.values:
        return
    if not claim.is_list:
        if opened.values[0] is None:
            yield from ["CLAIM_MISSING"] if claim.required else []
        else:
            yield from issues(opened.values[0], claim.shape)
        return
    if opened.is_empty:
        yield from ["CLAIM_MISSING"] if claim.required else []
        return
    if not opened.withheld:
        if opened.placeholders > claim.most:
            yield "CLAIM_INVALID"
        if claim.once and not _all_differ(opened.values):
            yield "CLAIM_INVALID"
    for value in opened.values:
        yield from issues(value, claim.shape)
