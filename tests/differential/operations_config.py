# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""Makers of operations for the config ledger, and of actions."""
import hashlib
import time as clock

from indy_common.authorize.auth_map import auth_map

import odd_json

TRUSTEE, STEWARD, ENDORSER, MONITOR = '0', '2', '101', '201'
RULES = list(auth_map)
# Rules without which nothing is left to try.
NEEDED = ('120--EDIT--*--*--*', '122--EDIT--*--*--*', '111--EDIT--*--*--*', '1--ADD--role--*--')


def nothing(_txn, _seq_no):
    pass


class ConfigOperations:
    def __init__(self, generator):
        self.g = generator
        self.weights = [(self.aml, 3), (self.taa, 5), (self.taa_disable, 1), (self.auth_rule, 7), (self.auth_rules, 3),
                        (self.freeze, 2), (self.flag, 3), (self.pool_config, 1), (self.pool_upgrade, 4), (self.pool_restart, 1),
                        (self.validator_info, 1)]

    def any(self):
        if not self.g.writable and self.g.chance(0.5):
            return self.pool_config()
        at = self.g.rng.randrange(sum(weight for _, weight in self.weights))
        for make, weight in self.weights:
            if at < weight:
                return make()
            at -= weight
        raise AssertionError

    def trustee(self):
        g = self.g
        return g.with_role(TRUSTEE) if g.chance(0.9) else g.known()

    # Agreements
    def aml(self):
        g = self.g
        version = g.pick(g.amls) if g.amls and g.chance(0.1) else '{}.{}'.format(len(g.amls), g.rng.randrange(99))
        operation = {'type': '5', 'version': version, 'aml': {'click': 'clicked', 'for_session': 'x', 'at_submission': 'y'}}
        if g.chance(0.15):
            operation['aml'] = g.pick([{}, {'click': {'b': 1, 'a': 2}}, {'ä"': 'x', 'click': None}, [], 'click'])
        if g.chance(0.4):
            operation['amlContext'] = g.pick(['https://aml.example', '', 'ä', 5, 'x' * 300])

        def learn(_txn, _seq_no):
            g.amls.append(version)
        return operation, self.trustee(), learn

    def taa(self):
        g = self.g
        if not g.amls and g.chance(0.8):
            return self.aml()
        operation = {'type': '4'}
        if g.taas and g.chance(0.5):
            taa = g.pick(g.taas)
            version, text = taa['version'], taa['text']
            operation['version'] = version
            if g.chance(0.3):
                operation['text'] = text if g.chance(0.7) else 'other'
            if g.chance(0.3):
                operation['ratification_ts'] = taa['ratified'] + (0 if g.chance(0.7) else 1)
            if g.chance(0.8):
                operation['retirement_ts'] = g.pick([0, g.time, g.time + 10, g.time + 86400 * 3, g.time - 5, g.time - 10 ** 7])
        else:
            version = '{}.{}'.format(len(g.taas), g.rng.randrange(99))
            text = g.pick(['Wir stimmen zu', '', 'agreement {}'.format(version), 'ä' * 5, 'x' * 2000])
            operation.update({'version': version, 'text': text, 'ratification_ts': g.time - g.pick([0, 100, 10 ** 6, -1, -10 ** 5])})
            if g.chance(0.05):
                operation['retirement_ts'] = g.time + 100
        if g.chance(0.03):
            operation[g.pick(['ratification_ts', 'retirement_ts'])] = g.pick([10 ** 12, 253402300799, 253402300800, 10 ** 15, 67768036191676799, 67768036191676800, 2 ** 63 - 1])

        def learn(txn, _seq_no):
            data = txn['data']
            known = [t for t in g.taas if t['version'] == version]
            if not known:
                digest = hashlib.sha256((version + data['text']).encode()).hexdigest()
                g.taas.append({'version': version, 'text': data['text'], 'digest': digest, 'ratified': data['ratification_ts']})
                g.latest_taa = digest
        return operation, self.trustee(), learn

    def taa_disable(self):
        g = self.g

        def learn(_txn, _seq_no):
            g.latest_taa = None
        return {'type': '8'}, self.trustee(), learn

    # Rules
    def auth_rule(self):
        g = self.g
        operation = dict({'type': '120'}, **self.rule())

        def learn(_txn, _seq_no):
            g.rules_changed += 1
        return operation, self.trustee(), learn

    def auth_rules(self):
        g = self.g
        rules = [self.rule() for _ in range(g.pick([0, 1, 1, 2, 3]) if g.chance(0.3) else 2)]
        return {'type': '122', 'rules': rules}, self.trustee(), nothing

    def rule(self):
        g = self.g
        key = g.pick(RULES)
        kind, action, field, old, new = key.split('--')
        rule = {'auth_type': kind, 'auth_action': action, 'field': field, 'new_value': new}
        if action == 'EDIT':
            rule['old_value'] = old
        if g.chance(0.05):
            rule[g.pick(sorted(rule))] = g.pick(['', '*', None, 'zz', '101', 'ADD', 'EDIT'])
        if rule['new_value'] == '' and g.chance(0.5):
            rule['new_value'] = None
        if g.chance(0.03):
            rule['old_value'] = '*'
        rule['constraint'] = self.constraint(0 if key not in NEEDED else 9)
        return rule

    def constraint(self, depth):
        g = self.g
        how = g.rng.random()
        if depth == 9:
            return {'constraint_id': 'OR', 'auth_constraints': [{'constraint_id': 'ROLE', 'role': '0', 'sig_count': 1},
                                                                self.role_constraint()]}
        if depth < 3 and how < 0.35:
            return {'constraint_id': g.pick(['AND', 'OR', 'OR', 'OR']),
                    'auth_constraints': [self.constraint(depth + 1) for _ in range(g.pick([1, 2, 2, 3, 3]))]}
        if how < 0.38:
            return {'constraint_id': 'FORBIDDEN'}
        if how < 0.42:
            return g.pick([{}, None, [], {'constraint_id': 'AND', 'auth_constraints': []}, {'constraint_id': 'XOR', 'auth_constraints': []},
                           {'constraint_id': 'OR'}, {'constraint_id': 'ROLE'}, {'constraint_id': 'FORBIDDEN', 'x': 1}, 'ROLE',
                           {'constraint_id': 'ROLE', 'role': '101', 'sig_count': 1, 'off_ledger_signature': True}])
        return self.role_constraint()

    def role_constraint(self):
        g = self.g
        out = {'constraint_id': 'ROLE', 'role': g.pick([TRUSTEE, TRUSTEE, STEWARD, ENDORSER, MONITOR, None, '*', '*']),
               'sig_count': g.pick([0, 1, 1, 1, 1, 2, 3])}
        if g.chance(0.5):
            out['need_to_be_owner'] = g.chance(0.4)
        if g.chance(0.4):
            out['metadata'] = g.pick([{}, {}, {'fees': 'x'}, {'a': {'b': 1}}, {'n': 5, 'm': [1, 'x']}, {'f': odd_json.real(g)}])
        if g.chance(0.2):
            out['off_ledger_signature'] = out['role'] == '*' and g.chance(0.7)
        if g.chance(0.04):
            out[g.pick(sorted(out))] = g.odd()
        return out

    # Operations of the pool
    def freeze(self):
        g = self.g
        ids = g.pick([[], [1001], [4], [1], [0, 5], [-1], ['1'], 'x', [True], [1001, 1002], [3], [1.0]]) if g.chance(0.6) else []
        return {'type': '9', 'ledgers_ids': ids}, self.trustee(), nothing

    def flag(self):
        g = self.g
        name = g.pick(['REV_STRATEGY', 'x', 'ä', 'REV_STRATEGY_USE_COMPAT_ORDERING'])
        value = g.pick(['True', 'False', '', None, 'x', 5, 'ä', '1'])
        operation = {'type': '130', 'name': name, 'value': value}
        if g.chance(0.1):
            del operation[g.pick(['name', 'value'])]

        def learn(_txn, _seq_no):
            g.flags.append(name)
        return operation, self.trustee(), learn

    def pool_config(self):
        g = self.g
        writes = True if not g.writable and g.chance(0.8) else g.chance(0.75)
        operation = {'type': '111', 'writes': writes}
        if g.chance(0.3):
            operation['force'] = g.chance(0.5)

        def learn(txn, _seq_no):
            g.writable = txn['data']['writes']
        return operation, self.trustee(), learn

    def pool_upgrade(self):
        g = self.g
        name, version = g.pick(['up1', 'up2', 'ä']), g.pick(['1.13.3', '1.14.0', '2.0.0'])
        if g.upgrades and g.chance(0.3):
            name, version = g.pick(g.upgrades)
        if g.chance(0.08):
            version = g.pick(['1.13.2', '1.0.0', 'x', '1.13.3.dev1', '1.14.0-rc1', '1.14.0~rc1', '', '10', '1.14.0.1', 5])
        operation = {'type': '109', 'name': name, 'version': version, 'action': g.pick(['start', 'start', 'cancel']),
                     'sha256': 'f' * 64}
        if operation['action'] == 'start' or g.chance(0.1):
            operation['schedule'] = self.schedule()
        if g.chance(0.2):
            operation['force'] = g.chance(0.7)
        if g.chance(0.2):
            operation['justification'] = g.pick([None, 'because', 'x' * 1001])
        if g.chance(0.2):
            operation['timeout'] = g.pick([10, 0, -1, '5'])
        if g.chance(0.1):
            operation['reinstall'] = g.pick([True, False, 'x'])
        if g.chance(0.1):
            operation['package'] = g.pick(['indy-node', 'sovrin', '', 'indy-node; rm', 'indy-node && x', ' indy-node', 'indy-node\nx'])

        def learn(_txn, _seq_no):
            g.upgrades.append((name, version))
        return operation, self.trustee(), learn

    def schedule(self):
        g = self.g
        genesis = ['Gw6pDLhcBcoQesN72qfotTgFa7cbuqZpkX3Xo6pLhPhv', '8ECVSk179mjsjKRLWiQtssMLgp6EPhWXtaYyStWPSGAb',
                   'DKVxG2fXXTU8yT5N7hGEbXB3dfdAnYv1JczDUHpmDxya', '4PS3EDQ3dW1tci1Bp6543CfuuebjFrg36kLAUcskGfaA']
        dests = genesis + [d for d in sorted(g.nodes) if g.nodes[d][1].get('services')]
        if g.chance(0.12):
            dests = dests[:g.rng.randrange(len(dests))]
        if g.chance(0.05):
            dests = dests + [g.new_identity().key.text]
        start = g.time + g.pick([600, 600, 3600, 3600, -100, 0])
        gap = g.pick([300, 600, 301, 400, 299, 0]) if g.chance(0.4) else 400
        shape = g.pick(['{}+00:00', '{}+00:00', '{}.000000+00:00', '{}Z', '{}+0200', '{}'] if g.chance(0.2) else ['{}+00:00'])
        out = {}
        for place, dest in enumerate(dests):
            out[dest] = shape.format(clock.strftime('%Y-%m-%dT%H:%M:%S', clock.gmtime(start + gap * place)))
        if out and g.chance(0.04):
            out[g.pick(sorted(out))] = g.pick(['', 'x', 5, None, 'tomorrow', '2030-13-01T00:00:00+00:00'])
        return out

    def pool_restart(self):
        g = self.g
        operation = {'type': '118', 'action': g.pick(['start', 'cancel', 'cancel', 'x'])}
        if g.chance(0.6):
            operation['datetime'] = g.pick(['0', '', '2030-01-01T00:00:00+00:00', 'x', None])
        return operation, self.trustee(), nothing

    def validator_info(self):
        g = self.g
        return {'type': '119'}, g.with_role(TRUSTEE, STEWARD, MONITOR) if g.chance(0.8) else g.known(), nothing
