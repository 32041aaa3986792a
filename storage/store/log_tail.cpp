// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
//
// A log is a row of blocks of 32 KiB, a block a row of fragments; fewer than 7 octets left in a
// block are padding. fragment = masked CRC-32C of (type, payload) (4, LE) | payload length (2, LE)
// | type (1) | payload type     = 1 whole record, 2 first, 3 middle, 4 last fragment of a record
// (RocksDB, "Write Ahead Log File Format"; recycled logs, which have other types, are not switched
// on.)
#include "storage/store/log_tail.hpp"

#include <array>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string_view>

namespace stadtbuch::store {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t block_bytes = 32u << 10;
constexpr std::size_t header_bytes = 7;
constexpr std::uintmax_t log_bytes_max = 1u << 30;
constexpr std::uint32_t mask_delta = 0xA282EAD8u;

enum class FragmentType : std::uint8_t { whole = 1, first = 2, middle = 3, last = 4 };

struct Fragment {
    FragmentType type;
    std::size_t bytes;  // with header
};

constexpr std::array<std::uint32_t, 256> crc_table = [] {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < 256; ++i) {
        std::uint32_t value = i;
        for (int bit = 0; bit < 8; ++bit)
            value = (value >> 1) ^ ((value & 1) != 0 ? 0x82F63B78u : 0u);
        table[i] = value;
    }
    return table;
}();

std::uint32_t masked_crc(std::string_view text) {
    std::uint32_t crc = ~0u;
    for (const char octet : text)
        crc = crc_table[(crc ^ static_cast<std::uint8_t>(octet)) & 0xFF] ^ (crc >> 8);
    crc = ~crc;
    return ((crc >> 15) | (crc << 17)) + mask_delta;
}

std::uint32_t octet_at(std::string_view log, std::size_t at) {
    return static_cast<std::uint8_t>(log[at]);
}

std::optional<Fragment> fragment_at(std::string_view log, std::size_t at) {
    const std::size_t block_rest = block_bytes - at % block_bytes;
    if (block_rest < header_bytes || log.size() - at < header_bytes) return std::nullopt;
    const std::size_t length = octet_at(log, at + 4) | octet_at(log, at + 5) << 8;
    const std::uint32_t type = octet_at(log, at + 6);
    if (type < 1 || type > 4) return std::nullopt;
    if (header_bytes + length > block_rest || header_bytes + length > log.size() - at)
        return std::nullopt;
    std::uint32_t stored = 0;
    for (unsigned i = 0; i < 4; ++i) stored |= octet_at(log, at + i) << (8 * i);
    if (masked_crc(log.substr(at + header_bytes - 1, 1 + length)) != stored) return std::nullopt;
    return Fragment{static_cast<FragmentType>(type), header_bytes + length};
}

/// The first place that holds no fragment although one should be there; the log's size if there is
/// none.
std::size_t first_damage(std::string_view log) {
    std::size_t at = 0;
    while (at < log.size()) {
        const std::size_t block_rest = block_bytes - at % block_bytes;
        if (block_rest < header_bytes) {
            at += block_rest;
            continue;
        }
        const std::optional<Fragment> fragment = fragment_at(log, at);
        if (!fragment) return at;
        at += fragment->bytes;
    }
    return log.size();
}

bool begins_record(std::string_view log, std::size_t at) {
    if (at + header_bytes > log.size()) return false;
    const std::uint32_t type = octet_at(log, at + header_bytes - 1);
    if (type != 1 && type != 2) return false;  // cheap, before the checksum
    return fragment_at(log, at).has_value();
}

fs::path newest_log(const std::string& directory) {
    fs::path newest;
    std::error_code error;
    fs::directory_iterator entry(directory, error);
    for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
        const fs::path& path = entry->path();
        // Numbers are padded to six digits; a longer one is the greater.
        const auto rank = [](const fs::path& p) {
            return std::pair(p.filename().string().size(), p.filename());
        };
        if (path.extension() == ".log" && (newest.empty() || rank(path) > rank(newest)))
            newest = path;
    }
    return newest;
}

}  // namespace

bool ends_torn(const std::string& directory) {
    const fs::path path = newest_log(directory);
    std::error_code error;
    if (path.empty() || fs::file_size(path, error) > log_bytes_max || error) return false;
    std::ifstream file(path, std::ios::binary);
    const std::string log((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    const std::size_t damage = first_damage(log);
    if (damage == log.size()) return false;
    for (std::size_t at = damage + 1; at < log.size(); ++at) {
        if (begins_record(log, at)) return false;
    }
    return true;
}

}  // namespace stadtbuch::store
