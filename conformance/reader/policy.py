"""Policy files and opening a checkpoint under one: docs/format.md 12.2 and 12.4."""

import re
from typing import NamedTuple

from .encodings import Refusal, refuse_unless
from .notes import (
    COSIGNATURE,
    ED25519,
    ML_DSA_44,
    Checkpoint,
    Key,
    parse_checkpoint,
    parse_note,
    parse_vkey,
    verify_note,
)

LIMIT = 64
KNOWN = (ED25519, COSIGNATURE, ML_DSA_44)


class Group(NamedTuple):
    threshold: int
    members: tuple


class Policy(NamedTuple):
    logs: list
    witnesses: dict
    groups: dict
    quorum: str


class Opened(NamedTuple):
    checkpoint: Checkpoint
    signed_by: list
    cosigned: dict
    quorum_met: bool


def _malformed(at):
    return Refusal("POLICY_MALFORMED", at)


def _key(text):
    try:
        return parse_vkey(text)
    except Refusal:
        raise _malformed("key") from None


class _Reader:
    def __init__(self):
        self.logs, self.witnesses, self.groups, self.quorum = [], {}, {}, None

    def log(self, words):
        refuse_unless(len(words) in (1, 2), "POLICY_MALFORMED", "log")
        key = _key(words[0])
        refuse_unless(all(key.key != other.key for other in self.logs), "POLICY_MALFORMED", "twice")
        self.logs.append(key)

    def new_name(self, name):
        taken = name == "none" or name in self.witnesses or name in self.groups
        refuse_unless(not taken, "POLICY_MALFORMED", "name")

    def witness(self, words):
        refuse_unless(len(words) in (2, 3), "POLICY_MALFORMED", "witness")
        self.new_name(words[0])
        key = _key(words[1])
        cosigner = key.type == COSIGNATURE or key.type >= ML_DSA_44
        refuse_unless(cosigner, "POLICY_MALFORMED", "type")
        others = self.witnesses.values()
        refuse_unless(all(key.key != other.key for other in others), "POLICY_MALFORMED", "twice")
        self.witnesses[words[0]] = key

    def group(self, words):
        refuse_unless(len(words) >= 3, "POLICY_MALFORMED", "group")
        name, wanted, members = words[0], words[1], words[2:]
        self.new_name(name)
        known = all(each in self.witnesses or each in self.groups for each in members)
        refuse_unless(known and len(set(members)) == len(members), "POLICY_MALFORMED", "group")
        taken = {member for group in self.groups.values() for member in group.members}
        refuse_unless(not taken & set(members), "POLICY_MALFORMED", "group")
        counts = {"all": len(members), "any": 1}
        if wanted not in counts:
            refuse_unless(re.fullmatch("[1-9][0-9]{0,3}", wanted), "POLICY_MALFORMED", "group")
        count = counts.get(wanted) or int(wanted)
        refuse_unless(count <= len(members), "POLICY_MALFORMED", "group")
        self.groups[name] = Group(count, tuple(members))

    def set_quorum(self, words):
        refuse_unless(len(words) == 1 and self.quorum is None, "POLICY_MALFORMED", "quorum")
        known = words[0] == "none" or words[0] in self.witnesses or words[0] in self.groups
        refuse_unless(known, "POLICY_MALFORMED", "quorum")
        self.quorum = words[0]


def _collides(keys):
    seen = {}
    return any(seen.setdefault((key.name, key.id), key) != key for key in keys)


def parse_policy(text):
    refuse_unless(not re.search("[\x00-\x08\x0b-\x1f\x7f]", text), "POLICY_MALFORMED", "character")
    refuse_unless(text.endswith("\n"), "POLICY_MALFORMED", "last line")
    reader = _Reader()
    kinds = {
        "log": reader.log,
        "witness": reader.witness,
        "group": reader.group,
        "quorum": reader.set_quorum,
    }
    for line in text.split("\n")[:-1]:
        words = [word for word in re.split("[ \t]+", line) if word]
        if not words or words[0].startswith("#"):
            continue
        refuse_unless(words[0] in kinds, "POLICY_MALFORMED", "word")
        kinds[words[0]](words[1:])
    refuse_unless(reader.quorum is not None, "POLICY_MALFORMED", "quorum")
    refuse_unless(1 <= len(reader.logs) <= LIMIT, "POLICY_MALFORMED", "logs")
    refuse_unless(len(reader.witnesses) <= LIMIT, "POLICY_MALFORMED", "witnesses")
    refuse_unless(len(reader.groups) <= LIMIT, "POLICY_MALFORMED", "groups")
    keys = [*reader.logs, *reader.witnesses.values()]
    refuse_unless(not _collides(keys), "POLICY_MALFORMED", "collision")
    policy = Policy(reader.logs, reader.witnesses, reader.groups, reader.quorum)
    refuse_unless(any(key.type in KNOWN for key in policy.logs), "POLICY_UNSUPPORTED", "logs")
    usable = [name for name, key in policy.witnesses.items() if key.type in KNOWN]
    refuse_unless(quorum_met(policy, usable), "POLICY_UNSUPPORTED", "quorum")
    return policy


def _witnessed(policy, name, names):
    group = policy.groups.get(name)
    if group is None:
        return name in names
    return sum(_witnessed(policy, each, names) for each in group.members) >= group.threshold


def quorum_met(policy, names):
    return policy.quorum == "none" or _witnessed(policy, policy.quorum, names)


def open_checkpoint(text, policy):
    note = parse_note(text)
    signed = verify_note(note, [*policy.logs, *policy.witnesses.values()])
    logs = [key for key in policy.logs if key in signed]
    refuse_unless(logs, "CHECKPOINT_UNTRUSTED")
    checkpoint = parse_checkpoint(note.text)
    own = [key for key in logs if key.name == checkpoint.origin]
    refuse_unless(own, "CHECKPOINT_ORIGIN")
    cosigned = {
        name: signed[key]
        for name, key in policy.witnesses.items()
        if key in signed
    }
    return Opened(checkpoint, own, cosigned, quorum_met(policy, cosigned))
