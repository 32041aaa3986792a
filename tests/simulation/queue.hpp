// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// What happens next. Deliveries and wake-ups are by far the most frequent, so they are plain data;
// everything else is a function.
#pragma once
#include <algorithm>
#include <functional>
#include <memory>
#include <vector>

#include "consensus/messages/messages.hpp"

namespace stadtbuch::simulation {

struct Item {
    enum class Kind : std::uint8_t { call, delivery, wake };
    Kind kind = Kind::call;
    std::size_t a = 0;
    std::size_t b = 0;
    unsigned incarnation = 0;
    bool is_served = false;  ///< the client port's answer: no question, whoever sent it
    std::shared_ptr<const consensus::messages::Message> message;
    std::function<void()> call;
};

class EventQueue {
  public:
    [[nodiscard]] bool empty() const { return heap_.empty(); }

    [[nodiscard]] consensus::Tick next_at() const { return heap_.front().at; }

    void push(consensus::Tick at, Item item) {
        std::uint32_t slot = 0;
        if (free_.empty()) {
            slot = static_cast<std::uint32_t>(items_.size());
            items_.push_back(std::move(item));
        } else {
            slot = free_.back();
            free_.pop_back();
            items_[slot] = std::move(item);
        }
        heap_.push_back({at, ++order_, slot});
        std::push_heap(heap_.begin(), heap_.end(), later);
    }

    Item pop() {
        std::pop_heap(heap_.begin(), heap_.end(), later);
        const std::uint32_t slot = heap_.back().slot;
        heap_.pop_back();
        free_.push_back(slot);
        return std::move(items_[slot]);
    }

  private:
    struct Entry {
        consensus::Tick at = 0;
        std::uint64_t order = 0;
        std::uint32_t slot = 0;
    };

    static bool later(const Entry& x, const Entry& y) {
        return x.at != y.at ? x.at > y.at : x.order > y.order;
    }

    std::vector<Entry> heap_;
    std::vector<Item> items_;
    std::vector<std::uint32_t> free_;
    std::uint64_t order_ = 0;
};

}  // namespace stadtbuch::simulation
