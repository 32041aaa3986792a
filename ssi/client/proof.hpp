// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// State proofs: one node's answer to a read, believed because n-f nodes signed the root that it
// leads to (indy-client-protocol §8, indy-ledger-formats §4.1, §10). Pure; thread-safe; never
// throws on input.
//
// Stricter than indy-vdr where that costs nothing: participants must be distinct, the signed value
// must name the ledger that the answer belongs to, a state proof must lead to the signed state root
// (not the transaction root), and a NYM is rebuilt with all its members, so that versions and DID
// documents are covered too.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "consensus/bls/bls.hpp"
#include "storage/base/result.hpp"
#include "storage/encoding/value.hpp"

namespace stadtbuch::client {

/// BLS keys of the verifiers by alias.
using VerifierKeys = std::map<std::string, bls::VerKey, std::less<>>;

enum class ProofError {
    unprovable_type,  ///< no proof exists for this kind of answer
    no_proof,         ///< the answer carries none
    malformed,
    wrong_question,  ///< the answer belongs to another request
    not_covered,     ///< the proof holds, but does not cover all that the answer says
    wrong_ledger,
    wrong_root,  ///< the signature is for another root
    bad_trie_proof,
    bad_audit_path,
    wrong_value,  ///< the state holds something else
    unknown_participant,
    repeated_participant,
    too_few_participants,
    bad_signature,
    stale,
};
[[nodiscard]] std::string_view to_text(ProofError error);

inline constexpr std::int64_t default_freshness_s = 300;
/// For answers whose age does not matter.
inline constexpr std::int64_t any_age = std::int64_t{1} << 40;

/// `result` of a REPLY to a read. `n` is the number of verifiers with BLS keys, `f` the faulty ones
/// tolerated, `now` UNIX seconds; a root signed longer ago than `freshness_s` before the time asked
/// for is stale. GET_TXN never is.
[[nodiscard]] Result<void, ProofError> verify_state_proof(
    const encoding::Value& result, const VerifierKeys& keys, std::size_t n, std::size_t f,
    std::int64_t now, std::int64_t freshness_s = default_freshness_s);

/// The answer repeats what was asked: every member of the operation, and for GET_TXN the ledger
/// that signed it.
[[nodiscard]] Result<void, ProofError> check_answers_question(const encoding::Value& operation,
                                                              const encoding::Value& result);

/// Signature, participants and their number of a multi-signature object, whatever its root.
[[nodiscard]] Result<void, ProofError> verify_multi_signature(
    const encoding::Value& multi_signature, const VerifierKeys& keys, std::size_t n, std::size_t f);

}  // namespace stadtbuch::client
