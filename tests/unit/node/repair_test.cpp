// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "node/repair.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

using namespace stadtbuch;

namespace fs = std::filesystem;

namespace {

constexpr keys::UnixSeconds noon = 1'795'348'800;  // 2026-11-22T12:00:00Z

/// A member's folder with a store in it.
struct Member {
    fs::path folder;
    node::Settings settings;

    Member() {
        std::string pattern = (fs::temp_directory_path() / "stadtbuch-repair-XXXXXX").string();
        REQUIRE(::mkdtemp(pattern.data()) != nullptr);
        folder = pattern;
        settings.data = (folder / "data").string();
        settings.repairs_damage = true;
        fill();
    }

    Member(const Member&) = delete;
    Member& operator=(const Member&) = delete;

    ~Member() { fs::remove_all(folder); }

    void fill() const {
        fs::create_directory(settings.data);
        std::ofstream(settings.data + "/000007.sst") << "not what was written";
    }
};

const Error damage{"SB-2003", "the store is damaged", "data/000007.sst", ""};

}  // namespace

TEST_CASE("a damaged store is put aside whole, and its request is answered",
          "[node][reliability:R-043]") {
    const Member member;
    CHECK_FALSE(node::repair_requested(member.settings));
    CHECK(node::exit_code_after(damage, member.settings) == node::ExitCode::io_error);
    CHECK(node::repair_requested(member.settings));
    const auto aside = node::put_aside(member.settings, noon);
    REQUIRE(aside);
    CHECK(*aside == member.settings.data + ".damaged-2026-11-22T120000Z");
    CHECK(fs::exists(*aside + "/000007.sst"));
    CHECK_FALSE(fs::exists(member.settings.data));
    CHECK_FALSE(node::repair_requested(member.settings));
}

TEST_CASE("a disk that fails twice in a day needs its operator", "[node][reliability:R-043]") {
    const Member member;
    REQUIRE(node::put_aside(member.settings, noon));
    member.fill();
    const auto again = node::put_aside(member.settings, noon + 23 * 3600);
    REQUIRE_FALSE(again);
    CHECK(again.error().id == "SB-2013");
    CHECK(fs::exists(member.settings.data + "/000007.sst"));
    CHECK(node::put_aside(member.settings, noon + 25 * 3600));
}

TEST_CASE("only damage is repaired, and only where that was chosen", "[node][reliability:R-043]") {
    Member member;
    for (const char* id : {"SB-2001", "SB-2002", "SB-2004", "SB-2012", "SB-2110"})
        CHECK_FALSE(node::is_damage(Error{id, "", "", ""}));
    CHECK(node::exit_code_after({"SB-2012", "", "", ""}, member.settings) ==
          node::ExitCode::io_error);
    CHECK_FALSE(node::repair_requested(member.settings));
    member.settings.repairs_damage = false;
    CHECK(node::exit_code_after(damage, member.settings) == node::ExitCode::bad_data);
    member.settings.repairs_damage = true;
    CHECK_FALSE(node::repair_requested(member.settings));
}
