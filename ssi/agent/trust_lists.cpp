// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/agent/trust_lists.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "node/net/http_client.hpp"
#include "ssi/agent/keyring.hpp"
#include "storage/encoding/json.hpp"

namespace stadtbuch::agent {

namespace {

constexpr std::string_view list_kind = "trust_list";
constexpr std::string_view seen_kind = "trust_list_seen";
constexpr std::int64_t seen_for_s = std::int64_t{10} * 366 * 86400;
constexpr std::int64_t again_after_s = 60;
constexpr std::size_t list_bytes_max = std::size_t{16} << 20;  // member states' lists are long

Result<std::string, Error> fetch(const TrustListSettings& from) {
    if (!from.source.starts_with("https://")) return read_text_file(from.source);
    net::HttpClientOptions options;
    options.https_only = true;
    options.ca_file = from.authorities;
    options.body_bytes_max = list_bytes_max;
    net::HttpClient client(std::move(options));
    auto fetched = client.fetch({"GET",
                                 from.source,
                                 {{"Accept", "application/jwt, application/vnd.etsi.tsl+xml, */*"}},
                                 ""});
    if (!fetched) return Failure{fetched.error()};
    if (fetched->status != 200) {
        return Failure{Error{"SB-4230", "the trust list cannot be had",
                             from.source + ", status " + std::to_string(fetched->status), ""}};
    }
    return std::move(fetched->body);
}

std::string trimmed(std::string text) {
    while (!text.empty() && text.back() <= ' ') text.pop_back();
    return text;
}

std::optional<credential::SeenList> seen_before(StoreRecords& records, const std::string& name) {
    const auto held = records.get(seen_kind, name);
    const auto parsed = held ? encoding::parse_json(*held) : encoding::parse_json("{}");
    const encoding::Value* sequence = parsed ? parsed->find("sequence") : nullptr;
    if (sequence == nullptr) return std::nullopt;
    return credential::SeenList{static_cast<std::uint64_t>(sequence->integer().value_or(0)),
                                std::string(parsed->text_at("digest"))};
}

}  // namespace

Result<std::unique_ptr<TrustLists>, Error> TrustLists::open(const Settings& settings,
                                                            StoreRecords& records, Clock clock) {
    std::unique_ptr<TrustLists> out(new TrustLists(records, std::move(clock)));
    for (const TrustListSettings& one : settings.trust_lists) {
        const auto pem = read_text_file(one.signers);
        if (!pem) return Failure{pem.error()};
        auto signers = certificates_of_pem(*pem);
        if (signers.empty()) {
            return Failure{Error{"SB-4204", "the file holds no readable certificates", one.signers,
                                 "Give PEM."}};
        }
        One list{one, std::move(signers), {}, 0};
        list.state.name = one.name;
        list.state.source = one.source;
        out->lists_.push_back(std::move(list));
    }
    for (One& one : out->lists_) out->load(one);
    out->refresh();
    return out;
}

void TrustLists::load(One& one) {
    const auto kept = records_.get(list_kind, one.settings.name);
    if (!kept || !take(one, *kept)) return;
    // What was kept is good for now: fetching waits until the agent is ready.
    one.next_try_at = clock_() + again_after_s;
}

void TrustLists::refresh() {
    const keys::UnixSeconds now = clock_();
    for (One& one : lists_) {
        if (now >= one.next_try_at) try_source(one);
        const std::lock_guard guard(guard_);
        if (one.state.list && one.state.list->next_update <= now) {
            spdlog::error("trust list {}: its time is over, nobody is trusted by it any more",
                          one.settings.name);
            one.state.list.reset();
        }
    }
    publish();
}

void TrustLists::try_source(One& one) {
    const keys::UnixSeconds now = clock_();
    const auto text = fetch(one.settings);
    std::string fault = text ? "" : text.error().id + " " + text.error().what;
    bool good = false;
    if (text) {
        good = take(one, trimmed(*text));
        if (!good) {
            const std::lock_guard guard(guard_);
            const credential::TraceLine* line = one.state.trace.first_failure();
            fault = "SB-4231 " + (line != nullptr ? line->rule + " " + line->en : std::string());
        }
    }
    one.next_try_at = now + (good ? one.settings.refresh_s : again_after_s);
    const std::lock_guard guard(guard_);
    one.state.tried_at = now;
    if (!fault.empty() && fault != one.state.fault)
        spdlog::error("trust list {}: {} ({})", one.settings.name, fault, one.settings.source);
    one.state.fault = std::move(fault);
}

bool TrustLists::take(One& one, const std::string& compact) {
    const std::string& name = one.settings.name;
    credential::TrustListRules rules;
    rules.signers = one.signers;
    rules.now = clock_();
    rules.list_type = one.settings.list_type;
    rules.service_types = one.settings.service_types;
    rules.seen = seen_before(records_, name);
    credential::Trace trace;
    auto list = credential::read_trust_list(compact, rules, trace);
    if (list && rules.seen != list->mark) {
        const encoding::Object mark{{"sequence", list->mark.sequence},
                                    {"digest", list->mark.digest}};
        records_.put(seen_kind, name, encoding::compact_json(mark), rules.now + seen_for_s);
        records_.put(list_kind, name, compact, list->next_update);
        spdlog::info("trust list {}: number {}, {} entities, {} services passed over", name,
                     list->mark.sequence, list->entities.size(), list->passed_over);
    }
    const bool good = list.has_value();
    const std::lock_guard guard(guard_);
    one.state.trace = std::move(trace);
    if (good) one.state.list = std::move(list);
    return good;
}

void TrustLists::publish() {
    auto all = std::make_shared<Listed>();
    const std::lock_guard guard(guard_);
    for (const One& one : lists_) {
        if (!one.state.list) continue;
        for (const credential::ListedEntity& entity : one.state.list->entities) {
            if (!one.settings.types.empty())
                all->issuers.push_back(
                    {entity.name, entity.anchors, one.settings.types, {}, one.settings.address});
            if (one.settings.wallet_providers) {
                all->wallet_providers.insert(all->wallet_providers.end(), entity.anchors.begin(),
                                             entity.anchors.end());
            }
        }
    }
    listed_ = std::move(all);
}

std::shared_ptr<const TrustLists::Listed> TrustLists::listed() const {
    const std::lock_guard guard(guard_);
    return listed_;
}

std::vector<TrustLists::State> TrustLists::states() const {
    const std::lock_guard guard(guard_);
    std::vector<State> out;
    for (const One& one : lists_) out.push_back(one.state);
    return out;
}

bool TrustLists::are_for(std::string_view vct) const {
    return std::any_of(lists_.begin(), lists_.end(), [&](const One& one) {
        const auto& types = one.settings.types;
        return std::find(types.begin(), types.end(), vct) != types.end();
    });
}

bool TrustLists::are_for_wallets() const {
    return std::any_of(lists_.begin(), lists_.end(),
                       [](const One& one) { return one.settings.wallet_providers; });
}

}  // namespace stadtbuch::agent
