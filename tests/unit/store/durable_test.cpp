// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Kills, torn logs, full disks, other processes and foreign directories.
#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <fstream>
#include <map>
#include <thread>

#include "tests/unit/store/support.hpp"

using namespace stadtbuch;
using namespace stadtbuch::store;
using store_support::Child;
using store_support::opened;
using store_support::options_at;
using store_support::TemporaryDirectory;

namespace fs = std::filesystem;

namespace {

/// Batch `number`: the same number under one key in each of three columns, and as the newest.
Batch numbered(std::uint64_t number, std::size_t padding = 200) {
    Batch batch;
    Bytes value = txn_key(0, number);
    value.resize(value.size() + padding, static_cast<Byte>(number));
    for (const Column column : {Column::txns, Column::merkle, Column::trie}) {
        batch.put(column, txn_key(0, number), value);
    }
    batch.put(Column::meta, view_of("newest"), txn_key(0, number));
    return batch;
}

/// How many batches the store holds; each must be there whole, without a gap, and "newest" must
/// agree.
std::uint64_t whole_batches_in(const Store& store) {
    std::array<std::uint64_t, 3> counts{};
    const std::array<Column, 3> columns{Column::txns, Column::merkle, Column::trie};
    for (std::size_t i = 0; i < columns.size(); ++i) {
        store.scan(columns[i], {}, {}, [&](BytesView key, BytesView value) {
            ++counts[i];
            const Bytes expected = txn_key(0, counts[i]);
            return bytes_of(key) == expected &&
                   std::equal(expected.begin(), expected.end(), value.begin());
        });
    }
    CHECK(counts[0] == counts[1]);
    CHECK(counts[0] == counts[2]);
    const std::optional<Bytes> newest = store.get(Column::meta, view_of("newest"));
    CHECK(newest == (counts[0] == 0 ? std::nullopt : std::optional(txn_key(0, counts[0]))));
    CHECK_FALSE(store.failure());
    return counts[0];
}

/// The log file that holds the latest writes.
fs::path newest_log(const std::string& directory) {
    fs::path newest;
    for (const auto& entry : fs::directory_iterator(directory)) {
        if (entry.path().extension() == ".log" && entry.path().filename() > newest.filename())
            newest = entry.path();
    }
    REQUIRE_FALSE(newest.empty());
    return newest;
}

std::map<std::string, std::string> files_in(const std::string& directory) {
    std::map<std::string, std::string> files;
    for (const auto& entry : fs::directory_iterator(directory)) {
        std::ifstream file(entry.path(), std::ios::binary);
        files[entry.path().filename().string()] =
            std::string(std::istreambuf_iterator<char>(file), {});
    }
    return files;
}

std::string error_at_open(const RocksOptions& options) {
    const auto store = open_rocks(options);
    if (store) return "opened";
    CHECK_FALSE(store.error().what.empty());
    CHECK_FALSE(store.error().next.empty());
    return store.error().id;
}

struct Pipe {
    Pipe() {
        int ends[2];
        REQUIRE(::pipe(ends) == 0);
        out = ends[0];
        in = ends[1];
    }

    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;

    ~Pipe() {
        close_in();
        ::close(out);
    }

    void close_in() {
        if (in >= 0) ::close(in);
        in = -1;
    }

    int out = -1;
    int in = -1;
};

bool tell(int end, std::uint64_t number) {
    return ::write(end, &number, sizeof number) == sizeof number;
}

bool hear(int end, std::uint64_t& number) {
    return ::read(end, &number, sizeof number) == sizeof number;
}

/// Twenty synced batches that a killed process left in the log; the log's length after eighteen of
/// them.
std::uint64_t leave_twenty_in_log(const RocksOptions& options, std::size_t padding = 200) {
    Pipe pipe;
    Child child("child: write twenty batches and die", {options.path, pipe.in, -1, 20, padding});
    REQUIRE(child.wait() == -SIGKILL);
    std::uint64_t length = 0;
    REQUIRE(hear(pipe.out, length));
    return length;
}

}  // namespace

TEST_CASE("child: write until killed", "[.child]") {
    const auto task = Child::task();
    RocksOptions options = options_at(task.path);
    options.memtable_bytes = 64 << 10;  // flushes and compactions happen within the test
    const auto store = opened(options);
    for (std::uint64_t next = task.number + 1;; ++next) {
        if (!store->write(numbered(next), Durability::synced)) ::_exit(2);
        if (!tell(task.to_parent, next)) ::_exit(3);
    }
}

TEST_CASE("kill -9 at any moment leaves whole batches and all acknowledged ones",
          "[store][reliability:C2]") {
    const TemporaryDirectory directory;
    const RocksOptions options = options_at(directory.file("store"));
    std::uint64_t acknowledged = 0;
    for (std::uint64_t round = 0; round < 8; ++round) {
        Pipe pipe;
        Child child("child: write until killed", {options.path, pipe.in, -1, acknowledged});
        pipe.close_in();
        const std::uint64_t kill_at = acknowledged + 20 + round * 97;
        std::uint64_t number = 0;
        while (number < kill_at && hear(pipe.out, number)) {
        }
        CHECK(number >= kill_at);
        REQUIRE(child.end_by(SIGKILL) == -SIGKILL);
        while (hear(pipe.out, number)) {
        }  // told before the kill
        acknowledged = number;
        const std::uint64_t found = whole_batches_in(*opened(options));
        CHECK(found >= acknowledged);
        CHECK(found <= acknowledged + 1);
        acknowledged = found;
    }
}

TEST_CASE("child: create", "[.child]") {
    ::_exit(open_rocks(options_at(Child::task().path)) ? 0 : 1);
}

TEST_CASE("a kill during creation leaves a directory that can be created anew", "[store]") {
    const TemporaryDirectory directory;
    for (int delay_us = 2000; delay_us < 62'000; delay_us += 2500) {
        const RocksOptions options = options_at(directory.file("store" + std::to_string(delay_us)));
        Child child("child: create", {options.path});
        std::this_thread::sleep_for(std::chrono::microseconds(delay_us));
        const int code = child.end_by(SIGKILL);
        CHECK((code == -SIGKILL || code == 0));
        CHECK(whole_batches_in(*opened(options)) == 0);
    }
}

TEST_CASE("child: write twenty batches and die", "[.child]") {
    const auto task = Child::task();
    const auto store = opened(options_at(task.path));
    for (std::uint64_t i = 1; i <= task.number; ++i) {
        if (!store->write(numbered(i, task.padding), Durability::synced)) ::_exit(1);
        if (i + 2 == task.number && !tell(task.to_parent, fs::file_size(newest_log(task.path))))
            ::_exit(2);
    }
    ::raise(SIGKILL);
}

TEST_CASE("a log cut short at any place loses only the cut batches", "[store][reliability:R-041]") {
    const TemporaryDirectory directory;
    const RocksOptions options = options_at(directory.file("original"));
    const std::uint64_t before_last_two = leave_twenty_in_log(options);
    const std::uint64_t whole = fs::file_size(newest_log(options.path));
    const std::uint64_t one_batch = (whole - before_last_two) / 2;
    REQUIRE(before_last_two > 0);
    REQUIRE(one_batch > 600);
    for (std::uint64_t cut = 0; cut <= 2 * one_batch; cut += cut == 0 ? 1 : 83) {
        const std::uint64_t size = whole - cut;
        const RocksOptions copy = options_at(directory.file("copy"));
        fs::copy(options.path, copy.path, fs::copy_options::recursive);
        fs::resize_file(newest_log(copy.path), size);
        const std::uint64_t found = whole_batches_in(*opened(copy));
        CHECK(found == (cut == 0 ? 20u : cut <= one_batch ? 19u : 18u));
        fs::remove_all(copy.path);
    }
}

TEST_CASE("a last write that reached the disk in part is dropped whole",
          "[store][reliability:R-041]") {
    const TemporaryDirectory directory;
    const RocksOptions options = options_at(directory.file("original"));
    const std::size_t padding =
        GENERATE(std::size_t{400}, std::size_t{15'000});  // within a block, and over two
    const std::uint64_t before_last_two = leave_twenty_in_log(options, padding);
    const fs::path log = newest_log(options.path);
    const std::uint64_t whole = fs::file_size(log);
    const std::uint64_t last_begin =
        before_last_two + (whole - before_last_two) / 2 + 32;  // within the last record
    constexpr std::uint64_t sector_bytes = 512;
    const std::uint64_t stride = padding > 1000 ? 17 * sector_bytes : sector_bytes;
    const auto opened_with_zeroes = [&](std::uint64_t begin, std::uint64_t end) {
        const RocksOptions copy = options_at(directory.file("copy"));
        fs::copy(options.path, copy.path, fs::copy_options::recursive);
        std::fstream file(newest_log(copy.path), std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(static_cast<std::streamoff>(begin));
        file << std::string(end - begin, '\0');
        file.close();
        const std::uint64_t found = whole_batches_in(*opened(copy));
        CHECK(whole_batches_in(*opened(copy)) == found);  // and it stays so
        fs::remove_all(copy.path);
        return found;
    };
    for (std::uint64_t at = (last_begin / sector_bytes + 1) * sector_bytes; at < whole;
         at += stride) {
        CHECK(opened_with_zeroes(at, whole) == 19);       // a prefix arrived
        CHECK(opened_with_zeroes(last_begin, at) == 19);  // a suffix arrived
        CHECK(opened_with_zeroes(at, std::min(at + sector_bytes, whole)) ==
              19);  // the middle is missing
    }
}

TEST_CASE("damage before the last record of the log is refused", "[store][reliability:B]") {
    const TemporaryDirectory directory;
    const RocksOptions options = options_at(directory.file("store"));
    const std::uint64_t before_last_two = leave_twenty_in_log(options);
    const fs::path path = newest_log(options.path);
    const std::uint64_t place = GENERATE_COPY(before_last_two / 2, before_last_two + 40);
    std::fstream log(path, std::ios::in | std::ios::out | std::ios::binary);
    log.seekp(static_cast<std::streamoff>(place));
    log.write("\x55\xAA\x55\xAA", 4);
    log.close();
    CHECK(error_at_open(options) == "SB-2003");
}

TEST_CASE("child: hold the store", "[.child]") {
    const auto task = Child::task();
    const auto store = opened(options_at(task.path));
    std::uint64_t number = 0;
    ::_exit(tell(task.to_parent, 1) && hear(task.from_parent, number) ? 0 : 1);
}

TEST_CASE("a second opener is refused, in another process and in this one", "[store][OP-13]") {
    const TemporaryDirectory directory;
    const RocksOptions options = options_at(directory.file("store"));
    {
        Pipe ready, finish;
        Child child("child: hold the store", {options.path, ready.in, finish.out});
        std::uint64_t number = 0;
        REQUIRE(hear(ready.out, number));
        CHECK(error_at_open(options) == "SB-2001");
        REQUIRE(tell(finish.in, 1));
        CHECK(child.wait() == 0);
    }
    const auto store = opened(options);
    CHECK(error_at_open(options) == "SB-2001");
}

TEST_CASE("a foreign directory is refused and left as it was", "[store][OP-13]") {
    const TemporaryDirectory directory;
    const std::string path = directory.file("store");

    SECTION("somebody's files") {
        fs::create_directory(path);
        std::ofstream(path + "/letter.txt") << "dear town";
        const auto before = files_in(path);
        CHECK(error_at_open(options_at(path)) == "SB-2002");
        CHECK(files_in(path) == before);
    }
    SECTION("another identity") {
        opened(options_at(path)).reset();
        const auto before = files_in(path);
        RocksOptions other = options_at(path);
        other.identity = "node Node2 of test network";
        CHECK(error_at_open(other) == "SB-2002");
        CHECK(files_in(path) == before);
        CHECK(opened(options_at(path)));
    }
    SECTION("a later format") {
        opened(options_at(path)).reset();
        std::ofstream(path + "/STADTBUCH") << "stadtbuch-store 2\n" << options_at(path).identity;
        const auto before = files_in(path);
        CHECK(error_at_open(options_at(path)) == "SB-2002");
        CHECK(files_in(path) == before);
    }
    SECTION("a file") {
        std::ofstream(path) << "not a directory";
        CHECK(error_at_open(options_at(path)) == "SB-2002");
        CHECK(fs::file_size(path) == 15);
    }
}

TEST_CASE("a missing store is reported and not made", "[store]") {
    const TemporaryDirectory directory;
    RocksOptions options = options_at(directory.file("store"));
    options.create_if_missing = false;
    CHECK(error_at_open(options) == "SB-2006");
    CHECK_FALSE(fs::exists(options.path));
    options.create_if_missing = true;
    options.read_only = true;
    CHECK(error_at_open(options) == "SB-2006");
    CHECK_FALSE(fs::exists(options.path));
    CHECK(error_at_open(options_at(directory.file("no/such/parent"))) == "SB-2006");
}

TEST_CASE("a store that lost its root file or its tables is damaged", "[store][reliability:B]") {
    const TemporaryDirectory directory;
    RocksOptions options = options_at(directory.file("store"));
    options.memtable_bytes = 64 << 10;
    {
        const auto store = opened(options);
        for (std::uint64_t i = 1; i <= 300; ++i)
            REQUIRE(store->write(numbered(i), Durability::buffered));
    }
    opened(options).reset();  // the log becomes tables
    std::vector<fs::path> tables;
    for (const auto& entry : fs::directory_iterator(options.path)) {
        if (entry.path().extension() == ".sst") tables.push_back(entry.path());
    }
    REQUIRE_FALSE(tables.empty());
    SECTION("no CURRENT") {
        fs::remove(options.path + "/CURRENT");
        CHECK(error_at_open(options) == "SB-2003");
    }
    SECTION("no tables") {
        for (const fs::path& table : tables) fs::remove(table);
        CHECK(error_at_open(options) == "SB-2003");
    }
    SECTION("altered tables") {
        for (const fs::path& table : tables) {
            constexpr std::uintmax_t content_bytes_min =
                4096;  // spares the table with nothing but the store's mark
            if (fs::file_size(table) < content_bytes_min) continue;
            std::fstream file(table, std::ios::in | std::ios::out | std::ios::binary);
            file.seekp(500);
            file.write("\x55\xAA\x55\xAA", 4);
        }
        const auto store = opened(options);
        for (const Column column : {Column::txns, Column::merkle, Column::trie}) {
            store->scan(column, {}, {}, [](BytesView, BytesView) { return true; });
        }
        REQUIRE(store->failure());
        CHECK(store->failure()->id == "SB-2003");
        const auto written = store->write(numbered(301), Durability::synced);
        REQUIRE_FALSE(written);  // nobody builds on what cannot be read
        CHECK(written.error().id == "SB-2003");
    }
}

TEST_CASE("child: open without permission", "[.child]") {
    constexpr uid_t nobody = 65534;
    if (::geteuid() == 0 && ::setuid(nobody) != 0) ::_exit(2);
    const auto store = open_rocks(options_at(Child::task().path));
    ::_exit(!store && store.error().id == "SB-2005" ? 0 : 1);
}

TEST_CASE("without permission nothing is opened", "[store][OP-13]") {
    const TemporaryDirectory directory;
    const std::string path = directory.file("store");
    opened(options_at(path)).reset();
    REQUIRE(::chmod(path.c_str(), 0) == 0);
    Child child("child: open without permission", {path});
    CHECK(child.wait() == 0);
    REQUIRE(::chmod(path.c_str(), 0700) == 0);
}

TEST_CASE("child: fill the disk", "[.child]") {
    const auto task = Child::task();
    const auto store = opened(options_at(task.path));
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{200'000, 200'000};  // each file; needs no right that a test may lack
    if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) ::_exit(1);
    std::uint64_t next = 1;
    auto written = store->write(numbered(next, 1000), Durability::synced);
    while (written && next < 10'000)
        written = store->write(numbered(++next, 1000), Durability::synced);

    if (written || next < 10 || written.error().id != "SB-2004") ::_exit(2);
    if (!store->failure() || store->failure()->id != "SB-2004") ::_exit(3);
    if (store->write(numbered(next), Durability::buffered)) ::_exit(4);
    if (!store->get(Column::txns, txn_key(0, next - 1))) ::_exit(5);  // reading goes on
    ::_exit(tell(task.to_parent, next - 1) ? 0 : 6);
}

TEST_CASE("a full disk is named, later writes are refused, and nothing acknowledged is lost",
          "[store][reliability:R-045]") {
    const TemporaryDirectory directory;
    const RocksOptions options = options_at(directory.file("store"));
    Pipe pipe;
    Child child("child: fill the disk", {options.path, pipe.in});
    REQUIRE(child.wait() == 0);
    std::uint64_t acknowledged = 0;
    REQUIRE(hear(pipe.out, acknowledged));
    REQUIRE(acknowledged >= 10);
    const std::uint64_t found = whole_batches_in(*opened(options));
    CHECK(found >= acknowledged);
    CHECK(found <= acknowledged + 1);
}

TEST_CASE("a read-only opener reads beside the writer and cannot write", "[store]") {
    const TemporaryDirectory directory;
    const RocksOptions options = options_at(directory.file("store"));
    const auto writer = opened(options);
    REQUIRE(writer->write(numbered(1), Durability::synced));
    RocksOptions reading = options;
    reading.read_only = true;
    const auto reader = opened(reading);
    CHECK(whole_batches_in(*reader) == 1);
    const auto written = reader->write(numbered(2), Durability::synced);
    REQUIRE_FALSE(written);
    CHECK(written.error().id == "SB-2005");
    CHECK(writer->write(numbered(2), Durability::synced));
}

TEST_CASE("writers that wait together share syncs, buffered writes need none",
          "[store][performance-budget:4]") {
    const TemporaryDirectory directory;
    const auto store = opened(options_at(directory.file("store")));
    const std::uint64_t at_start = store->counters().syncs;
    for (std::uint64_t i = 1; i <= 50; ++i)
        REQUIRE(store->write(numbered(i), Durability::buffered));
    CHECK(store->counters().syncs == at_start);
    REQUIRE(store->write(numbered(51), Durability::synced));
    CHECK(store->counters().syncs == at_start + 1);
    std::vector<std::thread> writers;
    std::atomic<int> refused{0};
    for (std::uint64_t w = 0; w < 8; ++w) {
        writers.emplace_back([&store, &refused, w] {
            for (std::uint64_t i = 0; i < 25; ++i) {
                if (!store->write(numbered(1000 * w + i), Durability::synced)) ++refused;
            }
        });
    }
    for (std::thread& writer : writers) writer.join();
    CHECK(refused == 0);
    CHECK(store->counters().writes == 51 + 200);
    CHECK(store->counters().syncs <= at_start + 1 + 200);
}

TEST_CASE("a sync holds for all buffered writes, and writers go on beside it",
          "[store][performance-budget:4]") {
    const TemporaryDirectory directory;
    const RocksOptions options = options_at(directory.file("store"));
    {
        const auto store = opened(options);
        const std::uint64_t at_start = store->counters().syncs;
        for (std::uint64_t i = 1; i <= 50; ++i)
            REQUIRE(store->write(numbered(i), Durability::buffered));
        CHECK(store->counters().syncs == at_start);
        REQUIRE(store->sync());
        CHECK(store->counters().syncs == at_start + 1);
        std::atomic<int> refused{0};
        std::atomic<bool> writing{true};
        std::thread syncer([&] {
            while (writing) refused += store->sync() ? 0 : 1;
        });
        for (std::uint64_t i = 51; i <= 550; ++i) {
            if (!store->write(numbered(i), Durability::buffered)) ++refused;
        }
        writing = false;
        syncer.join();
        CHECK(refused == 0);
        CHECK(whole_batches_in(*store) == 550);
    }
    RocksOptions reading = options;
    reading.read_only = true;
    const auto reader = opened(reading);
    CHECK(whole_batches_in(*reader) == 550);
    CHECK(reader->sync().error().id == "SB-2005");
}
