"""ML-DSA-44 (FIPS 204), verifying only, in plain integers: pure form with an empty context."""

import hashlib
from functools import lru_cache

Q = 8380417
N = 256
DROPPED = 13
TAU = 39
GAMMA1 = 2**17
GAMMA2 = (Q - 1) // 88
K = 4
BETA = 78
OMEGA = 80
KEY_BYTES = 1312
SIGNATURE_BYTES = 2420


def _reversed_bits(number):
    return int(f"{number:08b}"[::-1], 2)


ZETAS = [pow(1753, _reversed_bits(index), Q) for index in range(N)]
INVERSE = pow(N, Q - 2, Q)


def _ntt(poly):
    values, at, length = list(poly), 0, 128
    while length >= 1:
        for start in range(0, N, 2 * length):
            at += 1
            zeta = ZETAS[at]
            for j in range(start, start + length):
                t = zeta * values[j + length] % Q
                values[j + length] = (values[j] - t) % Q
                values[j] = (values[j] + t) % Q
        length //= 2
    return values


def _inverse_ntt(poly):
    values, at, length = list(poly), N, 1
    while length < N:
        for start in range(0, N, 2 * length):
            at -= 1
            zeta = -ZETAS[at]
            for j in range(start, start + length):
                t = values[j]
                values[j] = (t + values[j + length]) % Q
                values[j + length] = zeta * (t - values[j + length]) % Q
        length *= 2
    return [value * INVERSE % Q for value in values]


def _uniform(seed):
    """RejNTTPoly: 256 coefficients below q out of SHAKE128."""
    size, values = 1008, []
    while True:
        stream = hashlib.shake_128(seed).digest(size)
        values = []
        for at in range(0, size - 2, 3):
            number = stream[at] | stream[at + 1] << 8 | (stream[at + 2] & 0x7F) << 16
            if number < Q:
                values.append(number)
                if len(values) == N:
                    return values
        size *= 2


def _in_ball(seed):
    """SampleInBall: tau coefficients of plus or minus one."""
    stream = hashlib.shake_256(seed).digest(2048)
    signs, at, poly = int.from_bytes(stream[:8], "little"), 8, [0] * N
    for i in range(N - TAU, N):
        while stream[at] > i:
            at += 1
        j = stream[at]
        at += 1
        poly[i] = poly[j]
        poly[j] = -1 if signs >> (i + TAU - N) & 1 else 1
    return poly


def _unpack(data, bits):
    number, mask = int.from_bytes(data, "little"), (1 << bits) - 1
    return [number >> (bits * index) & mask for index in range(N)]


def _unpack_hints(data):
    """HintBitUnpack, or None where the bytes are not what a signer writes."""
    hints, at = [], 0
    for i in range(K):
        end, places = data[OMEGA + i], []
        if end < at or end > OMEGA:
            return None
        places = list(data[at:end])
        if any(places[j] >= places[j + 1] for j in range(len(places) - 1)):
            return None
        hints.append(frozenset(places))
        at = end
    return None if any(data[at:OMEGA]) else hints


def _use_hint(hinted, value):
    low = value % (2 * GAMMA2)
    low = low - 2 * GAMMA2 if low > GAMMA2 else low
    if value - low == Q - 1:
        high, low = 0, low - 1
    else:
        high = (value - low) // (2 * GAMMA2)
    if not hinted:
        return high
    return (high + (1 if low > 0 else -1)) % 44


@lru_cache(maxsize=64)
def _expand(key):
    seed = key[:32]
    matrix = [[_uniform(seed + bytes([s, r])) for s in range(K)] for r in range(K)]
    rows = (_unpack(key[32 + 320 * i : 352 + 320 * i], 10) for i in range(K))
    return matrix, [_ntt([value << DROPPED for value in row]) for row in rows]


@lru_cache(maxsize=4096)
def verify(signature, message, key):
    if len(signature) != SIGNATURE_BYTES or len(key) != KEY_BYTES:
        return False
    commitment = signature[:32]
    z = [_unpack(signature[32 + 576 * i : 608 + 576 * i], 18) for i in range(K)]
    z = [[GAMMA1 - value for value in poly] for poly in z]
    hints = _unpack_hints(signature[2336:])
    if hints is None or any(abs(value) >= GAMMA1 - BETA for poly in z for value in poly):
        return False
    matrix, top = _expand(key)
    identity = hashlib.shake_256(key).digest(64)
    digest = hashlib.shake_256(identity + b"\x00\x00" + message).digest(64)
    challenge, z_hat, encoded = _ntt(_in_ball(commitment)), [_ntt(poly) for poly in z], b""
    for r in range(K):
        sums = [
            (sum(matrix[r][s][i] * z_hat[s][i] for s in range(K)) - challenge[i] * top[r][i]) % Q
            for i in range(N)
        ]
        w = _inverse_ntt(sums)
        high = [_use_hint(index in hints[r], value) for index, value in enumerate(w)]
        number = sum(value << (6 * index) for index, value in enumerate(high))
        encoded += number.to_bytes(192, "little")
    return hashlib.shake_256(digest + encoded).digest(32) == commitment
