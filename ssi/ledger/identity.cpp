// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/ledger/identity.hpp"

#include <mutex>

#include "storage/base/assert.hpp"
#include "storage/encoding/json.hpp"

namespace stadtbuch::ledger {

namespace {

std::optional<std::string> text_member(const encoding::Value& value, std::string_view key) {
    const encoding::Value* member = value.find(key);
    if (member == nullptr || member->text() == nullptr) return std::nullopt;
    return *member->text();
}

}  // namespace

std::optional<Identity> identity_of(BytesView nym_state_value) {
    const auto value = encoding::parse_json(text_of(nym_state_value));
    if (!value || !value->is_object()) return std::nullopt;
    return Identity{text_member(*value, "identifier"), text_member(*value, "role"),
                    text_member(*value, "verkey")};
}

IdentityDirectory::Answer IdentityDirectory::find(std::string_view did, Identity& out) const {
    const std::shared_lock lock(mutex_);
    const auto answer = [&](const Map& map) -> std::optional<Answer> {
        const auto it = map.find(did);
        if (it == map.end()) return std::nullopt;
        if (!it->second) return Answer::not_on_ledger;
        out = *it->second;
        return Answer::known;
    };
    for (auto layer = layers_.rbegin(); layer != layers_.rend(); ++layer) {
        if (const auto found = answer(*layer)) return *found;
    }
    if (const auto found = answer(young_)) return *found;
    if (const auto found = answer(old_)) return *found;
    return Answer::ask_state;
}

void IdentityDirectory::push_layer() {
    const std::unique_lock lock(mutex_);
    layers_.emplace_back();
}

void IdentityDirectory::pop_layer() {
    const std::unique_lock lock(mutex_);
    STADTBUCH_ASSERT(!layers_.empty());
    layers_.pop_back();
}

void IdentityDirectory::commit_oldest_layer() {
    const std::unique_lock lock(mutex_);
    STADTBUCH_ASSERT(!layers_.empty());
    for (auto& [did, identity] : layers_.front()) remember_locked(did, std::move(identity));
    layers_.pop_front();
}

void IdentityDirectory::set(const std::string& did, Identity identity) {
    const std::unique_lock lock(mutex_);
    if (layers_.empty()) {
        remember_locked(did, std::move(identity));
    } else {
        layers_.back().insert_or_assign(did, std::move(identity));
    }
}

void IdentityDirectory::remember(const std::string& did, std::optional<Identity> identity) {
    const std::unique_lock lock(mutex_);
    remember_locked(did, std::move(identity));
}

void IdentityDirectory::remember_locked(const std::string& did, std::optional<Identity> identity) {
    if (young_.size() >= generation_max_) {
        old_ = std::move(young_);
        young_.clear();
    }
    young_.insert_or_assign(did, std::move(identity));
}

}  // namespace stadtbuch::ledger
