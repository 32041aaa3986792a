// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Type metadata for our verifier: our own documents from memory, those of others fetched from their
// vct (https, public addresses only, bounded).
//
// Threads: any. Documents are kept for an hour, failures for a minute.
#pragma once
#include <functional>
#include <map>
#include <mutex>

#include "node/net/http_client.hpp"
#include "ssi/credential/type_chain.hpp"
#include "ssi/credential/type_metadata.hpp"
#include "ssi/keys/time.hpp"

namespace stadtbuch::agent {

class TypeDocuments final : public credential::TypeSource {
  public:
    using Clock = std::function<keys::UnixSeconds()>;
    explicit TypeDocuments(
        Clock clock, net::HttpClientOptions options = net::HttpClientOptions::for_foreign_urls());

    /// Before use: a type of ours.
    void add_own(const credential::CredentialType& type);
    std::optional<std::string> type_document(const std::string& vct) override;

  private:
    struct Kept {
        std::optional<std::string> document;
        keys::UnixSeconds until = 0;
    };

    Clock clock_;
    net::HttpClient client_;
    std::map<std::string, std::string> own_;
    std::mutex guard_;
    std::map<std::string, Kept> kept_;
};

}  // namespace stadtbuch::agent
