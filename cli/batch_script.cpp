// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "cli/batch_script.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>

namespace stadtbuch::cli {

namespace {

constexpr std::size_t depth_max = 64;

/// Cuts at blanks outside of quotes and brackets. nullopt when one is left open.
std::optional<std::vector<std::string>> words_of_line(std::string_view line) {
    std::vector<std::string> out;
    std::string word;
    std::size_t depth = 0;
    bool is_quoted = false;
    bool is_begun = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        if (is_quoted) {
            if (c == '\\' && i + 1 < line.size()) {
                // Outside of JSON the backslash only guards the quote.
                if (depth > 0 || (line[i + 1] != '"' && line[i + 1] != '\\')) word += c;
                word += line[++i];
                continue;
            }
            is_quoted = c != '"';
            if (is_quoted || depth > 0) word += c;
            continue;
        }
        if ((c == ' ' || c == '\t') && depth == 0) {
            if (is_begun) out.push_back(std::move(word));
            word.clear();
            is_begun = false;
            continue;
        }
        is_begun = true;
        if (c == '"') is_quoted = true;
        if (c == '{' || c == '[') ++depth;
        if ((c == '}' || c == ']') && depth > 0) --depth;
        if (depth > depth_max) return std::nullopt;
        if (c != '"' || depth > 0) word += c;
    }
    if (is_quoted || depth > 0) return std::nullopt;
    if (is_begun) out.push_back(std::move(word));
    return out;
}

bool is_group(std::string_view word) {
    return word == "pool" || word == "wallet" || word == "did" || word == "ledger" ||
           word == "payment-address";
}

/// A name is what indy-cli uses for names: letters, digits, `_` and `-`.
std::size_t name_end(std::string_view word) {
    const std::size_t end = word.find('=');
    if (end == std::string_view::npos || end == 0) return std::string_view::npos;
    const bool is_name =
        std::all_of(word.begin(), word.begin() + static_cast<std::ptrdiff_t>(end), [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                   c == '_' || c == '-';
        });
    return is_name ? end : std::string_view::npos;
}

BatchLine line_of(std::vector<std::string> words) {
    BatchLine out;
    std::size_t at = 0;
    if (is_group(words[0])) out.group = words[at++];
    if (at < words.size()) out.command = words[at++];
    for (; at < words.size(); ++at) {
        const std::size_t end = name_end(words[at]);
        if (end != std::string_view::npos) {
            out.values.emplace_back(words[at].substr(0, end), words[at].substr(end + 1));
        } else if (out.subject.empty()) {
            out.subject = words[at];
        } else {
            out.values.emplace_back("", words[at]);
        }
    }
    return out;
}

const std::map<std::string, std::vector<std::string>, std::less<>>& known_commands() {
    static const std::map<std::string, std::vector<std::string>, std::less<>> commands{
        {"", {"about", "exit", "show", "prompt", "help", "init-logger"}},
        {"pool",
         {"create", "connect", "disconnect", "delete", "list", "refresh", "show-taa",
          "set-protocol-version"}},
        {"wallet", {"create", "open", "close", "delete", "list"}},
        {"did", {"new", "import", "use", "list", "rotate-key", "set-metadata"}},
        {"ledger",
         {"nym",
          "get-nym",
          "attrib",
          "get-attrib",
          "schema",
          "get-schema",
          "cred-def",
          "get-cred-def",
          "node",
          "get-validator-info",
          "pool-config",
          "pool-restart",
          "pool-upgrade",
          "custom",
          "sign-multi",
          "save-transaction",
          "load-transaction",
          "txn-author-agreement",
          "txn-acceptance-mechanisms",
          "get-acceptance-mechanisms",
          "disable-all-txn-author-agreements",
          "auth-rule",
          "auth-rules",
          "get-auth-rule",
          "ledgers-freeze",
          "get-frozen-ledgers",
          "endorse"}}};
    return commands;
}

}  // namespace

std::string BatchLine::at(std::string_view name) const {
    for (const auto& [key, value] : values) {
        if (key == name) return value;
    }
    return {};
}

bool BatchLine::has(std::string_view name) const {
    return std::any_of(values.begin(), values.end(),
                       [&](const auto& value) { return value.first == name; });
}

std::string BatchLine::name() const {
    return group.empty() ? command : group + " " + command;
}

Result<std::vector<BatchLine>, Error> read_batch(std::string_view text, const std::string& place) {
    std::vector<BatchLine> out;
    std::size_t number = 0;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        ++number;
        while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.remove_suffix(1);
        while (!line.empty() && (line.front() == ' ' || line.front() == '\t'))
            line.remove_prefix(1);
        if (line.empty() || line.front() == '#') continue;
        const bool may_fail = line.front() == '-';
        if (may_fail) line.remove_prefix(1);
        auto words = words_of_line(line);
        if (!words || words->empty()) {
            return Failure{Error{"SB-5110", "this line cannot be read: quotes or brackets are open",
                                 place + ":" + std::to_string(number), "Close them."}};
        }
        BatchLine read = line_of(*std::move(words));
        read.number = number;
        read.may_fail = may_fail;
        out.push_back(std::move(read));
    }
    return out;
}

std::string why_not_run(const BatchLine& line) {
    if (line.group == "payment-address" || line.command.starts_with("payment") ||
        line.command.find("-fee") != std::string::npos || line.command == "mint-prepare")
        return "this ledger knows no payments";
    if (line.group == "wallet" && (line.command == "export" || line.command == "import" ||
                                   line.command == "attach" || line.command == "detach"))
        return "wallet files of other programs cannot be read; use: did import FILE";
    if (line.command == "load-plugin") return "there are no plug-ins";
    if (line.command == "qualify") return "DIDs are kept without method; did:sov: may be written";
    const auto found = known_commands().find(line.group);
    const bool is_known =
        found != known_commands().end() &&
        std::find(found->second.begin(), found->second.end(), line.command) != found->second.end();
    return is_known ? "" : "no such command is known";
}

}  // namespace stadtbuch::cli
