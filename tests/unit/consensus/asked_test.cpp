// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// What a member gives when it is asked: MESSAGE_REQUEST of every type (plenum-consensus §3.4), and
// ranges of a ledger in frames. What a start reads of a long ledger.
#include <algorithm>
#include <map>

#include "consensus/catchup/seeder.hpp"
#include "tests/unit/consensus/story.hpp"

using namespace stadtbuch;
using namespace stadtbuch::consensus;
using namespace stadtbuch::simulation;

namespace {

using messages::RequestedType;

messages::MessageRequest about_number(RequestedType type, messages::InstanceId inst, ViewNo view,
                                      PpSeqNo seq) {
    messages::MessageRequest question;
    question.type = type;
    question.params.inst_id = inst;
    question.params.view_no = view;
    question.params.pp_seq_no = seq;
    return question;
}

/// Answers of node 2 to node 4, the newest of each type.
class Answers {
  public:
    explicit Answers(World& world) : world_(world) {
        world.set_filter([this](std::size_t from, std::size_t to, const messages::Message& m) {
            const auto* response = std::get_if<messages::MessageResponse>(&m);
            if (from == 1 && to == 3 && response != nullptr) seen_[response->type] = *response;
            return true;
        });
    }

    template <class M>
    std::optional<M> ask(const messages::MessageRequest& question) {
        seen_.clear();
        world_.inject(3, 1, question);
        world_.run_until(world_.now() + 200);
        const auto answer = seen_.find(question.type);
        if (answer == seen_.end() || !(answer->second.params == question.params))
            return std::nullopt;
        const auto* content = std::get_if<M>(&answer->second.content);
        return content == nullptr ? std::nullopt : std::optional(*content);
    }

  private:
    World& world_;
    std::map<RequestedType, messages::MessageResponse> seen_;
};

/// Counts what is read of the audit ledger.
class CountingExecutor final : public ToyExecutor {
  public:
    using ToyExecutor::ToyExecutor;

    std::vector<AuditRecord> last_audit_records(std::size_t count) const override {
        reads += count;
        return ToyExecutor::last_audit_records(count);
    }

    std::optional<AuditRecord> audit_record(PpSeqNo seq) const override {
        ++reads;
        return ToyExecutor::audit_record(seq);
    }

    std::optional<std::string> txn_json(LedgerId ledger, std::uint64_t seq) const override {
        ++reads;
        return ToyExecutor::txn_json(ledger, seq);
    }

    mutable std::size_t reads = 0;
};

const std::vector<NodeName> four{"Node1", "Node2", "Node3", "Node4"};

void fill(ToyExecutor& executor, PpSeqNo batches) {
    for (PpSeqNo seq = 1; seq <= batches; ++seq) {
        const ToyRequest request{seq, LedgerId::domain, seq == 1 ? 1U : 7U, {}, {}};
        const std::string digest = executor.register_request(request.text());
        REQUIRE(executor.apply({LedgerId::domain, 1'600'000'000, {digest}, false}).problem ==
                Applied::Problem::none);
        static_cast<void>(executor.seal(
            {seq / 500, seq, 1'600'000'000, LedgerId::domain, "aa", {"Node1", "Node2"}}));
        executor.commit_oldest();
    }
}

/// A node with so many batches starts and learns that the others are level.
std::size_t reads_of_a_start(PpSeqNo batches) {
    CountingExecutor executor(four);
    fill(executor, batches);
    Setup setup;
    setup.self = "Node1";
    setup.genesis_registry = four;
    Replica replica(std::move(setup), executor);
    executor.reads = 0;
    const Instant now{1000, 1'600'000'100};
    static_cast<void>(replica.step(now, Started{}));
    for (const char* peer : {"Node2", "Node3", "Node4"}) {
        messages::MessageResponse response;
        response.params.ledger = LedgerId::audit;
        response.content = catchup::status_of(executor, LedgerId::audit, catchup::Asker::node);
        static_cast<void>(replica.step(now, Received{peer, response}));
    }
    REQUIRE(replica.is_participating());
    CHECK(replica.status().last_ordered == batches);
    return executor.reads;
}

}  // namespace

TEST_CASE("a MESSAGE_REQUEST of every type is answered", "[consensus][plenum-consensus:3.4]") {
    World world(story::calm());
    Answers answers(world);
    world.start_all();
    world.run_until(1000);
    const ToyRequest waits{77, LedgerId::domain, 3, {}, {}};
    story::order(world, 1, 3);
    REQUIRE(story::level_within(world, 20'000));

    messages::MessageRequest question;
    question.type = RequestedType::ledger_status;
    question.params.ledger = LedgerId::audit;
    const auto status = answers.ask<messages::LedgerStatus>(question);
    REQUIRE(status);
    CHECK(status->txn_seq_no == 3);

    question.type = RequestedType::consistency_proof;
    question.params.seq_no_start = 1;
    question.params.seq_no_end = 3;
    const auto proof = answers.ask<messages::ConsistencyProof>(question);
    REQUIRE(proof);
    CHECK(merkle::verify_consistency(1, proof->old_merkle_root, 3, proof->new_merkle_root,
                                     proof->hashes));

    for (const messages::InstanceId inst : {0U, 1U}) {
        INFO("instance " << inst);
        const auto batch =
            answers.ask<messages::PrePrepare>(about_number(RequestedType::pre_prepare, inst, 0, 2));
        REQUIRE(batch);
        CHECK(batch->pp_seq_no == 2);
        CHECK(batch->inst_id == inst);
        const auto commit =
            answers.ask<messages::Commit>(about_number(RequestedType::commit, inst, 0, 2));
        REQUIRE(commit);
        CHECK(commit->inst_id == inst);
        const auto prepare =
            answers.ask<messages::Prepare>(about_number(RequestedType::prepare, inst, 0, 2));
        // Node2 leads the backup, and who leads sends no PREPARE.
        CHECK(prepare.has_value() == (inst == 0));
        if (prepare) CHECK(prepare->digest == batch->digest);
        // Of another view, or a number that nobody proposed, there is nothing.
        CHECK_FALSE(answers.ask<messages::Commit>(about_number(RequestedType::commit, inst, 1, 2)));
        CHECK_FALSE(
            answers.ask<messages::Commit>(about_number(RequestedType::commit, inst, 0, 200)));
    }

    messages::MessageRequest text;
    text.type = RequestedType::propagate;
    text.params.digest = world.submit(waits, {1});
    const auto propagate = answers.ask<messages::Propagate>(text);
    REQUIRE(propagate);
    CHECK(propagate->request == waits.text());
    text.params.digest = std::string(64, 'a');
    CHECK_FALSE(answers.ask<messages::Propagate>(text));
    CHECK(world.violation().empty());
}

TEST_CASE("VIEW_CHANGE and NEW_VIEW are given again", "[consensus][plenum-consensus:3.4]") {
    World world(story::calm());
    Answers answers(world);
    world.start_all();
    world.run_until(1000);
    story::order(world, 1, 2);
    world.crash(0);
    REQUIRE(world.run_until_true(
        [&] {
            return story::all_in_view(world, {1, 2, 3}, 1);
        },
        world.now() + 60'000));
    messages::MessageRequest question;
    question.type = RequestedType::new_view;
    question.params.view_no = 1;
    const auto view = answers.ask<messages::NewView>(question);
    REQUIRE(view);
    CHECK(view->primary == "Node2");
    REQUIRE(view->view_changes.size() == 3);
    for (const auto& [name, digest] : view->view_changes) {
        messages::MessageRequest about;
        about.type = RequestedType::view_change;
        about.params.name = name;
        about.params.digest = digest;
        const auto change = answers.ask<messages::ViewChange>(about);
        REQUIRE(change);
        CHECK(messages::view_change_digest(*change) == digest);
        about.params.digest[0] = about.params.digest[0] == 'a' ? 'b' : 'a';
        CHECK_FALSE(answers.ask<messages::ViewChange>(about));
    }
    question.params.view_no = 2;
    CHECK_FALSE(answers.ask<messages::NewView>(question));
}

TEST_CASE("a range of a ledger is given in frames, each with its own proof",
          "[consensus][plenum-consensus:10.5][scenario-137]") {
    ToyExecutor executor(four);
    fill(executor, 90);
    const std::size_t frame = GENERATE(4400U, 6000U, 131072U);
    constexpr std::uint64_t first = 3;
    constexpr std::uint64_t last = 80;
    constexpr std::uint64_t till = 88;
    const auto replies =
        catchup::answer(executor, messages::CatchupReq{LedgerId::audit, first, last, till}, frame);
    merkle::Frontier frontier;
    std::vector<merkle::Node> created;
    for (std::uint64_t seq = 1; seq < first; ++seq)
        frontier.append(
            *executor.leaf_hash_of(LedgerId::audit, *executor.txn_json(LedgerId::audit, seq)),
            created);
    std::uint64_t next = first;
    for (const auto& message : replies) {
        CHECK(messages::encode(message).size() <= frame);
        const auto& reply = std::get<messages::CatchupRep>(message);
        REQUIRE_FALSE(reply.txns.empty());
        for (const auto& [seq, text] : reply.txns) {
            REQUIRE(seq == next++);
            frontier.append(*executor.leaf_hash_of(LedgerId::audit, text), created);
        }
        CHECK(merkle::verify_consistency(frontier.size(), frontier.root(), till,
                                         *executor.txn_root_at(LedgerId::audit, till),
                                         reply.cons_proof));
    }
    // An asker whose range takes too many frames asks again for the rest.
    CHECK((next == last + 1 || replies.size() == 64));
    CHECK((frame < 131072) == (replies.size() > 1));
    CHECK(catchup::answer(executor, messages::CatchupReq{LedgerId::audit, 0, 5, 10}).empty());
    CHECK(catchup::answer(executor, messages::CatchupReq{LedgerId::audit, 6, 5, 10}).empty());
    CHECK(catchup::answer(executor, messages::CatchupReq{LedgerId::audit, 5, 11, 10}).empty());
    CHECK(catchup::answer(executor, messages::CatchupReq{LedgerId::audit, 5, 10, 91}).empty());
}

TEST_CASE("a start reads no more of a ten times longer ledger", "[consensus][plenum-lessons:B18]") {
    const std::size_t small = reads_of_a_start(650);
    const std::size_t large = reads_of_a_start(6650);
    // Views are found by halving: some steps more, not ten times as many.
    CHECK(large <= small + 100);
}

TEST_CASE("a member at its high watermark asks for the CHECKPOINTs that it missed",
          "[consensus][plenum-consensus:8.1]") {
    Plan plan = story::calm();
    plan.limits.checkpoint_every = 10;
    plan.limits.log_size = 30;
    World world(plan);
    bool lost = true;
    std::size_t checkpoints = 0;
    world.set_filter([&](std::size_t, std::size_t to, const messages::Message& message) {
        const bool is_checkpoint = std::holds_alternative<messages::Checkpoint>(message);
        checkpoints += is_checkpoint ? 1U : 0U;
        return !(lost && to == 3 && is_checkpoint);
    });
    world.start_all();
    world.run_until(1000);
    story::order(world, 1, 30);
    REQUIRE(story::level_within(world, 20'000));
    world.run_until(world.now() + 500);
    CHECK(world.replica(0).status().stable_checkpoint == 30);
    CHECK(world.replica(3).status().stable_checkpoint == 0);
    // From here on all three are needed.
    lost = false;
    world.crash(2);
    const std::string digest = world.submit({90, LedgerId::domain, 1, {}, {}}, {0, 1, 3});
    REQUIRE(world.run_until_true([&] { return world.is_answered(digest); }, world.now() + 3'000));
    CHECK(world.replica(3).status().stable_checkpoint == 30);
    CHECK(world.replica(0).status().view_no == 0);
    // Two that stand at the same checkpoint do not go on telling each other.
    world.run_until(world.now() + 5'000);
    checkpoints = 0;
    world.run_until(world.now() + 60'000);
    CHECK(checkpoints == 0);
    CHECK(world.violation().empty());
}
