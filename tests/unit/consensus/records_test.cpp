// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "consensus/records.hpp"

#include <catch2/catch.hpp>

#include "consensus/replica.hpp"
#include "consensus/stash.hpp"

using namespace stadtbuch;
using namespace stadtbuch::consensus;

namespace {

messages::PrePrepare a_pre_prepare(PpSeqNo seq) {
    messages::PrePrepare pp;
    pp.view_no = 3;
    pp.pp_seq_no = seq;
    pp.pp_time = 1'600'000'000;
    pp.digests = {"aa", "bb"};
    pp.digest = messages::pre_prepare_digest(3, pp.pp_time, pp.digests);
    pp.audit_txn_root = Hash32{};
    return pp;
}

}  // namespace

TEST_CASE("vote records are read back", "[consensus][records]") {
    messages::ViewChange vc;
    vc.view_no = 4;
    vc.prepared = {{3, 3, 7, "cc"}};
    const auto pp = a_pre_prepare(7);
    const std::vector<VoteRecord> votes{
        {records::pre_prepare_key(7),
         records::pre_prepare_value(pp, {"{\"a\":1}", "{\"b\":\"5:x\"}"})},
        {records::certificate_key(7), records::certificate_value(3, pp.digest)},
        {records::view_key, records::view_value(4, true)},
        {records::view_change_key, messages::encode(vc)},
        {records::instance_change_key(5, "Node2"),
         records::instance_change_value(1'600'000'001, 26)},
        {records::backup_key(1), records::backup_value(3, 12)},
    };
    const records::Memory memory = records::read(votes);
    REQUIRE(memory.pre_prepares.count(7) == 1);
    CHECK(memory.pre_prepares.at(7).digest == pp.digest);
    CHECK(memory.certificates.at(7).digest == pp.digest);
    REQUIRE(memory.position);
    CHECK(memory.position->view_no == 4);
    CHECK(memory.position->waiting);
    REQUIRE(memory.view_change);
    CHECK(messages::view_change_digest(*memory.view_change) == messages::view_change_digest(vc));
    CHECK(memory.instance_changes.at(5).at("Node2").reason == 26);
    CHECK(memory.backups.at(1).pp_seq_no == 12);
    CHECK(requests_in(votes) == std::vector<std::string>{"{\"a\":1}", "{\"b\":\"5:x\"}"});
}

TEST_CASE("damaged vote records are skipped", "[consensus][records]") {
    const std::string good = records::pre_prepare_value(a_pre_prepare(1), {});
    const records::Memory memory = records::read({
        {records::pre_prepare_key(1), good.substr(0, good.size() / 2)},
        {"pp/zz", good},
        {records::certificate_key(2), "x"},
        {records::view_key, "18446744073709551616 1"},
        {"ic/", "1 2"},
        {"backup/x", ""},
        {"unknown", "1"},
        {records::pre_prepare_key(3), std::string("99999999999999:abc")},
    });
    CHECK(memory.pre_prepares.empty());
    CHECK(memory.certificates.empty());
    CHECK_FALSE(memory.position);
    CHECK(memory.instance_changes.empty());
    CHECK(memory.backups.empty());
}

TEST_CASE("the stash is bounded for each sender and keeps order", "[consensus][stash]") {
    Limits limits;
    limits.stash_messages_max = 10;
    Stash stash(limits);
    for (PpSeqNo seq = 1; seq <= 100; ++seq)
        stash.keep("Node2", messages::Commit{0, 5, seq, std::nullopt});
    stash.keep("Node3", messages::Commit{0, 5, 1, std::nullopt});
    CHECK(stash.size() == 11);
    CHECK(stash.senders_beyond(4).size() == 2);
    CHECK(stash.senders_beyond(5).empty());
    const auto all = stash.take_all();
    REQUIRE(all.size() == 11);
    CHECK(std::get<messages::Commit>(all.front().message).pp_seq_no == 91);
    CHECK(all.back().from == "Node3");
    CHECK(stash.size() == 0);
}
