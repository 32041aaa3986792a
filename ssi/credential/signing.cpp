// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/credential/signing.hpp"

namespace stadtbuch::credential {

encoding::Object header_of(const SigningIdentity& identity, std::string_view typ) {
    encoding::Object header{{"typ", typ}};
    if (!identity.key_id.empty()) header.set("kid", identity.key_id);
    if (!identity.chain.empty()) header.set("x5c", keys::x5c_of(identity.chain));
    return header;
}

}  // namespace stadtbuch::credential
