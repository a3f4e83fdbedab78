#!/usr/bin/env python3
"""Runs the vectors of test/vectors through this reader: `vectors.py [FOLDER]`.

What is accepted must be accepted and what is refused refused. Which code a refusal has is not part of
the format (docs/format.md section 1), except that "not known here" and "wrong" are different answers.
"""

import json
import sys
from pathlib import Path

from reader import ed25519, encodings, evidence, judge, notes, policy, registry, rules, schema
from reader import statement, tree
from reader.edits import edited_json
from reader.encodings import Refusal
from reader.lineage import last_with_parents, lineage_findings
from reader.verdict import verdict_of, words_of


def outcome(run):
    try:
        run()
        return "OK"
    except Refusal as refusal:
        return refusal.code


def agrees(said, expected):
    if said == expected:
        return True
    unknown = said in judge.UNKNOWN or expected in judge.UNKNOWN
    return "OK" not in (said, expected) and not unknown


def hash_of(text):
    data = bytes.fromhex(text)
    encodings.refuse_unless(len(data) == 32, "HASH_LENGTH")
    return data


def path_of(case):
    return [hash_of(each) for each in case["path"]]


def texts(case, name):
    return bytes.fromhex(case[name + "Hex"]) if name + "Hex" in case else case[name].encode("utf-8")


def text_of(case, name):
    return encodings.decode_utf8(texts(case, name)) * case.get("repeat", 1) + case.get("end", "")


def strict_json(case):
    data = bytes.fromhex(case["hex"]) if "hex" in case else case["text"].encode("utf-8")
    yield outcome(lambda: encodings.read_json(data)), case["read"]
    yield outcome(lambda: encodings.read_canonical(data)), case["signed"]


def table(name):
    decoders = {
        "hex": encodings.from_hex,
        "base64": encodings.from_base64,
        "base64url": encodings.from_base64url,
    }
    runs = {
        "encodings": lambda case: decoders[case["encoding"]](case["text"]),
        "payloads": lambda case: statement.parse_payload(case["payload"].encode("utf-8")),
        "envelopes": lambda case: statement.parse_envelope(case["envelope"]),
        "entries": lambda case: tree.parse_entry(bytes.fromhex(case["entry"])),
        "disclosures": lambda case: statement.open_claims(
            statement.parse_payload(case["payload"].encode("utf-8")), case["disclosures"]
        ),
    }
    return runs[name]


def opened(case):
    return policy.open_checkpoint(text_of(case, "note"), policy.parse_policy(case["policy"]))


def note(case):
    if "vkey" in case:
        return notes.parse_vkey(case["vkey"])
    keys = [notes.parse_vkey(each) for each in case["vkeys"]]
    parsed = notes.parse_note(text_of(case, "note"))
    # A cosignature is over a checkpoint; these texts are none.
    return notes.verify_note(parsed, [key for key in keys if key.type == notes.ED25519])


def inclusion(case):
    leaf = tree.leaf_hash(bytes.fromhex(case["leaf"]))
    root = hash_of(case["root"])
    return tree.verify_inclusion(leaf, case["index"], case["size"], path_of(case), root)


def consistency(case):
    roots = hash_of(case["root1"]), hash_of(case["root2"])
    return tree.verify_consistency(case["size1"], case["size2"], path_of(case), *roots)


def must(condition):
    """What was accepted must mean what is expected."""
    encodings.refuse_unless(condition, "INTERNAL")


def cosignature(case):
    given, wanted = case["input"], case.get("output")
    if "note" in given:
        found = opened(given)
        must(found.quorum_met == wanted["quorumMet"])
        must(found.cosigned == {each["name"]: each["time"] for each in wanted["cosigned"]})
    elif "subtree" not in given:
        message = notes.cosigned_message(given["text"], given["time"])
        must(message.hex() == wanted["messageHex"])
    elif given["subtree"]["start"] == 0:
        of = given["subtree"]
        tip = notes.Checkpoint(of["origin"], of["end"], bytes.fromhex(of["root"]))
        message = notes.subtree_message(of["cosigner"], of["time"], tip)
        must(message.hex() == wanted["messageHex"])


FOLDERS = {
    "entry": lambda case: tree.parse_entry(bytes.fromhex(case["hex"])),
    "envelope": lambda case: statement.parse_envelope(encodings.parse_json(case["envelope"], 5)),
    "statement": lambda case: statement.parse_payload(texts(case, "payload")),
    "note": note,
    "checkpoint": lambda case: opened(case)
    if "policy" in case
    else notes.parse_checkpoint(text_of(case, "text")),
    "policy": lambda case: policy.parse_policy(text_of(case, "policy")),
    "tlog-proof": lambda case: notes.parse_proof(text_of(case, "proof")),
    "rfc6962/inclusion": inclusion,
    "rfc6962/consistency": consistency,
}


def judged(value, text, with_custody):
    try:
        found = judge.judge(evidence.parse_evidence(value), policy.parse_policy(text))
    except Refusal as refusal:
        return [refusal.code, []]
    findings = list(found.findings)
    root = last_with_parents(found.statements) if with_custody else None
    findings += lineage_findings(root, found.statements) if root else []
    return [verdict_of(findings, len(found.statements)), words_of(findings)]


def evidence_cases(folder):
    for case in json.loads((folder / "evidence.json").read_text(encoding="utf-8"))["cases"]:
        text = (folder / case.get("policy", "policy.txt")).read_text(encoding="utf-8")
        value = encodings.read_json((folder / case["file"]).read_bytes())
        value = edited_json(value, case.get("edits", []))
        said = judged(value, text, case["file"].endswith(".bundle.json"))
        yield f"format/evidence.json#{case['name']}", said, [case["expect"], case["findings"]]


def claimed(claim, value):
    """A claim as it is opened when nothing of it is withheld."""
    if not claim.is_list:
        return statement.Claimed(1, [value], False)
    values = value if isinstance(value, list) else [value]
    return statement.Claimed(max(len(values), 1), values, not values)


def claims_are_good(vector):
    """All claims of a type, in clear: each of good form, and none against another."""
    known, claims = schema.TYPES[vector["type"]].claims, vector["claims"]
    if set(claims) != set(known):
        return False
    for name, claim in known.items():
        if any(schema.claim_issues(claim, claimed(claim, claims[name]))):
            return False
    return rules.consistent(vector["type"], claims, len(vector.get("parents", [])))


def claim_cases(folder):
    vectors = {}
    for name in schema.TYPES:
        path = folder / f"{name.split('/')[0]}.json"
        vectors[name] = json.loads(path.read_text(encoding="utf-8"))
        yield f"statements/{path.name}", claims_are_good(vectors[name]), True
    for case in json.loads((folder / "negative.json").read_text(encoding="utf-8"))["cases"]:
        said = claims_are_good(edited_json(vectors[case["type"]], case["edits"]))
        yield f"statements/negative: {case['type']} {case['description']}", said, not case["expect"]


def map_claim(case, party):
    path = [bytes.fromhex(each) for each in case["path"]]
    root = bytes.fromhex(case["root"])
    return outcome(lambda: registry.verify_path(party, case["ids"], path, root))


def cases(root):
    """Name, what this reader says, what is expected."""
    formats = root / "format"
    for name in ("encodings", "payloads", "envelopes", "entries", "disclosures"):
        for case in json.loads((formats / f"{name}.json").read_text(encoding="utf-8"))["cases"]:
            yield f"format/{name}#{case['name']}", outcome(lambda: table(name)(case)), case["expect"]
    for case in json.loads((formats / "strict-json.json").read_text(encoding="utf-8"))["cases"]:
        for said, expected in strict_json(case):
            yield f"format/strict-json#{case['name']}", said, expected
    for case in json.loads((formats / "registry-map.json").read_text(encoding="utf-8"))["claims"]:
        said = map_claim(case, case["identifier"])
        yield f"format/registry-map#{case['name']}", said, case["expect"]
    yield from evidence_cases(formats)
    yield from claim_cases(root / "statements")
    for folder, run in FOLDERS.items():
        for path in sorted((root / folder).glob("*.json")):
            case = json.loads(path.read_text(encoding="utf-8"))
            yield f"{folder}/{path.name}", outcome(lambda: run(case["input"])), case["expect"]
    for path in sorted((root / "cosignature").glob("*.json")):
        case = json.loads(path.read_text(encoding="utf-8"))
        yield f"cosignature/{path.name}", outcome(lambda: cosignature(case)), case["expect"]
    for case in json.loads((root / "ed25519/keys.json").read_text())["vectors"]:
        good = ed25519.key_is_good(bytes.fromhex(case["input"]["key"]))
        yield f"ed25519/keys: {case['description']}", good, case["expect"] == "accept"
    for case in json.loads((root / "ed25519/signatures.json").read_text())["vectors"]:
        given = [bytes.fromhex(case["input"][name]) for name in ("signature", "message", "key")]
        said = ed25519.verify(*given)
        yield f"ed25519/signatures: {case['description']}", said, case["expect"] == "accept"


def main():
    here = Path(__file__).resolve().parent.parent / "test" / "vectors"
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else here
    count, wrong = 0, 0
    for name, said, expected in cases(root):
        count += 1
        same = agrees(said, expected) if isinstance(said, str) else said == expected
        if not same:
            wrong += 1
            print(f"{name}: says {said}, expected {expected}")
    print(f"{count} vectors, {wrong} disagreements")
    return 1 if wrong or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
