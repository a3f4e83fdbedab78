"""A published log as files (c2sp.org/tlog-tiles): docs/format.md 14.2."""

from . import tree
from .encodings import Refusal, decode_utf8, refuse_unless
from .judge import FAILED, INCOMPLETE, Finding
from .policy import open_checkpoint

WIDTH = 256
ENTRIES = "entries"


def tile_path(level, index, width):
    digits = str(index)
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    path = "/".join(["x" + group for group in groups[:-1]] + groups[-1:])
    return f"tile/{level}/{path}" + (f".p/{width}" if width < WIDTH else "")


def _decode_entries(data, count):
    entries, at = [], 0
    while len(entries) < count:
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        refuse_unless(at + 2 <= len(data) and end <= len(data), "TILE_MALFORMED")
        entries.append(data[at + 2 : end])
        at = end
    refuse_unless(at == len(data), "TILE_MALFORMED")
    return entries


def _decode_hashes(data, count):
    refuse_unless(len(data) == count * 32, "TILE_MALFORMED")
    return [data[at : at + 32] for at in range(0, count * 32, 32)]


def _root(hashes):
    """RFC 6962 root of leaf hashes."""
    if not hashes:
        return tree.EMPTY_ROOT
    if len(hashes) == 1:
        return hashes[0]
    half = 1 << (len(hashes) - 1).bit_length() - 1
    return tree.node_hash(_root(hashes[:half]), _root(hashes[half:]))


class _Folder:
    def __init__(self, read, checkpoint):
        self.read = read
        self.origin, self.size, self.root = checkpoint
        self.findings = []

    def find(self, code, at):
        severity = INCOMPLETE if code == "TILE_NOT_FOUND" else FAILED
        self.findings.append(Finding(severity, code, at))

    def tile(self, level, index, count):
        """The hashes or entries of a tile, or None where they cannot be had."""
        decode = _decode_entries if level == ENTRIES else _decode_hashes
        path = tile_path(level, index, count)
        data, width = self.read(path), count
        if data is None:
            data, width = self.read(tile_path(level, index, WIDTH)), WIDTH
        try:
            refuse_unless(data is not None, "TILE_NOT_FOUND")
            return decode(data, width)[:count]
        except Refusal as refusal:
            self.find(refusal.code, path)
            return None

    def level(self, level, count):
        """Everything of one level, None in the place of what cannot be had."""
        found = []
        for index in range(-(-count // WIDTH)):
            width = min(WIDTH, count - index * WIDTH)
            found += self.tile(level, index, width) or [None] * width
        return found

    def entry(self, index, data, before):
        entry = tree.parse_entry(data)
        linked = before is None or entry.previous == before.leaf
        if index == 0:
            linked = entry.previous == tree.first_previous(self.origin)
        if not linked:
            self.find("ENTRY_CHAIN_BROKEN", f"entry {index}")
        return entry

    def entries(self, listed):
        ids, latest, before = set(), 0, None
        for index, data in enumerate(listed):
            if data is None:
                before = None
                continue
            try:
                entry = self.entry(index, data, before)
            except Refusal as refusal:
                self.find(refusal.code, f"entry {index}")
                before = None
                continue
            if entry.time < latest:
                self.find("ENTRY_CHAIN_BROKEN", f"entry {index}")
            if entry.id in ids:
                self.find("STATEMENT_ADMITTED", f"entry {index}")
            ids.add(entry.id)
            latest, before = max(latest, entry.time), entry
        return len(ids)

    def hashes(self, leaves):
        """Compares every tile of hashes with the level below it; completes leaves from level 0."""
        below, level = leaves, 0
        while below:
            shown = self.level(level, len(below))
            known = [a if a is not None else b for a, b in zip(below, shown)]
            if any(a != b for a, b in zip(known, shown) if b is not None):
                self.find("PROOF_ROOT_MISMATCH", f"level {level}")
            if level == 0:
                leaves = known
            full = [known[at : at + WIDTH] for at in range(0, len(known) - WIDTH + 1, WIDTH)]
            below = [None if None in each else _root(each) for each in full]
            level += 1
        if None not in leaves and _root(leaves) != self.root:
            self.find("PROOF_ROOT_MISMATCH", "checkpoint")


def judge_folder(read, policy):
    """`read` gives the bytes of a path, or None. Answers findings and how many entries are shown."""
    data = read("checkpoint")
    if data is None:
        raise Refusal("INPUT_NOT_FOUND", "checkpoint")
    try:
        opened = open_checkpoint(decode_utf8(data), policy)
    except Refusal as refusal:
        return [Finding(FAILED, refusal.code, "checkpoint")], 0
    folder = _Folder(read, opened.checkpoint)
    if not opened.quorum_met:
        folder.findings.append(Finding(INCOMPLETE, "QUORUM_MISSING", "checkpoint"))
    listed = folder.level(ENTRIES, folder.size)
    verified = folder.entries(listed)
    folder.hashes([None if each is None else tree.leaf_hash(each) for each in listed])
    if folder.size == 0:
        folder.findings.append(Finding(INCOMPLETE, "NOTHING_TO_VERIFY"))
    return folder.findings, verified
