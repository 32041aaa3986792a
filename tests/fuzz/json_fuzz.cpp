// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// What is read can be written and read again without change, in every form.
#include "storage/base/assert.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/python_repr.hpp"
#include "storage/encoding/signing.hpp"
#include "storage/encoding/text.hpp"

using namespace stadtbuch;
using namespace stadtbuch::encoding;

namespace {

bool survives(const std::string& text, const Value& value) {
    const auto again = parse_json(text);
    return again && *again == value;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto value = parse_json(text);
    if (!value) return 0;
    STADTBUCH_ASSERT(is_utf8(text));
    const std::string canonical = canonical_json(*value);
    STADTBUCH_ASSERT(survives(canonical, *value));
    STADTBUCH_ASSERT(canonical_json(*parse_json(canonical)) == canonical);
    STADTBUCH_ASSERT(survives(compact_json(*value), *value));
    STADTBUCH_ASSERT(survives(pretty_json(*value, 2, true), *value));
    // JCS rounds integers to doubles, 2^64-1 thereby beyond what we read; what is read back is
    // stable.
    const std::string jcs = jcs_json(*value);
    const auto rounded = parse_json(jcs);
    STADTBUCH_ASSERT(rounded ? jcs_json(*rounded) == jcs
                             : rounded.error() == JsonError::number_out_of_range);
    STADTBUCH_ASSERT(parse_json(wire_json(*value)));
    STADTBUCH_ASSERT(is_utf8(signing_text(*value)) && is_utf8(python_repr(*value)));
    // Strict reading refuses doubled members and agrees on everything else.
    const auto strict = parse_json(text, {.refuse_duplicate_keys = true});
    STADTBUCH_ASSERT(strict ? *strict == *value : strict.error() == JsonError::duplicate_key);
    return 0;
}
