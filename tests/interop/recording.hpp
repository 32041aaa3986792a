// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// A recording of a pool, read from a folder (format: README of tests/data/indy). Files that a
// recording may lack leave their part empty; what is there must be readable.
#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "ssi/ledger/execution.hpp"
#include "storage/base/bytes.hpp"
#include "storage/encoding/value.hpp"

namespace stadtbuch::interop {

/// Ends the run: a file that cannot be read, or the first difference.
struct ReplayFailed : std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct LedgerRow {
    std::string where;  ///< file and row
    std::uint64_t seq_no = 0;
    encoding::Value txn;
    Bytes raw;
    std::string leaf_hash, root_after;
    std::optional<std::string> state_root_after;
};

struct ClientCase {
    std::string where;
    double time = 0;
    std::string kind, name, via, request;
    bool request_is_text = false;
    std::optional<Bytes> frame;  ///< when what was sent is no text
    /// All frames by node; cases that share (identifier, reqId) hold their neighbours' too.
    std::map<std::string, std::vector<std::string>> frames;
    /// What each node sent back to just this frame (raw cases).
    std::map<std::string, std::vector<std::string>> answers;
};

struct PrePrepare {
    std::string where;
    std::uint64_t view_no = 0, pp_seq_no = 0;
    std::int64_t pp_time = 0;
    ledger::Ledger ledger = ledger::Ledger::domain;
    std::vector<std::string> digests;
    std::vector<std::uint32_t> discarded;
    std::string digest;
    std::optional<std::string> state_root, txn_root, pool_state_root, audit_root;
};

struct MultiSignature {
    std::string where;
    encoding::Value object;  ///< {"signature","participants","value"}
};

struct Recording {
    std::string folder;
    std::string pool_genesis, domain_genesis;
    std::array<std::vector<LedgerRow>, ledger::ledger_count> ledgers;
    std::vector<ClientCase> cases;
    /// Master instance, by digest and ppSeqNo (empty batches of one second share their digest);
    /// several messages of the same batch count once.
    std::map<std::pair<std::string, std::uint64_t>, PrePrepare> pre_prepares;
    /// Requests by full digest, from client cases and PROPAGATEs.
    std::map<std::string, ledger::RequestPtr> requests;
    /// Attribute texts by hash (hex), from the side store.
    std::map<std::string, std::string> attributes;
    std::vector<MultiSignature> multi_signatures;
    std::optional<encoding::Value> side_stores;
    std::array<std::optional<encoding::Value>, ledger::state_count> states;
    std::vector<encoding::Value> bls_rows;
};

[[nodiscard]] Recording load_recording(const std::string& folder);

[[nodiscard]] encoding::Value parse_or_fail(std::string_view text, const std::string& where);
/// Text member, or fails.
[[nodiscard]] std::string text_at(const encoding::Value& object, std::string_view key,
                                  const std::string& where);
[[nodiscard]] Bytes hex_or_fail(std::string_view hex, const std::string& where);

}  // namespace stadtbuch::interop
