# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""Those who sign: keys from seeds, and what the ledger is known to hold of them."""
import hashlib

import base58
import libnacl
from common.serializers.serialization import serialize_msg_for_signing

ATTRIBUTE_MEMBERS = ('raw', 'enc', 'hash')


class Key:
    def __init__(self, seed):
        self.public, self.secret = libnacl.crypto_sign_seed_keypair(seed)
        self.text = base58.b58encode(self.public).decode()

    def abbreviated(self):
        return '~' + base58.b58encode(self.public[16:]).decode()

    def sign(self, text):
        return base58.b58encode(libnacl.crypto_sign(text, self.secret)[:64]).decode()


class Identity:
    """`role` is None for none; `on_ledger` follows the replies."""

    def __init__(self, seed, role=None, on_ledger=False, version=0):
        self.key = Key(seed)
        source = hashlib.sha256(self.key.public).digest() if version == 2 else self.key.public
        self.did = base58.b58encode(source[:16]).decode()
        self.role = role
        self.on_ledger = on_ledger
        self.owner = None  # another Identity while it has no key of its own
        self.next_key = None

    def rotated(self, seed):
        self.next_key = Key(seed)
        return self.next_key


def signed_text(request):
    """None when the content has no text for signing."""
    operation = request.get('operation')
    if isinstance(operation, dict) and operation.get('type') == '100':
        operation = dict(operation)
        name = next((n for n in ATTRIBUTE_MEMBERS if n in operation), None)
        if name is not None and isinstance(operation[name], str):
            operation[name] = hashlib.sha256(operation[name].encode()).hexdigest()
        request = dict(request, operation=operation)
    try:
        return serialize_msg_for_signing(request, topLevelKeysToIgnore=['signature', 'signatures', 'fees'])
    except Exception:
        return None
