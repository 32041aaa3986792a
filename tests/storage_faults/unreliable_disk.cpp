// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "tests/storage_faults/unreliable_disk.hpp"

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <algorithm>
#include <cstring>
#include <deque>
#include <filesystem>
#include <fstream>
#include <vector>

#include "tests/storage_faults/medium.hpp"

namespace stadtbuch::storage_faults {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;
using Medium = UnreliableDisk::Medium;
using MediumPtr = std::shared_ptr<Medium>;

namespace {

IOStatus failure(const Medium& medium, const std::string& path) {
    return medium.is_full() ? IOStatus::NoSpace("No space left on device", path)
                            : IOStatus::IOError("Input/output error", path);
}

class WritableFile : public rocksdb::FSWritableFileOwnerWrapper {
  public:
    WritableFile(std::unique_ptr<rocksdb::FSWritableFile> file, std::string path, MediumPtr medium)
        : FSWritableFileOwnerWrapper(std::move(file)),
          path_(std::move(path)),
          medium_(std::move(medium)) {}

    using FSWritableFileOwnerWrapper::Append;
    using FSWritableFileOwnerWrapper::PositionedAppend;

    IOStatus Append(const Slice& data, const IOOptions& options, IODebugContext* dbg) override {
        if (medium_->fails(Call::append)) return failure(*medium_, path_);
        const std::string text = medium_->appends(path_, data.data(), data.size());
        IOStatus status = FSWritableFileOwnerWrapper::Append(text, options, dbg);
        if (status.ok()) medium_->appended(path_, text.size());
        return status;
    }

    IOStatus Append(const Slice& data, const IOOptions& options,
                    const rocksdb::DataVerificationInfo&, IODebugContext* dbg) override {
        return Append(data, options, dbg);
    }

    IOStatus Truncate(std::uint64_t size, const IOOptions& options, IODebugContext* dbg) override {
        IOStatus status = FSWritableFileOwnerWrapper::Truncate(size, options, dbg);
        if (status.ok()) medium_->truncated(path_, size);
        return status;
    }

    IOStatus Sync(const IOOptions&, IODebugContext*) override { return sync(); }

    IOStatus Fsync(const IOOptions&, IODebugContext*) override { return sync(); }

    IOStatus RangeSync(std::uint64_t, std::uint64_t, const IOOptions&, IODebugContext*) override {
        return IOStatus::OK();  // only a hint
    }

  private:
    IOStatus sync() {
        if (medium_->fails(Call::sync)) return failure(*medium_, path_);
        medium_->synced(path_);
        return IOStatus::OK();
    }

    std::string path_;
    MediumPtr medium_;
};

/// A read as the database sees it.
IOStatus after_read(Medium& medium, const std::string& path, IOStatus status, Slice* result,
                    char* scratch) {
    if (medium.fails(Call::read)) return failure(medium, path);
    if (!status.ok() || result->empty()) return status;
    if (result->data() != scratch) std::memmove(scratch, result->data(), result->size());
    *result = Slice(scratch, result->size());
    medium.was_read(scratch, result->size());
    return status;
}

class RandomAccessFile : public rocksdb::FSRandomAccessFileOwnerWrapper {
  public:
    RandomAccessFile(std::unique_ptr<rocksdb::FSRandomAccessFile> file, std::string path,
                     MediumPtr medium)
        : FSRandomAccessFileOwnerWrapper(std::move(file)),
          path_(std::move(path)),
          medium_(std::move(medium)) {}

    IOStatus Read(std::uint64_t offset, std::size_t n, const IOOptions& options, Slice* result,
                  char* scratch, IODebugContext* dbg) const override {
        return after_read(
            *medium_, path_,
            FSRandomAccessFileOwnerWrapper::Read(offset, n, options, result, scratch, dbg), result,
            scratch);
    }

    IOStatus MultiRead(rocksdb::FSReadRequest* requests, std::size_t count,
                       const IOOptions& options, IODebugContext* dbg) override {
        for (std::size_t i = 0; i < count; ++i) {
            rocksdb::FSReadRequest& one = requests[i];
            one.status = Read(one.offset, one.len, options, &one.result, one.scratch, dbg);
        }
        return IOStatus::OK();
    }

  private:
    std::string path_;
    MediumPtr medium_;
};

class SequentialFile : public rocksdb::FSSequentialFileOwnerWrapper {
  public:
    SequentialFile(std::unique_ptr<rocksdb::FSSequentialFile> file, std::string path,
                   MediumPtr medium)
        : FSSequentialFileOwnerWrapper(std::move(file)),
          path_(std::move(path)),
          medium_(std::move(medium)) {}

    IOStatus Read(std::size_t n, const IOOptions& options, Slice* result, char* scratch,
                  IODebugContext* dbg) override {
        return after_read(*medium_, path_,
                          FSSequentialFileOwnerWrapper::Read(n, options, result, scratch, dbg),
                          result, scratch);
    }

  private:
    std::string path_;
    MediumPtr medium_;
};

class Directory : public rocksdb::FSDirectoryWrapper {
  public:
    Directory(std::unique_ptr<rocksdb::FSDirectory> directory, std::string path, MediumPtr medium)
        : FSDirectoryWrapper(std::move(directory)),
          path_(std::move(path)),
          medium_(std::move(medium)) {}

    IOStatus Fsync(const IOOptions&, IODebugContext*) override { return sync(); }

    IOStatus FsyncWithDirOptions(const IOOptions&, IODebugContext*,
                                 const rocksdb::DirFsyncOptions&) override {
        return sync();
    }

  private:
    IOStatus sync() {
        if (medium_->fails(Call::sync)) return failure(*medium_, path_);
        medium_->folder_synced();
        return IOStatus::OK();
    }

    std::string path_;
    MediumPtr medium_;
};

class Files : public rocksdb::FileSystemWrapper {
  public:
    explicit Files(MediumPtr medium)
        : FileSystemWrapper(rocksdb::FileSystem::Default()), medium_(std::move(medium)) {}

    [[nodiscard]] const char* Name() const override { return "unreliable disk"; }

    IOStatus NewSequentialFile(const std::string& path, const rocksdb::FileOptions& options,
                               std::unique_ptr<rocksdb::FSSequentialFile>* result,
                               IODebugContext* dbg) override {
        if (medium_->fails(Call::open)) return failure(*medium_, path);
        IOStatus status = target()->NewSequentialFile(path, options, result, dbg);
        if (status.ok())
            *result = std::make_unique<SequentialFile>(std::move(*result), path, medium_);
        return status;
    }

    IOStatus NewRandomAccessFile(const std::string& path, const rocksdb::FileOptions& options,
                                 std::unique_ptr<rocksdb::FSRandomAccessFile>* result,
                                 IODebugContext* dbg) override {
        if (medium_->fails(Call::open)) return failure(*medium_, path);
        IOStatus status = target()->NewRandomAccessFile(path, options, result, dbg);
        if (status.ok())
            *result = std::make_unique<RandomAccessFile>(std::move(*result), path, medium_);
        return status;
    }

    IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                             std::unique_ptr<rocksdb::FSWritableFile>* result,
                             IODebugContext* dbg) override {
        if (medium_->fails(Call::open)) return failure(*medium_, path);
        IOStatus status = target()->NewWritableFile(path, options, result, dbg);
        if (!status.ok()) return status;
        medium_->created(path);
        *result = std::make_unique<WritableFile>(std::move(*result), path, medium_);
        return status;
    }

    IOStatus NewDirectory(const std::string& path, const IOOptions& options,
                          std::unique_ptr<rocksdb::FSDirectory>* result,
                          IODebugContext* dbg) override {
        IOStatus status = target()->NewDirectory(path, options, result, dbg);
        if (status.ok()) *result = std::make_unique<Directory>(std::move(*result), path, medium_);
        return status;
    }

    IOStatus DeleteFile(const std::string& path, const IOOptions& options,
                        IODebugContext* dbg) override {
        if (medium_->fails(Call::remove)) return failure(*medium_, path);
        medium_->removes(path);
        return target()->DeleteFile(path, options, dbg);
    }

    IOStatus RenameFile(const std::string& from, const std::string& to, const IOOptions& options,
                        IODebugContext* dbg) override {
        if (medium_->fails(Call::rename)) return failure(*medium_, from);
        medium_->replaces(to);
        IOStatus status = target()->RenameFile(from, to, options, dbg);
        if (status.ok()) medium_->renamed(from, to);
        return status;
    }

  private:
    MediumPtr medium_;
};

}  // namespace

/// Background work waits in a row until run_jobs().
class UnreliableDisk::SteppedEnv : public rocksdb::EnvWrapper {
  public:
    explicit SteppedEnv(rocksdb::Env* files) : EnvWrapper(files) {}

    [[nodiscard]] const char* Name() const override { return "stepped"; }

    void Schedule(void (*function)(void*), void* argument, Priority priority, void* tag,
                  void (*cancel)(void*)) override {
        jobs_.push_back({function, argument, priority, tag, cancel});
    }

    /// What RocksDB waits after a failure of its background work.
    void SleepForMicroseconds(int) override {}

    int UnSchedule(void* tag, Priority priority) override {
        int count = 0;
        for (auto job = jobs_.begin(); job != jobs_.end();) {
            if (job->tag != tag || job->priority != priority) {
                ++job;
                continue;
            }
            const Job removed = *job;
            job = jobs_.erase(job);
            ++count;
            if (removed.cancel != nullptr) removed.cancel(removed.argument);
        }
        return count;
    }

    void run_jobs() {
        while (!jobs_.empty()) {
            const Job job = jobs_.front();
            jobs_.pop_front();
            job.function(job.argument);
        }
    }

  private:
    struct Job {
        void (*function)(void*);
        void* argument;
        Priority priority;
        void* tag;
        void (*cancel)(void*);
    };

    std::deque<Job> jobs_;
};

UnreliableDisk::UnreliableDisk(std::string folder, std::uint64_t seed, Troubles troubles,
                               Seen& seen)
    : medium_(std::make_shared<Medium>(std::move(folder), seed, troubles, seen)),
      files_(rocksdb::NewCompositeEnv(std::make_shared<Files>(medium_))),
      env_(std::make_unique<SteppedEnv>(files_.get())) {}

UnreliableDisk::~UnreliableDisk() = default;

rocksdb::Env* UnreliableDisk::env() {
    return env_.get();
}

void UnreliableDisk::run_jobs() {
    env_->run_jobs();
}

void UnreliableDisk::calm() {
    medium_->calm();
}

void UnreliableDisk::power_off() {
    medium_->power_off();
}

bool rot(const std::string& folder, std::uint64_t seed) {
    namespace fs = std::filesystem;
    simulation::Random chance(seed, "rot");
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(folder)) {
        const std::string name = entry.path().filename().string();
        const bool is_read = entry.path().extension() == ".sst" ||
                             entry.path().extension() == ".log" || name.starts_with("MANIFEST") ||
                             name == "CURRENT";
        if (is_read && entry.file_size() > 0) files.push_back(entry.path());
    }
    if (files.empty()) return false;
    std::sort(files.begin(), files.end());
    const fs::path& path = files[chance.below(files.size())];
    const std::uint64_t at = chance.below(fs::file_size(path));
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(static_cast<std::streamoff>(at));
    const int octet = file.get();
    file.seekp(static_cast<std::streamoff>(at));
    file.put(static_cast<char>(octet ^ (1 << chance.below(8))));
    return true;
}

}  // namespace stadtbuch::storage_faults
