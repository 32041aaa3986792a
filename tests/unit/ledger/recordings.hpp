// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The recorded client exchanges of the reference pool, read for tests (tests/data/indy/README.md).
#pragma once
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"

namespace stadtbuch::recordings {

inline std::string data_path(const std::string& name) {
    return std::string(STADTBUCH_TEST_DATA "/indy/") + name;
}

inline std::string read_file(const std::string& name) {
    std::ifstream in(data_path(name), std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

/// One value a line; blank lines left out. An unreadable line becomes null, which tests notice.
inline std::vector<encoding::Value> read_lines(const std::string& name) {
    std::vector<encoding::Value> rows;
    std::istringstream in(read_file(name));
    for (std::string line; std::getline(in, line);) {
        if (line.empty()) continue;
        auto row = encoding::parse_json(line);
        rows.push_back(row ? std::move(*row) : encoding::Value());
    }
    return rows;
}

using NodeFrames = std::map<std::string, std::vector<std::string>>;

struct Case {
    std::string id;
    std::string kind;
    std::string name;
    double time = 0;  ///< UNIX seconds at the end of the exchange
    std::optional<std::string>
        frame;  ///< the bytes sent; nullopt when only their length is recorded
    std::size_t frame_bytes = 0;
    std::optional<std::string> signing_input;
    encoding::Value result;   ///< what the client library returned
    NodeFrames raw_replies;   ///< to this frame
    NodeFrames node_replies;  ///< to this (identifier, reqId), neighbouring cases included

    /// Frames that answer this very frame.
    [[nodiscard]] const NodeFrames& replies() const {
        return raw_replies.empty() ? node_replies : raw_replies;
    }
};

inline NodeFrames frames_of(const encoding::Value* value) {
    NodeFrames frames;
    if (!value || !value->is_object()) return frames;
    for (const encoding::Member& member : *value->object()) {
        auto& list = frames[member.key];
        if (!member.value.is_array()) continue;
        for (const encoding::Value& frame : *member.value.array()) {
            if (frame.is_text()) list.push_back(*frame.text());
        }
    }
    return frames;
}

inline std::vector<Case> read_cases(const std::string& name) {
    std::vector<Case> cases;
    for (const encoding::Value& row : read_lines(name)) {
        Case one;
        if (const encoding::Value* id = row.find("id")) {
            one.id = id->is_text() ? *id->text() : std::to_string(id->integer().value_or(-1));
        }
        one.kind = row.text_at("kind");
        one.name = row.text_at("name");
        if (const encoding::Value* t = row.find("t")) {
            one.time = t->real().value_or(static_cast<double>(t->integer().value_or(0)));
        }
        const encoding::Value* hex = row.find("request_hex");
        const encoding::Value* text = row.find("request");
        if (hex && hex->is_text()) {
            one.frame = string_of(*encoding::hex_decode(*hex->text()));
        } else if (text && text->is_text()) {
            one.frame = *text->text();
        }
        const encoding::Value* length = row.find("request_len");
        one.frame_bytes = length && length->is_integer()
                              ? static_cast<std::size_t>(*length->integer())
                              : (one.frame ? one.frame->size() : 0);
        const encoding::Value* signing = row.find("signing_input");
        if (signing && signing->is_text()) one.signing_input = *signing->text();
        if (const encoding::Value* result = row.find("result")) one.result = *result;
        one.raw_replies = frames_of(row.find("raw_replies"));
        one.node_replies = frames_of(row.find("node_replies"));
        cases.push_back(std::move(one));
    }
    return cases;
}

/// Both recordings in the order in which they were made.
inline const std::vector<std::string>& case_files() {
    static const std::vector<std::string> files = {"client_cases.jsonl",
                                                   "client_cases_extra.jsonl"};
    return files;
}

/// Verkeys of DIDs, followed through the recording by the transactions that it shows.
class VerkeyBook {
  public:
    VerkeyBook() {
        for (const encoding::Value& txn : read_lines("domain_transactions_genesis.txn")) apply(txn);
    }

    void apply(const encoding::Value& txn) {
        const encoding::Value* body = txn.find("txn");
        if (!body || body->text_at("type") != "1") return;
        const encoding::Value& data = *body->find("data");
        const std::int64_t seq_no = txn.find("txnMetadata")->find("seqNo")->integer().value_or(0);
        const std::string did(data.text_at("dest"));
        auto [at, is_new] = keys_.try_emplace(did);
        if (seq_no <= at->second.seq_no) return;  // a repeated answer
        at->second.seq_no = seq_no;
        if (is_new || data.find("verkey")) at->second.verkey = data.text_at("verkey");
    }

    [[nodiscard]] std::optional<std::string> find(std::string_view did) const {
        const auto at = keys_.find(std::string(did));
        if (at == keys_.end()) return std::nullopt;
        return at->second.verkey;
    }

  private:
    struct Entry {
        std::int64_t seq_no = 0;
        std::string verkey;
    };

    std::map<std::string, Entry> keys_;
};

}  // namespace stadtbuch::recordings
