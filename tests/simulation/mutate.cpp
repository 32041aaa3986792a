// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Alters frames as JSON: what a member with a valid key but a broken or hostile program sends.
#include <vector>

#include "storage/encoding/json.hpp"
#include "tests/simulation/world.hpp"

namespace stadtbuch::simulation {
namespace {

using encoding::Array;
using encoding::Object;
using encoding::Value;

Value strange_value(Random& random) {
    switch (random.below(10)) {
        case 0:
            return Value(nullptr);
        case 1:
            return Value(true);
        case 2:
            return Value(std::int64_t{-1});
        case 3:
            return Value(std::int64_t{1} << 62);
        case 4:
            return Value(std::string("x"));
        case 5:
            return Value(std::string(300, '9'));
        case 6:
            return Value(Array{});
        case 7:
            return Value(Object{});
        case 8:
            return Value(Array{Value(std::int64_t{0}), Value(std::string("Node1"))});
        default:
            return Value(std::uint64_t{random.below(5)});
    }
}

/// Alters one place below `value`.
void alter(Value& value, Random& random, int depth) {
    if (auto* object = value.object(); object != nullptr && !object->empty() && depth < 6) {
        auto* members = &object->members();
        const auto chosen = static_cast<std::size_t>(random.below(members->size()));
        auto& member = (*members)[chosen];
        const std::uint64_t kind = random.below(10);
        if (kind < 5) return alter(member.value, random, depth + 1);
        if (kind < 7) {
            members->erase(members->begin() + static_cast<std::ptrdiff_t>(chosen));
        } else if (kind < 8) {
            std::swap(member.value,
                      (*members)[static_cast<std::size_t>(random.below(members->size()))].value);
        } else {
            member.value = strange_value(random);
        }
        return;
    }
    if (auto* items = value.array(); items != nullptr && !items->empty() && depth < 6) {
        const auto chosen = static_cast<std::size_t>(random.below(items->size()));
        const std::uint64_t kind = random.below(10);
        if (kind < 5) return alter((*items)[chosen], random, depth + 1);
        if (kind < 7) {
            items->erase(items->begin() + static_cast<std::ptrdiff_t>(chosen));
        } else {
            items->push_back((*items)[chosen]);
        }
        return;
    }
    if (const auto number = value.unsigned_integer(); number && random.chance(700)) {
        value = Value(*number + random.below(4) - (*number > 1 ? random.below(2) : 0));
        return;
    }
    value = strange_value(random);
}

}  // namespace

std::string mutate_frame(const std::string& frame, Random& random) {
    if (random.chance(100)) {
        std::string text =
            frame.substr(0, static_cast<std::size_t>(random.below(frame.size() + 1)));
        if (!text.empty() && random.chance(500))
            text[static_cast<std::size_t>(random.below(text.size()))] =
                static_cast<char>(random.below(256));
        return text;
    }
    auto value = encoding::parse_json(frame);
    if (!value) return frame;
    const std::uint64_t places = 1 + random.below(2);
    for (std::uint64_t i = 0; i < places; ++i) alter(*value, random, 0);
    return encoding::compact_json(*value);
}

}  // namespace stadtbuch::simulation
