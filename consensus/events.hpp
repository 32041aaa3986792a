// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// What may enter agreement and what may leave it. Nothing else crosses this line.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "consensus/executor.hpp"
#include "consensus/limits.hpp"
#include "consensus/messages/messages.hpp"
#include "consensus/suspicion.hpp"

namespace stadtbuch::consensus {

/// The time of an event: `tick` drives all waiting, `wall` becomes ppTime.
struct Instant {
    Tick tick = 0;
    UnixSeconds wall = 0;
};

/// Numbers everything a step wants written; durable means this and all smaller ones.
using PersistId = std::uint64_t;
using CheckId = std::uint64_t;
using SignId = std::uint64_t;

// ---- in
// ------------------------------------------------------------------------------------------------------

/// The first event; starts the comparison with the peers.
struct Started {};

/// Decoded, sender proven by the link. For a carried request (messages::carried_propagate) the
/// shell has verified the signature, registered the request with the executor and filled in digest
/// and ledger; otherwise it dropped the message.
struct Received {
    NodeName from;
    messages::Message message;
};

/// A verified request of a client of this node. Register it with the executor before.
struct ClientRequest {
    RequestDigest digest;
    LedgerId ledger = LedgerId::domain;
    std::string request;  ///< JSON exactly as received
    std::optional<std::string> sender_client;
};

struct PeerConnected {
    NodeName peer;
};

struct PeerDisconnected {
    NodeName peer;
    Tick silent_for = 0;  ///< it was missed for so long already
};

struct MadeDurable {
    PersistId upto = 0;
};

struct Signed {
    SignId id = 0;
    std::map<LedgerId, std::string> signatures;  ///< base58; empty when there is no key
};

/// Answer to ShareCheck.
struct SharesChecked {
    struct Outcome {
        LedgerId ledger = LedgerId::domain;
        std::vector<NodeName> good;  ///< in the order of the question
        std::vector<NodeName> bad;
        std::string multi_signature;  ///< base58 sum over `good`; empty when `good` is empty
    };

    CheckId id = 0;
    std::vector<Outcome> outcomes;
};

/// Answer to ProofCheck.
struct ProofChecked {
    CheckId id = 0;
    bool good = false;
};

struct TimePassed {};

/// With Setup::cuts_on_command only: as primary of `inst` in `view_no`, make exactly this batch as
/// soon as the position allows it. Used to repeat a recorded primary, whose cuts followed its own
/// timers.
struct CutBatch {
    messages::InstanceId inst = 0;
    ViewNo view_no = 0;
    PpSeqNo pp_seq_no = 0;
    UnixSeconds pp_time = 0;
    LedgerId ledger = LedgerId::domain;
    std::vector<RequestDigest> digests;
};

using Event = std::variant<Started, Received, ClientRequest, PeerConnected, PeerDisconnected,
                           MadeDurable, Signed, SharesChecked, ProofChecked, TimePassed, CutBatch>;

// ---- out
// -----------------------------------------------------------------------------------------------------

/// A record in the votes column. `value` absent: erase. Records of one step are written atomically.
struct VoteRecord {
    std::string key;
    std::optional<std::string> value;
};

/// `to` empty: to all other validators.
struct Outgoing {
    std::vector<NodeName> to;
    messages::Message message;
    PersistId after = 0;  ///< may leave when everything up to this id is durable; 0: at once
};

/// A batch of the master instance, in order. It is committed in the executor's memory already; the
/// shell writes it in the same atomic write as `persist` (or groups several) and answers clients
/// after that. The answer need not wait for the sync of this write: the decision stands on n-f
/// prepared certificates, each durable on its member before that one's COMMIT counted (also the
/// own one), so it outlives a power cut of everybody.
struct OrderedBatch {
    ViewNo view_no = 0;           ///< in which it was ordered
    ViewNo original_view_no = 0;  ///< as in the audit transaction
    PpSeqNo pp_seq_no = 0;
    UnixSeconds pp_time = 0;
    LedgerId ledger = LedgerId::domain;
    std::string digest;
    std::vector<RequestDigest> digests;
    std::vector<std::uint32_t> discarded;  ///< positions in `digests`: to be answered with REJECT
    LedgerRoots roots;
    Hash32 pool_state_root;
    Hash32 audit_root;
    std::vector<NodeName> primaries;
    std::vector<NodeName> node_registry;
};

/// Transactions first..last were appended by catch-up; they must become durable with this step's
/// write.
struct CaughtUp {
    LedgerId ledger = LedgerId::pool;
    std::uint64_t first = 0;
    std::uint64_t last = 0;
};

/// Sign each text with the node's BLS key; answer: Signed.
struct SignRequest {
    SignId id = 0;
    std::string
        key;  ///< base58, the one that the pool state of this batch names; empty: none there
    std::vector<std::pair<LedgerId, Bytes>> texts;
};

/// Check the shares of one batch as one sum for each ledger, bisect on failure, add up the good
/// ones.
struct ShareCheck {
    struct Share {
        NodeName node;
        std::string key;        ///< base58
        std::string signature;  ///< base58, not checked in any way
    };

    struct PerLedger {
        LedgerId ledger = LedgerId::domain;
        Bytes text;
        std::vector<Share> shares;
    };

    CheckId id = 0;
    std::vector<PerLedger> ledgers;
};

/// Check a multi-signature that the primary published.
struct ProofCheck {
    CheckId id = 0;
    Bytes text;
    std::string signature;          ///< base58
    std::vector<std::string> keys;  ///< base58
};

/// The shell obeys these fields from top to bottom. That order is the safety argument: what a vote
/// promises is durable before the vote is sent, and a client hears of a batch after it is written.
struct Actions {
    PersistId persist_id = 0;  ///< 0: nothing to write in this step
    std::vector<VoteRecord> persist;
    /// Somebody waits until this write and all before it are durable. False: they may become so
    /// with a later one, or after a while.
    bool sync_now = false;
    std::vector<Outgoing> send;
    std::vector<CaughtUp> caught_up;
    std::vector<OrderedBatch> ordered;
    std::vector<RequestDigest> forget;  ///< the executor may drop these requests
    std::vector<RequestDigest>
        refused;  ///< not taken in: too much waits already; the client may try again
    std::vector<SignRequest> sign;
    std::vector<ShareCheck> check_shares;
    std::vector<ProofCheck> check_proofs;
    std::vector<messages::MultiSig> proofs;  ///< verified; store under the state root for reads
    std::vector<Suspicion> suspicions;
    bool membership_changed = false;  ///< read the registry from the executor and adapt the links
    std::optional<Tick> wake_at;      ///< call step(TimePassed) then, if nothing comes earlier
};

}  // namespace stadtbuch::consensus
