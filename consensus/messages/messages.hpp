// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The messages between nodes (plenum-consensus §3): structs, decode and encode. The only place that
// knows the names of their fields. decode() is bounded and total; what it gives is valid by type,
// so that nobody checks lengths or ranges again. encode() writes exactly the reference's text: no
// spaces, `op` first, members in Plenum's order, `/` as `\/`, non-ASCII as \uXXXX; nested messages
// by §1.4.
#pragma once
#include <compare>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "consensus/executor.hpp"
#include "storage/base/bytes.hpp"
#include "storage/base/result.hpp"

namespace stadtbuch::consensus::messages {

using InstanceId = std::uint64_t;

/// Names a batch across views; ordered as the tuple that NEW_VIEW sorts by (§8.2).
struct BatchId {
    ViewNo view_no = 0;     ///< view in which it was last pre-prepared
    ViewNo pp_view_no = 0;  ///< view in which it was created
    PpSeqNo pp_seq_no = 0;
    std::string digest;
    friend auto operator<=>(const BatchId&, const BatchId&) = default;
};

/// What a BLS multi-signature signs (§9).
struct MultiSigValue {
    LedgerId ledger = LedgerId::domain;
    Hash32 state_root;
    Hash32 pool_state_root;
    Hash32 txn_root;
    UnixSeconds timestamp = 0;
    friend bool operator==(const MultiSigValue&, const MultiSigValue&) = default;
};

struct MultiSig {
    std::string signature;  ///< base58
    std::vector<NodeName> participants;
    MultiSigValue value;
    friend bool operator==(const MultiSig&, const MultiSig&) = default;
};

struct Propagate {
    std::string request;  ///< the client's JSON object, exactly as received
    std::optional<std::string> sender_client;
    // Not on the wire. The shell fills them in after it parsed and verified the request.
    RequestDigest digest;
    LedgerId ledger = LedgerId::domain;
};

struct PrePrepare {
    InstanceId inst_id = 0;
    ViewNo view_no = 0;
    PpSeqNo pp_seq_no = 0;
    UnixSeconds pp_time = 0;
    std::vector<RequestDigest> digests;
    std::string discarded =
        "[]";  ///< JSON array of positions as text; empty when the wire had null
    std::string digest;
    LedgerId ledger = LedgerId::domain;
    std::optional<Hash32> state_root;
    std::optional<Hash32> txn_root;
    std::uint64_t sub_seq_no = 0;
    bool is_final = true;
    std::optional<Hash32> pool_state_root;
    std::optional<Hash32> audit_txn_root;
    std::optional<std::vector<MultiSig>> multi_sigs;
    std::optional<ViewNo> original_view_no;

    [[nodiscard]] ViewNo created_in() const { return original_view_no.value_or(view_no); }

    [[nodiscard]] BatchId batch_id() const { return {view_no, created_in(), pp_seq_no, digest}; }
};

struct Prepare {
    InstanceId inst_id = 0;
    ViewNo view_no = 0;
    PpSeqNo pp_seq_no = 0;
    UnixSeconds pp_time = 0;
    std::string digest;
    std::optional<Hash32> state_root;
    std::optional<Hash32> txn_root;
    std::optional<Hash32> audit_txn_root;
};

struct Commit {
    InstanceId inst_id = 0;
    ViewNo view_no = 0;
    PpSeqNo pp_seq_no = 0;
    /// Ledger -> base58 share. Absent on backups and for nodes without a BLS key. When present, the
    /// placeholder `blsSig` is written too.
    std::optional<std::map<LedgerId, std::string>> bls_sigs;
};

struct Checkpoint {
    InstanceId inst_id = 0;
    ViewNo view_no = 0;
    PpSeqNo seq_no_start = 0;
    PpSeqNo seq_no_end = 0;
    std::optional<Hash32> digest;  ///< audit root after batch seq_no_end; null on backups
    friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

struct InstanceChange {
    ViewNo view_no = 0;
    std::uint64_t reason = 0;
};

struct BackupInstanceFaulty {
    ViewNo view_no = 0;
    std::vector<InstanceId> instances;
    std::uint64_t reason = 0;
};

struct ViewChange {
    ViewNo view_no = 0;
    PpSeqNo stable_checkpoint = 0;
    std::vector<BatchId> prepared;
    std::vector<BatchId> preprepared;
    std::vector<Checkpoint> checkpoints;
};

struct ViewChangeAck {
    ViewNo view_no = 0;
    NodeName name;  ///< author of the acknowledged VIEW_CHANGE
    std::string digest;
};

struct NewView {
    ViewNo view_no = 0;
    std::vector<std::pair<NodeName, std::string>> view_changes;  ///< author, digest
    Checkpoint checkpoint;
    std::vector<BatchId> batches;
    std::optional<NodeName> primary;  ///< only in answers to a MESSAGE_REQUEST
};

struct OldViewPrePrepareReq {
    InstanceId inst_id = 0;
    std::vector<BatchId> batch_ids;
};

struct OldViewPrePrepareRep {
    InstanceId inst_id = 0;
    std::vector<PrePrepare> pre_prepares;
};

struct LedgerStatus {
    LedgerId ledger = LedgerId::pool;
    std::uint64_t txn_seq_no = 0;  ///< ledger size
    std::optional<ViewNo> view_no;
    std::optional<PpSeqNo> pp_seq_no;
    Hash32 merkle_root;
};

struct ConsistencyProof {
    LedgerId ledger = LedgerId::pool;
    std::uint64_t seq_no_start = 0;
    std::uint64_t seq_no_end = 0;
    Hash32 old_merkle_root;
    Hash32 new_merkle_root;
    std::vector<Hash32> hashes;
    friend bool operator==(const ConsistencyProof&, const ConsistencyProof&) = default;
};

struct CatchupReq {
    LedgerId ledger = LedgerId::pool;
    std::uint64_t seq_no_start = 0;
    std::uint64_t seq_no_end = 0;
    std::uint64_t catchup_till = 0;
};

struct CatchupRep {
    LedgerId ledger = LedgerId::pool;
    std::vector<std::pair<std::uint64_t, std::string>>
        txns;  ///< seqNo, JSON text; ascending by seqNo
    std::vector<Hash32> cons_proof;
};

enum class RequestedType {
    ledger_status,
    consistency_proof,
    pre_prepare,
    prepare,
    commit,
    propagate,
    view_change,
    new_view
};

/// Union of the parameters of all types (§3.4); which ones count depends on the type.
struct RequestedParams {
    LedgerId ledger = LedgerId::pool;                // ledger_status, consistency_proof
    std::uint64_t seq_no_start = 0, seq_no_end = 0;  // consistency_proof
    InstanceId inst_id = 0;                          // 3PC, view_change, new_view
    ViewNo view_no = 0;                              // 3PC, new_view
    PpSeqNo pp_seq_no = 0;                           // 3PC
    NodeName name;                                   // view_change
    std::string digest;                              // propagate, view_change
    friend bool operator==(const RequestedParams&, const RequestedParams&) = default;
};

struct MessageRequest {
    RequestedType type = RequestedType::ledger_status;
    RequestedParams params;
};

struct MessageResponse {
    using Content = std::variant<std::monostate, LedgerStatus, ConsistencyProof, PrePrepare,
                                 Prepare, Commit, Propagate, ViewChange, NewView>;
    RequestedType type = RequestedType::ledger_status;
    RequestedParams params;
    Content content;  ///< monostate: null on the wire
};

using Message =
    std::variant<Propagate, PrePrepare, Prepare, Commit, Checkpoint, InstanceChange,
                 BackupInstanceFaulty, ViewChange, ViewChangeAck, NewView, OldViewPrePrepareReq,
                 OldViewPrePrepareRep, LedgerStatus, ConsistencyProof, CatchupReq, CatchupRep,
                 MessageRequest, MessageResponse>;

enum class WireError {
    too_large,
    not_json,
    not_an_object,
    no_op,       ///< no text member `op`: perhaps a raw request (§1.8)
    ignored_op,  ///< known to the reference, without meaning here (OBSERVED_DATA and the legacy
                 ///< types)
    unknown_op,
    missing_field,
    bad_field,
    too_many,
};
[[nodiscard]] std::string_view to_text(WireError error);

struct DecodeLimits {
    std::size_t bytes_max = 131072;
    std::size_t digests_max = 2000;
    std::size_t batch_ids_max = 1000;
    std::size_t members_max = 1000;  ///< names, hashes, checkpoints in one message
    std::size_t batch_messages_max = 10000;
};

/// One payload frame that is neither `pi`, `po` nor a BATCH.
[[nodiscard]] Result<Message, WireError> decode(std::string_view text,
                                                const DecodeLimits& limits = {});
[[nodiscard]] std::string encode(const Message& message);

/// True for frames that begin as Plenum writes a BATCH.
[[nodiscard]] bool looks_like_batch(std::string_view text);
/// The texts inside a BATCH (§1.5), not recursive; each may be `pi`, `po` or a further frame.
[[nodiscard]] Result<std::vector<std::string>, WireError> decode_batch(
    std::string_view text, const DecodeLimits& limits = {});
/// Packs texts into as few BATCH frames as fit into `bytes_max` each; a text alone in its frame
/// stays bare.
[[nodiscard]] std::vector<std::string> encode_batches(const std::vector<std::string>& texts,
                                                      std::size_t bytes_max = 131072);

/// The request that a PROPAGATE, or a MESSAGE_RESPONSE with a PROPAGATE inside, carries; else
/// nullptr. The shell parses and verifies it and fills in `digest` and `ledger` before it hands the
/// message on.
[[nodiscard]] Propagate* carried_propagate(Message& message);
[[nodiscard]] std::string_view op_of(const Message& message);

/// Batch digest (§5.3): hex SHA-256 of `originalViewNo,ppTime,d1,d2,…`.
[[nodiscard]] std::string pre_prepare_digest(ViewNo original_view_no, UnixSeconds pp_time,
                                             const std::vector<RequestDigest>& digests);
/// Hex SHA-256 of the canonical JSON with `op` (§8.3).
[[nodiscard]] std::string view_change_digest(const ViewChange& message);
/// Identity of a NEW_VIEW obtained from others (§8.5).
[[nodiscard]] std::string new_view_digest(const NewView& message);
/// The MessagePack bytes that BLS shares sign (§9).
[[nodiscard]] Bytes multi_sig_signing_bytes(const MultiSigValue& value);

}  // namespace stadtbuch::consensus::messages
