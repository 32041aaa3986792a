// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The proof of residence by presenting the identity card from the wallet: what the register
// confirms is granted at once, everything else waits for a clerk.
#include "ssi/agent/present.hpp"
#include "ssi/agent/queries.hpp"

namespace stadtbuch::agent {

namespace {

Html steps(const View& view, std::size_t current) {
    return step_list(
        view, {texts::residence_step_1, texts::residence_step_2, texts::residence_step_3}, current);
}

openid::DcqlQuery query(const Agent& agent, const Sitting&) {
    return pid_query(agent);
}

net::HttpResponse to_case(const View& view, Sitting sitting, const encoding::Object*) {
    return apply_residence(view, std::move(sitting));
}

const Asking asking{"/wohnsitz/ausweis", "residence", texts::residence_title,
                    texts::pid_asks,     steps,       query,
                    proven_by_pid,       to_case};

}  // namespace

net::HttpResponse apply_residence(const View& view, Sitting sitting) {
    Agent& agent = view.agent;
    if (auto there = case_of(view, sitting)) return *std::move(there);
    const auto record =
        agent.desk->apply_residence(*sitting.proven, std::string(view.language_tag()), agent.now());
    if (!record)
        return error_page(view, view.word("error." + std::string(to_text(record.error()))), 409);
    return end_with_case(view, std::move(sitting), *record);
}

void mount_identity_pages(Agent& agent, net::HttpServer& server) {
    if (pid_accepted(agent)) mount_asking(agent, server, asking);
}

}  // namespace stadtbuch::agent
