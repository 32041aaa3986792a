// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Writes what verifiers look for on the ledger, with the municipality's endorser DID: the issuer's
// key in its DID document, a schema for each credential type, and the hash of each type document.
// Never anything about a person.
//
// Idempotent: what stands there already is left. Runs on a thread of its own, from the start until
// stop(); a ledger that cannot be reached is asked again after 2 s to 60 s and keeps nobody
// waiting. Also answers which key a DID of this ledger has (DidKeySource), from any thread.
#pragma once
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "ssi/agent/agent.hpp"
#include "ssi/client/blocking_pool.hpp"
#include "ssi/did/did.hpp"

namespace stadtbuch::agent {

class LedgerPublisher final : public credential::DidKeySource {
  public:
    /// REQUIRES: settings.ledger.genesis and did are set, the keyring has the endorser's key.
    explicit LedgerPublisher(Agent& agent);
    ~LedgerPublisher() override;

    void start();
    void stop();

    /// Did the last round find or write everything?
    [[nodiscard]] bool done() const { return agent_.metrics.ledger_published; }

    std::optional<keys::PublicKey> assertion_key(std::string_view did_url) override;

    /// The diddocContent that publishes the issuer's P-256 key as "#assertion-1" and that of the
    /// status lists as "#status-1".
    [[nodiscard]] static std::string document_content(const std::string& did,
                                                      const keys::PublicKey& issuer,
                                                      const keys::PublicKey& status);
    /// Name of the ATTRIB that holds {"vct","integrity"} of a type.
    [[nodiscard]] static std::string attribute_name(const credential::CredentialType& type);

  private:
    struct Round;

    struct Kept {
        std::optional<keys::PublicKey> key;
        keys::UnixSeconds ask_at = 0;  ///< not asked again before
        keys::UnixSeconds until = 0;   ///< good until then, if the ledger cannot be asked
    };

    void run();
    [[nodiscard]] std::optional<Error> publish();
    [[nodiscard]] std::optional<Error> publish_on(client::BlockingPool& pool);
    /// False: no answer. True and no key: the ledger has none.
    [[nodiscard]] bool ask_ledger(const did::DidUrl& url, std::string_view did_url,
                                  std::optional<keys::PublicKey>& key) const;

    Agent& agent_;
    std::string genesis_;
    std::thread thread_;
    std::mutex guard_;
    std::condition_variable wake_;
    bool stopping_ = false;
    client::BlockingPool* asking_ = nullptr;  ///< what stop() interrupts
    std::mutex keys_guard_;
    std::map<std::string, Kept, std::less<>> keys_;
};

}  // namespace stadtbuch::agent
