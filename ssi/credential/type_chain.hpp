// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Type metadata of others, and types that extend types (draft-ietf-oauth-sd-jwt-vc-19 §6.4): a
// bounded chain of documents, each of the type that was asked for and, where the one before it
// pinned a hash, of exactly those bytes.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ssi/credential/sd_jwt.hpp"
#include "storage/base/result.hpp"

namespace stadtbuch::credential {

/// Brings the bytes of type documents (memory, cache or network). Asked only for types of
/// credentials whose signature held.
class TypeSource {
  public:
    virtual ~TypeSource() = default;
    /// nullopt: not to be had.
    [[nodiscard]] virtual std::optional<std::string> type_document(const std::string& vct) = 0;
};

enum class TypeError {
    not_found,     ///< a document of the chain is not to be had
    malformed,     ///< no type metadata
    another_type,  ///< its vct is not the one that was asked for
    integrity,     ///< not the bytes whose hash was pinned
    cycle,
    too_long,
    loosened  ///< a type takes back what the one that it extends demands
};
[[nodiscard]] std::string_view to_text(TypeError error);

/// What a type demands of one claim, inherited demands included.
struct TypeDemand {
    enum class Disclosure { allowed, always, never };

    ClaimPath path;
    bool mandatory = false;
    Disclosure disclosure = Disclosure::allowed;
    encoding::Array display;  ///< [{locale, label, description}]
};

struct ResolvedType {
    static constexpr std::size_t chain_max = 6;

    /// The type itself, then what it extends, nearest first.
    std::vector<std::string> chain;
    std::string name;
    encoding::Array display;  ///< of the nearest that has one
    std::vector<TypeDemand> demands;
};

/// `integrity`: of the first document (`vct#integrity`); may be empty.
[[nodiscard]] Result<ResolvedType, TypeError> resolve_type(TypeSource& source,
                                                           const std::string& vct,
                                                           std::string_view integrity);

/// The first demand that an issued credential breaks, as a path; nullopt: none. What the holder did
/// not disclose cannot be judged.
[[nodiscard]] std::optional<std::string> broken_demand(const ResolvedType& type,
                                                       const ProcessedClaims& claims);

}  // namespace stadtbuch::credential
