// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// A package for checks without a network (docs/offline.md), and what it proves. Only the pool's
// genesis and the municipality's DID are trusted: the receipt leads from them to the keys, the keys
// to status lists, permits and papers.
#pragma once
#include <map>
#include <string>
#include <string_view>

#include "ssi/client/receipt.hpp"
#include "ssi/credential/sd_jwt_vc.hpp"

namespace stadtbuch::cli {

class OfflinePackage final : public credential::DidKeySource, public credential::StatusSource {
  public:
    /// SB-5093: not such a package, another DID, or its receipt does not hold (the message says
    /// where).
    [[nodiscard]] static Result<OfflinePackage, Error> open(std::string_view text,
                                                            std::string_view genesis,
                                                            const std::string& did);

    std::optional<keys::PublicKey> assertion_key(std::string_view did_url) override;
    std::optional<std::string> status_token(const std::string& uri) override;
    void remember(const std::string& issuer, const std::string& uri, const std::string& token,
                  std::shared_ptr<const credential::VerifiedStatusList> list) override;

    [[nodiscard]] const std::string& did() const { return did_; }

    [[nodiscard]] keys::UnixSeconds made_at() const { return made_at_; }

    [[nodiscard]] const client::ReceiptVerdict& verdict() const { return verdict_; }

    /// Type documents by vct.
    [[nodiscard]] const std::map<std::string, std::string>& types() const { return types_; }

    [[nodiscard]] const std::map<std::string, std::string>& lists() const { return lists_; }

    /// When the list that a check looked into was signed; 0: none was.
    [[nodiscard]] keys::UnixSeconds status_as_of() const { return status_as_of_; }

    /// The one list with that id, as papers name it; empty: none, or several.
    [[nodiscard]] std::string list_uri(std::string_view id) const;

  private:
    std::string did_;
    keys::UnixSeconds made_at_ = 0;
    client::ReceiptVerdict verdict_;
    encoding::Value document_;
    std::map<std::string, std::string> types_, lists_;  // vct -> document, uri -> token
    keys::UnixSeconds status_as_of_ = 0;
};

/// A permit that somebody shows.
struct OfflineCheck {
    bool valid = false;
    std::string why;   ///< one word: "valid", "forged", "revoked", "expired", "not_yet", "unknown"
    std::string kind;  ///< "credential" or "paper"
    encoding::Value claims;   ///< what was shown; null if it is not genuine
    credential::Trace trace;  ///< of a credential
};

struct OfflineQuestion {
    std::string text;  ///< compact SD-JWT VC, paper token, or the address with it
    keys::UnixSeconds now = 0;
    std::string audience, nonce;  ///< empty: the holder's key is not asked for
};

[[nodiscard]] OfflineCheck check_offline(OfflinePackage& package, const OfflineQuestion& question);

}  // namespace stadtbuch::cli
