// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/agent/status_lists.hpp"

#include "ssi/agent/gzip.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"
#include "storage/hash/hash.hpp"

namespace stadtbuch::agent {

namespace {

constexpr std::uint64_t reserve_block = 256;
constexpr std::int64_t token_life_s = 86400;

std::string revocation_key(const std::string& list, std::uint64_t index) {
    std::string out = "s" + list;
    out += '\0';
    return out + big_endian(index);
}

std::string entry_key(const std::string& list, std::uint64_t index) {
    std::string out = "i" + list;
    out += '\0';
    return out + big_endian(index);
}

std::string mapping_prefix(const std::string& case_id) {
    std::string out = "m" + case_id;
    out += '\0';
    return out;
}

}  // namespace

StatusLists::StatusLists(Database& database, const StatusSettings& settings, std::string base_url,
                         credential::SigningIdentity signing, keys::RandomSource& random)
    : database_(database),
      settings_(settings),
      base_url_(std::move(base_url)),
      signing_(std::move(signing)),
      random_(random) {
    load();
    std::int64_t open = 0;
    for (const auto& [id, list] : lists_) open += list.reserved < list.size ? 1 : 0;
    for (; open < settings_.lists; ++open) (void)make_list();
}

void StatusLists::load() {
    database_.scan("l", [&](std::string_view key, std::string_view value) {
        const auto parsed = encoding::parse_json(value);
        if (!parsed) return true;
        List list;
        list.id = std::string(key.substr(1));
        list.size = parsed->find("size")->unsigned_integer().value_or(0);
        list.reserved = parsed->find("reserved")->unsigned_integer().value_or(0);
        list.next = list.reserved;
        list.secret = std::string(parsed->text_at("secret"));
        const auto secret = encoding::base64url_decode(list.secret).value_or(Bytes{});
        list.order = std::make_unique<credential::IndexPermutation>(secret, list.size);
        list.list = std::make_unique<credential::StatusList>(1, list.size);
        lists_.emplace(list.id, std::move(list));
        return true;
    });
    database_.scan("s", [&](std::string_view key, std::string_view value) {
        const std::size_t zero = key.find('\0');
        if (zero == std::string_view::npos || value.empty()) return true;
        List* list = find(std::string(key.substr(1, zero - 1)));
        const auto status = static_cast<std::uint8_t>(value[0]);
        if (list != nullptr && list->list->set(from_big_endian(key.substr(zero + 1)), status))
            ++list->revoked;
        return true;
    });
}

StatusLists::List& StatusLists::make_list() {
    List list;
    list.id = keys::random_token(random_, 9);
    list.size = static_cast<std::uint64_t>(settings_.size);
    const Bytes secret = keys::random_bytes(random_, 32);
    list.secret = encoding::base64url_encode(secret);
    list.order = std::make_unique<credential::IndexPermutation>(secret, list.size);
    list.list = std::make_unique<credential::StatusList>(1, list.size);
    save(list);
    return lists_.emplace(list.id, std::move(list)).first->second;
}

void StatusLists::save(const List& list) {
    const encoding::Object record{
        {"size", list.size}, {"reserved", list.reserved}, {"secret", list.secret}};
    store::Batch batch;
    put(batch, "l" + list.id, encoding::compact_json(record));
    database_.commit(batch);
}

StatusLists::List* StatusLists::find(const std::string& id) {
    const auto found = lists_.find(id);
    return found == lists_.end() ? nullptr : &found->second;
}

std::optional<credential::StatusReference> StatusLists::allocate(const std::string&,
                                                                 const std::string& case_id) {
    const std::lock_guard guard(lists_guard_);
    std::vector<List*> open;
    for (auto& [id, list] : lists_) {
        if (list.next < list.size) open.push_back(&list);
    }
    if (open.size() < static_cast<std::size_t>(settings_.lists)) open.push_back(&make_list());
    const Bytes draw = keys::random_bytes(random_, 8);
    List& list = *open[from_big_endian(text_of(draw)) % open.size()];
    if (list.next == list.reserved) {
        list.reserved = std::min(list.size, list.reserved + reserve_block);
        save(list);
    }
    const std::uint64_t index = list.order->index_at(list.next++);
    store::Batch batch;
    put(batch, mapping_prefix(case_id) + list.id + '\0' + big_endian(index), "");
    put(batch, entry_key(list.id, index), case_id);
    database_.append(batch);
    return credential::StatusReference{uri_of(list.id), index};
}

std::vector<StatusEntry> StatusLists::entries_of(const std::string& case_id) const {
    std::vector<StatusEntry> out;
    const std::string prefix = mapping_prefix(case_id);
    database_.scan(prefix, [&](std::string_view key, std::string_view) {
        key.remove_prefix(prefix.size());
        const std::size_t zero = key.find('\0');
        if (zero != std::string_view::npos) {
            out.push_back(
                {std::string(key.substr(0, zero)), from_big_endian(key.substr(zero + 1))});
        }
        return true;
    });
    return out;
}

void StatusLists::revoke(const std::vector<StatusEntry>& entries, store::Batch& batch) const {
    const std::string invalid(1, static_cast<char>(credential::status_value::invalid));
    for (const StatusEntry& entry : entries)
        put(batch, revocation_key(entry.list, entry.index), invalid);
}

std::string StatusLists::case_of(const StatusEntry& entry) const {
    return database_.get(entry_key(entry.list, entry.index)).value_or("");
}

std::optional<bool> StatusLists::revoked(const StatusEntry& entry) const {
    const std::lock_guard guard(lists_guard_);
    const auto found = lists_.find(entry.list);
    if (found == lists_.end()) return std::nullopt;
    const std::lock_guard list_guard(*found->second.guard);
    const auto status = found->second.list->get(entry.index);
    if (!status) return std::nullopt;
    return *status != credential::status_value::valid;
}

void StatusLists::applied(const std::vector<StatusEntry>& entries) {
    const std::lock_guard guard(lists_guard_);
    for (const StatusEntry& entry : entries) {
        List* list = find(entry.list);
        if (list == nullptr) continue;
        const std::lock_guard list_guard(*list->guard);
        if (list->list->get(entry.index) == credential::status_value::invalid) continue;
        if (!list->list->set(entry.index, credential::status_value::invalid)) continue;
        ++list->revoked;
        list->changed = true;
    }
}

void StatusLists::forget_case(const std::string& case_id, store::Batch& batch) const {
    for (const StatusEntry& entry : entries_of(case_id)) {
        erase(batch, mapping_prefix(case_id) + entry.list + '\0' + big_endian(entry.index));
        erase(batch, entry_key(entry.list, entry.index));
    }
}

std::shared_ptr<const StatusToken> StatusLists::sign(List& list, keys::UnixSeconds now) const {
    auto token = std::make_shared<StatusToken>();
    token->signed_at = now;
    token->expires_at = now + token_life_s;
    const credential::StatusTokenTimes times{now, token->expires_at, settings_.ttl_s};
    token->text = credential::make_status_token(*list.list, uri_of(list.id), times, signing_);
    const Hash32 digest = hash::sha256(token->text);
    token->gzip = gzip(token->text);
    token->etag = "\"" + encoding::base64url_encode(digest.view().first(12)) + "\"";
    list.changed = false;
    list.token = token;
    return token;
}

std::shared_ptr<const StatusToken> StatusLists::token(const std::string& id,
                                                      keys::UnixSeconds now) {
    std::unique_lock lists(lists_guard_);
    List* list = find(id);
    lists.unlock();  // entries of the map stay where they are
    if (list == nullptr) return nullptr;
    const std::lock_guard guard(*list->guard);
    const auto& held = list->token;
    const bool usable =
        held != nullptr && now < held->signed_at + token_life_s / 2 && now >= held->signed_at;
    const bool may_wait = usable && (!list->changed || now < held->signed_at + settings_.resign_s);
    return may_wait ? held : sign(*list, now);
}

std::shared_ptr<const StatusToken> StatusLists::fresh_token(const std::string& id,
                                                            keys::UnixSeconds now) {
    {
        const std::lock_guard lists(lists_guard_);
        List* list = find(id);
        if (list == nullptr) return nullptr;
        const std::lock_guard guard(*list->guard);
        if (list->changed || list->token == nullptr) return sign(*list, now);
    }
    return token(id, now);
}

std::string StatusLists::id_of(const std::string& uri) const {
    const std::string prefix = base_url_ + "/status/";
    return uri.starts_with(prefix) ? uri.substr(prefix.size()) : std::string();
}

std::vector<std::string> StatusLists::uris() const {
    const std::lock_guard guard(lists_guard_);
    std::vector<std::string> out;
    for (const auto& [id, list] : lists_) out.push_back(uri_of(id));
    return out;
}

std::uint64_t StatusLists::revoked_count() const {
    const std::lock_guard guard(lists_guard_);
    std::uint64_t out = 0;
    for (const auto& [id, list] : lists_) out += list.revoked;
    return out;
}

}  // namespace stadtbuch::agent
