"""Signed notes, checkpoints, cosignatures and proof files: docs/format.md 12.1 to 12.3."""

import re
from typing import NamedTuple

from . import ed25519, mldsa
from .encodings import SAFE, Refusal, from_base64, refuse_unless
from .tree import EMPTY_ROOT, sha256

ED25519, ECDSA, COSIGNATURE, ML_DSA_44 = 1, 2, 4, 6
KEY_LENGTHS = {ED25519: 32, COSIGNATURE: 32, ML_DSA_44: mldsa.KEY_BYTES}
CONTROL = re.compile("[\x00-\x09\x0b-\x1f]")
ZERO_TO_SAFE = re.compile("0|[1-9][0-9]{0,15}")


class Key(NamedTuple):
    name: str
    id: bytes
    type: int
    key: bytes


class Line(NamedTuple):
    name: str
    id: bytes
    signature: bytes


class Note(NamedTuple):
    text: str
    lines: list


class Checkpoint(NamedTuple):
    origin: str
    size: int
    root: bytes


def name_is_good(name):
    return bool(name) and not re.search("[\\s+\x00-\x1f]", name)


def parse_vkey(text):
    parts = text.split("+", 2)
    refuse_unless(len(parts) == 3 and name_is_good(parts[0]), "VKEY_INVALID", "form")
    refuse_unless(re.fullmatch("[0-9a-f]{8}", parts[1]), "VKEY_INVALID", "key id")
    try:
        data = from_base64(parts[2])
    except Refusal:
        raise Refusal("VKEY_INVALID", "base64") from None
    refuse_unless(len(data) > 1, "VKEY_INVALID", "no key")
    name, kind, key = parts[0], data[0], data[1:]
    named = key if kind == ECDSA else name.encode("utf-8") + b"\n" + data
    key_id = sha256(named)[:4]
    refuse_unless(key_id.hex() == parts[1], "VKEY_INVALID", "key id")
    if kind == ML_DSA_44:
        good = len(key) == mldsa.KEY_BYTES and len(name.encode("utf-8")) <= 255
        refuse_unless(good, "VKEY_INVALID", "length")
    if kind in (ED25519, COSIGNATURE):
        refuse_unless(ed25519.key_is_good(key), "KEY_INVALID")
    return Key(name, key_id, kind, key)


def _line(text):
    match = re.fullmatch("\u2014 ([^ ]+) ([^ ]+)", text)
    refuse_unless(match and name_is_good(match[1]), "NOTE_MALFORMED", "signature line")
    try:
        data = from_base64(match[2])
    except Refusal:
        raise Refusal("NOTE_MALFORMED", "base64") from None
    refuse_unless(len(data) > 4, "NOTE_MALFORMED", "signature line")
    return Line(match[1], data[:4], data[4:])


def parse_note(text):
    units = len(text.encode("utf-16-le", "surrogatepass")) // 2
    refuse_unless(units <= 1048576, "NOTE_MALFORMED", "length")
    refuse_unless(not CONTROL.search(text), "NOTE_MALFORMED", "control character")
    refuse_unless(not text.startswith("\ufeff"), "NOTE_MALFORMED", "byte order mark")
    at = text.rfind("\n\n")
    refuse_unless(at >= 0 and text.endswith("\n"), "NOTE_MALFORMED", "no signatures")
    body, rest = text[: at + 1], text[at + 2 :]
    lines = rest.split("\n")[:-1]
    refuse_unless(1 <= len(lines) <= 64, "NOTE_MALFORMED", "signature lines")
    return Note(body, [_line(line) for line in lines])


def cosigned_message(text, time):
    return f"cosignature/v1\ntime {time}\n{text}".encode("utf-8")


def subtree_message(name, time, checkpoint):
    def sized(words):
        data = words.encode("utf-8")
        refuse_unless(1 <= len(data) <= 255, "CHECKPOINT_MALFORMED", "name")
        return bytes([len(data)]) + data

    return (
        b"subtree/v1\n\x00"
        + sized(name)
        + time.to_bytes(8, "big")
        + sized(checkpoint.origin)
        + bytes(8)
        + checkpoint.size.to_bytes(8, "big")
        + checkpoint.root
    )


def _line_is_good(key, note, line):
    if key.type == ED25519:
        return ed25519.verify(line.signature, note.text.encode("utf-8"), key.key)
    checkpoint = parse_checkpoint(note.text)
    time = int.from_bytes(line.signature[:8], "big")
    if len(line.signature) <= 8 or time > SAFE:
        return False
    if key.type == COSIGNATURE:
        return ed25519.verify(line.signature[8:], cosigned_message(note.text, time), key.key)
    return mldsa.verify(line.signature[8:], subtree_message(key.name, time, checkpoint), key.key)


def verify_note(note, keys):
    """The known keys that signed, with the time of a cosignature. One bad known line refuses all."""
    known = {}
    for key in keys:
        refuse_unless(known.setdefault((key.name, key.id), key) == key, "VKEY_INVALID", "collision")
    signed = {}
    for line in note.lines:
        key = known.get((line.name, line.id))
        if key is None or key.type not in KEY_LENGTHS:
            continue
        refuse_unless(_line_is_good(key, note, line), "NOTE_SIGNATURE_INVALID")
        time = None if key.type == ED25519 else int.from_bytes(line.signature[:8], "big")
        signed.setdefault(key, time)
    return signed


def parse_checkpoint(text):
    lines = text.split("\n")
    refuse_unless(len(lines) == 4 and lines[3] == "", "CHECKPOINT_MALFORMED", "lines")
    origin, size, root = lines[:3]
    refuse_unless(1 <= len(origin.encode("utf-8")) <= 255, "CHECKPOINT_MALFORMED", "origin")
    refuse_unless(not CONTROL.search(origin), "CHECKPOINT_MALFORMED", "origin")
    refuse_unless(not origin.startswith("\ufeff"), "CHECKPOINT_MALFORMED", "origin")
    refuse_unless(ZERO_TO_SAFE.fullmatch(size), "CHECKPOINT_MALFORMED", "size")
    refuse_unless(int(size) <= SAFE, "CHECKPOINT_MALFORMED", "size")
    try:
        data = from_base64(root)
    except Refusal:
        raise Refusal("CHECKPOINT_MALFORMED", "root") from None
    refuse_unless(len(data) == 32, "CHECKPOINT_MALFORMED", "root")
    refuse_unless(size != "0" or data == EMPTY_ROOT, "CHECKPOINT_MALFORMED", "root")
    return Checkpoint(origin, int(size), data)


class Proof(NamedTuple):
    extra: bytes | None
    index: int
    path: list
    checkpoint: str


def _proof_base64(text):
    try:
        return from_base64(text)
    except Refusal:
        raise Refusal("PROOF_MALFORMED", "base64") from None


def parse_proof(text):
    head, gap, checkpoint = text.partition("\n\n")
    refuse_unless(gap and checkpoint.endswith("\n"), "PROOF_MALFORMED", "no checkpoint")
    lines = head.split("\n")
    refuse_unless(lines.pop(0) == "c2sp.org/tlog-proof@v1", "PROOF_MALFORMED", "first line")
    extra = None
    if lines and lines[0].startswith("extra "):
        extra = _proof_base64(lines.pop(0)[6:])
        refuse_unless(extra, "PROOF_MALFORMED", "extra")
    refuse_unless(lines, "PROOF_MALFORMED", "index")
    match = re.fullmatch("index (0|[1-9][0-9]{0,15})", lines.pop(0))
    refuse_unless(match and int(match[1]) <= SAFE, "PROOF_MALFORMED", "index")
    path = [_proof_base64(line) for line in lines]
    good = len(path) <= 63 and all(len(each) == 32 for each in path)
    refuse_unless(good, "PROOF_MALFORMED", "path")
    return Proof(extra, int(match[1]), path, checkpoint)
