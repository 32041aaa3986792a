// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/credential/claim_path.hpp"

namespace stadtbuch::credential {

using encoding::Array;
using encoding::Value;

namespace {

constexpr std::size_t steps_max = 16;

std::vector<const Value*> step_into(const Value& value, const PathStep& step) {
    if (const auto* name = std::get_if<std::string>(&step)) {
        const Value* member = value.find(*name);
        if (member == nullptr) return {};
        return {member};
    }
    const Array* array = value.array();
    if (array == nullptr) return {};
    std::vector<const Value*> found;
    if (const auto* index = std::get_if<std::size_t>(&step)) {
        if (*index < array->size()) found.push_back(&(*array)[*index]);
        return found;
    }
    for (const Value& element : *array) found.push_back(&element);
    return found;
}

}  // namespace

std::string to_text(const ClaimPath& path) {
    std::string text;
    for (const PathStep& step : path) {
        if (const auto* name = std::get_if<std::string>(&step)) {
            if (!text.empty()) text += '.';
            text += *name;
        } else if (const auto* index = std::get_if<std::size_t>(&step)) {
            text += '[' + std::to_string(*index) + ']';
        } else {
            text += "[*]";
        }
    }
    return text;
}

ClaimPath path_of(std::string_view dotted) {
    ClaimPath path;
    while (true) {
        const std::size_t dot = dotted.find('.');
        path.emplace_back(std::string(dotted.substr(0, dot)));
        if (dot == std::string_view::npos) return path;
        dotted.remove_prefix(dot + 1);
    }
}

std::optional<ClaimPath> path_from_value(const Value& value) {
    const Array* array = value.array();
    if (array == nullptr || array->empty() || array->size() > steps_max) return std::nullopt;
    ClaimPath path;
    for (const Value& step : *array) {
        if (step.is_text()) {
            path.emplace_back(*step.text());
        } else if (step.is_null()) {
            path.emplace_back(AllElements{});
        } else if (const auto index = step.unsigned_integer(); step.is_integer() && index) {
            path.emplace_back(static_cast<std::size_t>(*index));
        } else {
            return std::nullopt;
        }
    }
    return path;
}

Array path_to_value(const ClaimPath& path) {
    Array array;
    for (const PathStep& step : path) {
        if (const auto* name = std::get_if<std::string>(&step)) {
            array.emplace_back(*name);
        } else if (const auto* index = std::get_if<std::size_t>(&step)) {
            array.emplace_back(static_cast<std::uint64_t>(*index));
        } else {
            array.emplace_back(nullptr);
        }
    }
    return array;
}

std::vector<const Value*> select(const Value& root, const ClaimPath& path) {
    std::vector<const Value*> selected{&root};
    for (const PathStep& step : path) {
        std::vector<const Value*> next;
        for (const Value* value : selected) {
            const auto found = step_into(*value, step);
            next.insert(next.end(), found.begin(), found.end());
        }
        selected = std::move(next);
        if (selected.empty()) break;
    }
    return selected;
}

}  // namespace stadtbuch::credential
