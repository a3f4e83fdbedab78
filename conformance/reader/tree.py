"""The Merkle tree of the log: docs/format.md section 8; the entry, section 7."""

import hashlib
from typing import NamedTuple

from .encodings import is_whole, refuse_unless

EMPTY_ROOT = hashlib.sha256(b"").digest()


def sha256(data):
    return hashlib.sha256(data).digest()


def leaf_hash(entry):
    return sha256(b"\x00" + entry)


def node_hash(left, right):
    return sha256(b"\x01" + left + right)


def _inclusion_length(index, size):
    length, last = 0, size - 1
    while last > 0:
        length += index % 2 == 1 or index < last
        index, last = index // 2, last // 2
    return length


def verify_inclusion(leaf, index, size, path, root):
    refuse_unless(is_whole(index) and is_whole(size) and index < size, "PROOF_INDEX_RANGE")
    refuse_unless(len(path) == _inclusion_length(index, size), "PROOF_LENGTH")
    rest, last, result = iter(path), size - 1, leaf
    while last > 0:
        if index % 2 == 1:
            result = node_hash(next(rest), result)
        elif index < last:
            result = node_hash(result, next(rest))
        index, last = index // 2, last // 2
    refuse_unless(result == root, "PROOF_ROOT_MISMATCH")


def _take(rest):
    item = next(rest, None)
    refuse_unless(item is not None, "PROOF_LENGTH")
    return item


def verify_consistency(size1, size2, path, root1, root2):
    in_range = is_whole(size1) and is_whole(size2) and size1 <= size2
    refuse_unless(in_range, "PROOF_INDEX_RANGE")
    if size1 == 0 or size1 == size2:
        refuse_unless(not path, "PROOF_LENGTH")
        refuse_unless(size1 > 0 or root1 == EMPTY_ROOT, "PROOF_ROOT_MISMATCH")
        refuse_unless(size1 != size2 or root1 == root2, "PROOF_ROOT_MISMATCH")
        return
    rest, index, last = iter(path), size1 - 1, size2 - 1
    while index % 2 == 1:
        index, last = index // 2, last // 2
    old = new = root1 if index == 0 else _take(rest)
    while last > 0:
        if index % 2 == 1:
            sibling = _take(rest)
            old, new = node_hash(sibling, old), node_hash(sibling, new)
        elif index < last:
            new = node_hash(new, _take(rest))
        index, last = index // 2, last // 2
    refuse_unless(next(rest, None) is None, "PROOF_LENGTH")
    refuse_unless(old == root1 and new == root2, "PROOF_ROOT_MISMATCH")


class Entry(NamedTuple):
    bytes: bytes
    previous: bytes
    time: int
    id: str
    digest: bytes
    registry: bytes

    @property
    def leaf(self):
        return leaf_hash(self.bytes)


def parse_entry(data):
    fixed = len(data) == 143 and data[0:2] == b"\x96\x01" and data[36] == 0xCE
    refuse_unless(fixed, "ENTRY_MALFORMED")
    refuse_unless(all(data[at : at + 2] == b"\xc4\x20" for at in (2, 41, 75, 109)), "ENTRY_MALFORMED")
    time = int.from_bytes(data[37:41], "big")
    return Entry(data, data[4:36], time, data[43:75].hex(), data[77:109], data[111:143])


def first_previous(origin):
    return sha256(b"waybill/v1\n" + origin.encode("utf-8"))
