"""The registry map and key state: docs/format.md sections 9 and 10."""

from typing import NamedTuple

from .encodings import Refusal, refuse_unless
from .schema import jwk_key
from .statement import (
    check_time,
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
    """A party's list, folded: `states[n]` is its keys (by thumbprint) after n statements.

    `places` are the entry index and time of each statement, None where its entry is not shown.
    """

    party: str
    ids: list
    states: list
    places: list
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


def _registrar_key_code(registrar, kid, place):
    """Why a key may not have admitted another party's statement, or None (10, step 7)."""
    ever = registrar.states[-1].get(kid)
    if ever is None:
        return "REGISTRAR_WRONG"
    if "statement" not in ever.uses:
        return "KEY_USE_WRONG"
    if ever.status == ACTIVE and kid in registrar.states[1]:
        return None
    changes = [
        (where, after.get(kid))
        for where, before, after in zip(registrar.places, registrar.states, registrar.states[1:])
        if before.get(kid) != after.get(kid)
    ]
    if place is None or any(where is None for where, _ in changes):
        return "EVIDENCE_MISSING"
    earlier = [state for where, state in changes if where[0] < place[0]]
    return key_code(earlier[-1] if earlier else None)


class Around(NamedTuple):
    """Where in its list a registry statement is judged."""

    change: Change
    before: dict
    after: dict
    registrar: Fold | None
    place: tuple | None


def _signer(signature, around):
    """The key that a role's signature must verify with. `registrar` is None in its own list."""
    kid, role, before = signature.kid, signature.role, around.before
    if role in ("party", "subject"):
        refuse_unless(kid == around.change.kid, "ROLE_KEY_WRONG")
        return around.change.key
    keys, code = before, None
    if role == "registrar" and around.registrar is not None:
        keys = around.registrar.states[-1]
        code = _registrar_key_code(around.registrar, kid, around.place)
    elif role == "registrar" and not before:
        keys, code = around.after, None if kid in around.after else "REGISTRAR_WRONG"
    else:
        code = key_code(before.get(kid))
    if code:
        raise Refusal(code)
    return keys[kid].key


def _step(statement, fold, origin, registrar, place):
    refuse_unless(statement.payload.body["aud"][0] == origin, "AUDIENCE_WRONG")
    code = form_code(statement)
    refuse_unless(code is None, code or "")
    refuse_unless(statement.payload.type in KINDS, "EVIDENCE_MISSING")
    change = change_of(statement)
    refuse_unless(change.party == fold.party, "REGISTRY_MISMATCH")
    code = roles_code(statement)
    refuse_unless(code is None, code or "")
    before = fold.states[-1]
    around = Around(change, before, apply_change(before, change), registrar, place)
    for signature in statement.signatures:
        check_time(statement, signature, place and place[1])
        key = _signer(signature, around)
        refuse_unless(signature_is_good(statement, signature, key), "SIGNATURE_INVALID")
    return around.after


def fold_list(shown, origin, registrar, place_of):
    """Folds a list (10); refuses with the code of the first statement that does not pass."""
    statements = [open_statement(each) for each in shown.statements]
    places = [place_of(each.payload.id) for each in statements]
    indexes = [place[0] for place in places if place is not None]
    rising = all(one < other for one, other in zip(indexes, indexes[1:]))
    refuse_unless(rising, "REGISTRY_MISMATCH")
    fold = Fold(shown.party, [each.payload.id for each in statements], [{}], places, None)
    for statement, place in zip(statements, places):
        fold.states.append(_step(statement, fold, origin, registrar, place))
        if statement.payload.type == "party/1":
            fold = fold._replace(continues=value_of(statement, "continues"))
    return fold
