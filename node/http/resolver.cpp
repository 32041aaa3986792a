// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "node/http/resolver.hpp"

#include <algorithm>
#include <charconv>

#include "node/http/conditional.hpp"
#include "node/http/view_facts.hpp"
#include "ssi/ledger/did_answers.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"

namespace stadtbuch::node {

namespace {

using encoding::Object;
using encoding::Value;
using ledger::DidAnswer;
using net::HttpResponse;

constexpr std::string_view route_prefix = "/1.0/identifiers/";

/// How the answer is dressed.
enum class Dress {
    result,     ///< didDocument and metadata, errors as names: DID Core and the Universal Resolver
    result_v1,  ///< the same, errors as problem details: DID Resolution 1.0
    bare,       ///< the DID document itself
    none,       ///< nothing that we could give is accepted
};

struct Offer {
    std::string_view type;
    Dress dress;
};

// The first one wins among equals.
constexpr Offer offers[] = {{"application/ld+json", Dress::result},
                            {"application/did-resolution", Dress::result_v1},
                            {"application/did-url-dereferencing", Dress::result_v1},
                            {"application/json", Dress::result},
                            {"application/did+ld+json", Dress::bare},
                            {"application/did+json", Dress::bare},
                            {"application/did", Dress::bare},
                            {"application/*", Dress::result},
                            {"*/*", Dress::result}};

struct Choice {
    Dress dress = Dress::result;
    std::string type;  ///< as accepted, without parameters
};

/// `q` of one element of Accept; 1 without it.
double quality_of(std::string_view parameters) {
    const std::size_t at = parameters.find("q=");
    double quality = 1;
    if (at == std::string_view::npos) return quality;
    const std::string_view number = parameters.substr(at + 2);
    const auto read = std::from_chars(number.data(), number.data() + number.size(), quality);
    return read.ec == std::errc{} ? quality : 0;
}

Choice choice_of(const net::HttpRequest& request) {
    std::string_view accepted = request.header("Accept").value_or("*/*");
    if (accepted.empty()) accepted = "*/*";
    Choice best{Dress::none, ""};
    double best_quality = 0;
    while (!accepted.empty()) {
        const std::size_t comma = accepted.find(',');
        std::string_view one = accepted.substr(0, comma);
        accepted.remove_prefix(comma == std::string_view::npos ? accepted.size() : comma + 1);
        while (!one.empty() && one.front() == ' ') one.remove_prefix(1);
        const std::size_t semicolon = one.find(';');
        std::string_view type = one.substr(0, semicolon);
        while (!type.empty() && type.back() == ' ') type.remove_suffix(1);
        const double quality =
            semicolon == std::string_view::npos ? 1 : quality_of(one.substr(semicolon));
        const Offer* offer = std::find_if(std::begin(offers), std::end(offers),
                                          [&](const Offer& o) { return o.type == type; });
        if (offer == std::end(offers) || quality <= best_quality) continue;
        best = {offer->dress, std::string(type)};
        best_quality = quality;
    }
    return best;
}

/// One error in both spellings (DID Core §7.1.2, DID Resolution 1.0 §10) and its status (HTTP
/// binding).
struct Problem {
    int status;
    std::string_view name, code, title;
};

constexpr Problem invalid_did{400, "invalidDid", "INVALID_DID", "Invalid DID"};
constexpr Problem invalid_url{400, "invalidDidUrl", "INVALID_DID_URL", "Invalid DID URL"};
constexpr Problem not_found{404, "notFound", "NOT_FOUND", "Not found"};
constexpr Problem not_acceptable{406, "representationNotSupported", "REPRESENTATION_NOT_SUPPORTED",
                                 "Representation not supported"};
constexpr Problem no_method{501, "methodNotSupported", "METHOD_NOT_SUPPORTED",
                            "Method not supported"};
constexpr Problem internal{500, "internalError", "INTERNAL_ERROR", "Internal error"};

Object metadata_of(const Problem& problem, const std::string& detail, Dress dress) {
    if (dress == Dress::result_v1) {
        return Object{
            {"error", Object{{"type", "https://www.w3.org/ns/did#" + std::string(problem.code)},
                             {"title", problem.title},
                             {"detail", detail}}}};
    }
    return Object{{"error", problem.name}, {"errorMessage", detail}};
}

std::string type_of(const Choice& choice, bool is_document) {
    if (choice.dress == Dress::result_v1) {
        return is_document ? "application/did-resolution" : "application/did-url-dereferencing";
    }
    if (choice.type == "application/json") return choice.type;
    return is_document ? "application/ld+json;profile=\"https://w3id.org/did-resolution\""
                       : "application/ld+json;profile=\"https://w3id.org/did-url-dereferencing\"";
}

HttpResponse result(int status, const Choice& choice, bool is_document, Value content,
                    Object process, Object about) {
    Object out;
    if (is_document) {
        out.set("@context", "https://w3id.org/did-resolution/v1");
        out.set("didDocument", std::move(content));
        out.set("didResolutionMetadata", std::move(process));
        out.set("didDocumentMetadata", std::move(about));
    } else {
        out.set("dereferencingMetadata", std::move(process));
        out.set("contentStream", std::move(content));
        out.set("contentMetadata", std::move(about));
    }
    return HttpResponse::of_type(status, type_of(choice, is_document), encoding::compact_json(out));
}

HttpResponse failed(const Problem& problem, const std::string& detail, const Choice& choice,
                    bool is_document = true) {
    return result(problem.status, choice, is_document, nullptr,
                  metadata_of(problem, detail, choice.dress), Object{});
}

HttpResponse found(DidAnswer answer, const Choice& choice) {
    const bool deactivated = answer.outcome == DidAnswer::Outcome::deactivated;
    const int status = deactivated ? 410 : 200;
    const std::string content_type =
        !answer.is_document ? "application/json"
        : choice.type == "application/did+json" || choice.type == "application/did"
            ? choice.type
            : "application/did+ld+json";
    if (choice.dress == Dress::bare && answer.is_document) {
        return HttpResponse::of_type(status, content_type, encoding::compact_json(answer.content));
    }
    if (choice.dress == Dress::bare) {
        return failed(not_acceptable,
                      "this is no DID document; ask for application/ld+json or application/json",
                      choice, false);
    }
    return result(status, choice, answer.is_document, std::move(answer.content),
                  Object{{"contentType", content_type}}, std::move(answer.metadata));
}

HttpResponse dressed(DidAnswer answer, const did::DidUrl& url, const Choice& choice) {
    const bool is_document = url.path.empty() && url.fragment.empty();
    switch (answer.outcome) {
        case DidAnswer::Outcome::found:
        case DidAnswer::Outcome::deactivated:
            return found(std::move(answer), choice);
        case DidAnswer::Outcome::absent:
            return failed(not_found, answer.reason, choice, is_document);
        case DidAnswer::Outcome::invalid:
            return failed(invalid_url, answer.reason, choice, is_document);
        case DidAnswer::Outcome::unavailable:
            break;
    }
    return failed(internal, answer.reason, choice, is_document);
}

bool belongs_to_did_url(std::string_view name) {
    return name == "versionId" || name == "versionTime" || name == "from" || name == "to";
}

}  // namespace

std::string did_url_of(const net::HttpRequest& request) {
    const std::string_view target = request.target;
    const std::size_t from = target.find(route_prefix);
    if (from == std::string_view::npos) return "";
    const std::string_view rest = target.substr(from + route_prefix.size());
    const std::string_view path = rest.substr(0, rest.find('?'));
    // A client may encode the whole DID URL as one segment; its own escapes are then still in it.
    // As it is, only what has no path can have been escaped for HTTP alone (`%23` for a fragment).
    const bool as_it_is = path.starts_with("did:") && path.find('/') != std::string_view::npos;
    std::string url = as_it_is ? std::string(path) : net::percent_decode(path).value_or("");
    const std::size_t hash = std::min(url.find('#'), url.size());
    const std::string fragment = url.substr(hash);
    url.resize(hash);
    for (const auto& [name, value] : request.query) {
        if (!belongs_to_did_url(name)) continue;
        url += (url.find('?') == std::string::npos ? '?' : '&') + name + "=" +
               net::percent_encode(value);
    }
    return url + fragment;
}

OurDid our_did(const PublicParts& parts, const net::HttpRequest& request) {
    const Choice choice = choice_of(request);
    const auto url = did::parse_did_url(did_url_of(request));
    if (!url) {
        const bool other = url.error() == did::DidError::unsupported_method;
        return {std::nullopt, failed(other ? no_method : invalid_did,
                                     std::string(did::to_text(url.error())), choice)};
    }
    const std::string here =
        "this resolver answers for did:indy:" + parts.settings.name_space + " and did:sov";
    if (url->method != did::DidMethod::indy && url->method != did::DidMethod::sov) {
        return {std::nullopt, failed(no_method, here, choice)};
    }
    if (url->method == did::DidMethod::indy && url->name_space != parts.settings.name_space) {
        return {std::nullopt, failed(not_found, here, choice)};
    }
    return {*url, {}};
}

HttpResponse resolve_did(PublicParts& parts, const net::HttpRequest& request) {
    const Choice choice = choice_of(request);
    if (choice.dress == Dress::none) {
        return failed(
            not_acceptable,
            "offered are application/ld+json, application/did-resolution, application/json, "
            "application/did+ld+json, application/did+json, application/did",
            {Dress::result, "application/json"});
    }
    OurDid ours = our_did(parts, request);
    if (!ours.url) return std::move(ours.refusal);
    const auto view = parts.reader.view();
    const Validators validators{encoding::base58_encode(view->state_root(ledger::Ledger::domain)),
                                std::nullopt};
    if (auto same = not_modified(request, validators)) {
        same->set("Vary", "Accept");
        return *std::move(same);
    }
    ViewFacts facts(*view);
    HttpResponse response = dressed(ledger::answer_did_url(*ours.url, facts), *ours.url, choice);
    if (response.status == 200) add_validators(response, validators);
    response.set("Vary", "Accept");
    return response;
}

}  // namespace stadtbuch::node
