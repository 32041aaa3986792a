// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "tests/interop/shadow_frames.hpp"

#include <algorithm>
#include <fstream>

#include "tests/interop/recording.hpp"

namespace stadtbuch::interop {

namespace {

PoolEvent event_of(std::string_view text) {
    PoolEvent event;
    const auto first = text.find(' ');
    const std::string_view verb = text.substr(0, first);
    if (first == std::string_view::npos || (verb != "stop" && verb != "start")) return event;
    const std::string_view rest = text.substr(first + 1);
    event.kind = verb == "stop" ? PoolEvent::Kind::stop : PoolEvent::Kind::start;
    event.node = std::string(rest.substr(0, rest.find(' ')));
    return event;
}

}  // namespace

std::vector<TrafficRow> load_traffic(const std::string& folder) {
    const std::string name = "node_messages.jsonl";
    std::ifstream in(folder + "/" + name, std::ios::binary);
    if (!in) throw ReplayFailed(name + ": cannot be read");
    std::vector<TrafficRow> rows;
    std::string line;
    for (std::size_t number = 1; std::getline(in, line); ++number) {
        if (line.empty()) continue;
        const std::string where = name + " row " + std::to_string(number);
        const encoding::Value value = parse_or_fail(line, where);
        TrafficRow row;
        if (const encoding::Value* time = value.find("t"))
            row.time = time->real().value_or(static_cast<double>(time->integer().value_or(0)));
        if (const encoding::Value* event = value.find("event")) {
            row.is_event = true;
            row.event = event_of(event->text() == nullptr ? "" : *event->text());
        } else {
            row.frame.where = where;
            row.frame.time = row.time;
            row.frame.from = text_at(value, "frm", where);
            row.frame.raw = text_at(value, "raw", where);
            const encoding::Value* to = value.find("to");
            if (to == nullptr || to->array() == nullptr)
                throw ReplayFailed(where + ": no recipients");
            for (const encoding::Value& each : *to->array()) {
                if (each.text() != nullptr) row.frame.to.push_back(*each.text());
            }
        }
        rows.push_back(std::move(row));
    }
    // Events may be written behind the frames.
    std::stable_sort(rows.begin(), rows.end(),
                     [](const auto& a, const auto& b) { return a.time < b.time; });
    return rows;
}

std::vector<consensus::messages::Message> messages_of(const Frame& frame) {
    namespace m = consensus::messages;
    if (frame.raw == "pi" || frame.raw == "po") return {};
    std::vector<std::string> texts{frame.raw};
    if (m::looks_like_batch(frame.raw)) {
        auto inner = m::decode_batch(frame.raw);
        if (!inner) throw ReplayFailed(frame.where + ": BATCH cannot be decoded");
        texts = *std::move(inner);
    }
    std::vector<m::Message> out;
    for (const std::string& text : texts) {
        if (text == "pi" || text == "po") continue;
        auto message = m::decode(text);
        if (!message) {
            throw ReplayFailed(frame.where +
                               ": cannot be decoded: " + std::string(m::to_text(message.error())));
        }
        out.push_back(*std::move(message));
    }
    return out;
}

}  // namespace stadtbuch::interop
