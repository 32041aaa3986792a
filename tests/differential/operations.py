# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""One maker for each type of operation: returns the operation, who sends it, and what to remember when it is in the
ledger. What fits the ledger is likely, what does not is made now and then."""
import hashlib
import json

import base58

import odd_json
import operations_config
import operations_reads

TRUSTEE, STEWARD, ENDORSER, MONITOR = '0', '2', '101', '201'
READS = operations_reads.TYPES


def nothing(_txn, _seq_no):
    pass


class Operations:
    def __init__(self, generator):
        self.g = generator
        self.config = operations_config.ConfigOperations(generator)
        self.reads = operations_reads.ReadOperations(generator)
        self.weights = [
            (self.new_nym, 12), (self.edit_nym, 10), (self.attrib, 10), (self.schema, 7), (self.claim_def, 7),
            (self.registry, 6), (self.registry_entry, 12), (self.node, 8), (self.rich_schema, 1), (self.unknown, 1),
            (self.config.any, 20), (self.reads.any, 22)]

    def any(self):
        at = self.g.rng.randrange(sum(weight for _, weight in self.weights))
        for make, weight in self.weights:
            if at < weight:
                return make()
            at -= weight
        raise AssertionError

    # NYM
    def make_nym_for(self, role):
        identity = self.g.new_identity()
        operation = {'type': '1', 'dest': identity.did, 'verkey': identity.key.text}
        if role is not None:
            operation['role'] = role
        return operation, self.g.identities[0], self.learn_nym(identity)

    def learn_nym(self, identity):
        def learn(txn, _seq_no):
            data = txn['data']
            identity.on_ledger = True
            if 'role' in data:
                identity.role = data['role']
            if 'verkey' in data and identity.next_key is not None and data['verkey'] == identity.next_key.text:
                identity.key, identity.next_key = identity.next_key, None
        return learn

    def new_nym(self):
        g = self.g
        version = g.pick([None] * 8 + [0, 1, 2, 2, 3])
        identity = g.new_identity(2 if version == 2 and g.chance(0.8) else 0)
        operation = {'type': '1', 'dest': identity.did}
        how = g.rng.random()
        if how < 0.55:
            operation['verkey'] = identity.key.text
        elif how < 0.75:
            operation['verkey'] = identity.key.abbreviated()
        elif how < 0.82:
            operation['verkey'] = None
        if g.chance(0.6):
            operation['role'] = g.pick([None, None, TRUSTEE, STEWARD, STEWARD, ENDORSER, ENDORSER, ENDORSER, MONITOR, '7'])
        if version is not None:
            operation['version'] = version
        if g.chance(0.1):
            operation['alias'] = g.pick(['alice', 'Müller & Söhne', 'x' * 300])
        if g.chance(0.12):
            operation['diddocContent'] = self.diddoc(identity)
        author = g.with_role(TRUSTEE) if g.chance(0.5) else g.with_role(TRUSTEE, STEWARD, ENDORSER)
        if g.chance(0.12):
            author = g.anybody()
        if g.chance(0.06):
            author = identity
        return operation, author, self.learn_nym(identity)

    def edit_nym(self):
        g = self.g
        identity = g.known()
        operation = {'type': '1', 'dest': identity.did}
        author = identity if g.chance(0.55) else g.with_role(TRUSTEE) if g.chance(0.6) else g.known()
        if g.chance(0.5):
            if identity not in g.identities[:5] or g.chance(0.1):
                operation['role'] = g.pick([None, None, TRUSTEE, STEWARD, ENDORSER, ENDORSER, MONITOR, identity.role])
            else:
                operation['role'] = identity.role
        if g.chance(0.45):
            operation['verkey'] = identity.rotated(g.new_seed()).text if g.chance(0.8) else identity.key.text
        if g.chance(0.03) and identity not in g.identities[:5]:
            operation['verkey'] = None
        if g.chance(0.12):
            operation['diddocContent'] = self.diddoc(identity)
        if g.chance(0.04):
            operation['version'] = g.pick([0, 1, 2])
        return operation, author, self.learn_nym(identity)

    def diddoc(self, identity):
        g = self.g
        content = {'@context': ['https://w3id.org/did/v1'],
                   'service': [{'id': 'did:indy:x:' + identity.did + g.pick(['#s', '#verkey', '', '#a#verkey']), 'type': 't'}]}
        if g.chance(0.15):
            content['id'] = g.pick(['x', '', None])
        if g.chance(0.1):
            content = g.pick([{}, [], 'x', None, 5])
        text = json.dumps(content) if g.chance(0.9) else odd_json.text(g, 'a')
        return text if g.chance(0.9) else g.pick([content, text + ' ', '{', 'x' * 11000, json.dumps({'a': 'x' * 10300})])

    # ATTRIB
    def attrib(self):
        g = self.g
        identity = g.known() if g.chance(0.93) else g.anybody()
        author = identity if g.chance(0.8) else g.known()
        operation = {'type': '100', 'dest': identity.did}
        name = g.pick(['endpoint', 'name', 'ä b', 'n{}'.format(g.rng.randrange(5))])
        kind = g.pick(['raw'] * 5 + ['enc', 'enc', 'hash'])
        if kind == 'raw':
            operation['raw'] = self.raw(name)
        elif kind == 'enc':
            operation['enc'] = g.pick(['secret', 'aa', 'ä' * 10, 'x' * 5121, 's{}'.format(g.rng.randrange(9))])
        else:
            operation['hash'] = hashlib.sha256(bytes([g.rng.randrange(9)])).hexdigest()
        if g.chance(0.03):
            operation[g.pick(['raw', 'enc', 'hash'])] = '{"x":1}'

        def learn(txn, _seq_no):
            g.attributes.append((identity.did, kind, name if kind == 'raw' else operation.get(kind, name)))
        return operation, author, learn

    def raw(self, name):
        g = self.g
        if name == 'endpoint':
            value = {'ha': g.pick(['127.0.0.1:5555', '1.2.3.4:80', '300.1.1.1:5', '127.0.0.1:99999', '127.0.0.1', 'a:b:c',
                                   '0.0.0.0:1', '::1:5', None, '10.0.0.1:0', '10.0.0.1:x']), 'z': 1}
            if g.chance(0.3):
                value = {'endpoint': 'https://example.com/a?b=c', 'routingKeys': []}
            if g.chance(0.05):
                value = g.pick([None, [], 'x', 5])
        else:
            value = g.pick(['x', 1, 1.5, None, True, [1, 2, {'b': 1, 'a': 2}], {'b': {'d': 1, 'c': 'ü'}, 'a': '\u2028'}, '/', -0.0,
                            1e22, 10 ** 15, 'a"b\\', '\x7f', {'': 0}, 0.1, 123456789.123456789, 1e-7, 5e-324, '\U0001f600'])
        text = json.dumps({name: value}, ensure_ascii=g.chance(0.5), indent=g.pick([None, None, 1]))
        if g.chance(0.06):
            text = g.pick(['{}', '[]', '""', '{"a":1,"b":2}', 'hello', '{"a":1,"a":2}', ' {"a": 1} ', '{"a":1e5}',
                           '{"a":1E+2}', '{"a":0.10}', '{"a":' + '9' * 15 + '}', '[1]', '5', 'null'])
        if g.chance(0.06):
            text = odd_json.text(g, name, is_stored_raw=True)
        return text

    # SCHEMA, CLAIM_DEF
    def schema(self):
        g = self.g
        author = g.with_role(ENDORSER, TRUSTEE, STEWARD) if g.chance(0.85) else g.known()
        if g.schemas and g.chance(0.15):
            _, owner, name, version = g.pick(g.schemas)
            author = owner if g.chance(0.8) else author
        else:
            name, version = g.pick(['residence', 'permit', 'ä:b', 'x']), '{}.{}'.format(g.rng.randrange(9), g.rng.randrange(99))
        if g.chance(0.08):
            version = g.pick(['1', '1.2.3', '1.2.3.4', '01.2', '1.a', '1.2-3', '', '1..2', '-1.2', '1.2 ', '٣.1'])
        names = ['name', 'plate', 'straße', 'name', 'zone'][:g.rng.randrange(6)] or ['a']
        if g.chance(0.05):
            names = g.pick([[], ['x'] * 126, ['x'] * 125, ['', 'a'], 'abc', ['x' * 257], [1], {'a': 1}])
        operation = {'type': '101', 'data': {'name': name, 'version': version, 'attr_names': names}}

        def learn(_txn, seq_no):
            g.schemas.append((seq_no, author, name, version))
        return operation, author, learn

    def claim_def(self):
        g = self.g
        author = g.with_role(ENDORSER, TRUSTEE, STEWARD) if g.chance(0.85) else g.known()
        ref = g.pick(g.schemas)[0] if g.schemas and g.chance(0.9) else g.rng.randrange(0, g.domain_size + 3)
        tag = g.pick(['tag', 'TAG1', 't{}'.format(g.rng.randrange(20)), 'ä'])
        if g.claim_defs and g.chance(0.2):
            _, author, ref, tag, _ = g.pick(g.claim_defs)
        data = {'primary': {'n': '1', 'r': {'x': '2', 'a': [1, 2]}, 's': g.rng.randrange(99)}}
        if g.chance(0.1):
            data['primary']['odd'] = odd_json.value(g)
        if g.chance(0.6):
            data['revocation'] = {'g': '1 0A', 'y': '1 1'}
        operation = {'type': '102', 'ref': ref, 'data': data, 'signature_type': g.pick(['CL'] * 9 + ['XX']), 'tag': tag}

        def learn(_txn, _seq_no):
            key = ':'.join([author.did, '3', operation['signature_type'], str(ref), tag])
            g.claim_defs.append((key, author, ref, tag, operation['signature_type']))
        return operation, author, learn

    # REVOC_REG_DEF, REVOC_REG_ENTRY
    def registry(self):
        g = self.g
        if g.claim_defs:
            claim_def, author = g.pick(g.claim_defs)[:2]
        else:
            claim_def, author = 'V4SGRU86Z58d6TV7PBUe6f:3:CL:9:tag', g.with_role(ENDORSER)
        if g.chance(0.12):
            author = g.known()
        if g.chance(0.06):
            claim_def = g.pick(['a:b', 'x:3:CL:1', 'V4SGRU86Z58d6TV7PBUe6f:3:CL:999:tag', 'a:b:c:d:e:f', claim_def + 'x'])
        tag = 'r{}'.format(g.rng.randrange(12))
        key = '{}:4:{}:CL_ACCUM:{}'.format(author.did, claim_def, tag)
        on_demand = g.chance(0.5)
        operation = {'type': '113', 'id': key if g.chance(0.97) else g.pick(['x', 'a:b', key + 'x']), 'revocDefType': 'CL_ACCUM', 'tag': tag,
                     'credDefId': claim_def,
                     'value': {'issuanceType': 'ISSUANCE_ON_DEMAND' if on_demand else 'ISSUANCE_BY_DEFAULT', 'maxCredNum': 100,
                               'publicKeys': {'accumKey': {'z': '1 ' + str(g.rng.randrange(99))}}, 'tailsHash': 'h',
                               'tailsLocation': 'https://tails.example/h'}}

        def learn(txn, _seq_no):
            kept = [r for r in g.registries if r['key'] != key]
            old = [r for r in g.registries if r['key'] == key]
            entry = dict(old[0]) if old else {'key': key, 'author': author, 'accum': None, 'issued': set(), 'revoked': set()}
            entry['on_demand'] = txn['data']['value']['issuanceType'] == 'ISSUANCE_ON_DEMAND'
            g.registries[:] = kept + [entry]
        return operation, author, learn

    def registry_entry(self):
        g = self.g
        if not g.registries:
            return self.registry()
        registry = g.pick(g.registries[-3:]) if g.chance(0.7) else g.pick(g.registries)
        author = registry['author'] if g.chance(0.92) else g.known()
        accum = '21 {:X}'.format(g.rng.randrange(16 ** 8))
        value = {'accum': accum}
        held = registry['issued'] if registry['on_demand'] else registry['revoked']
        adds = sorted({g.rng.randrange(1, 101) for _ in range(g.rng.randrange(5))})
        if g.chance(0.85):
            adds = [i for i in adds if i not in held]
        takes = sorted(g.rng.sample(sorted(held), min(len(held), g.rng.randrange(4)))) if g.chance(0.5) else []
        if g.chance(0.08):
            takes += [g.rng.randrange(1, 101) for _ in range(g.rng.randrange(1, 4))]
        names = ('issued', 'revoked') if registry['on_demand'] else ('revoked', 'issued')
        for name, indices in zip(names, (adds, takes)):
            if indices or g.chance(0.4):
                if g.chance(0.2):
                    g.rng.shuffle(indices)
                if g.chance(0.05):  # equal to Python, each stored as itself
                    indices = indices + [g.pick([False, True, 0, 1, -1, -2, 2 ** 61 - 1, 2 ** 62])]
                value[name] = indices
        if registry['accum'] is not None and g.chance(0.95):
            value['prevAccum'] = registry['accum']
        if g.chance(0.05):
            value['prevAccum'] = g.pick(['21 FF', accum, ''])
        operation = {'type': '114', 'revocRegDefId': registry['key'], 'revocDefType': 'CL_ACCUM', 'value': value}
        if g.chance(0.03):
            operation['revocRegDefId'] = g.pick(['x', 'a:b', registry['key'] + 'x', author.did + ':4:x'])

        def learn(txn, _seq_no):
            said = txn['data']['value']
            first = registry['accum'] is None
            registry['accum'] = said['accum']
            issued, revoked = set(said.get('issued', [])), set(said.get('revoked', []))
            if first:
                registry['issued'], registry['revoked'] = issued, revoked
            elif registry['on_demand']:
                registry['issued'] = (registry['issued'] - revoked) | issued
            else:
                registry['revoked'] = (registry['revoked'] - issued) | revoked
        return operation, author, learn

    # NODE
    def node(self):
        g = self.g
        if g.nodes and g.chance(0.6):
            dest = g.pick(sorted(g.nodes))
            author, data = g.nodes[dest]
            data = self.changed_node(dict(data))
            author = author if g.chance(0.7) else g.with_role(TRUSTEE, STEWARD)
        else:
            author = g.with_role(STEWARD) if g.chance(0.9) else g.known()
            dest = base58.b58encode(hashlib.sha256(g.new_seed()).digest()).decode() if g.chance(0.3) else \
                g.new_identity().key.text
            number = g.rng.randrange(5, 9000)
            data = {'alias': 'Node{}'.format(number), 'node_ip': '10.0.0.{}'.format(number % 250 + 1), 'node_port': 9000 + number % 50,
                    'client_ip': '10.0.0.{}'.format(number % 250 + 1), 'client_port': 9100 + number % 50}
            if g.chance(0.8):
                data['services'] = ['VALIDATOR'] if g.chance(0.8) else []
            if g.chance(0.5):
                self.add_bls(data)
            if g.chance(0.15):
                data[g.pick(['alias', 'node_ip', 'node_port', 'client_ip', 'client_port'])] = g.pick(
                    ['Node1', '127.0.0.1', '0.0.0.0', 9701, '10.0.0.5', 0, 70000, '::1', data['client_port'], '10.0.0'])
        operation = {'type': '0', 'dest': dest, 'data': data}
        if g.chance(0.03):
            operation['verkey'] = g.pick([dest, 'x', None, dest + '1'])

        def learn(txn, _seq_no):
            known = g.nodes.get(dest)
            merged = dict(known[1]) if known else {}
            merged.update(txn['data']['data'])
            g.nodes[dest] = (known[0] if known else author, merged)
        return operation, author, learn

    def add_bls(self, data):
        g = self.g
        key, proof = g.pick(g.bls_keys)
        data['blskey'], data['blskey_pop'] = key, proof
        if g.chance(0.15):
            data['blskey_pop'] = g.pick(g.bls_keys)[1]
        if g.chance(0.05):
            del data[g.pick(['blskey', 'blskey_pop'])]

    def changed_node(self, data):
        g = self.g
        for _ in range(g.pick([1, 1, 1, 2])):
            what = g.pick(['services', 'services', 'ports', 'bls', 'partial', 'nothing', 'alias', 'conflict', 'services only'])
            if what == 'services':
                data['services'] = [] if data.get('services') else ['VALIDATOR']
            elif what == 'ports' and 'node_port' in data:
                data['node_port'] = 10000 + g.rng.randrange(1000)
            elif what == 'bls':
                self.add_bls(data)
            elif what == 'partial':
                data = {k: v for k, v in data.items() if k == 'alias' or not k.startswith(('node_', 'client_'))}
            elif what == 'services only':
                data = {'alias': data.get('alias'), 'services': g.pick([[], ['VALIDATOR'], ['VALIDATOR', 'VALIDATOR'], ['X']])}
            elif what == 'alias':
                data['alias'] = g.pick(['Node1', 'NodeX', data.get('alias')])
            elif what == 'conflict':
                data.update({'node_ip': '127.0.0.1', 'node_port': 9701, 'client_ip': '127.0.0.1', 'client_port': 9702})
        return data

    # The rest
    def rich_schema(self):
        g = self.g
        kind, name = g.pick([('200', 'ctx'), ('201', 'sch'), ('202', 'enc'), ('203', 'map'), ('204', 'cdf'), ('205', 'pdf')])
        operation = {'type': kind, 'id': 'did:sov:{}'.format(g.rng.randrange(9)), 'rsType': name if g.chance(0.9) else 'zzz', 'rsName': 'n',
                     'rsVersion': '1.0', 'content': json.dumps({'@id': 'x', '@type': 'y'}), 'ver': '1'}
        return operation, g.with_role(ENDORSER, TRUSTEE), nothing

    def unknown(self):
        g = self.g
        kind = g.pick(['999', '2', '110', '103', '112', '300', '301', 1, None, '', '01', 'NYM', 100, ['1'], {}])
        return {'type': kind, 'dest': g.known().did, 'id': 'x', 'data': {}}, g.known(), nothing
