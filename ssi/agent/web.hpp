// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// What all pages share: who looks at them in which language, the frame, forms, security headers,
// the way between HTTP values of the server and those of the protocol machines.
#pragma once
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "node/net/http_server.hpp"
#include "ssi/agent/agent.hpp"
#include "ssi/agent/html.hpp"
#include "ssi/agent/texts.hpp"
#include "ssi/openid/http.hpp"

namespace stadtbuch::agent {

/// One look at one page.
struct View {
    Agent& agent;
    Language language = Language::de;
    std::string path;                ///< of this page, for the language link
    std::string query;               ///< without `lang`
    std::optional<Session> session;  ///< of a clerk or inspector

    [[nodiscard]] std::string_view operator()(const Text& text) const { return text.in(language); }

    /// Of our own words or of a type file's.
    [[nodiscard]] std::string_view word(std::string_view key) const {
        return agent.kinds->word(key).value_or(words_of(key)).in(language);
    }

    /// Of a case: in which language the office answers.
    [[nodiscard]] std::string_view language_tag() const { return cookie_tag(language); }

    /// "21.11.2026" or "2026-11-21"; with the time of day, German civil time.
    [[nodiscard]] std::string date(keys::UnixSeconds at) const;
    [[nodiscard]] std::string date_time(keys::UnixSeconds at) const;
    [[nodiscard]] std::string iso_date(std::string_view iso) const;
};

/// In which the applicant reads what the office writes.
[[nodiscard]] Language language_of(const Case& record);

[[nodiscard]] View view_of_request(Agent& agent, const net::HttpRequest& request);
/// The same without asking the store who looks.
[[nodiscard]] View view_without_session(Agent& agent, const net::HttpRequest& request);

/// The frame around `body`: header, navigation, footer. `language` cookie is set when ?lang= chose
/// one.
[[nodiscard]] net::HttpResponse page(const View& view, std::string_view title, const Html& body,
                                     int status = 200);
/// An error in the frame.
[[nodiscard]] net::HttpResponse error_page(const View& view, std::string_view sentence, int status);

/// Headers of every response of the public server.
[[nodiscard]] net::HeaderList security_headers(const Settings& settings);

// Forms.
/// A program asks for JSON where people get a page.
[[nodiscard]] bool wants_json(const net::HttpRequest& request);
/// False for a form that another site sent (Origin, Sec-Fetch-Site).
[[nodiscard]] bool from_our_pages(const Agent& agent, const net::HttpRequest& request);
/// Hidden field `form_token`, bound to the cookie value `secret`.
[[nodiscard]] Html form_token(const Agent& agent, std::string_view secret);
[[nodiscard]] bool form_token_good(const Agent& agent, std::string_view secret,
                                   const net::FormList& form);
/// Trimmed, at most 200 octets more than allowed are cut off; empty if absent.
[[nodiscard]] std::string field_of(const net::FormList& form, std::string_view name,
                                   std::size_t most = 200);

/// "3.5.1984", "1984-05-03", "05.1984", "1984" as ISO; empty for anything else.
[[nodiscard]] std::string typed_date(std::string_view text);

struct FieldSpec {
    std::string_view name;
    Text label;
    std::string value;
    std::string_view autocomplete;
    std::optional<Text> hint;
    std::optional<Text> fault;
    bool narrow = false;
    std::string_view suggestions = {};  ///< id of a datalist; empty: none
    bool optional = false;
    std::string fault_detail = {};  ///< follows the fault
};

/// A labelled text input with hint and fault tied to it.
[[nodiscard]] Html text_field(const View& view, const FieldSpec& spec);
/// List of steps; `current` counts from 0.
[[nodiscard]] Html step_list(const View& view, std::initializer_list<Text> steps,
                             std::size_t current);

/// One or more faults on top of a form, focused by the script, with links to the fields.
struct FormFault {
    std::string field;
    Text label;
    Text what;
    std::string detail = {};  ///< follows it
};

/// What is wrong with the characters of a name (LatinType::a) or another text of one line (b) by
/// DIN 91379, which registers use; empty: nothing. Names the characters: „你 (U+4F60)“.
[[nodiscard]] std::string foreign_in(std::string_view value, bool is_name);

[[nodiscard]] Html fault_summary(const View& view, const std::vector<FormFault>& faults);
/// What to do without a wallet: how to get one, paper, an appointment.
[[nodiscard]] Html no_wallet_part(const View& view);
/// A link as QR code, text and (with script) a copy button.
[[nodiscard]] Html link_to_scan(const View& view, const std::string& link);

// Cookies.
/// "__Host-name" over https, "name" otherwise; below a path with "!path" at the end.
[[nodiscard]] std::string cookie_name(const Agent& agent, std::string_view name);
[[nodiscard]] std::string cookie_of(const Agent& agent, const net::HttpRequest& request,
                                    std::string_view name);
void set_cookie(const Agent& agent, net::HttpResponse& response, std::string_view name,
                std::string_view value, std::int64_t max_age_s);

/// Sees to roles: a function that runs with a view whose session may do this; otherwise login or
/// 403.
enum class Role { clerk, inspector };
[[nodiscard]] std::optional<net::HttpResponse> refuse_without(const View& view, Role role);
/// The same for a form: role, origin and form token.
[[nodiscard]] std::optional<net::HttpResponse> refuse_form(const View& view,
                                                           const net::HttpRequest& request,
                                                           const net::FormList& form, Role role);

/// A page, and what a form does, for those who have the role; others get the refusal above. `path`:
/// the page that the answer's language link leads to, where the form's own address is none.
using RolePage = net::HttpResponse (*)(const View&, const net::HttpRequest&);
using RoleForm = net::HttpResponse (*)(const View&, const net::FormList&);
[[nodiscard]] net::HttpServer::Handler page_for(Agent& agent, Role role, RolePage shown);
[[nodiscard]] net::HttpServer::Handler form_for(Agent& agent, Role role, RoleForm done,
                                                std::string_view path = {});

/// `wish` if it is a way inside this site (a form must not become an open redirect), else
/// `otherwise`.
[[nodiscard]] std::string safe_target(std::string_view wish, std::string_view otherwise);

/// When what was begun here ends by itself, with a warning before it and more time for one press
/// (WCAG 2.2.1): a form to `action`, bound to the cookie value `secret`, which comes back to this
/// page. With the script what was typed meanwhile stays.
[[nodiscard]] Html session_clock(const View& view, keys::UnixSeconds until, std::string_view action,
                                 std::string_view secret);
/// What such a form gets: the page that it came from, or for the script the time and the seconds
/// that are left.
[[nodiscard]] net::HttpResponse more_time(const View& view, const net::HttpRequest& request,
                                          const net::FormList& form, keys::UnixSeconds until,
                                          std::string_view otherwise);

/// True if this address did this too often.
[[nodiscard]] bool too_often(Agent& agent, const net::HttpRequest& request, std::string_view what,
                             const RateLimiter::Rule& rule);

// Protocol values.
[[nodiscard]] openid::HttpRequest protocol_request(const net::HttpRequest& request);
[[nodiscard]] net::HttpResponse http_response(const openid::HttpResponse& response);

/// 503 with Retry-After, as page or JSON.
[[nodiscard]] net::HttpResponse unavailable(Agent& agent, const net::HttpRequest& request,
                                            const Unavailable& why);
/// Adds a route whose writes become durable together, before the answer leaves; where they cannot,
/// the answer is unavailable(). A handler may run twice (Database::together).
void route(Agent& agent, net::HttpServer& server, const std::string& method,
           const std::string& pattern, net::HttpServer::Handler handler, net::RouteOptions options);

/// Routes that sign, hash passwords or touch the disk.
[[nodiscard]] net::RouteOptions on_workers(std::size_t body_bytes_max = 64 * 1024);

}  // namespace stadtbuch::agent
