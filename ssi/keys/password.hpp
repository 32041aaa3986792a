// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Passwords of clerks: argon2id strings in the PHC form ("$argon2id$v=19$m=..,t=..,p=1$salt$hash").
#pragma once
#include <string>
#include <string_view>

namespace stadtbuch::keys {

enum class PasswordCost { interactive, test };

/// Salt from the operating system (libsodium); takes about 0.1 s and 64 MiB with `interactive`, so
/// callers keep it off event loops. Empty text if memory is short.
[[nodiscard]] std::string hash_password(std::string_view password,
                                        PasswordCost cost = PasswordCost::interactive);
/// False for malformed hashes and for hashes whose parameters would cost more than 256 MiB or 8
/// passes.
[[nodiscard]] bool verify_password(std::string_view hash, std::string_view password);

}  // namespace stadtbuch::keys
