// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/keys/password.hpp"

#include <sodium.h>

#include <charconv>

#include "ssi/keys/sodium.hpp"

namespace stadtbuch::keys {
namespace {

constexpr unsigned memory_kib_max = 256 * 1024;
constexpr unsigned passes_max = 8;

/// Reads "<name><number>" at the front of `text` and removes it.
bool take_number(std::string_view& text, std::string_view name, unsigned& number) {
    if (!text.starts_with(name)) return false;
    text.remove_prefix(name.size());
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{}) return false;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return true;
}

/// A stored hash could come from a restored or edited database: it must not decide how much we
/// compute.
bool affordable(std::string_view hash) {
    unsigned memory_kib = 0;
    unsigned passes = 0;
    return hash.starts_with("$argon2id$v=19$") &&
           (hash.remove_prefix(15), take_number(hash, "m=", memory_kib)) &&
           take_number(hash, ",t=", passes) && memory_kib <= memory_kib_max && passes <= passes_max;
}

}  // namespace

std::string hash_password(std::string_view password, PasswordCost cost) {
    start_sodium();
    const bool quick = cost == PasswordCost::test;
    char text[crypto_pwhash_STRBYTES] = {};
    if (crypto_pwhash_str(
            text, password.data(), password.size(), quick ? 1 : crypto_pwhash_OPSLIMIT_INTERACTIVE,
            quick ? crypto_pwhash_MEMLIMIT_MIN : crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0) {
        return {};
    }
    return text;
}

bool verify_password(std::string_view hash, std::string_view password) {
    start_sodium();
    if (hash.size() >= crypto_pwhash_STRBYTES || !affordable(hash)) return false;
    const std::string terminated(hash);
    return crypto_pwhash_str_verify(terminated.c_str(), password.data(), password.size()) == 0;
}

}  // namespace stadtbuch::keys
