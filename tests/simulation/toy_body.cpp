// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "tests/simulation/body.hpp"

#include <algorithm>

namespace stadtbuch::simulation {

using namespace consensus;

ToyBody::ToyBody(std::vector<std::string> genesis,
                 std::function<std::string(const std::string&)> key_of)
    : genesis_(std::move(genesis)), key_of_(std::move(key_of)) {}

void ToyBody::power_on() {
    executor_ = blank_ ? std::make_unique<ToyExecutor>(genesis_)
                       : std::make_unique<ToyExecutor>(*executor_, landed_, genesis_);
    executor_->set_bls_key(key_of_);
    blank_ = false;
    landed_ = executor_->sizes();
    on_ = true;
}

void ToyBody::power_off() {
    open_.clear();
    on_ = false;
}

void ToyBody::wipe() {
    blank_ = true;
}

std::optional<Parsed> ToyBody::know(const std::string& text) {
    const ToyRequest request = ToyRequest::parse(text);
    if (request.id == 0) return std::nullopt;
    return Parsed{executor_->register_request(text), request.ledger};
}

void ToyBody::learn(const std::string& text, const Parsed& parsed) {
    executor_->register_known(parsed.digest, text);
}

void ToyBody::forget(const std::string& digest) {
    executor_->forget(digest);
}

std::size_t ToyBody::open_write() {
    const ToyExecutor::Sizes before = open_.empty() ? landed_ : open_.back();
    open_.push_back(executor_->sizes());
    std::size_t octets = 0;
    for (std::size_t i = 0; i < 4; ++i)
        octets +=
            static_cast<std::size_t>(open_.back()[i] - std::min(before[i], open_.back()[i])) * 300;
    return octets;
}

void ToyBody::land_oldest() {
    landed_ = open_.front();
    open_.erase(open_.begin());
}

std::string ToyBody::replay_difference() {
    ToyExecutor again(genesis_);
    for (const LedgerId ledger :
         {LedgerId::pool, LedgerId::domain, LedgerId::config, LedgerId::audit}) {
        const auto& txns = executor_->ledger(ledger);
        const auto have = static_cast<std::ptrdiff_t>(again.ledger(ledger).size());
        if (static_cast<std::ptrdiff_t>(txns.size()) < have)
            return "a ledger is shorter than genesis";
        if (!again.append_caught_up(ledger, {txns.begin() + have, txns.end()}))
            return "a ledger cannot be replayed";
    }
    for (const LedgerId ledger :
         {LedgerId::pool, LedgerId::domain, LedgerId::config, LedgerId::audit}) {
        if (again.committed_txn_root(ledger) != executor_->committed_txn_root(ledger) ||
            again.committed_state_root(ledger) != executor_->committed_state_root(ledger)) {
            return "state of ledger " + std::to_string(static_cast<int>(ledger)) +
                   " differs from its replay";
        }
    }
    return again.fault();
}

std::unique_ptr<Body> ToyRealm::make_body(const std::vector<std::string>& genesis) const {
    return std::make_unique<ToyBody>(genesis, key_of_);
}

std::optional<Parsed> ToyRealm::parse(const std::string& text) const {
    const ToyRequest request = ToyRequest::parse(text);
    if (request.id == 0) return std::nullopt;
    return Parsed{ToyRequest::digest_of(text), request.ledger};
}

}  // namespace stadtbuch::simulation
