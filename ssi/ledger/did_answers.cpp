// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/ledger/did_answers.hpp"

#include <algorithm>

#include "ssi/did/document.hpp"
#include "ssi/ledger/read_impl.hpp"
#include "ssi/ledger/state_keys.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"
#include "storage/hash/hash.hpp"

namespace stadtbuch::ledger {

using did::Resource;
using encoding::Object;
using encoding::Value;

namespace {

using Outcome = DidAnswer::Outcome;

DidAnswer without(Outcome outcome, std::string reason) {
    DidAnswer answer;
    answer.outcome = outcome;
    answer.reason = std::move(reason);
    return answer;
}

DidAnswer no_fact(const NoFact& fault) {
    return without(Outcome::unavailable, fault.what);
}

std::optional<std::int64_t> integer_at(const Value& value, std::string_view name) {
    const Value* member = value.find(name);
    return member == nullptr ? std::nullopt : member->integer();
}

/// A value of the state in its wrapper, or why there is none.
struct Unwrapped {
    std::optional<Wrapped> entry;
    std::optional<NoFact> fault;
};

Unwrapped wrapped_at(DomainFacts& facts, const Moment& moment, std::string_view key) {
    auto found = facts.value(moment, view_of(key));
    if (!found) return {std::nullopt, found.error()};
    if (!*found) return {};
    auto entry = unwrapped(view_of(**found));
    if (!entry) return {std::nullopt, NoFact{"a stored value cannot be read"}};
    return {std::move(entry), std::nullopt};
}

// DID documents

/// ATTRIB `endpoint`, with the time of its transaction.
struct Endpoint {
    std::optional<Value> value;
    std::int64_t time = 0;
    std::optional<NoFact> fault;
};

Endpoint endpoint_of(DomainFacts& facts, const Moment& moment, const std::string& id) {
    Endpoint endpoint;
    Unwrapped stored =
        wrapped_at(facts, moment, attrib_key(id, encoding::hex_encode(hash::sha256("endpoint"))));
    endpoint.fault = std::move(stored.fault);
    if (!stored.entry) return endpoint;
    endpoint.time = stored.entry->time.integer().value_or(0);
    const auto octets = encoding::hex_decode(
        stored.entry->value.text() != nullptr ? *stored.entry->value.text() : "");
    if (!octets || octets->size() != 32) return endpoint;
    auto text = facts.attribute(hash32_of(*octets));
    if (!text) {
        endpoint.fault = text.error();
        return endpoint;
    }
    const auto parsed =
        *text ? encoding::parse_json(**text) : Result<Value, encoding::JsonError>(Value());
    const Value* value = parsed ? parsed->find("endpoint") : nullptr;
    if (value != nullptr) endpoint.value = *value;
    return endpoint;
}

Result<std::optional<std::string>, NoFact> nym_at(DomainFacts& facts, const std::string& id,
                                                  const did::Version& version, Moment& moment) {
    moment = version.time;
    const Hash32 key = nym_key(id);
    if (!version.seq_no) return facts.value(moment, key.view());
    auto newest = facts.value(std::nullopt, key.view());
    if (!newest) return newest;
    const auto nym =
        *newest ? encoding::parse_json(**newest) : Result<Value, encoding::JsonError>(Value());
    const Value* seq_no = nym ? nym->find("seqNo") : nullptr;
    if (seq_no != nullptr && seq_no->unsigned_integer() == version.seq_no) return newest;
    const auto time = facts.time_of(*version.seq_no);
    if (!time) return Failure{time.error()};
    if (!*time) return std::optional<std::string>();
    moment = *time;
    return facts.value(moment, key.view());
}

void describe_version(DidAnswer& answer, const Value& nym, std::int64_t endpoint_time) {
    if (const auto seq_no = integer_at(nym, "seqNo"))
        answer.metadata.set("versionId", std::to_string(*seq_no));
    const std::int64_t time = std::max(integer_at(nym, "txnTime").value_or(0), endpoint_time);
    if (time > 0) answer.metadata.set("updated", keys::utc_date_time(time));
    if (const auto version = integer_at(nym, "version"))
        answer.metadata.set("selfCertificationVersion", *version);
}

/// The part of a document that has this id: method or service, wherever it stands.
const Value* part_of(const Value& document, const std::string& did, const std::string& fragment) {
    const std::string absolute = did + '#' + fragment;
    for (const encoding::Member& member : *document.object()) {
        if (!member.value.is_array()) continue;
        for (const Value& one : *member.value.array()) {
            const std::string_view id = one.text_at("id");
            if (one.is_object() && (id == absolute || id == "#" + fragment)) return &one;
        }
    }
    return nullptr;
}

DidAnswer document_answer(const did::DidUrl& url, const did::Version& version, DomainFacts& facts) {
    Moment moment;
    const auto stored = nym_at(facts, url.id, version, moment);
    if (!stored) return no_fact(stored.error());
    if (!*stored) return without(Outcome::absent, "there is no such DID on the ledger");
    const auto nym = encoding::parse_json(**stored);
    if (!nym || !nym->is_object())
        return without(Outcome::unavailable, "the stored value cannot be read");
    DidAnswer answer;
    const auto verkey = did::expand_verkey(url.id, nym->text_at("verkey"));
    if (!verkey) {
        describe_version(answer, *nym, 0);
        answer.outcome = Outcome::deactivated;
        answer.reason = "the DID has no key any more";
        answer.metadata.set("deactivated", true);
        answer.content = Object{{"id", url.did}};
        return answer;
    }
    did::NymFacts known;
    known.did = url.did;
    known.verkey = *verkey;
    std::int64_t endpoint_time = 0;
    if (const std::string_view content = nym->text_at("diddocContent"); !content.empty()) {
        if (auto parsed = encoding::parse_json(content)) known.diddoc_content = *std::move(parsed);
    } else {
        Endpoint endpoint = endpoint_of(facts, moment, url.id);
        if (endpoint.fault) return no_fact(*endpoint.fault);
        known.endpoint = std::move(endpoint.value);
        endpoint_time = endpoint.time;
    }
    auto document = did::document_of(known);
    if (!document)
        return without(Outcome::unavailable, std::string(did::to_text(document.error())));
    describe_version(answer, *nym, endpoint_time);
    answer.outcome = Outcome::found;
    answer.content = *std::move(document);
    if (url.fragment.empty()) return answer;
    answer.is_document = false;
    const Value* part = part_of(answer.content, url.did, url.fragment);
    if (part == nullptr) return without(Outcome::absent, "the document has no part of that name");
    answer.content = Value(*part);
    return answer;
}

// Objects

DidAnswer object_answer(const char* type, Wrapped entry, Value content) {
    DidAnswer answer;
    answer.outcome = Outcome::found;
    answer.is_document = false;
    answer.content = std::move(content);
    answer.metadata.set("objectType", type);
    if (const auto time = entry.time.integer(); time && *time > 0)
        answer.metadata.set("updated", keys::utc_date_time(*time));
    answer.metadata.set("seqNo", std::move(entry.seq_no));
    answer.metadata.set("txnTime", std::move(entry.time));
    return answer;
}

DidAnswer no_object() {
    DidAnswer answer = without(Outcome::absent, "there is no such object on the ledger");
    answer.is_document = false;
    return answer;
}

DidAnswer plain_object(const char* type, Unwrapped found) {
    if (found.fault) return no_fact(*found.fault);
    if (!found.entry) return no_object();
    Value content = found.entry->value;
    return object_answer(type, *std::move(found.entry), std::move(content));
}

DidAnswer schema_answer(const did::DidUrl& url, const Resource& resource, const Moment& moment,
                        DomainFacts& facts) {
    DidAnswer answer = plain_object(
        "SCHEMA", wrapped_at(facts, moment, schema_key(url.id, resource.name, resource.version)));
    if (Object* content = answer.content.object()) {
        content->set("name", resource.name);
        content->set("version", resource.version);
    }
    return answer;
}

/// Id of a registry's definition, which is its key, too.
std::string registry_of(const did::DidUrl& url, const Resource& resource) {
    const std::string cred_def =
        claim_def_key(url.id, "CL", std::to_string(resource.schema_seq_no), resource.tag);
    return revoc_reg_def_key(url.id, cred_def, "CL_ACCUM", resource.registry_tag);
}

DidAnswer delta_answer(const std::string& id, const did::Version& version, DomainFacts& facts) {
    const Moment to = version.to ? version.to : version.time;
    Unwrapped entry_to = wrapped_at(facts, to, revoc_entry_key(id));
    if (entry_to.fault) return no_fact(*entry_to.fault);
    if (!entry_to.entry) return no_object();
    Unwrapped definition = wrapped_at(facts, to, id);
    if (definition.fault) return no_fact(*definition.fault);
    Unwrapped entry_from, accum_from, accum_to;
    if (version.from) {
        entry_from = wrapped_at(facts, version.from, revoc_entry_key(id));
        accum_from = wrapped_at(facts, version.from, revoc_accum_key(id));
        accum_to = wrapped_at(facts, to, revoc_accum_key(id));
        for (const Unwrapped* one : {&entry_from, &accum_from, &accum_to}) {
            if (one->fault) return no_fact(*one->fault);
        }
    }
    const bool has_from = entry_from.entry.has_value() && accum_to.entry.has_value();
    RevocationDelta delta =
        revocation_delta(entry_to.entry->value, has_from ? &entry_from.entry->value : nullptr,
                         issues_by_default(definition.entry ? &definition.entry->value : nullptr));
    Wrapped shown = has_from ? *std::move(accum_to.entry) : *std::move(entry_to.entry);
    Object value;
    value.set("accum_to", shown.value);
    value.set("issued", std::move(delta.issued));
    value.set("revoked", std::move(delta.revoked));
    if (version.from) value.set("accum_from", accum_from.entry ? accum_from.entry->value : Value());
    Object content{{"revocDefType", std::string(shown.value.text_at("revocDefType"))},
                   {"revocRegDefId", id},
                   {"value", std::move(value)}};
    return object_answer("REVOC_REG_DELTA", std::move(shown), std::move(content));
}

}  // namespace

std::string_view to_text(DidAnswer::Outcome outcome) {
    switch (outcome) {
        case Outcome::found:
            return "found";
        case Outcome::absent:
            return "absent";
        case Outcome::deactivated:
            return "deactivated";
        case Outcome::invalid:
            return "invalid";
        case Outcome::unavailable:
            return "unavailable";
    }
    return "unknown";
}

DidAnswer answer_did_url(const did::DidUrl& url, DomainFacts& facts) {
    const auto resource = did::resource_of(url);
    if (!resource) return without(Outcome::invalid, std::string(did::to_text(resource.error())));
    const auto version = did::version_of(url);
    if (!version) return without(Outcome::invalid, std::string(did::to_text(version.error())));
    if (resource->kind == Resource::Kind::document) return document_answer(url, *version, facts);

    Moment moment = version->time;
    if (version->seq_no) {
        const auto time = facts.time_of(*version->seq_no);
        if (!time) return no_fact(time.error());
        if (!*time) return no_object();
        moment = *time;
    }
    const std::string registry = registry_of(url, *resource);
    switch (resource->kind) {
        case Resource::Kind::schema:
            return schema_answer(url, *resource, moment, facts);
        case Resource::Kind::claim_def:
            return plain_object(
                "CRED_DEF",
                wrapped_at(facts, moment,
                           claim_def_key(url.id, "CL", std::to_string(resource->schema_seq_no),
                                         resource->tag)));
        case Resource::Kind::rev_reg_def:
            return plain_object("REVOC_REG_DEF", wrapped_at(facts, moment, registry));
        case Resource::Kind::rev_reg_entry:
            if (!version->from && !version->to)
                return plain_object("REVOC_REG_ENTRY",
                                    wrapped_at(facts, moment, revoc_accum_key(registry)));
            return delta_answer(registry, *version, facts);
        case Resource::Kind::rev_reg_delta:
        case Resource::Kind::document:
            break;
    }
    return delta_answer(registry, *version, facts);
}

}  // namespace stadtbuch::ledger
