// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "tests/storage_faults/medium.hpp"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace stadtbuch::storage_faults {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t sector = 512;

/// Files that RocksDB never reads again, or that hold nothing.
bool is_kept_apart(const std::string& name) {
    return name.starts_with("LOG") || name == "LOCK" || name.starts_with("STADTBUCH");
}

std::string text_in(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::string name_of(const std::string& path) {
    return fs::path(path).filename().string();
}

}  // namespace

UnreliableDisk::Medium::Medium(std::string folder, std::uint64_t seed, Troubles troubles,
                               Seen& seen)
    : folder_(std::move(folder)), chance_(seed, "medium"), troubles_(troubles), seen_(seen) {
    std::error_code error;
    for (fs::directory_iterator entry(folder_, error); !error && entry != fs::directory_iterator();
         entry.increment(error)) {
        const std::string name = entry->path().filename().string();
        if (is_kept_apart(name) || !entry->is_regular_file()) continue;
        const std::uint64_t octets = entry->file_size();
        names_[name] = std::make_shared<File>(File{octets, octets, std::nullopt});
    }
    durable_names_ = names_;
}

std::string UnreliableDisk::Medium::path_of(const std::string& name) const {
    return (fs::path(folder_) / name).string();
}

bool UnreliableDisk::Medium::fails(Call call) {
    const std::lock_guard lock(mutex_);
    const std::uint64_t number = ++calls_[static_cast<std::size_t>(call)];
    const bool hit =
        troubles_.fails_at != 0 && troubles_.fails == call &&
        (number == troubles_.fails_at || (troubles_.fails_for_ever && number > troubles_.fails_at));
    seen_.failed_calls += hit ? 1U : 0U;
    return hit;
}

void UnreliableDisk::Medium::change_of_medium() {
    if (++changes_ == troubles_.power_off_at) end();
}

void UnreliableDisk::Medium::created(const std::string& path) {
    const std::lock_guard lock(mutex_);
    const std::string name = name_of(path);
    if (is_kept_apart(name)) return;
    const auto file = std::make_shared<File>();
    names_[name] = file;
    open_.push_back({name, {}, file});
    change_of_medium();
}

/// RocksDB renames over names and removes them; a power loss may bring the old ones back.
void UnreliableDisk::Medium::keep(const FilePtr& file, const std::string& name) {
    file->gone = text_in(path_of(name));
}

void UnreliableDisk::Medium::renamed(const std::string& from, const std::string& to) {
    const std::lock_guard lock(mutex_);
    const auto found = names_.find(name_of(from));
    if (found == names_.end()) return;
    const FilePtr file = found->second;
    names_.erase(found);
    names_[name_of(to)] = file;
    open_.push_back({name_of(to), name_of(from), file});
    change_of_medium();
}

void UnreliableDisk::Medium::removes(const std::string& path) {
    const std::lock_guard lock(mutex_);
    const auto found = names_.find(name_of(path));
    if (found == names_.end()) return;
    change_of_medium();
    keep(found->second, found->first);
    open_.push_back({found->first, {}, nullptr});
    names_.erase(found);
}

void UnreliableDisk::Medium::replaces(const std::string& path) {
    const std::lock_guard lock(mutex_);
    const auto found = names_.find(name_of(path));
    if (found != names_.end()) keep(found->second, found->first);
}

void UnreliableDisk::Medium::folder_synced() {
    const std::lock_guard lock(mutex_);
    change_of_medium();
    durable_names_ = names_;
    open_.clear();
}

void UnreliableDisk::Medium::synced(const std::string& path) {
    const std::lock_guard lock(mutex_);
    const auto found = names_.find(name_of(path));
    if (found == names_.end()) return;
    change_of_medium();
    found->second->durable = found->second->octets;
}

void UnreliableDisk::Medium::truncated(const std::string& path, std::uint64_t octets) {
    const std::lock_guard lock(mutex_);
    const auto found = names_.find(name_of(path));
    if (found == names_.end()) return;
    found->second->octets = octets;
    found->second->durable = std::min(found->second->durable, octets);
}

void UnreliableDisk::Medium::misplace(const std::string& data) {
    std::vector<std::string> others;
    for (const auto& [name, file] : names_) {
        if (file->octets >= sector) others.push_back(name);
    }
    if (others.empty()) return;
    const std::string& name = others[chance_.below(others.size())];
    const std::uint64_t octets = fs::file_size(path_of(name));
    const std::uint64_t at = sector * chance_.below(octets / sector);
    std::fstream file(path_of(name), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(at));
    file.write(data.data(),
               static_cast<std::streamsize>(std::min<std::uint64_t>(data.size(), octets - at)));
}

std::string UnreliableDisk::Medium::appends(const std::string& path, const char* data,
                                            std::size_t octets) {
    const std::lock_guard lock(mutex_);
    std::string text(data, octets);
    if (names_.count(name_of(path)) == 0 || octets == 0) return text;
    if (changes_ + 1 == troubles_.power_off_at) {
        // Of what is under way a part may have come through.
        std::ofstream(path, std::ios::binary | std::ios::app) << text;
        names_[name_of(path)]->octets += octets;
    }
    change_of_medium();
    if (++appends_ == troubles_.misplaces) {
        ++seen_.misplaced_appends;
        misplace(text);
        return std::string(octets, '\0');
    }
    return text;
}

void UnreliableDisk::Medium::appended(const std::string& path, std::size_t octets) {
    const std::lock_guard lock(mutex_);
    const auto found = names_.find(name_of(path));
    if (found != names_.end()) found->second->octets += octets;
}

void UnreliableDisk::Medium::was_read(char* scratch, std::size_t octets) {
    const std::lock_guard lock(mutex_);
    if (octets == 0 || ++reads_ != troubles_.flips_at) return;
    ++seen_.flipped_reads;
    char& octet = scratch[chance_.below(octets)];
    octet = static_cast<char>(octet ^ (1 << chance_.below(8)));
}

void UnreliableDisk::Medium::calm() {
    const std::lock_guard lock(mutex_);
    troubles_ = {};
}

void UnreliableDisk::Medium::power_off() {
    const std::lock_guard lock(mutex_);
    end();
}

/// Durable octets stay. Of the others any sectors do, and any length, the last sector in part.
std::string UnreliableDisk::Medium::left_of(const File& file, std::string held) {
    const std::uint64_t durable = std::min<std::uint64_t>(file.durable, held.size());
    const std::uint64_t whole =
        chance_.chance(300) ? held.size() : chance_.between(durable, held.size());
    static constexpr std::uint64_t kept_per_mille[] = {0, 500, 900, 1000};
    const std::uint64_t kept = kept_per_mille[chance_.below(4)];
    for (std::uint64_t at = durable; at < whole;) {
        const std::uint64_t end = std::min<std::uint64_t>((at / sector + 1) * sector, whole);
        if (!chance_.chance(kept)) {
            std::fill(held.begin() + static_cast<std::ptrdiff_t>(at),
                      held.begin() + static_cast<std::ptrdiff_t>(end), '\0');
            seen_.octets_lost += end - at;
        }
        at = end;
    }
    seen_.octets_lost += held.size() - whole;
    held.resize(whole);
    return held;
}

void UnreliableDisk::Medium::end() {
    std::map<std::string, FilePtr> names = durable_names_;
    const std::uint64_t kept = chance_.chance(400) ? 1000 : chance_.below(1000);
    for (const NameChange& change : open_) {
        const bool can_be = change.from.empty() || names.count(change.from) != 0;
        if (!can_be || !chance_.chance(kept)) {
            ++seen_.names_lost;
            continue;
        }
        if (!change.from.empty()) names.erase(change.from);
        if (change.file == nullptr) {
            names.erase(change.name);
        } else {
            names[change.name] = change.file;
        }
    }
    std::map<std::string, std::string> left;
    for (const auto& [name, file] : names) {
        std::string held = file->gone.value_or("");
        for (const auto& [now, other] : names_) {
            if (other == file) held = text_in(path_of(now));
        }
        left[name] = left_of(*file, std::move(held));
    }
    for (const auto& [name, file] : names_) fs::remove(path_of(name));
    for (const auto& [name, text] : left) std::ofstream(path_of(name), std::ios::binary) << text;
    ::_exit(0);
}

}  // namespace stadtbuch::storage_faults
