// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// JSON text to Value with simdjson. Parser and padded buffer stay with the thread, so that a
// message costs no allocation besides its own values.
#include <simdjson.h>

#include "storage/encoding/json.hpp"
#include "storage/encoding/member_order.hpp"
#include "storage/encoding/text.hpp"

namespace stadtbuch::encoding {

std::string_view to_text(JsonError error) {
    switch (error) {
        case JsonError::too_large:
            return "the text is too long";
        case JsonError::too_deep:
            return "the nesting is too deep";
        case JsonError::not_utf8:
            return "the text is not UTF-8";
        case JsonError::syntax:
            return "the text is not JSON";
        case JsonError::number_out_of_range:
            return "a number is out of range";
        case JsonError::duplicate_key:
            return "an object has a member twice";
    }
    return "unknown";
}

namespace {

namespace dom = simdjson::dom;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

std::size_t skip_digits(std::string_view text, std::size_t at) {
    while (at < text.size() && is_digit(text[at])) ++at;
    return at;
}

/// RFC 8259 §6 for a whole token.
bool is_number(std::string_view token) {
    std::size_t at = token.starts_with('-') ? 1 : 0;
    const std::size_t whole_end = skip_digits(token, at);
    if (whole_end == at || (token[at] == '0' && whole_end > at + 1)) return false;
    at = whole_end;
    if (at < token.size() && token[at] == '.') {
        const std::size_t end = skip_digits(token, at + 1);
        if (end == at + 1) return false;
        at = end;
    }
    if (at < token.size() && (token[at] == 'e' || token[at] == 'E')) {
        ++at;
        if (at < token.size() && (token[at] == '+' || token[at] == '-')) ++at;
        const std::size_t end = skip_digits(token, at);
        if (end == at) return false;
        at = end;
    }
    return at == token.size();
}

/// simdjson says "number error" for malformed and for too large numbers alike. If every number
/// token of the refused text is well formed, size was the reason.
bool all_numbers_well_formed(std::string_view text) {
    bool in_string = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (in_string) {
            if (text[i] == '\\')
                ++i;
            else if (text[i] == '"')
                in_string = false;
            continue;
        }
        if (text[i] == '"') in_string = true;
        if (text[i] != '-' && !is_digit(text[i])) continue;
        const std::size_t end = std::min(text.find_first_of(" \t\r\n,:]}", i), text.size());
        if (!is_number(text.substr(i, end - i))) return false;
        i = end - 1;
    }
    return true;
}

JsonError error_of(simdjson::error_code code, std::string_view text) {
    if (!is_utf8(text)) return JsonError::not_utf8;
    switch (code) {
        case simdjson::CAPACITY:
        case simdjson::MEMALLOC:
            return JsonError::too_large;
        case simdjson::DEPTH_ERROR:
            return JsonError::too_deep;
        case simdjson::NUMBER_OUT_OF_RANGE:
            return JsonError::number_out_of_range;
        case simdjson::NUMBER_ERROR:
            return all_numbers_well_formed(text) ? JsonError::number_out_of_range
                                                 : JsonError::syntax;
        default:
            return JsonError::syntax;
    }
}

/// Turns simdjson's tape into values.
class Reader {
  public:
    explicit Reader(const JsonLimits& limits) : limits_(limits) {}

    /// False if a limit was broken; then `error` says which.
    [[nodiscard]] bool read(const dom::element& element, Value& out, std::size_t depth) {
        switch (element.type()) {
            case dom::element_type::NULL_VALUE:
                return true;
            case dom::element_type::BOOL:
                out = Value(element.get_bool().value_unsafe());
                return true;
            case dom::element_type::INT64:
                out = Value(element.get_int64().value_unsafe());
                return true;
            case dom::element_type::UINT64:
                out = Value(element.get_uint64().value_unsafe());
                return true;
            case dom::element_type::DOUBLE:
                out = Value(element.get_double().value_unsafe());
                return true;
            case dom::element_type::STRING:
                out = Value(std::string(element.get_string().value_unsafe()));
                return true;
            case dom::element_type::ARRAY:
                return read_array(element.get_array().value_unsafe(), out, depth + 1);
            case dom::element_type::OBJECT:
                return read_object(element.get_object().value_unsafe(), out, depth + 1);
        }
        return refuse(JsonError::syntax);
    }

    JsonError error = JsonError::syntax;

  private:
    bool refuse(JsonError reason) {
        error = reason;
        return false;
    }

    bool read_array(const dom::array& source, Value& out, std::size_t depth) {
        if (depth > limits_.depth_max) return refuse(JsonError::too_deep);
        Array array;
        array.reserve(source.size());
        for (const dom::element element : source) {
            if (!read(element, array.emplace_back(), depth)) return false;
        }
        out = Value(std::move(array));
        return true;
    }

    bool read_object(const dom::object& source, Value& out, std::size_t depth) {
        if (depth > limits_.depth_max) return refuse(JsonError::too_deep);
        Object object;
        std::vector<Member>& members = object.members();
        members.reserve(source.size());
        for (const dom::key_value_pair field : source) {
            Member& member = members.emplace_back();
            member.key.assign(field.key);
            if (!read(field.value, member.value, depth)) return false;
        }
        if (merge_doubled_keys(members) && limits_.refuse_duplicate_keys) {
            return refuse(JsonError::duplicate_key);
        }
        out = Value(std::move(object));
        return true;
    }

    const JsonLimits& limits_;
};

/// What a thread keeps between texts; given back after a text above `kept_max`.
struct Workspace {
    static constexpr std::size_t kept_max = 1024 * 1024;
    dom::parser parser{};
    std::string padded;
};

Workspace& workspace_of_thread() {
    thread_local Workspace workspace;
    return workspace;
}

Result<Value, JsonError> parse_with(Workspace& workspace, std::string_view text,
                                    const JsonLimits& limits) {
    workspace.padded.assign(text);
    workspace.padded.append(simdjson::SIMDJSON_PADDING, ' ');
    dom::element root;
    const simdjson::error_code code =
        workspace.parser.parse(workspace.padded.data(), text.size(), false).get(root);
    if (code != simdjson::SUCCESS) return Failure{error_of(code, text)};
    Reader reader(limits);
    Value value;
    if (!reader.read(root, value, 0)) return Failure{reader.error};
    return value;
}

}  // namespace

Result<Value, JsonError> parse_json(std::string_view text, const JsonLimits& limits) {
    if (text.size() > limits.bytes_max) return Failure{JsonError::too_large};
    Workspace& workspace = workspace_of_thread();
    Result<Value, JsonError> result = parse_with(workspace, text, limits);
    if (text.size() > Workspace::kept_max) workspace = Workspace();
    return result;
}

}  // namespace stadtbuch::encoding
