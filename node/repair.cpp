// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "node/repair.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <system_error>

namespace stadtbuch::node {

namespace {

namespace fs = std::filesystem;

constexpr keys::UnixSeconds day_s = 24 * 3600;

std::string request_path(const Settings& settings) {
    return settings.data + ".repair";
}

/// In the order of time, without the colons that some file systems refuse.
std::string aside_path(const Settings& settings, keys::UnixSeconds at) {
    std::string time = keys::utc_date_time(at);
    std::erase(time, ':');
    return settings.data + ".damaged-" + time;
}

Error refusal(const std::string& what, const std::string& where) {
    return {"SB-2013", "the damaged store was not put aside: " + what, where,
            "Check the disk, move the data folder away, then `stadtbuch node recover` and start."};
}

/// Name of the newest folder that put_aside() made, or nothing.
std::string newest_aside(const fs::path& data) {
    const std::string start = data.filename().string() + ".damaged-";
    std::string newest;
    std::error_code failed;
    for (fs::directory_iterator entry(data.parent_path(), failed), end; !failed && entry != end;
         entry.increment(failed)) {
        const std::string name = entry->path().filename().string();
        if (name.starts_with(start)) newest = std::max(newest, name);
    }
    return newest;
}

}  // namespace

bool is_damage(const Error& error) {
    return error.id == "SB-2003" || error.id == "SB-2111";
}

ExitCode exit_code_after(const Error& error, const Settings& settings) {
    if (!settings.repairs_damage || !is_damage(error)) return exit_code_of_store(error);
    const std::ofstream request(request_path(settings));
    if (!request) return exit_code_of_store(error);
    return ExitCode::io_error;
}

bool repair_requested(const Settings& settings) {
    std::error_code failed;
    return settings.repairs_damage && fs::exists(request_path(settings), failed);
}

Result<std::string, Error> put_aside(const Settings& settings, keys::UnixSeconds now) {
    const fs::path data(settings.data);
    const std::string newest = newest_aside(data);
    if (newest > fs::path(aside_path(settings, now - day_s)).filename().string())
        return Failure{
            refusal("another was less than a day before", (data.parent_path() / newest).string())};
    const std::string aside = aside_path(settings, now);
    std::error_code failed;
    fs::rename(settings.data, aside, failed);
    if (failed) return Failure{refusal(failed.message(), settings.data)};
    std::error_code ignored;
    fs::remove(request_path(settings), ignored);
    return aside;
}

}  // namespace stadtbuch::node
