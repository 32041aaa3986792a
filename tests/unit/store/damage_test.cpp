// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Files that are not what was written: what a start makes of its logs, and what a scrub finds.
#include <algorithm>
#include <fstream>
#include <random>
#include <vector>

#include "tests/unit/store/support.hpp"

using namespace stadtbuch;
using namespace stadtbuch::store;
using store_support::opened;
using store_support::options_at;
using store_support::TemporaryDirectory;

namespace fs = std::filesystem;

namespace {

Batch numbered(std::uint64_t number) {
    Batch batch;
    const Bytes value(300, static_cast<Byte>(number));
    batch.put(Column::txns, txn_key(0, number), value);
    batch.put(Column::index, txn_key(1, number), value);
    return batch;
}

/// How many of the batches 1, 2, ... are there; behind the last of them there is nothing.
std::uint64_t batches_in(const Store& store) {
    std::uint64_t count = 0;
    while (store.get(Column::txns, txn_key(0, count + 1))) {
        ++count;
        CHECK(store.get(Column::index, txn_key(1, count)));
    }
    for (std::uint64_t behind = count + 1; behind < count + 20; ++behind) {
        CHECK_FALSE(store.get(Column::txns, txn_key(0, behind)));
        CHECK_FALSE(store.get(Column::index, txn_key(1, behind)));
    }
    CHECK_FALSE(store.failure());
    return count;
}

fs::path only_log(const std::string& folder) {
    std::vector<fs::path> logs;
    for (const auto& entry : fs::directory_iterator(folder)) {
        if (entry.path().extension() == ".log") logs.push_back(entry.path());
    }
    REQUIRE(logs.size() == 1);
    return logs.front();
}

/// A store as a power cut leaves it: a copy of the files of a running one.
struct Fallen {
    TemporaryDirectory directory;
    RocksOptions options = options_at(directory.file("fallen"));
    std::vector<std::uint64_t> begins;  ///< of each batch in the log, and the end

    Fallen(std::uint64_t synced, std::uint64_t buffered) {
        const RocksOptions running = options_at(directory.file("running"));
        const auto store = opened(running);
        for (std::uint64_t number = 1; number <= synced + buffered; ++number) {
            begins.push_back(fs::file_size(only_log(running.path)));
            const Durability how = number <= synced ? Durability::synced : Durability::buffered;
            REQUIRE(store->write(numbered(number), how));
        }
        begins.push_back(fs::file_size(only_log(running.path)));
        fs::copy(running.path, options.path, fs::copy_options::recursive);
    }

    void overwrite(std::uint64_t at, const std::string& octets) const {
        std::fstream log(only_log(options.path), std::ios::in | std::ios::out | std::ios::binary);
        log.seekp(static_cast<std::streamoff>(at));
        log << octets;
    }

    [[nodiscard]] std::string octets(std::uint64_t from, std::uint64_t to) const {
        std::ifstream log(only_log(options.path), std::ios::binary);
        std::string out(to - from, '\0');
        log.seekg(static_cast<std::streamoff>(from));
        log.read(out.data(), static_cast<std::streamsize>(out.size()));
        return out;
    }

    [[nodiscard]] std::string error_at_open() const {
        const auto store = open_rocks(options);
        return store ? "" : store.error().id;
    }
};

void flip(const fs::path& path, std::uint64_t at) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(static_cast<std::streamoff>(at));
    const int octet = file.get();
    file.seekp(static_cast<std::streamoff>(at));
    file.put(static_cast<char>(octet ^ 0x10));
}

/// Tables hold the first hundred batches, the log the others.
std::unique_ptr<Store> with_tables(const RocksOptions& options) {
    {
        const auto store = opened(options);
        for (std::uint64_t number = 1; number <= 100; ++number)
            REQUIRE(store->write(numbered(number), Durability::buffered));
    }
    auto store = opened(options);
    for (std::uint64_t number = 101; number <= 110; ++number)
        REQUIRE(store->write(numbered(number), Durability::synced));
    return store;
}

fs::path largest_table(const std::string& folder) {
    fs::path largest;
    for (const auto& entry : fs::directory_iterator(folder)) {
        if (entry.path().extension() == ".sst" &&
            (largest.empty() || entry.file_size() > fs::file_size(largest)))
            largest = entry.path();
    }
    REQUIRE_FALSE(largest.empty());
    return largest;
}

}  // namespace

TEST_CASE("what a running process has not finished in its log is none of a second one's business",
          "[store][OP-13]") {
    const TemporaryDirectory directory;
    const RocksOptions options = options_at(directory.file("store"));
    const auto store = opened(options);
    REQUIRE(store->write(numbered(1), Durability::synced));
    const fs::path log = only_log(options.path);
    // The beginning of a record: after a crash it would be cut off.
    std::ofstream(log, std::ios::binary | std::ios::app) << "\x01\x02\x03";
    const auto size = fs::file_size(log);
    const auto second = open_rocks(options);
    REQUIRE_FALSE(second);
    CHECK(second.error().id == "SB-2001");
    CHECK(fs::file_size(log) == size);
}

TEST_CASE("an acknowledged write that never reached its place is missed",
          "[store][reliability:B2]") {
    const Fallen fallen(10, 0);
    SECTION("zeros stand there, where a record should begin") {
        const std::uint64_t lost = GENERATE(0u, 4u, 8u);
        fallen.overwrite(fallen.begins[lost],
                         std::string(fallen.begins[lost + 1] - fallen.begins[lost], '\0'));
        CHECK(fallen.error_at_open() == "SB-2003");
    }
    SECTION("an older record of the same length stands there, whole") {
        fallen.overwrite(fallen.begins[5], fallen.octets(fallen.begins[4], fallen.begins[5]));
        CHECK(fallen.error_at_open() == "SB-2003");
    }
    SECTION("it is all there") {
        CHECK(batches_in(*opened(fallen.options)) == 10);
    }
}

TEST_CASE("of writes that nobody waited for any subset may be lost: the store opens before the gap",
          "[store][reliability:B1]") {
    const Fallen fallen(5, 6);
    const std::uint64_t lost = GENERATE(5u, 6u, 8u, 10u);
    const std::uint64_t begin = fallen.begins[lost];
    const std::uint64_t length = fallen.begins[lost + 1] - begin;
    const std::uint64_t part = GENERATE_COPY(length, length / 2);
    fallen.overwrite(begin, std::string(part, '\0'));
    CHECK(batches_in(*opened(fallen.options)) == lost);
    // What was cut off does not come back behind what is written now.
    {
        const auto store = opened(fallen.options);
        REQUIRE(store->write(numbered(lost + 1), Durability::synced));
    }
    CHECK(batches_in(*opened(fallen.options)) == lost + 1);
}

TEST_CASE("a MANIFEST may end torn, but may not have a hole", "[store][reliability:B2]") {
    const TemporaryDirectory directory;
    const RocksOptions options = options_at(directory.file("store"));
    with_tables(options).reset();
    fs::path manifest;
    for (const auto& entry : fs::directory_iterator(options.path)) {
        if (entry.path().filename().string().starts_with("MANIFEST-")) manifest = entry.path();
    }
    REQUIRE_FALSE(manifest.empty());
    SECTION("a power loss left zeros behind the last entry") {
        std::ofstream(manifest, std::ios::binary | std::ios::app) << std::string(700, '\0');
        CHECK(batches_in(*opened(options)) == 110);
        CHECK(batches_in(*opened(options)) == 110);
    }
    SECTION("the first entry is not there, later ones are") {
        std::fstream file(manifest, std::ios::in | std::ios::out | std::ios::binary);
        file << std::string(40, '\0');
        file.close();
        const auto store = open_rocks(options);
        REQUIRE_FALSE(store);
        CHECK(store.error().id == "SB-2003");
        CHECK(store.error().where == manifest.string());
    }
}

TEST_CASE("a file that rotted is named when it is read again", "[store][reliability:R-042]") {
    const TemporaryDirectory directory;
    const RocksOptions options = options_at(directory.file("store"));
    const auto store = with_tables(options);
    const auto check_all = [&store] {
        std::vector<std::string> bad;
        for (const std::string& name : store->files()) {
            const auto checked = store->check_file(name);
            if (!checked) CHECK(checked.error().id == "SB-2003");
            if (!checked) bad.push_back(fs::path(checked.error().where).filename().string());
        }
        return bad;
    };
    CHECK(check_all().empty());
    std::mt19937_64 random(7);
    for (const std::string& name : store->files()) {
        const fs::path path = fs::path(options.path) / name;
        const bool is_table = path.extension() == ".sst";
        if (!is_table && fs::file_size(path) <= 1000) continue;
        // The end of a table has unused octets; the end of the others may be unfinished.
        const std::uint64_t used = fs::file_size(path) - (is_table ? 53u : 1000u);
        for (int i = 0; i < 20; ++i) {
            const std::uint64_t at = random() % used;
            flip(path, at);
            INFO(name << " at " << at);
            CHECK(check_all() == std::vector<std::string>{name});
            flip(path, at);
        }
    }
    CHECK(check_all().empty());
    CHECK(store->check_file("000000.sst").value_or(1) == 0);
    CHECK_FALSE(store->failure());
}

TEST_CASE("a read that meets damage says so before it answers", "[store][reliability:B2]") {
    const TemporaryDirectory directory;
    RocksOptions options = options_at(directory.file("store"));
    with_tables(options).reset();
    flip(largest_table(options.path), 100);
    std::vector<std::string> said;
    options.on_read_failure = [&said](const Error& error) { said.push_back(error.id); };
    const auto store = open_rocks(options);
    if (!store) {
        CHECK(store.error().id == "SB-2003");
        return;
    }
    for (const Column column : {Column::txns, Column::index}) {
        for (std::uint64_t number = 1; number <= 100 && said.empty(); ++number) {
            const std::uint8_t ledger = column == Column::txns ? 0 : 1;
            const auto value = (*store)->get(column, txn_key(ledger, number));
            CHECK((value.has_value() || !said.empty()));
        }
    }
    CHECK(said == std::vector<std::string>{"SB-2003"});
    CHECK((*store)->failure());
    CHECK_FALSE((*store)->write(numbered(200), Durability::synced));
}
