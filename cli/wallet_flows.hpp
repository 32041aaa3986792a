// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The two conversations of a wallet: taking a credential (OpenID4VCI) and presenting it
// (OpenID4VP).
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "cli/wallet.hpp"
#include "cli/web_access.hpp"
#include "ssi/credential/sd_jwt_vc.hpp"
#include "ssi/keys/random.hpp"
#include "ssi/openid/holder.hpp"

namespace stadtbuch::cli {

struct WalletTools {
    WebAccess& web;
    /// Who may issue and ask; empty: nobody is trusted to issue, any bound certificate may ask.
    std::vector<keys::Certificate> anchors;
    keys::RandomSource& random;
    std::function<keys::UnixSeconds()> now;
};

struct AcceptWishes {
    /// Called once, only if the offer asks for a code; gets the issuer's hint.
    std::function<Result<std::string, Error>(const std::string& hint)> tx_code;
    /// Upper bound; the issuer's batch size is another. 0: as many as the issuer gives, at most 10.
    std::size_t instances = 0;
};

/// Link, QR content, or JSON of the offer. The credentials are checked, not yet kept; `notify`
/// tells the issuer what became of them.
struct Taken {
    std::vector<WalletCredential> credentials;
    std::string notification_endpoint, notification_id, access_token;
};

[[nodiscard]] Result<Taken, Stop> take_offer(const WalletTools& tools, const std::string& link,
                                             const AcceptWishes& wishes);
/// OpenID4VCI §11; best effort, as the answer changes nothing.
void notify_issuer(const WalletTools& tools, const Taken& taken, bool accepted);

/// Signature, trust, type metadata hash, status; `holder` must be the key in `cnf` if given.
[[nodiscard]] Result<credential::VerifiedCredential, Stop> check_credential(
    const WalletTools& tools, const std::string& compact, const keys::P256PublicKey* holder);

/// A request that was fetched and checked.
struct Asked {
    openid::AuthorizationRequest request;
    bool verifier_trusted = false;  ///< its chain ends at an anchor, not only at its own name
};

[[nodiscard]] Result<Asked, Stop> fetch_request(const WalletTools& tools, const std::string& link);

struct Chosen {
    std::vector<openid::Presentation> presentations;
    std::vector<std::size_t> instances;  ///< of each wallet credential, what was offered
};

[[nodiscard]] Result<Chosen, Stop> choose(const WalletTools& tools, const Asked& asked,
                                          const Wallet& wallet);

/// The verifier's redirect_uri; empty if it sent none.
[[nodiscard]] Result<std::string, Stop> send_presentation(const WalletTools& tools,
                                                          const Asked& asked, const Chosen& chosen);
[[nodiscard]] Result<std::string, Stop> send_refusal(const WalletTools& tools, const Asked& asked);

}  // namespace stadtbuch::cli
