// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// A small pool for tests of execution: genesis of the recordings, requests with a signature that
// nobody checks here (execution does not verify signatures).
#pragma once
#include <catch2/catch.hpp>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "ssi/ledger/execution.hpp"
#include "ssi/ledger/read_view.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"
#include "storage/hash/hash.hpp"

namespace ledger_test {

using namespace stadtbuch;
using ledger::Ledger;

inline const std::string trustee = "V4SGRU86Z58d6TV7PBUe6f";
inline const std::string steward = "Th7MpTaRZVRYnPiabds81Y";  // of Node1

inline std::string file_text(const std::string& name) {
    std::ifstream in(std::string(STADTBUCH_TEST_DATA) + "/indy/" + name, std::ios::binary);
    REQUIRE(in);
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
}

inline ledger::Genesis genesis() {
    auto parsed = ledger::parse_genesis(file_text("pool_transactions_genesis.txn"),
                                        file_text("domain_transactions_genesis.txn"));
    REQUIRE(parsed);
    return *parsed;
}

inline const std::string dummy_signature =
    "4jdyRzfQnDX4VnaPwVLayLhopAhqYZgGDvdHNR4rVHKxa73rXEjsBoGTCeH8Ny3v35eukim8EsVmpcPYEPZ9X9Ms";

/// A request of `author`, with more signers as a multi-signed one.
inline ledger::RequestPtr request(const std::string& author, const std::string& operation,
                                  const std::vector<std::string>& signers = {},
                                  const std::string& more = "") {
    static std::uint64_t req_id = 1'795'266'829'000'000'000;
    std::string text = "{\"identifier\":\"" + author + "\",\"operation\":" + operation +
                       ",\"protocolVersion\":2,\"reqId\":" + std::to_string(++req_id) + more;
    if (signers.empty()) {
        text += ",\"signature\":\"" + dummy_signature + "\"}";
    } else {
        text += ",\"signatures\":{";
        for (std::size_t i = 0; i < signers.size(); ++i) {
            text += (i > 0 ? ",\"" : "\"") + signers[i] + "\":\"" + dummy_signature + "\"";
        }
        text += "}}";
    }
    auto object = encoding::parse_json(text);
    REQUIRE(object);
    auto parsed = ledger::parse_request(std::move(*object));
    if (!parsed) FAIL(parsed.error().reason);
    return std::make_shared<const ledger::Request>(std::move(*parsed));
}

/// A DID made from a name, and its abbreviated verkey's full form.
inline std::string did_of(const std::string& name) {
    return encoding::base58_encode(hash::sha256(name).view().first(16));
}

inline std::string key_of(const std::string& name) {
    return encoding::base58_encode(hash::sha256(name));
}

inline std::string nym(const std::string& dest, const std::string& more = "") {
    return "{\"type\":\"1\",\"dest\":\"" + dest + "\"" + more + "}";
}

/// Owns a store and an execution on it; batches are ordered one after the other.
class Pool {
  public:
    explicit Pool(std::shared_ptr<store::Store> store = store::make_memory_store())
        : store_(std::move(store)) {
        open();
    }

    void open() {
        auto opened = ledger::Execution::open(*store_, genesis());
        if (!opened) FAIL(opened.error().what);
        execution_ = std::move(*opened);
    }

    ledger::Execution& execution() { return *execution_; }

    store::Store& store() { return *store_; }

    ledger::ReadView view() { return *ledger::Reader(*store_).view(); }

    ledger::Applied propose(Ledger ledger, std::vector<ledger::RequestPtr> requests) {
        time_ += 1;
        auto applied = execution_->apply({ledger, time_, requests, true});
        pp_seq_no_ = execution_->uncommitted_size(Ledger::audit) + 1;
        static_cast<void>(execution_->seal({0, pp_seq_no_, "00", {"Node1", "Node2"}}));
        return applied;
    }

    ledger::CommittedBatch commit() {
        auto batch = execution_->commit_oldest();
        REQUIRE(store_->write(batch.write, store::Durability::synced));
        execution_->mark_written(batch.commit_no);
        return batch;
    }

    /// One request in a batch of its own; the refusal's text, or empty.
    std::string order(const ledger::RequestPtr& one) {
        const auto ledger = ledger::ledger_of_type(one->type);
        REQUIRE(ledger);
        const auto applied = propose(*ledger, {one});
        static_cast<void>(commit());
        if (applied.discarded.empty()) return "";
        const auto& refusal = applied.discarded[0].refusal;
        if (refusal.text.empty()) return "(refused without a text)";
        return refusal.text + (refusal.code ? " #" + std::to_string(*refusal.code) : "");
    }

    std::string state_text(Ledger ledger, const std::string& key) {
        const auto value = view().state_value(ledger, view_of(key));
        return value ? string_of(*value) : "absent";
    }

    std::string nym_text(const std::string& did) {
        const auto value = view().state_value(Ledger::domain, hash::sha256(did).view());
        return value ? string_of(*value) : "absent";
    }

    std::int64_t time() const { return time_; }

    void set_time(std::int64_t time) { time_ = time; }

  private:
    std::shared_ptr<store::Store> store_;
    std::unique_ptr<ledger::Execution> execution_;
    std::int64_t time_ = 1'800'000'000;
    std::uint64_t pp_seq_no_ = 0;
};

}  // namespace ledger_test
