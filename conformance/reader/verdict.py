"""Verdicts and exit codes: docs/format.md section 16."""

from .judge import FAILED, INCOMPLETE

EXITS = {"VERIFIED": 0, "FAILED": 1, "INCOMPLETE": 3, "FAILED (split view)": 5}
WORST = ("FAILED (split view)", "FAILED", "INCOMPLETE", "VERIFIED")


def verdict_of(findings, verified):
    if any(each.code == "CHECKPOINT_INCONSISTENT" for each in findings):
        return "FAILED (split view)"
    if any(each.severity == FAILED for each in findings):
        return "FAILED"
    if verified == 0 or any(each.severity == INCOMPLETE for each in findings):
        return "INCOMPLETE"
    return "VERIFIED"


def words_of(findings):
    """Every finding once, sorted: how vectors and packs spell them."""
    return sorted({f"{each.severity} {each.code}" for each in findings})
