// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// What is checked when a person logs in at an identity provider: one rule each, with a stable id,
// as lines of the same trace that presentations leave.
#pragma once
#include <span>
#include <string_view>

#include "ssi/credential/trace.hpp"

namespace stadtbuch::openid {

enum class LoginRule {
    provider,        // LG-01  discovery and keys are at hand
    own_request,     // LG-02  state of this browser, used once
    response,        // LG-03  iss of the answer, a code, no error
    token_endpoint,  // LG-04  the code was exchanged
    token_form,      // LG-05  a signed token of an accepted algorithm
    signature,       // LG-06
    issuer,          // LG-07  iss
    audience,        // LG-08  aud, azp
    time,            // LG-09  exp, iat, auth_time
    nonce,           // LG-10
    assurance,       // LG-11  acr
    same_person,     // LG-12  sub of the userinfo
    claims_present,  // LG-13  name and birth date
};

struct LoginRuleText {
    LoginRule rule;
    std::string_view id;
    /// Who can put a failure right: "holder" (the person), "provider", "office" (whose settings).
    std::string_view mender;
    std::string_view good_de, good_en, bad_de, bad_en;
};

[[nodiscard]] std::span<const LoginRuleText> login_rules();
[[nodiscard]] std::string_view id_of(LoginRule rule);
/// Adds a line and returns `good`. `detail` is a short reason, never a claim's value.
bool check(credential::Trace& trace, bool good, LoginRule rule, std::string_view field = {},
           std::string_view detail = {});

}  // namespace stadtbuch::openid
