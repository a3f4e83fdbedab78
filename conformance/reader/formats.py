"""Formats of strings: docs/format.md appendix A. The longest lengths stand in docs/statements.md."""

import re
import unicodedata
from datetime import date

COUNTRIES = frozenset(
    """
AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ
BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM
DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS
GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN
KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ
MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM
PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV
SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI
VN VU WF WS YE YT ZA ZM ZW
""".split()
)

BIDI_CONTROL = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def _pattern(shape):
    compiled = re.compile(shape, re.ASCII)
    return lambda text: compiled.fullmatch(text) is not None


def is_date(text):
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        return False
    try:
        date(int(text[:4]), int(text[5:7]), int(text[8:]))
    except ValueError:
        return False
    return True


def is_time(text):
    clock = r"T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?Z"
    return is_date(text[:10]) and re.fullmatch(clock, text[10:], re.ASCII) is not None


_AMOUNT = r"\d{1,9}([.,]\d{1,9})?"
_DURATION = re.compile(
    f"P(?:{_AMOUNT}W|(?=.)({_AMOUNT}Y)?({_AMOUNT}M)?({_AMOUNT}D)?"
    f"(T(?=.)({_AMOUNT}H)?({_AMOUNT}M)?({_AMOUNT}S)?)?)",
    re.ASCII,
)


def is_duration(text):
    if _DURATION.fullmatch(text) is None:
        return False
    # Only the last amount may have a fraction.
    return all(match.end() == len(text) - 1 for match in re.finditer(r"[.,]\d+", text, re.ASCII))


def _bad_in_text(char):
    code = ord(char)
    if unicodedata.category(char) in ("Cc", "Zl", "Zp", "Cs"):
        return True
    noncharacter = 0xFDD0 <= code <= 0xFDEF or code & 0xFFFE == 0xFFFE
    return noncharacter or char in BIDI_CONTROL or char == "\ufeff"


def is_text(text):
    if text.isascii() and text.isprintable():
        return text != ""
    bad = any(map(_bad_in_text, text))
    return text != "" and not bad and unicodedata.normalize("NFC", text) == text


def is_name(text):
    if not is_text(text):
        return False
    return unicodedata.category(text[0]) != "Zs" and unicodedata.category(text[-1]) != "Zs"


_HOST = r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,62}"
_TERM = re.compile(
    rf"https://{_HOST}[/?#]([A-Za-z0-9_\-.~:/?\[\]@!$&'()*+,;=#\u0080-\U0010ffff]|%[0-9A-Fa-f]{{2}})*"
)


def is_term(text):
    if _TERM.fullmatch(text) is None or text.count("#") > 1:
        return False
    if text.isascii():
        return True
    kinds = {unicodedata.category(char) for char in text}
    return is_text(text) and not kinds & {"Zs", "Zl", "Zp", "Co"}


def is_lei(text):
    if not re.fullmatch(r"[A-Z0-9]{18}\d{2}", text, re.ASCII):
        return False
    return int("".join(str(int(char, 36)) for char in text)) % 97 == 1


FORMATS = {
    "party-id": _pattern(r"[\w-]{42}[AEIMQUYcgkosw048]"),
    "base64url32": _pattern(r"[\w-]{42}[AEIMQUYcgkosw048]"),
    "statement-id": _pattern("[0-9a-f]{64}"),
    "digest": _pattern("[0-9a-f]{64}"),
    "country": COUNTRIES.__contains__,
    "date": is_date,
    "time": is_time,
    "duration": is_duration,
    "text": is_text,
    "name": is_name,
    "term": is_term,
    "code": _pattern("[A-Za-z0-9]([A-Za-z0-9._-]{0,62}[A-Za-z0-9])?"),
    "decimal": lambda text: text != "-0"
    and re.fullmatch(r"-?(0|[1-9]\d{0,17})(\.\d{0,17}[1-9])?", text, re.ASCII) is not None,
    "email": _pattern(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+"),
    "media-type": _pattern(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,63}/[a-z0-9][a-z0-9!#$&^_.+-]{0,63}"),
    "vkey": _pattern(
        r"[!-*,-~]+\+[0-9a-f]{8}\+([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?"
    ),
    "lei": is_lei,
    "eori": _pattern("[A-Z]{2}[A-Z0-9]{1,15}"),
}
