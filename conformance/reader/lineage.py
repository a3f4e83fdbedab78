"""Lineage and custody: docs/format.md section 15."""

from .judge import FAILED, INCOMPLETE, Finding
from .statement import value_of

HOLDER = {"collection/1": "collector", "transfer/1": "importer", "processing/1": "performer"}
USER = {"transfer/1": "exporter", "processing/1": "performer", "outcome/1": "performer"}


def _parents(verified):
    return verified.statement.payload.body.get("parents", [])


def _kind(verified):
    return verified.statement.payload.type


def _custody(child, parent):
    holder = value_of(parent.statement, HOLDER[_kind(parent)])
    user = value_of(child.statement, USER[_kind(child)])
    if holder is None or user is None:
        return Finding(INCOMPLETE, "LINEAGE_CUSTODY")
    return None if holder == user else Finding(FAILED, "LINEAGE_CUSTODY")


def _explains(transformation, number):
    return "datasets" not in transformation or number in transformation["datasets"]


def _copies(child, position, dataset):
    """Whether the child's copies of a dataset are it, or say why not."""
    minimization = child.statement.claims["minimization"]
    value = minimization.values[0] if minimization.values else None
    for copy in child.statement.claims["datasets"].values:
        if copy["from"][:1] != [position] or copy["digest"] == dataset["digest"]:
            continue
        if minimization.withheld:
            yield Finding(INCOMPLETE, "DATASET_DIGEST_CHANGED")
        elif not any(_explains(each, copy["n"]) for each in (value or {}).get("transformations", [])):
            yield Finding(FAILED, "DATASET_DIGEST_CHANGED")


def _edge(child, position, number, parent):
    if parent.index >= child.index:
        yield Finding(FAILED, "LINEAGE_ORDER")
    if _kind(parent) not in HOLDER:
        yield Finding(FAILED, "LINEAGE_CUSTODY")
        return
    custody = _custody(child, parent)
    if custody:
        yield custody
    datasets = parent.statement.claims["datasets"]
    cited = [each for each in datasets.values if each["n"] == number]
    if not cited:
        yield Finding(INCOMPLETE if datasets.withheld else FAILED, "LINEAGE_CUSTODY")
    elif _kind(child) == "transfer/1":
        yield from _copies(child, position, cited[0])


def lineage_findings(root, verified):
    findings, seen, waiting = [], {root.id}, [root]
    while waiting:
        child = waiting.pop()
        if not _parents(child) and _kind(child) != "collection/1":
            findings.append(Finding(INCOMPLETE, "LINEAGE_GAP"))
        for position, cited in enumerate(_parents(child)):
            parent = verified.get(cited["id"])
            if parent is None:
                findings.append(Finding(INCOMPLETE, "LINEAGE_GAP"))
                continue
            findings.extend(_edge(child, position, cited["n"], parent))
            if parent.id not in seen:
                seen.add(parent.id)
                waiting.append(parent)
    return findings


def last_with_parents(verified):
    found = [each for each in verified.values() if _parents(each)]
    return found[-1] if found else None
