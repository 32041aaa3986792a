// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The two readings that are not RFC 8259: what Python's json.loads and what ujson make of a text.
// What was read can be written, and is then read as the same; reals are a matter of their own
// (tests/unit/encoding).
#include <algorithm>

#include "storage/base/assert.hpp"
#include "storage/encoding/json.hpp"

using namespace stadtbuch;
using namespace stadtbuch::encoding;

namespace {

/// A real for which no spelling is found (append_transport_float; none is known) comes back as its
/// neighbour.
bool has_real(const Value& value) {
    if (value.is_real()) return true;
    if (const Array* array = value.array())
        return std::any_of(array->begin(), array->end(), has_real);
    const Object* object = value.object();
    return object != nullptr &&
           std::any_of(object->begin(), object->end(),
                       [](const Member& member) { return has_real(member.value); });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto value = parse_ujson(text)) {
        const auto again = parse_ujson(transport_json(*value));
        STADTBUCH_ASSERT(again && (has_real(*value) || *again == *value));
    }
    if (const auto value = parse_python_json(text); value && !has_lone_surrogate(*value)) {
        const std::string canonical = canonical_json(*value);
        const auto again = parse_python_json(canonical);
        // Not the values are compared: NaN equals nothing.
        STADTBUCH_ASSERT(again && canonical_json(*again) == canonical);
    }
    return 0;
}
