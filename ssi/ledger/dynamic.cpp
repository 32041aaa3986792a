// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/ledger/dynamic.hpp"

#include <algorithm>

#include "ssi/ledger/state_keys.hpp"
#include "ssi/ledger/static_python.hpp"
#include "storage/encoding/python_repr.hpp"

namespace stadtbuch::ledger {

using encoding::Array;
using encoding::Value;

TxnView DynamicContext::as_txn() const {
    static const encoding::Object no_metadata;
    TxnView view;
    view.type = request.type;
    view.data = &request.operation();
    view.metadata = &no_metadata;
    if (request.identifier) view.from = *request.identifier;
    return view;
}

std::string_view DynamicContext::text(std::string_view name) const {
    const Value* value = member(name);
    return value != nullptr && value->text() != nullptr ? std::string_view(*value->text())
                                                        : std::string_view();
}

Refusal invalid_request(std::string text) {
    return {RefusalClass::invalid_client_request, std::move(text), {}, std::nullopt};
}

Refusal unauthorized(std::string text) {
    return {RefusalClass::unauthorized_client_request, std::move(text), {}, std::nullopt};
}

RuleKey whole_object(std::string_view type, bool is_edit) {
    return {std::string(type), is_edit, "*", "*", "*"};
}

namespace {

constexpr std::int64_t day = 86400;
constexpr std::int64_t acceptance_slack = 120;  ///< seconds around ratification and batch time
constexpr std::int64_t year_10000 = 253402300800;

Refusal taa_refusal(std::string text, int code) {
    return {RefusalClass::invalid_taa_acceptance, std::move(text), {}, code};
}

std::int64_t day_of(std::int64_t time) {
    return time >= 0 ? time / day : (time - day + 1) / day;
}

/// ISO date of a day number since 1970 (proleptic Gregorian; Howard Hinnant's days algorithm).
std::string date_text(std::int64_t days) {
    days += 719468;
    const std::int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    const std::int64_t doe = days - era * 146097;
    const std::int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    const std::int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    const std::int64_t mp = (5 * doy + 2) / 153;
    const std::int64_t month = mp < 10 ? mp + 3 : mp - 9;
    const std::int64_t year = yoe + era * 400 + (month <= 2 ? 1 : 0);
    const auto padded = [](std::int64_t number, std::size_t digits) {
        std::string text = std::to_string(number);
        return text.size() < digits ? std::string(digits - text.size(), '0') + text : text;
    };
    return padded(year, 4) + "-" + padded(month, 2) + "-" + padded(doy - (153 * mp + 2) / 5 + 1, 2);
}

std::string number_text(const Value& value) {
    return encoding::python_repr(value);
}

Verdict check_acceptance_time(const TaaAcceptance& acceptance, const Wrapped& taa,
                              std::int64_t batch_time) {
    if (acceptance.time < 0 || acceptance.time >= year_10000) {
        return taa_refusal(
            "TAA_ACCEPTANCE_TIME = " + std::to_string(acceptance.time) + " is out of range", 207);
    }
    if (acceptance.time % day != 0) {
        // The reference means 204 and sends 203.
        return taa_refusal("Txn Author Agreement acceptance time " +
                               std::to_string(acceptance.time) +
                               " is too precise and is a privacy risk",
                           203);
    }
    const Value* ratified = taa.value.find("ratification_ts");
    const std::int64_t ratification =
        (ratified == nullptr ? taa.time : *ratified).integer().value_or(0);
    const std::int64_t lowest = day_of(ratification - acceptance_slack);
    const std::int64_t highest = day_of(batch_time + acceptance_slack);
    const std::int64_t accepted = day_of(acceptance.time);
    if (accepted >= lowest && accepted <= highest) return std::nullopt;
    return taa_refusal("Txn Author Agreement acceptance time is inappropriate: provided " +
                           std::to_string(acceptance.time) + ", expected in [" + date_text(lowest) +
                           ", " + date_text(highest) + "]",
                       205);
}

Verdict check_mechanism(const DynamicContext& context, const TaaAcceptance& acceptance) {
    std::vector<std::string> known;
    if (const auto bytes = context.state.get(Ledger::config, aml_latest_key)) {
        const auto aml = unwrapped(*bytes);
        const Value* list = aml ? aml->value.find("aml") : nullptr;
        if (list != nullptr && list->object() != nullptr) {
            for (const encoding::Member& member : *list->object()) known.push_back(member.key);
        }
    }
    if (std::find(known.begin(), known.end(), acceptance.mechanism) != known.end())
        return std::nullopt;
    std::sort(known.begin(), known.end());
    const Value expected = Array(known.begin(), known.end());
    return taa_refusal("Txn Author Agreement acceptance mechanism is inappropriate: provided " +
                           acceptance.mechanism + ", expected one of " +
                           encoding::python_repr(expected),
                       206);
}

}  // namespace

Verdict check_taa_acceptance(const DynamicContext& context, Ledger ledger) {
    const auto& acceptance = context.request.taa_acceptance;
    if (ledger != Ledger::domain) {
        if (!acceptance) return std::nullopt;
        return taa_refusal(
            "Txn Author Agreement acceptance is not expected and not allowed in requests for "
            "ledger id " +
                std::to_string(number_of(ledger)),
            200);
    }
    if (!context.state.has(Ledger::config, taa_latest_key)) return std::nullopt;
    if (!acceptance) {
        return taa_refusal("Txn Author Agreement acceptance is required for ledger with id " +
                               std::to_string(number_of(ledger)),
                           201);
    }
    const auto bytes = context.state.get(Ledger::config, taa_digest_key(acceptance->taa_digest));
    const auto taa = bytes ? unwrapped(*bytes) : std::nullopt;
    if (!taa) {
        return taa_refusal(
            "Incorrect Txn Author Agreement(digest=" + acceptance->taa_digest + ") in the request",
            202);
    }
    const Value* retirement = taa->value.find("retirement_ts");
    const auto retired_at = retirement == nullptr || !is_python_int(*retirement)
                                ? std::nullopt
                                : std::optional(python_int(*retirement));
    if (retired_at && *retired_at != 0 && *retired_at < context.time) {
        return taa_refusal("Txn Author Agreement is retired: version " +
                               std::string(taa->value.text_at("version")) + ", seq_no " +
                               number_text(taa->seq_no) + ", txn_time " + number_text(taa->time),
                           203);
    }
    if (auto refusal = check_acceptance_time(*acceptance, *taa, context.time)) return refusal;
    return check_mechanism(context, *acceptance);
}

Verdict validate_dynamic(const DynamicContext& context) {
    const std::string& type = context.request.type;
    const auto ledger = ledger_of_type(type);
    if (!ledger) return invalid_request("invalid type: " + type);
    if (auto refusal = check_taa_acceptance(context, *ledger)) return refusal;
    return validate_operation(context);
}

Verdict validate_operation(const DynamicContext& context) {
    const std::string& type = context.request.type;
    if (type == txn_type::nym) return validate_nym(context);
    if (type == txn_type::attrib) return validate_attrib(context);
    if (type == txn_type::schema) return validate_schema(context);
    if (type == txn_type::claim_def) return validate_claim_def(context);
    if (type == txn_type::revoc_reg_def) return validate_revoc_reg_def(context);
    if (type == txn_type::revoc_reg_entry) return validate_revoc_reg_entry(context);
    if (type == txn_type::node) return validate_node(context);
    if (is_rich_schema(type)) return validate_rich_schema(context);
    if (ledger_of_type(type) == Ledger::config) return validate_config(context);
    return invalid_request("invalid type: " + type);
}

}  // namespace stadtbuch::ledger
