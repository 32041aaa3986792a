// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// MessagePack, RLP and the text forms of bytes.
#include <limits>

#include "storage/encoding/msgpack.hpp"
#include "storage/encoding/rlp.hpp"
#include "tests/unit/encoding/support.hpp"

namespace stadtbuch::test {
namespace {

using namespace encoding;

std::string packed(const Value& value) {
    return hex_encode(msgpack_encode(value));
}

Bytes pattern(std::size_t size, std::size_t zeros = 0) {
    Bytes bytes(size);
    for (std::size_t i = zeros; i < size; ++i) bytes[i] = static_cast<Byte>(i * 37 + size * 11 + 1);
    return bytes;
}

RlpItem string_item(Bytes bytes) {
    return {.is_list = false, .string = std::move(bytes), .list = {}};
}

RlpItem list_item(std::vector<RlpItem> list) {
    return {.is_list = true, .string = {}, .list = std::move(list)};
}

}  // namespace

TEST_CASE("MessagePack takes the shortest form") {
    const std::vector<std::pair<Value, std::string>> rows = {
        {Value(0), "00"},
        {Value(127), "7f"},
        {Value(128), "cc80"},
        {Value(255), "ccff"},
        {Value(256), "cd0100"},
        {Value(65535), "cdffff"},
        {Value(65536), "ce00010000"},
        {Value(std::int64_t{4294967295}), "ceffffffff"},
        {Value(std::int64_t{4294967296}), "cf0000000100000000"},
        {Value(std::numeric_limits<std::uint64_t>::max()), "cfffffffffffffffff"},
        {Value(-1), "ff"},
        {Value(-32), "e0"},
        {Value(-33), "d0df"},
        {Value(-128), "d080"},
        {Value(-129), "d1ff7f"},
        {Value(-32768), "d18000"},
        {Value(-32769), "d2ffff7fff"},
        {Value(std::int64_t{-2147483648}), "d280000000"},
        {Value(std::int64_t{-2147483649}), "d3ffffffff7fffffff"},
        {Value(std::numeric_limits<std::int64_t>::min()), "d38000000000000000"},
        {Value(1.5), "cb3ff8000000000000"},
        {Value(), "c0"},
        {Value(""), "a0"},
        {Value(Array{}), "90"},
        {Value(Object{}), "80"},
    };
    for (const auto& [value, hex] : rows) {
        CHECK(packed(value) == hex);
        const auto decoded = msgpack_decode(unhex(hex));
        REQUIRE(decoded);
        CHECK(*decoded == value);
    }
    CHECK(packed(Value(std::string(31, 'a'))).starts_with("bf61"));
    CHECK(packed(Value(std::string(32, 'a'))).starts_with("d92061"));
    CHECK(packed(Value(std::string(256, 'a'))).starts_with("da010061"));
    CHECK(packed(Value(std::string(65536, 'a'))).starts_with("db0001000061"));
    CHECK(packed(Value(Array(15))).starts_with("9fc0"));
    CHECK(packed(Value(Array(16))).starts_with("dc0010c0"));
    CHECK(packed(Value(Array(65536))).starts_with("dd00010000c0"));
    Object object;
    for (int i = 0; i < 16; ++i) object.set(std::string(1, static_cast<char>('p' - i)), i);
    CHECK(packed(Value(object)).starts_with("de0010a1610f"));
}

TEST_CASE("MessagePack sorts maps, but not inside a list in a list") {
    const Value map = parsed(R"({"b":1,"a":2})");
    CHECK(packed(map) == "82a16102a16201");
    CHECK(packed(Value(Object{{"x", Array{map}}})) == "81a1789182a16102a16201");
    CHECK(packed(parsed(R"({"x":[[{"b":1,"a":{"d":1,"c":2}}]]})")) ==
          "81a178919182a16201a16182a16401a16302");
    CHECK(packed(parsed(R"({"x":[{"b":[{"d":1,"c":2}]}]})")) == "81a1789181a1629182a16302a16401");
    Object numbers{{"10", 1}, {"9", 2}, {"-1", 3}};
    numbers.integer_keys = true;
    CHECK(packed(Value(numbers)) == "83ff0309020a01");
    numbers.integer_keys = false;
    CHECK(packed(Value(numbers)) == "83a22d3103a2313001a13902");
    numbers.integer_keys = true;
    numbers.set("x", 4);
    CHECK(packed(Value(numbers)) == "84a22d3103a2313001a13902a17804");
}

TEST_CASE("MessagePack reads what Python reads") {
    const auto decoded = msgpack_decode(unhex("83ff0309020a01"));
    REQUIRE(decoded);
    CHECK(decoded->object()->integer_keys);
    CHECK(decoded->find("9")->integer() == 2);
    CHECK(msgpack_decode(unhex("cd0001"))->integer() == 1);     // longer than necessary
    CHECK(msgpack_decode(unhex("ca3fc00000"))->real() == 1.5);  // float32
    CHECK(msgpack_decode(unhex("83a16101a16202a16103"))->find("a")->integer() == 3);
    CHECK(msgpack_decode(unhex("83a16101a16202a16103"))->object()->size() == 2);
}

TEST_CASE("refused MessagePack") {
    struct Row {
        const char* hex;
        MsgpackError error;
    };

    const std::vector<Row> rows = {
        {"", MsgpackError::truncated},
        {"cd00", MsgpackError::truncated},
        {"cb3ff80000000000", MsgpackError::truncated},
        {"a261", MsgpackError::truncated},
        {"dbffffffff61", MsgpackError::truncated},
        {"ddffffffff", MsgpackError::truncated},
        {"dfffffffffa161", MsgpackError::truncated},
        {"92c0", MsgpackError::truncated},
        {"81a161", MsgpackError::truncated},
        {"c0c0", MsgpackError::trailing_bytes},
        {"c1", MsgpackError::unsupported_type},
        {"c40161", MsgpackError::unsupported_type},
        {"d40161", MsgpackError::unsupported_type},
        {"c7010161", MsgpackError::unsupported_type},
        {"a1ff", MsgpackError::not_utf8},
        {"82a1610101c0", MsgpackError::bad_key},
        {"8201c0a161c0", MsgpackError::bad_key},
        {"81c0c0", MsgpackError::bad_key},
        {"8191c0c0", MsgpackError::bad_key},
        {"81cfffffffffffffffffc0", MsgpackError::bad_key},
    };
    for (const Row& row : rows) {
        INFO(row.hex);
        const auto value = msgpack_decode(unhex(row.hex));
        REQUIRE_FALSE(value);
        CHECK(value.error() == row.error);
    }
    Bytes deep(521, 0x91);
    deep.push_back(0xC0);
    CHECK(msgpack_decode(deep).error() == MsgpackError::too_deep);
    CHECK(msgpack_decode(BytesView(deep).subspan(1)));
    CHECK(msgpack_decode(Bytes(1'000'000, 0x91)).error() == MsgpackError::too_deep);
}

TEST_CASE("RLP vectors") {
    const Bytes lorem = bytes_of("Lorem ipsum dolor sit amet, consectetur adipisicing elit");
    const RlpItem empty = list_item({});
    const std::vector<std::pair<RlpItem, std::string>> rows = {
        {string_item({}), "80"},
        {string_item({0x00}), "00"},
        {string_item({0x7F}), "7f"},
        {string_item({0x80}), "8180"},
        {string_item(bytes_of("dog")), "83646f67"},
        {list_item({string_item(bytes_of("cat")), string_item(bytes_of("dog"))}),
         "c88363617483646f67"},
        {empty, "c0"},
        {list_item({empty, list_item({empty}), list_item({empty, list_item({empty})})}),
         "c7c0c1c0c3c0c1c0"},
        {string_item(lorem), "b838" + hex_encode(lorem)},
        {string_item(Bytes(1024, 1)), "b90400" + hex_encode(Bytes(1024, 1))},
        {list_item({string_item(lorem)}), "f83ab838" + hex_encode(lorem)},
    };
    for (const auto& [item, hex] : rows) {
        CHECK(hex_encode(rlp_encode(item)) == hex);
        const auto decoded = rlp_decode(unhex(hex));
        REQUIRE(decoded);
        CHECK(*decoded == item);
        if (!item.is_list) CHECK(hex_encode(rlp_encode_string(item.string)) == hex);
    }
    CHECK(hex_encode(rlp_wrap_list(unhex("8363617483646f67"))) == "c88363617483646f67");
    CHECK(rlp_wrap_list(rlp_encode_string(lorem)) == rlp_encode(list_item({string_item(lorem)})));
}

TEST_CASE("refused RLP") {
    struct Row {
        const char* hex;
        RlpError error;
    };

    const std::vector<Row> rows = {
        {"", RlpError::truncated},
        {"81", RlpError::truncated},
        {"83646f", RlpError::truncated},
        {"c2", RlpError::truncated},
        {"c183646f67", RlpError::truncated},
        {"b8", RlpError::truncated},
        {"b838", RlpError::truncated},
        {"bb00", RlpError::truncated},
        {"8100", RlpError::not_canonical},
        {"817f", RlpError::not_canonical},
        {"b80161", RlpError::not_canonical},
        {"b837", RlpError::not_canonical},
        {"f800", RlpError::not_canonical},
        {"b90001", RlpError::not_canonical},
        {"bfffffffffffffffff", RlpError::too_large},
        {"ffffffffffffffffff", RlpError::too_large},
        {"8080", RlpError::trailing_bytes},
        {"c000", RlpError::trailing_bytes},
    };
    for (const Row& row : rows) {
        INFO(row.hex);
        const auto item = rlp_decode(unhex(row.hex));
        REQUIRE_FALSE(item);
        CHECK(item.error() == row.error);
    }
    Bytes deep{0xC0};
    for (int i = 0; i < 15; ++i) deep = rlp_wrap_list(deep);
    CHECK(rlp_decode(deep));
    CHECK(rlp_decode(rlp_wrap_list(deep)).error() == RlpError::too_deep);
}

TEST_CASE("base58") {
    const std::vector<std::pair<std::string, std::string>> rows = {
        {"", ""},
        {"00", "1"},
        {"39", "z"},
        {"3a", "21"},
        {"0000287fb4cd", "11233QC4"},
        {hex_encode(bytes_of("Hello World!")), "2NEpo7TZRRrLZSi2U"},
        {hex_encode(bytes_of("The quick brown fox jumps over the lazy dog.")),
         "USm3fpXnKG5EUBx2ndxBDMPVciP5hGey2Jh4NDv6gmeo1LkMeiKrLJUUBk6Z"},
        {"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
         "GKot5hBsd81kMupNCXHaqbhv3huEbxAFMLnpcX2hniwn"},
    };
    for (const auto& [hex, text] : rows) {
        CHECK(base58_encode(unhex(hex)) == text);
        CHECK(base58_decode(text) == unhex(hex));
    }
    for (const char* bad : {"0", "O", "I", "l", "1 ", "a+b", "\xff", "ü"})
        CHECK_FALSE(base58_decode(bad));
    CHECK_FALSE(base58_decode(std::string(2049, 'z')));
    CHECK(base58_decode(std::string(2048, 'z')));
    CHECK_FALSE(base58_decode("111", 2));
}

TEST_CASE("base58 of all lengths and leading zeros") {
    for (std::size_t size = 0; size < 200; ++size) {
        for (const std::size_t zeros : {std::size_t{0}, std::size_t{1}, size / 2, size}) {
            const Bytes bytes = pattern(size, std::min(zeros, size));
            const std::string text = base58_encode(bytes);
            CHECK(base58_decode(text) == bytes);
            const auto hash = base58_decode32(text);
            CHECK(hash.has_value() == (size == 32));
            if (hash) CHECK(bytes_of(hash->view()) == bytes);
        }
    }
    CHECK_FALSE(base58_decode32(std::string(44, 'z')));  // above 2^256
    CHECK(base58_decode32(std::string(32, '1')) == Hash32{});
    CHECK_FALSE(base58_decode32(std::string(33, '1')));
}

TEST_CASE("base64 and base64url, RFC 4648 §10") {
    const std::vector<std::pair<std::string, std::string>> rows = {
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
    };
    for (const auto& [bytes, text] : rows) {
        CHECK(base64_encode(view_of(bytes)) == text);
        CHECK(base64_decode(text) == bytes_of(bytes));
        const std::string unpadded = text.substr(0, text.find('='));
        CHECK(base64url_encode(view_of(bytes)) == unpadded);
        CHECK(base64url_decode(unpadded) == bytes_of(bytes));
    }
    CHECK(base64_encode(unhex("fbefff")) == "++//");
    CHECK(base64url_encode(unhex("fbefff")) == "--__");
    for (const char* bad : {"Z", "Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Zm9v ", " Zm9v", "Zm9v\n",
                            "Z===", "====", "Zg==Zg==", "Z=g=", "--__", "Zm9*"}) {
        INFO(bad);
        CHECK_FALSE(base64_decode(bad));
    }
    for (const char* bad : {"Z", "Zg==", "Zh", "Zm9", "++//", "Zm9v ", "Zm9vY", "Zm9v="}) {
        INFO(bad);
        CHECK_FALSE(base64url_decode(bad));
    }
    for (std::size_t size = 0; size < 70; ++size) {
        CHECK(base64_decode(base64_encode(pattern(size))) == pattern(size));
        CHECK(base64url_decode(base64url_encode(pattern(size))) == pattern(size));
    }
}

TEST_CASE("hexadecimal") {
    CHECK(hex_encode(unhex("00ff10Ab")) == "00ff10ab");
    CHECK(hex_decode("")->empty());
    for (const char* bad : {"0", "0g", "g0", "0x00", " 00", "00 ", "\xff\xff"})
        CHECK_FALSE(hex_decode(bad));
}

TEST_CASE("z85, ZeroMQ RFC 32") {
    CHECK(z85_encode(unhex("864fd26fb559f75b")) == "HelloWorld");
    CHECK(z85_decode("HelloWorld") == unhex("864fd26fb559f75b"));
    CHECK(z85_encode(unhex("ffffffff")) == "%nSc0");
    CHECK(z85_decode("%nSc0") == unhex("ffffffff"));
    CHECK(z85_decode("")->empty());
    CHECK(z85_decode(z85_encode(pattern(32))) == pattern(32));
    for (const char* bad : {"%nSc1", "#####", "Hell", "Hello1", "Hell ", "Hel\"o", "Hell\xff"}) {
        INFO(bad);
        CHECK_FALSE(z85_decode(bad));
    }
}

TEST_CASE("UTF-8 check") {
    for (const char* good :
         {"", "abcdefghi", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80",
          "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf", "12345678ü1234567ü"}) {
        CHECK(is_utf8(good));
    }
    for (const char* bad :
         {"\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc2", "\xc2\x41", "\xe0\x9f\xbf",
          "\xed\xa0\x80", "\xe2\x82", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80",
          "\xff", "12345678\xff", "1234567\xf0\x9f\x98"}) {
        INFO(hex_encode(view_of(bad)));
        CHECK_FALSE(is_utf8(bad));
    }
}

}  // namespace stadtbuch::test
