// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/credential/status_list.hpp"

#include <zlib.h>

#include <array>

#include "ssi/credential/sd_jwt_vc.hpp"
#include "storage/base/assert.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"

namespace stadtbuch::credential {

using encoding::Object;
using encoding::Value;

namespace {

constexpr std::size_t inflated_max = 16 * 1024 * 1024;
constexpr std::size_t token_bytes_max = 24 * 1024 * 1024;
constexpr unsigned feistel_rounds = 8;

bool good_bits(unsigned bits) {
    return bits == 1 || bits == 2 || bits == 4 || bits == 8;
}

Result<Bytes, StatusError> inflate_bounded(BytesView compressed) {
    z_stream stream{};
    if (inflateInit(&stream) != Z_OK) return Failure{StatusError::bad_encoding};
    stream.next_in = const_cast<Bytef*>(compressed.data());
    stream.avail_in = static_cast<uInt>(compressed.size());
    Bytes out;
    std::array<Byte, 32 * 1024> chunk{};
    int state = Z_OK;
    while (state == Z_OK) {
        stream.next_out = chunk.data();
        stream.avail_out = static_cast<uInt>(chunk.size());
        state = inflate(&stream, Z_NO_FLUSH);
        if (state != Z_OK && state != Z_STREAM_END) break;
        out.insert(out.end(), chunk.begin(),
                   chunk.begin() + static_cast<std::ptrdiff_t>(chunk.size() - stream.avail_out));
        if (out.size() > inflated_max) break;
        if (state == Z_OK && stream.avail_in == 0 && stream.avail_out != 0) break;  // truncated
    }
    const bool trailing = stream.avail_in != 0;
    inflateEnd(&stream);
    if (out.size() > inflated_max) return Failure{StatusError::too_large};
    if (state != Z_STREAM_END || trailing) return Failure{StatusError::bad_encoding};
    return out;
}

}  // namespace

std::string_view to_text(StatusError error) {
    switch (error) {
        case StatusError::bad_bits:
            return "bad bits";
        case StatusError::bad_encoding:
            return "bad encoding";
        case StatusError::too_large:
            return "too large";
        case StatusError::out_of_range:
            return "index out of range";
        case StatusError::bad_token:
            return "bad token";
        case StatusError::bad_signature:
            return "bad signature";
        case StatusError::wrong_subject:
            return "another list";
        case StatusError::expired:
            return "expired";
        case StatusError::rolled_back:
            return "older than a list already seen";
    }
    return "unknown";
}

Object status_claim(const StatusReference& reference) {
    return Object{{"status_list", Object{{"idx", reference.index}, {"uri", reference.uri}}}};
}

std::optional<StatusReference> status_from_claim(const Value& status) {
    const Value* list = status.find("status_list");
    const Value* index = list != nullptr ? list->find("idx") : nullptr;
    if (index == nullptr || !index->is_integer() || !index->unsigned_integer()) return std::nullopt;
    const std::string_view uri = list->text_at("uri");
    if (uri.empty()) return std::nullopt;
    return StatusReference{std::string(uri), *index->unsigned_integer()};
}

StatusList::StatusList(unsigned bits, std::uint64_t size)
    : bits_(bits), bytes_((size * bits + 7) / 8) {
    STADTBUCH_ASSERT(good_bits(bits));
}

Result<StatusList, StatusError> StatusList::from_bytes(unsigned bits, Bytes bytes) {
    if (!good_bits(bits)) return Failure{StatusError::bad_bits};
    if (bytes.size() > inflated_max) return Failure{StatusError::too_large};
    return StatusList(bits, std::move(bytes));
}

Result<StatusList, StatusError> StatusList::decode(unsigned bits, std::string_view lst) {
    if (!good_bits(bits)) return Failure{StatusError::bad_bits};
    const auto compressed = encoding::base64url_decode(lst);
    if (!compressed) return Failure{StatusError::bad_encoding};
    auto bytes = inflate_bounded(*compressed);
    if (!bytes) return Failure{bytes.error()};
    return StatusList(bits, std::move(bytes).value());
}

std::optional<std::uint8_t> StatusList::get(std::uint64_t index) const {
    if (index >= size()) return std::nullopt;
    const std::uint64_t bit = index * bits_;
    const unsigned mask = (1u << bits_) - 1;
    return static_cast<std::uint8_t>((bytes_[bit / 8] >> (bit % 8)) & mask);
}

bool StatusList::set(std::uint64_t index, std::uint8_t value) {
    const unsigned mask = (1u << bits_) - 1;
    if (index >= size() || value > mask) return false;
    const std::uint64_t bit = index * bits_;
    const unsigned shift = static_cast<unsigned>(bit % 8);
    Byte& byte = bytes_[bit / 8];
    byte = static_cast<Byte>((byte & ~(mask << shift)) | static_cast<unsigned>(value) << shift);
    return true;
}

std::string StatusList::encode() const {
    uLongf size = compressBound(static_cast<uLong>(bytes_.size()));
    Bytes compressed(size);
    const int done =
        compress2(compressed.data(), &size, bytes_.data(), static_cast<uLong>(bytes_.size()), 9);
    STADTBUCH_ASSERT(done == Z_OK);
    compressed.resize(size);
    return encoding::base64url_encode(compressed);
}

std::string make_status_token(const StatusList& list, const std::string& uri,
                              const StatusTokenTimes& times, const SigningIdentity& identity) {
    Object payload{{"sub", uri}, {"iat", times.issued_at}};
    if (times.expires_at != 0) payload.set("exp", times.expires_at);
    if (times.ttl_s > 0) payload.set("ttl", times.ttl_s);
    payload.set("status_list",
                Object{{"bits", static_cast<int>(list.bits())}, {"lst", list.encode()}});
    return keys::sign_jws(header_of(identity, "statuslist+jwt"), encoding::compact_json(payload),
                          *identity.signer);
}

namespace {

std::optional<keys::PublicKey> key_by_chain(const Object& header,
                                            const std::vector<keys::Certificate>& anchors,
                                            const StatusTokenRules& rules) {
    const Value* x5c = header.find("x5c");
    if (x5c == nullptr) return std::nullopt;
    const auto chain = keys::chain_from_x5c(*x5c);
    if (!chain) return std::nullopt;
    keys::ChainRules chain_rules;
    chain_rules.now = rules.now;
    chain_rules.refuse_tls_leaf = true;
    if (rules.require_status_eku) chain_rules.required_eku = keys::status_signing_eku;
    if (!keys::verify_chain(*chain, anchors, chain_rules)) return std::nullopt;
    const auto key = chain->front().public_key();
    if (!key) return std::nullopt;
    return keys::PublicKey(*key);
}

std::optional<keys::PublicKey> key_by_did(const Object& header, const StatusTokenRules& rules) {
    const std::string kid(Value(header).text_at("kid"));
    if (rules.did_keys == nullptr || !kid.starts_with(rules.did + '#')) return std::nullopt;
    return rules.did_keys->assertion_key(kid);
}

}  // namespace

Result<VerifiedStatusList, StatusError> verify_status_token(
    std::string_view token, const std::vector<keys::Certificate>& anchors,
    const StatusTokenRules& rules) {
    const auto jws = keys::parse_jws(token, {"statuslist+jwt", {"ES256"}, token_bytes_max});
    if (!jws) return Failure{StatusError::bad_token};
    const auto key = anchors.empty() && !rules.did.empty()
                         ? key_by_did(jws->header, rules)
                         : key_by_chain(jws->header, anchors, rules);
    if (!key || !keys::verify_jws(*jws, *key)) return Failure{StatusError::bad_signature};

    // The list itself may be large text; depth stays small.
    const auto parsed = encoding::parse_json(jws->payload, {token_bytes_max, 8, true});
    if (!parsed || !parsed->is_object()) return Failure{StatusError::bad_token};
    const Object& payload = *parsed->object();
    if (parsed->text_at("sub") != rules.uri) return Failure{StatusError::wrong_subject};
    const auto issued_at = keys::numeric_date(payload.find("iat"));
    const auto expires_at = keys::numeric_date(payload.find("exp"));
    const auto ttl = keys::numeric_date(payload.find("ttl"));
    const Value* body = payload.find("status_list");
    const Value* bits = body != nullptr ? body->find("bits") : nullptr;
    if (!issued_at || bits == nullptr || !bits->unsigned_integer() ||
        (payload.contains("exp") && !expires_at) ||
        (payload.contains("ttl") && (!ttl || *ttl <= 0))) {
        return Failure{StatusError::bad_token};
    }
    if (expires_at && *expires_at <= rules.now) return Failure{StatusError::expired};
    if (*issued_at < rules.not_issued_before) return Failure{StatusError::rolled_back};
    const std::uint64_t width = *bits->unsigned_integer();
    auto list =
        StatusList::decode(width > 8 ? 0 : static_cast<unsigned>(width), body->text_at("lst"));
    if (!list) return Failure{list.error()};
    return VerifiedStatusList{std::move(list).value(), *issued_at, expires_at.value_or(0),
                              ttl.value_or(0)};
}

IndexPermutation::IndexPermutation(BytesView secret, std::uint64_t size)
    : secret_(bytes_of(secret)), size_(size), half_bits_(1) {
    STADTBUCH_ASSERT(size >= 2 && size <= (std::uint64_t{1} << 32));
    while ((std::uint64_t{1} << (2 * half_bits_)) < size) ++half_bits_;
}

std::uint64_t IndexPermutation::once(std::uint64_t value) const {
    const std::uint64_t mask = (std::uint64_t{1} << half_bits_) - 1;
    std::uint64_t left = value >> half_bits_;
    std::uint64_t right = value & mask;
    for (unsigned round = 0; round < feistel_rounds; ++round) {
        std::array<Byte, 9> input{static_cast<Byte>(round)};
        std::memcpy(input.data() + 1, &right, sizeof right);
        const Hash32 mac = keys::hmac_sha256(secret_, input);
        std::uint64_t mixed = 0;
        std::memcpy(&mixed, mac.bytes.data(), sizeof mixed);
        const std::uint64_t next = left ^ (mixed & mask);
        left = right;
        right = next;
    }
    return left << half_bits_ | right;
}

std::uint64_t IndexPermutation::index_at(std::uint64_t counter) const {
    STADTBUCH_ASSERT(counter < size_);
    // Cycle walking: the domain is less than four times the size, so this ends after a few steps.
    std::uint64_t value = once(counter);
    while (value >= size_) value = once(value);
    return value;
}

}  // namespace stadtbuch::credential
