// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/credential/trust_list_xml.hpp"

#include <algorithm>

namespace stadtbuch::credential {

using encoding::Array;
using encoding::Object;
using encoding::Value;

namespace {

constexpr std::string_view tsl = "http://uri.etsi.org/02231/v2#";

Value number_of(const std::string& text) {
    const bool digits =
        !text.empty() && text.size() <= 18 &&
        std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    return digits ? Value(static_cast<std::int64_t>(std::stoll(text))) : Value(nullptr);
}

/// <Name xml:lang="de">…</Name>, one or several.
Array names_of(const XmlElement& element) {
    Array out;
    for (const XmlElement& name : element.children("Name"))
        out.emplace_back(Object{{"lang", name.language()}, {"value", name.text()}});
    return out;
}

std::string without_space(std::string text) {
    std::erase_if(text, [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; });
    return text;
}

Object service_of(const XmlElement& information) {
    Array certificates;
    for (const XmlElement& id : information.child("ServiceDigitalIdentity").children("DigitalId")) {
        for (const XmlElement& certificate : id.children("X509Certificate"))
            certificates.emplace_back(Object{{"val", without_space(certificate.text())}});
    }
    Object out{{"ServiceTypeIdentifier", information.child("ServiceTypeIdentifier").text()},
               // Without a status there is no service here: TS 119 612 §5.5.4 wants one.
               {"ServiceStatus", information.child("ServiceStatus").text()},
               {"ServiceDigitalIdentity", Object{{"X509Certificates", std::move(certificates)}}}};
    if (const XmlElement since = information.child("StatusStartingTime"))
        out.set("StatusStartingTime", since.text());
    return Object{{"ServiceInformation", std::move(out)}};
}

Object entity_of(const XmlElement& provider) {
    Array services;
    for (const XmlElement& service : provider.child("TSPServices").children("TSPService"))
        services.emplace_back(service_of(service.child("ServiceInformation")));
    return Object{{"TrustedEntityInformation",
                   Object{{"TEName", names_of(provider.child("TSPInformation").child("TSPName"))}}},
                  {"TrustedEntityServices", std::move(services)}};
}

}  // namespace

std::optional<Object> list_of_xml(const XmlElement& root) {
    if (root.name() != "TrustServiceStatusList" || root.name_space() != tsl) return std::nullopt;
    const XmlElement scheme = root.child("SchemeInformation");
    const std::string version = scheme.child("TSLVersionIdentifier").text();
    if (version != "5" && version != "6") return std::nullopt;
    Object information{{"LoTESequenceNumber", number_of(scheme.child("TSLSequenceNumber").text())},
                       {"LoTEType", scheme.child("TSLType").text()},
                       {"SchemeOperatorName", names_of(scheme.child("SchemeOperatorName"))},
                       {"ListIssueDateTime", scheme.child("ListIssueDateTime").text()},
                       // Empty: the list is closed (TS 119 612 §5.3.15) and no longer in force.
                       {"NextUpdate", scheme.child("NextUpdate").child("dateTime").text()}};
    Array entities;
    const XmlElement providers = root.child("TrustServiceProviderList");
    for (const XmlElement& provider : providers.children("TrustServiceProvider"))
        entities.emplace_back(entity_of(provider));
    return Object{{"ListAndSchemeInformation", std::move(information)},
                  {"TrustedEntitiesList", std::move(entities)}};
}

}  // namespace stadtbuch::credential
