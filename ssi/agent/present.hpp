// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Asking a citizen's wallet for a credential, on this device or another one, in one sitting.
//
//   POST base -> base/zeigen (link and QR) -> wallet -> base/rueckkehr (same device) or base/weiter
//   (other device) -> what Asking::go_on answers; POST base/abbrechen: nothing of it is kept
#pragma once
#include <functional>

#include "ssi/agent/sitting.hpp"

namespace stadtbuch::agent {

struct Asking {
    std::string_view base;     ///< "/parken"
    std::string_view purpose;  ///< of the sitting: "parking"
    Text title;
    Text asks;  ///< what we ask for and what for
    Html (*steps)(const View& view, std::size_t current);
    openid::DcqlQuery (*query)(const Agent& agent, const Sitting& sitting);
    ProvenResidence (*read)(const encoding::Value& claims);
    /// The person is known (`sitting.proven` is set and saved). `claims`: what was just presented;
    /// null when the page is looked at again.
    net::HttpResponse (*go_on)(const View& view, Sitting sitting, const encoding::Object* claims);
    bool keep_status = false;  ///< of openid::PresentationRequest
    /// Where who cancels is led, if not to the page that says so; null: there.
    net::HttpResponse (*given_up)(const View& view, const Sitting& sitting) = nullptr;
    Text kept = texts::present_kept;  ///< how long we keep what is shown
};

/// Mounts POST base and what is below it. `asking` has to outlive the server.
void mount_asking(Agent& agent, net::HttpServer& server, const Asking& asking);

/// A new sitting, which a wallet's or a shop's request of the one before goes with.
[[nodiscard]] Sitting next_sitting(Agent& agent, const net::HttpRequest& request,
                                   std::string_view purpose);

using SittingHandler =
    std::function<net::HttpResponse(const View&, const net::HttpRequest&, const Sitting&)>;
/// Runs with the sitting of this browser if it has the purpose of `asking`; else says that it is
/// over.
[[nodiscard]] net::HttpServer::Handler with_sitting(Agent& agent, const Asking& asking,
                                                    SittingHandler handler);

/// How long a request to a wallet is good for, by the script counted down, with a warning before
/// its end; more time is a new request.
[[nodiscard]] Html request_clock(const View& view, keys::UnixSeconds until);

/// The page that leads back into the wallet, with the authorization's code or error in `url`.
[[nodiscard]] net::HttpResponse wallet_return(const View& view, const std::string& url);
/// For a sitting that a wallet's authorization request began: ends it with `case_id`; nullopt if
/// there is none (or no longer).
[[nodiscard]] std::optional<net::HttpResponse> finish_for_wallet(const View& view,
                                                                 const Sitting& sitting,
                                                                 const std::string& case_id);

/// The application for a proof of residence of who was proved in this sitting.
[[nodiscard]] net::HttpResponse apply_residence(const View& view, Sitting sitting);
/// Where a sitting leads that has its case already: what is looked at or sent twice counts once.
/// nullopt if it has none.
[[nodiscard]] std::optional<net::HttpResponse> case_of(const View& view, const Sitting& sitting);
/// The end of a sitting: it keeps its case, and the browser goes there, or back into the wallet
/// that asked (which is told at once; while a clerk has to look, its credential is deferred).
[[nodiscard]] net::HttpResponse end_with_case(const View& view, Sitting sitting,
                                              const Case& record);

}  // namespace stadtbuch::agent
