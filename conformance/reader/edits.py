"""Edits of a pack: how conformance/README.md describes them."""

import copy


def _step(value, path):
    for key in path:
        value = value[key]
    return value


def edited_json(value, edits):
    value = copy.deepcopy(value)
    for edit in edits:
        *path, last = edit["path"]
        place = _step(value, path)
        if edit.get("remove"):
            del place[last]
        elif "replace" in edit:
            before, after = edit["replace"]
            if before not in place[last]:
                raise ValueError(f"nothing to replace at {edit['path']}")
            place[last] = place[last].replace(before, after, 1)
        elif "insert" in edit:
            place.insert(last, edit["insert"])
        elif isinstance(place, list) and last == len(place):
            place.append(edit["value"])
        else:
            place[last] = edit["value"]
    return value
