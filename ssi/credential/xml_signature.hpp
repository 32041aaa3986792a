// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// XML documents that are signed as a whole (XMLDSig 1.1 with one enveloped signature, as ETSI TS
// 119 612 wants trusted lists; XAdES baseline). One shape and no other: what is signed is the
// document from its root, so nothing can be moved out from under the signature (wrapping). Parsed
// without network, DTD and entities.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ssi/keys/foreign_signature.hpp"

namespace stadtbuch::credential {

enum class XmlError {
    malformed,        // no XML, too large, a DTD, another root
    signature_shape,  // none, several, not enveloped, references or algorithms that are not allowed
    digest,           // what stands there is not what was signed
};
[[nodiscard]] std::string_view to_text(XmlError error);

/// An element of the document; good as long as the document lives. An empty one finds nothing.
class XmlElement {
  public:
    XmlElement() = default;

    explicit XmlElement(const void* node) : node_(node) {}

    explicit operator bool() const { return node_ != nullptr; }

    /// The first child of this name, whatever its namespace prefix; empty: none.
    [[nodiscard]] XmlElement child(std::string_view name) const;
    /// All children of this name.
    [[nodiscard]] std::vector<XmlElement> children(std::string_view name) const;
    /// Its text without space at both ends.
    [[nodiscard]] std::string text() const;
    /// xml:lang; empty: none.
    [[nodiscard]] std::string language() const;
    [[nodiscard]] std::string_view name() const;
    [[nodiscard]] std::string_view name_space() const;

  private:
    const void* node_ = nullptr;
};

class SignedXml {
  public:
    /// Reads the document and checks that its signature covers all of it: digests, not yet the
    /// signature itself.
    [[nodiscard]] static Result<SignedXml, XmlError> read(std::string_view xml);

    SignedXml(SignedXml&&) noexcept;
    SignedXml& operator=(SignedXml&&) noexcept;
    SignedXml(const SignedXml&) = delete;
    SignedXml& operator=(const SignedXml&) = delete;
    ~SignedXml();

    [[nodiscard]] XmlElement root() const;
    /// Of KeyInfo, in its order, base64 without white space. They choose nothing: the caller knows
    /// whom it believes.
    [[nodiscard]] const std::vector<std::string>& certificates() const;
    [[nodiscard]] bool signed_by(const keys::Certificate& signer) const;

  private:
    struct Document;
    explicit SignedXml(std::unique_ptr<Document> document);
    std::unique_ptr<Document> document_;
};

}  // namespace stadtbuch::credential
