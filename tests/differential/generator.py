# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""Makes the frames of clients from a seed: requests of every type that mostly fit the ledger as it is, and their
seeded mutations. Everything it needs to know of the ledger it learns from the replies."""
import hashlib
import json
import random

import base58
import ujson

import odd_json
import operations
from identities import Identity, Key, signed_text

TRUSTEE, STEWARD, ENDORSER, MONITOR = '0', '2', '101', '201'
DAY = 86400
CONFIG_TYPES = ('4', '5', '8', '9', '109', '111', '120', '122', '130')
ODD_VALUES = (None, '', ' ', 0, 1, -1, 7, 1.5, True, False, [], {}, 'abc', 'ä', '0OIl', '*', [1], ['x'], {'a': 1}, [None],
              '1', '101', '1.0', 2 ** 40, -2 ** 40, 'a"b', "a'b", 'a\nb', 'x' * 257, '~abc', 'V4SGRU86Z58d6TV7PBUe6f',
              'f' * 64, 'F' * 64, 'VALIDATOR', '0', 0.0, 1e3)


class Generator:
    def __init__(self, seed, bls_keys):
        self.rng = random.Random(seed)
        self.members = random.Random(-1 - seed)  # of its own, so that clients' frames stay what they are for a seed
        self.seed = seed
        self.time = 1800000000 + self.rng.randrange(10 ** 6)
        self.req_id = 10 ** 15 + seed % 1000 * 10 ** 9
        self.bls_keys = bls_keys
        self.made = 0
        self.identities = [Identity(('Trustee1').rjust(32, '0').encode(), TRUSTEE, True)]
        self.identities += [Identity('Steward{}'.format(n).rjust(32, '0').encode(), STEWARD, True) for n in (1, 2, 3, 4)]
        self.schemas, self.claim_defs, self.registries = [], [], []  # what the ledger has
        self.attributes, self.flags, self.rules_changed = [], [], 0
        self.nodes = {}  # dest -> [author, data]
        self.taas, self.amls, self.latest_taa = [], [], None
        self.upgrades = []
        self.times = [self.time]
        self.writable = True
        self.sent = []
        self.domain_size, self.config_size = 5, 0
        self.operations = operations.Operations(self)
        self._pending = {}
        self._begin = [self.operations.make_nym_for(role) for role in (TRUSTEE, TRUSTEE, ENDORSER, ENDORSER, None, None, MONITOR)]

    # Chance.
    def chance(self, probability):
        return self.rng.random() < probability

    def pick(self, things):
        return things[self.rng.randrange(len(things))]

    def new_seed(self):
        self.made += 1
        return hashlib.sha256('{}/{}'.format(self.seed, self.made).encode()).digest()

    def new_identity(self, version=0):
        identity = Identity(self.new_seed(), version=version)
        self.identities.append(identity)
        return identity

    def with_role(self, *roles):
        known = [i for i in self.identities if i.on_ledger and i.role in roles]
        return self.pick(known) if known else self.identities[0]

    def known(self):
        return self.pick([i for i in self.identities if i.on_ledger])

    def anybody(self):
        return self.pick(self.identities)

    # Commands.
    def command(self):
        """The next frames, and the time at which they are ordered."""
        step = self.rng.random()
        self.time += 0 if step < 0.15 else self.rng.randrange(1, 4) if step < 0.97 else self.rng.randrange(DAY // 2, 2 * DAY)
        self.times.append(self.time)
        count = 1 if self.chance(0.7) else self.rng.randrange(2, 6)
        frames = [self.frame() for _ in range(count)]
        if self.members.random() >= 0.03:
            return self.time, frames, []
        frames.insert(self.members.randrange(len(frames) + 1), self._of_member())
        return self.time, frames, [place for place, frame in enumerate(frames) if frame == self.sent[-1]]

    def _of_member(self):
        """NODE_UPGRADE, as a node of the reference sends it before and after it replaced itself."""
        key = Key('Node{}'.format(self.members.randrange(1, 5)).rjust(32, '0').encode())
        data = {'action': self.members.choice(['in_progress', 'complete', 'fail']),
                'version': self.members.choice(['1.13.2', '1.13.3', '1.14.0.dev1'])}
        request = {'identifier': key.text, 'reqId': self.req_id + 10 ** 6 + self.members.randrange(10 ** 6),
                   'operation': {'type': '110', 'data': data, 'signature': key.sign(signed_text(data))}, 'protocolVersion': 2}
        request['signature'] = key.sign(signed_text(request))
        text = json.dumps(request)
        self.sent.append(text)
        return text

    def frame(self):
        if self.sent and self.chance(0.02):
            return self._again()
        if self._begin:
            operation, author, learn = self._begin.pop(0)
        else:
            operation, author, learn = self.operations.any()
        request = self._enveloped(operation, author)
        if self.chance(0.12):
            self._mutate(request, operation)
        self._sign(request, author)
        if self.chance(0.04):
            self._mutate_envelope(request)
        text = json.dumps(request, ensure_ascii=self.chance(0.5), separators=self.pick([(',', ':'), (', ', ': ')]))
        if self.chance(0.04):
            text = odd_json.respelt(self, text)
        self._pending[text] = (learn, request)
        self.sent.append(text)
        return text

    def _again(self):
        text = self.pick(self.sent[-60:])
        if self.chance(0.5):
            return text
        try:
            request = json.loads(text)
        except ValueError:
            return text
        if not isinstance(request, dict) or not isinstance(request.get('signature'), str):
            return text
        request['signatures'] = {str(request.get('identifier')): request.pop('signature')}
        return json.dumps(request)

    def _enveloped(self, operation, author):
        self.req_id += self.rng.randrange(1, 1000)
        request = {'identifier': author.did, 'reqId': self.req_id, 'operation': operation, 'protocolVersion': 2}
        kind = operation.get('type')
        wanted = self.latest_taa is not None and kind not in CONFIG_TYPES and kind != '0'
        if wanted != self.chance(0.04):
            request['taaAcceptance'] = self._acceptance()
        return request

    def _acceptance(self):
        digest = self.latest_taa or 'a' * 64
        mechanism = 'click'
        time = self.time // DAY * DAY
        if self.chance(0.15):
            digest = self.pick([t['digest'] for t in self.taas] or [digest]) if self.chance(0.7) else 'b' * 64
        if self.chance(0.1):
            mechanism = self.pick(['click', 'nope', 'for_session', '', 'at_submission'])
        if self.chance(0.12):
            time += self.pick([1, DAY, -DAY, 2 * DAY, 3600, -400 * DAY, 10 ** 12, -10 ** 10])
        return {'mechanism': mechanism, 'taaDigest': digest, 'time': time}

    # Signatures.
    def _sign(self, request, author):
        kind = request['operation'].get('type') if isinstance(request.get('operation'), dict) else None
        if kind in operations.READS and self.chance(0.9):
            return
        signers = [author]
        if kind == '9' and self.chance(0.85):
            trustees = [i for i in self.identities if i.on_ledger and i.role == TRUSTEE]
            signers += [t for t in trustees if t is not author][:3]
        elif self.chance(0.15):
            endorser = self.with_role(ENDORSER) if self.chance(0.8) else self.anybody()
            if self.chance(0.8):
                request['endorser'] = endorser.did
            if endorser is not author and self.chance(0.95):
                signers.append(endorser)
        elif self.chance(0.06):
            signers += [s for s in [self.anybody() for _ in range(self.rng.randrange(1, 4))] if s not in signers]
        # Clients sign what they mean, the reference checks what its parser makes of it.
        text = signed_text(ujson.loads(json.dumps(request)) if self.chance(0.9) else request)
        if text is None:
            request['signature'] = base58.b58encode(bytes(64)).decode()
        elif len(signers) == 1 and self.chance(0.95):
            request['signature'] = author.key.sign(text)
        else:
            request['signatures'] = {s.did: s.key.sign(text) for s in signers}

    # Mutations.
    def odd(self):
        value = self.pick(ODD_VALUES)
        return json.loads(json.dumps(value))

    def _mutate(self, request, operation):
        places = [operation]
        for name, value in operation.items():
            if isinstance(value, dict) and name != 'schedule':
                places.append(value)
                places += [v for v in value.values() if isinstance(v, dict)]
            elif isinstance(value, list):
                places += [v for v in value if isinstance(v, dict)]
        place = self.pick(places)
        for _ in range(1 if self.chance(0.8) else 2):
            # Which texts are dates is decided otherwise here (README.md).
            keys = [key for key in sorted(place) if key not in ('datetime', 'schedule')]
            how = self.rng.random()
            if not keys or how < 0.1:
                place[self.pick(['extra', 'id', 'ver', 'role', 'verkey', 'force', 'timestamp', 'seqNo', 'data'])] = self.odd()
            elif how < 0.35:
                del place[self.pick(keys)]
            elif how < 0.9:
                place[self.pick(keys)] = self.odd()
            else:
                key = self.pick(keys)
                value = place[key]
                if isinstance(value, str) and value:
                    at = self.rng.randrange(len(value))
                    place[key] = value[:at] + self.pick(['', 'x', '0', ' ', 'é', '.']) + value[at + 1:]
                elif isinstance(value, list) and value:
                    value.append(self.odd() if self.chance(0.5) else value[0])
                elif isinstance(value, int):
                    place[key] = value + self.pick([-1, 1, 10, -100000])

    def _mutate_envelope(self, request):
        key = self.pick(['identifier', 'reqId', 'operation', 'protocolVersion', 'signature', 'signatures', 'endorser',
                         'taaAcceptance', 'extra', 'digest'])
        how = self.rng.random()
        if how < 0.3:
            request.pop(key, None)
        elif how < 0.7:
            request[key] = self.odd()
        elif how < 0.85:
            request['signature'] = self.pick(['0', 'abc', 'x' * 600, '5' * 88, base58.b58encode(b'1' * 64).decode()])
        elif isinstance(request.get('signatures'), dict) and request['signatures']:
            signer = self.pick(sorted(request['signatures']))
            request['signatures'][signer] = self.odd()
        elif isinstance(request.get('taaAcceptance'), dict):
            request['taaAcceptance'][self.pick(['mechanism', 'taaDigest', 'time', 'more'])] = self.odd()

    # What the answers say.
    def learn(self, text, answers):
        learn, request = self._pending.pop(text, (None, None))
        reply = None
        for answer in answers:
            message = json.loads(answer) if answer.startswith('{') else {}
            if message.get('op') == 'REPLY':
                reply = message['result']
        if reply is None or learn is None or 'txnMetadata' not in reply:
            return
        seq_no = reply['txnMetadata'].get('seqNo')
        kind = reply['txn']['type']
        if kind in CONFIG_TYPES:
            self.config_size = max(self.config_size, seq_no)
        elif kind != '0':
            self.domain_size = max(self.domain_size, seq_no)
        learn(reply['txn'], seq_no)
