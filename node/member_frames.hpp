// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// What members' frames carry, on the net loop's thread: a frame becomes a message for agreement,
// and a request in it is parsed and verified first. Bad ones name their sender; nothing is kept of
// them.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "consensus/messages/messages.hpp"
#include "node/request_desk.hpp"

namespace stadtbuch::node {

/// Where a frame leads to.
struct MemberFrameHooks {
    /// A message for agreement; `request` is the verified one that it carries, or null.
    std::function<void(const std::string& alias, consensus::messages::Message message,
                       ledger::RequestPtr request)>
        deliver;
    /// A verified request that a member made itself: to be ordered like a client's.
    std::function<void(const std::string& alias, ledger::RequestPtr request, std::string text)>
        propose;
    /// `alias` sent what no honest member sends.
    std::function<void(const std::string& alias, const std::string& reason)> name_fault;
    /// The client to which the answer to a request goes.
    std::function<void(const std::string& digest, const std::string& client)> remember_sender;
};

class MemberFrames {
  public:
    MemberFrames(RequestDesk& desk, MemberFrameHooks hooks)
        : desk_(desk), hooks_(std::move(hooks)) {}

    void on_frame(const std::string& alias, std::string_view text);

    /// Requests that could not be verified here when they came.
    [[nodiscard]] std::uint64_t unverified() const { return unverified_; }

  private:
    [[nodiscard]] bool on_known_propagate(const std::string& alias, std::string_view text);
    void on_carried_request(const std::string& alias, consensus::messages::Message message);
    void check_carried(const std::string& alias, consensus::messages::Message message,
                       const ledger::RequestPtr& request);
    [[nodiscard]] ledger::RequestPtr request_of(std::string_view text,
                                                bool (*is_wanted)(const ledger::Request&));
    void on_own_request(const std::string& alias, std::string_view text);
    void on_unverified(const std::string& alias, const ledger::Request& request);

    RequestDesk& desk_;
    MemberFrameHooks hooks_;
    std::uint64_t unverified_ = 0;
};

}  // namespace stadtbuch::node
