// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Keys in tokens as the commands use them: the URI on the argument list, the PIN from a private
// file or the terminal (CL-13).
#pragma once
#include <memory>
#include <string>

#include "cli/command.hpp"
#include "ssi/keys/pkcs11.hpp"

namespace stadtbuch::cli {

/// SB-4010 to SB-4013; SB-5030 when the PIN is needed and nobody may be asked.
[[nodiscard]] Result<std::unique_ptr<keys::Pkcs11Key>, Error> open_token_key(
    const Globals& globals, const std::string& uri);
/// Makes a key in the token. Also SB-4014.
[[nodiscard]] Result<std::unique_ptr<keys::Pkcs11Key>, Error> make_token_key(
    const Globals& globals, const std::string& uri);

}  // namespace stadtbuch::cli
