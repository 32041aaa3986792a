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
constexpr std::int64_t sign_pause_s = 5;
constexpr std::int64_t clock_skew_s = 60;

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
    const std::lock_guard guard(lists_guard_);
    load();
    if (open_lists().size() >= static_cast<std::size_t>(settings_.lists)) return;
    // Two instances that begin together must not make two sets.
    database_.apart("lists", [&] {
        catch_up();
        while (open_lists().size() < static_cast<std::size_t>(settings_.lists)) (void)make_list();
    });
}

void StatusLists::load() {
    if (database_.shared()) return catch_up();
    database_.scan("l", [&](std::string_view key, std::string_view value) {
        take_list(key, value);
        return true;
    });
    database_.scan("s", [&](std::string_view key, std::string_view value) {
        take_revocation(key, value);
        return true;
    });
}

void StatusLists::catch_up() {
    if (!database_.shared()) return;
    // In the order of keys: lists, revocations, tokens.
    database_.follow("lsv", mark_, [&](std::string_view key, std::string_view value, bool ours) {
        if (key.starts_with('l')) take_list(key, value);
        if (ours) return;  // it may be undone yet
        if (key.starts_with('s')) take_revocation(key, value);
        if (key.starts_with('v')) take_token(key, value);
    });
}

void StatusLists::take_list(std::string_view key, std::string_view value) {
    const auto parsed = encoding::parse_json(value);
    if (!parsed) return;
    const std::uint64_t reserved = parsed->find("reserved")->unsigned_integer().value_or(0);
    std::string id(key.substr(1));
    List* known = find(id);
    if (known == nullptr) {
        List list = list_of(id, parsed->find("size")->unsigned_integer().value_or(0),
                            std::string(parsed->text_at("secret")));
        list.next = list.reserved = reserved;
        known = &lists_.emplace(std::move(id), std::move(list)).first->second;
    }
    known->full = reserved >= known->size;
}

void StatusLists::take_revocation(std::string_view key, std::string_view value) {
    const std::size_t zero = key.find('\0');
    if (zero == std::string_view::npos || value.empty()) return;
    List* list = find(std::string(key.substr(1, zero - 1)));
    if (list == nullptr) return;
    const auto status = static_cast<std::uint8_t>(value[0]);
    const std::uint64_t index = from_big_endian(key.substr(zero + 1));
    const std::lock_guard guard(*list->guard);
    if (list->list->get(index) == status || !list->list->set(index, status)) return;
    ++list->revoked;
    list->changed = true;
}

void StatusLists::take_token(std::string_view key, std::string_view value) {
    List* list = find(std::string(key.substr(1)));
    if (list == nullptr || value.size() < 16) return;
    const auto signed_at = static_cast<keys::UnixSeconds>(from_big_endian(value));
    const std::uint64_t covered = from_big_endian(value.substr(8));
    const std::lock_guard guard(*list->guard);
    // Commits are seen by all in one order: as many revocations are the same revocations.
    list->changed = covered != list->revoked;
    if (list->token != nullptr && list->token->text == value.substr(16)) return;
    list->token = token_of(std::string(value.substr(16)), signed_at);
}

StatusLists::List StatusLists::list_of(std::string id, std::uint64_t size,
                                       std::string secret) const {
    List list;
    list.id = std::move(id);
    list.size = size;
    list.secret = std::move(secret);
    const auto seed = encoding::base64url_decode(list.secret).value_or(Bytes{});
    list.order = std::make_unique<credential::IndexPermutation>(seed, list.size);
    list.list = std::make_unique<credential::StatusList>(1, list.size);
    return list;
}

StatusLists::List& StatusLists::make_list() {
    List list = list_of(keys::random_token(random_, 9), static_cast<std::uint64_t>(settings_.size),
                        encoding::base64url_encode(keys::random_bytes(random_, 32)));
    write(list, 0);
    std::string id = list.id;
    return lists_.emplace(std::move(id), std::move(list)).first->second;
}

void StatusLists::write(const List& list, std::uint64_t reserved) {
    const encoding::Object record{
        {"size", list.size}, {"reserved", reserved}, {"secret", list.secret}};
    store::Batch batch;
    put(batch, "l" + list.id, encoding::compact_json(record));
    database_.commit(batch);
}

bool StatusLists::reserve(List& list) {
    const auto block = database_.apart("l" + list.id, [&] {
        const auto held = database_.get("l" + list.id);
        const auto parsed = encoding::parse_json(held.value_or("{}"));
        const encoding::Value* field = parsed ? parsed->find("reserved") : nullptr;
        // Without its counter nothing of the list may be given out.
        const std::uint64_t from =
            field == nullptr ? list.size : field->unsigned_integer().value_or(list.size);
        const std::uint64_t to = std::min(list.size, from + reserve_block);
        if (from < to) write(list, to);
        return std::pair(from, to);
    });
    list.next = block.first;
    list.reserved = block.second;
    list.full = block.second >= list.size;
    return list.next < list.reserved;
}

std::vector<StatusLists::List*> StatusLists::open_lists() {
    std::vector<List*> open;
    for (auto& [id, list] : lists_) {
        if (list.next < list.reserved || !list.full) open.push_back(&list);
    }
    return open;
}

StatusLists::List* StatusLists::find(const std::string& id) {
    const auto found = lists_.find(id);
    return found == lists_.end() ? nullptr : &found->second;
}

credential::StatusReference StatusLists::take_entry(const std::string& case_id,
                                                    store::Batch& batch) {
    List* chosen = nullptr;
    while (chosen == nullptr) {
        std::vector<List*> open = open_lists();
        if (open.size() < static_cast<std::size_t>(settings_.lists)) {
            database_.apart("lists", [&] {
                catch_up();  // another instance may have made one
                if (open_lists().size() < static_cast<std::size_t>(settings_.lists))
                    (void)make_list();
            });
            open = open_lists();
        }
        const Bytes draw = keys::random_bytes(random_, 8);
        List& list = *open[from_big_endian(text_of(draw)) % open.size()];
        if (list.next < list.reserved || reserve(list)) chosen = &list;
    }
    const std::uint64_t index = chosen->order->index_at(chosen->next++);
    put(batch, mapping_prefix(case_id) + chosen->id + '\0' + big_endian(index), "");
    put(batch, entry_key(chosen->id, index), case_id);
    return {uri_of(chosen->id), index};
}

std::optional<credential::StatusReference> StatusLists::allocate(
    const std::string& configuration_id, const std::string& case_id) {
    return allocate_batch(configuration_id, case_id, 1).front();
}

std::vector<credential::StatusReference> StatusLists::allocate_batch(const std::string&,
                                                                     const std::string& case_id,
                                                                     std::size_t count) {
    std::vector<credential::StatusReference> out;
    store::Batch batch;
    const std::lock_guard guard(lists_guard_);
    while (out.size() < count) out.push_back(take_entry(case_id, batch));
    database_.append(batch);
    return out;
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

std::optional<bool> StatusLists::revoked(const StatusEntry& entry) {
    const std::lock_guard guard(lists_guard_);
    catch_up();
    const auto found = lists_.find(entry.list);
    if (found == lists_.end()) return std::nullopt;
    const std::lock_guard list_guard(*found->second.guard);
    const auto status = found->second.list->get(entry.index);
    if (!status) return std::nullopt;
    return *status != credential::status_value::valid;
}

void StatusLists::applied(const std::vector<StatusEntry>& entries) {
    if (database_.shared()) return;  // catch_up() sees them once they are committed
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

std::shared_ptr<StatusToken> StatusLists::token_of(std::string text,
                                                   keys::UnixSeconds signed_at) const {
    auto token = std::make_shared<StatusToken>();
    token->signed_at = signed_at;
    token->expires_at = signed_at + token_life_s;
    token->text = std::move(text);
    const Hash32 digest = hash::sha256(token->text);
    token->gzip = gzip(token->text);
    token->etag = "\"" + encoding::base64url_encode(digest.view().first(12)) + "\"";
    return token;
}

std::shared_ptr<const StatusToken> StatusLists::sign(List& list, keys::UnixSeconds now) {
    const credential::StatusTokenTimes times{now, now + token_life_s, settings_.ttl_s};
    list.token =
        token_of(credential::make_status_token(*list.list, uri_of(list.id), times, signing_), now);
    list.changed = false;
    return list.token;
}

bool StatusLists::usable(const List& list, keys::UnixSeconds now) const {
    if (list.token == nullptr) return false;
    // Instances' clocks differ a little.
    const std::int64_t skew = database_.shared() ? clock_skew_s : 0;
    return now < list.token->signed_at + token_life_s / 2 && now + skew >= list.token->signed_at;
}

std::shared_ptr<const StatusToken> StatusLists::sign_shared(List& list, keys::UnixSeconds now) {
    const std::string key = "v" + list.id;
    return database_.apart(key, [&]() -> std::shared_ptr<const StatusToken> {
        catch_up();  // with what the last one who signed has put there
        const std::lock_guard guard(*list.guard);
        const bool good = usable(list, now);
        if (good && !list.changed) return list.token;
        const auto token = sign(list, good ? std::max(now, list.token->signed_at) : now);
        store::Batch batch;
        put(batch, key,
            big_endian(static_cast<std::uint64_t>(token->signed_at)) + big_endian(list.revoked) +
                token->text);
        database_.commit(batch);
        return token;
    });
}

std::shared_ptr<const StatusToken> StatusLists::token(const std::string& id,
                                                      keys::UnixSeconds now) {
    std::unique_lock lists(lists_guard_);
    if (now != followed_at_) {  // once a second is enough for those who cache it anyway
        followed_at_ = now;
        try {
            catch_up();
        } catch (const StoreUnavailable&) {
            // What was signed before is good as long as it says.
        }
    }
    List* list = find(id);
    if (list == nullptr) return nullptr;
    if (!database_.shared()) lists.unlock();  // entries of the map stay where they are
    std::unique_lock guard(*list->guard);
    const auto held = list->token;
    const bool good = usable(*list, now);
    if (good && (!list->changed || now < held->signed_at + settings_.resign_s)) return held;
    const bool served = held != nullptr && now < held->expires_at;
    if (served && now < list->sign_after) return held;
    try {
        if (!database_.shared()) return sign(*list, now);
        guard.unlock();
        return sign_shared(*list, now);
    } catch (const Unavailable&) {
        if (!served) throw;
        if (!guard.owns_lock()) guard.lock();
        list->sign_after = now + sign_pause_s;
        return held;
    }
}

std::shared_ptr<const StatusToken> StatusLists::fresh_token(const std::string& id,
                                                            keys::UnixSeconds now) {
    {
        const std::lock_guard lists(lists_guard_);
        catch_up();
        List* list = find(id);
        if (list == nullptr) return nullptr;
        std::unique_lock guard(*list->guard);
        if (list->changed || list->token == nullptr) {
            if (!database_.shared()) return sign(*list, now);
            guard.unlock();
            return sign_shared(*list, now);
        }
    }
    return token(id, now);
}

std::string StatusLists::id_of(const std::string& uri) const {
    const std::string prefix = base_url_ + "/status/";
    return uri.starts_with(prefix) ? uri.substr(prefix.size()) : std::string();
}

std::vector<std::string> StatusLists::uris() {
    const std::lock_guard guard(lists_guard_);
    catch_up();
    std::vector<std::string> out;
    for (const auto& [id, list] : lists_) out.push_back(uri_of(id));
    return out;
}

std::uint64_t StatusLists::revoked_count() {
    const std::lock_guard guard(lists_guard_);
    catch_up();
    std::uint64_t out = 0;
    for (const auto& [id, list] : lists_) out += list.revoked;
    return out;
}

}  // namespace stadtbuch::agent
