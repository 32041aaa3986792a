// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/agent/accounts.hpp"

#include <algorithm>

#include "config/document.hpp"
#include "ssi/keys/digest_text.hpp"
#include "ssi/keys/secret.hpp"
#include "storage/encoding/json.hpp"

namespace stadtbuch::agent {

namespace {

constexpr std::string_view session_kind = "session";
constexpr std::string_view limit_kind = "limit";
constexpr std::size_t buckets_max = 20000;

}  // namespace

const Account* Accounts::find(std::string_view id) const {
    for (const Account& account : people) {
        if (account.id == id) return &account;
    }
    return nullptr;
}

const ApiToken* Accounts::token_of(std::string_view authorization) const {
    constexpr std::string_view scheme = "Bearer ";
    if (!authorization.starts_with(scheme)) return nullptr;
    const std::string digest = keys::digest_text(authorization.substr(scheme.size()));
    const ApiToken* found = nullptr;
    for (const ApiToken& token : tokens) {
        if (keys::constant_time_equal(view_of(token.sha256), view_of(digest))) found = &token;
    }
    return found;
}

Result<Accounts, std::vector<Error>> read_accounts(const std::string& file_name) {
    auto opened = config::Document::read(file_name);
    if (!opened) return Failure{std::vector<Error>{opened.error()}};
    config::Document file = std::move(opened).value();
    Accounts out;
    for (std::size_t i = 0; i < file.count("account"); ++i) {
        const std::string at = "account." + std::to_string(i) + ".";
        Account account;
        account.id = file.required_text(at + "id");
        account.name = file.text(at + "name", account.id);
        account.password_hash = file.required_text(at + "password");
        if (!account.password_hash.starts_with("$argon2id$")) {
            file.fault(at + "password", "this is no argon2id hash",
                       "Make one with 'stadtbuch-agent hash-password'.");
        }
        for (const std::string& role : file.texts(at + "roles", {"clerk"})) {
            if (role == "clerk")
                account.clerk = true;
            else if (role == "inspector")
                account.inspector = true;
            else
                file.fault(at + "roles", "there is no role '" + role + "'",
                           "Choose from clerk and inspector.");
        }
        if (account.id == "system" || account.id == "applicant" || account.id == "wallet") {
            file.fault(at + "id", "this name stands for no member of staff in histories",
                       "Give another id.");
        }
        if (out.find(account.id) != nullptr) {
            file.fault(at + "id", "two accounts have this id",
                       "Give each person an id of their own.");
        }
        out.people.push_back(std::move(account));
    }
    for (std::size_t i = 0; i < file.count("token"); ++i) {
        const std::string at = "token." + std::to_string(i) + ".";
        out.tokens.push_back({file.required_text(at + "name"), file.required_text(at + "sha256")});
    }
    auto faults = file.finish();
    if (!faults.empty()) return Failure{std::move(faults)};
    return out;
}

Session Sessions::start(const Account& account, keys::UnixSeconds now) {
    Session session;
    session.token = keys::random_token(random_, 32);
    session.account = account.id;
    session.name = account.name;
    session.clerk = account.clerk;
    session.inspector = account.inspector;
    const encoding::Object record{{"account", account.id}, {"started", now}, {"seen", now}};
    records_.put(session_kind, keys::digest_text(session.token), encoding::compact_json(record),
                 now + idle_s);
    return session;
}

std::optional<Session> Sessions::find(std::string_view token, const Accounts& accounts,
                                      keys::UnixSeconds now) {
    if (token.empty() || token.size() > 128) return std::nullopt;
    const std::string key = keys::digest_text(token);
    const auto held = records_.get(session_kind, key);
    if (!held) return std::nullopt;
    auto record = encoding::parse_json(*held);
    if (!record || record->object() == nullptr) return std::nullopt;
    const std::int64_t started = record->find("started")->integer().value_or(0);
    const std::int64_t seen = record->find("seen")->integer().value_or(0);
    const Account* account = accounts.find(record->text_at("account"));
    if (account == nullptr || now > seen + idle_s || now > started + life_s) return std::nullopt;
    if (now > seen + 60) {
        record->object()->set("seen", now);
        // False: another request did the same; either is good.
        (void)records_.compare_and_swap(session_kind, key, *held, encoding::compact_json(*record),
                                        now + idle_s);
    }
    return Session{std::string(token), account->id,
                   account->name,      account->clerk,
                   account->inspector, std::min(now + idle_s, started + life_s)};
}

void Sessions::end(std::string_view token) {
    records_.remove(session_kind, keys::digest_text(token));
}

bool RateLimiter::take(const std::string& name, const Rule& rule, std::int64_t now_ms) {
    const std::lock_guard guard(guard_);
    if (buckets_.size() >= buckets_max && !buckets_.contains(name)) {
        std::vector<std::int64_t> times;
        for (const auto& [key, bucket] : buckets_) times.push_back(bucket.at_ms);
        std::nth_element(times.begin(),
                         times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2),
                         times.end());
        const std::int64_t middle = times[times.size() / 2];
        std::erase_if(buckets_, [&](const auto& entry) { return entry.second.at_ms <= middle; });
    }
    auto [it, added] = buckets_.try_emplace(name, Bucket{rule.burst, now_ms});
    Bucket& bucket = it->second;
    const double refill = static_cast<double>(now_ms - bucket.at_ms) / 60000.0 * rule.per_minute;
    bucket.left = std::min(rule.burst, bucket.left + refill);
    bucket.at_ms = now_ms;
    if (bucket.left < 1) return false;
    bucket.left -= 1;
    return true;
}

bool SharedLimiter::take(const std::string& name, const RateLimiter::Rule& rule,
                         keys::UnixSeconds now) {
    if (!database_.shared()) return here_.take(name, rule, now * 1000);
    // Milliseconds of refill that are still missing: a full bucket owes nothing and is forgotten.
    const auto per_token = static_cast<std::int64_t>(60000.0 / rule.per_minute);
    const auto most = static_cast<std::int64_t>(rule.burst * static_cast<double>(per_token));
    const std::string key = keys::digest_text(name);
    return database_.locked("limit " + key, [&] {
        const auto held = records_.get(limit_kind, key);
        const std::int64_t full_at =
            held && held->size() == 8 ? static_cast<std::int64_t>(from_big_endian(*held)) : 0;
        const std::int64_t next = std::max(full_at, now * 1000) + per_token;
        if (next > now * 1000 + most) return false;
        records_.put(limit_kind, key, big_endian(static_cast<std::uint64_t>(next)),
                     next / 1000 + 1);
        return true;
    });
}

std::string address_prefix(std::string_view address) {
    const bool v4 = address.find(':') == std::string_view::npos;
    const char separator = v4 ? '.' : ':';
    std::size_t at = 0;
    for (int part = 0; part < 3 && at != std::string_view::npos; ++part) {
        at = address.find(separator, at == 0 ? 0 : at + 1);
    }
    return std::string(address.substr(0, at));
}

}  // namespace stadtbuch::agent
