// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/ledger/pool_chain.hpp"

#include <algorithm>
#include <set>

#include "ssi/ledger/effects.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/msgpack.hpp"
#include "storage/encoding/text.hpp"
#include "storage/hash/hash.hpp"

namespace stadtbuch::ledger {

using encoding::Value;

namespace {

/// Everything is resident: the trie is built here from nothing.
struct NoNodes : trie::NodeSource {
    std::optional<Bytes> load(const Hash32&) const override { return std::nullopt; }
};

const NoNodes no_nodes;

struct Participants {
    std::vector<std::string_view> names;
    std::vector<bls::VerKey> keys;
};

Result<Participants, SignatureFault> participants_of(const Value& multi_signature,
                                                     const SignerKeys& keys) {
    const Value* list = multi_signature.find("participants");
    if (list == nullptr || !list->is_array()) return Failure{SignatureFault::malformed};
    Participants out;
    std::set<std::string_view> seen;
    for (const Value& one : *list->array()) {
        if (!one.is_text()) return Failure{SignatureFault::malformed};
        const auto key = keys.find(*one.text());
        if (key == keys.end()) return Failure{SignatureFault::unknown_participant};
        if (!seen.insert(*one.text()).second) return Failure{SignatureFault::repeated_participant};
        out.names.push_back(*one.text());
        out.keys.push_back(key->second);
    }
    return out;
}

/// The members of the pool after some transaction.
struct Members {
    SignerKeys keys;
    std::size_t count = 0;  ///< validators, with or without a key

    [[nodiscard]] std::size_t quorum() const { return count - (count < 4 ? 0 : (count - 1) / 3); }
};

std::optional<SignatureFault> fault_in(const Value& multi_signature, const Members& members) {
    return multi_signature_fault(multi_signature, members.keys, members.quorum());
}

/// Decoded keys by their text; decoding one costs a third of a pairing.
using KeyCache = std::map<std::string, std::optional<bls::VerKey>, std::less<>>;

/// Null unless the text is a key; with `is_proved`, unless its possession is proved, too.
const bls::VerKey* key_of(const Value& node, bool is_proved, KeyCache& cache) {
    const std::string_view text = node.text_at("blskey");
    const std::string_view proof_text = node.text_at("blskey_pop");
    const std::string name =
        (is_proved ? std::string(proof_text) + " " : std::string()) + std::string(text);
    const auto known = cache.find(name);
    if (known != cache.end()) return known->second ? &*known->second : nullptr;
    auto& place = cache[name];
    auto key = bls::VerKey::from_base58(text);
    if (!key) return nullptr;
    if (is_proved) {
        const auto proof = bls::Signature::from_base58(proof_text);
        if (!proof || !bls::verify_possession(*proof, *key)) return nullptr;
    }
    place = *std::move(key);
    return &*place;
}

}  // namespace

std::string_view to_text(SignatureFault fault) {
    switch (fault) {
        case SignatureFault::malformed:
            return "it is malformed";
        case SignatureFault::unknown_participant:
            return "a participant is no member with a key";
        case SignatureFault::repeated_participant:
            return "a participant is named twice";
        case SignatureFault::too_few_participants:
            return "too few members signed";
        case SignatureFault::bad_signature:
            return "the multi-signature is wrong";
        case SignatureFault::unknown_pool_state:
            return "it names a state of the pool that does not follow from the genesis";
        case SignatureFault::wrong_root:
            return "the transactions do not lead to the signed roots";
        case SignatureFault::bad_transaction:
            return "a transaction of the pool ledger is malformed";
        case SignatureFault::no_overlap:
            return "too few of the members known before vouch for the new ones";
    }
    return "unknown";
}

std::optional<SignatureFault> multi_signature_fault(const Value& multi_signature,
                                                    const SignerKeys& keys, std::size_t needed) {
    const Value* value = multi_signature.find("value");
    const Value* text = multi_signature.find("signature");
    if (value == nullptr || !value->is_object() || text == nullptr || !text->is_text()) {
        return SignatureFault::malformed;
    }
    const auto participants = participants_of(multi_signature, keys);
    if (!participants) return participants.error();
    if (participants->keys.empty() || participants->keys.size() < needed) {
        return SignatureFault::too_few_participants;
    }
    const auto signature = bls::Signature::from_base58(*text->text());
    if (!signature ||
        !bls::verify_multi(*signature, encoding::msgpack_encode(*value), participants->keys)) {
        return SignatureFault::bad_signature;
    }
    return std::nullopt;
}

struct PoolChain::Impl {
    Head head;
    IdentityDirectory identities{1};
    merkle::Frontier log;
    /// After each transaction: base58 of the pool state's root, which signatures name, and the
    /// members then.
    std::vector<std::pair<std::string, std::shared_ptr<const Members>>> history;
    KeyCache cache;

    Impl() : head(fresh_head()) {}

    static Head fresh_head() {
        Head made;
        for (std::size_t i = 0; i < state_count; ++i)
            made.states.emplace_back(no_nodes, trie::blank_root());
        return made;
    }

    [[nodiscard]] const Members& newest() const { return *history.back().second; }

    /// What transactions would make of this chain, without touching it.
    struct Growth {
        Head head;
        merkle::Frontier log;
        std::vector<std::pair<std::string, std::shared_ptr<const Members>>> history;
    };

    std::optional<Growth> grown(const std::vector<Value>& txns, bool is_proved) {
        Growth growth{head, log, {}};
        std::vector<merkle::Node> created;
        for (const Value& txn : txns) {
            const auto seen = view_txn(txn);
            if (!seen || seen->type != txn_type::node) return std::nullopt;
            WorkingState state(growth.head, identities, nullptr);
            if (!apply_pool_effects(state, *seen)) return std::nullopt;
            created.clear();
            growth.log.append(hash::leaf_hash(leaf_bytes(txn)), created);
            growth.history.emplace_back(
                encoding::base58_encode(growth.head.state(Ledger::pool).root()),
                members_of(growth.head, is_proved));
        }
        return growth;
    }

    /// A key that the newest members have already needs no proof.
    std::shared_ptr<const Members> members_of(Head& version, bool is_proved) {
        auto members = std::make_shared<Members>();
        version.state(Ledger::pool).for_each([&](BytesView, BytesView value) {
            const auto node = encoding::parse_json(text_of(value));
            if (!node || !is_validator_list(node->find("services"))) return;
            ++members->count;
            const std::string alias(node->text_at("alias"));
            const bls::VerKey* key = key_of(*node, false, cache);
            if (key == nullptr) return;
            if (is_proved && !has_now(alias, *key)) key = key_of(*node, true, cache);
            if (key != nullptr) members->keys.insert_or_assign(alias, *key);
        });
        return members;
    }

    [[nodiscard]] bool has_now(std::string_view alias, const bls::VerKey& key) const {
        if (history.empty()) return false;
        const auto known = newest().keys.find(alias);
        return known != newest().keys.end() && known->second == key;
    }

    /// Signers whose keys are those of the newest members.
    [[nodiscard]] std::size_t count_known(const Value& multi_signature,
                                          const Members& signers) const {
        const auto participants = participants_of(multi_signature, signers.keys);
        std::size_t known = 0;
        for (std::size_t i = 0; participants && i < participants->names.size(); ++i) {
            if (has_now(participants->names[i], participants->keys[i])) ++known;
        }
        return known;
    }

    void take(Growth growth) {
        head = std::move(growth.head);
        log = std::move(growth.log);
        history.insert(history.end(), growth.history.begin(), growth.history.end());
    }
};

PoolChain::PoolChain(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

PoolChain::PoolChain(PoolChain&&) noexcept = default;
PoolChain& PoolChain::operator=(PoolChain&&) noexcept = default;
PoolChain::~PoolChain() = default;

std::optional<PoolChain> PoolChain::from_genesis(const std::vector<Value>& txns) {
    auto impl = std::make_unique<Impl>();
    auto growth = impl->grown(txns, false);
    if (!growth || txns.empty()) return std::nullopt;
    // The pool began with all of its genesis; a single founder's entry was never a pool of one
    // member. What was ordered later has a time.
    std::size_t founders = 0;
    while (founders < txns.size() && !view_txn(txns[founders])->time) ++founders;
    auto& states = growth->history;
    if (founders > 1)
        states.erase(states.begin(), states.begin() + static_cast<std::ptrdiff_t>(founders - 1));
    impl->take(*std::move(growth));
    return PoolChain(std::move(impl));
}

std::uint64_t PoolChain::size() const {
    return impl_->log.size();
}

Hash32 PoolChain::root() const {
    return impl_->log.root();
}

std::optional<SignatureFault> PoolChain::extend(const std::vector<Value>& txns,
                                                const Value& multi_signature) {
    const Value* value = multi_signature.find("value");
    const Value* ledger_id = value == nullptr ? nullptr : value->find("ledger_id");
    if (ledger_id == nullptr) return SignatureFault::malformed;
    auto growth = impl_->grown(txns, true);
    if (!growth || txns.empty()) return SignatureFault::bad_transaction;
    const bool is_over_pool = ledger_id->integer() == number_of(Ledger::pool);
    const std::string& reached = growth->history.back().first;
    const std::string_view signing_state = value->text_at("pool_state_root_hash");
    const bool leads_there = is_over_pool ? value->text_at("txn_root_hash") ==
                                                    encoding::base58_encode(growth->log.root()) &&
                                                value->text_at("state_root_hash") == reached
                                          : signing_state == reached;
    if (!leads_there) return SignatureFault::wrong_root;
    // The batch that adds a member is signed by those before it, later freshness batches by those
    // of then.
    const Members& before = impl_->newest();
    const Members* named = signing_state == impl_->history.back().first ? &before : nullptr;
    for (const auto& [state, members] : growth->history) {
        if (state == signing_state) named = members.get();
    }
    if (named == nullptr) return SignatureFault::unknown_pool_state;
    std::optional<SignatureFault> fault;
    for (const Members* signers : {named, &before}) {
        const auto found = fault_in(multi_signature, *signers);
        if (!fault) fault = found;
        if (found) continue;
        const std::size_t known = impl_->count_known(multi_signature, *signers);
        if (known < before.quorum()) return SignatureFault::no_overlap;
        impl_->take(*std::move(growth));
        return std::nullopt;
    }
    return fault;
}

std::size_t PoolChain::reach(const std::vector<Value>& txns, const Value& multi_signature) const {
    const Value* value = multi_signature.find("value");
    const auto growth = value == nullptr ? std::nullopt : impl_->grown(txns, true);
    if (!growth) return 0;
    const std::string_view named = value->text_at("pool_state_root_hash");
    for (std::size_t count = growth->history.size(); count > 0; --count) {
        if (growth->history[count - 1].first == named) return count;
    }
    return 0;
}

std::optional<SignatureFault> PoolChain::fault_of(const Value& multi_signature) const {
    const Value* value = multi_signature.find("value");
    if (value == nullptr) return SignatureFault::malformed;
    constexpr std::size_t lag_max = 8;
    const std::string_view signing_state = value->text_at("pool_state_root_hash");
    const auto& history = impl_->history;
    const auto named = std::find_if(history.rbegin(), history.rend(),
                                    [&](const auto& one) { return one.first == signing_state; });
    if (named == history.rend()) return SignatureFault::unknown_pool_state;
    std::optional<SignatureFault> fault;
    for (auto members = named;
         members != history.rend() && members - named < static_cast<std::ptrdiff_t>(lag_max);
         ++members) {
        const auto found = fault_in(multi_signature, *members->second);
        if (!found) return std::nullopt;
        if (!fault) fault = found;
    }
    return fault;
}

}  // namespace stadtbuch::ledger
