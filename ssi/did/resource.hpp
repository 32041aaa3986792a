// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// What a DID URL of did:indy or did:sov names besides the DID document: objects of AnonCreds by
// path, versions and spans of time by query (indy-client-protocol §13). Pure syntax.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "ssi/did/did.hpp"
#include "ssi/keys/time.hpp"

namespace stadtbuch::did {

/// `/anoncreds/v0/SCHEMA/{name}/{version}`, `/CLAIM_DEF/{schema seqNo}/{tag}`,
/// `/REV_REG_DEF/{schema seqNo}/{tag}/{registry tag}`, `/REV_REG_ENTRY/...` and the older
/// `/REV_REG_DELTA/...` with the same parts; no path: the DID document.
struct Resource {
    enum class Kind { document, schema, claim_def, rev_reg_def, rev_reg_entry, rev_reg_delta };
    Kind kind = Kind::document;
    std::string name, version;
    std::uint64_t schema_seq_no = 0;
    std::string tag, registry_tag;
};

/// `versionId` (a seqNo) or `versionTime`; `from` and `to` of a revocation delta. Times are UNIX
/// seconds.
struct Version {
    std::optional<std::uint64_t> seq_no;
    std::optional<keys::UnixSeconds> time, from, to;
};

enum class ResourceError { unknown_path, bad_number, bad_time, contradiction };
[[nodiscard]] std::string_view to_text(ResourceError error);

[[nodiscard]] Result<Resource, ResourceError> resource_of(const DidUrl& url);
/// Contradictions: versionId with versionTime, `from` after `to`.
[[nodiscard]] Result<Version, ResourceError> version_of(const DidUrl& url);

/// "2026-11-21T13:17:26Z", with `+01:00`, with fractions (cut off), or plain UNIX seconds. Years
/// 1970 to 9999.
[[nodiscard]] std::optional<keys::UnixSeconds> read_time(std::string_view text);

}  // namespace stadtbuch::did
