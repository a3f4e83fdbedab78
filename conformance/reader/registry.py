"""The registry map and key state: docs/format.md sections 9 and 10."""

from typing import NamedTuple

from .encodings import Refusal, refuse_unless
from .schema import jwk_key
from .statement import (
    form_code,
    open_statement,
    roles_code,
    sha256,
    signature_is_good,
    thumbprint,
    value_of,
)
from .tree import node_hash

ACTIVE = "active"
ENDS = {"retire": "retired", "revoke": "revoked", "compromised": "compromised"}
KINDS = ("party/1", "key/1")


class KeyState(NamedTuple):
    key: bytes
    uses: frozenset
    status: str
    since: int | None = None


class Fold(NamedTuple):
    """A party's list, folded: `states[n]` is its keys (by thumbprint) after n statements."""

    party: str
    ids: list
    states: list
    continues: str | None


def verify_path(party, ids, path, root):
    refuse_unless(ids, "REGISTRY_MISMATCH")
    key = sha256(b"party\n" + party.encode("ascii"))
    result = sha256(b"\x00" + key + sha256(b"".join(bytes.fromhex(each) for each in ids)))
    bits = int.from_bytes(key, "big")
    for step, sibling in enumerate(path):
        right = bits >> (255 - (len(path) - 1 - step)) & 1
        result = node_hash(sibling, result) if right else node_hash(result, sibling)
    refuse_unless(result == root, "REGISTRY_MISMATCH")


def key_code(state, use="statement"):
    """Why a key may not sign at a state, or None."""
    if state is None:
        return "KEY_UNKNOWN"
    if state.status != ACTIVE:
        return "KEY_NOT_ACTIVE"
    return None if use in state.uses else "KEY_USE_WRONG"


def _needed(statement, name):
    value = value_of(statement, name)
    refuse_unless(value is not None, "EVIDENCE_MISSING")
    return value


class Change(NamedTuple):
    """What a registry statement says about keys, its deciding claims being open."""

    party: str
    key: bytes
    kid: str
    action: str
    uses: frozenset
    since: int | None


def change_of(statement):
    if statement.payload.type == "party/1":
        party = _needed(statement, "party")
        key = jwk_key(party["key"])
        kid = thumbprint(key)
        return Change(kid, key, kid, "enrol", frozenset(party["uses"]), None)
    key = jwk_key(_needed(statement, "key"))
    action, uses = _needed(statement, "action"), frozenset()
    if action == "add":
        use = statement.claims["use"]
        refuse_unless(not use.withheld, "EVIDENCE_MISSING")
        uses = frozenset(use.values)
    since = value_of(statement, "since") if action == "compromised" else None
    return Change(_needed(statement, "party"), key, thumbprint(key), action, uses, since)


def apply_change(keys, change):
    """The state after a statement (the table of section 10)."""
    known = keys.get(change.kid)
    if change.action == "enrol":
        refuse_unless(not keys, "PARTY_EXISTS")
        return {change.kid: KeyState(change.key, change.uses, ACTIVE)}
    refuse_unless(keys, "PARTY_UNKNOWN")
    if change.action == "add":
        refuse_unless(known is None, "KEY_EXISTS")
        return keys | {change.kid: KeyState(change.key, change.uses, ACTIVE)}
    refuse_unless(known is not None, "KEY_UNKNOWN")
    again = change.action == "compromised" and known.status in ("retired", "revoked")
    refuse_unless(known.status == ACTIVE or again, "KEY_NOT_ACTIVE")
    ended = known._replace(status=ENDS[change.action], since=change.since)
    return keys | {change.kid: ended}


def _registrar_code(signature, keys, registrar, is_first):
    """`registrar` is the registrar's own fold, or None where this list is its own."""
    if registrar is None:
        if is_first:
            return None if signature.kid in keys else "REGISTRAR_WRONG"
        return key_code(keys.get(signature.kid))
    ever = registrar.states[-1].get(signature.kid)
    if ever is None:
        return "REGISTRAR_WRONG"
    return None if "statement" in ever.uses else "KEY_USE_WRONG"


def _signer(signature, change, before, after, registrar):
    """The key that a role's signature must verify with."""
    is_first = not before
    if signature.role in ("party", "subject"):
        refuse_unless(signature.kid == change.kid, "ROLE_KEY_WRONG")
        return change.key
    if signature.role == "holder":
        code = key_code(before.get(signature.kid))
        keys = before
    else:
        keys = after if is_first else before
        code = _registrar_code(signature, keys, registrar, is_first)
        keys = registrar.states[-1] if registrar else keys
    if code:
        raise Refusal(code)
    return keys[signature.kid].key


def _step(statement, party, before, origin, registrar):
    refuse_unless(statement.payload.type in KINDS, "REGISTRY_MISMATCH")
    refuse_unless(statement.payload.body["aud"][0] == origin, "AUDIENCE_WRONG")
    code = form_code(statement)
    refuse_unless(code is None, code or "")
    change = change_of(statement)
    refuse_unless(change.party == party, "REGISTRY_MISMATCH")
    code = roles_code(statement)
    refuse_unless(code is None, code or "")
    after = apply_change(before, change)
    for signature in statement.signatures:
        key = _signer(signature, change, before, after, registrar)
        refuse_unless(signature_is_good(statement, signature, key), "SIGNATURE_INVALID")
    return after


def fold_list(shown, origin, registrar):
    """Folds a list (10); refuses with the code of the first statement that does not pass."""
    keys, ids, states, continues = {}, [], [{}], None
    for each in shown.statements:
        statement = open_statement(each)
        keys = _step(statement, shown.party, keys, origin, registrar)
        ids.append(statement.payload.id)
        states.append(keys)
        if statement.payload.type == "party/1":
            continues = value_of(statement, "continues")
    return Fold(shown.party, ids, states, continues)
