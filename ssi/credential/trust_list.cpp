// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/credential/trust_list.hpp"

#include <algorithm>

#include "ssi/credential/contains.hpp"
#include "ssi/credential/trust_list_xml.hpp"
#include "ssi/did/resource.hpp"
#include "ssi/keys/jose.hpp"
#include "storage/base/assert.hpp"
#include "storage/encoding/text.hpp"
#include "storage/hash/hash.hpp"

namespace stadtbuch::credential {

using encoding::Array;
using encoding::Object;
using encoding::Value;

namespace {

constexpr std::size_t list_bytes_max = std::size_t{4} << 20;
constexpr std::size_t entities_max = 4096;
constexpr std::size_t certificates_max = 64;  // of one service
constexpr std::size_t name_bytes_max = 400;
constexpr std::int64_t clock_leeway_s = 300;

constexpr std::array<TrustListRuleText, 7> table{{
    {TrustListRule::form, "TL-01", "Die Vertrauensliste ist lesbar.", "The trust list can be read.",
     "Die Vertrauensliste ist nicht lesbar.", "The trust list cannot be read."},
    {TrustListRule::signer, "TL-02", "Die Vertrauensliste nennt den eingetragenen Unterzeichner.",
     "The trust list names the configured signer.",
     "Die Vertrauensliste ist von jemandem unterzeichnet, der hier nicht eingetragen ist.",
     "The trust list is signed by somebody who is not configured here."},
    {TrustListRule::signature, "TL-03", "Die Signatur der Vertrauensliste stimmt.",
     "The trust list's signature holds.", "Die Signatur der Vertrauensliste stimmt nicht.",
     "The trust list's signature does not hold."},
    {TrustListRule::list_type, "TL-04", "Die Vertrauensliste ist von der erwarteten Art.",
     "The trust list is of the expected type.",
     "Die Vertrauensliste ist nicht von der erwarteten Art.",
     "The trust list is not of the expected type."},
    {TrustListRule::time, "TL-05", "Die Vertrauensliste gilt heute.",
     "The trust list is in force today.",
     "Die Vertrauensliste gilt noch nicht oder hätte schon ersetzt sein müssen.",
     "The trust list is not yet in force, or should have been replaced already."},
    {TrustListRule::sequence, "TL-06", "Die Vertrauensliste ist nicht älter als die letzte.",
     "The trust list is not older than the last one.",
     "Die Vertrauensliste ist älter als eine schon gesehene, oder eine andere derselben Nummer.",
     "The trust list is older than one seen before, or another one of the same number."},
    {TrustListRule::services, "TL-07", "Die Vertrauensliste nennt brauchbare Dienste.",
     "The trust list names services that can be used.",
     "Die Vertrauensliste nennt keinen Dienst, der hier brauchbar ist.",
     "The trust list names no service that can be used here."},
}};

/// Adds a line and returns `good`.
bool check(Trace& trace, bool good, TrustListRule rule, std::string_view field,
           std::string_view detail = {}) {
    const TrustListRuleText& text = table[static_cast<std::size_t>(rule)];
    STADTBUCH_ASSERT(text.rule == rule);
    return add_line(trace, good, text, to_text(Mender::verifier), field, detail);
}

/// The text in German, else in English, else the first of [{lang, value}].
std::string text_in_languages(const Value* list) {
    const Array* entries = list != nullptr ? list->array() : nullptr;
    std::string out;
    int best = 0;
    for (const Value& entry : entries != nullptr ? *entries : Array{}) {
        const std::string_view language = entry.text_at("lang");
        const int rank = language.starts_with("de") ? 3 : language.starts_with("en") ? 2 : 1;
        if (rank <= best) continue;
        best = rank;
        out = entry.text_at("value").substr(0, name_bytes_max);
    }
    return out;
}

/// Authorities of a service; leaves and what cannot be read are no anchors.
std::vector<keys::Certificate> anchors_of(const Value& information) {
    const Value* identity = information.find("ServiceDigitalIdentity");
    const Value* listed = identity != nullptr ? identity->find("X509Certificates") : nullptr;
    const Array* entries = listed != nullptr ? listed->array() : nullptr;
    std::vector<keys::Certificate> out;
    for (const Value& entry : entries != nullptr ? *entries : Array{}) {
        if (out.size() >= certificates_max) break;
        const auto der = encoding::base64_decode(entry.text_at("val"));
        auto certificate =
            der ? keys::Certificate::from_der(*der)
                : Result<keys::Certificate, keys::KeyError>(Failure{keys::KeyError::malformed});
        if (certificate && certificate->is_authority())
            out.push_back(std::move(certificate).value());
    }
    return out;
}

class Reader {
  public:
    Reader(const TrustListRules& rules, Trace& trace) : rules_(rules), trace_(trace) {}

    std::optional<TrustList> read(std::string_view text) {
        const bool is_xml = text.starts_with('<') || text.starts_with("\xef\xbb\xbf<");
        if (!(is_xml ? parse_xml(text) && signed_as_xml() : parse(text) && signed_by_operator()) ||
            !right_type() || !in_time() || !newest(text) || !has_services())
            return std::nullopt;
        return std::move(out_);
    }

  private:
    bool fail(TrustListRule rule, std::string_view field, std::string_view detail = {}) {
        return check(trace_, false, rule, field, detail);
    }

    bool pass(TrustListRule rule, std::string_view field) {
        return check(trace_, true, rule, field);
    }

    bool parse(std::string_view compact) {
        keys::JwsRules how;
        how.bytes_max = list_bytes_max;
        auto jws = keys::parse_jws(compact, how);
        if (!jws) return fail(TrustListRule::form, "", keys::to_text(jws.error()));
        auto payload = keys::payload_object(*jws);
        if (!payload) return fail(TrustListRule::form, "", keys::to_text(payload.error()));
        jws_ = std::move(jws).value();
        payload_ = Value(std::move(payload).value());
        // The EU's lists have the member; lists of the first pilots are the object itself.
        const Value* wrapped = payload_.find("LoTE");
        list_ = wrapped != nullptr ? wrapped : &payload_;
        scheme_ = list_->find("ListAndSchemeInformation");
        if (scheme_ == nullptr || scheme_->object() == nullptr)
            return fail(TrustListRule::form, "ListAndSchemeInformation", "missing");
        const Value* version = scheme_->find("LoTEVersionIdentifier");
        if (version != nullptr && version->integer().value_or(0) != 1)
            return fail(TrustListRule::form, "LoTEVersionIdentifier");
        out_.operator_name = text_in_languages(scheme_->find("SchemeOperatorName"));
        return pass(TrustListRule::form, "");
    }

    bool parse_xml(std::string_view text) {
        auto xml = SignedXml::read(text);
        if (!xml) {
            return fail(
                xml.error() == XmlError::digest ? TrustListRule::signature : TrustListRule::form,
                "", to_text(xml.error()));
        }
        auto list = list_of_xml(xml->root());
        if (!list) return fail(TrustListRule::form, "TrustServiceStatusList");
        xml_ = std::move(xml).value();
        payload_ = Value(*std::move(list));
        list_ = &payload_;
        scheme_ = list_->find("ListAndSchemeInformation");
        out_.operator_name = text_in_languages(scheme_->find("SchemeOperatorName"));
        return pass(TrustListRule::form, "");
    }

    bool signed_as_xml() {
        Array x5c;
        for (const std::string& one : xml_->certificates()) x5c.emplace_back(one);
        const auto signer = x5c.empty() ? only_leaf() : signer_of_chain(x5c);
        return check(trace_, signer.has_value(), TrustListRule::signer, "X509Certificate") &&
               check(trace_, xml_->signed_by(*signer), TrustListRule::signature, "");
    }

    bool signed_by_operator() {
        const Value* x5c = jws_.header.find("x5c");
        const std::optional<keys::Certificate> signer =
            x5c != nullptr ? signer_of_chain(*x5c) : only_leaf();
        if (!check(trace_, signer.has_value(), TrustListRule::signer, "x5c")) return false;
        const auto key = signer->public_key();
        return check(trace_, key && keys::verify_jws(jws_, keys::PublicKey(*key)),
                     TrustListRule::signature, "");
    }

    [[nodiscard]] std::optional<keys::Certificate> signer_of_chain(const Value& x5c) const {
        const auto chain = keys::chain_from_x5c(x5c);
        if (!chain) return std::nullopt;
        const keys::Certificate& leaf = chain->front();
        const bool pinned =
            std::find(rules_.signers.begin(), rules_.signers.end(), leaf) != rules_.signers.end();
        if (pinned && in_force(leaf)) return leaf;
        if (keys::verify_chain(*chain, rules_.signers, {rules_.now, {}, 5, true})) return leaf;
        return std::nullopt;
    }

    /// A list without x5c: the one leaf that is configured has to be it.
    [[nodiscard]] std::optional<keys::Certificate> only_leaf() const {
        std::optional<keys::Certificate> found;
        for (const keys::Certificate& one : rules_.signers) {
            if (one.is_authority()) continue;
            if (found) return std::nullopt;
            found = one;
        }
        return found && in_force(*found) ? found : std::nullopt;
    }

    [[nodiscard]] bool in_force(const keys::Certificate& one) const {
        return one.not_before() <= rules_.now && rules_.now <= one.not_after();
    }

    bool right_type() {
        out_.list_type = scheme_->text_at("LoTEType");
        return check(trace_, rules_.list_type.empty() || out_.list_type == rules_.list_type,
                     TrustListRule::list_type, "LoTEType");
    }

    bool in_time() {
        const auto issued = did::read_time(scheme_->text_at("ListIssueDateTime"));
        const auto next = did::read_time(scheme_->text_at("NextUpdate"));
        if (!issued || *issued > rules_.now + clock_leeway_s)
            return fail(TrustListRule::time, "ListIssueDateTime");
        if (!next || *next <= rules_.now) return fail(TrustListRule::time, "NextUpdate");
        out_.issued_at = *issued;
        out_.next_update = *next;
        return pass(TrustListRule::time, "NextUpdate");
    }

    bool newest(std::string_view compact) {
        const Value* number = scheme_->find("LoTESequenceNumber");
        const auto sequence = number != nullptr ? number->integer() : std::nullopt;
        if (!sequence || *sequence < 0) return fail(TrustListRule::sequence, "LoTESequenceNumber");
        out_.mark = {static_cast<std::uint64_t>(*sequence),
                     encoding::base64url_encode(hash::sha256(compact).view())};
        const bool good =
            !rules_.seen || out_.mark.sequence > rules_.seen->sequence || out_.mark == *rules_.seen;
        return check(trace_, good, TrustListRule::sequence, "LoTESequenceNumber");
    }

    bool has_services() {
        const Value* entities = list_->find("TrustedEntitiesList");
        const Array* listed = entities != nullptr ? entities->array() : nullptr;
        if (listed == nullptr || listed->size() > entities_max)
            return fail(TrustListRule::services, "TrustedEntitiesList");
        for (const Value& entity : *listed) take_entity(entity);
        return check(trace_, !out_.entities.empty(), TrustListRule::services,
                     "TrustedEntitiesList");
    }

    void take_entity(const Value& entity) {
        ListedEntity out;
        const Value* information = entity.find("TrustedEntityInformation");
        if (information != nullptr) out.name = text_in_languages(information->find("TEName"));
        const Value* services = entity.find("TrustedEntityServices");
        const Array* listed = services != nullptr ? services->array() : nullptr;
        for (const Value& service : listed != nullptr ? *listed : Array{}) {
            const Value* about = service.find("ServiceInformation");
            std::vector<keys::Certificate> anchors;
            if (about != nullptr && is_wanted(*about)) anchors = anchors_of(*about);
            if (anchors.empty()) ++out_.passed_over;
            out.anchors.insert(out.anchors.end(), anchors.begin(), anchors.end());
        }
        if (!out.name.empty() && !out.anchors.empty()) out_.entities.push_back(std::move(out));
    }

    [[nodiscard]] bool is_wanted(const Value& service) const {
        const std::string type(service.text_at("ServiceTypeIdentifier"));
        const auto& wanted = rules_.service_types;
        if (!wanted.empty() && !contains(wanted, type)) return false;
        const Value* status = service.find("ServiceStatus");
        if (status == nullptr || status->is_null()) return true;
        const auto since = did::read_time(service.text_at("StatusStartingTime"));
        const bool begun = !service.find("StatusStartingTime") || (since && *since <= rules_.now);
        return begun && status->is_text() && contains(good_statuses, *status->text());
    }

    const TrustListRules& rules_;
    Trace& trace_;
    keys::Jws jws_;
    std::optional<SignedXml> xml_;
    Value payload_;
    const Value* list_ = nullptr;
    const Value* scheme_ = nullptr;
    TrustList out_;
};

}  // namespace

std::span<const TrustListRuleText> trust_list_rules() {
    return table;
}

std::optional<TrustList> read_trust_list(std::string_view text, const TrustListRules& rules,
                                         Trace& trace) {
    return Reader(rules, trace).read(text);
}

}  // namespace stadtbuch::credential
