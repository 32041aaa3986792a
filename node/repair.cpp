// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "node/repair.hpp"

#include <filesystem>
#include <fstream>
#include <system_error>

#include "node/log.hpp"

namespace stadtbuch::node {

namespace {

namespace fs = std::filesystem;

constexpr keys::UnixSeconds day_s = 24 * 3600;

std::string request_path(const Settings& settings) {
    return settings.data + ".repair";
}

/// Paths in the order of time, without the colons that some file systems refuse.
std::string aside_path(const Settings& settings, keys::UnixSeconds at) {
    std::string time = keys::utc_date_time(at);
    std::erase(time, ':');
    return settings.data + ".damaged-" + time;
}

Error refusal(const std::string& what, const std::string& where) {
    return {"SB-2013", "the damaged store was not put aside: " + what, where,
            "Check the disk, move the data folder away, then `stadtbuch node recover` and start."};
}

/// The newest path that put_aside() made, or nothing.
std::string newest_aside(const Settings& settings) {
    const fs::path data(settings.data);
    const std::string start = data.filename().string() + ".damaged-";
    std::string newest;
    std::error_code failed;
    for (fs::directory_iterator entry(data.parent_path(), failed), end; !failed && entry != end;
         entry.increment(failed)) {
        const std::string path =
            settings.data.substr(0, settings.data.size() - data.filename().string().size()) +
            entry->path().filename().string();
        if (entry->path().filename().string().starts_with(start) && path > newest) newest = path;
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
    const std::string newest = newest_aside(settings);
    if (newest > aside_path(settings, now - day_s))
        return Failure{refusal("another was less than a day before", newest)};
    const std::string aside = aside_path(settings, now);
    std::error_code failed;
    fs::rename(settings.data, aside, failed);
    if (failed) return Failure{refusal(failed.message(), settings.data)};
    std::error_code ignored;
    fs::remove(request_path(settings), ignored);
    return aside;
}

}  // namespace stadtbuch::node
