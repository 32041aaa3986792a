// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// What nobody reads is read again in the background (reliability R-047).
#include "node/scrub.hpp"

#include <atomic>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "node/node_facts.hpp"

using namespace stadtbuch;

namespace fs = std::filesystem;

namespace {

struct Folder {
    fs::path path;

    Folder() {
        std::string pattern = (fs::temp_directory_path() / "stadtbuch-scrub-XXXXXX").string();
        REQUIRE(::mkdtemp(pattern.data()) != nullptr);
        path = pattern;
    }

    ~Folder() {
        std::error_code ignored;
        fs::remove_all(path, ignored);
    }
};

std::unique_ptr<store::Store> opened(const fs::path& path) {
    store::RocksOptions options;
    options.path = path.string();
    auto store = store::open_rocks(options);
    REQUIRE(store);
    return *std::move(store);
}

/// One whole pass, as quick as the disk.
node::ScrubFacts pass_over(const store::Store& store, std::vector<Error>& met) {
    node::Scrub::Options options;
    options.octets_per_second = std::uint64_t{1} << 40;
    options.first_after = std::chrono::milliseconds(0);
    node::Scrub scrub(store, options, [&met](const Error& error) { met.push_back(error); });
    for (int i = 0; i < 6000 && scrub.facts().passes == 0; ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    return scrub.facts();
}

}  // namespace

TEST_CASE("a scrub reads every file, names the one that rotted, and goes on",
          "[node][reliability:R-047][reliability:R-042]") {
    const Folder folder;
    const fs::path path = folder.path / "store";
    for (int run = 0; run < 2; ++run) {
        const auto store = opened(path);
        store::Batch batch;
        for (std::uint64_t i = 0; i < 500; ++i)
            batch.put(store::Column::txns, store::txn_key(0, i + 500 * static_cast<unsigned>(run)),
                      Bytes(100, static_cast<Byte>(i)));
        REQUIRE(store->write(batch, store::Durability::synced));
    }
    const auto store = opened(path);
    std::vector<Error> met;
    const node::ScrubFacts sound = pass_over(*store, met);
    CHECK(sound.passes == 1);
    CHECK(sound.files == store->files().size());
    CHECK(sound.octets > 1000);
    CHECK(sound.last_pass_at > 1'600'000'000);
    CHECK(sound.errors == 0);
    CHECK(met.empty());

    const fs::path rotten = path / store->files().front();
    REQUIRE(rotten.extension() == ".sst");
    {
        std::fstream file(rotten, std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(60);
        file.put('\x7F');
        file.put('\x01');
    }
    const node::ScrubFacts facts = pass_over(*store, met);
    CHECK(facts.passes == 1);
    CHECK(facts.files == sound.files);
    CHECK(facts.errors == 1);
    CHECK(facts.damaged == rotten.string());
    REQUIRE(met.size() == 1);
    CHECK(met.front().id == "SB-2003");
    CHECK(met.front().where == rotten.string());
    // The store itself goes on until a read needs what is lost.
    CHECK_FALSE(store->failure());
}

TEST_CASE("a scrub between two files ends at once", "[node][reliability:R-047]") {
    const Folder folder;
    const auto store = opened(folder.path / "store");
    node::Scrub::Options options;
    options.octets_per_second = 1;  // a pause of minutes after the first file
    options.first_after = std::chrono::milliseconds(0);
    const auto begin = std::chrono::steady_clock::now();
    {
        const node::Scrub scrub(*store, options, [](const Error&) {});
        for (int i = 0; i < 6000 && scrub.facts().files == 0; ++i)
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        CHECK(scrub.facts().files == 1);
    }
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(60));
}
