// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// What a verifier takes along to work without a network (docs/offline.md): the ledger's receipt of
// the municipality's DID document, the type documents, the signed status lists. Nothing in it is
// about a person, so anybody may have it.
//
// Threads: any.
#pragma once
#include <mutex>
#include <string>
#include <vector>

#include "ssi/agent/agent.hpp"

namespace stadtbuch::agent {

class OfflinePackage {
  public:
    explicit OfflinePackage(Agent& agent) : agent_(agent) {}

    /// A receipt that was verified from the genesis and names our keys.
    struct Receipt {
        encoding::Value receipt;
        keys::UnixSeconds as_of = 0;
        std::vector<std::string> signers;
    };

    /// Asked of the observer at most every ten minutes; what was got before stays when it does not
    /// answer. Null: no ledger, no observer, or never one that held.
    [[nodiscard]] std::shared_ptr<const Receipt> receipt();
    /// `receipt` null: of what receipt() says there is none.
    [[nodiscard]] encoding::Object make();

  private:
    [[nodiscard]] Result<Receipt, Error> fetch() const;

    Agent& agent_;
    std::mutex guard_;
    std::shared_ptr<const Receipt> held_;
    keys::UnixSeconds ask_at_ = 0;
};

}  // namespace stadtbuch::agent
