# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""One node of the reference without a network: its own message classes, handlers, write manager, ledgers and states.

What is not the reference's here: the sockets, the BLS library (stubs/ursa), RocksDB (LevelDB), the clock (that of the
command) and the question to the package manager whether an upgrade can be installed. Batches are made as its ordering
service makes them, one per ledger and command, and committed at once."""
import asyncio
import contextlib
import datetime
import io
import json
import logging
import os
import shutil
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, 'stubs'))
logging.disable(logging.CRITICAL)

import base58  # noqa: E402
import ursa.bls  # noqa: E402
from crypto.bls.bls_multi_signature import MultiSignature, MultiSignatureValue  # noqa: E402
from ledger.ledger import Ledger  # noqa: E402
from plenum.common.constants import AUDIT_LEDGER_ID, HS_LEVELDB, KeyValueStorageType  # noqa: E402
from plenum.common.exceptions import InvalidClientMessageException, SuspiciousPrePrepare  # noqa: E402
from plenum.common.keygen_utils import initNodeKeysForBothStacks  # noqa: E402
from plenum.common.messages.node_messages import Reject  # noqa: E402
from plenum.common.util import reasonForClientFromException  # noqa: E402
from plenum.server.batch_handlers.three_pc_batch import ThreePcBatch  # noqa: E402
from indy_common.config_util import getConfig  # noqa: E402
from indy_node.server.node import Node  # noqa: E402
from indy_node.server.upgrader import Upgrader  # noqa: E402
import indy_node.server.upgrader as upgrader_module  # noqa: E402

DATA = os.path.join(HERE, '..', 'data', 'indy')
WITH_STATE = (0, 1, 2)
CLIENT = 'client'


class Crash(Exception):
    """The reference failed half-way through an execution. (What fails before is an answer `CRASH ...`: it would end
    the process or the ordering, but its ledgers are as they were.)"""


class Clock(datetime.datetime):
    """utcnow() of the handlers that ask for it."""
    current = 0

    @classmethod
    def utcnow(cls):
        return datetime.datetime.utcfromtimestamp(cls.current)


def multi_signature_of(ledger_id, state_root, pool_root, txn_root, time):
    """Signed by nobody: reads only hand it out. The same is stored on the other side."""
    return {'signature': 'R' * 40, 'participants': ['Node1', 'Node2', 'Node3'],
            'value': {'ledger_id': ledger_id, 'state_root_hash': state_root, 'pool_state_root_hash': pool_root,
                      'txn_root_hash': txn_root, 'timestamp': time}}


def _configure(folder):
    general = os.path.join(folder, 'general')
    os.makedirs(general)
    with open(os.path.join(general, 'indy_config.py'), 'w') as out:
        out.write("NETWORK_NAME = 'sandbox'\n")
    config = getConfig(general)
    for name in dir(config):
        if getattr(config, name) == KeyValueStorageType.Rocksdb:
            setattr(config, name, KeyValueStorageType.Leveldb)
    config.hashStore = {'type': HS_LEVELDB}
    config.METRICS_COLLECTOR_TYPE = None
    return config


def _know_bls_keys():
    with open(os.path.join(DATA, 'bls.json')) as source:
        for key in json.load(source)['keys']:
            if key.get('pop_verifies'):
                ursa.bls.KNOWN[bytes.fromhex(key['ver_key_hex'])] = bytes.fromhex(key['pop_hex'])


def _leave_packages_out():
    """What a node's package manager thinks of an upgrade is no property of the ledger."""
    Upgrader.check_upgrade_possible = staticmethod(lambda package, version, reinstall=False: None)
    upgrader_module.datetime = Clock


def _refuse_bool_keys():
    """The key `True` of a store ordered by integers: RocksDB's answer is by chance, LevelDB ends the process."""
    original = Ledger.getBySeqNo

    def checked(self, seqNo):
        if isinstance(seqNo, bool):
            raise ValueError('{} is no key'.format(seqNo))
        return original(self, seqNo)
    if not getattr(original, 'is_checked', False):
        checked.is_checked = True
        Ledger.getBySeqNo = checked


class Reference:
    def __init__(self):
        self._folder = tempfile.mkdtemp(prefix='reference-', dir='/dev/shm' if os.path.isdir('/dev/shm') else None)
        _know_bls_keys()
        _leave_packages_out()
        _refuse_bool_keys()
        genesis = os.path.join(self._folder, 'genesis')
        for name in ('genesis', 'data', 'plugins', 'info'):
            os.makedirs(os.path.join(self._folder, name))
        for kind in ('pool', 'domain'):
            name = kind + '_transactions_genesis'
            shutil.copy(os.path.join(DATA, name + '.txn'), os.path.join(genesis, name))
        keys = os.path.join(self._folder, 'keys')
        config = _configure(self._folder)
        with contextlib.redirect_stdout(io.StringIO()):
            initNodeKeysForBothStacks('Node1', keys, b'Node1'.rjust(32, b'0'), use_bls=False, override=True)
            self._node = Node('Node1', config=config, ledger_dir=os.path.join(self._folder, 'data'), keys_dir=keys,
                              genesis_dir=genesis, plugins_dir=os.path.join(self._folder, 'plugins'),
                              node_info_dir=os.path.join(self._folder, 'info'))
        self._ordering = self._node.master_replica._ordering_service
        self._answers = []
        self._waiting = []
        self._loop = asyncio.new_event_loop()
        self._pp_seq_no = 0
        self._start()

    def _start(self):
        node = self._node
        node.bootstrapper.upload_states(node.ledger_ids)
        node.write_manager.on_catchup_finished()
        node.upgrader.nodeId = node.id
        node.start_participating()
        # The network, and what follows from a changed pool there.
        node.setPoolParams = lambda: None
        node.transmitToClient = self._answer
        node.recordAndPropagate = lambda request, client: self._waiting.append(request)
        node.poolManager.addNewNodeAndConnect = lambda txn_data: None
        node.poolManager.nodeHaChanged = lambda txn_data: None
        node.poolManager.nodeKeysChanged = lambda txn_data: None
        node.poolManager.node_blskey_changed = lambda txn_data: None
        services = node.poolManager.nodeServicesChanged
        node.poolManager.nodeServicesChanged = lambda txn_data: self._quietly(services, txn_data)
        node.action_manager.process_action = lambda request: {'taken': True}
        node.upgrader._scheduleUpgrade = self._schedule_upgrade
        for ledger_id in WITH_STATE:
            self._sign(ledger_id, 1700000000)

    @staticmethod
    def _quietly(function, *arguments):
        with contextlib.suppress(Exception):
            return function(*arguments)
        return True

    def _schedule_upgrade(self, event, _timeout):
        self._node.upgrader.scheduledAction = event

    def close(self):
        self._loop.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _answer(self, message, _client):
        stack = self._node.clientstack
        self._answers.append(stack.serializeMsg(stack.prepForSending(message)).decode())

    def _sign(self, ledger_id, time):
        value = multi_signature_of(ledger_id, *self._signed_roots(ledger_id), time)
        self._node.bls_bft.bls_store.put(MultiSignature(value['signature'], value['participants'],
                                                        MultiSignatureValue(**value['value'])))

    def _signed_roots(self, ledger_id):
        ledger = self._node.getLedger(ledger_id)
        return self._state_root(ledger_id), self._state_root(0), ledger.root_hash

    def _state_root(self, ledger_id):
        return base58.b58encode(bytes(self._node.getState(ledger_id).committedHeadHash)).decode()

    def roots(self):
        out = {}
        for ledger_id in (0, 1, 2, 3):
            ledger = self._node.getLedger(ledger_id)
            out[str(ledger_id)] = [ledger.size, ledger.root_hash]
            if ledger_id in WITH_STATE:
                out[str(ledger_id)].append(self._state_root(ledger_id))
        return out

    def run(self, time, frames, members=()):
        """Every frame as a client sent it (at the places `members`: as a member passed it on), then a batch for each ledger. Returns what a client would have got, the
        primaries that the batches name, and the roots. Raises Crash."""
        Clock.current = time
        self._waiting = []
        answers = []
        senders = {}
        for place, frame in enumerate(frames):
            self._answers = []
            before = len(self._waiting)
            if place in members:
                self._receive_propagated(frame)
            else:
                self._receive(frame)
            answers.append(self._answers)
            for request in self._waiting[before:]:
                senders.setdefault(request.key, place)
        self._answers = []
        batches = {}
        for request in self._waiting:
            queue = batches.setdefault(self._node.ledger_id_for_request(request), [])
            if request.key not in [other.key for other in queue]:
                queue.append(request)
        primaries = []
        for ledger_id in sorted(batches):
            primaries = self._order(ledger_id, batches[ledger_id], time, senders, answers)
        self._node.clientAuthNr._verified_reqs.clear()
        return {'answers': answers, 'primaries': primaries, 'roots': self.roots()}

    def _receive(self, frame):
        node = self._node
        try:
            message = node.clientstack.deserializeMsg(frame)
        except ValueError:
            return  # not JSON: dropped
        try:
            node.handleOneClientMsg((message, CLIENT))
            self._loop.run_until_complete(node.processClientInBox())
        except Exception as error:
            node.clientInBox.clear()
            self._answers.append('CRASH ' + repr(error))

    def _receive_propagated(self, frame):
        """What processPropagate() does of it where one node decides alone."""
        node = self._node
        request = node.client_request_class(**json.loads(frame))
        with contextlib.suppress(InvalidClientMessageException):
            node.verifySignature(request)
            if node.seqNoDB.get_by_payload_digest(request.payload_digest)[0] is None:
                self._waiting.append(request)

    def _order(self, ledger_id, requests, time, senders, answers):
        node, ordering = self._node, self._ordering
        valid, invalid = [], []
        for request in requests:
            try:
                ordering._do_dynamic_validation(request, time)
            except InvalidClientMessageException as error:
                self._answers = answers[senders[request.key]]
                reason = reasonForClientFromException(error)
                self._answer(Reject(request.identifier, request.reqId, reason, error.code), CLIENT)
                invalid.append(request)
                continue
            except SuspiciousPrePrepare:
                continue
            except Exception as error:
                answers[senders[request.key]].append('CRASH ' + repr(error))
                invalid.append(request)
                continue
            try:
                node.write_manager.apply_request(request, time)
                valid.append(request)
            except Exception as error:
                raise Crash(repr(error)) from error
        self._pp_seq_no += 1
        digest = ordering.generate_pp_digest([r.digest for r in valid + invalid], 0, time)
        batch = ThreePcBatch(ledger_id=ledger_id, inst_id=0, view_no=0, pp_seq_no=self._pp_seq_no, pp_time=time,
                             state_root=ordering.get_state_root_hash(ledger_id, to_str=False),
                             txn_root=ordering.get_txn_root_hash(ledger_id, to_str=False),
                             valid_digests=[r.key for r in valid], pp_digest=digest, original_view_no=0)
        try:
            ordering.post_batch_creation(batch)
            primaries = batch.primaries
            batch.txn_root = Ledger.hashToStr(batch.txn_root)
            batch.state_root = Ledger.hashToStr(batch.state_root)
            self._commit(batch, senders, answers)
        except Exception as error:
            raise Crash(repr(error)) from error
        for request in requests:
            node.requestSender.pop(request.key, None)
        self._sign(ledger_id, time)
        return primaries

    def _commit(self, batch, senders, answers):
        node = self._node

        def reply(message, key):
            if key in senders:
                self._answers = answers[senders[key]]
                self._answer(message, CLIENT)
        node.sendReplyToClient = reply
        node.get_executer(batch.ledger_id)(batch)
