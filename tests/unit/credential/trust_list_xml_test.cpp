// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Trusted lists in XML (ETSI TS 119 612), made by an independent library (tests/data/trust_list/
// make_tsl.py), and each way in which one must not be believed.
#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "ssi/credential/trust_list.hpp"
#include "ssi/credential/xml_signature.hpp"
#include "storage/encoding/text.hpp"

using namespace stadtbuch;
using namespace stadtbuch::credential;

namespace {

std::string file(const std::string& name) {
    std::ifstream in(STADTBUCH_TEST_DATA "/trust_list/" + name, std::ios::binary);
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
}

keys::Certificate certificate(const std::string& name) {
    return keys::Certificate::from_pem(file(name)).value();
}

const std::string attestations = "http://uri.etsi.org/TrstSvc/Svctype/EAA/Q";
const std::string general = "http://uri.etsi.org/TrstSvc/TrustedList/TSLType/EUgeneric";

TrustListRules rules_for(const std::string& signer) {
    return {{certificate(signer)}, keys::unix_of_date(2027, 1, 1), general, {attestations}, {}};
}

/// The id of the rule by which it is refused; empty: it is not.
std::string refusal(const std::string& xml, const TrustListRules& rules) {
    Trace trace;
    const auto list = read_trust_list(xml, rules, trace);
    const TraceLine* line = trace.first_failure();
    CHECK(list.has_value() == (line == nullptr));
    return line == nullptr ? "" : line->rule;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("trusted lists of an independent library are read: ECDSA and RSA, both canonical forms") {
    for (const char* name : {"tsl-ec", "tsl-rsa"}) {
        CAPTURE(name);
        Trace trace;
        const auto rules = rules_for(std::string(name) + ".pem");
        const auto list = read_trust_list(file(std::string(name) + ".xml"), rules, trace);
        REQUIRE(list);
        CHECK(list->operator_name == "Bundesnetzagentur (Muster) & Söhne");
        CHECK(list->list_type == general);
        CHECK(list->mark.sequence == 12);
        CHECK(list->next_update == keys::unix_of_date(2036, 5, 1));
        REQUIRE(list->entities.size() == 1);  // one is withdrawn, one stamps times
        CHECK(list->entities[0].name == "Vertrauensdienst Muster");
        CHECK(list->entities[0].anchors == std::vector{certificate("tsl-issuer.pem")});
        CHECK(list->passed_over == 2);
        CHECK(trace.good());
        CHECK(trace.lines.size() == trust_list_rules().size());
    }
}

TEST_CASE("trusted lists are judged by the rules of all trust lists") {
    const std::string xml = file("tsl-ec.xml");
    const TrustListRules good = rules_for("tsl-ec.pem");
    REQUIRE(refusal(xml, good).empty());
    CHECK(refusal("\xef\xbb\xbf" + xml, good).empty());  // the mark of UTF-8
    TrustListRules rules = good;
    rules.signers = {certificate("tsl-rsa.pem")};
    CHECK(refusal(xml, rules) == "TL-02");
    rules.signers.clear();
    CHECK(refusal(xml, rules) == "TL-02");
    rules = good;
    rules.list_type = "http://uri.etsi.org/TrstSvc/TrustedList/TSLType/EUlistofthelists";
    CHECK(refusal(xml, rules) == "TL-04");
    rules = good;
    rules.now = keys::unix_of_date(2036, 5, 2);
    CHECK(refusal(xml, rules) == "TL-05");
    rules.now = keys::unix_of_date(2026, 11, 1) + 60;  // the signer's certificate has just begun
    CHECK(refusal(xml, rules) == "TL-05");
    CHECK(refusal(file("tsl-closed.xml"), good) == "TL-05");
    rules = good;
    Trace trace;
    rules.seen = read_trust_list(xml, good, trace)->mark;
    CHECK(refusal(xml, rules).empty());
    rules.seen->sequence = 13;
    CHECK(refusal(xml, rules) == "TL-06");
    rules = good;
    rules.service_types = {"http://uri.etsi.org/TrstSvc/Svctype/CA/QC"};
    CHECK(refusal(xml, rules) == "TL-07");
    CHECK(refusal(file("tsl-other-root.xml"), good) == "TL-01");
    CHECK(refusal(file("tsl-version.xml"), good) == "TL-01");
}

TEST_CASE("what was changed after the signature is noticed") {
    for (const char* name : {"tsl-ec", "tsl-rsa"}) {
        const std::string xml = file(std::string(name) + ".xml");
        const TrustListRules rules = rules_for(std::string(name) + ".pem");
        CHECK(refusal(replaced(xml, "Vertrauensdienst Muster", "Untergeschoben"), rules) ==
              "TL-03");
        CHECK(refusal(replaced(xml, "Svcstatus/withdrawn", "Svcstatus/granted"), rules) == "TL-03");
        CHECK(refusal(replaced(xml, "<TSPServices>", "<TSPServices><TSPService/>"), rules) ==
              "TL-03");
        // What does not change the canonical form changes nothing.
        CHECK(refusal(replaced(xml, "<TSPServices>", "<TSPServices  >"), rules).empty());
        // SignedInfo and the signature's value.
        CHECK(refusal(replaced(xml, "<ds:SignedInfo>", "<ds:SignedInfo> "), rules) == "TL-03");
        const std::size_t value = xml.find("<ds:SignatureValue");
        std::string other = xml;
        char& octet = other[xml.find('>', value) + 9];
        octet = octet == 'A' ? 'B' : 'A';
        CHECK(refusal(other, rules) == "TL-03");
    }
    // XAdES' own properties are signed, too.
    CHECK(refusal(replaced(file("tsl-rsa.xml"), "<xades:SigningTime>2", "<xades:SigningTime>3"),
                  rules_for("tsl-rsa.pem")) == "TL-03");
}

TEST_CASE("signatures that do not cover the whole list are none") {
    const TrustListRules rules = rules_for("tsl-ec.pem");
    const std::string xml = file("tsl-ec.xml");
    // One provider is signed, the rest was put beside it.
    CHECK(refusal(file("tsl-part.xml"), rules) == "TL-01");
    const std::size_t begin = xml.find("<ds:Signature ");
    const std::size_t end = xml.find("</ds:Signature>") + 15;
    const std::string signature = xml.substr(begin, end - begin);
    CHECK(refusal(xml.substr(0, begin) + xml.substr(end), rules) == "TL-01");            // none
    CHECK(refusal(xml.substr(0, end) + signature + xml.substr(end), rules) == "TL-01");  // two
    // The signed list inside another document, the signature moved up to its root.
    const std::size_t list = xml.find("<TrustServiceStatusList");
    const std::string inner = xml.substr(list, begin - list) + xml.substr(end);
    CHECK(refusal("<TrustServiceStatusList xmlns=\"http://uri.etsi.org/02231/v2#\">" + inner +
                      signature + "</TrustServiceStatusList>",
                  rules) == "TL-03");
    // By Id: another element with the Id of the root makes it mean nothing certain.
    const std::string by_id = file("tsl-rsa.xml");
    CHECK(refusal(replaced(by_id, "<TSPServices>", "<TSPServices Id=\"list\">"),
                  rules_for("tsl-rsa.pem")) == "TL-01");
    // A reference of XAdES to something outside the signature, or nowhere.
    const std::size_t properties = by_id.find("-SignedProperties");
    const std::size_t from = by_id.rfind("URI=\"#", properties);
    const std::string uri = by_id.substr(from, by_id.find('"', from + 5) - from + 1);
    for (const char* other : {"URI=\"#nowhere\"", "URI=\"http://x.example/\"", "URI=\"#other\""}) {
        const std::string moved = replaced(by_id, "<TSPServices>", "<TSPServices Id=\"other\">");
        CHECK(refusal(replaced(by_id, uri, other), rules_for("tsl-rsa.pem")) == "TL-01");
        CHECK_FALSE(refusal(replaced(moved, uri, other), rules_for("tsl-rsa.pem")).empty());
    }
}

TEST_CASE("algorithms are on a list, and XML brings nothing along") {
    const TrustListRules rules = rules_for("tsl-ec.pem");
    const std::string xml = file("tsl-ec.xml");
    const std::string sha384 = "http://www.w3.org/2001/04/xmldsig-more#sha384";
    CHECK(refusal(replaced(xml, sha384, "http://www.w3.org/2000/09/xmldsig#sha1"), rules) ==
          "TL-01");
    CHECK(refusal(replaced(xml, "xmldsig-more#ecdsa-sha384", "xmldsig-more#hmac-sha384"), rules) ==
          "TL-01");
    CHECK(refusal(replaced(xml, "xmldsig-more#ecdsa-sha384", "xmldsig-more#rsa-sha384"), rules) ==
          "TL-03");  // not what the certificate's key can do
    CHECK(refusal(replaced(xml, "http://www.w3.org/2000/09/xmldsig#enveloped-signature",
                           "http://www.w3.org/TR/1999/REC-xslt-19991116"),
                  rules) == "TL-01");
    CHECK(refusal(replaced(xml, "http://www.w3.org/2001/10/xml-exc-c14n#", "urn:other"), rules) ==
          "TL-01");
    // No document type: no entities, no defaults, no files.
    const std::string list = xml.substr(xml.find("<TrustServiceStatusList"));
    CHECK(refusal("<!DOCTYPE TrustServiceStatusList [<!ENTITY a \"aaaa\"><!ENTITY b "
                  "\"&a;&a;&a;&a;\">]>" +
                      list,
                  rules) == "TL-01");
    CHECK(refusal("<!DOCTYPE TrustServiceStatusList SYSTEM \"file:///etc/passwd\">" + list,
                  rules) == "TL-01");
    CHECK(refusal(xml.substr(0, xml.size() / 2), rules) == "TL-01");
    CHECK(refusal("<", rules) == "TL-01");
    std::string deep;
    for (int i = 0; i < 5000; ++i) deep += "<a>";
    CHECK(refusal(deep, rules) == "TL-01");
    CHECK_FALSE(SignedXml::read(std::string((std::size_t{16} << 20) + 1, '<')));
}

TEST_CASE("foreign signatures: RSA and ECDSA by a certificate's key") {
    const auto ec = certificate("tsl-ec.pem");
    const auto rsa = certificate("tsl-rsa.pem");
    const Bytes nothing(96, 1);
    using keys::Digest;
    using keys::ForeignScheme;
    for (const ForeignScheme scheme :
         {ForeignScheme::rsa_pkcs1, ForeignScheme::rsa_pss, ForeignScheme::ecdsa}) {
        for (const keys::Certificate* signer : {&ec, &rsa}) {
            CHECK_FALSE(keys::verify_foreign(*signer, scheme, Digest::sha256, nothing, nothing));
            CHECK_FALSE(keys::verify_foreign(*signer, scheme, Digest::sha256, nothing, {}));
            CHECK_FALSE(
                keys::verify_foreign(*signer, scheme, Digest::sha256, nothing, Bytes(95, 1)));
        }
    }
    CHECK(encoding::hex_encode(keys::digest_of(Digest::sha256, view_of(std::string_view("abc")))) ==
          "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(keys::digest_of(Digest::sha384, nothing).size() == 48);
    CHECK(keys::digest_of(Digest::sha512, nothing).size() == 64);
}
