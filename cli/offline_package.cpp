// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "cli/offline_package.hpp"

#include "ssi/credential/paper_token.hpp"
#include "ssi/credential/parking.hpp"
#include "ssi/credential/type_metadata.hpp"
#include "ssi/did/document.hpp"
#include "storage/encoding/json.hpp"

namespace stadtbuch::cli {

namespace {

using encoding::Array;
using encoding::Object;
using encoding::Value;

constexpr std::size_t package_bytes_max = std::size_t{64} << 20;
constexpr std::size_t members_max = 1024;

Error unusable(std::string what, std::string where) {
    return {"SB-5093", std::move(what), std::move(where),
            "Prepare again: stadtbuch offline prepare"};
}

/// `from[key]` -> `from[value]` of each object in a list.
bool read_pairs(const Value& package, const char* list, const char* key, const char* value,
                std::map<std::string, std::string>& out) {
    const Value* found = package.find(list);
    const Array* items = found != nullptr ? found->array() : nullptr;
    if (items == nullptr || items->size() > members_max) return false;
    for (const Value& one : *items) {
        const std::string name(one.text_at(key));
        const std::string text(one.text_at(value));
        if (name.empty() || text.empty()) return false;
        out[name] = text;
    }
    return true;
}

/// "expired" and the like for administrative dates; empty: in force.
std::string fault_of_days(std::string_view first, std::string_view last, keys::UnixSeconds now) {
    if (credential::within_days(first, last, now)) return {};
    return last < std::string_view(keys::utc_date(now)) ? "expired" : "not_yet";
}

OfflineCheck check_paper(OfflinePackage& package, std::string_view token, keys::UnixSeconds now) {
    OfflineCheck out{false, "forged", "paper", {}, {}};
    const auto key = package.assertion_key(package.did() + "#assertion-1");
    const auto paper = key ? credential::read_paper_token(token, *key) : std::nullopt;
    if (!paper) return out;
    Array plates;
    for (const std::string& plate : paper->plates) plates.emplace_back(plate);
    out.claims = Object{{"permit_number", paper->number},
                        {"zone_id", paper->zone_id},
                        {"plates", std::move(plates)},
                        {"valid_from", paper->valid_from},
                        {"valid_until", paper->valid_until}};
    out.why = fault_of_days(paper->valid_from, paper->valid_until, now);
    if (!out.why.empty()) return out;
    out.why = "unknown";
    const std::string uri = package.list_uri(paper->list);
    const auto list_token = package.status_token(uri);
    if (!list_token) return out;
    auto list = credential::verify_status_token(*list_token, {},
                                                {uri, now, 0, false, package.did(), &package});
    if (!list) return out;
    const auto status = list->list.get(paper->index);
    package.remember({}, uri, {},
                     std::make_shared<const credential::VerifiedStatusList>(*std::move(list)));
    if (!status) return out;
    out.valid = status == credential::status_value::valid;
    out.why = out.valid ? "valid" : "revoked";
    return out;
}

std::string fault_of(const credential::Verification& checked) {
    if (checked.revoked || checked.suspended) return "revoked";
    for (const credential::TraceLine& line : checked.trace.lines) {
        if (line.outcome != credential::Outcome::failed) continue;
        if (line.field == "exp") return "expired";
        if (line.field == "nbf") return "not_yet";
        return line.rule.starts_with("ST-") ? "unknown" : "forged";
    }
    return "forged";
}

OfflineCheck check_credential(OfflinePackage& package, const OfflineQuestion& question) {
    OfflineCheck out{false, "forged", "credential", {}, {}};
    std::vector<std::string> types;
    for (const auto& [vct, document] : package.types()) types.push_back(vct);
    credential::VerifyRules rules;
    rules.now = question.now;
    rules.issuers = {{package.did(), {}, types, package.did()}};
    rules.did_keys = &package;
    rules.status = &package;
    rules.require_holder = !question.nonce.empty();
    rules.audience = question.audience;
    rules.nonce = question.nonce;
    credential::Verification checked = credential::verify_presentation(question.text, rules);
    out.trace = checked.trace;
    if (!checked.credential) {
        out.why = fault_of(checked);
        return out;
    }
    const Value claims(checked.credential->claims);
    const std::string vct(claims.text_at("vct"));
    const std::string integrity(claims.text_at("vct#integrity"));
    const auto document = package.types().find(vct);
    if (document == package.types().end() ||
        !credential::type_document_acceptable(document->second, vct, integrity))
        return out;
    out.claims = claims;
    const std::string first(claims.text_at("valid_from"));
    const std::string last(claims.text_at("valid_until"));
    out.why = first.empty() || last.empty() ? "" : fault_of_days(first, last, question.now);
    out.valid = out.why.empty();
    if (out.valid) out.why = "valid";
    return out;
}

}  // namespace

Result<OfflinePackage, Error> OfflinePackage::open(std::string_view text, std::string_view genesis,
                                                   const std::string& did) {
    encoding::JsonLimits limits;
    limits.bytes_max = package_bytes_max;
    limits.refuse_duplicate_keys = true;
    const auto parsed = encoding::parse_json(text, limits);
    const Value* version = parsed ? parsed->find("version") : nullptr;
    if (version == nullptr || parsed->text_at("type") != "stadtbuch-offline" ||
        version->integer() != 1)
        return Failure{unusable("this is no package of version 1", "package")};
    OfflinePackage out;
    out.did_ = did;
    const Value* made_at = parsed->find("made_at");
    out.made_at_ = made_at != nullptr ? made_at->integer().value_or(0) : 0;
    if (parsed->text_at("did") != did)
        return Failure{
            unusable("the package is another municipality's", std::string(parsed->text_at("did")))};
    const Value* receipt = parsed->find("receipt");
    if (receipt == nullptr || receipt->is_null())
        return Failure{unusable("the package has no receipt of the ledger", "receipt")};
    client::ReceiptOutcome outcome = client::verify_receipt(*receipt, genesis);
    if (outcome.bad_genesis) return Failure{*outcome.bad_genesis};
    if (!outcome.verdict)
        return Failure{
            unusable("the receipt does not hold: " + outcome.fault->what, outcome.fault->where)};
    out.verdict_ = *std::move(outcome.verdict);
    const Value* document = out.verdict_.answer.find("content");
    if (out.verdict_.question != did || out.verdict_.answer.text_at("outcome") != "found" ||
        document == nullptr)
        return Failure{unusable("the receipt is about something else", out.verdict_.question)};
    out.document_ = *document;
    if (!read_pairs(*parsed, "types", "vct", "document", out.types_) ||
        !read_pairs(*parsed, "lists", "uri", "token", out.lists_))
        return Failure{unusable("the package is malformed", "types, lists")};
    return out;
}

std::optional<keys::PublicKey> OfflinePackage::assertion_key(std::string_view did_url) {
    return did::key_for(document_, did_url, "assertionMethod");
}

std::optional<std::string> OfflinePackage::status_token(const std::string& uri) {
    const auto found = lists_.find(uri);
    if (found == lists_.end()) return std::nullopt;
    return found->second;
}

void OfflinePackage::remember(const std::string&, const std::string&, const std::string&,
                              std::shared_ptr<const credential::VerifiedStatusList> list) {
    status_as_of_ = list->issued_at;
}

std::string OfflinePackage::list_uri(std::string_view id) const {
    std::string out;
    for (const auto& [uri, token] : lists_) {
        if (!uri.ends_with("/status/" + std::string(id))) continue;
        if (!out.empty()) return {};
        out = uri;
    }
    return out;
}

OfflineCheck check_offline(OfflinePackage& package, const OfflineQuestion& question) {
    if (question.text.find('~') != std::string::npos) return check_credential(package, question);
    const std::size_t slash = question.text.rfind('/');
    const std::string token =
        slash == std::string::npos ? question.text : question.text.substr(slash + 1);
    return check_paper(package, token, question.now);
}

}  // namespace stadtbuch::cli
