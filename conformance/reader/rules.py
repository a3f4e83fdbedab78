"""Rules between claims: docs/format.md appendix B. They are form, not law."""

from . import schema
from .formats import FORMATS, is_name

VKEYS = ("log-vkey", "witness-vkey")


def _shown(values):
    """Objects of the right form; others are defects of their own."""
    return values if isinstance(values, list) else []


def _once(values):
    return all(value not in values[:index] for index, value in enumerate(values))


def _retention(value):
    names = set(value)
    if "until" in names:
        return names == {"until"}
    if "criteria" in names:
        return names == {"criteria"}
    return {"duration", "startEvent"} <= names <= {"duration", "startEvent", "startDate"}


def _onward(value):
    included, excluded = value.get("countriesIncluded", []), value.get("countriesExcluded", [])
    if set(included) & set(excluded):
        return False
    return value["allowed"] or not ("recipients" in value or included)


def _recipient(value):
    return bool({"party", "name", "category"} & set(value))


def _instant(text):
    seconds, _, fraction = text.rstrip("Z").partition(".")
    return seconds, fraction.ljust(9, "0")


def _period(value):
    return "end" not in value or _instant(value["end"]) >= _instant(value["begin"])


def _document(value):
    return "validUntil" not in value or value["validUntil"] >= value["date"]


def _subject_counts(value):
    if "count" in value and "band" in value:
        return False
    band = value.get("band")
    if band and band["min"] > band["max"]:
        return False
    top = value.get("count", band["max"] if band else None)
    if "sensitive" in value and top is not None and value["sensitive"] > top:
        return False
    return _once([each["category"] for each in value.get("volumes", [])])


BY_SHAPE = {
    "Retention": _retention,
    "Onward": _onward,
    "Recipient": _recipient,
    "Period": _period,
    "Document": _document,
    "Subject counts": _subject_counts,
}


def _walk(value, shape):
    """Every object of a shared shape inside a value, with the shape's name."""
    if shape.kind == "ref":
        yield shape.ref, value
        shape = shape._replace(kind="object", members=schema.SHAPES[shape.ref])
    if shape.kind == "list":
        for each in value:
            yield from _walk(each, shape.item)
    elif shape.kind == "object":
        for name, each in value.items():
            yield from _walk(each, shape.members[name].shape)


def _from_is_good(kind, positions, parents):
    if kind == "collection/1":
        return not positions
    wanted = len(positions) == 1 if kind == "transfer/1" else 1 <= len(positions) <= parents
    return wanted and all(position < parents for position in positions)


def _datasets(kind, datasets, parents):
    if not _once([each["n"] for each in datasets]):
        return False
    return all(_from_is_good(kind, each["from"], parents) for each in datasets)


def _fields(fields, datasets):
    by_number = {each["n"]: each["from"] for each in datasets}
    if not _once([(each["n"], each["name"]) for each in fields]):
        return False
    return all(
        each["n"] in by_number
        and all(source["parent"] in by_number[each["n"]] for source in each.get("source", []))
        for each in fields
    )


def _transformations(transformations, datasets):
    numbers = {each["n"] for each in datasets}
    return all(set(each.get("datasets", [])) <= numbers for each in transformations)


def _identifier(value):
    scheme, text = value["scheme"], value["value"]
    if scheme in VKEYS:
        return FORMATS["vkey"](text)
    return FORMATS[scheme](text) if scheme in ("lei", "eori") else is_name(text)


def _party(claims):
    identifiers = claims.get("identifiers")
    if identifiers is not None:
        if not all(map(_identifier, identifiers)):
            yield False
        yield _once([(each["scheme"], each["value"]) for each in identifiers])
    if claims.get("group"):
        yield bool({"head", "lei"} & set(claims["group"]))
    if claims.get("contact"):
        offices = claims["contact"]["offices"]
        yield all({"email", "url", "address"} & set(each) for each in offices)


def _key(claims):
    action = claims.get("action")
    if action is None:
        return
    if claims.get("use") is not None:
        yield bool(claims["use"]) == (action == "add")
        yield "log" not in claims["use"] or len(claims["use"]) == 1
    if "since" in claims:
        yield (claims["since"] is not None) == (action == "compromised")


def _phase(value):
    return "from" not in value or "until" not in value or value["until"] >= value["from"]


def _instrument(claims):
    if claims.get("routes") is not None:
        yield _once([(each["from"], each["to"]) for each in claims["routes"]])
    if claims.get("caps"):
        caps = claims["caps"]
        yield _once([each["category"] for each in caps.get("categories", [])])
        yield _once([each["code"] for each in caps.get("phases", [])])
        yield all(map(_phase, caps.get("phases", [])))
    if claims.get("effective"):
        effective = claims["effective"]
        days = [effective[name] for name in ("until", "review") if name in effective]
        yield all(day >= effective["from"] for day in days)
    if claims.get("kind"):
        kind = claims["kind"]
        yield kind["code"] != "A46-2-c" or "module" in kind
        yield kind["code"] != "Other" or "name" in kind


def _terms(terms):
    yield all({"party", "name"} & set(each) for each in terms.get("subProcessors", []))
    china = terms.get("china", {})
    if "persons" in china and "sensitivePersons" in china:
        yield china["sensitivePersons"] <= china["persons"]
    owners = terms.get("us202", {}).get("ownership", [])
    yield _once([each["country"] for each in owners])


def _transfer(claims):
    minimization = claims.get("minimization")
    if minimization:
        yield minimization["droppedCount"] <= minimization["sourceFieldsCount"]
        if claims.get("datasets") is not None:
            yield _transformations(minimization["transformations"], claims["datasets"])
    if claims.get("terms"):
        yield from _terms(claims["terms"])


def _processing(claims):
    if claims.get("transformations") is not None and claims.get("datasets") is not None:
        yield _transformations(claims["transformations"], claims["datasets"])


def _outcome(claims):
    explanation = (claims.get("decision") or {}).get("explanation")
    if explanation is not None:
        yield bool({"text", "digest"} & set(explanation))


def _in_order(value):
    return "until" not in value or value["until"] >= value["from"]


def _assessment(claims):
    if claims.get("effective"):
        yield _in_order(claims["effective"])
    if claims.get("kind") is None:
        return
    compatibility = claims["kind"] == "compatibility"
    if "purposes" in claims:
        yield compatibility == (claims["purposes"] is not None)
    if claims.get("result") is not None:
        yield compatibility == claims["result"].endswith("compatible")


def _same_days(one, other):
    return one["from"] <= other.get("until", "9999") and other["from"] <= one.get("until", "9999")


def _adequacy(rows, regimes):
    yield all(map(_in_order, rows))
    for index, row in enumerate(rows):
        about = [row["regime"], row["to"], row.get("scheme")]
        for other in rows[:index]:
            same = about == [other["regime"], other["to"], other.get("scheme")]
            yield not (same and _same_days(row, other))
        if regimes is not None:
            countries = {each["code"]: each["countries"] for each in regimes}
            yield row["regime"] in countries and row["to"] not in countries[row["regime"]]


def _local_terms(terms):
    names = [each["term"] for each in terms]
    yield _once(names)
    for index, each in enumerate(terms):
        yield not set(each["parents"]) & set(names[index:])


def _regimes(regimes):
    yield _once([each["code"] for each in regimes])
    for each in regimes:
        yield _once([tool["kind"] for tool in each["tools"]])
        yield not any(tool.get("adequacy") and tool.get("derogation") for tool in each["tools"])


def _corridor(value):
    return [value.get(name) for name in ("from", "to", "special")]


def _ruleset(claims):
    if claims.get("effective"):
        yield _in_order(claims["effective"])
    yield from _regimes(claims.get("regimes") or [])
    yield from _adequacy(claims.get("adequacy") or [], claims.get("regimes"))
    bulk = claims.get("usBulk") or {}
    yield _once([each["category"] for each in bulk.get("thresholds", [])])
    yield _once([(each["category"], each["term"]) for each in bulk.get("categories", [])])
    yield _once([each["statement"] for each in claims.get("endUses") or []])
    yield _once([each["use"] for each in claims.get("prohibitedUses") or []])
    yield _once([_corridor(each) for each in claims.get("corridors") or []])
    for name in ("purposes", "categories"):
        yield from _local_terms((claims.get(name) or {}).get("localTerms", []))
    categories = claims.get("categories") or {}
    yield not set(categories.get("special", [])) & set(categories.get("notSpecial", []))
    if claims.get("china"):
        yield claims["china"]["exemptBelow"] <= claims["china"]["assessmentFrom"]


BY_TYPE = {
    "party/1": _party,
    "key/1": _key,
    "instrument/1": _instrument,
    "transfer/1": _transfer,
    "processing/1": _processing,
    "outcome/1": _outcome,
    "assessment/1": _assessment,
    "ruleset/1": _ruleset,
}


def _between(kind, claims, parents):
    datasets, fields = claims.get("datasets"), claims.get("fields")
    if datasets is not None:
        yield _datasets(kind, datasets, parents)
        if fields is not None:
            yield _fields(fields, datasets)
    yield from BY_TYPE.get(kind, lambda _: ())(claims)


def consistent(kind, claims, parents):
    """`claims` are the open claims by name, of good form; `parents` is how many there are."""
    for name, value in claims.items():
        claim = schema.TYPES[kind].claims[name]
        for each in value if claim.is_list else [value]:
            if each is None:
                continue
            if not all(BY_SHAPE.get(ref, lambda _: True)(item) for ref, item in _walk(each, claim.shape)):
                return False
    if not all(_between(kind, claims, parents)):
        return False
    if kind == "transfer/1" and claims.get("datasets") is not None:
        return {each["from"][0] for each in claims["datasets"]} == set(range(parents))
    return True
