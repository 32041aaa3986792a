// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Parts of the clerk's case page: the offer on its way into the wallet, and what papers there are.
//
//   /amt/fall/{id}/blatt: QR, link and text, never the code; /amt/fall/{id}/codebrief: the code,
//   never the link
#pragma once
#include "ssi/agent/web.hpp"

namespace stadtbuch::agent {

/// How far the wallet is, the code, another offer, revocation.
[[nodiscard]] Html offer_section(const View& view, const Case& record);
/// What the applicant showed, and what the office can print.
[[nodiscard]] Html evidence_part(const View& view, const Case& record);

using CasePage = net::HttpResponse (*)(const View&, const Case&);
/// The case {id} for clerks; each look at it is noted.
[[nodiscard]] net::HttpServer::Handler case_page_for(Agent& agent, CasePage shown);

void mount_handover_pages(Agent& agent, net::HttpServer& server);

}  // namespace stadtbuch::agent
