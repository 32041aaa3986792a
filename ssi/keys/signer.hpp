// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Whatever can make a JOSE signature: a key in memory here, a token or remote signer elsewhere.
#pragma once
#include <string_view>

#include "storage/base/bytes.hpp"

namespace stadtbuch::keys {

class Signer {
  public:
    virtual ~Signer() = default;
    /// JOSE name: "ES256" (raw r||s, 64 bytes) or "EdDSA" (Ed25519, 64 bytes).
    [[nodiscard]] virtual std::string_view algorithm() const = 0;
    /// Signs the message (not its hash). Empty if the device refused.
    [[nodiscard]] virtual Bytes sign_message(BytesView message) const = 0;
};

}  // namespace stadtbuch::keys
