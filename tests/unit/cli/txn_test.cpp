// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Transactions that several people sign (CL-14), scripts of indy-cli (CL-15), words of both.
#include <catch2/catch.hpp>

#include "cli/batch_script.hpp"
#include "cli/batch_session.hpp"
#include "cli/txn_file.hpp"
#include "cli/words.hpp"
#include "ssi/client/requests.hpp"
#include "ssi/keys/pkcs11.hpp"
#include "storage/encoding/json.hpp"

using namespace stadtbuch;
using namespace stadtbuch::cli;

namespace {

constexpr std::int64_t expiry = 1795300000;

TxnFile a_file() {
    TxnFile file;
    file.network_name = "local";
    file.network_id = "0011223344556677";
    client::NymChange change;
    change.dest = "NKGKtcNwssToP5f7uhsEs4";
    change.role = "101";
    file.request = client::make_request(client::nym_operation(change), "V4SGRU86Z58d6TV7PBUe6f",
                                        expiring_req_id(expiry, 123456789));
    client::set_endorser(file.request, "Th7MpTaRZVRYnPiabds81Y");
    file.expires_at = expiry;
    file.digest = signed_digest(file.request);
    file.signers = named_signers(file.request);
    return file;
}

std::string text_of_file(const TxnFile& file) {
    return encoding::compact_json(file.to_json());
}

encoding::Value json(std::string_view text) {
    auto parsed = encoding::parse_json(text);
    REQUIRE(parsed.has_value());
    return *std::move(parsed);
}

}  // namespace

TEST_CASE("a transaction file says who signs, until when, and what", "[cli][CL-14]") {
    const TxnFile file = a_file();
    CHECK(file.missing() ==
          std::vector<std::string>{"V4SGRU86Z58d6TV7PBUe6f", "Th7MpTaRZVRYnPiabds81Y"});
    CHECK_FALSE(file.is_expired(expiry));
    CHECK(file.is_expired(expiry + 1));
    const auto words = words_of(file.request);
    CHECK(words.at(0) == "NYM: Write the DID NKGKtcNwssToP5f7uhsEs4, with the role endorser.");
    const auto read = TxnFile::parse(text_of_file(file), "test");
    REQUIRE(read.has_value());
    CHECK(read->request == file.request);
    CHECK(read->expires_at == expiry);
}

TEST_CASE("a file that says something else than it signs is refused", "[cli][CL-14]") {
    const std::string good = text_of_file(a_file());
    const auto changed = [&](const std::string& from, const std::string& to) {
        std::string text = good;
        const std::size_t at = text.find(from);
        REQUIRE(at != std::string::npos);
        text.replace(at, from.size(), to);
        const auto read = TxnFile::parse(text, "test");
        REQUIRE_FALSE(read.has_value());
        return read.error().id;
    };
    CHECK(changed("with the role endorser", "with the role steward") == "SB-5101");
    CHECK(changed("\"role\":\"101\"", "\"role\":\"0\"") == "SB-5101");
    CHECK(changed("\"expires_at\":\"2026", "\"expires_at\":\"2027") == "SB-5101");
    CHECK(changed("\"reqId\":17953", "\"reqId\":18953") == "SB-5101");
    CHECK(changed("stadtbuch-txn/1", "stadtbuch-txn/2") == "SB-5100");
    CHECK_FALSE(TxnFile::parse("", "test").has_value());
    CHECK_FALSE(TxnFile::parse("[]", "test").has_value());
}

TEST_CASE("codes can be scanned in any order, and only together", "[cli][CL-14]") {
    const TxnFile file = a_file();
    auto parts = qr_parts(file, 200);
    REQUIRE(parts.size() > 2);
    std::swap(parts.front(), parts.back());
    parts.push_back(parts.front());
    const auto joined = join_qr_parts(parts);
    REQUIRE(joined.has_value());
    CHECK(joined->digest == file.digest);
    parts.erase(std::remove(parts.begin(), parts.end(), parts[1]), parts.end());
    CHECK(join_qr_parts(parts).error().what == "parts are missing: 2");
    CHECK(join_qr_parts({}).error().id == "SB-5102");
    for (const char* bad : {"x", "STB1:1/1:a", "STB1:0/1:aaaaaaaa:xx", "STB1:2/1:aaaaaaaa:xx",
                            "STB1:1/999:aaaaaaaa:xx", "STB1:1/1:aaaaaaaa:!!"}) {
        CAPTURE(bad);
        CHECK_FALSE(join_qr_parts({bad}).has_value());
    }
}

TEST_CASE("time spans are read strictly", "[cli]") {
    CHECK(read_duration("90m") == 5400);
    CHECK(read_duration("12h") == 43200);
    CHECK(read_duration("7d") == 604800);
    for (const char* bad : {"", "7", "d", "0d", "-1d", "400d", "7w", "99999d"}) {
        CAPTURE(bad);
        CHECK_FALSE(read_duration(bad));
    }
}

TEST_CASE("rules are said in words", "[cli][CL-05]") {
    CHECK(constraint_words(json(
              R"({"constraint_id":"OR","auth_constraints":[{"constraint_id":"ROLE","role":"0",)"
              R"("sig_count":2},{"constraint_id":"ROLE","role":"*","sig_count":1,)"
              R"("need_to_be_owner":true}]})")) ==
          "2 signatures of trustee, or 1 signature of anybody who owns it");
    CHECK(constraint_words(json(R"({"constraint_id":"FORBIDDEN"})")) == "forbidden");
}

TEST_CASE("scripts of indy-cli are read as indy-cli does", "[cli][CL-15]") {
    const auto lines = read_batch(
        "# comment\n\npool create p gen_txn_file=/tmp/g\n-wallet open w key=\"a b\"\n"
        "ledger custom {\"a\": {\"b\": [1, 2]}, \"c\":\"x y\"} sign=true\r\nexit\n",
        "test");
    REQUIRE(lines.has_value());
    REQUIRE(lines->size() == 4);
    CHECK(lines->at(0).name() == "pool create");
    CHECK(lines->at(0).subject == "p");
    CHECK(lines->at(0).at("gen_txn_file") == "/tmp/g");
    CHECK(lines->at(0).number == 3);
    CHECK(lines->at(1).may_fail);
    CHECK(lines->at(1).at("key") == "a b");
    CHECK(lines->at(2).subject == "{\"a\": {\"b\": [1, 2]}, \"c\":\"x y\"}");
    CHECK(lines->at(2).at("sign") == "true");
    CHECK(lines->at(3).name() == "exit");
    for (const char* bad : {"ledger custom {\"a\": 1", "wallet open w key=\"x", "-"}) {
        CAPTURE(bad);
        CHECK_FALSE(read_batch(bad, "test").has_value());
    }
    CHECK_FALSE(read_batch("ledger custom " + std::string(1000, '{'), "test").has_value());
}

TEST_CASE("a script's ledger commands become the ledger's operations", "[cli][CL-15]") {
    const auto operation = [](std::string_view text) {
        const auto lines = read_batch(text, "test");
        REQUIRE(lines.has_value());
        CHECK(why_not_run(lines->front()).empty());
        const auto made = batch_operation(lines->front());
        REQUIRE(made.has_value());
        return encoding::compact_json(*made);
    };
    CHECK(operation("ledger nym did=V4SGRU86Z58d6TV7PBUe6f role=TRUST_ANCHOR verkey=~x") ==
          R"({"type":"1","dest":"V4SGRU86Z58d6TV7PBUe6f","verkey":"~x","role":"101"})");
    CHECK(operation("ledger get-nym did=did:sov:V4SGRU86Z58d6TV7PBUe6f") ==
          R"({"type":"105","dest":"V4SGRU86Z58d6TV7PBUe6f"})");
    CHECK(operation("ledger schema name=a version=1.0 attr_names=x,y") ==
          R"({"type":"101","data":{"attr_names":["x","y"],"name":"a","version":"1.0"}})");
    CHECK(operation("ledger pool-config writes=false force=true") ==
          R"({"type":"111","writes":false,"force":true})");
    for (const char* bad : {"ledger nym", "ledger nym did=a role=KING", "ledger schema name=a",
                            "ledger cred-def schema_id=x", "ledger node target=a node_port=x"}) {
        CAPTURE(bad);
        CHECK_FALSE(batch_operation(read_batch(bad, "test")->front()).has_value());
    }
    for (const char* cannot : {"wallet export x", "payment-address list", "did qualify a",
                               "load-plugin a", "ledger nonsense", "nonsense"}) {
        CAPTURE(cannot);
        CHECK_FALSE(why_not_run(read_batch(cannot, "test")->front()).empty());
    }
}

TEST_CASE("PKCS#11 URIs are read strictly and never hold a PIN", "[keys][CL-13]") {
    const auto good = keys::Pkcs11Uri::parse(
        "pkcs11:token=the%20town;object=trustee;id=%01%ff?module-path=/usr/lib/x.so&pin-source="
        "file:/run/pin");
    REQUIRE(good.has_value());
    CHECK(good->token == "the town");
    CHECK(good->object == "trustee");
    CHECK(good->id == Bytes{1, 255});
    CHECK(good->module_path == "/usr/lib/x.so");
    CHECK(good->pin_source == "/run/pin");
    for (const char* bad :
         {"", "pkcs11:", "token=a", "pkcs11:token=a", "pkcs11:object=a",
          "pkcs11:object=a?module-path=x", "pkcs11:object=a;slot-id=1?module-path=/x",
          "pkcs11:object=%4?module-path=/x", "pkcs11:object=a?module-path=/x&pin-value=1234"}) {
        CAPTURE(bad);
        CHECK_FALSE(keys::Pkcs11Uri::parse(bad).has_value());
    }
    const auto secret = keys::Pkcs11Uri::parse("pkcs11:object=a?module-path=/x&pin-value=1234");
    CHECK((secret.error().what + secret.error().where).find("1234") == std::string::npos);
}
