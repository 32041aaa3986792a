// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// A ready configuration for development and tests in one folder: authority, leaves, keys, accounts,
// settings. For `stadtbuch-agent init-dev` and for `stadtbuch up`. Certificates have exactly the
// profile that production needs.
#pragma once
#include <cstdint>
#include <string>

#include "ssi/keys/time.hpp"
#include "storage/base/error.hpp"
#include "storage/base/result.hpp"

namespace stadtbuch::agent {

struct DevOptions {
    std::string folder;
    std::string register_folder;  ///< CSV files of the town; absolute, or relative to `folder`
    std::string types_folder;  ///< credential types that are configuration; the same; empty: none
    std::string host = "localhost";
    std::uint16_t port = 8443;
    std::string path;  ///< "/town": the address has it; empty: none
    std::uint16_t telemetry_port = 9443;
    std::string genesis;         ///< pool genesis file; empty: no ledger
    std::string name_space;      ///< of did:indy
    std::string observer;        ///< origin that gives receipts; empty: none
    std::string endorser_seed;   ///< 32 characters; empty: drawn
    std::string clerk_password;  ///< empty: drawn
    std::string api_token;       ///< empty: drawn
    keys::UnixSeconds now = 0;
};

struct DevConfiguration {
    std::string settings_file;  ///< agent.toml
    std::string ca_file;  ///< authority of the HTTPS certificate and of the signing leaves, PEM
    std::string url;
    std::string did;     ///< short DID of the municipality
    std::string verkey;  ///< base58, to be registered as endorser
    std::string clerk_account = "amt";
    std::string inspector_account = "kontrolle";
    std::string password_file;  ///< 0600: password of both accounts
    std::string token_file;     ///< 0600: API token
};

/// Writes all files. A folder that has an agent.toml already is left as it is and read back (may be
/// called twice). Error SB-4210: the folder cannot be written.
[[nodiscard]] Result<DevConfiguration, Error> init_dev(const DevOptions& options);

}  // namespace stadtbuch::agent
