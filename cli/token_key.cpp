// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "cli/token_key.hpp"

#include "cli/folders.hpp"
#include "ssi/keys/secret.hpp"

namespace stadtbuch::cli {

namespace {

using Open = Result<std::unique_ptr<keys::Pkcs11Key>, Error> (*)(const keys::Pkcs11Uri&,
                                                                 std::string_view);

Result<std::unique_ptr<keys::Pkcs11Key>, Error> with_pin(const Globals& globals,
                                                         const std::string& text, Open open) {
    const auto uri = keys::Pkcs11Uri::parse(text);
    if (!uri) return Failure{uri.error()};
    const std::string name = uri->token.empty() ? "the token" : uri->token;
    auto pin = read_secret(globals, uri->pin_source, "PIN of " + name + ":",
                           "Put pin-source=FILE into the URI.");
    if (!pin) return Failure{pin.error()};
    auto key = open(*uri, *pin);
    keys::wipe(*pin);
    return key;
}

}  // namespace

Result<std::unique_ptr<keys::Pkcs11Key>, Error> open_token_key(const Globals& globals,
                                                               const std::string& uri) {
    return with_pin(globals, uri, keys::Pkcs11Key::open);
}

Result<std::unique_ptr<keys::Pkcs11Key>, Error> make_token_key(const Globals& globals,
                                                               const std::string& uri) {
    return with_pin(globals, uri, keys::Pkcs11Key::generate);
}

}  // namespace stadtbuch::cli
