// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "storage/store/directory.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <optional>
#include <system_error>
#include <vector>

namespace stadtbuch::store {

namespace {

namespace fs = std::filesystem;

constexpr const char* marker_name = "STADTBUCH";
constexpr const char* marker_name_unfinished = "STADTBUCH.new";
constexpr const char* marker_head = "stadtbuch-store 1\n";
constexpr std::size_t marker_bytes_max = 4096;

Error error_of(int error_number, const std::string& path) {
    const std::string detail = std::generic_category().message(error_number);
    if (error_number == ENOSPC || error_number == EDQUOT || error_number == EFBIG)
        return error_no_space(path, detail);
    if (error_number == EACCES || error_number == EPERM || error_number == EROFS) {
        return error_no_permission(path, detail);
    }
    if (error_number == ENOENT) return error_missing(path);
    if (error_number == EIO || error_number == EMFILE || error_number == ENFILE)
        return error_failing(path, detail);
    if (error_number == ENOTDIR) return error_foreign(path, "the path is not a directory");
    return error_damaged(path, detail);
}

class Descriptor {
  public:
    Descriptor(const fs::path& path, int flags)
        : number_(::open(path.c_str(), flags | O_CLOEXEC, 0600)) {}

    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }

    [[nodiscard]] bool is_open() const { return number_ >= 0; }

    [[nodiscard]] int number() const { return number_; }

  private:
    int number_;
};

bool write_all(int descriptor, const std::string& text) {
    for (std::size_t done = 0; done < text.size();) {
        const ssize_t written = ::write(descriptor, text.data() + done, text.size() - done);
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return false;
        done += static_cast<std::size_t>(written);
    }
    return true;
}

bool sync_directory(const fs::path& path) {
    const Descriptor directory(path, O_RDONLY | O_DIRECTORY);
    return directory.is_open() && ::fsync(directory.number()) == 0;
}

/// Content, then name, then the directory: after a power loss the file is there whole or not at
/// all.
bool write_marker(const fs::path& directory, const std::string& identity) {
    const fs::path unfinished = directory / marker_name_unfinished;
    {
        const Descriptor file(unfinished, O_WRONLY | O_CREAT | O_TRUNC);
        if (!file.is_open() || !write_all(file.number(), marker_head + identity) ||
            ::fsync(file.number()) != 0) {
            return false;
        }
    }
    if (::rename(unfinished.c_str(), (directory / marker_name).c_str()) != 0) return false;
    return sync_directory(directory);
}

Result<std::string, Error> read_marker(const fs::path& path) {
    const Descriptor file(path, O_RDONLY);
    if (!file.is_open()) return Failure{error_of(errno, path.string())};
    std::array<char, marker_bytes_max> buffer{};
    std::string text;
    while (text.size() < marker_bytes_max) {
        const ssize_t got = ::read(file.number(), buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return Failure{error_of(errno, path.string())};
        if (got == 0) break;
        text.append(buffer.data(), static_cast<std::size_t>(got));
    }
    return text;
}

Result<std::vector<std::string>, Error> names_in(const std::string& path) {
    std::vector<std::string> names;
    std::error_code error;
    fs::directory_iterator entry(path, error);
    for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
        names.push_back(entry->path().filename().string());
    }
    if (error) return Failure{error_of(error.value(), path)};
    return names;
}

bool has_ending(const std::string& name, const std::string& ending) {
    return name.size() >= ending.size() &&
           name.compare(name.size() - ending.size(), ending.size(), ending) == 0;
}

/// RocksDB writes CURRENT after the first MANIFEST and before any data: data without it is a
/// damaged database.
std::optional<DirectoryState> database_state(const std::vector<std::string>& names) {
    bool has_data = false;
    for (const std::string& name : names) {
        if (name == "CURRENT") return DirectoryState::in_use;
        has_data = has_data || has_ending(name, ".sst") || has_ending(name, ".log");
    }
    if (has_data) return std::nullopt;
    return DirectoryState::fresh;
}

Result<DirectoryState, Error> inspect(const DirectoryWish& wish,
                                      const std::vector<std::string>& names) {
    const Result<std::string, Error> text = read_marker(fs::path(wish.path) / marker_name);
    if (!text) return Failure{text.error()};
    const std::string head = marker_head;
    if (text->compare(0, head.size(), head) != 0) {
        return Failure{error_foreign(
            wish.path, "its file STADTBUCH names a format this version does not know")};
    }
    const std::string identity = text->substr(head.size());
    if (identity != wish.identity) {
        return Failure{error_foreign(
            wish.path, "it belongs to \"" + identity + "\", not to \"" + wish.identity + "\"")};
    }
    const std::optional<DirectoryState> state = database_state(names);
    if (!state) return Failure{error_damaged(wish.path, "the database has lost its file CURRENT")};
    if (*state == DirectoryState::fresh && !wish.create_if_missing)
        return Failure{error_missing(wish.path)};
    return *state;
}

}  // namespace

Result<DirectoryState, Error> claim_directory(const DirectoryWish& wish) {
    std::error_code error;
    const fs::file_status status = fs::status(wish.path, error);
    if (status.type() == fs::file_type::not_found) {
        if (!wish.create_if_missing) return Failure{error_missing(wish.path)};
        if (::mkdir(wish.path.c_str(), 0700) != 0) return Failure{error_of(errno, wish.path)};
        const fs::path parent = fs::absolute(wish.path).lexically_normal().parent_path();
        if (!sync_directory(parent)) return Failure{error_of(errno, parent.string())};
    } else if (status.type() == fs::file_type::none) {
        return Failure{error_of(error.value(), wish.path)};
    }

    const Result<std::vector<std::string>, Error> names = names_in(wish.path);
    if (!names) return Failure{names.error()};
    bool is_empty = true;
    for (const std::string& name : *names) {
        if (name == marker_name) return inspect(wish, *names);
        is_empty = is_empty && name == marker_name_unfinished;
    }
    if (!is_empty) {
        return Failure{error_foreign(
            wish.path, "it holds files but not the file STADTBUCH of a Stadtbuch store")};
    }
    if (!wish.create_if_missing) return Failure{error_missing(wish.path)};
    if (!write_marker(wish.path, wish.identity)) return Failure{error_of(errno, wish.path)};
    return DirectoryState::fresh;
}

Error error_locked(const std::string& path) {
    return {"SB-2001", "The data directory is in use by another process.", path,
            "Stop the other process, or give this one a directory of its own."};
}

Error error_foreign(const std::string& path, const std::string& what) {
    return {"SB-2002", "The data directory is not this one's: " + what + ".", path,
            "Check the path and the network; to begin anew choose an empty directory."};
}

Error error_damaged(const std::string& path, const std::string& detail) {
    return {"SB-2003", "The store is damaged or cannot be read: " + detail, path,
            "Check the disk, keep a copy of the directory for analysis, then rebuild the store "
            "from the other "
            "members or from a backup."};
}

Error error_failing(const std::string& path, const std::string& detail) {
    return {"SB-2012", "The disk cannot be read or written: " + detail, path,
            "Check the disk and the limits of this process, then start again; a disk that goes on "
            "failing must be replaced."};
}

Result<void, Error> check_room(const std::string& path, std::uint64_t free_bytes_min) {
    std::error_code error;
    fs::path place = fs::absolute(path, error);
    while (place.has_relative_path() && !fs::exists(place, error)) place = place.parent_path();
    const fs::space_info space = fs::space(place, error);
    if (error || space.available >= free_bytes_min) return {};
    return Failure{error_no_space(path, std::to_string(space.available >> 20) + " MiB are free, " +
                                            std::to_string(free_bytes_min >> 20) +
                                            " MiB are needed")};
}

Error error_no_space(const std::string& path, const std::string& detail) {
    return {"SB-2004", "There is no room left for the store: " + detail, path,
            "Free space on this file system or raise the quota, then start again."};
}

Error error_no_permission(const std::string& path, const std::string& detail) {
    return {"SB-2005", "The store may not be written or read here: " + detail, path,
            "Give the directory to the user that runs this process (mode 0700)."};
}

Error error_missing(const std::string& path) {
    return {"SB-2006", "There is no store here.", path,
            "Check the path, or create the store first."};
}

}  // namespace stadtbuch::store
