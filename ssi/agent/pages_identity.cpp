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
    Agent& agent = view.agent;
    if (!sitting.case_id.empty()) {  // looked at twice: the first one counts
        const auto record = agent.cases->get(sitting.case_id);
        if (record) return net::HttpResponse::redirect("/antrag/" + record->public_token);
    }
    const auto record =
        agent.desk->apply_residence(*sitting.proven, std::string(view.language_tag()), agent.now());
    if (!record)
        return error_page(view, view.word("error." + std::string(to_text(record.error()))), 409);
    sitting.case_id = record->id;
    save_sitting(agent, sitting);
    // The wallet is told at once; while a clerk has to look, its credential is deferred.
    if (auto back = finish_for_wallet(view, sitting, record->id)) return *std::move(back);
    return net::HttpResponse::redirect("/antrag/" + record->public_token);
}

const Asking asking{"/wohnsitz/ausweis", "residence", texts::residence_title,
                    texts::pid_asks,     steps,       query,
                    proven_by_pid,       to_case};

}  // namespace

void mount_identity_pages(Agent& agent, net::HttpServer& server) {
    if (pid_accepted(agent)) mount_asking(agent, server, asking);
}

}  // namespace stadtbuch::agent
