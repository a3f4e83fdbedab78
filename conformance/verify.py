#!/usr/bin/env python3
"""Verifies receipts and bundles of a Waybill ledger offline.

    verify.py FILE... --policy POLICY [--parties PINS] [--lineage] [--json]
    verify.py --folder PUBLISHED --policy POLICY
    verify.py --packs FOLDER

A second implementation: written from docs/format.md, docs/statements.md and docs/errors.md, with
Python 3.11 and its standard library. It says the words and ends with the exit codes of
`waybill verify`. `--lineage` judges custody, too, as `waybill lineage` does: of each file, before
its last statement that has parents. `--folder` judges a published log: its checkpoint, tiles and
entries. `--packs` judges every pack of a folder and prints what came
out, one JSON line each; it does not look at what is expected.
"""

import argparse
import json
import sys
from pathlib import Path

from reader import packs
from reader.codes import EXITS
from reader.encodings import Refusal, decode_utf8
from reader.evidence import read_evidence
from reader.folder import judge_folder
from reader.formats import FORMATS
from reader.judge import FAILED, Finding, judge
from reader.lineage import last_with_parents, lineage_findings
from reader.policy import parse_policy
from reader.verdict import EXITS as VERDICT_EXITS, WORST, verdict_of


def arguments():
    parser = argparse.ArgumentParser(prog="verify.py", description=__doc__.split("\n")[0])
    parser.add_argument("files", nargs="*", help="receipts and bundles")
    parser.add_argument("--policy", help="whose word about a log is enough")
    parser.add_argument("--parties", help="lines of party id and name, got from the parties")
    parser.add_argument("--lineage", action="store_true", help="judge custody, too")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--folder", help="a published log")
    parser.add_argument("--packs", help="folder of conformance packs")
    return parser


def read(path):
    try:
        return Path(path).read_bytes()
    except OSError:
        raise Refusal("INPUT_NOT_FOUND", str(path)) from None


def read_pins(path):
    pins = {}
    if path is None:
        return pins
    for line in decode_utf8(read(path)).split("\n"):
        party, _, name = line.strip().partition(" ")
        if not party or party.startswith("#"):
            continue
        if not FORMATS["party-id"](party):
            raise Refusal("CONFIG_INVALID", str(path))
        pins[party] = name.strip()
    return pins


class File:
    """One file of evidence, judged."""

    def __init__(self, path, policy, lineage):
        self.path = path
        self.judged = judge(read_evidence(read(path)), policy)
        self.findings = list(self.judged.findings)
        root = last_with_parents(self.judged.statements) if lineage else None
        if root:
            self.findings += lineage_findings(root, self.judged.statements)

    @property
    def checkpoint(self):
        return self.judged.opened.checkpoint if self.judged.opened else None

    @property
    def verdict(self):
        return verdict_of(self.findings, len(self.judged.statements))


def compare(files):
    """Two trusted trees of one size with other roots: both files are evidence (14.1)."""
    for one in files:
        for other in files:
            a, b = one.checkpoint, other.checkpoint
            if a and b and a[:2] == b[:2] and a.root != b.root:
                one.findings.insert(0, Finding(FAILED, "CHECKPOINT_INCONSISTENT", other.path))
                break


def lines_of(file, pins):
    yield str(file.path)
    for each in file.judged.statements.values():
        form = " (stub)" if each.is_stub else ""
        kind = each.statement.payload.type
        yield f"  {kind} {each.id[:12]}{form}  entry {each.index}, time {each.time}"
    for each in file.findings:
        yield f"  {each.severity.upper()}  {each.at}  [{each.code}]"
    opened = file.judged.opened
    if opened:
        origin, size, _ = opened.checkpoint
        yield f"  checkpoint of {origin} at tree size {size}"
        for name, time in opened.cosigned.items():
            yield f"  cosigned by {name} at {time}"
    for party, name in pins.items():
        yield f"  pinned by you: {name} {party}"
    yield "  NOT checked: what came after that tree size, whether everybody is shown the same"
    yield "  history, and whether what the parties say is true"


def json_of(file):
    return {
        "file": str(file.path),
        "record": file.verdict,
        "statements": [{"id": each.id, "index": each.index} for each in file.judged.statements.values()],
        "findings": [each._asdict() for each in file.findings],
    }


def given_policy(options):
    if options.policy is None:
        raise Refusal("POLICY_MISSING")
    return parse_policy(decode_utf8(read(options.policy)))


def overall_of(verdict):
    """The rules are not judged here, and a good record alone says nothing of them."""
    return "VERIFIED (record only)" if verdict == "VERIFIED" else verdict


def verify_folder(options):
    def read_tile(path):
        try:
            return (Path(options.folder) / path).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError:
            raise Refusal("INPUT_IO", path) from None

    findings, count = judge_folder(read_tile, given_policy(options))
    verdict = verdict_of(findings, count)
    if options.json:
        shown = {"record": verdict, "entries": count, "findings": [each._asdict() for each in findings]}
        print(json.dumps(shown, ensure_ascii=False, indent=2))
    else:
        for each in findings:
            print(f"  {each.severity.upper()}  {each.at}  [{each.code}]")
        print(f"  {count} entries; NOT checked: what the statements say and who signed them\n")
        print(f"Record: {verdict}\nRules: not judged\nOverall: {overall_of(verdict)}")
    return VERDICT_EXITS[verdict]


def verify(options):
    policy = given_policy(options)
    pins = read_pins(options.parties)
    if not options.files:
        raise Refusal("NOTHING_TO_VERIFY")
    files, refused = [], []
    for path in options.files:
        try:
            files.append(File(path, policy, options.lineage))
        except Refusal as refusal:
            if len(options.files) == 1:
                raise
            refused.append((path, refusal.code))
    compare(files)
    verdicts = [each.verdict for each in files] + ["FAILED"] * bool(refused)
    verdict = min(verdicts, key=WORST.index)
    if options.json:
        shown = {"record": verdict, "rules": "not judged", "overall": overall_of(verdict)}
        shown["files"] = [json_of(each) for each in files]
        shown["files"] += [{"file": path, "code": code} for path, code in refused]
        print(json.dumps(shown, ensure_ascii=False, indent=2))
    else:
        for each in files:
            print("\n".join(lines_of(each, pins)) + "\n")
        for path, code in refused:
            print(f"{path}: {code}\n")
        print(f"Record: {verdict}\nRules: not judged\nOverall: {overall_of(verdict)}")
    if refused and not any(each.verdict.startswith("FAILED") for each in files):
        return EXITS[refused[0][1]]
    return VERDICT_EXITS[verdict]


def main():
    options = arguments().parse_args()
    if options.packs:
        for name, outcome in packs.judge_all(Path(options.packs)):
            print(json.dumps({"pack": name, **outcome}, ensure_ascii=False))
        return 0
    try:
        return verify_folder(options) if options.folder else verify(options)
    except Refusal as refusal:
        print(f"verify.py: {refusal.code} {refusal.at}".rstrip(), file=sys.stderr)
        return EXITS[refusal.code]


if __name__ == "__main__":
    sys.exit(main())
