# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""Makers of reads: of what is there, of what is not, of how it was at some time."""
from indy_common.authorize.auth_map import auth_map

TYPES = ('3', '6', '7', '10', '104', '105', '107', '108', '115', '116', '117', '121', '131', '300', '301')
RULES = list(auth_map)


def nothing(_txn, _seq_no):
    pass


class ReadOperations:
    def __init__(self, generator):
        self.g = generator
        self.makers = [self.nym] * 3 + [self.attr] * 3 + [self.schema] * 2 + [self.claim_def] * 2 + [self.registry] * 2 + \
            [self.accumulator] * 3 + [self.delta] * 4 + [self.txn] * 3 + [self.taa] * 3 + [self.aml] * 2 + [self.rule] * 3 + \
            [self.flag, self.frozen, self.rich]

    def any(self):
        operation = self.g.pick(self.makers)()
        author = self.g.known() if self.g.chance(0.9) else self.g.anybody()
        return operation, author, nothing

    def moment(self):
        """A time of the ledger, or near one."""
        g = self.g
        if g.chance(0.1):
            return g.pick([0, 1, g.times[0] - 10, g.time + 10 ** 6, -5])
        return g.pick(g.times[-200:]) + g.pick([0, 0, 1, -1])

    def versioned(self, operation):
        g = self.g
        if g.chance(0.25):
            operation['timestamp'] = self.moment()
        if g.chance(0.15):
            operation['seqNo'] = g.rng.randrange(1, g.domain_size + 2)
        return operation

    def nym(self):
        g = self.g
        return self.versioned({'type': '105', 'dest': (g.known() if g.chance(0.8) else g.anybody()).did})

    def attr(self):
        g = self.g
        if g.attributes and g.chance(0.8):
            dest, kind, name = g.pick(g.attributes)
        else:
            dest, kind, name = g.anybody().did, g.pick(['raw', 'enc', 'hash']), g.pick(['endpoint', 'nothing', 'f' * 64])
        operation = {'type': '104', 'dest': dest, kind: name}
        if g.chance(0.03):
            operation['raw'] = 'endpoint'
        return self.versioned(operation)

    def schema(self):
        g = self.g
        if g.schemas and g.chance(0.8):
            _, author, name, version = g.pick(g.schemas)
        else:
            author, name, version = g.anybody(), 'residence', '77.1'
        return {'type': '107', 'dest': author.did, 'data': {'name': name, 'version': version}}

    def claim_def(self):
        g = self.g
        if g.claim_defs and g.chance(0.8):
            _, author, ref, tag, kind = g.pick(g.claim_defs)
        else:
            author, ref, tag, kind = g.anybody(), g.rng.randrange(1, 50), 'tag', 'CL'
        operation = {'type': '108', 'ref': ref, 'origin': author.did, 'signature_type': kind, 'tag': tag}
        if g.chance(0.1):
            operation.pop(g.pick(['tag', 'signature_type']))
        return operation

    def key(self):
        g = self.g
        return g.pick(g.registries)['key'] if g.registries and g.chance(0.9) else g.pick(['x', 'a:4:b', 'V4SGRU86Z58d6TV7PBUe6f'])

    def registry(self):
        return {'type': '115', 'id': self.key()}

    def accumulator(self):
        return {'type': '116', 'revocRegDefId': self.key(), 'timestamp': self.moment()}

    def delta(self):
        g = self.g
        operation = {'type': '117', 'revocRegDefId': self.key(), 'to': self.moment() if g.chance(0.6) else g.time}
        if g.chance(0.65):
            operation['from'] = self.moment()
        return operation

    def txn(self):
        g = self.g
        operation = {'type': '3', 'data': g.rng.randrange(1, g.domain_size + 3)}
        if g.chance(0.6):
            operation['ledgerId'] = g.pick([0, 1, 1, 2, 2, 3, 3, 7, -1])
        return operation

    def taa(self):
        g = self.g
        operation = {'type': '6'}
        known = g.pick(g.taas) if g.taas else {'version': '1.0', 'digest': 'a' * 64}
        how = g.rng.random()
        if how < 0.25:
            operation['version'] = known['version']
        elif how < 0.5:
            operation['digest'] = known['digest']
        elif how < 0.75:
            operation['timestamp'] = self.moment()
        if g.chance(0.08):
            operation[g.pick(['version', 'digest', 'timestamp'])] = g.pick(['zz', 5, '', None, 'ä'])
        return operation

    def aml(self):
        g = self.g
        operation = {'type': '7'}
        if g.chance(0.4):
            operation['version'] = g.pick(g.amls) if g.amls and g.chance(0.8) else 'zz'
        if g.chance(0.3):
            operation['timestamp'] = self.moment()
        return operation

    def rule(self):
        g = self.g
        operation = {'type': '121'}
        if g.chance(0.1):
            return operation
        kind, action, field, old, new = g.pick(RULES).split('--')
        operation.update({'auth_type': kind, 'auth_action': action, 'field': field, 'new_value': new})
        if action == 'EDIT' and g.chance(0.95):
            operation['old_value'] = old
        if g.chance(0.06):
            operation[g.pick(sorted(operation))] = g.pick(['zz', '*', '', None, 'ADD', 'EDIT'])
        if g.chance(0.05):
            operation.pop(g.pick(sorted(operation)))
        return operation

    def flag(self):
        g = self.g
        return self.versioned({'type': '131', 'name': g.pick(g.flags) if g.flags and g.chance(0.8) else g.pick(['zz', '', None, 5])})

    def frozen(self):
        return {'type': '10'}

    def rich(self):
        g = self.g
        return {'type': '300', 'id': 'x'} if g.chance(0.5) else {'type': '301', 'rsType': 'sch', 'rsName': 'n', 'rsVersion': '1.0'}
