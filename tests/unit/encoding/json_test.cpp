// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include <limits>

#include "storage/encoding/python_repr.hpp"
#include "storage/encoding/signing.hpp"
#include "tests/unit/encoding/support.hpp"

namespace stadtbuch::test {
namespace {

using namespace encoding;

JsonError refusal(std::string_view text, const JsonLimits& limits = {}) {
    const auto value = parse_json(text, limits);
    INFO(text.substr(0, 100));
    REQUIRE_FALSE(value);
    return value.error();
}

std::string nested(std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
}

}  // namespace

TEST_CASE("kinds of JSON values") {
    CHECK(parsed("null").is_null());
    CHECK(parsed(" true ").boolean() == true);
    CHECK(parsed("\"a\"").text_at("x").empty());
    CHECK(parsed("1").kind() == Value::Kind::integer);
    CHECK(parsed("1.0").kind() == Value::Kind::real);
    CHECK(parsed("1e2").real() == 100.0);
    CHECK(parsed("-9223372036854775808").integer() == std::numeric_limits<std::int64_t>::min());
    CHECK(parsed("9223372036854775807").integer() == std::numeric_limits<std::int64_t>::max());
    CHECK(parsed("9223372036854775808").kind() == Value::Kind::unsigned_integer);
    CHECK_FALSE(parsed("9223372036854775808").integer());
    CHECK(parsed("18446744073709551615").unsigned_integer() ==
          std::numeric_limits<std::uint64_t>::max());
    CHECK_FALSE(parsed("-1").unsigned_integer());
    CHECK(*parsed(R"("\u00fc\ud83d\ude00\u0000")").text() == std::string("ü😀\0", 7));
    CHECK(parsed("{}").object()->empty());
}

TEST_CASE("refused JSON texts") {
    struct Row {
        std::string text;
        JsonError error;
    };

    const std::vector<Row> rows = {
        {"", JsonError::syntax},
        {"   ", JsonError::syntax},
        {"{", JsonError::syntax},
        {"[1,]", JsonError::syntax},
        {"{\"a\"}", JsonError::syntax},
        {"{\"a\":1,}", JsonError::syntax},
        {"{a:1}", JsonError::syntax},
        {"{1:1}", JsonError::syntax},
        {"1 2", JsonError::syntax},
        {"{} {}", JsonError::syntax},
        {"tru", JsonError::syntax},
        {"NaN", JsonError::syntax},
        {"Infinity", JsonError::syntax},
        {"'a'", JsonError::syntax},
        {"\"a", JsonError::syntax},
        {"\"\\x41\"", JsonError::syntax},
        {"\"\\ud800\"", JsonError::syntax},
        {"\"\n\"", JsonError::syntax},
        {std::string("\"\0\"", 3), JsonError::syntax},
        {"[01]", JsonError::syntax},
        {"[1.]", JsonError::syntax},
        {"[.5]", JsonError::syntax},
        {"[-]", JsonError::syntax},
        {"[1e]", JsonError::syntax},
        {"[+1]", JsonError::syntax},
        {"// c\n1", JsonError::syntax},
        {"18446744073709551616", JsonError::number_out_of_range},
        {"-9223372036854775809", JsonError::number_out_of_range},
        {"{\"01\":[123456789012345678901234567890]}", JsonError::number_out_of_range},
        {"1e999", JsonError::number_out_of_range},
        {"\"\xff\"", JsonError::not_utf8},
        {"\"\xed\xa0\x80\"", JsonError::not_utf8},
        {"\"\xc0\xaf\"", JsonError::not_utf8},
        {nested(nesting_max + 1), JsonError::too_deep},
        {nested(5000), JsonError::too_deep},
        {std::string(5000, '['), JsonError::syntax},
    };
    for (const Row& row : rows) CHECK(refusal(row.text) == row.error);
    CHECK(parse_json(nested(nesting_max)));
    CHECK(refusal("[1,2]", {.bytes_max = 4}) == JsonError::too_large);
    CHECK(refusal("{\"a\":[[1]]}", {.depth_max = 2}) == JsonError::too_deep);
}

TEST_CASE("a doubled key keeps its first place and its last value, as in Python") {
    CHECK(compact_json(parsed(R"({"a":1,"b":2,"a":3})")) == R"({"a":3,"b":2})");
    std::string many = "{";
    for (int i = 0; i < 100; ++i)
        many += "\"k" + std::to_string(i % 40) + "\":" + std::to_string(i) + ",";
    const Value value = parsed(many + "\"k0\":null}");
    REQUIRE(value.object()->size() == 40);
    CHECK(value.object()->members()[0].key == "k0");
    CHECK(value.find("k0")->is_null());
    CHECK(value.find("k1")->integer() == 81);
    CHECK(value.find("k39")->integer() == 79);
    CHECK(refusal(R"([{"a":1,"a":1}])", {.refuse_duplicate_keys = true}) ==
          JsonError::duplicate_key);
    CHECK(parse_json(R"([{"a":1},{"a":1}])", {.refuse_duplicate_keys = true}));
}

TEST_CASE("the five ways of writing JSON") {
    const Value value =
        parsed("{\"b\":[1,{\"z\":null,\"y\":[]}],\"a\":\"x/ü\\u0001\\n\\\"\\\\\\u007f\"}");
    CHECK(canonical_json(value) ==
          "{\"a\":\"x/ü\\u0001\\n\\\"\\\\\x7f\",\"b\":[1,{\"y\":[],\"z\":null}]}");
    CHECK(compact_json(value) ==
          "{\"b\":[1,{\"z\":null,\"y\":[]}],\"a\":\"x/ü\\u0001\\n\\\"\\\\\x7f\"}");
    CHECK(wire_json(value) ==
          "{\"b\":[1,{\"z\":null,\"y\":[]}],\"a\":\"x\\/\\u00fc\\u0001\\n\\\"\\\\\x7f\"}");
    CHECK(pretty_json(value, 2, true) ==
          "{\n  \"a\": \"x/ü\\u0001\\n\\\"\\\\\x7f\",\n  \"b\": [\n    1,\n    {\n      \"y\": "
          "[],\n      \"z\": null\n    "
          "}\n  ]\n}");
    CHECK(pretty_json(Value(Object{}), 2, false) == "{}");
    CHECK(wire_json(Value("😀")) == "\"\\ud83d\\ude00\"");
    CHECK(canonical_json(Value("\b\f\t\r")) == "\"\\b\\f\\t\\r\"");
}

TEST_CASE("keys sort by code point, in JCS by UTF-16 unit") {
    const Value value =
        parsed(R"({"\ufb33":1,"\ud83d\ude00":2,"\u20ac":3,"\r":4,"1":5,"\u0080":6,"\u00f6":7})");
    CHECK(canonical_json(value) ==
          "{\"\\r\":4,\"1\":5,\"\xc2\x80\":6,\"ö\":7,\"€\":3,\"\xef\xac\xb3\":1,\"😀\":2}");
    CHECK(jcs_json(value) ==
          "{\"\\r\":4,\"1\":5,\"\xc2\x80\":6,\"ö\":7,\"€\":3,\"😀\":2,\"\xef\xac\xb3\":1}");
}

TEST_CASE("floats as Python writes them") {
    const std::vector<std::pair<double, std::string>> rows = {
        {0.0, "0.0"},
        {-0.0, "-0.0"},
        {1.0, "1.0"},
        {1.5, "1.5"},
        {0.1, "0.1"},
        {1e5, "100000.0"},
        {1e15, "1000000000000000.0"},
        {9999999999999998.0, "9999999999999998.0"},
        {1e16, "1e+16"},
        {1.2345678901234568e17, "1.2345678901234568e+17"},
        {1e-4, "0.0001"},
        {0.00012345, "0.00012345"},
        {1e-5, "1e-05"},
        {-2.5e-7, "-2.5e-07"},
        {1e22, "1e+22"},
        {1e100, "1e+100"},
        {5e-324, "5e-324"},
        {1.7976931348623157e308, "1.7976931348623157e+308"},
        {1.0 / 3, "0.3333333333333333"},
        {4.35, "4.35"},
    };
    for (const auto& [value, text] : rows) {
        CHECK(python_float(value) == text);
        CHECK(canonical_json(Value(value)) == text);
        CHECK(signing_text(Value(value)) == text);
        CHECK(parsed(text).real() == value);
    }
}

TEST_CASE("floats as ujson 1.33 writes them") {
    const std::vector<std::pair<double, std::string>> rows = {
        {1.5, "1.5"},
        {0.1, "0.1"},
        {1e-5, "0.00001"},
        {1e-11, "0.0"},
        {1.0 / 3, "0.3333333333"},
        {2.0 / 3, "0.6666666667"},
        {1e15 + 0.5, "1000000000000000.5"},
        {1e16, "10000000000000000.0"},
        {1e17, "1.000000000000000e+17"},
        {-2.5, "-2.5"},
        {123456789.123456789, "123456789.123456791"},
        {5e-11, "0.0000000001"},
        {-0.0, "0.0"},
        {99.99999999999, "100.0"},
    };
    for (const auto& [value, text] : rows) CHECK(wire_json(Value(value)) == text);
    CHECK(wire_json(Value(std::numeric_limits<double>::infinity())) == "null");
}

TEST_CASE("numbers as ECMAScript writes them (RFC 8785, appendix B)") {
    const std::vector<std::pair<double, std::string>> rows = {
        {0.0, "0"},
        {-0.0, "0"},
        {5e-324, "5e-324"},
        {-5e-324, "-5e-324"},
        {1.7976931348623157e308, "1.7976931348623157e+308"},
        {9007199254740992.0, "9007199254740992"},
        {295147905179352830000.0, "295147905179352830000"},
        {9.999999999999997e22, "9.999999999999997e+22"},
        {1e23, "1e+23"},
        {999999999999999700000.0, "999999999999999700000"},
        {1e21, "1e+21"},
        {9.999999999999997e-7, "9.999999999999997e-7"},
        {0.000001, "0.000001"},
        {333333333.3333332, "333333333.3333332"},
        {-0.0000033333333333333333, "-0.0000033333333333333333"},
        {1424953923781206.2, "1424953923781206.2"},
    };
    for (const auto& [value, text] : rows) CHECK(jcs_json(Value(value)) == text);
    CHECK(jcs_json(Value(9007199254740992)) == "9007199254740992");
    CHECK(jcs_json(Value(std::numeric_limits<std::int64_t>::max())) == "9223372036854776000");
    CHECK(jcs_json(parsed("18446744073709551615")) == "18446744073709552000");
    CHECK(jcs_json(parsed("[1.0,-1,4.50]")) == "[1,-1,4.5]");
}

TEST_CASE("values as Python's repr shows them") {
    const Value value = parsed(R"({"a":[1,2.0,null,true],"it's":"say \"hi\"","c":{}})");
    CHECK(python_repr(value) == R"({'a': [1, 2.0, None, True], "it's": 'say "hi"', 'c': {}})");
    CHECK(python_repr("it's \"x\"") == R"('it\'s "x"')");
    CHECK(python_repr("a\\b\n\t\r") == R"('a\\b\n\t\r')");
    CHECK(python_repr(std::string("\0\x1f\x7f", 3)) == R"('\x00\x1f\x7f')");
    CHECK(python_repr("\xc2\x80\xc2\xa0\xc2\xad") == R"('\x80\xa0\xad')");
    CHECK(python_repr("ü€😀") == "'ü€😀'");
    CHECK(python_repr("\u200b\u2028\ue000") == R"('\u200b\u2028\ue000')");
    CHECK(python_repr("\U000e0001\U0010ffff") == R"('\U000e0001\U0010ffff')");
    Object map{{"1", "x"}, {"2", 3}};
    map.integer_keys = true;
    CHECK(python_repr(Value(map)) == "{1: 'x', 2: 3}");
    CHECK(python_repr(Value(Array{})) == "[]");
}

TEST_CASE("objects and equality") {
    Object object{{"a", 1}, {"b", "x"}};
    object.set("a", 2);
    object.set("c", nullptr);
    CHECK(compact_json(Value(object)) == R"({"a":2,"b":"x","c":null})");
    CHECK(object.erase("b"));
    CHECK_FALSE(object.erase("b"));
    CHECK_FALSE(object.contains("b"));
    CHECK(parsed(R"({"a":1,"b":[1,{"x":2,"y":3}]})") == parsed(R"({"b":[1,{"y":3,"x":2}],"a":1})"));
    CHECK_FALSE(parsed("[1,2]") == parsed("[2,1]"));
    CHECK_FALSE(parsed(R"({"a":1})") == parsed(R"({"a":1.0})"));
    CHECK_FALSE(parsed(R"({"a":1})") == parsed(R"({"a":true})"));
    CHECK_FALSE(parsed(R"({"a":1})") == parsed(R"({"b":1})"));
    CHECK(Value(std::uint64_t{5}) == Value(5));
    CHECK(parsed("18446744073709551615") == Value(std::numeric_limits<std::uint64_t>::max()));
    CHECK_FALSE(parsed("18446744073709551615") == parsed("18446744073709551614"));
}

TEST_CASE("random values survive writing and reading") {
    std::uint64_t state = 7;
    const auto random = [&state](std::uint64_t below) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        return (state >> 33) % below;
    };
    const std::vector<std::string> texts = {"", "a", "ü", "😀\n", "\"\\/", "zz", "k1", "k2"};
    const auto make = [&](auto&& self, int depth) -> Value {
        switch (random(depth > 0 ? 8 : 6)) {
            case 0:
                return Value();
            case 1:
                return Value(random(2) == 1);
            case 2:
                return Value(static_cast<std::int64_t>(random(1u << 30)) - (1 << 29));
            case 3:
                return Value(std::numeric_limits<std::uint64_t>::max() - random(9));
            case 4:
                return Value(static_cast<double>(random(1u << 30)) / 7.0);
            case 5:
                return Value(texts[random(texts.size())]);
            case 6: {
                Array array;
                for (std::uint64_t i = random(5); i > 0; --i)
                    array.push_back(self(self, depth - 1));
                return Value(std::move(array));
            }
            default: {
                Object object;
                for (std::uint64_t i = random(50); i > 0; --i) {
                    object.set(texts[random(texts.size())] + std::to_string(random(40)),
                               self(self, depth - 1));
                }
                return Value(std::move(object));
            }
        }
    };
    for (int i = 0; i < 300; ++i) {
        const Value value = make(make, 3);
        CHECK(parsed(compact_json(value)) == value);
        CHECK(parsed(pretty_json(value, 2, false)) == value);
        CHECK(canonical_json(parsed(canonical_json(value))) == canonical_json(value));
        CHECK(compact_json(parsed(compact_json(value))) == compact_json(value));
    }
}

}  // namespace stadtbuch::test
