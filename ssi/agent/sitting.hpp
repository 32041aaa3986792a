// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// One citizen at one browser, from presenting the proof of residence to the permit in the wallet:
// half an hour, known by a cookie, kept as a record that expires. Nothing of it is needed
// afterwards.
#pragma once
#include <optional>
#include <string>

#include "ssi/agent/web.hpp"

namespace stadtbuch::agent {

struct Sitting {
    static constexpr std::int64_t life_s = 1800;
    std::string secret;       ///< cookie value
    std::string same_device;  ///< presentation transactions
    std::string other_device;
    std::string same_link, other_link;
    keys::UnixSeconds request_expires_at = 0;
    std::optional<ProvenResidence> proven;
    registers::StatedFields fields;  ///< what was proved for a configured type, by column
    std::string case_id;
    std::string purpose;  ///< "parking", "residence", "mine": a proof for one is none for the other
    std::string authorization;  ///< session of a wallet's authorization request; empty: none
    std::string login;  ///< session of a shop's login request (openid::Provider); empty: none
    keys::UnixSeconds until = 0;  ///< it ends then; each save_sitting() gives it more time
};

[[nodiscard]] Sitting start_sitting();
[[nodiscard]] std::optional<Sitting> sitting_of(Agent& agent, const net::HttpRequest& request);
void save_sitting(Agent& agent, const Sitting& sitting);
/// Forgets it, with what was proved in it.
void end_sitting(Agent& agent, const Sitting& sitting);
/// Its time, with more of it for one press.
[[nodiscard]] Html sitting_clock(const View& view, const Sitting& sitting);
void mount_sitting(Agent& agent, net::HttpServer& server);
/// Sets the cookie.
void hand_out(const Agent& agent, net::HttpResponse& response, const Sitting& sitting);

}  // namespace stadtbuch::agent
