// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/credential/xml_signature.hpp"

#include <libxml/c14n.h>
#include <libxml/parser.h>
#include <libxml/tree.h>

#include <algorithm>
#include <array>
#include <mutex>

#include "storage/encoding/text.hpp"

namespace stadtbuch::credential {

namespace {

constexpr std::size_t xml_bytes_max = std::size_t{16} << 20;
constexpr std::size_t references_max =
    8;  // the document, and parts of the signature itself (XAdES)
constexpr const char* xml_namespace = "http://www.w3.org/XML/1998/namespace";
constexpr std::string_view dsig = "http://www.w3.org/2000/09/xmldsig#";
constexpr std::string_view enveloped = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";

template <class T, auto release>
struct Release {
    void operator()(T* object) const noexcept { release(object); }
};

using OwnedDocument = std::unique_ptr<xmlDoc, Release<xmlDoc, xmlFreeDoc>>;
using OwnedBuffer =
    std::unique_ptr<xmlOutputBuffer, Release<xmlOutputBuffer, xmlOutputBufferClose>>;

void free_text(xmlChar* text) {
    xmlFree(text);
}

using OwnedText = std::unique_ptr<xmlChar, Release<xmlChar, free_text>>;

std::string_view view_of_text(const xmlChar* text) {
    return text == nullptr ? std::string_view() : reinterpret_cast<const char*>(text);
}

std::string_view space_of(const xmlNode* node) {
    return node->ns == nullptr ? std::string_view() : view_of_text(node->ns->href);
}

bool is_element(const xmlNode* node, std::string_view space, std::string_view name) {
    return node->type == XML_ELEMENT_NODE && view_of_text(node->name) == name &&
           space_of(node) == space;
}

/// The children of ds:NAME.
std::vector<xmlNode*> dsig_children(const xmlNode* of, std::string_view name) {
    std::vector<xmlNode*> out;
    for (xmlNode* node = of->children; node != nullptr; node = node->next) {
        if (is_element(node, dsig, name)) out.push_back(node);
    }
    return out;
}

xmlNode* only(const std::vector<xmlNode*>& nodes) {
    return nodes.size() == 1 ? nodes.front() : nullptr;
}

std::string attribute(const xmlNode* node, const char* name) {
    const OwnedText value(xmlGetNoNsProp(node, reinterpret_cast<const xmlChar*>(name)));
    return std::string(view_of_text(value.get()));
}

std::string text_of_node(const xmlNode* node) {
    const OwnedText text(xmlNodeGetContent(node));
    return std::string(view_of_text(text.get()));
}

std::string without_space(std::string text) {
    std::erase_if(text, [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; });
    return text;
}

// -- algorithms: an allow-list each (XMLDSig 1.1 §6, RFC 9231); SHA-1 is on none

std::optional<keys::Digest> digest_named(std::string_view uri) {
    if (uri == "http://www.w3.org/2001/04/xmlenc#sha256") return keys::Digest::sha256;
    if (uri == "http://www.w3.org/2001/04/xmldsig-more#sha384") return keys::Digest::sha384;
    if (uri == "http://www.w3.org/2001/04/xmlenc#sha512") return keys::Digest::sha512;
    return std::nullopt;
}

struct Method {
    std::string_view uri;
    keys::ForeignScheme scheme;
    keys::Digest digest;
};

using keys::Digest;
using keys::ForeignScheme;
constexpr std::array<Method, 9> methods{{
    {"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", ForeignScheme::rsa_pkcs1, Digest::sha256},
    {"http://www.w3.org/2001/04/xmldsig-more#rsa-sha384", ForeignScheme::rsa_pkcs1, Digest::sha384},
    {"http://www.w3.org/2001/04/xmldsig-more#rsa-sha512", ForeignScheme::rsa_pkcs1, Digest::sha512},
    {"http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1", ForeignScheme::rsa_pss,
     Digest::sha256},
    {"http://www.w3.org/2007/05/xmldsig-more#sha384-rsa-MGF1", ForeignScheme::rsa_pss,
     Digest::sha384},
    {"http://www.w3.org/2007/05/xmldsig-more#sha512-rsa-MGF1", ForeignScheme::rsa_pss,
     Digest::sha512},
    {"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256", ForeignScheme::ecdsa, Digest::sha256},
    {"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384", ForeignScheme::ecdsa, Digest::sha384},
    {"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512", ForeignScheme::ecdsa, Digest::sha512},
}};

/// How a part of the document becomes octets.
struct Canonical {
    int mode = XML_C14N_1_0;  // what XMLDSig does where no transform says otherwise
    std::string prefixes;     // InclusiveNamespaces of exclusive canonicalisation
};

std::optional<Canonical> canonical_of(const xmlNode* method) {
    const std::string uri = attribute(method, "Algorithm");
    if (uri == "http://www.w3.org/TR/2001/REC-xml-c14n-20010315") return Canonical{};
    if (uri == "http://www.w3.org/2006/12/xml-c14n11") return Canonical{XML_C14N_1_1, {}};
    if (uri != "http://www.w3.org/2001/10/xml-exc-c14n#") return std::nullopt;
    Canonical out{XML_C14N_EXCLUSIVE_1_0, {}};
    for (const xmlNode* node = method->children; node != nullptr; node = node->next) {
        if (is_element(node, uri, "InclusiveNamespaces"))
            out.prefixes = attribute(node, "PrefixList");
    }
    return out;
}

/// What is taken: the tree below `within`, or the whole document; without the tree below `without`.
struct Selection {
    const xmlNode* within = nullptr;
    const xmlNode* without = nullptr;
};

int is_selected(void* selection, xmlNode* node, xmlNode* parent) {
    const auto& wanted = *static_cast<const Selection*>(selection);
    bool inside = wanted.within == nullptr;
    // Namespaces are no nodes of the tree: they stand where their element does.
    const xmlNode* at = node != nullptr && node->type != XML_NAMESPACE_DECL ? node : parent;
    for (; at != nullptr; at = at->parent) {
        if (at == wanted.without) return 0;
        inside = inside || at == wanted.within;
    }
    return inside ? 1 : 0;
}

std::optional<std::string> canonical_text(xmlDoc* document, Selection selection,
                                          const Canonical& how) {
    std::vector<std::string> names;
    std::string_view rest = how.prefixes;
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find_first_of(" \t\r\n"), rest.size());
        if (end > 0) names.emplace_back(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    std::vector<xmlChar*> prefixes;
    for (std::string& name : names) prefixes.push_back(reinterpret_cast<xmlChar*>(name.data()));
    prefixes.push_back(nullptr);
    const OwnedBuffer buffer(xmlAllocOutputBuffer(nullptr));
    const int done =
        buffer ? xmlC14NExecute(document, is_selected, &selection, how.mode,
                                names.empty() ? nullptr : prefixes.data(), 0, buffer.get())
               : -1;
    if (done < 0) return std::nullopt;
    return std::string(reinterpret_cast<const char*>(xmlOutputBufferGetContent(buffer.get())),
                       xmlOutputBufferGetSize(buffer.get()));
}

/// Elements with this Id, in the whole document: one, or it names nothing certain.
std::size_t count_ids(const xmlNode* below, const std::string& id, const xmlNode*& found) {
    std::size_t count = 0;
    for (const xmlNode* node = below; node != nullptr;) {
        if (node->type == XML_ELEMENT_NODE &&
            (attribute(node, "Id") == id || attribute(node, "ID") == id ||
             attribute(node, "id") == id)) {
            found = node;
            ++count;
        }
        // Depth first, without recursion.
        if (node->children != nullptr && node->type == XML_ELEMENT_NODE) {
            node = node->children;
            continue;
        }
        while (node != below && node->next == nullptr) node = node->parent;
        node = node == below ? nullptr : node->next;
    }
    return count;
}

}  // namespace

struct SignedXml::Document {
    OwnedDocument xml;
    const xmlNode* root = nullptr;
    xmlNode* signature = nullptr;
    std::string signed_info;  // canonical
    const Method* method = nullptr;
    Bytes value;
    std::vector<std::string> certificates;

    [[nodiscard]] std::optional<XmlError> parse(std::string_view text);
    [[nodiscard]] std::optional<XmlError> read_signature();
    [[nodiscard]] std::optional<XmlError> check_references(const xmlNode* info) const;
    [[nodiscard]] std::optional<XmlError> check_reference(const xmlNode* reference,
                                                          bool& whole) const;
    [[nodiscard]] bool own_part(const std::string& uri, Selection& selection) const;
};

std::string_view to_text(XmlError error) {
    switch (error) {
        case XmlError::malformed:
            return "no XML that can be read here";
        case XmlError::signature_shape:
            return "not signed as a whole by one signature of the permitted kind";
        case XmlError::digest:
            return "changed after it was signed";
    }
    return "unknown";
}

std::optional<XmlError> SignedXml::Document::parse(std::string_view text) {
    static std::once_flag once;
    std::call_once(once, [] { xmlInitParser(); });
    if (text.empty() || text.size() > xml_bytes_max) return XmlError::malformed;
    xml.reset(xmlReadMemory(text.data(), static_cast<int>(text.size()), nullptr, nullptr,
                            XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING));
    if (!xml || xml->intSubset != nullptr || xml->extSubset != nullptr) return XmlError::malformed;
    root = xmlDocGetRootElement(xml.get());
    return root == nullptr ? std::optional(XmlError::malformed) : std::nullopt;
}

std::optional<XmlError> SignedXml::Document::read_signature() {
    signature = only(dsig_children(root, "Signature"));
    const xmlNode* info =
        signature != nullptr ? only(dsig_children(signature, "SignedInfo")) : nullptr;
    const xmlNode* given =
        signature != nullptr ? only(dsig_children(signature, "SignatureValue")) : nullptr;
    if (info == nullptr || given == nullptr) return XmlError::signature_shape;
    const xmlNode* canonical = only(dsig_children(info, "CanonicalizationMethod"));
    const xmlNode* algorithm = only(dsig_children(info, "SignatureMethod"));
    const auto how = canonical != nullptr ? canonical_of(canonical) : std::nullopt;
    const std::string name = algorithm != nullptr ? attribute(algorithm, "Algorithm") : "";
    const auto found = std::find_if(methods.begin(), methods.end(),
                                    [&](const Method& one) { return one.uri == name; });
    const auto bytes = encoding::base64_decode(without_space(text_of_node(given)));
    if (!how || found == methods.end() || !bytes) return XmlError::signature_shape;
    auto octets = canonical_text(xml.get(), {info, nullptr}, *how);
    if (!octets) return XmlError::malformed;
    signed_info = *std::move(octets);
    method = &*found;
    value = *bytes;
    if (const xmlNode* key = only(dsig_children(signature, "KeyInfo"))) {
        for (const xmlNode* data : dsig_children(key, "X509Data")) {
            for (const xmlNode* certificate : dsig_children(data, "X509Certificate"))
                certificates.push_back(without_space(text_of_node(certificate)));
        }
    }
    return check_references(info);
}

std::optional<XmlError> SignedXml::Document::check_references(const xmlNode* info) const {
    const auto references = dsig_children(info, "Reference");
    if (references.empty() || references.size() > references_max) return XmlError::signature_shape;
    std::size_t wholes = 0;
    for (const xmlNode* reference : references) {
        bool whole = false;
        if (const auto error = check_reference(reference, whole)) return error;
        wholes += whole ? 1 : 0;
    }
    return wholes == 1 ? std::nullopt : std::optional(XmlError::signature_shape);
}

/// XAdES signs parts of the signature, too (SignedProperties, KeyInfo): the one element of that Id,
/// which has to stand inside.
bool SignedXml::Document::own_part(const std::string& uri, Selection& selection) const {
    const xmlNode* found = nullptr;
    if (!uri.starts_with('#') || count_ids(root, uri.substr(1), found) != 1) return false;
    const xmlNode* at = found;
    while (at != nullptr && at != signature) at = at->parent;
    selection = {found, nullptr};
    return at == signature;
}

std::optional<XmlError> SignedXml::Document::check_reference(const xmlNode* reference,
                                                             bool& whole) const {
    const std::string uri = attribute(reference, "URI");
    const std::string root_id = attribute(root, "Id");
    const xmlNode* ids = nullptr;
    whole = (uri.empty() && xmlHasProp(reference, reinterpret_cast<const xmlChar*>("URI"))) ||
            (!root_id.empty() && uri == "#" + root_id && count_ids(root, root_id, ids) == 1);
    Selection selection{uri.empty() ? nullptr : root, whole ? signature : nullptr};
    if (!whole && !own_part(uri, selection)) return XmlError::signature_shape;
    Canonical how;
    bool is_enveloped = false;
    if (const xmlNode* transforms = only(dsig_children(reference, "Transforms"))) {
        for (const xmlNode* one : dsig_children(transforms, "Transform")) {
            if (attribute(one, "Algorithm") == enveloped) {
                is_enveloped = true;
                continue;
            }
            const auto read = canonical_of(one);
            if (!read) return XmlError::signature_shape;
            how = *read;
        }
    }
    const xmlNode* digest_method = only(dsig_children(reference, "DigestMethod"));
    const xmlNode* digest_value = only(dsig_children(reference, "DigestValue"));
    if (whole != is_enveloped || digest_method == nullptr || digest_value == nullptr)
        return XmlError::signature_shape;
    const auto digest = digest_named(attribute(digest_method, "Algorithm"));
    const auto expected = encoding::base64_decode(without_space(text_of_node(digest_value)));
    if (!digest || !expected) return XmlError::signature_shape;
    const auto octets = canonical_text(xml.get(), selection, how);
    if (!octets) return XmlError::malformed;
    return keys::digest_of(*digest, view_of(*octets)) == *expected
               ? std::nullopt
               : std::optional(XmlError::digest);
}

Result<SignedXml, XmlError> SignedXml::read(std::string_view xml) {
    auto document = std::make_unique<Document>();
    if (const auto error = document->parse(xml)) return Failure{*error};
    if (const auto error = document->read_signature()) return Failure{*error};
    return SignedXml(std::move(document));
}

SignedXml::SignedXml(std::unique_ptr<Document> document) : document_(std::move(document)) {}

SignedXml::SignedXml(SignedXml&&) noexcept = default;
SignedXml& SignedXml::operator=(SignedXml&&) noexcept = default;
SignedXml::~SignedXml() = default;

XmlElement SignedXml::root() const {
    return XmlElement(document_->root);
}

const std::vector<std::string>& SignedXml::certificates() const {
    return document_->certificates;
}

bool SignedXml::signed_by(const keys::Certificate& signer) const {
    return keys::verify_foreign(signer, document_->method->scheme, document_->method->digest,
                                view_of(document_->signed_info), document_->value);
}

std::vector<XmlElement> XmlElement::children(std::string_view name) const {
    std::vector<XmlElement> out;
    const auto* own = static_cast<const xmlNode*>(node_);
    for (const xmlNode* node = own != nullptr ? own->children : nullptr; node != nullptr;
         node = node->next) {
        if (node->type == XML_ELEMENT_NODE && view_of_text(node->name) == name)
            out.emplace_back(node);
    }
    return out;
}

XmlElement XmlElement::child(std::string_view name) const {
    const auto all = children(name);
    return all.empty() ? XmlElement() : all.front();
}

std::string XmlElement::text() const {
    if (node_ == nullptr) return {};
    std::string out = text_of_node(static_cast<const xmlNode*>(node_));
    constexpr std::string_view space = " \t\r\n";
    const std::size_t first = out.find_first_not_of(space);
    if (first == std::string::npos) return {};
    return out.substr(first, out.find_last_not_of(space) - first + 1);
}

std::string XmlElement::language() const {
    if (node_ == nullptr) return {};
    const OwnedText value(xmlGetNsProp(static_cast<const xmlNode*>(node_),
                                       reinterpret_cast<const xmlChar*>("lang"),
                                       reinterpret_cast<const xmlChar*>(xml_namespace)));
    return std::string(view_of_text(value.get()));
}

std::string_view XmlElement::name() const {
    return node_ == nullptr ? std::string_view()
                            : view_of_text(static_cast<const xmlNode*>(node_)->name);
}

std::string_view XmlElement::name_space() const {
    return node_ == nullptr ? std::string_view() : space_of(static_cast<const xmlNode*>(node_));
}

}  // namespace stadtbuch::credential
