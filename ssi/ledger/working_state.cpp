// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/ledger/working_state.hpp"

#include "ssi/ledger/state_keys.hpp"
#include "storage/encoding/json.hpp"

namespace stadtbuch::ledger {

std::optional<Bytes> WorkingState::get(Ledger ledger, std::string_view key) const {
    return head_.state(ledger).get(view_of(key));
}

std::optional<encoding::Value> WorkingState::get_json(Ledger ledger, std::string_view key) const {
    const auto bytes = get(ledger, key);
    if (!bytes) return std::nullopt;
    auto parsed = encoding::parse_json(text_of(*bytes));
    if (!parsed) return std::nullopt;
    return std::move(*parsed);
}

std::optional<Bytes> WorkingState::get_nym(std::string_view did) const {
    return head_.state(Ledger::domain).get(nym_key(did).view());
}

std::optional<Identity> WorkingState::identity(std::string_view did) const {
    Identity identity;
    switch (identities_.find(did, identity)) {
        case IdentityDirectory::Answer::known:
            return identity;
        case IdentityDirectory::Answer::not_on_ledger:
            return std::nullopt;
        case IdentityDirectory::Answer::ask_state:
            break;
    }
    // No uncommitted layer speaks of this DID, so the uncommitted state says what the committed one
    // does.
    std::optional<Identity> found;
    if (const auto value = get_nym(did)) found = identity_of(*value);
    identities_.remember(std::string(did), found);
    return found;
}

void WorkingState::set(Ledger ledger, std::string_view key, std::string_view value) {
    head_.state(ledger).set(view_of(key), view_of(value));
}

void WorkingState::set_nym(const std::string& did, std::string_view value, Identity identity) {
    head_.state(Ledger::domain).set(nym_key(did).view(), view_of(value));
    identities_.set(did, std::move(identity));
}

void WorkingState::remove(Ledger ledger, std::string_view key) {
    head_.state(ledger).remove(view_of(key));
}

void WorkingState::keep_attribute(AttributeText attribute) {
    if (attributes_ != nullptr) attributes_->push_back(std::move(attribute));
}

std::vector<std::pair<std::string, Bytes>> WorkingState::entries(Ledger ledger,
                                                                 std::string_view prefix) const {
    std::vector<std::pair<std::string, Bytes>> out;
    head_.state(ledger).for_each([&](BytesView key, BytesView value) {
        if (text_of(key).starts_with(prefix)) out.emplace_back(string_of(key), bytes_of(value));
    });
    return out;
}

}  // namespace stadtbuch::ledger
