// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Applications that people go on with later: what they typed so far, behind a link that only they
// have. Gone when it is sent, when they say so, or after two weeks.
//
//   the form's button "merken" -> /entwurf/{token} -> /wohnsitz or /nachweis/{kind}?entwurf={token}
#pragma once
#include "ssi/agent/web.hpp"

namespace stadtbuch::agent {

struct Draft {
    static constexpr std::int64_t life_s = 14 * 86400;
    static constexpr std::size_t field_bytes = 200;
    std::string form;  ///< path of the form, "/wohnsitz"
    registers::StatedFields fields;
    keys::UnixSeconds until = 0;
};

/// What a form's address names; nullopt: nothing, no longer there, or another form's.
[[nodiscard]] std::optional<Draft> draft_on(Agent& agent, const net::HttpRequest& request,
                                            std::string_view form);
/// If the button "merken" was pressed: keeps the fields with these names and leads to the page with
/// a new link; nullopt: it was not.
[[nodiscard]] std::optional<net::HttpResponse> keep_draft(Agent& agent, const net::FormList& form,
                                                          std::string_view path,
                                                          const std::vector<std::string>& names);
/// It has become an application, or another draft.
void drop_draft(Agent& agent, const net::FormList& form);
/// The button, and which draft the form goes on with.
[[nodiscard]] Html draft_button(const View& view, std::string_view token);
/// The token that a form or its address carries; empty: none.
[[nodiscard]] std::string draft_token(const net::HttpRequest& request);
[[nodiscard]] std::string draft_token(const net::FormList& form);

void mount_draft_pages(Agent& agent, net::HttpServer& server);

}  // namespace stadtbuch::agent
