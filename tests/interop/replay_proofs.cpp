// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Every recorded proof and multi-signature, with the code of our own client and the keys of the
// recorded pool.
#include "consensus/bls/bls.hpp"
#include "ssi/client/proof.hpp"
#include "ssi/ledger/pool_nodes.hpp"
#include "ssi/ledger/rule_request.hpp"
#include "ssi/ledger/state_keys.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/msgpack.hpp"
#include "storage/encoding/text.hpp"
#include "storage/hash/hash.hpp"
#include "storage/store/node_sources.hpp"
#include "storage/trie/trie.hpp"
#include "tests/interop/replayer.hpp"

namespace stadtbuch::interop {

using client::VerifierKeys;
using encoding::Value;
using ledger::Ledger;

namespace {

/// The pool at a pool state root, read once.
struct PoolAt {
    VerifierKeys keys;
    std::size_t validators = 0;
};

class KeyRing {
  public:
    explicit KeyRing(const store::Snapshot& snapshot) : nodes_(snapshot) {}

    const PoolAt& at(const std::string& root, const std::string& where) {
        const auto known = by_root_.find(root);
        if (known != by_root_.end()) return known->second;
        const auto hash = encoding::base58_decode32(root);
        if (!hash || !nodes_.load(*hash))
            throw ReplayFailed(where + ": no pool state has the root " + root);
        PoolAt pool;
        trie::Trie(nodes_, *hash).for_each([&](BytesView key, BytesView value) {
            const auto node =
                ledger::pool_node_of(string_of(key), parse_or_fail(text_of(value), where));
            if (node.is_validator()) ++pool.validators;
            if (!node.bls_key) return;
            auto parsed = bls::VerKey::from_base58(*node.bls_key);
            if (!parsed)
                throw ReplayFailed(where + ": the BLS key of " + node.alias + " is not valid");
            pool.keys.emplace(node.alias, std::move(*parsed));
        });
        return by_root_.emplace(root, std::move(pool)).first->second;
    }

  private:
    store::StoredTrieNodes nodes_;
    std::map<std::string, PoolAt> by_root_;
};

/// Runs a check with the n of the pool state, then with one less: quorums follow the registry only
/// when the next view orders its first batch (plenum-consensus §7.2).
template <class Check>
Result<void, client::ProofError> with_quorum(const PoolAt& pool, Comparison& compare,
                                             const Check& check) {
    const std::size_t n = pool.validators;
    const auto verified = check(n, (n - 1) / 3);
    if (verified || verified.error() != client::ProofError::too_few_participants || n < 2)
        return verified;
    const auto before = check(n - 1, (n - 2) / 3);
    if (before) compare.count("multi-signatures with the quorum of the registry before");
    return before;
}

Bytes text_key(const std::string& text) {
    return bytes_of(std::string_view(text));
}

/// State keys that an answer of this type may prove.
std::vector<Bytes> proved_keys(const Value& operation) {
    const std::string_view type = operation.text_at("type");
    const auto text = [&](const char* member) { return operation.text_at(member); };
    if (type == "105") return {bytes_of(ledger::nym_key(text("dest")).view())};
    if (type == "104") {
        if (!text("hash").empty())
            return {text_key(ledger::attrib_key(text("dest"), text("hash")))};
        const std::string_view asked = text("raw").empty() ? text("enc") : text("raw");
        return {
            text_key(ledger::attrib_key(text("dest"), encoding::hex_encode(hash::sha256(asked))))};
    }
    if (type == "107") {
        const Value* data = operation.find("data");
        if (data == nullptr) return {};
        return {text_key(
            ledger::schema_key(text("dest"), data->text_at("name"), data->text_at("version")))};
    }
    if (type == "108") {
        return {text_key(ledger::claim_def_key(
            text("origin"), text("signature_type").empty() ? "CL" : text("signature_type"),
            ledger::ref_text(operation.find("ref")), text("tag").empty() ? "tag" : text("tag")))};
    }
    if (type == "115") return {text_key(std::string(text("id")))};
    if (type == "116") return {text_key(ledger::revoc_accum_key(text("revocRegDefId")))};
    if (type == "117") {
        return {text_key(ledger::revoc_accum_key(text("revocRegDefId"))),
                text_key(ledger::revoc_entry_key(text("revocRegDefId")))};
    }
    if (type == "6") {
        if (!text("digest").empty()) return {text_key(ledger::taa_digest_key(text("digest")))};
        if (!text("version").empty()) return {text_key(ledger::taa_version_key(text("version")))};
        return {text_key(std::string(ledger::taa_latest_key))};
    }
    if (type == "7") {
        if (!text("version").empty()) return {text_key(ledger::aml_version_key(text("version")))};
        return {text_key(std::string(ledger::aml_latest_key))};
    }
    if (type == "131") return {text_key(ledger::flag_key(text("name")))};
    if (type == "10") return {text_key(std::string(ledger::frozen_ledgers_key))};
    if (type == "121") {
        const auto key = ledger::rule_key_from(operation);
        if (key) return {text_key(ledger::auth_rule_key(key->text()))};
    }
    return {};
}

void verify_multi(KeyRing& ring, Comparison& compare, const Value& object,
                  const std::string& where) {
    const Value* value = object.find("value");
    if (value == nullptr) throw ReplayFailed(where + ": a multi-signature without value");
    const PoolAt& pool = ring.at(std::string(value->text_at("pool_state_root_hash")), where);
    const auto verified = with_quorum(pool, compare, [&](std::size_t n, std::size_t f) {
        return client::verify_multi_signature(object, pool.keys, n, f);
    });
    if (!verified)
        Comparison::fail(where, "multi-signature", "valid",
                         std::string(client::to_text(verified.error())));
}

/// The nodes of one proof lead from its root to what our state of that root holds.
void check_nodes(const Value& proof, const std::vector<Bytes>& keys,
                 const store::Snapshot& snapshot, const std::string& where) {
    const auto root = encoding::base58_decode32(proof.text_at("root_hash"));
    const auto nodes = encoding::base64_decode(proof.text_at("proof_nodes"));
    const Value* signature = proof.find("multi_signature");
    const Value* value = signature == nullptr ? nullptr : signature->find("value");
    if (!root || !nodes || value == nullptr)
        throw ReplayFailed(where + ": state_proof is incomplete");
    if (value->text_at("state_root_hash") != proof.text_at("root_hash")) {
        Comparison::fail(where, "state_root_hash", std::string(proof.text_at("root_hash")),
                         std::string(value->text_at("state_root_hash")));
    }
    const store::StoredTrieNodes stored(snapshot);
    for (const Bytes& key : keys) {
        const auto proved = trie::verify_proof(*root, key, *nodes);
        if (!proved) continue;
        const auto ours = trie::find(stored, *root, key);
        if (ours && *ours == *proved) return;
        Comparison::fail(where, "proved value", ours && *ours ? string_of(**ours) : "absent",
                         *proved ? string_of(**proved) : "absent");
    }
    Comparison::fail(where, "proof_nodes", "a path to the key asked for", "no such path");
}

}  // namespace

void Replayer::verify_proofs() {
    const auto view = reader_->view();
    KeyRing ring(view->snapshot());
    for (const ClientCase& one : recording_.cases) {
        if (!one.request_is_text) continue;
        const auto request = encoding::parse_json(one.request);
        const Value* operation = request ? request->find("operation") : nullptr;
        if (operation == nullptr || !operation->is_object()) continue;
        for (const auto& [node, frames] : one.frames) {
            for (const std::string& frame : frames) {
                if (frame.find("\"op\":\"REPLY\"") == std::string::npos) continue;
                const std::string where = one.where + " " + node;
                const Value message = parse_or_fail(frame, where);
                const Value* result = message.find("result");
                const Value* proof = result == nullptr ? nullptr : result->find("state_proof");
                if (proof == nullptr || result->text_at("type") != operation->text_at("type"))
                    continue;
                const Value* signature = proof->find("multi_signature");
                const Value* value = signature == nullptr ? nullptr : signature->find("value");
                if (value == nullptr)
                    throw ReplayFailed(where + ": state_proof without multi_signature");
                const PoolAt& pool =
                    ring.at(std::string(value->text_at("pool_state_root_hash")), where);
                const auto verified =
                    with_quorum(pool, compare_, [&](std::size_t n, std::size_t f) {
                        return client::verify_state_proof(*result, pool.keys, n, f, 0,
                                                          client::any_age);
                    });
                const std::vector<Bytes> keys = proved_keys(*operation);
                if (proof->find("proof_nodes") != nullptr && keys.empty()) {
                    compare_.count("state proofs: of a type whose keys are not known here");
                } else if (proof->find("proof_nodes") != nullptr) {
                    check_nodes(*proof, keys, view->snapshot(), where);
                    compare_.count("state proofs: nodes and value");
                }
                if (verified) {
                    compare_.count("state proofs: accepted by our client");
                    continue;
                }
                // What a client cannot judge from one answer (indy-client-protocol §7, notes); node
                // path, value and signature were checked here all the same.
                const auto error = verified.error();
                // GET_TXN of a ledger that grew without a change of its state, before the new
                // batch's shares were gathered: signature and path belong to two batches.
                const bool grew =
                    error == client::ProofError::wrong_root && operation->text_at("type") == "3";
                const bool is_known = grew || error == client::ProofError::unprovable_type ||
                                      error == client::ProofError::not_covered ||
                                      error == client::ProofError::wrong_value;
                if (!is_known)
                    Comparison::fail(where, "state proof", "valid",
                                     std::string(client::to_text(error)));
                verify_multi(ring, compare_, *signature, where);
                compare_.count("state proofs: valid, but not for one answer alone (" +
                               std::string(operation->text_at("type")) + ": " +
                               std::string(client::to_text(error)) + ")");
            }
        }
    }
}

void Replayer::verify_multi_signatures() {
    const auto view = reader_->view();
    KeyRing ring(view->snapshot());
    std::set<std::string> seen;
    for (const MultiSignature& one : recording_.multi_signatures) {
        compare_.count("multi-signatures found");
        if (!seen.insert(encoding::canonical_json(one.object)).second) continue;
        verify_multi(ring, compare_, one.object, one.where);
        compare_.count("multi-signatures verified (each once)");
    }
}

void Replayer::verify_bls_rows() {
    const auto view = reader_->view();
    KeyRing ring(view->snapshot());
    for (std::size_t i = 0; i < recording_.bls_rows.size(); ++i) {
        const Value& row = recording_.bls_rows[i];
        const std::string where = "bls_pool.jsonl row " + std::to_string(i + 1);
        const Bytes message = hex_or_fail(text_at(row, "message_hex", where), where);
        const auto value = encoding::msgpack_decode(message);
        if (!value) throw ReplayFailed(where + ": the message is no MessagePack");
        const VerifierKeys& keys =
            ring.at(std::string(value->text_at("pool_state_root_hash")), where).keys;
        const auto key_of = [&](const std::string& alias) -> const bls::VerKey& {
            const auto it = keys.find(alias);
            if (it == keys.end()) throw ReplayFailed(where + ": no key of " + alias);
            return it->second;
        };
        const bool is_multi = row.text_at("kind") == "multi";
        const auto signature = bls::Signature::from_base58(
            text_at(row, is_multi ? "multi_signature" : "signature", where));
        if (!signature) throw ReplayFailed(where + ": the signature is not valid");
        if (!is_multi) {
            if (!bls::verify(*signature, message, key_of(text_at(row, "node", where)))) {
                Comparison::fail(where, "signature", "valid", "not valid");
            }
            compare_.count("BLS shares");
            continue;
        }
        std::vector<bls::VerKey> signers;
        std::vector<bls::Signature> shares;
        const Value* names = row.find("signers");
        const Value* parts = row.find("signatures");
        if (names == nullptr || names->array() == nullptr || parts == nullptr ||
            parts->array() == nullptr) {
            throw ReplayFailed(where + ": no signers or signatures");
        }
        for (const Value& name : *names->array())
            signers.push_back(key_of(name.text() == nullptr ? "" : *name.text()));
        for (const Value& part : *parts->array()) {
            auto share = bls::Signature::from_base58(part.text() == nullptr ? "" : *part.text());
            if (!share) throw ReplayFailed(where + ": a share is not valid");
            shares.push_back(std::move(*share));
        }
        compare_.equal("BLS sums", where, "multi_signature", text_at(row, "multi_signature", where),
                       bls::aggregate(shares).to_base58());
        if (!bls::verify_multi(*signature, message, signers))
            Comparison::fail(where, "multi_signature", "valid", "not valid");
        compare_.count("BLS multi-signatures");
    }
}

}  // namespace stadtbuch::interop
