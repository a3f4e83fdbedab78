"""Receipts and bundles as files: docs/format.md section 13. Reads them into one form."""

from typing import NamedTuple

from .encodings import Refusal, from_base64, is_whole, parse_json, decode_utf8, refuse_unless
from .formats import FORMATS
from .notes import parse_proof
from .statement import UNKNOWN_ENVELOPE, parse_envelope, parse_shown
from .tree import parse_entry

RECEIPT, BUNDLE = "waybill-receipt/1", "waybill-bundle/1"
TREE_PATH, MAP_PATH = 63, 256


class ShownEntry(NamedTuple):
    bytes: bytes
    index: int
    path: list


class List(NamedTuple):
    """All registry statements of a party; `unusable` is the code of one that is not known here."""

    party: str
    statements: list
    unusable: str | None


class Count(NamedTuple):
    """The claim that the first `count` statements of `party` lead to `root`."""

    party: str
    count: int
    path: list
    root: bytes


class Evidence(NamedTuple):
    checkpoint: str
    entries: list
    statements: list
    index: int | None
    lists: list
    counts: list


def _object(value, *members):
    good = isinstance(value, dict) and set(value) == set(members)
    refuse_unless(good, "RECEIPT_MALFORMED", "members")
    return value


def _array(value):
    refuse_unless(isinstance(value, list), "RECEIPT_MALFORMED", "array")
    return value


def _text(value):
    refuse_unless(isinstance(value, str), "RECEIPT_MALFORMED", "text")
    return value


def _whole(value):
    refuse_unless(is_whole(value), "RECEIPT_MALFORMED", "number")
    return value


def _hash(value):
    data = from_base64(_text(value))
    refuse_unless(len(data) == 32, "HASH_LENGTH")
    return data


def _path(value, most):
    refuse_unless(len(_array(value)) <= most, "RECEIPT_MALFORMED", "path")
    return [_hash(each) for each in value]


def _party(value):
    refuse_unless(FORMATS["party-id"](_text(value)), "RECEIPT_MALFORMED", "party")
    return value


def _entry(value):
    _object(value, "entry", "index", "path")
    data = from_base64(_text(value["entry"]))
    return ShownEntry(data, _whole(value["index"]), _path(value["path"], TREE_PATH))


def _list(party, value):
    statements, unusable = [], None
    for each in _array(value):
        try:
            statements.append(parse_envelope(each))
        except Refusal as refusal:
            if refusal.code not in UNKNOWN_ENVELOPE:
                raise
            unusable = unusable or refusal.code
    return List(party, statements, unusable)


def _once(entries):
    """Entries by index; one that stands in two places is the same there, path included."""
    seen = {}
    for each in entries:
        same = seen.setdefault(each.index, each) == each
        refuse_unless(same, "RECEIPT_MALFORMED", "entry twice")
    return [seen[index] for index in sorted(seen)]


RECEIPT_MEMBERS = ("format", "statement", "entry", "proof", "genesis", "head", "registry")


def _others(value):
    """Entries that show where registry statements stand; the member is left out if there are none."""
    if "entries" not in value:
        return []
    entries = [_entry(each) for each in _array(value["entries"])]
    indexes = [0] + [each.index for each in entries]
    rising = all(one < other for one, other in zip(indexes, indexes[1:]))
    refuse_unless(entries and rising, "RECEIPT_MALFORMED", "entries")
    return entries


def _receipt(value):
    _object(value, *RECEIPT_MEMBERS, *(["entries"] if "entries" in value else []))
    data = from_base64(_text(value["entry"]))
    proof = parse_proof(_text(value["proof"]))
    refuse_unless(proof.extra is None, "RECEIPT_MALFORMED", "extra")
    own = ShownEntry(data, proof.index, proof.path)
    genesis, head = _entry(value["genesis"]), _entry(value["head"])
    root, last_root = parse_entry(data).registry, parse_entry(head.bytes).registry
    lists, counts = [], []
    for each in _array(value["registry"]):
        _object(each, "party", "statements", "count", "path", "head_path")
        party, statements = _party(each["party"]), _list(each["party"], each["statements"])
        count = _whole(each["count"])
        path, last_path = _path(each["path"], MAP_PATH), _path(each["head_path"], MAP_PATH)
        whole = len(each["statements"])
        if root == last_root:
            same = count == whole and path == last_path
            refuse_unless(same, "RECEIPT_MALFORMED", "count or path")
        lists.append(statements)
        counts.append(Count(party, count, path, root))
        if root != last_root:
            counts.append(Count(party, whole, last_path, last_root))
    entries = _once([own, genesis, head, *_others(value)])
    shown = parse_shown(value["statement"])
    return Evidence(proof.checkpoint, entries, [shown], proof.index, lists, counts)


def _bundle(value):
    _object(value, "format", "checkpoint", "entries", "statements", "parties", "registry")
    entries = [_entry(each) for each in _array(value["entries"])]
    statements = [parse_shown(each) for each in _array(value["statements"])]
    lists = []
    for each in _array(value["parties"]):
        _object(each, "party", "statements")
        lists.append(_list(_party(each["party"]), each["statements"]))
    counts = []
    for each in _array(value["registry"]):
        _object(each, "count", "party", "path", "root")
        path, root = _path(each["path"], MAP_PATH), _hash(each["root"])
        counts.append(Count(_party(each["party"]), _whole(each["count"]), path, root))
    return Evidence(_text(value["checkpoint"]), entries, statements, None, lists, counts)


def parse_evidence(value):
    refuse_unless(isinstance(value, dict), "RECEIPT_MALFORMED", "object")
    if value.get("format") == RECEIPT:
        return _receipt(value)
    refuse_unless(value.get("format") == BUNDLE, "RECEIPT_MALFORMED", "format")
    return _bundle(value)


def read_evidence(data):
    return parse_evidence(parse_json(decode_utf8(data)))
