// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/client/proof.hpp"

#include "ssi/client/proof_claims.hpp"
#include "ssi/ledger/pool_chain.hpp"
#include "ssi/ledger/txn.hpp"
#include "storage/encoding/text.hpp"
#include "storage/hash/hash.hpp"
#include "storage/merkle/merkle.hpp"
#include "storage/trie/trie.hpp"

namespace stadtbuch::client {

using encoding::Value;
using ledger::Ledger;

namespace {

using Verdict = Result<void, ProofError>;

constexpr std::string_view proof_error_texts[] = {
    "this kind of answer has no proof",
    "the answer carries no proof",
    "the answer is malformed",
    "the answer belongs to another request",
    "the proof does not cover all that the answer says",
    "the proof belongs to another ledger",
    "the signature is for another root",
    "the trie nodes do not lead from the root to the key",
    "the audit path does not lead to the root",
    "the state holds another value",
    "a participant is no verifier known here",
    "a participant is named twice",
    "too few participants signed",
    "the multi-signature is wrong",
    "the proof is too old",
};

/// Who signs what, taken apart once.
struct SignedRoot {
    const Value* multi_signature = nullptr;
    std::int64_t ledger_id = -1;
    std::string_view state_root;
    std::string_view txn_root;
    std::int64_t timestamp = 0;
};

Result<SignedRoot, ProofError> signed_root_of(const Value* proof) {
    if (!proof || !proof->is_object()) return Failure{ProofError::no_proof};
    SignedRoot root;
    root.multi_signature = proof->find("multi_signature");
    if (!root.multi_signature || !root.multi_signature->is_object())
        return Failure{ProofError::no_proof};
    const Value* value = root.multi_signature->find("value");
    if (!value || !value->is_object()) return Failure{ProofError::malformed};
    const Value* ledger_id = value->find("ledger_id");
    const Value* timestamp = value->find("timestamp");
    if (!ledger_id || !ledger_id->integer() || !timestamp || !timestamp->integer()) {
        return Failure{ProofError::malformed};
    }
    root.ledger_id = *ledger_id->integer();
    root.timestamp = *timestamp->integer();
    root.state_root = value->text_at("state_root_hash");
    root.txn_root = value->text_at("txn_root_hash");
    return root;
}

Verdict check_claim(const StateClaim& claim, const SignedRoot& signed_root) {
    if (signed_root.ledger_id != ledger::number_of(claim.ledger))
        return Failure{ProofError::wrong_ledger};
    const std::string_view root_text = claim.proof->text_at("root_hash");
    if (root_text.empty() || root_text != signed_root.state_root)
        return Failure{ProofError::wrong_root};

    const auto root = encoding::base58_decode32(root_text);
    const auto nodes = encoding::base64_decode(claim.proof->text_at("proof_nodes"));
    if (!root || !nodes) return Failure{ProofError::malformed};
    const auto found = trie::verify_proof(*root, claim.key, *nodes);
    if (!found) return Failure{ProofError::bad_trie_proof};
    if (!found->has_value()) {
        const bool fits = !claim.value || claim.may_be_absent;
        return fits ? Verdict() : Verdict(Failure{ProofError::wrong_value});
    }
    const bool fits = claim.value && text_of(**found) == *claim.value;
    return fits ? Verdict() : Verdict(Failure{ProofError::wrong_value});
}

/// A root signed at `timestamp` speaks for times up to `freshness_s` later.
bool is_fresh(std::int64_t timestamp, std::int64_t time, std::int64_t freshness_s) {
    return time <= timestamp || time - timestamp <= freshness_s;
}

// GET_TXN, §7.1

std::optional<std::vector<Hash32>> hashes_of(const Value* list) {
    constexpr std::size_t path_max = 64;
    if (!list || !list->is_array() || list->array()->size() > path_max) return std::nullopt;
    std::vector<Hash32> hashes;
    for (const Value& one : *list->array()) {
        const auto hash = one.is_text() ? encoding::base58_decode32(*one.text()) : std::nullopt;
        if (!hash) return std::nullopt;
        hashes.push_back(*hash);
    }
    return hashes;
}

std::optional<Hash32> leaf_of(const Value& data) {
    encoding::Object members;
    for (const std::string_view name : {"txn", "txnMetadata", "ver", "reqSignature"}) {
        const Value* member = data.find(name);
        if (member && !member->is_null()) members.set(std::string(name), *member);
    }
    Value txn(std::move(members));
    const Value* body = txn.find("txn");
    if (!body || !body->is_object()) return std::nullopt;
    std::optional<ledger::AttributeText> attribute;
    if (!ledger::to_stored(txn, attribute)) return std::nullopt;
    return hash::leaf_hash(ledger::leaf_bytes(txn));
}

Verdict check_txn(const Value& result, const SignedRoot& signed_root) {
    const Value* data = result.find("data");
    if (!data || !data->is_object()) return Failure{ProofError::unprovable_type};
    const Value* size = data->find("ledgerSize");
    const Value* seq_no = result.find("seqNo");
    const Value* metadata = data->find("txnMetadata");
    const auto path = hashes_of(data->find("auditPath"));
    const auto root = encoding::base58_decode32(data->text_at("rootHash"));
    if (!size || !size->unsigned_integer() || !seq_no || !seq_no->unsigned_integer() || !metadata ||
        !path || !root) {
        return Failure{ProofError::malformed};
    }
    const Value* own_seq_no = metadata->find("seqNo");
    const std::uint64_t number = *seq_no->unsigned_integer();
    if (!own_seq_no || *own_seq_no != *seq_no || number < 1 || number > *size->unsigned_integer()) {
        return Failure{ProofError::wrong_value};
    }
    if (data->text_at("rootHash") != signed_root.txn_root) return Failure{ProofError::wrong_root};

    const auto leaf = leaf_of(*data);
    if (!leaf) return Failure{ProofError::malformed};
    const bool leads_there =
        merkle::verify_audit_path(*leaf, number - 1, *size->unsigned_integer(), *path, *root);
    return leads_there ? Verdict() : Verdict(Failure{ProofError::bad_audit_path});
}

}  // namespace

std::string_view to_text(ProofError error) {
    return proof_error_texts[static_cast<std::size_t>(error)];
}

Verdict verify_multi_signature(const Value& multi_signature, const VerifierKeys& keys,
                               std::size_t n, std::size_t f) {
    if (n <= f) return Failure{ProofError::too_few_participants};
    const auto fault = ledger::multi_signature_fault(multi_signature, keys, n - f);
    if (!fault) return {};
    switch (*fault) {
        case ledger::SignatureFault::unknown_participant:
            return Failure{ProofError::unknown_participant};
        case ledger::SignatureFault::repeated_participant:
            return Failure{ProofError::repeated_participant};
        case ledger::SignatureFault::too_few_participants:
            return Failure{ProofError::too_few_participants};
        case ledger::SignatureFault::bad_signature:
            return Failure{ProofError::bad_signature};
        default:
            return Failure{ProofError::malformed};
    }
}

Verdict verify_state_proof(const Value& result, const VerifierKeys& keys, std::size_t n,
                           std::size_t f, std::int64_t now, std::int64_t freshness_s) {
    if (!result.is_object()) return Failure{ProofError::malformed};
    if (result.text_at("type") == ledger::txn_type::get_txn) {
        const auto signed_root = signed_root_of(result.find("state_proof"));
        if (!signed_root) return Failure{signed_root.error()};
        if (Verdict verdict = check_txn(result, *signed_root); !verdict) return verdict;
        return verify_multi_signature(*signed_root->multi_signature, keys, n, f);
    }

    const auto claims = claims_of(result);
    if (!claims) return Failure{claims.error()};
    const Value* verified = nullptr;
    for (const StateClaim& claim : *claims) {
        const auto signed_root = signed_root_of(claim.proof);
        if (!signed_root) return Failure{signed_root.error()};
        if (Verdict verdict = check_claim(claim, *signed_root); !verdict) return verdict;
        const std::int64_t time = claim.as_of.value_or(now);
        if (!is_fresh(signed_root->timestamp, time, freshness_s)) return Failure{ProofError::stale};
        if (verified && *verified == *signed_root->multi_signature) continue;
        Verdict verdict = verify_multi_signature(*signed_root->multi_signature, keys, n, f);
        if (!verdict) return verdict;
        verified = signed_root->multi_signature;
    }
    return {};
}

Verdict check_answers_question(const Value& operation, const Value& result) {
    constexpr Failure<ProofError> other{ProofError::wrong_question};
    if (!operation.is_object() || !result.is_object()) return Failure{ProofError::malformed};
    const std::string_view type = operation.text_at("type");
    if (result.text_at("type") != type) return other;
    if (type == ledger::txn_type::get_txn) {
        const Value* data = operation.find("data");
        const Value* seq_no = result.find("seqNo");
        if (!data || (seq_no && *data != *seq_no)) return other;
        const auto signed_root = signed_root_of(result.find("state_proof"));
        const Value* ledger_id = operation.find("ledgerId");
        const std::int64_t asked =
            ledger_id ? ledger_id->integer().value_or(-1) : ledger::number_of(Ledger::domain);
        if (signed_root && signed_root->ledger_id != asked)
            return Failure{ProofError::wrong_ledger};
        return {};
    }
    for (const encoding::Member& member : *operation.object()) {
        // In all answers but that to GET_NYM the number is the value's own, not the one asked for.
        if (member.key == "seqNo" && type != ledger::txn_type::get_nym) continue;
        const Value* echo = result.find(member.key);
        if (!echo) return other;
        if (member.key != "data") {
            if (*echo != member.value) return other;
            continue;
        }
        // The answer's data takes the place of the question's and repeats what was in it.
        if (!member.value.is_object() || !echo->is_object()) return other;
        for (const encoding::Member& asked : *member.value.object()) {
            const Value* inner = echo->find(asked.key);
            if (!inner || *inner != asked.value) return other;
        }
    }
    return {};
}

}  // namespace stadtbuch::client
