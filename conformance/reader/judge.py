"""Judges evidence under a policy: docs/format.md section 14, step by step."""

from typing import NamedTuple

from . import tree
from .encodings import Refusal, from_base64url, refuse_unless
from .notes import ML_DSA_44
from .policy import open_checkpoint
from .registry import ACTIVE, KINDS, change_of, fold_list, key_code, verify_path
from .schema import TYPES
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

FAILED, INCOMPLETE, NOTE = "failed", "incomplete", "note"
UNKNOWN = (
    "STATEMENT_VERSION_UNKNOWN",
    "STATEMENT_TYPE_UNKNOWN",
    "SIGNATURE_ALG_UNKNOWN",
    "ENVELOPE_FORM_UNKNOWN",
    "EVIDENCE_MISSING",
)


class Finding(NamedTuple):
    severity: str
    code: str
    at: str = ""


class Verified(NamedTuple):
    """A statement without a defect."""

    id: str
    index: int
    time: int
    statement: object
    is_stub: bool


class Judged(NamedTuple):
    opened: object
    findings: list
    statements: dict


def severity_of(code):
    return INCOMPLETE if code in UNKNOWN else FAILED


class _Judge:
    def __init__(self, evidence):
        self.evidence = evidence
        self.findings = []
        self.origin, self.size, self.root = "", 0, b""
        self.proven = {}
        self.folds = {}
        self.left_out = set()
        self.registrar = None
        self.counts = {}
        self.verified = {}

    def find(self, code, at="", severity=None):
        self.findings.append(Finding(severity or severity_of(code), code, at))

    # Step 2 -------------------------------------------------------------------------------------

    def entries(self):
        for shown in self.evidence.entries:
            try:
                entry = tree.parse_entry(shown.bytes)
                tree.verify_inclusion(entry.leaf, shown.index, self.size, shown.path, self.root)
                self.proven[shown.index] = entry
            except Refusal as refusal:
                self.find(refusal.code, f"entry {shown.index}")
        self.chain()
        shown = {each.index for each in self.evidence.entries}
        if self.size > 0:
            for index in sorted({0, self.size - 1} - shown):
                self.find("EVIDENCE_MISSING", f"entry {index}")

    def chain(self):
        ids, latest = set(), None
        for index in sorted(self.proven):
            entry = self.proven[index]
            before = self.proven.get(index - 1)
            linked = before is None or entry.previous == before.leaf
            if index == 0:
                linked = entry.previous == tree.first_previous(self.origin)
            if not linked or (latest is not None and entry.time < latest):
                self.find("ENTRY_CHAIN_BROKEN", f"entry {index}")
            latest = max(entry.time, latest or 0)
            if entry.id in ids:
                self.find("STATEMENT_ADMITTED", f"entry {index}")
            ids.add(entry.id)

    def place_of(self, own):
        """Index and time of the proven entry about a statement, or None."""
        for index in sorted(self.proven):
            if self.proven[index].id == own:
                return index, self.proven[index].time
        return None

    # Step 3 -------------------------------------------------------------------------------------

    def usable_lists(self):
        lists, seen = [], set()
        for each in self.evidence.lists:
            if each.party in seen:
                self.find("RECEIPT_MALFORMED", "party twice")
                continue
            seen.add(each.party)
            if each.unusable:
                self.find(each.unusable, "list")
                self.left_out.add(each.party)
            elif not each.statements:
                self.find("RECEIPT_MALFORMED", "empty list")
                self.left_out.add(each.party)
            else:
                lists.append(each)
        return lists

    def lists(self):
        lists = self.usable_lists()
        first = self.proven.get(0)

        def is_registrar(shown):
            data = from_base64url(shown.statements[0].payload)
            return first is not None and sha256(data).hex() == first.id

        own = [each for each in lists if is_registrar(each)]
        for each in own + [each for each in lists if each not in own]:
            self.fold(each, is_own=each in own)

    def fold(self, shown, is_own):
        try:
            registrar = None if is_own else self.registrar or NOBODY
            fold = fold_list(shown, self.origin, registrar, self.place_of)
            others = [kid for each in self.folds.values() for kid in each.states[-1]]
            refuse_unless(not set(fold.states[-1]) & set(others), "KEY_EXISTS")
        except Refusal as refusal:
            self.find(refusal.code, "list")
            self.left_out.add(shown.party)
            return
        self.folds[shown.party] = fold
        if is_own:
            self.registrar = fold

    # Step 4 -------------------------------------------------------------------------------------

    def paths(self):
        for each in self.evidence.counts:
            fold = self.folds.get(each.party)
            if fold is None:
                if each.party not in self.left_out:
                    self.find("EVIDENCE_MISSING", "list")
                continue
            try:
                refuse_unless(each.count <= len(fold.ids), "REGISTRY_MISMATCH")
                verify_path(each.party, fold.ids[: each.count], each.path, each.root)
                self.counts[each.party, each.root] = each.count
            except Refusal as refusal:
                self.find(refusal.code, "path")
        for fold in self.folds.values():
            self.growth(fold)
            self.whole(fold)

    def growth(self, fold):
        most = 0
        for index in sorted(self.proven):
            count = self.counts.get((fold.party, self.proven[index].registry))
            if count is not None and count < most:
                self.find("REGISTRY_MISMATCH", "fewer statements later")
            most = max(most, count or 0)

    def whole(self, fold):
        last = self.proven.get(self.size - 1)
        if last is None:
            return
        count = self.counts.get((fold.party, last.registry))
        if count is None:
            self.find("EVIDENCE_MISSING", "path to the last entry")
        elif count < len(fold.ids):
            self.find("REGISTRY_MISMATCH", "list is longer")

    def count_at(self, party, entry):
        """The proven count of a party at an entry, its whole list being proven at the last one."""
        fold, last = self.folds.get(party), self.proven.get(self.size - 1)
        if fold is None or last is None:
            return None
        if self.counts.get((party, last.registry)) != len(fold.ids):
            return None
        return self.counts.get((party, entry.registry))

    def notes(self, opened):
        """What a reader must be told about keys (14, step 4)."""
        for fold in self.folds.values():
            if fold.continues is not None:
                self.find("PARTY_CONTINUES", fold.party, NOTE)
        if self.registrar is None:
            return
        keys = self.registrar.states[-1]
        states = [keys.get(thumbprint(each.key)) for each in opened.signed_by if each.type != ML_DSA_44]
        ended = [state for state in states if state is not None and state.status != ACTIVE]
        if not ended or len(ended) < len(opened.signed_by):
            return
        sound = any(
            state.status == "retired"
            or (state.status == "compromised" and (state.since or 0) >= self.size)
            for state in ended
        )
        self.find("LOG_KEY_ENDED", "checkpoint", NOTE if sound else INCOMPLETE)

    # Step 5 -------------------------------------------------------------------------------------

    def place(self, shown):
        """The index of a statement's entry (a, b)."""
        own = sha256(from_base64url(shown.payload)).hex()
        index = self.evidence.index
        if index is None:
            index = (self.place_of(own) or (-1,))[0]
        refuse_unless(index in self.proven, "EVIDENCE_MISSING")
        refuse_unless(self.proven[index].id == own, "ENTRY_MISMATCH")
        return index

    def statement(self, shown):
        index = self.place(shown)
        entry, statement = self.proven[index], open_statement(shown)
        body = statement.payload.body
        refuse_unless(body["aud"][0] == self.origin, "AUDIENCE_WRONG")
        refuse_unless(body["iat"] <= entry.time + 300, "STATEMENT_FROM_FUTURE")
        refuse_unless(body.get("countersign_by", entry.time) >= entry.time, "STATEMENT_EXPIRED")
        is_stub = shown.signatures is None
        # What was refused is never admitted.
        admitted = "about" in body and self.place_of(body["about"]) is not None
        refuse_unless(not admitted, "STATEMENT_ADMITTED")
        refuse_unless(is_stub or statement.digest == entry.digest, "ENTRY_MISMATCH")
        code = form_code(statement)
        refuse_unless(code is None, code or "")
        sides = [value_of(statement, role) for role in ("exporter", "importer")]
        refuse_unless(None in sides or sides[0] != sides[1], "ROLES_SAME_PARTY")
        compromised = [] if is_stub else self.signers(statement, index)
        self.after(shown, statement, compromised)
        return Verified(statement.payload.id, index, entry.time, statement, is_stub)

    def after(self, shown, statement, compromised):
        """Findings about a statement that has no defect."""
        if compromised:
            self.find("KEY_COMPROMISED", "signature", NOTE)
        if shown.remembered:
            self.find(shown.remembered, "statement", INCOMPLETE)
        elif shown.signatures is None:
            self.find("STATEMENT_STUB", "statement", INCOMPLETE)
        else:
            known = TYPES[statement.payload.type].claims
            for name, claim in statement.claims.items():
                if claim.withheld and not known[name].holder_kept:
                    self.find("CLAIM_WITHHELD", name, INCOMPLETE)

    def signers(self, statement, index):
        """Steps j to q; the keys that signed and were declared compromised as of this entry."""
        code = roles_code(statement)
        refuse_unless(code is None, code or "")
        entry = self.proven[index]
        about = self.subject_of(statement, entry)
        compromised = []
        for signature in statement.signatures:
            check_time(statement, signature, entry.time)
            state = self.signer(statement, signature, entry, about)
            refuse_unless(signature_is_good(statement, signature, state.key), "SIGNATURE_INVALID")
            if state.status == "compromised" and (state.since or 0) <= index:
                compromised.append(signature.kid)
        return compromised

    def subject_of(self, statement, entry):
        """Of a registry statement: its party, after which number of statements it is judged (k, l)."""
        if statement.payload.type not in KINDS:
            return None
        party = change_of(statement).party
        fold = self.folds.get(party)
        count = None if fold is None else self.counts.get((party, entry.registry))
        refuse_unless(count is not None, "EVIDENCE_MISSING")
        refuse_unless(fold.ids[count - 1] == statement.payload.id, "REGISTRY_MISMATCH")
        return party

    def party_of(self, statement, signature, about):
        """The party a role speaks for (m)."""
        role = signature.role
        if role == "registrar":
            return self.registrar.party if self.registrar else None
        if role in ("party", "holder", "subject"):
            return about
        named = value_of(statement, role)
        if named is not None:
            return named
        kid = signature.kid
        return next((f.party for f in self.folds.values() if kid in f.states[-1]), None)

    def signer(self, statement, signature, entry, about):
        party = self.party_of(statement, signature, about)
        refuse_unless(party is not None, "EVIDENCE_MISSING")
        count = self.count_at(party, entry)
        refuse_unless(count is not None, "EVIDENCE_MISSING")
        fold = self.folds[party]
        last = fold.states[-1]
        is_first = signature.role == "registrar" and statement.payload.id == self.registrar.ids[0]
        if signature.role in ("party", "subject") or is_first:
            code = "KEY_UNKNOWN" if is_first else "ROLE_KEY_WRONG"
            refuse_unless(signature.kid == change_of(statement).kid, code)
            return last[signature.kid]
        keys = fold.states[count - 1 if party == about else count]
        code = key_code(keys.get(signature.kid))
        refuse_unless(code is None, code or "")
        return last[signature.kid]

    def statements(self):
        for shown in self.evidence.statements:
            try:
                verified = self.statement(shown)
                self.verified.setdefault(verified.id, verified)
            except Refusal as refusal:
                self.find(refusal.code, "statement")
        if not self.evidence.statements:
            self.find("NOTHING_TO_VERIFY", "", INCOMPLETE)


class _Nobody:
    """Stands for a registrar that is not known: what it signs cannot be judged."""

    @property
    def states(self):
        raise Refusal("EVIDENCE_MISSING")


NOBODY = _Nobody()


def judge(evidence, policy):
    work = _Judge(evidence)
    try:
        opened = open_checkpoint(evidence.checkpoint, policy)
    except Refusal as refusal:
        return Judged(None, [Finding(FAILED, refusal.code)], {})
    work.origin, work.size, work.root = opened.checkpoint
    if not opened.quorum_met:
        work.find("QUORUM_MISSING", "checkpoint", INCOMPLETE)
    work.entries()
    work.lists()
    work.paths()
    work.notes(opened)
    work.statements()
    return Judged(opened, work.findings, work.verified)
