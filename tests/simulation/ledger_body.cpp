// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "tests/simulation/ledger_body.hpp"

#include <algorithm>
#include <array>
#include <deque>

#include "node/execution/ledger_executor.hpp"
#include "ssi/keys/ed25519.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"
#include "storage/hash/hash.hpp"

namespace stadtbuch::simulation {
namespace {

using ledger::Ledger;

constexpr std::array<Ledger, 4> ledgers{Ledger::pool, Ledger::domain, Ledger::config,
                                        Ledger::audit};

std::string did_of(const std::string& name) {
    return encoding::base58_encode(hash::sha256(name).view().first(16));
}

std::string key_of(const std::string& name) {
    return encoding::base58_encode(hash::sha256(name));
}

/// The key of a node: validation wants a point of the curve.
std::string node_key_of(const std::string& name) {
    const Hash32 seed = hash::sha256(name);
    const auto pair = keys::Ed25519KeyPair::from_seed(seed.view());
    return pair ? encoding::base58_encode(pair->public_key().bytes) : std::string{};
}

/// 128 octets in base58, as a BLS key has; the toy signatures never look inside.
std::string bls_key_of(const std::string& name) {
    Bytes octets;
    for (int i = 0; i < 4; ++i) {
        const Hash32 part = hash::sha256(name + std::to_string(i));
        octets.insert(octets.end(), part.view().begin(), part.view().end());
    }
    return encoding::base58_encode(octets);
}

const std::string trustee = did_of("trustee");

std::string genesis_nym(const std::string& did, const char* role, const std::string& key,
                        std::size_t seq_no) {
    return R"({"reqSignature":{},"txn":{"data":{"dest":")" + did + R"(","role":")" + role +
           R"(","verkey":")" + key + R"("},"metadata":{},"type":"1"},"txnMetadata":{"seqNo":)" +
           std::to_string(seq_no) + R"(},"ver":"1"})";
}

std::string genesis_node(const std::string& name, std::size_t seq_no) {
    const std::string port = std::to_string(9700 + 2 * seq_no);
    const std::string other = std::to_string(9701 + 2 * seq_no);
    return R"({"reqSignature":{},"txn":{"data":{"data":{"alias":")" + name + R"(","blskey":")" +
           bls_key_of(name) + R"(","client_ip":"127.0.0.1","client_port":)" + other +
           R"(,"node_ip":"127.0.0.1","node_port":)" + port +
           R"(,"services":["VALIDATOR"]},"dest":")" + node_key_of(name) +
           R"("},"metadata":{"from":")" + did_of("steward of " + name) +
           R"("},"type":"0"},"txnMetadata":{"seqNo":)" + std::to_string(seq_no) + R"(},"ver":"1"})";
}

ledger::Genesis genesis_of(const std::vector<std::string>& names) {
    std::string pool;
    std::string domain = genesis_nym(trustee, "0", key_of("trustee"), 1) + "\n";
    for (std::size_t i = 0; i < names.size(); ++i) {
        pool += genesis_node(names[i], i + 1) + "\n";
        const std::string steward = "steward of " + names[i];
        domain += genesis_nym(did_of(steward), "2", key_of(steward), i + 2) + "\n";
    }
    auto parsed = ledger::parse_genesis(pool, domain);
    return parsed ? *parsed : ledger::Genesis{};
}

class LedgerBody final : public Body {
  public:
    LedgerBody(const LedgerRealm& realm, const std::vector<std::string>& genesis)
        : realm_(realm), genesis_(genesis_of(genesis)), store_(store::make_memory_store()) {}

    void power_on() override {
        auto opened = ledger::Execution::open(*store_, genesis_);
        if (!opened) {
            fault_ = "the ledgers do not open: " + opened.error().what;
            return;
        }
        execution_ = std::move(*opened);
        executor_ = std::make_unique<node::LedgerExecutor>(*execution_);
    }

    void power_off() override {
        open_.clear();
        executor_.reset();
        execution_.reset();
    }

    void wipe() override { store_ = store::make_memory_store(); }

    void save() override { saved_ = copy_of(*store_); }

    void put_back() override { store_ = copy_of(*saved_); }

    consensus::Executor& port() override { return *executor_; }

    std::optional<Parsed> know(const std::string& text) override {
        const auto parsed = realm_.parse(text);
        if (parsed) learn(text, *parsed);
        return parsed;
    }

    void learn(const std::string& text, const Parsed&) override {
        if (auto request = realm_.request(text))
            static_cast<void>(executor_->register_request(std::move(request)));
    }

    void forget(const std::string& digest) override { executor_->forget_request(digest); }

    bool has_executed(const std::string& text, const std::string&) override {
        const auto request = realm_.request(text);
        return request != nullptr && execution_->is_ordered(*request);
    }

    std::size_t open_write() override {
        Write write;
        for (ledger::CommittedBatch& batch : executor_->take_committed()) {
            write.commit_no = batch.commit_no;
            write.batch.append(std::move(batch.write));
        }
        static_cast<void>(executor_->take_rejected());
        const std::size_t octets = write.batch.bytes();
        open_.push_back(std::move(write));
        return octets;
    }

    void land_oldest() override {
        const Write write = std::move(open_.front());
        open_.pop_front();
        if (write.batch.empty()) return;
        if (!store_->write(write.batch, store::Durability::synced))
            fault_ = "the store refuses a write";
        if (execution_ != nullptr) execution_->mark_written(write.commit_no);
    }

    std::string fault() const override { return fault_; }

    std::string replay_difference() override {
        const auto fresh = store::make_memory_store();
        auto opened = ledger::Execution::open(*fresh, genesis_);
        if (!opened) return opened.error().what;
        ledger::Execution& again = **opened;
        for (const Ledger id : ledgers) {
            std::vector<std::string> texts;
            for (std::uint64_t seq = again.committed_size(id) + 1;
                 seq <= execution_->committed_size(id); ++seq) {
                texts.push_back(execution_->txn_json(id, seq).value_or(""));
            }
            if (texts.empty()) continue;
            const auto appended = again.append_caught_up(id, texts);
            if (!appended) return appended.error().what;
        }
        for (const Ledger id : ledgers) {
            if (!(again.committed_roots(id) == execution_->committed_roots(id)))
                return "ledger " + std::to_string(static_cast<int>(id)) +
                       " differs from its replay";
        }
        return {};
    }

    std::size_t requests_known() const override { return executor_->request_count(); }

  private:
    struct Write {
        store::Batch batch;
        std::uint64_t commit_no = 0;
    };

    static std::shared_ptr<store::Store> copy_of(const store::Store& from) {
        std::shared_ptr<store::Store> copy = store::make_memory_store();
        store::Batch all;
        for (std::size_t i = 0; i < store::column_count; ++i) {
            const auto column = static_cast<store::Column>(i);
            from.scan(column, {}, {}, [&](BytesView key, BytesView value) {
                all.put(column, key, value);
                return true;
            });
        }
        static_cast<void>(copy->write(all, store::Durability::synced));
        return copy;
    }

    const LedgerRealm& realm_;
    ledger::Genesis genesis_;
    std::shared_ptr<store::Store> store_;
    std::shared_ptr<store::Store> saved_;
    std::unique_ptr<ledger::Execution> execution_;
    std::unique_ptr<node::LedgerExecutor> executor_;
    std::deque<Write> open_;
    std::string fault_;
};

std::string request_text(std::uint64_t id, const std::string& author,
                         const std::string& operation) {
    static const std::string signature =
        "4jdyRzfQnDX4VnaPwVLayLhopAhqYZgGDvdHNR4rVHKxa73rXEjsBoGTCeH8Ny3v35eukim8EsVmpcPYEPZ9X9Ms";
    return R"({"identifier":")" + author + R"(","operation":)" + operation +
           R"(,"protocolVersion":2,"reqId":)" + std::to_string(1'700'000'000 + id) +
           R"(,"signature":")" + signature + R"("})";
}

}  // namespace

std::unique_ptr<Body> LedgerRealm::make_body(const std::vector<std::string>& genesis) const {
    return std::make_unique<LedgerBody>(*this, genesis);
}

std::string LedgerRealm::text_of(const ToyRequest& request) const {
    const std::string number = std::to_string(request.id);
    if (request.ledger == consensus::LedgerId::pool) {
        const std::string name = "Node" + std::to_string(request.id % 4 + 1);
        return request_text(request.id, did_of("steward of " + name),
                            R"({"data":{"alias":")" + name +
                                R"(","client_ip":"127.0.0.1","client_port":)" +
                                std::to_string(10'000 + request.id % 5000) +
                                R"(,"node_ip":"127.0.0.1","node_port":)" +
                                std::to_string(20'000 + request.id % 5000) + R"(},"dest":")" +
                                node_key_of(name) + R"(","type":"0"})");
    }
    if (request.ledger == consensus::LedgerId::config) {
        return request_text(request.id, trustee,
                            R"({"aml":{"how":"so"},"type":"5","version":"v)" + number + R"("})");
    }
    // A steward may not make trustees: dynamic validation refuses it.
    const bool refused = request.amount % 7 == 0;
    const std::string role = refused ? R"(,"role":"0")" : "";
    return request_text(request.id, refused ? did_of("steward of Node1") : trustee,
                        R"({"dest":")" + did_of("somebody " + number) + "\"" + role +
                            R"(,"type":"1","verkey":")" + key_of("somebody " + number) + R"("})");
}

ledger::RequestPtr LedgerRealm::request(const std::string& text) const {
    const auto known = parsed_.find(text);
    if (known != parsed_.end()) return known->second;
    ledger::RequestPtr made;
    if (auto json = encoding::parse_json(text)) {
        auto request = ledger::parse_request(std::move(*json));
        if (request) made = std::make_shared<const ledger::Request>(std::move(*request));
    }
    return parsed_.emplace(text, made).first->second;
}

std::optional<Parsed> LedgerRealm::parse(const std::string& text) const {
    const ledger::RequestPtr made = request(text);
    if (made == nullptr) return std::nullopt;
    const auto ledger = ledger::ledger_of_type(made->type);
    if (!ledger) return std::nullopt;
    return Parsed{made->digest, node::ledger_id_of(*ledger)};
}

BlsModel ledger_bls() {
    BlsModel model = toy_bls();
    model.key = bls_key_of;
    model.wrong = [](const std::vector<consensus::ShareCheck::Share>& shares, BytesView text) {
        std::vector<std::size_t> out;
        for (std::size_t i = 0; i < shares.size(); ++i) {
            if (shares[i].signature != toy_share(shares[i].node, text)) out.push_back(i);
        }
        return out;
    };
    model.verify = [](const consensus::ProofCheck& check) {
        std::vector<std::string> shares;
        for (const std::string& key : check.keys) {
            for (int i = 1; i <= 16; ++i) {
                const std::string name = "Node" + std::to_string(i);
                if (bls_key_of(name) == key) shares.push_back(toy_share(name, check.text));
            }
        }
        return toy_multi(shares) == check.signature;
    };
    return model;
}

}  // namespace stadtbuch::simulation
