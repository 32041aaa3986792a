// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Trusted lists of the member states (ETSI TS 119 612, XML): their members under the names of TS
// 119 602, so that one set of rules judges both.
#pragma once
#include <optional>

#include "ssi/credential/xml_signature.hpp"
#include "storage/encoding/value.hpp"

namespace stadtbuch::credential {

/// {ListAndSchemeInformation, TrustedEntitiesList}; nullopt: the root is no TrustServiceStatusList
/// of version 5 or 6.
[[nodiscard]] std::optional<encoding::Object> list_of_xml(const XmlElement& root);

}  // namespace stadtbuch::credential
