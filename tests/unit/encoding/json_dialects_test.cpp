// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// What json.loads of CPython 3.8 and ujson.loads 1.33 said of the same texts; tests/differential
// asks them again.
#include <bit>
#include <cmath>

#include "storage/encoding/python_repr.hpp"
#include "tests/unit/encoding/support.hpp"

namespace stadtbuch::test {
namespace {

using namespace encoding;

constexpr std::string_view refused = "refused";

struct Row {
    std::string text;
    std::string_view python;
    std::string_view ujson;
};

std::string said(const Result<Value, JsonError>& value) {
    return value ? python_repr(*value) : std::string(refused);
}

const std::vector<Row> rows = {
    {"NaN", "nan", refused},
    {"[Infinity]", "[inf]", refused},
    {"-Infinity", "-inf", refused},
    {"1e400", "inf", refused},
    {"-1E400", "-inf", refused},
    {"0e999", "0.0", refused},
    {"9223372036854775807", "9223372036854775807", "9223372036854775807"},
    {"9223372036854775808", "9223372036854775808", refused},
    {"18446744073709551615", "18446744073709551615", refused},
    {"18446744073709551616", "18446744073709551616", "0"},
    {"-9223372036854775808", "-9223372036854775808", "-9223372036854775808"},
    {"-9223372036854775809", "-9223372036854775809", refused},
    {"{\"a\":1111111111111111111111}", "{'a': 1111111111111111111111}", refused},
    {"01", refused, "1"},
    {"-01", refused, "-1"},
    {"-0", "0", "0"},
    {"-0.0", "-0.0", "-0.0"},
    {"1.", refused, "1.0"},
    {"1.e5", refused, "100000.0"},
    {"-", refused, "0"},
    {"1e+", refused, "1.0"},
    {".5", refused, refused},
    {"+1", refused, refused},
    {"--1", refused, refused},
    {"1.5.5", refused, refused},
    {"0.1", "0.1", "0.1"},
    {"0.3", "0.3", "0.30000000000000004"},
    {"1e23", "1e+23", "1.0000000000000001e+23"},
    {"1.7976931348623157e308", "1.7976931348623157e+308", "1.7976931348623151e+308"},
    {"5e-324", "5e-324", "0.0"},
    {"1e-400", "0.0", "0.0"},
    {"-1e-400", "-0.0", "-0.0"},
    {"0.1234567890123456789", "0.12345678901234568", "0.12345678901234501"},
    {"18446744073709551616.5", "1.8446744073709552e+19", "0.5"},
    {"\"\\ud83d\\ude00\"", "'😀'", "'😀'"},
    {"\"\\ud800\"", "'\\ud800'", "''"},
    {"\"\\ud83dx\\ude00\"", "'\\ud83dx\\ude00'", "'x😀'"},
    {"\"\\ud800\\u0041\"", "'\\ud800A'", refused},
    {"\"a\tb\"", refused, "'a\\tb'"},
    {"\"\\x41\"", refused, refused},
    {"\"\\u+123\"", refused, refused},
    {"\"\\/\"", "'/'", "'/'"},
    {"{\"a\":1,}", refused, "{'a': 1}"},
    {"{\"a\":1,,}", refused, refused},
    {"[1,]", refused, refused},
    {"[1 2]", refused, refused},
    {"{\"a\":1}x", refused, refused},
    {" {\"a\" : 1}\r\n", "{'a': 1}", "{'a': 1}"},
    {"{\"a\":1,\"b\":0.5,\"a\":2}", "{'a': 2, 'b': 0.5}", "{'a': 2, 'b': 0.5}"},
    {"{1:2}", refused, refused},
    {"nul", refused, refused},
    {"\xEF\xBB\xBF{}", refused, refused},
    {"", refused, refused},
};

}  // namespace

TEST_CASE("JSON as Python and as ujson read it") {
    for (const Row& row : rows) {
        INFO(row.text);
        CHECK(said(parse_python_json(row.text)) == row.python);
        CHECK(said(parse_ujson(row.text)) == row.ujson);
    }
}

TEST_CASE("what only Python reads is written as Python writes it") {
    const auto value =
        parse_python_json("{\"b\":[NaN,Infinity,-Infinity],\"a\":123456789012345678901234567890}");
    REQUIRE(value);
    CHECK(canonical_json(*value) ==
          "{\"a\":123456789012345678901234567890,\"b\":[NaN,Infinity,-Infinity]}");
    CHECK(value->find("a")->is_integer());
    CHECK_FALSE(value->find("a")->integer());
    CHECK(*value->find("a") == Value(BigInteger{"123456789012345678901234567890"}));
    CHECK_FALSE(has_lone_surrogate(*value));
    CHECK(has_lone_surrogate(*parse_python_json("{\"a\":[\"\\udfff\"]}")));
    CHECK(has_lone_surrogate(*parse_python_json("{\"\\ud800\":1}")));
    CHECK_FALSE(has_lone_surrogate(*parse_python_json("\"\\ud7ff\"")));
}

TEST_CASE("reals that nodes tell each other arrive unchanged") {
    std::uint64_t seed = 0x9E3779B97F4A7C15;
    for (int i = 0; i < 20'000; ++i) {  // of any magnitude
        seed = seed * 6364136223846793005 + 1442695040888963407;
        const auto value = std::bit_cast<double>(seed ^ seed >> 29);
        if (!std::isfinite(value)) continue;
        const auto read = parse_ujson(transport_json(Value(value)));
        CAPTURE(value);
        REQUIRE((read && read->real() == value));
    }
    // The last of the first line have no exact product of a whole number and a normal power of ten
    // (fuzz_json_readings).
    for (const double value :
         {0.0, -0.0, 0.3, 1e23, 123456789.123456789, 0.30000000000000004, 1e-7, 5e-324, -2e-316,
          1e-305, 4.4429519925595778e-302, 1.287476424931831e-304, -4.0758928557473993e-300,
          1.7976931348623157e308}) {
        CHECK(parse_ujson(transport_json(Value(value)))->real() == value);
    }
    CHECK(transport_json(Value(Array{Value(0.5), Value(1), Value("ä/")})) == "[0.5,1,\"ä/\"]");
}

TEST_CASE("both readings are bounded") {
    const auto nested = [](std::size_t depth) {
        return std::string(depth, '[') + "NaN" + std::string(depth, ']');
    };
    CHECK(parse_python_json(nested(python_nesting_max)));
    CHECK(parse_python_json(nested(python_nesting_max + 1)).error() == JsonError::too_deep);
    CHECK(parse_python_json(std::string(100000, '[')).error() == JsonError::too_deep);
    CHECK(parse_ujson(std::string(100000, '[')).error() == JsonError::too_deep);
    CHECK(parse_ujson("[1.5]", {.bytes_max = 4}).error() == JsonError::too_large);
    CHECK(parse_python_json("[[[NaN]]]", {.depth_max = 2}).error() == JsonError::too_deep);
}

}  // namespace stadtbuch::test
