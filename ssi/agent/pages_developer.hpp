// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// What the developers' pages share: the builder's page, the query of a form, a verdict with its
// trace.
#pragma once
#include "ssi/agent/query_builder.hpp"
#include "ssi/agent/web.hpp"
#include "ssi/credential/trace.hpp"
#include "storage/encoding/value.hpp"

namespace stadtbuch::agent {

inline constexpr std::size_t pasted_bytes_max = 256 * 1024, query_bytes_max = 32 * 1024;

using DeveloperHandler = net::HttpResponse (*)(Agent&, const net::HttpRequest&);
void add_developer_route(Agent& agent, net::HttpServer& server, const char* method,
                         const char* path, DeveloperHandler handler);

/// A request carries the office's signature: staff may start one, in a development environment
/// everybody.
[[nodiscard]] bool may_start(const View& view);
/// The builder with the types that are issued or accepted here.
[[nodiscard]] QueryBuilder builder_of(Agent& agent, net::FormList form);
[[nodiscard]] net::HttpResponse builder_page(const View& view, const QueryBuilder& builder,
                                             const std::string& dcql, const Html& fault);
/// The query that came with a form, or why it is none.
[[nodiscard]] Result<openid::DcqlQuery, std::string> query_in(const net::FormList& form);
[[nodiscard]] net::HttpResponse refuse_query(const View& view, const net::FormList& form,
                                             const std::string& why);

// pages_developer_try.cpp
/// Does it hold, if not why and who can mend it, and all that was checked.
[[nodiscard]] Html trace_verdict(const View& view, const credential::Trace& trace, bool good);
[[nodiscard]] Html json_block(std::string_view title, const encoding::Value& value);
/// To the rules, and back to the builder.
[[nodiscard]] Html developer_links(const View& view);
void mount_developer_trials(Agent& agent, net::HttpServer& server);

// pages_developer_check.cpp
void mount_developer_checks(Agent& agent, net::HttpServer& server);

}  // namespace stadtbuch::agent
