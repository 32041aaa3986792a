// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// One recorded node played again by a ShadowNode: what enters, and when.
//
// In: exactly the frames that were sent to the node, in the order of the recording. Frames for a
// process that is down wait for its next start, as they did in its peers' sockets. Answers to
// catch-up questions wait until our replica has put the question; a CATCHUP_REP comes from the peer
// that our replica asked for the range (the reference shuffles its sources).
// Inputs of the recorded node itself that no frame carries: a client's request enters with the
// node's own PROPAGATE if no peer's came before; a primary's cut is its recorded PRE-PREPARE; votes
// for a later view enter when the recorded node left for it (ours joins at f+1 votes, earlier than
// the reference); the authors that its NEW_VIEW names are those whose acks came first; a
// PRE-PREPARE that it never answered in a view that it left reached it after that (also those of
// its backup just after a catch-up, which the reference leaves unanswered and ours would not).
#pragma once
#include <list>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "tests/interop/shadow_frames.hpp"
#include "tests/interop/shadow_node.hpp"

namespace stadtbuch::interop {

/// A message of the recorded node.
struct RecordedMessage {
    std::string where;
    double time = 0;
    std::vector<std::string> to;
    consensus::messages::Message message;
};

class ShadowRun {
  public:
    ShadowRun(std::string name, const std::vector<TrafficRow>& traffic, ShadowNode& node);

    void run();

    [[nodiscard]] const std::vector<RecordedMessage>& recorded() const { return recorded_; }

    /// COMMITs of others for the same number that were on their way to the node before `time`.
    [[nodiscard]] std::size_t commits_before(const consensus::messages::Commit& commit,
                                             double time) const;

    [[nodiscard]] std::size_t frames_fed() const { return frames_fed_; }

    [[nodiscard]] std::size_t starts() const { return starts_; }

    /// Recorded answers to questions that our replica never put.
    [[nodiscard]] std::size_t answers_unasked() const { return answers_.size(); }

  private:
    struct Answer {
        std::string from;
        consensus::messages::Message message;
    };

    struct Question {
        consensus::messages::Message message;
        std::vector<std::string> to;  ///< empty: everybody
        std::set<std::string> answered_by;
    };

    [[nodiscard]] std::set<std::size_t> effective_starts() const;
    void on_event(const TrafficRow& row, bool starts);
    void on_own_frame(const Frame& frame);
    void on_frame(double time, const Frame& frame);
    void note_view_changes();
    [[nodiscard]] double due_time(const consensus::messages::Message& message, double time) const;
    void release_postponed(double time);
    void answer_questions(double time);
    [[nodiscard]] Question* question_of(const Answer& answer);

    const std::string name_;
    const std::vector<TrafficRow>& traffic_;
    ShadowNode& node_;
    bool up_ = false;
    bool may_start_ = true;
    std::vector<const Frame*> held_;
    std::set<std::string> heard_;
    using BatchKey = std::tuple<std::uint64_t, consensus::ViewNo, consensus::PpSeqNo>;

    std::map<consensus::ViewNo, double> left_for_;
    std::set<BatchKey> prepared_by_it_;
    std::map<consensus::ViewNo, std::pair<double, std::set<std::string>>> announced_;
    std::multimap<double, Answer> postponed_;
    std::list<Answer> answers_;
    std::list<Question> questions_;
    std::size_t said_seen_ = 0;
    std::vector<RecordedMessage> recorded_;
    std::size_t frames_fed_ = 0;
    std::size_t starts_ = 0;
};

}  // namespace stadtbuch::interop
