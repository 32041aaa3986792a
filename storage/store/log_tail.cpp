// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
//
// A log is a row of blocks of 32 KiB, a block a row of fragments; fewer than 7 octets left in a
// block are padding. fragment = masked CRC-32C of (type, payload) (4, LE) | payload length (2, LE)
// | type (1) | payload type     = 1 whole record, 2 first, 3 middle, 4 last fragment of a record
// (RocksDB, "Write Ahead Log File Format"; recycled logs, which have other types, are not switched
// on.)
#include "storage/store/log_tail.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string_view>
#include <utility>

namespace stadtbuch::store {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t block_bytes = 32u << 10;
constexpr std::size_t header_bytes = 7;
constexpr std::uintmax_t log_bytes_max = 1u << 30;
constexpr std::uint32_t mask_delta = 0xA282EAD8u;
constexpr std::string_view durable_mark_head = "SBd1";
constexpr std::size_t durable_mark_bytes = durable_mark_head.size() + 8;

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

bool begins_record(std::string_view log, std::size_t at) {
    if (at + header_bytes > log.size()) return false;
    const std::uint32_t type = octet_at(log, at + header_bytes - 1);
    if (type != 1 && type != 2) return false;  // cheap, before the checksum
    return fragment_at(log, at).has_value();
}

/// What its first octets tell of a record.
struct Record {
    std::uint64_t sequence = 0;
    std::uint32_t changes = 0;
    std::uint64_t durable = 0;  ///< of the mark; 0: it carries none
};

std::uint64_t number_at(std::string_view text, std::size_t at, std::size_t octets) {
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < octets; ++i)
        number |= std::uint64_t{octet_at(text, at + i)} << (8 * i);
    return number;
}

/// A write: sequence number of its first change (8, LE) | number of changes (4, LE) | entries. An
/// entry of log data is 3 | length | octets and never reaches the database; ours comes first.
std::optional<Record> record_of(std::string_view head) {
    constexpr std::size_t write_head = 12;
    if (head.size() < write_head) return std::nullopt;
    Record record{number_at(head, 0, 8), static_cast<std::uint32_t>(number_at(head, 8, 4)), 0};
    const std::string_view entry = head.substr(write_head);
    if (entry.size() >= 2 + durable_mark_bytes && entry[0] == 3 &&
        entry[1] == static_cast<char>(durable_mark_bytes) &&
        entry.substr(2, durable_mark_head.size()) == durable_mark_head)
        record.durable = number_at(entry, 2 + durable_mark_head.size(), 8);
    return record;
}

std::size_t past_padding(std::string_view log, std::size_t at) {
    const std::size_t block_rest = block_bytes - at % block_bytes;
    return std::min(log.size(), block_rest < header_bytes ? at + block_rest : at);
}

/// The first octets of the record that begins at `at`, which is moved behind it; nullopt when there
/// is none or it is not whole.
std::optional<std::string> take_head(std::string_view log, std::size_t& at) {
    constexpr std::size_t head_octets = 64;
    std::string head;
    bool begins = true;
    for (std::size_t next = at;;) {
        next = past_padding(log, next);
        const std::optional<Fragment> fragment = fragment_at(log, next);
        if (!fragment) return std::nullopt;
        const bool is_first =
            fragment->type == FragmentType::whole || fragment->type == FragmentType::first;
        if (is_first != begins) return std::nullopt;
        begins = false;
        const std::string_view payload =
            log.substr(next + header_bytes, fragment->bytes - header_bytes);
        if (head.size() < head_octets) head += payload.substr(0, head_octets - head.size());
        next += fragment->bytes;
        if (fragment->type == FragmentType::first || fragment->type == FragmentType::middle)
            continue;
        at = next;
        return head;
    }
}

/// As above, of a log.
std::optional<Record> take_record(std::string_view log, std::size_t& at) {
    std::size_t end = at;
    const std::optional<std::string> head = take_head(log, end);
    const std::optional<Record> record = head ? record_of(*head) : std::nullopt;
    if (record) at = end;
    return record;
}

/// What stands behind a damaged place.
struct Behind {
    bool any = false;
    std::uint64_t durable = 0;  ///< greatest of the marks
};

void look_behind(std::string_view log, std::size_t from, Behind& behind) {
    for (std::size_t at = from; at < log.size();) {
        std::size_t end = at;
        const std::optional<std::string> head =
            begins_record(log, at) ? take_head(log, end) : std::nullopt;
        if (!head) {
            ++at;
            continue;
        }
        behind.any = true;
        if (const std::optional<Record> record = record_of(*head))
            behind.durable = std::max(behind.durable, record->durable);
        at = end;
    }
}

std::vector<fs::path> logs_in(const std::string& directory) {
    std::vector<fs::path> logs;
    std::error_code error;
    fs::directory_iterator entry(directory, error);
    for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
        if (entry->path().extension() == ".log") logs.push_back(entry->path());
    }
    // Numbers are padded to six digits; a longer one is the greater.
    const auto rank = [](const fs::path& path) {
        return std::pair(path.filename().string().size(), path.filename());
    };
    std::sort(logs.begin(), logs.end(),
              [rank](const fs::path& a, const fs::path& b) { return rank(a) < rank(b); });
    return logs;
}

std::string text_in(const fs::path& path) {
    std::error_code error;
    const std::uintmax_t size = fs::file_size(path, error);
    if (error || size > log_bytes_max) return {};
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace

std::string durable_mark(std::uint64_t sequence) {
    std::string mark(durable_mark_head);
    for (unsigned i = 0; i < 8; ++i) mark += static_cast<char>(sequence >> (8 * i) & 0xFF);
    return mark;
}

LogState inspect_logs(const std::string& directory) {
    const std::vector<fs::path> logs = logs_in(directory);
    std::optional<std::uint64_t> last;  // change that is known to be in the logs
    for (std::size_t i = 0; i < logs.size(); ++i) {
        const std::string log = text_in(logs[i]);
        std::optional<std::uint64_t> expected;
        for (std::size_t at = 0; past_padding(log, at) < log.size();) {
            const std::size_t begin = at;
            const std::optional<Record> record = take_record(log, at);
            if (record && record->sequence == expected.value_or(record->sequence)) {
                expected = record->sequence + record->changes;
                last = *expected - 1;
                continue;
            }
            Behind behind;
            look_behind(log, begin + 1, behind);
            LogState state{LogEnd::torn, logs[i].string(), begin, {}};
            for (std::size_t later = i + 1; later < logs.size(); ++later) {
                look_behind(text_in(logs[later]), 0, behind);
                state.later.push_back(logs[later].string());
            }
            if (behind.any && (!last || behind.durable > *last)) state.end = LogEnd::damaged;
            return state;
        }
    }
    return {};
}

bool cut_logs(const LogState& state) {
    std::error_code error;
    for (auto later = state.later.rbegin(); later != state.later.rend(); ++later) {
        fs::remove(*later, error);
        if (error) return false;
    }
    const int file = ::open(state.path.c_str(), O_WRONLY | O_CLOEXEC);
    if (file < 0) return false;
    const bool is_cut =
        ::ftruncate(file, static_cast<off_t>(state.octets)) == 0 && ::fsync(file) == 0;
    ::close(file);
    const std::string folder = fs::path(state.path).parent_path().string();
    const int directory = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory < 0) return false;
    const bool is_synced = ::fsync(directory) == 0;
    ::close(directory);
    return is_cut && is_synced;
}

std::string current_manifest(const std::string& directory) {
    std::string name = text_in(fs::path(directory) / "CURRENT");
    if (!name.starts_with("MANIFEST-") || !name.ends_with('\n')) return {};
    name.pop_back();
    return (fs::path(directory) / name).string();
}

LogState inspect_row(const std::string& path) {
    const std::string row = text_in(path);
    for (std::size_t at = 0; past_padding(row, at) < row.size();) {
        const std::size_t begin = at;
        if (take_head(row, at)) continue;
        Behind behind;
        look_behind(row, begin + 1, behind);
        return {behind.any ? LogEnd::damaged : LogEnd::torn, path, begin, {}};
    }
    return {};
}

}  // namespace stadtbuch::store
