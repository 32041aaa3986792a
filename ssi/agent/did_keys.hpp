// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The second root of trust: keys of DIDs. did:key and did:jwk contain theirs, did:web is fetched
// (https, public addresses only, bounded), did:indy comes from the ledger with a proof.
//
// Threads: any. Documents of did:web are kept for five minutes, failures for half a minute.
#pragma once
#include <atomic>
#include <map>
#include <mutex>

#include "node/net/http_client.hpp"
#include "ssi/credential/sd_jwt_vc.hpp"
#include "ssi/did/did.hpp"

namespace stadtbuch::agent {

/// did:web:host[%3Aport][:path...] -> the address of its document (credentials §13); empty for what
/// is no such DID.
[[nodiscard]] std::string web_document_url(const did::DidUrl& url);
/// https://host:port/path -> did:web:host%3Aport:path.
[[nodiscard]] std::string web_did_of(std::string_view address);

class DidKeys final : public credential::DidKeySource {
  public:
    using Clock = std::function<keys::UnixSeconds()>;
    explicit DidKeys(Clock clock,
                     net::HttpClientOptions options = net::HttpClientOptions::for_foreign_urls());

    /// Answers for did:indy from now on; null: those DIDs are not looked up.
    void ask_ledger_of(credential::DidKeySource* ledger) { ledger_ = ledger; }

    [[nodiscard]] bool knows(std::string_view did_url) override;
    std::optional<keys::PublicKey> assertion_key(std::string_view did_url) override;

  private:
    struct Kept {
        std::optional<encoding::Value> document;
        keys::UnixSeconds until = 0;
    };

    [[nodiscard]] std::optional<encoding::Value> web_document(const did::DidUrl& url);

    Clock clock_;
    net::HttpClient client_;
    std::atomic<credential::DidKeySource*> ledger_{nullptr};
    std::mutex guard_;
    std::map<std::string, Kept> kept_;
};

}  // namespace stadtbuch::agent
