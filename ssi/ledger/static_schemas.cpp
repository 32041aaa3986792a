// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
//
// One table an operation. The order of the fields is the order in which missing ones are named.
#include "ssi/ledger/static_schemas.hpp"

#include <algorithm>
#include <array>

#include "ssi/ledger/static_attrib.hpp"
#include "ssi/ledger/static_python.hpp"
#include "ssi/ledger/static_request.hpp"

namespace stadtbuch::ledger {

namespace {

using K = FieldKind;

// Limits of the reference's configuration, in code points.
constexpr std::uint32_t name_max = 256;
constexpr std::uint32_t version_max = 128;
constexpr std::uint32_t attrib_max = 5 * 1024;
constexpr std::uint32_t diddoc_max = 10 * 1024;
constexpr std::uint32_t signature_max = 512;
constexpr std::uint32_t signature_type_max = 16;
constexpr std::uint32_t mechanism_max = 64;
constexpr std::uint32_t agreement_max = 128 * 1024 - 2048;
constexpr std::uint32_t justification_max = 1000;
constexpr std::uint32_t schema_attributes_max = 125;

constexpr std::array<std::size_t, 2> did_lengths = {16, 32};
constexpr std::array<std::size_t, 1> bls_lengths = {128};
constexpr std::array<std::size_t, 1> root_lengths = {32};
constexpr std::array<std::string_view, 1> services = {"VALIDATOR"};
constexpr std::array<std::string_view, 2> start_cancel = {"start", "cancel"};
constexpr std::array<std::string_view, 2> add_edit = {"ADD", "EDIT"};
constexpr std::array<std::string_view, 2> issuance_types = {"ISSUANCE_BY_DEFAULT",
                                                            "ISSUANCE_ON_DEMAND"};
constexpr std::array<std::string_view, 4> constraint_ids = {"ROLE", "AND", "OR", "FORBIDDEN"};

constexpr Field type_field{.name = "type", .kind = K::constant};

constexpr Field required(std::string_view name, FieldKind kind) {
    return {.name = name, .kind = kind};
}

constexpr Field optional(std::string_view name, FieldKind kind) {
    return {.name = name, .kind = kind, .optional = true};
}

constexpr Field limited(std::string_view name, std::uint32_t max, bool is_optional = false) {
    return {.name = name, .kind = K::limited_text, .optional = is_optional, .max = max};
}

constexpr Field did(std::string_view name, bool is_optional = false) {
    return {.name = name, .kind = K::base58, .optional = is_optional, .lengths = did_lengths};
}

constexpr Field one_of(std::string_view name, std::span<const std::string_view> choices,
                       bool is_optional = false) {
    return {.name = name, .kind = K::choice, .optional = is_optional, .choices = choices};
}

constexpr Field object_of(std::string_view name, const Schema& schema, bool is_optional = false) {
    return {.name = name, .kind = K::nested, .optional = is_optional, .schema = &schema};
}

constexpr Field version_field(std::string_view name, FieldKind kind) {
    return {.name = name, .kind = kind, .max = version_max};
}

// NODE (0), §6.1

constexpr std::array<std::string_view, 4> address_members = {"node_ip", "node_port", "client_ip",
                                                             "client_port"};

SchemaVerdict check_node_addresses(const Schema& schema, const encoding::Object& data) {
    std::vector<std::string_view> missing;
    for (const std::string_view name : address_members) {
        if (!data.contains(name)) missing.push_back(name);
    }
    if (missing.empty() || missing.size() == address_members.size()) return std::nullopt;
    return fault_of_missing(schema, missing);
}

constexpr Field service = one_of("", services);
constexpr std::array node_data_fields = {
    optional("node_ip", K::ip_address),
    optional("node_port", K::port),
    optional("client_ip", K::ip_address),
    optional("client_port", K::port),
    limited("alias", name_max),
    Field{.name = "services", .kind = K::list, .optional = true, .inner = &service},
    Field{.name = "blskey", .kind = K::base58, .optional = true, .lengths = bls_lengths},
    Field{.name = "blskey_pop", .kind = K::base58, .optional = true, .lengths = bls_lengths},
};
constexpr Schema node_data{"ClientNodeOperationData", node_data_fields, check_node_addresses};
constexpr std::array node_fields = {type_field, object_of("data", node_data), did("dest"),
                                    optional("verkey", K::verkey)};

// NYM (1) and ATTRIB (100) with their reads, §6.2, §6.3

constexpr std::array nym_fields = {
    type_field,
    limited("alias", name_max, true),
    Field{.name = "verkey", .kind = K::verkey, .optional = true, .nullable = true},
    did("dest"),
    optional("role", K::role),
    Field{.name = "diddocContent", .kind = K::json_text, .optional = true, .max = diddoc_max},
    optional("version", K::integer),
};
constexpr std::array get_nym_fields = {type_field, did("dest"), optional("timestamp", K::integer),
                                       optional("seqNo", K::seq_no)};
constexpr std::array attrib_fields = {
    type_field,
    did("dest"),
    Field{.name = "raw", .kind = K::json_text, .optional = true, .max = attrib_max},
    limited("enc", attrib_max, true),
    optional("hash", K::sha256_hex),
};
constexpr std::array get_attr_fields = {
    type_field,
    did("dest", true),
    limited("raw", attrib_max, true),
    limited("enc", attrib_max, true),
    optional("hash", K::sha256_hex),
    optional("timestamp", K::integer),
    optional("seqNo", K::seq_no),
};
constexpr std::array disclo_fields = {type_field, limited("data", attrib_max),
                                      limited("nonce", 512), did("dest", true)};

// SCHEMA (101) and CLAIM_DEF (102) with their reads, §6.4, §6.5

constexpr Field attribute_name = limited("", name_max);
constexpr std::array schema_data_fields = {
    limited("name", name_max),
    version_field("version", K::schema_version),
    Field{.name = "attr_names",
          .kind = K::list,
          .min_count = 1,
          .max_count = schema_attributes_max,
          .inner = &attribute_name},
};
constexpr Schema schema_data{"SchemaField", schema_data_fields};
constexpr std::array schema_fields = {type_field, object_of("data", schema_data)};
constexpr std::array get_schema_data_fields = {
    limited("name", name_max), version_field("version", K::schema_version), did("origin", true)};
constexpr Schema get_schema_data{"GetSchemaField", get_schema_data_fields};
constexpr std::array get_schema_fields = {type_field, did("dest"),
                                          object_of("data", get_schema_data)};

constexpr std::array claim_def_data_fields = {required("primary", K::any_map),
                                              optional("revocation", K::any_map)};
constexpr Schema claim_def_data{"ClaimDefField", claim_def_data_fields};
constexpr std::array claim_def_fields = {
    type_field, required("ref", K::seq_no), object_of("data", claim_def_data),
    limited("signature_type", signature_type_max), limited("tag", name_max)};
constexpr std::array get_claim_def_fields = {type_field, required("ref", K::seq_no), did("origin"),
                                             limited("signature_type", signature_type_max),
                                             limited("tag", name_max, true)};

// Revocation registries (113, 114) with their reads, §6.6, §6.7

constexpr std::array revoc_def_value_fields = {
    one_of("issuanceType", issuance_types), required("maxCredNum", K::integer),
    required("publicKeys", K::any_map), required("tailsHash", K::text),
    required("tailsLocation", K::text)};
constexpr Schema revoc_def_value{"RevocDefValueField", revoc_def_value_fields};
constexpr std::array revoc_def_fields = {type_field,
                                         required("id", K::text),
                                         limited("revocDefType", name_max),
                                         limited("tag", name_max),
                                         required("credDefId", K::text),
                                         object_of("value", revoc_def_value)};
constexpr Field any_integer = required("", K::integer);
constexpr std::array revoc_entry_value_fields = {
    optional("prevAccum", K::text), required("accum", K::text),
    Field{.name = "issued", .kind = K::list, .optional = true, .inner = &any_integer},
    Field{.name = "revoked", .kind = K::list, .optional = true, .inner = &any_integer}};
constexpr Schema revoc_entry_value{"RevocRegEntryValueField", revoc_entry_value_fields};
constexpr std::array revoc_entry_fields = {type_field, required("revocRegDefId", K::text),
                                           limited("revocDefType", name_max),
                                           object_of("value", revoc_entry_value)};
constexpr std::array get_revoc_def_fields = {required("id", K::text), type_field};
constexpr std::array get_revoc_fields = {required("revocRegDefId", K::text),
                                         required("timestamp", K::integer), type_field};
constexpr std::array get_revoc_delta_fields = {type_field, required("revocRegDefId", K::text),
                                               optional("from", K::integer),
                                               required("to", K::integer)};

// GET_TXN (3), author agreement (4 to 8), ledgers freeze (9, 10), §6.8, §6.10

constexpr std::array get_txn_fields = {type_field, optional("ledgerId", K::ledger_id),
                                       required("data", K::seq_no)};
constexpr std::array taa_fields = {
    type_field,
    Field{.name = "text",
          .kind = K::limited_text,
          .optional = true,
          .can_be_empty = true,
          .max = agreement_max},
    limited("version", name_max),
    optional("ratification_ts", K::non_negative),
    optional("retirement_ts", K::non_negative),
};
constexpr std::array type_only_fields = {type_field};
constexpr std::array aml_fields = {type_field, limited("version", name_max),
                                   required("aml", K::any_map),
                                   limited("amlContext", agreement_max, true)};
constexpr std::array get_taa_fields = {type_field, optional("version", K::text),
                                       optional("digest", K::text),
                                       optional("timestamp", K::non_negative)};
constexpr std::array get_aml_fields = {type_field, optional("version", K::text),
                                       optional("timestamp", K::non_negative)};
constexpr std::array freeze_fields = {
    type_field, Field{.name = "ledgers_ids", .kind = K::list, .inner = &any_integer}};

// Pool administration (109, 111, 118, 119), §6.10 and indy-client-protocol §10

constexpr Field schedule_key = did("");
constexpr Field schedule_time = required("", K::text);
constexpr std::array pool_upgrade_fields = {
    type_field,
    one_of("action", start_cancel),
    version_field("version", K::generic_version),
    Field{.name = "schedule",
          .kind = K::map,
          .optional = true,
          .key = &schedule_key,
          .inner = &schedule_time},
    required("sha256", K::sha256_hex),
    optional("timeout", K::non_negative),
    Field{.name = "justification",
          .kind = K::limited_text,
          .optional = true,
          .nullable = true,
          .max = justification_max},
    limited("name", name_max),
    optional("force", K::boolean),
    optional("reinstall", K::boolean),
    limited("package", name_max, true),
};
constexpr std::array pool_config_fields = {type_field, required("writes", K::boolean),
                                           optional("force", K::boolean)};
constexpr std::array pool_restart_fields = {type_field, one_of("action", start_cancel),
                                            optional("datetime", K::date_time)};

// Authorisation rules (120 to 122), §6.9

constexpr std::array constraint_role_fields = {
    one_of("constraint_id", constraint_ids),      required("role", K::role),
    required("sig_count", K::non_negative),       optional("need_to_be_owner", K::boolean),
    optional("off_ledger_signature", K::boolean), optional("metadata", K::any_map)};
constexpr Schema constraint_role{"ConstraintEntityField", constraint_role_fields};
constexpr Field anything = required("", K::any);
constexpr std::array constraint_list_fields = {
    one_of("constraint_id", constraint_ids),
    Field{.name = "auth_constraints", .kind = K::list, .inner = &anything}};
constexpr Schema constraint_list{"ConstraintListField", constraint_list_fields};

constexpr Field rule_value(std::string_view name, bool is_optional) {
    return {.name = name,
            .kind = K::rule_value,
            .optional = is_optional,
            .can_be_empty = true,
            .max = name_max};
}

constexpr std::array auth_rule_fields = {
    type_field,
    required("constraint", K::constraint),
    one_of("auth_action", add_edit),
    limited("auth_type", name_max),
    limited("field", name_max),
    rule_value("old_value", true),
    rule_value("new_value", false),
};
constexpr std::span<const Field> auth_rule_fields_view = auth_rule_fields;
constexpr Schema auth_rule{"AuthRuleField", auth_rule_fields_view.subspan(1)};
constexpr Field rule_field = object_of("", auth_rule);
constexpr std::array auth_rules_fields = {
    type_field, Field{.name = "rules", .kind = K::list, .min_count = 1, .inner = &rule_field}};
constexpr std::array get_auth_rule_fields = {
    type_field,
    one_of("auth_action", add_edit, true),
    limited("auth_type", name_max, true),
    limited("field", name_max, true),
    rule_value("old_value", true),
    rule_value("new_value", true),
};

// Rich schema objects (200 to 205, 300, 301), §6.10. `rsType` is one word for each type of
// transaction.

constexpr std::array<std::string_view, 6> rs_types = {"ctx", "sch", "enc", "map", "cdf", "pdf"};

template <std::size_t Index>
constexpr std::array rich_fields = {
    type_field,
    required("id", K::text),
    Field{.name = "rsType", .kind = K::word, .choices = std::span(&rs_types[Index], 1)},
    limited("rsName", name_max),
    version_field("rsVersion", K::schema_version),
    required("content", K::text),
    limited("ver", name_max, true)};
constexpr std::array get_rich_by_id_fields = {type_field, required("id", K::text)};
constexpr std::array get_rich_by_metadata_fields = {type_field, required("rsType", K::text),
                                                    limited("rsName", name_max),
                                                    version_field("rsVersion", K::schema_version)};

struct OperationRow {
    std::string_view type;
    Schema schema;
};

constexpr std::array operations = {
    OperationRow{"1", {"ClientNYMOperation", nym_fields}},
    OperationRow{"100", {"ClientAttribOperation", attrib_fields, check_attrib}},
    OperationRow{"101", {"ClientSchemaOperation", schema_fields}},
    OperationRow{"102", {"ClientClaimDefSubmitOperation", claim_def_fields}},
    OperationRow{"105", {"ClientGetNymOperation", get_nym_fields}},
    OperationRow{"104", {"ClientGetAttribOperation", get_attr_fields, check_attrib_choice}},
    OperationRow{"107", {"ClientGetSchemaOperation", get_schema_fields}},
    OperationRow{"108", {"ClientClaimDefGetOperation", get_claim_def_fields}},
    OperationRow{"3", {"ClientGetTxnOperation", get_txn_fields}},
    OperationRow{"113", {"ClientRevocDefSubmitField", revoc_def_fields}},
    OperationRow{"114", {"ClientRevocRegEntrySubmitField", revoc_entry_fields}},
    OperationRow{"115", {"ClientGetRevocRegDefField", get_revoc_def_fields}},
    OperationRow{"116", {"ClientGetRevocRegField", get_revoc_fields}},
    OperationRow{"117", {"ClientGetRevocRegDeltaField", get_revoc_delta_fields}},
    OperationRow{"0", {"ClientNodeOperation", node_fields}},
    OperationRow{"4", {"ClientTxnAuthorAgreementOperation", taa_fields}},
    OperationRow{"5", {"ClientTxnAuthorAgreementOperationAML", aml_fields}},
    OperationRow{"6", {"ClientGetTxnAuthorAgreementOperation", get_taa_fields}},
    OperationRow{"7", {"ClientGetTxnAuthorAgreementAMLOperation", get_aml_fields}},
    OperationRow{"8", {"ClientTxnAuthorAgreementDisableOperation", type_only_fields}},
    OperationRow{"9", {"ClientLedgersFreezeOperation", freeze_fields}},
    OperationRow{"10", {"ClientGetFrozenLedgersOperation", type_only_fields}},
    OperationRow{"103", {"ClientDiscloOperation", disclo_fields}},
    OperationRow{"109", {"ClientPoolUpgradeOperation", pool_upgrade_fields}},
    OperationRow{"111", {"ClientPoolConfigOperation", pool_config_fields}},
    OperationRow{"118", {"ClientPoolRestartOperation", pool_restart_fields}},
    OperationRow{"119", {"ClientValidatorInfoOperation", type_only_fields}},
    OperationRow{"120", {"ClientAuthRuleOperation", auth_rule_fields}},
    OperationRow{"121", {"ClientGetAuthRuleOperation", get_auth_rule_fields}},
    OperationRow{"122", {"ClientAuthRulesOperation", auth_rules_fields}},
    OperationRow{"200", {"ClientJsonLdContextOperation", rich_fields<0>}},
    OperationRow{"201", {"ClientRichSchemaOperation", rich_fields<1>}},
    OperationRow{"202", {"ClientRichSchemaEncodingOperation", rich_fields<2>}},
    OperationRow{"203", {"ClientRichSchemaMappingOperation", rich_fields<3>}},
    OperationRow{"204", {"ClientRichSchemaCredDefOperation", rich_fields<4>}},
    OperationRow{"205", {"ClientRichSchemaPresDefOperation", rich_fields<5>}},
    OperationRow{"300", {"ClientGetRichSchemaObjectByIdOperation", get_rich_by_id_fields}},
    OperationRow{"301",
                 {"ClientGetRichSchemaObjectByMetadataOperation", get_rich_by_metadata_fields}},
};

// Envelope, indy-client-protocol §4.1

constexpr std::array acceptance_fields = {required("taaDigest", K::sha256_hex),
                                          limited("mechanism", mechanism_max),
                                          required("time", K::timestamp)};
constexpr Schema acceptance{"ClientTAAAcceptance", acceptance_fields};
constexpr Field signature_key = did("");
constexpr Field signature_value{.kind = K::signature, .max = signature_max};
constexpr std::array request_fields = {
    Field{.name = "identifier",
          .kind = K::base58,
          .optional = true,
          .nullable = true,
          .lengths = did_lengths},
    required("reqId", K::non_negative),
    required("operation", K::operation),
    Field{.name = "signature", .kind = K::signature, .optional = true, .max = signature_max},
    limited("digest", 512, true),
    required("protocolVersion", K::protocol_version),
    object_of("taaAcceptance", acceptance, true),
    Field{.name = "signatures",
          .kind = K::map,
          .optional = true,
          .nullable = true,
          .key = &signature_key,
          .inner = &signature_value},
    did("endorser", true),
};
constexpr Schema request{"SafeRequest", request_fields, check_signers};
constexpr Schema operation_frame{"ClientOperationField", {}};

// Catch-up, indy-client-protocol §9

constexpr Field inner_message = required("", K::serialized);
constexpr std::array batch_fields = {
    Field{.name = "messages", .kind = K::list, .inner = &inner_message},
    Field{.name = "signature", .kind = K::signature, .max = signature_max}};
constexpr Schema batch{"Batch", batch_fields};
constexpr std::array ledger_status_fields = {
    required("ledgerId", K::ledger_id),
    required("txnSeqNo", K::non_negative),
    Field{.name = "viewNo", .kind = K::non_negative, .nullable = true},
    Field{.name = "ppSeqNo", .kind = K::non_negative, .nullable = true},
    Field{.name = "merkleRoot", .kind = K::base58, .lengths = root_lengths},
    required("protocolVersion", K::protocol_version),
};
constexpr Schema ledger_status{"LedgerStatus", ledger_status_fields};
constexpr std::array catchup_req_fields = {
    required("ledgerId", K::ledger_id), required("seqNoStart", K::non_negative),
    required("seqNoEnd", K::non_negative), required("catchupTill", K::non_negative)};
constexpr Schema catchup_req{"CatchupReq", catchup_req_fields};

}  // namespace

const Schema& request_schema() {
    return request;
}

const Schema* operation_schema(std::string_view type) {
    const auto row = std::find_if(operations.begin(), operations.end(),
                                  [&](const OperationRow& one) { return one.type == type; });
    return row == operations.end() ? nullptr : &row->schema;
}

SchemaVerdict check_operation(const encoding::Value& operation) {
    if (!operation.is_object()) return fault_of_field(operation_frame, "wrong type", "", operation);
    const encoding::Value* type = operation.find("type");
    if (!type || type->is_null()) {
        static constexpr std::array<std::string_view, 1> missing = {"type"};
        return fault_of_missing(operation_frame, missing);
    }
    if (type->is_array() || type->is_object()) {
        return SchemaFault{"unhashable type: '" + std::string(python_type_name(*type)) + "'"};
    }
    const Schema* schema = type->is_text() ? operation_schema(*type->text()) : nullptr;
    return schema ? check_schema(*schema, operation) : std::nullopt;
}

const Schema& constraint_role_schema() {
    return constraint_role;
}

const Schema& constraint_list_schema() {
    return constraint_list;
}

const Schema& ledger_status_schema() {
    return ledger_status;
}

const Schema& catchup_req_schema() {
    return catchup_req;
}

const Schema& batch_schema() {
    return batch;
}

}  // namespace stadtbuch::ledger
