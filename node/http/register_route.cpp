// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "node/http/explorer.hpp"
#include "node/http/ledger_routes.hpp"
#include "ssi/did/did.hpp"
#include "ssi/keys/ed25519.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"

namespace stadtbuch::node {

namespace {

using encoding::Object;
using encoding::Value;
using net::HttpResponse;

std::string role_code(const std::string& role) {
    if (role == "TRUSTEE") return "0";
    if (role == "STEWARD") return "2";
    if (role == "NETWORK_MONITOR") return "201";
    if (role == "ENDORSER" || role == "TRUST_ANCHOR") return "101";
    return role;
}

/// von-network's rules for the seed (§12): 32 octets in base64, or up to 32 characters padded on
/// the right.
Result<Bytes, std::string> seed_bytes(std::string& seed) {
    if (seed.ends_with("=")) {
        auto decoded = encoding::base64_decode(seed);
        if (!decoded || decoded->size() != 32)
            return Failure{std::string("Seed must be 32 characters long.")};
        return *std::move(decoded);
    }
    if (seed.size() > 32)
        return Failure{std::string("Seed must be between 0 and 32 characters long.")};
    seed.resize(32, '0');
    return bytes_of(std::string_view(seed));
}

/// The body as an object, from JSON or from the form of the front page; nullopt: neither.
std::optional<Value> body_of(const net::HttpRequest& request, bool is_form) {
    if (!is_form) {
        auto body = encoding::parse_json(request.body);
        if (!body || !body->is_object() || body->object()->empty()) return std::nullopt;
        return *std::move(body);
    }
    const auto fields = request.form();
    if (!fields) return std::nullopt;
    Object body;
    for (const auto& [name, value] : *fields) {
        if (!value.empty() || name == "role") body.set(name, value);
    }
    return Value(std::move(body));
}

struct Registration {
    RegisterRequest request;
    Value seed;  ///< as it is told back
};

Result<Registration, std::string> registration_of(const Value& body) {
    Registration out;
    std::string seed(body.text_at("seed"));
    out.request.did = body.text_at("did");
    out.request.verkey = body.text_at("verkey");
    out.request.alias = body.text_at("alias");
    const Value* role = body.find("role");
    out.request.role = role == nullptr ? "101" : role->is_text() ? role_code(*role->text()) : "";
    if (!seed.empty()) {
        const auto bytes = seed_bytes(seed);
        if (!bytes) return Failure{bytes.error()};
        const auto pair = keys::Ed25519KeyPair::from_seed(*bytes);
        if (!pair) return Failure{std::string("Seed must be 32 characters long.")};
        if (out.request.verkey.empty())
            out.request.verkey = encoding::base58_encode(pair->public_key().view());
        if (out.request.did.empty()) out.request.did = did::short_did(pair->public_key());
        out.seed = seed;
    }
    if (out.request.did.empty() || out.request.verkey.empty()) {
        return Failure{std::string(
            "Either seed the seed parameter or the did and verkey parameters must be provided.")};
    }
    return out;
}

}  // namespace

void register_response(PublicParts& parts, const net::HttpRequest& request,
                       const net::HttpResponder& responder) {
    const bool is_form = request.media_type() == "application/x-www-form-urlencoded";
    const auto refuse = [&parts, request, responder, is_form](int status, const std::string& text) {
        responder.send(is_form ? registered_page(parts, request, Object{}, text)
                               : HttpResponse::text(status, text));
    };
    const auto body = body_of(request, is_form);
    if (!body) return refuse(400, "Expected json request body");
    auto wanted = registration_of(*body);
    if (!wanted) return refuse(400, wanted.error());
    Object answer;
    answer.set("did", wanted->request.did);
    answer.set("seed", wanted->seed);
    answer.set("verkey", wanted->request.verkey);
    const auto confirm = [&parts, request, responder, is_form, answer] {
        responder.send(is_form ? registered_page(parts, request, answer, "")
                               : HttpResponse::json(200, encoding::pretty_json(answer, 2, true)));
    };
    if (parts.reader.view()->verkey(wanted->request.did)) return confirm();
    parts.register_nym(std::move(wanted->request),
                       [confirm, refuse](const RegisterOutcome& outcome) {
                           if (outcome.good) return confirm();
                           refuse(500, outcome.reason);
                       });
}

}  // namespace stadtbuch::node
