// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/client/receipt.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "ssi/client/pool.hpp"
#include "ssi/did/did.hpp"
#include "ssi/ledger/did_answers.hpp"
#include "ssi/ledger/pool_chain.hpp"
#include "ssi/ledger/state_keys.hpp"
#include "ssi/ledger/txn.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"
#include "storage/hash/hash.hpp"
#include "storage/trie/trie.hpp"

namespace stadtbuch::client {

using encoding::Array;
using encoding::Object;
using encoding::Value;
using ledger::Ledger;

namespace {

using Checked = std::optional<ReceiptFault>;

ReceiptFault fault_at(const char* list, std::size_t index, std::string what) {
    return {std::string(list) + "[" + std::to_string(index) + "]", std::move(what)};
}

const Array* list_of(const Value& receipt, const char* name, std::size_t items_max) {
    const Value* list = receipt.find(name);
    const bool fits = list != nullptr && list->is_array() && list->array()->size() <= items_max;
    return fits ? list->array() : nullptr;
}

std::optional<std::uint64_t> number_at(const Value& object, const char* name) {
    const Value* number = object.find(name);
    return number == nullptr ? std::nullopt : number->unsigned_integer();
}

struct SignedRoot {
    Ledger ledger = Ledger::domain;
    std::uint64_t size = 0;
    Hash32 txn_root;
    Hash32 state_root;
    std::int64_t timestamp = 0;
};

struct ProvedFact {
    std::size_t root = 0;
    ledger::Moment moment;
    Bytes key;
    std::optional<std::string> value;
};

struct ProvedTxn {
    std::size_t root = 0;
    std::uint64_t seq_no = 0;
    Value txn;
};

/// Takes a receipt apart and checks each part; what passed is kept.
class Judge {
  public:
    Judge(const Value& receipt, const ReceiptLimits& limits) : receipt_(receipt), limits_(limits) {}

    Checked check_head() const;
    Checked check_pool(ledger::PoolChain& chain) const;
    Checked check_roots(const ledger::PoolChain& chain);
    Checked check_txns();
    Checked check_texts();
    Checked check_facts();
    /// Each value was written by an entry that is here.
    Checked check_origins() const;
    /// Each state that was asked for by time was the one of that time.
    Checked check_moments();
    Checked check_answer();

    [[nodiscard]] ReceiptVerdict verdict(const ledger::PoolChain& chain) const;

    [[nodiscard]] const std::vector<ProvedFact>& facts() const { return facts_; }

    [[nodiscard]] const std::vector<ProvedTxn>& txns() const { return txns_; }

    [[nodiscard]] const std::map<Hash32, std::string>& texts() const { return texts_; }

  private:
    [[nodiscard]] const ProvedTxn* txn_of(Ledger ledger, std::uint64_t seq_no) const;
    [[nodiscard]] bool writes(const Value& txn, const Bytes& key) const;
    [[nodiscard]] Checked check_did_answer(const std::string& question);
    [[nodiscard]] Checked check_entry_answer(const std::string& question);

    void seen_until(std::int64_t time) { as_of_ = as_of_ ? std::min(*as_of_, time) : time; }

    const Value& receipt_;
    const ReceiptLimits& limits_;
    std::vector<SignedRoot> roots_;
    std::vector<ProvedFact> facts_;
    std::vector<ProvedTxn> txns_;
    std::map<Hash32, std::string> texts_;
    std::set<std::string> signers_;
    std::optional<std::int64_t> as_of_;
};

/// The facts of a receipt, for the code that made the answer.
class ReceiptFacts : public ledger::DomainFacts {
  public:
    explicit ReceiptFacts(const Judge& judge) : judge_(judge) {}

    Result<std::optional<std::string>, ledger::NoFact> value(const ledger::Moment& moment,
                                                             BytesView key) override {
        for (const ProvedFact& fact : judge_.facts()) {
            if (fact.moment == moment &&
                std::equal(key.begin(), key.end(), fact.key.begin(), fact.key.end())) {
                return fact.value;
            }
        }
        return Failure{ledger::NoFact{"the receipt lacks a value that the answer depends on"}};
    }

    Result<std::optional<std::int64_t>, ledger::NoFact> time_of(std::uint64_t seq_no) override {
        for (const ProvedTxn& txn : judge_.txns()) {
            const auto seen = ledger::view_txn(txn.txn);
            if (txn.seq_no == seq_no && seen) return seen->time;
        }
        return Failure{ledger::NoFact{"the receipt lacks the entry that the version names"}};
    }

    Result<std::optional<std::string>, ledger::NoFact> attribute(const Hash32& hash) override {
        const auto found = judge_.texts().find(hash);
        if (found != judge_.texts().end()) return std::optional(found->second);
        return Failure{ledger::NoFact{"the receipt lacks the text of an attribute"}};
    }

  private:
    const Judge& judge_;
};

Checked Judge::check_head() const {
    const Value* version = receipt_.find("version");
    if (receipt_.text_at("type") != "stadtbuch-receipt" || version == nullptr ||
        version->integer() != 1) {
        return ReceiptFault{"receipt", "this is no receipt of version 1"};
    }
    return std::nullopt;
}

Checked Judge::check_pool(ledger::PoolChain& chain) const {
    const Array* steps = list_of(receipt_, "pool", limits_.pool_steps_max);
    if (steps == nullptr) return ReceiptFault{"pool", "the list is missing or too long"};
    std::size_t txns_left = limits_.pool_txns_max;
    for (std::size_t i = 0; i < steps->size(); ++i) {
        const Value& step = (*steps)[i];
        const Array* txns = list_of(step, "txns", txns_left);
        const Value* signature = step.find("multiSignature");
        if (txns == nullptr || signature == nullptr)
            return fault_at("pool", i, "it is malformed or too long");
        txns_left -= txns->size();
        // A genesis file may hold some of these entries already; then the step begins after them.
        const auto first = txns->empty() ? std::nullopt : ledger::view_txn(txns->front());
        if (!first || first->seq_no == 0 || first->seq_no > chain.size() + 1) {
            return fault_at("pool", i,
                            "its entries do not follow what is known of the pool ledger");
        }
        const std::uint64_t known =
            std::min<std::uint64_t>(chain.size() + 1 - first->seq_no, txns->size());
        const std::vector<Value> rest(txns->begin() + static_cast<std::ptrdiff_t>(known),
                                      txns->end());
        if (rest.empty()) continue;
        if (const auto fault = chain.extend(rest, *signature))
            return fault_at("pool", i, std::string(to_text(*fault)));
    }
    return std::nullopt;
}

Checked Judge::check_roots(const ledger::PoolChain& chain) {
    const Array* roots = list_of(receipt_, "roots", limits_.roots_max);
    if (roots == nullptr || roots->empty())
        return ReceiptFault{"roots", "the list is missing, empty or too long"};
    for (std::size_t i = 0; i < roots->size(); ++i) {
        const Value* signature = (*roots)[i].find("multiSignature");
        const auto size = number_at((*roots)[i], "size");
        const Value* value = signature == nullptr ? nullptr : signature->find("value");
        if (value == nullptr || !size) return fault_at("roots", i, "it is malformed");
        if (const auto fault = chain.fault_of(*signature))
            return fault_at("roots", i, std::string(to_text(*fault)));
        const Value* id = value->find("ledger_id");
        const Value* timestamp = value->find("timestamp");
        const auto ledger =
            id == nullptr || !id->integer() ? std::nullopt : ledger::ledger_from(*id->integer());
        const auto txn_root = encoding::base58_decode32(value->text_at("txn_root_hash"));
        const auto state_root = encoding::base58_decode32(value->text_at("state_root_hash"));
        if (!ledger || timestamp == nullptr || !timestamp->integer() || !txn_root || !state_root) {
            return fault_at("roots", i, "the signed value is malformed");
        }
        roots_.push_back({*ledger, *size, *txn_root, *state_root, *timestamp->integer()});
        for (const Value& one : *signature->find("participants")->array())
            signers_.insert(*one.text());
    }
    return std::nullopt;
}

Checked Judge::check_txns() {
    constexpr std::size_t path_max = 64;
    const Array* txns = list_of(receipt_, "transactions", limits_.transactions_max);
    if (txns == nullptr) return ReceiptFault{"transactions", "the list is missing or too long"};
    for (std::size_t i = 0; i < txns->size(); ++i) {
        const Value& one = (*txns)[i];
        const auto root = number_at(one, "root");
        const Value* txn = one.find("txn");
        const Array* path = list_of(one, "path", path_max);
        if (!root || *root >= roots_.size() || txn == nullptr || path == nullptr) {
            return fault_at("transactions", i, "it is malformed");
        }
        const auto seen = ledger::view_txn(*txn);
        if (!seen) return fault_at("transactions", i, "it is no transaction");
        std::vector<Hash32> hashes;
        for (const Value& hash : *path) {
            const auto decoded =
                hash.is_text() ? encoding::base58_decode32(*hash.text()) : std::nullopt;
            if (!decoded) return fault_at("transactions", i, "its path is malformed");
            hashes.push_back(*decoded);
        }
        const SignedRoot& place = roots_[*root];
        const bool inside = seen->seq_no >= 1 && seen->seq_no <= place.size;
        if (!inside ||
            !merkle::verify_audit_path(hash::leaf_hash(ledger::leaf_bytes(*txn)), seen->seq_no - 1,
                                       place.size, hashes, place.txn_root)) {
            return fault_at("transactions", i, "its path does not lead to the signed root");
        }
        txns_.push_back({*root, seen->seq_no, *txn});
    }
    return std::nullopt;
}

Checked Judge::check_texts() {
    const Array* texts = list_of(receipt_, "texts", limits_.texts_max);
    if (texts == nullptr) return ReceiptFault{"texts", "the list is missing or too long"};
    for (std::size_t i = 0; i < texts->size(); ++i) {
        const std::string* text = (*texts)[i].text();
        if (text == nullptr) return fault_at("texts", i, "it is no text");
        texts_.emplace(hash::sha256(*text), *text);
    }
    return std::nullopt;
}

Checked Judge::check_facts() {
    const Array* facts = list_of(receipt_, "facts", limits_.facts_max);
    if (facts == nullptr) return ReceiptFault{"facts", "the list is missing or too long"};
    for (std::size_t i = 0; i < facts->size(); ++i) {
        const Value& one = (*facts)[i];
        const auto root = number_at(one, "root");
        const auto key = encoding::hex_decode(one.text_at("key"));
        const auto nodes = encoding::base64_decode(one.text_at("nodes"));
        const Value* value = one.find("value");
        const Value* moment = one.find("moment");
        const bool shaped = root && *root < roots_.size() && key && nodes && value != nullptr &&
                            moment != nullptr && (value->is_null() || value->is_text()) &&
                            (moment->is_null() || moment->integer());
        if (!shaped) return fault_at("facts", i, "it is malformed");
        const SignedRoot& place = roots_[*root];
        if (place.ledger != Ledger::domain)
            return fault_at("facts", i, "its root is not one of the domain ledger");
        const auto found = trie::verify_proof(place.state_root, *key, *nodes);
        if (!found)
            return fault_at("facts", i, "its nodes do not lead from the signed root to the key");
        const std::optional<std::string> claimed =
            value->is_null() ? std::nullopt : std::optional(*value->text());
        const std::optional<std::string> held =
            *found ? std::optional(string_of(**found)) : std::nullopt;
        if (claimed != held) return fault_at("facts", i, "the state holds another value");
        facts_.push_back({*root, moment->integer(), *key, claimed});
    }
    return std::nullopt;
}

const ProvedTxn* Judge::txn_of(Ledger ledger, std::uint64_t seq_no) const {
    const auto found = std::find_if(txns_.begin(), txns_.end(), [&](const ProvedTxn& txn) {
        return txn.seq_no == seq_no && roots_[txn.root].ledger == ledger;
    });
    return found == txns_.end() ? nullptr : &*found;
}

bool Judge::writes(const Value& txn, const Bytes& key) const {
    namespace type = ledger::txn_type;
    const auto seen = ledger::view_txn(txn);
    if (!seen) return false;
    const auto is_key = [&key](std::string_view text) { return text == text_of(key); };
    if (seen->type == type::nym)
        return text_of(ledger::nym_key(seen->text("dest")).view()) == text_of(key);
    if (seen->type == type::attrib) {
        const auto octets =
            encoding::hex_decode(seen->text("raw").empty() ? seen->text("enc") : seen->text("raw"));
        const auto text =
            octets && octets->size() == 32 ? texts_.find(hash32_of(*octets)) : texts_.end();
        const auto own =
            ledger::attrib_key_of(*seen, text == texts_.end() ? nullptr : &text->second);
        return own && is_key(*own);
    }
    if (seen->type == type::schema) return is_key(ledger::schema_key_of(*seen));
    if (seen->type == type::claim_def) return is_key(ledger::claim_def_key_of(*seen));
    if (seen->type == type::revoc_reg_def) return is_key(ledger::revoc_reg_def_key_of(*seen));
    if (seen->type != type::revoc_reg_entry) return false;
    const std::string_view registry = seen->text("revocRegDefId");
    return is_key(ledger::revoc_entry_key(registry)) || is_key(ledger::revoc_accum_key(registry));
}

Checked Judge::check_origins() const {
    for (std::size_t i = 0; i < facts_.size(); ++i) {
        if (!facts_[i].value) continue;
        const auto value = encoding::parse_json(*facts_[i].value);
        const Value* number = value ? value->find("lsn") : nullptr;
        if (value && number == nullptr) number = value->find("seqNo");
        const auto seq_no = number == nullptr ? std::nullopt : number->unsigned_integer();
        const ProvedTxn* txn = seq_no ? txn_of(Ledger::domain, *seq_no) : nullptr;
        if (txn == nullptr)
            return fault_at("facts", i, "the entry that wrote the value is not in the receipt");
        if (!writes(txn->txn, facts_[i].key))
            return fault_at("facts", i, "the entry that the value names wrote something else");
    }
    return std::nullopt;
}

Checked Judge::check_moments() {
    for (std::size_t i = 0; i < facts_.size(); ++i) {
        const SignedRoot& root = roots_[facts_[i].root];
        if (!facts_[i].moment) {
            seen_until(root.timestamp);
            continue;
        }
        const std::int64_t moment = *facts_[i].moment;
        // The last entry of the signed ledger: only there do all hashes of a path lie to the left,
        // so it cannot be claimed of an earlier one.
        const auto last = std::find_if(txns_.begin(), txns_.end(), [&](const ProvedTxn& txn) {
            return txn.root == facts_[i].root && txn.seq_no == root.size;
        });
        if (last == txns_.end())
            return fault_at("facts", i,
                            "the last entry before the time asked for is not in the receipt");
        const auto seen = ledger::view_txn(last->txn);
        if (seen->time.value_or(0) > moment)
            return fault_at("facts", i, "its state is of a later time");
        const ProvedTxn* next = txn_of(Ledger::domain, root.size + 1);
        if (next == nullptr) {
            seen_until(std::min(moment, root.timestamp));
            continue;
        }
        const auto later = ledger::view_txn(next->txn);
        if (later->time.value_or(0) <= moment)
            return fault_at("facts", i, "its state is of an earlier time");
        seen_until(moment);
    }
    return std::nullopt;
}

Checked Judge::check_did_answer(const std::string& question) {
    const auto url = did::parse_did_url(question);
    if (!url || (url->method != did::DidMethod::indy && url->method != did::DidMethod::sov)) {
        return ReceiptFault{"question", "it is no DID URL of a ledger"};
    }
    ReceiptFacts facts(*this);
    ledger::DidAnswer answer = ledger::answer_did_url(*url, facts);
    if (answer.outcome == ledger::DidAnswer::Outcome::unavailable ||
        answer.outcome == ledger::DidAnswer::Outcome::invalid) {
        return ReceiptFault{"answer", answer.reason};
    }
    const Object made{{"outcome", to_text(answer.outcome)},
                      {"content", std::move(answer.content)},
                      {"metadata", std::move(answer.metadata)}};
    if (Value(made) != *receipt_.find("answer"))
        return ReceiptFault{"answer", "it is not what the proved facts say"};
    return std::nullopt;
}

Checked Judge::check_entry_answer(const std::string& question) {
    for (const auto& [name, ledger] :
         {std::pair{"pool", Ledger::pool}, std::pair{"domain", Ledger::domain},
          std::pair{"config", Ledger::config}}) {
        const std::string prefix = "/ledger/" + std::string(name) + "/";
        if (!question.starts_with(prefix)) continue;
        for (const ProvedTxn& txn : txns_) {
            if (roots_[txn.root].ledger != ledger ||
                prefix + std::to_string(txn.seq_no) != question)
                continue;
            Value shown = txn.txn;
            ledger::to_expanded(shown, [this](const Hash32& hash) -> std::optional<std::string> {
                const auto text = texts_.find(hash);
                return text == texts_.end() ? std::nullopt : std::optional(text->second);
            });
            const Object made{
                {"outcome", "found"}, {"content", std::move(shown)}, {"metadata", Object{}}};
            if (Value(made) != *receipt_.find("answer"))
                return ReceiptFault{"answer", "it is not the entry that is proved"};
            seen_until(roots_[txn.root].timestamp);
            return std::nullopt;
        }
        return ReceiptFault{"question", "the entry asked for is not in the receipt"};
    }
    return ReceiptFault{"question", "it is neither a DID URL nor an entry of a ledger"};
}

Checked Judge::check_answer() {
    const Value* answer = receipt_.find("answer");
    if (answer == nullptr || !answer->is_object()) return ReceiptFault{"answer", "it is missing"};
    const std::string question(receipt_.text_at("question"));
    return question.starts_with("did:") ? check_did_answer(question) : check_entry_answer(question);
}

ReceiptVerdict Judge::verdict(const ledger::PoolChain& chain) const {
    ReceiptVerdict verdict;
    verdict.question = receipt_.text_at("question");
    verdict.answer = *receipt_.find("answer");
    verdict.as_of = as_of_.value_or(0);
    verdict.signers.assign(signers_.begin(), signers_.end());
    std::set<std::uint64_t> seq_nos;
    for (const ProvedTxn& txn : txns_) seq_nos.insert(txn.seq_no);
    verdict.seq_nos.assign(seq_nos.begin(), seq_nos.end());
    verdict.pool_size = chain.size();
    return verdict;
}

}  // namespace

ReceiptOutcome verify_receipt(const Value& receipt, std::string_view genesis_text,
                              const ReceiptLimits& limits) {
    Judge judge(receipt, limits);
    if (auto fault = judge.check_head()) return {std::nullopt, std::move(fault), std::nullopt};
    const auto genesis = PoolLedger::from_genesis(genesis_text);
    if (!genesis) return {std::nullopt, std::nullopt, genesis.error()};
    auto chain = ledger::PoolChain::from_genesis(genesis->txns());
    if (!chain) {
        return {std::nullopt, std::nullopt,
                Error{"SB-3001", "The genesis holds a transaction that is no NODE transaction.",
                      "genesis", ""}};
    }
    if (auto fault = judge.check_pool(*chain))
        return {std::nullopt, std::move(fault), std::nullopt};
    if (auto fault = judge.check_roots(*chain))
        return {std::nullopt, std::move(fault), std::nullopt};
    for (const auto check : {&Judge::check_txns, &Judge::check_texts, &Judge::check_facts,
                             &Judge::check_moments, &Judge::check_answer}) {
        if (auto fault = (judge.*check)()) return {std::nullopt, std::move(fault), std::nullopt};
    }
    if (auto fault = judge.check_origins()) return {std::nullopt, std::move(fault), std::nullopt};
    return {judge.verdict(*chain), std::nullopt, std::nullopt};
}

}  // namespace stadtbuch::client
