// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// What is on a disk and what is only on its way there: octets of files, and names of a folder.
#pragma once
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "tests/simulation/random.hpp"
#include "tests/storage_faults/unreliable_disk.hpp"

namespace stadtbuch::storage_faults {

class UnreliableDisk::Medium {
  public:
    Medium(std::string folder, std::uint64_t seed, Troubles troubles, Seen& seen);

    /// Before a call; true: it fails.
    [[nodiscard]] bool fails(Call call);

    [[nodiscard]] bool is_full() const { return troubles_.is_full; }

    void created(const std::string& path);
    void renamed(const std::string& from, const std::string& to);
    /// Before the file goes.
    void removes(const std::string& path);
    /// Before another file takes its name.
    void replaces(const std::string& path);
    void folder_synced();
    void synced(const std::string& path);
    void truncated(const std::string& path, std::uint64_t octets);
    /// Before an append; what is to be written at the file's end instead. The power may go.
    [[nodiscard]] std::string appends(const std::string& path, const char* data,
                                      std::size_t octets);
    void appended(const std::string& path, std::size_t octets);
    /// After a read into `scratch`.
    void was_read(char* scratch, std::size_t octets);

    void calm();
    [[noreturn]] void power_off();

  private:
    struct File {
        std::uint64_t octets = 0;
        std::uint64_t durable = 0;
        std::optional<std::string> gone;  ///< what it held when it lost its last name
    };

    using FilePtr = std::shared_ptr<File>;

    struct NameChange {
        std::string name;
        std::string from;  ///< not empty: renamed
        FilePtr file;      ///< null: removed
    };

    void change_of_medium();
    [[noreturn]] void end();
    void keep(const FilePtr& file, const std::string& name);
    [[nodiscard]] std::string left_of(const File& file, std::string held);
    [[nodiscard]] std::string path_of(const std::string& name) const;
    void misplace(const std::string& data);

    std::mutex mutex_;
    std::string folder_;
    simulation::Random chance_;
    Troubles troubles_;
    Seen& seen_;
    std::map<std::string, FilePtr> names_;
    std::map<std::string, FilePtr> durable_names_;
    std::vector<NameChange> open_;  ///< changes of names since the folder was synced
    std::uint64_t changes_ = 0;
    std::uint64_t calls_[call_kinds] = {};
    std::uint64_t appends_ = 0;
    std::uint64_t reads_ = 0;
};

}  // namespace stadtbuch::storage_faults
