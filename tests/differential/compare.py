# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""The reference and stadtbuch-execute answer the same commands; every answer and root is compared."""
import argparse
import base64
import collections
import gzip
import itertools
import json
import os
import re
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import rlp  # noqa: E402
import reference  # noqa: E402
from generator import Generator  # noqa: E402

COMMANDS_PER_LEDGER = 400


class Ours:
    def __init__(self, program):
        self._process = subprocess.Popen([program, reference.DATA], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                         encoding='utf-8')

    def ask(self, command):
        self._process.stdin.write(json.dumps(command, separators=(',', ':')) + '\n')
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit('stadtbuch-execute ended with {}'.format(self._process.wait()))
        return json.loads(line)

    def close(self):
        self._process.stdin.close()
        self._process.wait()


# Sets of texts print in an order that differs from process to process of the reference.
def _sorted_list(match):
    return match.group(1) + ', '.join(sorted(match.group(2).split(', '))) + match.group(3)


ORDERLESS = [re.compile(r"(Missing some of \{)([^}]*)(\})"),
             re.compile(r"(: missed fields - )([A-Za-z0-9_, ]*)(\. )")]


PROOF = re.compile(r'("proof_nodes":")([^"]*)(")')


def _sorted_nodes(match):
    """The nodes of a state proof are a set there."""
    nodes = rlp.decode(base64.b64decode(match.group(2).replace('\\/', '/')))
    return match.group(1) + base64.b64encode(rlp.encode(sorted(nodes, key=rlp.encode))).decode() + match.group(3)


def normal(answer):
    answer = PROOF.sub(_sorted_nodes, answer)
    for pattern in ORDERLESS:
        answer = pattern.sub(_sorted_list, answer)
    return answer


def is_same(want, have):
    """What the reference answers, and what is answered here. A write that would end the reference is refused here, a read
    may be answered."""
    if want and want[-1].startswith('CRASH'):
        if not have:
            return True
        last = json.loads(have[-1])
        return last['op'] in ('REQNACK', 'REJECT') or 'txnMetadata' not in last['result']
    return [normal(a) for a in want] == [normal(a) for a in have]


def type_of(frame):
    try:
        return ascii(json.loads(frame)['operation']['type'])[:12].strip("'")
    except Exception:
        return 'none'


class Difference(Exception):
    pass


def shape(answer):
    """What makes differences alike: digits and keys left out."""
    message = json.loads(answer) if answer.startswith('{') else {'op': answer}
    text = message.get('reason') or ''
    text = re.sub(r'[1-9A-HJ-NP-Za-km-z]{20,}', 'K', re.sub(r'\d+', 'N', text))
    return message.get('op', '?') + ' ' + text[:150]


class Comparison:
    def __init__(self, options):
        self.options = options
        self.ours = Ours(options.program)
        self.frames = collections.Counter()
        self.verdicts = collections.Counter()
        self.crashes = collections.Counter()
        self.differences = collections.OrderedDict()
        self.corpus = gzip.GzipFile(options.record, 'wb', mtime=0) if options.record else None

    def run(self):
        seed = self.options.seed
        while sum(self.frames.values()) < self.options.count:
            self.ledger(seed)
            seed += 1
            done = sum(self.frames.values())
            if self.options.verbose:
                print('{:8d} requests, seed {}, {} differences'.format(done, seed, len(self.differences)), flush=True)
        self.ours.close()
        if self.corpus:
            self.corpus.close()

    def ledger(self, seed):
        """One ledger from the genesis on."""
        generator = Generator(seed, [(reference.base58.b58encode(k).decode(), reference.base58.b58encode(p).decode())
                                     for k, p in self.known_keys()])
        theirs = reference.Reference()
        self.ours.ask({'new': True})
        self.record({'new': True})
        try:
            for _ in range(self.options.commands):
                if not self.command(generator, theirs):
                    return
        finally:
            theirs.close()

    @staticmethod
    def known_keys():
        if not reference.ursa.bls.KNOWN:
            reference._know_bls_keys()
        return sorted(reference.ursa.bls.KNOWN.items())

    def record(self, line):
        if self.corpus:
            self.corpus.write((json.dumps(line, ensure_ascii=False, separators=(',', ':')) + '\n').encode())

    def command(self, generator, theirs):
        """False when the ledgers can no longer be compared."""
        at, frames, members = generator.command()
        command = {'time': at, 'frames': frames}
        if members:
            command['members'] = members
        try:
            expected = theirs.run(at, frames, members)
        except reference.Crash as crash:
            return self.crash(command, crash)
        command['primaries'] = expected.pop('primaries')
        result = self.ours.ask(command)
        for frame, want, have in zip(frames, expected['answers'], result['answers']):
            self.frames[type_of(frame)] += 1
            for answer in want:
                if answer.startswith('CRASH'):
                    self.crashes[type_of(frame) + ' ' + re.sub(r'\d+', 'N', answer)[6:100]] += 1
                else:
                    self.verdicts[json.loads(answer)['op']] += 1
            if not is_same(want, have):
                self.differs(type_of(frame), frame, want, have)
            generator.learn(frame, want)
        if expected['roots'] != result['roots']:
            self.differs('roots', json.dumps(frames), [json.dumps(expected)], [json.dumps(result)])
            return False
        if all(is_same(want, have) for want, have in zip(expected['answers'], result['answers'])):
            self.record(dict(command, answers=result['answers'], roots=result['roots']))
            return True
        return self.options.go_on

    def crash(self, command, crash):
        """The reference ended within an execution: nothing to compare from here on."""
        self.ours.ask(command)
        self.crashes['(ledger given up) ' + re.sub(r'\d+', 'N', str(crash))[:90]] += 1
        if self.options.verbose:
            print('crash', crash, command['frames'])
        return False

    def differs(self, kind, frame, want, have):
        key = (kind, tuple(shape(a) for a in want), tuple(shape(a) for a in have))
        if key not in self.differences:
            self.differences[key] = [0, frame, want, have]
        self.differences[key][0] += 1
        if not self.options.go_on:
            raise Difference

    def report(self):
        print('requests compared: {}'.format(sum(self.frames.values())))
        for kind, number in sorted(self.frames.items(), key=lambda item: -item[1]):
            print('  {:>12}  {}'.format(kind, number))
        print('answers: ' + ', '.join('{} {}'.format(op, n) for op, n in sorted(self.verdicts.items())))
        for kind, number in sorted(self.crashes.items(), key=lambda item: -item[1])[:20]:
            print('the reference ends itself: {} x {}'.format(number, kind))
        for (kind, _, _), (number, frame, want, have) in self.differences.items():
            print('\nDIFFERENCE {} ({} times)\n  request   {}'.format(kind, number, frame[:self.options.width]))
            for theirs, ours in itertools.zip_longest(want, have, fillvalue='(nothing)'):
                if theirs != ours:
                    at = next((i for i, (a, b) in enumerate(zip(theirs, ours)) if a != b), min(len(theirs), len(ours)))
                    at = max(0, at - 100)
                    print('  reference {}\n  ours      {}'.format(theirs[at:at + self.options.width],
                                                                ours[at:at + self.options.width]))
        print('\ndifferences: {}'.format(sum(entry[0] for entry in self.differences.values())))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('program', help='stadtbuch-execute')
    parser.add_argument('--count', type=int, default=2000, help='requests to compare, at least')
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--commands', type=int, default=COMMANDS_PER_LEDGER, help='commands for each ledger')
    parser.add_argument('--record', help='write what was equal to this file (.jsonl.gz)')
    parser.add_argument('--go-on', action='store_true', help='collect differences instead of ending at the first')
    parser.add_argument('--verbose', action='store_true')
    parser.add_argument('--width', type=int, default=400)
    options = parser.parse_args()
    comparison = Comparison(options)
    begin = time.time()
    try:
        comparison.run()
    except Difference:
        pass
    comparison.report()
    print('{:.0f} s'.format(time.time() - begin))
    return 1 if comparison.differences else 0


if __name__ == '__main__':
    sys.exit(main())
