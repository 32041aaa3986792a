// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Said and recorded, compared as sets of messages: order, timing and repetition do not count.
#pragma once
#include <map>
#include <set>
#include <string>

#include "tests/interop/recording.hpp"
#include "tests/interop/shadow_run.hpp"

namespace stadtbuch::interop {

class ShadowComparison {
  public:
    ShadowComparison(const Recording& recording, const ShadowRun& run, const ShadowNode& node)
        : recording_(recording), run_(run), node_(node) {}

    void compare();
    void print(const std::string& name) const;

    [[nodiscard]] bool is_equal() const { return differences_.empty(); }

  private:
    /// Message in comparable form -> where it was recorded (empty for ours).
    using Set = std::map<std::string, std::string>;

    void compare_batches();
    void compare_messages();
    void compare_kind(const std::string& kind, const Set& recorded, const Set& ours);
    [[nodiscard]] bool may_be_left_out(const std::string& kind, const std::string& text) const;
    [[nodiscard]] bool may_be_added(const std::string& kind, const std::string& text) const;

    const Recording& recording_;
    const ShadowRun& run_;
    const ShadowNode& node_;
    std::map<std::string, std::uint64_t> counts_;
    std::map<std::string, std::uint64_t> ours_only_;
    std::map<std::string, std::uint64_t> explained_;
    std::vector<std::string> differences_;
};

}  // namespace stadtbuch::interop
