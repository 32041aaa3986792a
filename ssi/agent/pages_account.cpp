// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Logging in at an identity provider, instead of presenting the identity card from a wallet.
//
//   POST /wohnsitz/konto/{id} or /nachweise/konto/{id} -> the provider ->
//   GET /konto/{id}/rueckkehr -> as after a presented identity card
//
// What must be remembered meanwhile is the record account_login, by SHA-256 of `state`:
// {session, provider, nonce, verifier}. `session` is the SHA-256 of the sitting's cookie, so that
// an answer is good in the browser that began, once.
#include "ssi/agent/pages_account.hpp"

#include "ssi/agent/case_view.hpp"
#include "ssi/agent/present.hpp"
#include "ssi/agent/queries.hpp"
#include "ssi/agent/texts_account.hpp"
#include "ssi/agent/texts_holdings.hpp"
#include "ssi/keys/digest_text.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"

namespace stadtbuch::agent {

namespace {

constexpr RateLimiter::Rule start_rule{40, 20};
constexpr RateLimiter::Rule return_rule{60, 60};
constexpr std::string_view record_kind = "account_login";
constexpr std::int64_t login_life_s = 1200;
constexpr const AccountUse* uses[] = {&account_for_residence, &account_for_holdings};

bool offered(const IdentityProviderSettings& provider, const AccountUse& use) {
    return !use.needs_assurance || !provider.acr.empty();
}

const std::string& name_of(const View& view, const IdentityProviderSettings& provider) {
    return view.language == Language::en ? provider.name_en : provider.name_de;
}

Html start_form(const AccountUse& use, const IdentityProviderSettings& provider,
                std::string_view button) {
    return html(
        "<form method=\"post\" action=\"{}/konto/{}\"><button class=\"big\">{}</button></form>",
        use.base, provider.id, button);
}

/// The calls to a provider are no part of a transaction (route()), because they take long and
/// cannot be made twice.
void route_outside(Agent& agent, net::HttpServer& server, const std::string& method,
                   const std::string& pattern, net::HttpServer::Handler handler) {
    server.route(
        method, pattern,
        [&agent, handler = std::move(handler)](const net::HttpRequest& request) {
            try {
                return handler(request);
            } catch (const Unavailable& failed) {
                return unavailable(agent, request, failed);
            }
        },
        on_workers());
}

net::HttpResponse failed_page(const View& given, const AccountUse& use,
                              const IdentityProviderSettings& provider, const AccountLogin& login) {
    ++given.agent.metrics.account_logins_refused;
    View view = given;
    view.path = use.base;
    view.query.clear();
    const credential::TraceLine* first = login.trace.first_failure();
    std::string_view why = view(texts::account_away);
    if (!login.unreachable() && first != nullptr) {
        const bool cancelled = first->rule == openid::id_of(openid::LoginRule::response);
        why = cancelled                       ? view(texts::account_cancelled)
              : view.language == Language::en ? std::string_view(first->en)
                                              : std::string_view(first->de);
    }
    std::string reference = login.error ? login.error->id : std::string("SB-4305");
    if (first != nullptr) reference += " " + first->rule;
    const Html body = html(
        "<div class=\"narrow\"><h1>{}</h1><div class=\"box bad\" role=\"alert\"><p>{}</p>"
        "<p class=\"quiet\">{}: {}</p></div>{}<h2>{}</h2><p><a href=\"{}\">{}</a></p>"
        "<p><a href=\"/kontakt\">{}</a></p>"
        "<details><summary>{}</summary>{}</details></div>",
        view(texts::account_failed_title), why, view(texts::account_error), reference,
        start_form(use, provider, view(texts::account_again)), view(texts::account_other_ways),
        use.base, view(use.purpose == "mine" ? texts::mine_title : texts::residence_title),
        view(texts::contact), view(texts::present_checked), trace_table(view, login.trace));
    net::HttpResponse response =
        page(view, view(texts::account_failed_title), body, login.unreachable() ? 503 : 422);
    if (login.unreachable()) response.set("Retry-After", "30");
    return response;
}

AccountLogin not_ours() {
    AccountLogin out;
    openid::check(out.trace, false, openid::LoginRule::own_request, "state");
    out.error = Error{"SB-4305", "LG-02", "", ""};
    return out;
}

/// Not a redirect: form-action 'self' would stop it at the border to the provider.
net::HttpResponse leave_page(const View& view, const IdentityProviderSettings& provider,
                             const std::string& url) {
    const Html body = html(
        "<div class=\"narrow\"><h1>{}</h1><p>{}</p><p>{}: <strong>{}</strong></p>"
        "<p><a class=\"button big\" href=\"{}\">{}</a></p></div>",
        view(texts::account_leave_title), view(texts::account_leave), view(texts::account_where),
        name_of(view, provider), url, view(texts::next));
    net::HttpResponse response = page(view, view(texts::account_leave_title), body);
    response.set("Refresh", "0; url=" + url);
    response.set("Referrer-Policy", "no-referrer");
    return response;
}

net::HttpResponse start(Agent& agent, const AccountUse& use, const net::HttpRequest& request) {
    const View view = view_of_request(agent, request);
    if (!from_our_pages(agent, request)) return error_page(view, view(texts::form_outdated), 403);
    if (too_often(agent, request, "account", start_rule))
        return error_page(view, view(texts::too_often), 429);
    IdentityProvider* provider = agent.identity_providers->find(request.parameter("id"));
    if (provider == nullptr || !offered(provider->settings(), use))
        return error_page(view, view(texts::not_found), 404);
    const auto begun = provider->begin();
    if (!begun) {
        AccountLogin failed;
        openid::check(failed.trace, false, openid::LoginRule::provider);
        // Whatever the reason: for the citizen the service is away.
        failed.error = Error{"SB-4302", begun.error().what, "", ""};
        return failed_page(view, use, provider->settings(), failed);
    }
    return agent.database->together([&] {
        const Sitting sitting = next_sitting(agent, request, use.purpose);
        save_sitting(agent, sitting);
        agent.records->put(
            record_kind, keys::digest_text(begun->state),
            encoding::compact_json(encoding::Object{{"session", keys::digest_text(sitting.secret)},
                                                    {"provider", provider->settings().id},
                                                    {"nonce", begun->nonce},
                                                    {"verifier", begun->verifier}}),
            agent.now() + login_life_s);
        net::HttpResponse response = leave_page(view, provider->settings(), begun->url);
        hand_out(agent, response, sitting);
        return response;
    });
}

struct Begun {
    Sitting sitting;
    const AccountUse* use = nullptr;
    std::string nonce, verifier;
};

/// The login that this browser began with this `state`; it is used up by that.
std::optional<Begun> take_begun(Agent& agent, const net::HttpRequest& request,
                                const std::string& provider, const std::string& state) {
    auto sitting = sitting_of(agent, request);
    const auto record = agent.records->get(record_kind, keys::digest_text(state));
    const auto held = record ? encoding::parse_json(*record)
                             : Result<encoding::Value, encoding::JsonError>(encoding::Value());
    if (!sitting || !record || !held || held->text_at("provider") != provider ||
        held->text_at("session") != keys::digest_text(sitting->secret) ||
        !agent.records->compare_and_delete(record_kind, keys::digest_text(state), *record)) {
        return std::nullopt;
    }
    Begun out{*std::move(sitting), nullptr, std::string(held->text_at("nonce")),
              std::string(held->text_at("verifier"))};
    for (const AccountUse* use : uses) {
        if (use->purpose == out.sitting.purpose) out.use = use;
    }
    return out.use != nullptr ? std::optional(std::move(out)) : std::nullopt;
}

net::HttpResponse go_on(const View& view, const AccountUse& use, Sitting sitting,
                        const IdentityProviderSettings& provider, const encoding::Object& person) {
    ++view.agent.metrics.account_logins;
    sitting.proven = proven_by_pid(encoding::Value(person));
    sitting.proven->account = provider.id;
    sitting.proven->assured = !provider.acr.empty();
    save_sitting(view.agent, sitting);
    if (&use == &account_for_holdings) return net::HttpResponse::redirect("/nachweise/liste");
    return apply_residence(view, std::move(sitting));
}

/// What is looked at again after it worked: the page that followed.
std::optional<net::HttpResponse> been_here(const View& view, const net::HttpRequest& request) {
    const auto sitting = sitting_of(view.agent, request);
    if (!sitting || !sitting->proven || sitting->proven->account.empty()) return std::nullopt;
    if (sitting->purpose == account_for_holdings.purpose)
        return net::HttpResponse::redirect("/nachweise/liste");
    return case_of(view, *sitting);
}

net::HttpResponse come_back(Agent& agent, const net::HttpRequest& request) {
    View view = view_of_request(agent, request);
    IdentityProvider* provider = agent.identity_providers->find(request.parameter("id"));
    if (provider == nullptr) return error_page(view, view(texts::not_found), 404);
    const IdentityProviderSettings& settings = provider->settings();
    if (too_often(agent, request, "account_return", return_rule))
        return error_page(view, view(texts::too_often), 429);
    openid::Form answer;
    for (const auto& [name, value] : request.query) {
        if (!answer.emplace(name, value).second)
            return failed_page(view, account_for_residence, settings, not_ours());
    }
    const auto begun = agent.database->together([&] {
        const auto state = answer.find("state");
        return state == answer.end() ? std::nullopt
                                     : take_begun(agent, request, settings.id, state->second);
    });
    if (!begun) {
        if (auto there = been_here(view, request)) return *std::move(there);
        return failed_page(view, account_for_residence, settings, not_ours());
    }
    const AccountLogin login = provider->finish(answer, begun->nonce, begun->verifier);
    if (!login.person) return failed_page(view, *begun->use, settings, login);
    return agent.database->together(
        [&] { return go_on(view, *begun->use, begun->sitting, settings, *login.person); });
}

}  // namespace

Html account_cards(const View& view, const AccountUse& use) {
    Html out;
    for (const auto& provider : view.agent.identity_providers->all()) {
        const IdentityProviderSettings& one = provider->settings();
        if (!offered(one, use)) continue;
        const bool english = view.language == Language::en;
        out += html("<section class=\"card\"><h2>{}: {}</h2><p>{}</p>{}</section>",
                    view(texts::account_card), name_of(view, one), view(texts::account_asks),
                    start_form(use, one, english ? one.button_en : one.button_de));
    }
    return out;
}

std::string account_name(const View& view, const std::string& id) {
    const IdentityProvider* provider = view.agent.identity_providers->find(id);
    return provider != nullptr ? name_of(view, provider->settings()) : id;
}

void mount_account_pages(Agent& agent, net::HttpServer& server) {
    if (agent.identity_providers->all().empty()) return;
    for (const AccountUse* use : uses) {
        route_outside(
            agent, server, "POST", std::string(use->base) + "/konto/{id}",
            [&agent, use](const net::HttpRequest& request) { return start(agent, *use, request); });
    }
    std::string back(account_path);
    back += "{id}/rueckkehr";
    route_outside(agent, server, "GET", back,
                  [&agent](const net::HttpRequest& request) { return come_back(agent, request); });
}

}  // namespace stadtbuch::agent
