"""Payloads, disclosures and envelopes: docs/format.md sections 3 to 6."""

import hashlib
import re
from typing import NamedTuple

from . import ed25519, rules, schema
from .encodings import (
    Refusal,
    from_base64url,
    is_whole,
    read_canonical,
    refuse_unless,
    to_base64url,
    to_jcs,
)
from .formats import FORMATS

COMMON = {"v", "type", "aud", "iat", "nonce", "claims", "_sd_alg"}
ORIGIN = re.compile("[!-*,-~]{1,255}")
DIGEST = FORMATS["base64url32"]
ID = FORMATS["statement-id"]


class Claimed(NamedTuple):
    """One claim of a statement: how many placeholders it has and which values are open, in order."""

    placeholders: int
    values: list
    is_empty: bool

    @property
    def withheld(self):
        return not self.is_empty and len(self.values) < self.placeholders


class Signature(NamedTuple):
    protected: str
    signature: bytes
    kid: str
    role: str
    iat: int


class Payload(NamedTuple):
    bytes: bytes
    id: str
    type: str
    body: dict


class Statement(NamedTuple):
    payload: Payload
    claims: dict
    signatures: list
    digest: bytes
    text: str


class Shown(NamedTuple):
    """A statement as evidence shows it, read but not judged: an envelope, or a stub."""

    payload: str
    disclosures: list
    signatures: list | None
    remembered: str | None


def sha256(data):
    return hashlib.sha256(data).digest()


def thumbprint(key):
    jwk = '{"crv":"Ed25519","kty":"OKP","x":"%s"}' % to_base64url(key)
    return to_base64url(sha256(jwk.encode("ascii")))


# Envelope ---------------------------------------------------------------------------------------


def _texts(value, most):
    good = isinstance(value, list) and len(value) <= most
    return good and all(isinstance(each, str) for each in value)


def _header(text):
    refuse_unless(isinstance(text, str) and len(text) <= 1024, "ENVELOPE_INVALID", "protected")
    header = read_canonical(from_base64url(text), 2)
    refuse_unless(isinstance(header, dict), "ENVELOPE_INVALID", "protected")
    refuse_unless("alg" in header, "ENVELOPE_INVALID", "protected")
    # An algorithm of later days is unknown and not wrong, whatever else stands beside it.
    refuse_unless(header["alg"] == "Ed25519", "SIGNATURE_ALG_UNKNOWN")
    members = {"alg", "iat", "kid", "role", "typ"}
    if "typ" in header:
        refuse_unless(header["typ"] == "waybill+sd-jwt", "SIGNATURE_TYP_WRONG")
    refuse_unless(set(header) == members, "ENVELOPE_INVALID", "protected")
    refuse_unless(is_whole(header["iat"]), "ENVELOPE_INVALID", "iat")
    kid, role = header["kid"], header["role"]
    refuse_unless(isinstance(kid, str) and DIGEST(kid), "ENVELOPE_INVALID", "kid")
    named = isinstance(role, str) and re.fullmatch("[a-z]{1,32}", role)
    refuse_unless(named, "ENVELOPE_INVALID", "role")
    return kid, role, header["iat"]


def _signature(value, index):
    allowed = {"protected", "signature"} | ({"header"} if index == 0 else set())
    good = isinstance(value, dict) and {"protected", "signature"} <= set(value) <= allowed
    refuse_unless(good, "ENVELOPE_INVALID", "signature")
    # First, because a later algorithm may well have signatures of another length.
    header = _header(value["protected"])
    text = value["signature"]
    refuse_unless(isinstance(text, str) and len(text) == 86, "ENVELOPE_INVALID", "signature")
    return Signature(value["protected"], from_base64url(text), *header)


def _disclosures(value):
    header = value["signatures"][0]
    if not isinstance(header, dict) or "header" not in header:
        return []
    good = isinstance(header["header"], dict) and set(header["header"]) == {"disclosures"}
    refuse_unless(good, "ENVELOPE_INVALID", "header")
    texts = header["header"]["disclosures"]
    refuse_unless(_texts(texts, 1024), "ENVELOPE_INVALID", "disclosures")
    return texts


def _all_texts(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from _all_texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _all_texts(each)


def _size_is_good(value):
    return sum(len(text) for text in _all_texts(value)) <= 262144


def parse_envelope(value):
    refuse_unless(isinstance(value, dict), "ENVELOPE_INVALID")
    refuse_unless("batch" not in value, "ENVELOPE_FORM_UNKNOWN")
    refuse_unless(set(value) == {"payload", "signatures"}, "ENVELOPE_INVALID", "members")
    refuse_unless(isinstance(value["payload"], str), "ENVELOPE_INVALID", "payload")
    refuse_unless(_size_is_good(value), "ENVELOPE_TOO_LARGE")
    listed = value["signatures"]
    good = isinstance(listed, list) and 1 <= len(listed) <= 16
    refuse_unless(good, "ENVELOPE_INVALID", "signatures")
    disclosures = _disclosures(value)
    from_base64url(value["payload"])
    signatures = [_signature(each, index) for index, each in enumerate(listed)]
    roles = [each.role for each in signatures]
    refuse_unless(roles == sorted(set(roles)), "SIGNATURE_ORDER")
    return Shown(value["payload"], disclosures, signatures, None)


def _remembered_disclosures(value):
    own = value.get("disclosures")
    if own is not None:
        return own if _texts(own, 1024) else []
    try:
        texts = value["signatures"][0]["header"]["disclosures"]
    except (KeyError, IndexError, TypeError):
        return []
    return texts if _texts(texts, 1024) else []


def _parse_stub(value):
    refuse_unless(set(value) == {"disclosures", "payload"}, "ENVELOPE_INVALID", "stub")
    good = isinstance(value["payload"], str) and _texts(value["disclosures"], 1024)
    refuse_unless(good, "ENVELOPE_INVALID", "stub")
    refuse_unless(_size_is_good(value), "ENVELOPE_TOO_LARGE")
    from_base64url(value["payload"])
    return Shown(value["payload"], value["disclosures"], None, None)


UNKNOWN_ENVELOPE = ("SIGNATURE_ALG_UNKNOWN", "ENVELOPE_FORM_UNKNOWN")


def parse_shown(value):
    """A statement in evidence (13): an envelope, or a stub; what is not known is kept as a stub."""
    refuse_unless(isinstance(value, dict), "RECEIPT_MALFORMED", "statement")
    if "signatures" not in value and "batch" not in value:
        return _parse_stub(value)
    try:
        return parse_envelope(value)
    except Refusal as refusal:
        if refusal.code not in UNKNOWN_ENVELOPE or not isinstance(value.get("payload"), str):
            raise
        from_base64url(value["payload"])
        return Shown(value["payload"], _remembered_disclosures(value), None, refusal.code)


# Payload ----------------------------------------------------------------------------------------


def _placeholders(body, kind):
    claims = body["claims"]
    refuse_unless(isinstance(claims, dict), "PAYLOAD_INVALID", "claims")
    refuse_unless(set(claims) == set(schema.TYPES[kind].claims), "PAYLOAD_INVALID", "claims")
    seen = set()
    for name, listed in claims.items():
        scalar = not schema.TYPES[kind].claims[name].is_list
        good = isinstance(listed, list) and listed and (not scalar or len(listed) == 1)
        refuse_unless(good, "PAYLOAD_INVALID", "claims")
        for each in listed:
            refuse_unless(isinstance(each, dict) and set(each) == {"..."}, "PAYLOAD_INVALID", "claims")
            digest = each["..."]
            refuse_unless(isinstance(digest, str) and DIGEST(digest), "PAYLOAD_INVALID", "digest")
            refuse_unless(digest not in seen, "PAYLOAD_INVALID", "digest twice")
            seen.add(digest)
    refuse_unless(len(seen) <= 1024, "PAYLOAD_TOO_LARGE", "placeholders")


def _parents(value):
    good = isinstance(value, list) and 1 <= len(value) <= 256
    refuse_unless(good, "PAYLOAD_INVALID", "parents")
    for each in value:
        form = isinstance(each, dict) and set(each) == {"id", "n"} and isinstance(each["id"], str)
        refuse_unless(form and ID(each["id"]) and is_whole(each["n"]), "PAYLOAD_INVALID", "parents")
    pairs = [(each["id"], each["n"]) for each in value]
    refuse_unless(len(set(pairs)) == len(pairs), "PAYLOAD_INVALID", "parents")


def _deadline(body):
    deadline = body["countersign_by"]
    good = is_whole(deadline) and body["iat"] <= deadline <= body["iat"] + 7776000
    refuse_unless(good, "PAYLOAD_INVALID", "countersign_by")


def _visible(body):
    refuse_unless(is_whole(body["iat"]), "PAYLOAD_INVALID", "iat")
    aud = body["aud"]
    good = isinstance(aud, list) and len(aud) == 1 and isinstance(aud[0], str)
    refuse_unless(good and ORIGIN.fullmatch(aud[0]), "PAYLOAD_INVALID", "aud")
    nonce = body["nonce"]
    good = isinstance(nonce, str) and re.fullmatch(r"[A-Za-z0-9_-]{21}[AQgw]", nonce)
    refuse_unless(good, "PAYLOAD_INVALID", "nonce")
    refuse_unless(body["_sd_alg"] == "sha-256", "PAYLOAD_INVALID", "_sd_alg")
    if "countersign_by" in body:
        _deadline(body)
    if "parents" in body:
        _parents(body["parents"])
    for name in ("about", "supersedes"):
        if name in body:
            refuse_unless(isinstance(body[name], str) and ID(body[name]), "PAYLOAD_INVALID", name)


def parse_payload(data):
    refuse_unless(len(data) <= 65536, "PAYLOAD_TOO_LARGE")
    body = read_canonical(data, 16)
    refuse_unless(isinstance(body, dict), "PAYLOAD_INVALID", "object")
    version = body.get("v")
    known = "v" in body and version == 1 and not isinstance(version, bool)
    refuse_unless(known, "STATEMENT_VERSION_UNKNOWN")
    kind = body.get("type")
    refuse_unless(isinstance(kind, str) and kind in schema.TYPES, "STATEMENT_TYPE_UNKNOWN")
    extras = schema.TYPES[kind].extras
    required = COMMON | {name for name, need in extras.items() if need == "required"}
    refuse_unless(required <= set(body) <= COMMON | set(extras), "PAYLOAD_INVALID", "members")
    _visible(body)
    _placeholders(body, kind)
    return Payload(data, sha256(data).hex(), kind, body)


# Disclosures ------------------------------------------------------------------------------------


def _open(text):
    refuse_unless(len(text) <= 21882, "VALUE_TOO_LARGE")
    parsed = read_canonical(from_base64url(text), 17)
    good = isinstance(parsed, list) and len(parsed) == 2 and isinstance(parsed[0], str)
    refuse_unless(good, "DISCLOSURE_INVALID")
    refuse_unless(re.fullmatch("[A-Za-z0-9_-]{21}[AQgw]", parsed[0]), "DISCLOSURE_INVALID", "salt")
    return parsed


def open_claims(payload, disclosures):
    """The claims by name, as far as the disclosures open them."""
    wanted = {
        each["..."] for listed in payload.body["claims"].values() for each in listed
    }
    opened, salts = {}, set()
    for text in disclosures:
        digest = to_base64url(sha256(text.encode("utf-8")))
        refuse_unless(digest in wanted, "DISCLOSURE_UNMATCHED")
        refuse_unless(digest not in opened, "DISCLOSURE_REPEATED")
        salt, value = _open(text)
        refuse_unless(salt not in salts, "DISCLOSURE_REPEATED")
        salts.add(salt)
        opened[digest] = value
    return {
        name: _claimed(name, listed, opened, payload.type)
        for name, listed in payload.body["claims"].items()
    }


def _claimed(name, listed, opened, kind):
    values = [opened[each["..."]] for each in listed if each["..."] in opened]
    if not schema.TYPES[kind].claims[name].is_list:
        return Claimed(1, values, False)
    if any(isinstance(value, list) for value in values):
        alone = len(listed) == 1 and values == [[]]
        refuse_unless(alone, "DISCLOSURE_INVALID", "list")
        return Claimed(1, [], True)
    return Claimed(len(listed), values, False)


def envelope_digest(shown):
    signatures = [
        {"protected": each.protected, "signature": to_base64url(each.signature)}
        for each in shown.signatures
    ]
    return sha256(to_jcs({"payload": shown.payload, "signatures": signatures}).encode("utf-8"))


def open_statement(shown):
    """Payload, claims and digest of a statement that was read; keys in it are good keys."""
    payload = parse_payload(from_base64url(shown.payload))
    claims = open_claims(payload, shown.disclosures)
    statement = Statement(
        payload,
        claims,
        shown.signatures or [],
        envelope_digest(shown) if shown.signatures else b"",
        shown.payload,
    )
    for key in _keys_of(statement):
        refuse_unless(ed25519.key_is_good(key), "KEY_INVALID")
    return statement


def value_of(statement, name):
    """The value of a scalar claim that is open, else None (withheld and absent are alike)."""
    claim = statement.claims.get(name)
    return claim.values[0] if claim and claim.values else None


def _keys_of(statement):
    party = value_of(statement, "party")
    places = [party.get("key") if isinstance(party, dict) else None, value_of(statement, "key")]
    return [key for key in map(schema.jwk_key, places) if key is not None]


def form_code(statement):
    """The code of what is wrong with the open values (4.4), or None."""
    known = schema.TYPES[statement.payload.type].claims
    found = [
        code
        for name, claim in statement.claims.items()
        for code in schema.claim_issues(known[name], claim)
    ]
    if found:
        return found[0]
    opened = {
        name: claim.values if known[name].is_list else claim.values[0]
        for name, claim in statement.claims.items()
        if not claim.withheld
    }
    parents = len(statement.payload.body.get("parents", []))
    return None if rules.consistent(statement.payload.type, opened, parents) else "CLAIM_INCONSISTENT"


def roles_code(statement):
    """Whether the roles are exactly one allowed set (6)."""
    kind = schema.TYPES[statement.payload.type]
    sets = kind.role_sets
    if kind.deciding is not None:
        value = None
        name, _, member = kind.deciding[0].partition(".")
        claim = statement.claims[name]
        if claim.values:
            value = claim.values[0][member] if member else claim.values[0]
        sets = kind.deciding[1].get(value, sets)
    roles = frozenset(each.role for each in statement.signatures)
    if roles in sets:
        return None
    return "SIGNATURE_MISSING" if any(roles < each for each in sets) else "ROLE_NOT_ALLOWED"


def check_time(statement, signature, entry_time):
    """A signature is made neither before its statement nor after its entry, give or take 300 s."""
    early = signature.iat < statement.payload.body["iat"] - 300
    late = entry_time is not None and signature.iat > entry_time + 300
    refuse_unless(not early and not late, "SIGNATURE_TIME_WRONG")


def signature_is_good(statement, signature, key):
    message = f"{signature.protected}.{statement.text}".encode("ascii")
    return ed25519.verify(signature.signature, message, key)
