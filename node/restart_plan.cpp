// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "node/restart_plan.hpp"

#include <algorithm>

#include "node/log.hpp"
#include "ssi/did/resource.hpp"

namespace stadtbuch::node {

std::optional<std::int64_t> restart_time(const ledger::Request& request, std::int64_t now) {
    const encoding::Value operation = request.operation();
    if (operation.text_at("action") != "start") return std::nullopt;
    const std::string text(operation.text_at("datetime"));
    if (text.empty() || text == "0") return now;
    const auto time = did::read_time(text);
    return time ? std::optional(std::max(*time, now)) : std::nullopt;
}

RestartPlan::RestartPlan(net::EventLoop& loop, std::function<void()> restart)
    : loop_(loop), restart_(std::move(restart)) {}

RestartPlan::~RestartPlan() {
    if (timer_) loop_.cancel(*timer_);
}

void RestartPlan::take(const ledger::Request& request) {
    const std::int64_t now = net::unix_seconds();
    const auto due = restart_time(request, now);
    if (timer_) loop_.cancel(*timer_);
    timer_.reset();
    log(LogLevel::warn, due ? "restart planned" : "no restart planned",
        {{"by", request.identifier_or_joined}, {"at", due ? std::to_string(*due) : "never"}});
    if (due) timer_ = loop_.after((*due - now) * 1000, restart_);
}

}  // namespace stadtbuch::node
