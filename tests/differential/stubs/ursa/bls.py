# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""Keys as bytes. Pairs of key and proof are right when they are in KNOWN, which the test fills with pairs recorded
from the library itself; bytes that are neither a known key nor a known proof are no point of the curve."""
from ursa.indy_error import IndyCryptoError

KNOWN = {}  # key bytes -> proof bytes


class BlsEntity:
    def __init__(self, data):
        self._data = bytes(data)

    @classmethod
    def from_bytes(cls, data):
        return cls(data)

    def as_bytes(self):
        return self._data


class Generator(BlsEntity):
    pass


class SignKey(BlsEntity):
    pass


class Signature(BlsEntity):
    pass


class MultiSignature(BlsEntity):
    pass


class VerKey(BlsEntity):
    @classmethod
    def from_bytes(cls, data):
        if bytes(data) not in KNOWN:
            raise IndyCryptoError("no point")
        return cls(data)


class ProofOfPossession(BlsEntity):
    @classmethod
    def from_bytes(cls, data):
        if bytes(data) not in KNOWN.values():
            raise IndyCryptoError("no point")
        return cls(data)


class Bls:
    @staticmethod
    def verify_pop(proof, key, _generator):
        return KNOWN.get(key.as_bytes()) == proof.as_bytes()
