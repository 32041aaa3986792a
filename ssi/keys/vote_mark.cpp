// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/keys/vote_mark.hpp"

#include <filesystem>

#include "ssi/keys/keystore_file.hpp"
#include "storage/encoding/json.hpp"

namespace stadtbuch::keys {
namespace {

constexpr std::int64_t format_version = 1;
constexpr std::size_t store_name_max = 64;

}  // namespace

std::string to_text(const VoteMark& mark) {
    encoding::Object object{{"version", format_version}};
    switch (mark.state) {
        case VoteState::fresh:
            object.set("state", "new");
            break;
        case VoteState::recover:
            object.set("state", "recover");
            break;
        case VoteState::vouched:
            object.set("state", "vouched");
            break;
        case VoteState::voting:
            object.set("state", "voting");
            object.set("store", mark.store);
            object.set("starts", mark.starts);
            object.set("batches", mark.batches);
            break;
    }
    return encoding::compact_json(encoding::Value(std::move(object))) + "\n";
}

std::optional<VoteMark> parse_vote_mark(std::string_view text) {
    const auto parsed = encoding::parse_json(text);
    if (!parsed || !parsed->is_object()) return std::nullopt;
    const encoding::Value* version = parsed->find("version");
    if (version == nullptr || version->integer() != format_version) return std::nullopt;
    const std::string_view state = parsed->text_at("state");
    VoteMark mark;
    if (state == "new") return mark;
    if (state == "recover" || state == "vouched") {
        mark.state = state == "recover" ? VoteState::recover : VoteState::vouched;
        return mark;
    }
    if (state != "voting") return std::nullopt;
    mark.state = VoteState::voting;
    mark.store = parsed->text_at("store");
    if (mark.store.empty() || mark.store.size() > store_name_max) return std::nullopt;
    for (const auto& [name, number] :
         {std::pair{"starts", &mark.starts}, std::pair{"batches", &mark.batches}}) {
        const encoding::Value* value = parsed->find(name);
        const auto read = value == nullptr ? std::nullopt : value->unsigned_integer();
        if (!read) return std::nullopt;
        *number = *read;
    }
    return mark;
}

std::string vote_mark_path(const std::string& keystore) {
    return keystore + ".mark";
}

Result<std::optional<VoteMark>, Error> read_vote_mark(const std::string& path) {
    std::error_code error;
    if (!std::filesystem::exists(path, error) && !error) return std::optional<VoteMark>{};
    const auto text = read_private_file(path);
    if (!text) return Failure{text.error()};
    auto mark = parse_vote_mark(*text);
    if (!mark) {
        return Failure{Error{"SB-4004", "the vote mark beside the keys is damaged", path,
                             "Run: stadtbuch node recover"}};
    }
    return mark;
}

Result<void, Error> write_vote_mark(const std::string& path, const VoteMark& mark) {
    return write_private_file(path, to_text(mark));
}

}  // namespace stadtbuch::keys
