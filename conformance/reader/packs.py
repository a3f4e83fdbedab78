"""Conformance packs (conformance/README.md): what this reader says of each."""

import json
from functools import lru_cache

from .codes import EXITS as CODE_EXITS
from .edits import edited_json
from .encodings import Refusal, decode_utf8, from_base64, read_json
from .evidence import parse_evidence, read_evidence
from .folder import judge_folder
from .judge import judge
from .lineage import last_with_parents, lineage_findings
from .policy import parse_policy
from .verdict import EXITS, verdict_of, words_of


@lru_cache(maxsize=None)
def _bytes(path):
    return path.read_bytes()


@lru_cache(maxsize=None)
def _value(path):
    return read_json(_bytes(path))


def _policy(pack, folder):
    text = pack["policy"]
    return parse_policy(text if "\n" in text else decode_utf8(_bytes(folder / "files" / text)))


def _evidence(pack, folder):
    """What is judged: a text as it stands, or a file, edited as JSON."""
    if "text" in pack:
        return read_evidence(pack["text"].encode("utf-8"))
    if "hex" in pack:
        return read_evidence(bytes.fromhex(pack["hex"]))
    path = folder / "files" / pack["file"]
    return parse_evidence(edited_json(_value(path), pack.get("edits", [])))


def _judged(findings, verified):
    verdict = verdict_of(findings, verified)
    return {"verdict": verdict, "exit": EXITS[verdict], "findings": words_of(findings)}


def _judge_evidence(pack, folder):
    policy = _policy(pack, folder)
    judged = judge(_evidence(pack, folder), policy)
    findings = list(judged.findings)
    root = last_with_parents(judged.statements) if pack["kind"] == "lineage" else None
    if root:
        findings += lineage_findings(root, judged.statements)
    return _judged(findings, len(judged.statements))


def _judge_folder(pack, folder):
    files = edited_json(_value(folder / "files" / pack["file"]), pack.get("edits", []))

    def read(path):
        text = files.get(path)
        return text.encode("utf-8") if path == "checkpoint" and text else text and from_base64(text)

    return _judged(*judge_folder(read, _policy(pack, folder)))


KINDS = {"evidence": _judge_evidence, "lineage": _judge_evidence, "folder": _judge_folder}


def judge_pack(pack, folder):
    """Verdict, exit status and findings; of what cannot be read, the code in place of a verdict."""
    try:
        return KINDS[pack["kind"]](pack, folder)
    except Refusal as refusal:
        return {"verdict": refusal.code, "exit": CODE_EXITS[refusal.code], "findings": []}


def judge_all(folder):
    for path in sorted(folder.glob("*/*.json")):
        if path.parent.name != "files":
            pack = json.loads(path.read_text(encoding="utf-8"))
            yield f"{path.parent.name}/{path.stem}", judge_pack(pack, folder)
