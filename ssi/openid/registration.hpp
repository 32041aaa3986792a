// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// What the registrar of relying parties has on record about us, carried by value (credentials §8):
// `issuer_info` of the metadata (ETSI TS 119 472-3 §4.2.3), `verifier_info` of requests (TS 119
// 472-2 §6.3).
#pragma once
#include <string>

#include "storage/encoding/value.hpp"

namespace stadtbuch::openid {

struct Registration {
    std::string certificate = {};   // JWT (ETSI TS 119 475); empty: none
    encoding::Object dataset = {};  // `registrar_dataset`, as the registrar has it; empty: none

    /// The entries that there are. An empty array is never sent: leave the parameter out.
    [[nodiscard]] encoding::Array entries() const {
        encoding::Array out;
        if (!dataset.empty())
            out.emplace_back(encoding::Object{{"format", "registrar_dataset"}, {"data", dataset}});
        if (!certificate.empty()) {
            out.emplace_back(
                encoding::Object{{"format", "registration_cert"}, {"data", certificate}});
        }
        return out;
    }
};

}  // namespace stadtbuch::openid
