"""Ed25519 under the rule of docs/format.md section 11, in plain integers.

Slow beside a library (about two milliseconds a signature), and exact: every implementation of the
rule gives one answer, whatever the libraries of its platform do with crafted input.
"""

import hashlib
from functools import lru_cache

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)
IDENTITY = (0, 1, 1, 0)

# Encodings of points of small order, canonical or not, the topmost bit cleared.
SMALL = frozenset(
    bytes.fromhex(each)
    for each in (
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    )
)


def _add(a, b):
    x1, y1, z1, t1 = a
    x2, y2, z2, t2 = b
    p = (y1 - x1) * (y2 - x2) % P
    q = (y1 + x1) * (y2 + x2) % P
    r = 2 * t1 * t2 * D % P
    s = 2 * z1 * z2 % P
    e, f, g, h = q - p, s - r, s + r, q + p
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def _double(a):
    x, y, z, _ = a
    p, q = x * x % P, y * y % P
    r = 2 * z * z
    h = p + q
    e = h - (x + y) * (x + y)
    g = p - q
    f = r + g
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def _negative(a):
    x, y, z, t = a
    return (P - x, y, z, P - t)


def _times(scalar, point):
    total = IDENTITY
    for bit in bin(scalar)[2:]:
        total = _double(total)
        if bit == "1":
            total = _add(total, point)
    return total


def _is_identity(a):
    x, y, z, _ = a
    return x % P == 0 and (y - z) % P == 0


def _encode(a):
    x, y, z, _ = a
    inverse = pow(z, P - 2, P)
    x, y = x * inverse % P, y * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def _decode(data):
    number = int.from_bytes(data, "little")
    sign, y = number >> 255, number & (2**255 - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * ROOT % P
    if x * x % P != square or (x == 0 and sign == 1):
        return None
    x = P - x if x & 1 != sign else x
    return (x, y, 1, x * y % P)


BASE = _decode((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


@lru_cache(maxsize=4096)
def _key_point(key):
    """The point of an acceptable public key, else None."""
    point = _decode(key) if len(key) == 32 else None
    if point is None or _is_identity(point) or not _is_identity(_times(L, point)):
        return None
    return point


def key_is_good(key):
    return _key_point(key) is not None


@lru_cache(maxsize=65536)
def verify(signature, message, key):
    """Whether `signature` over `message` is good; False, too, for a key that is not acceptable."""
    point = _key_point(key)
    if point is None or len(signature) != 64:
        return False
    first, s = signature[:32], int.from_bytes(signature[32:], "little")
    if s >= L or first[:31] + bytes([first[31] & 0x7F]) in SMALL:
        return False
    digest = hashlib.sha512(first + key + message).digest()
    k = int.from_bytes(digest, "little") % L
    minus = _negative(point)
    both = _add(BASE, minus)
    total = IDENTITY
    for place in range(max(s.bit_length(), k.bit_length()) - 1, -1, -1):
        total = _double(total)
        pair = (s >> place & 1, k >> place & 1)
        if pair != (0, 0):
            total = _add(total, {(1, 0): BASE, (0, 1): minus, (1, 1): both}[pair])
    return _encode(total) == first
