// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/ledger/state_keys.hpp"

#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"
#include "storage/hash/hash.hpp"

namespace stadtbuch::ledger {

using encoding::Object;
using encoding::Value;

namespace {

std::string joined(std::initializer_list<std::string_view> parts) {
    std::string out;
    for (auto part = parts.begin(); part != parts.end(); ++part) {
        if (part != parts.begin()) out += ':';
        out += *part;
    }
    return out;
}

}  // namespace

Hash32 nym_key(std::string_view did) {
    return hash::sha256(did);
}

std::string attrib_key(std::string_view did, std::string_view hash_hex) {
    return joined({did, "1", hash_hex});
}

std::string schema_key(std::string_view author, std::string_view name, std::string_view version) {
    return joined({author, "2", name, version});
}

std::string claim_def_key(std::string_view author, std::string_view signature_type,
                          std::string_view schema_ref, std::string_view tag) {
    return joined({author, "3", signature_type, schema_ref, tag});
}

std::string revoc_reg_def_key(std::string_view author, std::string_view cred_def_id,
                              std::string_view type, std::string_view tag) {
    return joined({author, "4", cred_def_id, type, tag});
}

std::string revoc_entry_key(std::string_view revoc_reg_def_id) {
    return joined({"5", revoc_reg_def_id});
}

std::string revoc_accum_key(std::string_view revoc_reg_def_id) {
    return joined({"6", revoc_reg_def_id});
}

std::string auth_rule_key(std::string_view action_text) {
    return joined({"1", action_text});
}

std::string taa_digest_key(std::string_view digest_hex) {
    return joined({"2", "d", digest_hex});
}

std::string taa_version_key(std::string_view version) {
    return joined({"2", "v", version});
}

std::string aml_version_key(std::string_view version) {
    return joined({"3", "v", version});
}

std::string flag_key(std::string_view name) {
    return joined({"2", name});
}

std::optional<std::string> attribute_name(std::string_view raw_text) {
    const auto parsed = encoding::parse_python_json(raw_text);
    if (!parsed || parsed->object() == nullptr || parsed->object()->empty()) return std::nullopt;
    return parsed->object()->members().front().key;
}

std::optional<std::string> attrib_key_of(const TxnView& txn, const std::string* attribute_text) {
    const std::string_view dest = txn.text("dest");
    if (const auto hash = txn.text("hash"); !hash.empty()) return attrib_key(dest, hash);
    if (txn.find("raw") != nullptr) {
        if (attribute_text == nullptr) return std::nullopt;
        const auto name = attribute_name(*attribute_text);
        if (!name) return std::nullopt;
        return attrib_key(dest, encoding::hex_encode(hash::sha256(*name)));
    }
    if (const auto enc = txn.text("enc"); !enc.empty()) {
        // In the stored form the member is the hash already.
        return attrib_key(dest, attribute_text != nullptr
                                    ? encoding::hex_encode(hash::sha256(*attribute_text))
                                    : encoding::hex_encode(hash::sha256(enc)));
    }
    return std::nullopt;
}

std::string schema_key_of(const TxnView& txn) {
    const Value* data = txn.find("data");
    if (data == nullptr) return {};
    return schema_key(txn.from.value_or(""), data->text_at("name"), data->text_at("version"));
}

std::string ref_text(const Value* ref) {
    if (ref == nullptr) return {};
    if (const auto number = ref->integer()) return std::to_string(*number);
    if (const auto flag = ref->boolean()) return *flag ? "True" : "False";
    return ref->text() != nullptr ? *ref->text() : std::string();
}

std::string claim_def_key_of(const TxnView& txn) {
    const std::string_view type = txn.text("signature_type");
    const std::string_view tag = txn.text("tag");
    return claim_def_key(txn.from.value_or(""), type.empty() ? "CL" : type,
                         ref_text(txn.find("ref")), tag.empty() ? "tag" : tag);
}

std::string revoc_reg_def_key_of(const TxnView& txn) {
    return revoc_reg_def_key(txn.from.value_or(""), txn.text("credDefId"), txn.text("revocDefType"),
                             txn.text("tag"));
}

bool is_rich_schema(std::string_view type) {
    return type.size() == 3 && type[0] == '2' && type[1] == '0' && type[2] >= '0' && type[2] <= '5';
}

std::string taa_digest(std::string_view version, std::string_view text) {
    return encoding::hex_encode(hash::sha256({view_of(version), view_of(text)}));
}

std::string wrapped(std::uint64_t seq_no, const std::optional<std::int64_t>& time, Value value) {
    return encoding::canonical_json(
        Object{{"lsn", seq_no}, {"lut", time ? Value(*time) : Value()}, {"val", std::move(value)}});
}

std::optional<Wrapped> unwrapped(BytesView state_value) {
    auto parsed = encoding::parse_json(text_of(state_value));
    if (!parsed) return std::nullopt;
    Value* seq_no = parsed->find("lsn");
    Value* time = parsed->find("lut");
    Value* value = parsed->find("val");
    if (seq_no == nullptr || time == nullptr || value == nullptr) return std::nullopt;
    return Wrapped{std::move(*value), std::move(*seq_no), std::move(*time)};
}

}  // namespace stadtbuch::ledger
