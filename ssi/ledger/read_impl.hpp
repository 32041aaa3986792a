// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The inside of ReadView; only its own sources include this.
#pragma once
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "ssi/ledger/read_view.hpp"
#include "ssi/ledger/state_keys.hpp"
#include "ssi/ledger/store_layout.hpp"
#include "storage/store/node_sources.hpp"
#include "storage/trie/caching_source.hpp"

namespace stadtbuch::ledger {

/// Trie nodes that all views of a reader share; nodes never change, so the live store serves every
/// view.
struct SharedNodes {
    SharedNodes(const store::Store& store, std::size_t bytes_max)
        : stored(store), cached(stored, bytes_max) {}

    store::StoredTrieNodes stored;
    trie::CachingNodeSource cached;
};

/// A value of one state version with what a reply needs to prove it.
struct ProvedEntry {
    std::optional<Bytes> value;
    std::optional<encoding::Value>
        proof;  ///< `state_proof` object; absent when no multi-signature is stored
};

struct ReadView::Impl {
    std::shared_ptr<SharedNodes> nodes;
    std::unique_ptr<store::Snapshot> snapshot;
    StoredHeads heads;
    /// Read from the snapshot once: reads of one view ask for the newest roots again and again.
    mutable std::mutex signatures_mutex;
    mutable std::vector<std::pair<Hash32, std::shared_ptr<const encoding::Value>>> signatures;

    [[nodiscard]] const merkle::Frontier& log(Ledger ledger) const {
        return heads.logs[index_of(ledger)];
    }

    [[nodiscard]] const Hash32& state_root(Ledger ledger) const {
        return heads.state_roots[index_of(ledger)];
    }

    [[nodiscard]] std::optional<Bytes> txn_bytes(Ledger ledger, std::uint64_t seq_no) const;
    [[nodiscard]] std::optional<encoding::Value> txn(Ledger ledger, std::uint64_t seq_no) const;
    [[nodiscard]] std::optional<std::string> attribute(const Hash32& hash) const;
    [[nodiscard]] std::optional<encoding::Value> multi_signature(const Hash32& state_root) const;
    [[nodiscard]] std::vector<Hash32> audit_path(Ledger ledger, std::uint64_t seq_no,
                                                 std::uint64_t size) const;

    [[nodiscard]] std::optional<Bytes> value(const Hash32& root, BytesView key) const;

    [[nodiscard]] std::optional<Bytes> value(const Hash32& root, std::string_view key) const {
        return value(root, view_of(key));
    }

    [[nodiscard]] ProvedEntry proved(const Hash32& root, BytesView key) const;

    [[nodiscard]] ProvedEntry proved(const Hash32& root, std::string_view key) const {
        return proved(root, view_of(key));
    }

    /// State root valid at a time; nullopt before the first batch.
    [[nodiscard]] std::optional<Hash32> root_at(Ledger ledger, std::int64_t time) const;
};

/// How one reply comes together; members in the reference's order.
class ReadReply {
  public:
    explicit ReadReply(const Request& request);

    void set_data(encoding::Value data) { data_ = std::move(data); }

    void set_origin(encoding::Value seq_no, encoding::Value time) {
        seq_no_ = std::move(seq_no);
        time_ = std::move(time);
    }

    void set_proof(std::optional<encoding::Value> proof) { proof_ = std::move(proof); }

    /// Members of the operation replace what the reply has of the same name (GET_NYM,
    /// GET_AUTH_RULE).
    void operation_wins() { operation_wins_ = true; }

    [[nodiscard]] encoding::Value result() &&;

  private:
    const Request& request_;
    encoding::Value data_, seq_no_, time_;
    std::optional<encoding::Value> proof_;
    bool operation_wins_ = false;
};

using ReadResult = Result<encoding::Value, Refusal>;

/// The version that `seqNo` or `timestamp` of the operation asks for; nullopt: before everything.
[[nodiscard]] Result<std::optional<Hash32>, Refusal> asked_root(const ReadView::Impl& view,
                                                                const Request& request,
                                                                Ledger ledger);
/// Text member of the operation, empty when absent.
[[nodiscard]] std::string_view operation_text(const Request& request, std::string_view member);
[[nodiscard]] Refusal read_refusal(std::string text);

struct RevocationDelta {
    encoding::Value issued = encoding::Array{}, revoked = encoding::Array{};
};

/// What changed between two entries of a registry; without an earlier one, the lists of the later
/// (indy-client-protocol §7.2).
[[nodiscard]] RevocationDelta revocation_delta(const encoding::Value& to,
                                               const encoding::Value* from, bool by_default);
/// ISSUANCE_BY_DEFAULT, also for a definition that does not say.
[[nodiscard]] bool issues_by_default(const encoding::Value* definition);

[[nodiscard]] ReadResult read_nym(const ReadView::Impl& view, const Request& request);
[[nodiscard]] ReadResult read_attr(const ReadView::Impl& view, const Request& request);
[[nodiscard]] ReadResult read_schema(const ReadView::Impl& view, const Request& request);
[[nodiscard]] ReadResult read_claim_def(const ReadView::Impl& view, const Request& request);
[[nodiscard]] ReadResult read_revoc_reg_def(const ReadView::Impl& view, const Request& request);
[[nodiscard]] ReadResult read_revoc_reg(const ReadView::Impl& view, const Request& request);
[[nodiscard]] ReadResult read_revoc_reg_delta(const ReadView::Impl& view, const Request& request);
[[nodiscard]] ReadResult read_taa(const ReadView::Impl& view, const Request& request);
[[nodiscard]] ReadResult read_taa_aml(const ReadView::Impl& view, const Request& request);
[[nodiscard]] ReadResult read_auth_rule(const ReadView::Impl& view, const Request& request);
[[nodiscard]] ReadResult read_frozen_ledgers(const ReadView::Impl& view, const Request& request);
[[nodiscard]] ReadResult read_flag(const ReadView::Impl& view, const Request& request);
[[nodiscard]] ReadResult read_txn(const ReadView::Impl& view, const Request& request);

}  // namespace stadtbuch::ledger
