// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "cli/output.hpp"

#include <algorithm>
#include <charconv>

#include "storage/encoding/json.hpp"

namespace stadtbuch::cli {

using encoding::Value;

namespace {

constexpr std::size_t steps_max = 32;
/// Deeper values are written as JSON, which YAML contains.
constexpr std::size_t depth_max = 24;

bool is_block(const Value& value) {
    return (value.is_object() && !value.object()->empty()) ||
           (value.is_array() && !value.array()->empty());
}

bool is_plain_key(std::string_view key) {
    const auto is_fine = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    };
    if (key.empty() || key == "y" || key == "n" || key == "yes" || key == "no" || key == "on" ||
        key == "off" || key == "true" || key == "false" || key == "null")
        return false;
    return std::all_of(key.begin(), key.end(), is_fine);
}

// NOLINTNEXTLINE(misc-no-recursion): bounded by depth_max.
void write_yaml(const Value& value, std::size_t depth, std::string& out) {
    const std::string indent(2 * depth, ' ');
    if (depth >= depth_max || !is_block(value)) {
        out += encoding::compact_json(value) + "\n";
        return;
    }
    bool is_first = true;
    const auto begin_entry = [&] {
        // The first entry of a list element stands behind its dash.
        if (!is_first || out.empty() || out.back() == '\n') out += indent;
        is_first = false;
    };
    if (value.is_object()) {
        for (const auto& member : *value.object()) {
            begin_entry();
            out +=
                is_plain_key(member.key) ? member.key : encoding::compact_json(Value(member.key));
            out += is_block(member.value) && depth + 1 < depth_max ? ":\n" : ": ";
            write_yaml(member.value, depth + 1, out);
        }
        return;
    }
    for (const Value& element : *value.array()) {
        begin_entry();
        out += "- ";
        write_yaml(element, depth + 1, out);
    }
}

struct Step {
    std::string name;                  ///< of a member
    std::optional<std::size_t> index;  ///< of an element
    bool is_each = false;
};

std::optional<Step> bracket_step(std::string_view inside) {
    if (inside.empty()) return Step{{}, {}, true};
    std::size_t index = 0;
    const auto read = std::from_chars(inside.data(), inside.data() + inside.size(), index);
    if (read.ec != std::errc{} || read.ptr != inside.data() + inside.size()) return std::nullopt;
    return Step{{}, index, false};
}

std::optional<std::vector<Step>> steps_of(std::string_view path) {
    std::vector<Step> out;
    bool wants_name = true;
    while (!path.empty() && out.size() <= steps_max) {
        if (path.front() == '[') {
            const std::size_t end = path.find(']');
            if (end == std::string_view::npos) return std::nullopt;
            auto step = bracket_step(path.substr(1, end - 1));
            if (!step) return std::nullopt;
            out.push_back(*std::move(step));
            path.remove_prefix(end + 1);
            wants_name = false;
            continue;
        }
        if (path.front() == '.' && !wants_name) {
            path.remove_prefix(1);
            wants_name = true;
            continue;
        }
        const std::size_t end = std::min(path.find_first_of(".["), path.size());
        if (end == 0 || !wants_name) return std::nullopt;
        out.push_back(Step{std::string(path.substr(0, end)), {}, false});
        path.remove_prefix(end);
        wants_name = false;
    }
    if (out.empty() || out.size() > steps_max || wants_name) return std::nullopt;
    return out;
}

/// Follows one step from one value. False: nothing is there.
bool follow(const Step& step, const Value& value, std::vector<Value>& found) {
    if (!step.name.empty()) {
        const Value* member = value.find(step.name);
        if (member == nullptr) return false;
        found.push_back(*member);
        return true;
    }
    if (!value.is_array()) return false;
    if (step.is_each) {
        found.insert(found.end(), value.array()->begin(), value.array()->end());
        return true;
    }
    if (*step.index >= value.array()->size()) return false;
    found.push_back((*value.array())[*step.index]);
    return true;
}

std::string name_of(const Value& value) {
    if (!value.is_object()) return plain_text(value);
    for (const auto& member : *value.object()) {
        if (member.value.is_text() || member.value.is_integer()) return plain_text(member.value);
    }
    return {};
}

}  // namespace

std::string plain_text(const Value& value) {
    return value.is_text() ? *value.text() : encoding::compact_json(value);
}

std::string yaml_text(const Value& value) {
    std::string out;
    write_yaml(value, 0, out);
    return out;
}

bool is_selection(std::string_view path) {
    return steps_of(path).has_value();
}

std::optional<std::vector<Value>> selected(const Value& value, std::string_view path) {
    const auto steps = steps_of(path);
    STADTBUCH_ASSERT(steps.has_value());
    std::vector<Value> found{value};
    for (const Step& step : *steps) {
        std::vector<Value> next;
        for (const Value& one : found) {
            if (!follow(step, one, next)) return std::nullopt;
        }
        found = std::move(next);
    }
    return found;
}

std::vector<std::string> names_of(const Value& value) {
    std::vector<std::string> out;
    if (value.is_object()) {
        for (const auto& member : *value.object()) {
            const bool is_list = member.value.is_array() && !member.value.array()->empty() &&
                                 member.value.array()->front().is_object();
            if (!is_list) continue;
            for (const Value& element : *member.value.array()) out.push_back(name_of(element));
            return out;
        }
    }
    out.push_back(name_of(value));
    return out;
}

}  // namespace stadtbuch::cli
