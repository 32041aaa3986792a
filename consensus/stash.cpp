// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "consensus/stash.hpp"

#include <algorithm>

namespace stadtbuch::consensus {
namespace {

struct Weigher {
    std::size_t operator()(const messages::PrePrepare& m) const {
        return 800 + m.digests.size() * 100;
    }

    std::size_t operator()(const messages::Commit& m) const {
        return 200 + (m.bls_sigs ? m.bls_sigs->size() * 250 : 0);
    }

    std::size_t operator()(const messages::ViewChange& m) const {
        return 300 + (m.prepared.size() + m.preprepared.size()) * 130 + m.checkpoints.size() * 100;
    }

    std::size_t operator()(const messages::NewView& m) const {
        return 400 + m.batches.size() * 130 + m.view_changes.size() * 150;
    }

    template <class M>
    std::size_t operator()(const M&) const {
        return 400;
    }
};

struct ViewOf {
    ViewNo operator()(const messages::PrePrepare& m) const { return m.view_no; }

    ViewNo operator()(const messages::Prepare& m) const { return m.view_no; }

    ViewNo operator()(const messages::Commit& m) const { return m.view_no; }

    template <class M>
    ViewNo operator()(const M&) const {
        return 0;
    }
};

}  // namespace

void Stash::keep(const NodeName& from, const messages::Message& message) {
    Lane& lane = lanes_[from];
    const std::size_t bytes = std::visit(Weigher{}, message);
    lane.entries.emplace_back(++arrivals_, Entry{from, message, bytes});
    lane.bytes += bytes;
    ++count_;
    while (lane.entries.size() > limits_.stash_messages_max ||
           lane.bytes > limits_.stash_bytes_max) {
        lane.bytes -= lane.entries.front().second.bytes;
        lane.entries.pop_front();
        --count_;
    }
}

std::vector<Stash::Entry> Stash::take_all() {
    std::vector<std::pair<std::uint64_t, Entry>> all;
    all.reserve(count_);
    for (auto& [name, lane] : lanes_) {
        for (auto& entry : lane.entries) all.push_back(std::move(entry));
    }
    lanes_.clear();
    count_ = 0;
    std::sort(all.begin(), all.end(),
              [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<Entry> out;
    out.reserve(all.size());
    for (auto& [arrival, entry] : all) out.push_back(std::move(entry));
    return out;
}

std::size_t Stash::bytes() const {
    std::size_t sum = 0;
    for (const auto& [name, lane] : lanes_) sum += lane.bytes;
    return sum;
}

std::map<NodeName, ViewNo> Stash::senders_beyond(ViewNo view) const {
    std::map<NodeName, ViewNo> out;
    for (const auto& [name, lane] : lanes_) {
        ViewNo newest = 0;
        for (const auto& [arrival, entry] : lane.entries)
            newest = std::max(newest, std::visit(ViewOf{}, entry.message));
        if (newest > view) out[name] = newest;
    }
    return out;
}

}  // namespace stadtbuch::consensus
