// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Certificates made on the spot, for the TLS tests.
#pragma once
#include <string>

namespace stadtbuch::net::test {

struct TestCertificate {
    /// PEM; self-signed, so it is its own authority.
    std::string certificate;
    std::string key;
};

/// P-256, valid for an hour, for the DNS name "localhost" and the address 127.0.0.1.
[[nodiscard]] TestCertificate make_certificate(const std::string& common_name);

}  // namespace stadtbuch::net::test
