// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "cli/words.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "cli/output.hpp"
#include "ssi/keys/time.hpp"
#include "storage/encoding/json.hpp"

namespace stadtbuch::cli {

using encoding::Value;

namespace {

struct TypeWords {
    std::string_view code, name, sentence;
};

constexpr std::array<TypeWords, 17> types{{
    {"0", "NODE", "Write a validator of the network."},
    {"1", "NYM", "Write a DID."},
    {"4", "TAA", "Write or retire the transaction author agreement."},
    {"5", "TAA_AML", "Write the ways in which the agreement can be accepted."},
    {"8", "TAA_DISABLE", "Retire all transaction author agreements."},
    {"9", "LEDGERS_FREEZE", "Freeze ledgers: nobody can write to them any more."},
    {"100", "ATTRIB", "Write an attribute of a DID."},
    {"101", "SCHEMA", "Write a schema."},
    {"102", "CLAIM_DEF", "Write a credential definition."},
    {"109", "POOL_UPGRADE", "Announce or cancel an upgrade of the nodes' software."},
    {"111", "POOL_CONFIG", "Open or close the network for writes."},
    {"113", "REVOC_REG_DEF", "Write the definition of a revocation registry."},
    {"114", "REVOC_REG_ENTRY", "Write to a revocation registry: credentials become invalid."},
    {"118", "POOL_RESTART", "Ask all nodes to restart."},
    {"120", "AUTH_RULE", "Change who may write what."},
    {"122", "AUTH_RULES", "Change several rules of who may write what."},
    {"130", "FLAG", "Set or take away a flag of the network."},
}};

const TypeWords* words_for(std::string_view code) {
    const auto found = std::find_if(types.begin(), types.end(),
                                    [&](const TypeWords& one) { return one.code == code; });
    return found == types.end() ? nullptr : &*found;
}

std::string sentence_of(const Value& operation) {
    const std::string_view type = operation.text_at("type");
    if (type == "1") {
        std::string out = "Write the DID " + std::string(operation.text_at("dest"));
        if (operation.find("verkey") != nullptr)
            out += ", with the key " + std::string(operation.text_at("verkey"));
        if (const Value* role = operation.find("role")) {
            out += role->is_null() || operation.text_at("role").empty()
                       ? ", and take its role away"
                       : ", with the role " + role_name(operation.text_at("role"));
        }
        return out + ".";
    }
    const TypeWords* known = words_for(type);
    return known != nullptr ? std::string(known->sentence)
                            : "A transaction of a kind that this program cannot explain.";
}

}  // namespace

std::string type_name(std::string_view type) {
    const TypeWords* known = words_for(type);
    return known != nullptr ? std::string(known->name) : "type " + std::string(type);
}

std::string role_name(std::string_view code) {
    if (code == "0") return "trustee";
    if (code == "2") return "steward";
    if (code == "101") return "endorser";
    if (code == "201") return "network monitor";
    if (code == "*") return "anybody";
    return code.empty() ? "nobody special" : "role " + std::string(code);
}

std::vector<std::string> words_of(const Value& request) {
    std::vector<std::string> out;
    const Value* operation = request.find("operation");
    if (operation == nullptr || !operation->is_object()) return {"This is no request."};
    out.push_back(type_name(operation->text_at("type")) + ": " + sentence_of(*operation));
    for (const auto& member : *operation->object()) {
        if (member.key == "type") continue;
        out.push_back("  " + member.key + " = " + plain_text(member.value));
    }
    out.push_back("Written in the name of " + std::string(request.text_at("identifier")) + ".");
    if (!request.text_at("endorser").empty())
        out.push_back("Endorsed by " + std::string(request.text_at("endorser")) + ".");
    if (const Value* accepted = request.find("taaAcceptance")) {
        const Value* time = accepted->find("time");
        out.push_back(
            "The author accepts the agreement " + std::string(accepted->text_at("taaDigest")) +
            " (" + std::string(accepted->text_at("mechanism")) + ", " +
            keys::utc_date_time(time != nullptr ? time->integer().value_or(0) : 0) + ").");
    }
    return out;
}

std::vector<std::string> named_signers(const Value& request) {
    std::vector<std::string> out;
    for (const char* key : {"identifier", "endorser"}) {
        const std::string did(request.text_at(key));
        if (!did.empty() && std::find(out.begin(), out.end(), did) == out.end()) out.push_back(did);
    }
    return out;
}

bool has_signed(const Value& request, const std::string& did) {
    const Value* several = request.find("signatures");
    if (several != nullptr && several->find(did) != nullptr) return true;
    return request.text_at("identifier") == did && !request.text_at("signature").empty();
}

// NOLINTNEXTLINE(misc-no-recursion): the depth of a parsed value is bounded.
std::string constraint_words(const Value& constraint) {
    const std::string_view id = constraint.text_at("constraint_id");
    if (id == "FORBIDDEN") return "forbidden";
    if (id == "ROLE") {
        const Value* count = constraint.find("sig_count");
        const std::int64_t number = count != nullptr ? count->integer().value_or(1) : 1;
        const std::string role(constraint.text_at("role"));
        std::string out = std::to_string(number) +
                          (number == 1 ? " signature of " : " signatures of ") +
                          (role.empty() ? "somebody without a role" : role_name(role));
        if (number == 0) out = "no signature";
        const auto is_set = [&](const char* key) {
            const Value* value = constraint.find(key);
            return value != nullptr && value->boolean().value_or(false);
        };
        if (is_set("need_to_be_owner")) out += " who owns it";
        if (is_set("off_ledger_signature")) out += " (also of DIDs that are not on the ledger)";
        return out;
    }
    const Value* parts = constraint.find("auth_constraints");
    if (parts == nullptr || !parts->is_array()) return encoding::compact_json(constraint);
    std::string out;
    for (const Value& part : *parts->array()) {
        if (!out.empty()) out += id == "AND" ? ", and " : ", or ";
        out += constraint_words(part);
    }
    return out;
}

}  // namespace stadtbuch::cli
