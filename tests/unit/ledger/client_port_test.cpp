// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include <catch2/catch.hpp>

#include "ssi/ledger/client_port.hpp"
#include "storage/hash/hash.hpp"
#include "storage/merkle/merkle.hpp"
#include "tests/unit/ledger/recordings.hpp"

using namespace stadtbuch;
using encoding::Value;
using ledger::ClientPort;
using ledger::Ledger;
using recordings::Case;

namespace {

constexpr std::array ledger_files = {"ledger_pool.jsonl", "ledger_domain.jsonl",
                                     "ledger_config.jsonl", "ledger_audit.jsonl"};

/// The recorded ledgers as they stood at a time.
class RecordedLedgers final : public ledger::CommittedLedgers {
  public:
    RecordedLedgers() {
        const auto stores = encoding::parse_json(recordings::read_file("side_stores.json"));
        for (const Value& row : *stores->find("attr_db")->array()) {
            attributes_[std::string(row.text_at("key"))] = row.text_at("value");
        }
        for (std::size_t i = 0; i < ledger_files.size(); ++i) load(ledgers_[i], ledger_files[i]);
    }

    void set_time(double time) { time_ = time; }

    [[nodiscard]] std::uint64_t size(Ledger ledger) const override {
        std::uint64_t size = 0;
        for (const Row& row : rows(ledger)) {
            if (row.time > time_) break;
            ++size;
        }
        return size;
    }

    [[nodiscard]] std::optional<Hash32> root_at(Ledger ledger, std::uint64_t size) const override {
        return merkle::root_at(ledgers_[ledger::index_of(ledger)].nodes, size);
    }

    [[nodiscard]] std::optional<std::vector<Hash32>> consistency_proof(
        Ledger ledger, std::uint64_t first, std::uint64_t second) const override {
        return merkle::consistency_proof(ledgers_[ledger::index_of(ledger)].nodes, first, second);
    }

    [[nodiscard]] std::optional<std::string> txn_json(Ledger ledger,
                                                      std::uint64_t seq_no) const override {
        if (seq_no < 1 || seq_no > rows(ledger).size()) return std::nullopt;
        return rows(ledger)[seq_no - 1].json;
    }

  private:
    struct Row {
        double time = 0;
        std::string json;
    };

    struct Nodes final : merkle::NodeSource {
        std::map<merkle::NodeId, Hash32> map;

        [[nodiscard]] std::optional<Hash32> node(merkle::NodeId id) const override {
            const auto at = map.find(id);
            return at == map.end() ? std::nullopt : std::optional(at->second);
        }
    };

    struct Recorded {
        std::vector<Row> rows;
        Nodes nodes;
    };

    [[nodiscard]] const std::vector<Row>& rows(Ledger ledger) const {
        return ledgers_[ledger::index_of(ledger)].rows;
    }

    void load(Recorded& recorded, const char* file) {
        merkle::Frontier frontier;
        for (const Value& row : recordings::read_lines(file)) {
            const auto raw = encoding::hex_decode(row.text_at("raw_hex"));
            REQUIRE(raw);
            std::vector<merkle::Node> created;
            frontier.append(hash::leaf_hash(*raw), created);
            for (const merkle::Node& node : created) recorded.nodes.map[node.id] = node.hash;
            Value txn = *row.find("txn");
            const Value* time = txn.find("txnMetadata")->find("txnTime");
            const double seconds = time ? static_cast<double>(time->integer().value_or(0)) : 0;
            recorded.rows.push_back({seconds, json_of(std::move(txn))});
        }
    }

    /// Sorted members, attributes with their texts, the reference's spelling.
    [[nodiscard]] std::string json_of(Value txn) const {
        Value& body = *txn.find("txn");
        if (body.text_at("type") == "100") {
            for (const std::string_view name : {"raw", "enc"}) {
                Value* content = body.find("data")->find(name);
                if (!content) continue;
                const auto text = attributes_.find(*content->text());
                if (text != attributes_.end()) *content = Value(text->second);
            }
        }
        return encoding::wire_json(*encoding::parse_json(encoding::canonical_json(txn)));
    }

    std::map<std::string, std::string> attributes_;
    std::array<Recorded, 4> ledgers_;
    double time_ = 0;
};

BytesView bytes(const std::string& text) {
    return view_of(text);
}

std::vector<std::string> answers_to(const std::string& frame) {
    static const RecordedLedgers ledgers;
    return ClientPort().on_frame(bytes(frame), ledgers).answers;
}

}  // namespace

TEST_CASE("recorded frames are answered as recorded") {
    RecordedLedgers ledgers;
    int silent = 0;
    int answered = 0;
    int requests = 0;
    for (const std::string& file : recordings::case_files()) {
        for (const Case& one : recordings::read_cases(file)) {
            INFO(file << " case " << one.id << " " << one.kind << ": " << one.name);
            const std::string frame = one.frame ? *one.frame : std::string(one.frame_bytes, 'x');
            // The exchange ended at one.time; what was committed in the meantime was not yet seen.
            ledgers.set_time(one.time - 0.5);
            const auto outcome = ClientPort().on_frame(bytes(frame), ledgers);
            CHECK(outcome.requests.size() <= 1);
            if (!outcome.requests.empty()) {
                CHECK(outcome.answers.empty());
                ++requests;
                continue;
            }
            for (const auto& [node, frames] : one.replies()) {
                CHECK(outcome.answers == frames);
            }
            outcome.answers.empty() ? ++silent : ++answered;
        }
    }
    CHECK(silent > 0);
    CHECK(answered > 0);
    CHECK(requests > 0);
    WARN(answered << " frames answered at once, " << silent << " met with silence, " << requests
                  << " requests passed on");
}

TEST_CASE("frames that are no message are dropped") {
    for (const char* frame : {"", "[]", "[1]", "\"x\"", "5", "null", "true", "{}", "{", "pi", "po",
                              "{\"op\"}", "{\"reqId\":1e999}"}) {
        INFO(frame);
        CHECK(answers_to(frame).empty());
    }
    CHECK(answers_to(std::string(200000, '[')).size() == 1);
    CHECK(answers_to(std::string(100000, '[')).empty());
}

TEST_CASE("bad UTF-8 is named as Python names it") {
    const auto reason = [](const std::string& frame) {
        const auto answers = answers_to(frame);
        REQUIRE(answers.size() == 1);
        return std::string(encoding::parse_json(answers[0])->text_at("reason"));
    };
    const std::string head = "Message will be discarded due to 'utf-8' codec can't decode ";
    CHECK(reason("a\x80") == head + "byte 0x80 in position 1: invalid start byte");
    CHECK(reason("\xC3(") == head + "byte 0xc3 in position 0: invalid continuation byte");
    CHECK(reason("\xC3") == head + "byte 0xc3 in position 0: unexpected end of data");
    CHECK(reason("\xE2\x82") == head + "bytes in position 0-1: unexpected end of data");
    CHECK(reason("\xE2\x82(") == head + "bytes in position 0-1: invalid continuation byte");
    CHECK(reason("\xED\xA0\x80") == head + "byte 0xed in position 0: invalid continuation byte");
    CHECK(reason("\xF0\x9F\x98(") == head + "bytes in position 0-2: invalid continuation byte");
}

TEST_CASE("a batch is its messages, one after the other") {
    const auto answers = answers_to(
        R"({"op":"BATCH","messages":["{\"op\":\"FOO\"}","pi","[]","{","{\"op\":\"BAR\"}"],"signature":null})");
    REQUIRE(answers.size() == 2);
    CHECK(answers[0].find("InvalidNodeOp('FOO',)") != std::string::npos);
    CHECK(answers[1].find("InvalidNodeOp('BAR',)") != std::string::npos);

    std::string nested = R"({"op":"FOO"})";
    for (int depth = 0; depth < 8; ++depth) {
        nested = R"({"op":"BATCH","signature":null,"messages":[)" +
                 encoding::wire_json(Value(nested)) + "]}";
    }
    CHECK(answers_to(nested).empty());
    const auto misfit = answers_to(R"({"op":"BATCH","messages":[""],"signature":null})");
    REQUIRE(misfit.size() == 1);
    CHECK(
        misfit[0] ==
        R"({"op":"REQNACK","identifier":null,"reqId":1,"reason":"client request invalid: )"
        R"x(InvalidClientRequest(None, None, \"validation error [Batch]: empty serialized value )x"
        R"x((messages=[''])\")"})x");
}

TEST_CASE("a request in a batch is passed on") {
    static const RecordedLedgers ledgers;
    const Value request = *encoding::parse_json(
        R"({"identifier":"V4SGRU86Z58d6TV7PBUe6f","reqId":7,"protocolVersion":2,)"
        R"("operation":{"type":"105","dest":"V4SGRU86Z58d6TV7PBUe6f"}})");
    const std::string inner = encoding::wire_json(request);
    const std::string frame =
        R"({"op":"BATCH","signature":null,"messages":[)" + encoding::wire_json(Value(inner)) + "]}";
    const auto outcome = ClientPort().on_frame(bytes(frame), ledgers);
    REQUIRE(outcome.requests.size() == 1);
    CHECK(outcome.requests[0].type == "105");
}

TEST_CASE("catch-up ranges that make no sense are ignored") {
    for (const char* range :
         {R"("seqNoStart":0,"seqNoEnd":1,"catchupTill":1)",
          R"("seqNoStart":2,"seqNoEnd":1,"catchupTill":2)",
          R"("seqNoStart":1,"seqNoEnd":3,"catchupTill":2)",
          R"("seqNoStart":1,"seqNoEnd":1,"catchupTill":18446744073709551615)"}) {
        CHECK(
            answers_to(std::string(R"({"op":"CATCHUP_REQ","ledgerId":0,)") + range + "}").empty());
    }
    const auto answer = answers_to(
        R"({"op":"CATCHUP_REQ","ledgerId":0,"seqNoStart":-1,"seqNoEnd":1,"catchupTill":1})");
    REQUIRE(answer.size() == 1);
    CHECK(answer[0].find("validation error [CatchupReq]: negative value (seqNoStart=-1)") !=
          std::string::npos);
}
