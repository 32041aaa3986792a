// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "config/document.hpp"

#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>

// The packaged library is built with exceptions; header-only use lets parse errors be values. Its
// assertions fire on some malformed keys ("[[[") although the error is handled right behind them,
// so they are off.
#undef NDEBUG
#define TOML_ASSERT(expr) static_assert(true)
#define TOML_EXCEPTIONS 0
#define TOML_HEADER_ONLY 1
#include <toml++/toml.h>

namespace stadtbuch::config {

namespace {

constexpr std::size_t file_bytes_max = 1u << 20;

std::string position(const std::string& name, const toml::source_region& source) {
    return name + ", line " + std::to_string(source.begin.line) + ", column " +
           std::to_string(source.begin.column);
}

void list_leaves(const toml::node& node, const std::string& path,
                 std::vector<std::pair<std::string, std::string>>& out, const std::string& name) {
    if (const auto* table = node.as_table()) {
        for (const auto& [key, child] : *table) {
            const std::string below = (path.empty() ? "" : path + ".") + std::string(key.str());
            list_leaves(child, below, out, name);
        }
        return;
    }
    const auto* array = node.as_array();
    if (array != nullptr && array->is_array_of_tables()) {
        for (std::size_t i = 0; i < array->size(); ++i) {
            list_leaves(*array->get(i), path + "." + std::to_string(i), out, name);
        }
        return;
    }
    out.emplace_back(path, position(name, node.source()));
}

}  // namespace

struct Document::State {
    toml::table root;
    std::string name;
    std::string folder;
    std::set<std::string, std::less<>> asked;
    std::vector<Error> faults;

    /// Walks "a.b.0.c"; null when absent.
    const toml::node* find(std::string_view path) const {
        const toml::node* node = &root;
        while (!path.empty() && node != nullptr) {
            const std::size_t dot = path.find('.');
            const std::string_view step = path.substr(0, dot);
            path = dot == std::string_view::npos ? std::string_view{} : path.substr(dot + 1);
            if (const auto* table = node->as_table()) {
                node = table->get(step);
            } else if (const auto* array = node->as_array()) {
                std::size_t index = 0;
                const auto [end, error] =
                    std::from_chars(step.data(), step.data() + step.size(), index);
                node = error == std::errc() && index < array->size() ? array->get(index) : nullptr;
            } else {
                node = nullptr;
            }
        }
        return node;
    }

    const toml::node* ask(std::string_view path) {
        asked.insert(std::string(path));
        return find(path);
    }

    void add_fault(std::string_view path, std::string id, std::string what, std::string next) {
        const toml::node* node = find(path);
        std::string where = node == nullptr ? name : position(name, node->source());
        faults.push_back({std::move(id), std::move(what), where + ", key " + std::string(path),
                          std::move(next)});
    }
};

Document::Document(std::unique_ptr<State> state) : state_(std::move(state)) {}

Document::Document(Document&&) noexcept = default;

Document& Document::operator=(Document&&) noexcept = default;

Document::~Document() = default;

Result<Document, Error> Document::read(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        return Failure{Error{"SB-1001", "the configuration file cannot be read", path,
                             "Check that the path is right and that this user may read it."}};
    }
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    auto document = parse(text, path);
    if (document) document->state_->folder = std::filesystem::path(path).parent_path().string();
    return document;
}

Result<Document, Error> Document::parse(std::string_view text, const std::string& name) {
    if (text.size() > file_bytes_max) {
        return Failure{Error{"SB-1002", "the configuration file is larger than 1 MiB", name,
                             "Give the right file."}};
    }
    toml::parse_result parsed = toml::parse(text, name);
    if (!parsed) {
        const toml::parse_error& error = parsed.error();
        return Failure{Error{"SB-1002", std::string(error.description()),
                             position(name, error.source()), "Correct the TOML syntax there."}};
    }
    auto state = std::make_unique<State>();
    state->root = std::move(parsed).table();
    state->name = name;
    return Document(std::move(state));
}

std::string Document::required_text(std::string_view path) {
    if (state_->find(path) == nullptr) {
        state_->asked.insert(std::string(path));
        state_->add_fault(path, "SB-1003", "the value is missing", "Add this key.");
        return {};
    }
    return text(path, "");
}

std::string Document::text(std::string_view path, std::string_view fallback) {
    const toml::node* node = state_->ask(path);
    if (node == nullptr) return std::string(fallback);
    const auto value = node->value_exact<std::string>();
    if (!value)
        state_->add_fault(path, "SB-1003", "a text in quotes is expected",
                          "Put the value into quotes.");
    return value.value_or(std::string(fallback));
}

std::int64_t Document::integer(std::string_view path, std::int64_t fallback, std::int64_t least,
                               std::int64_t most) {
    const toml::node* node = state_->ask(path);
    if (node == nullptr) return fallback;
    const auto value = node->value_exact<std::int64_t>();
    if (!value || *value < least || *value > most) {
        state_->add_fault(path, "SB-1003",
                          "an integer from " + std::to_string(least) + " to " +
                              std::to_string(most) + " is expected",
                          "Correct the value.");
        return fallback;
    }
    return *value;
}

bool Document::boolean(std::string_view path, bool fallback) {
    const toml::node* node = state_->ask(path);
    if (node == nullptr) return fallback;
    const auto value = node->value_exact<bool>();
    if (!value)
        state_->add_fault(path, "SB-1003", "true or false is expected",
                          "Write true or false without quotes.");
    return value.value_or(fallback);
}

std::vector<std::string> Document::texts(std::string_view path,
                                         const std::vector<std::string>& fallback) {
    const toml::node* node = state_->ask(path);
    if (node == nullptr) return fallback;
    const toml::array* array = node->as_array();
    std::vector<std::string> out;
    for (std::size_t i = 0; array != nullptr && i < array->size(); ++i) {
        const auto value = array->get(i)->value_exact<std::string>();
        if (!value) break;
        out.push_back(*value);
    }
    if (array == nullptr || out.size() != array->size()) {
        state_->add_fault(path, "SB-1003", "a list of texts is expected",
                          "Write it as [\"one\", \"two\"].");
        return fallback;
    }
    return out;
}

std::string Document::one_of(std::string_view path, std::string_view fallback,
                             const std::vector<std::string>& allowed) {
    const std::string value = text(path, fallback);
    if (std::find(allowed.begin(), allowed.end(), value) != allowed.end()) return value;
    std::string list;
    for (const std::string& word : allowed) list += (list.empty() ? "" : ", ") + word;
    state_->add_fault(path, "SB-1003", "'" + value + "' is not known here",
                      "Use one of: " + list + ".");
    return std::string(fallback);
}

std::uint16_t Document::port(std::string_view path, std::uint16_t fallback) {
    return static_cast<std::uint16_t>(integer(path, fallback, 0, 65535));
}

std::string Document::path(std::string_view key, std::string_view fallback) {
    const std::string value = text(key, fallback);
    if (value.empty() || value.front() == '/' || state_->folder.empty()) return value;
    return (std::filesystem::path(state_->folder) / value).lexically_normal().string();
}

bool Document::has(std::string_view path) const {
    return state_->find(path) != nullptr;
}

std::size_t Document::count(std::string_view path) const {
    const toml::node* node = state_->find(path);
    const toml::array* array = node == nullptr ? nullptr : node->as_array();
    return array == nullptr ? 0 : array->size();
}

void Document::fault(std::string_view path, std::string what, std::string next) {
    state_->add_fault(path, "SB-1003", std::move(what), std::move(next));
}

std::vector<Error> Document::finish() {
    std::vector<std::pair<std::string, std::string>> leaves;
    list_leaves(state_->root, "", leaves, state_->name);
    for (const auto& [path, where] : leaves) {
        if (state_->asked.contains(path)) continue;
        state_->faults.push_back({"SB-1004", "the key is not known", where + ", key " + path,
                                  "Remove it or correct its spelling; see config/README.md."});
    }
    return std::move(state_->faults);
}

std::string to_text(const Error& error) {
    std::string out = error.id + ": " + error.what;
    if (!error.where.empty()) out += " (" + error.where + ")";
    out += ".";
    if (!error.next.empty()) out += " " + error.next;
    return out;
}

}  // namespace stadtbuch::config
