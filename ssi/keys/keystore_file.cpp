// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/keys/keystore_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace stadtbuch::keys {
namespace {

constexpr std::size_t file_bytes_max = 1024 * 1024;

class Descriptor {
  public:
    explicit Descriptor(int fd) : fd_(fd) {}

    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    ~Descriptor() {
        if (fd_ >= 0) ::close(fd_);
    }

    [[nodiscard]] int get() const { return fd_; }

  private:
    int fd_;
};

Error refused(const std::string& what, const std::string& path, const std::string& next) {
    return {"SB-4001", what, path, next};
}

Error write_failed(const char* step, const std::string& path) {
    return {"SB-4003", std::string("cannot ") + step + ": " + std::strerror(errno), path,
            "check the folder's owner, permissions and free space"};
}

bool write_all(int fd, std::string_view content) {
    while (!content.empty()) {
        const ssize_t written = ::write(fd, content.data(), content.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        content.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

std::string folder_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    if (slash == std::string::npos) return ".";
    return slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace

Result<std::string, Error> read_private_file(const std::string& path) {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (file.get() < 0) {
        if (errno == ELOOP)
            return Failure{refused("key file is a symbolic link", path, "name the file itself")};
        return Failure{Error{"SB-4002",
                             std::string("cannot read key file: ") + std::strerror(errno), path,
                             "create it with `stadtbuch node init` or name another file"}};
    }

    struct stat status {};

    if (::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) {
        return Failure{refused("key file is no regular file", path, "name a regular file")};
    }
    if (status.st_uid != ::geteuid()) {
        return Failure{refused("key file belongs to another user", path,
                               "chown it to the user who runs this program")};
    }
    if ((status.st_mode & 077) != 0) {
        return Failure{refused("key file can be read by others", path, "run: chmod 600 " + path)};
    }
    std::string content;
    char chunk[4096];
    for (;;) {
        const ssize_t got = ::read(file.get(), chunk, sizeof chunk);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return Failure{Error{"SB-4002", "cannot read key file", path, ""}};
        if (got == 0) break;
        content.append(chunk, static_cast<std::size_t>(got));
        if (content.size() > file_bytes_max)
            return Failure{refused("key file is larger than 1 MiB", path, "")};
    }
    return content;
}

Result<void, Error> write_private_file(const std::string& path, std::string_view content) {
    const std::string temporary = path + ".tmp";
    ::unlink(temporary.c_str());
    {
        const Descriptor file(
            ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
        if (file.get() < 0) return Failure{write_failed("create key file", temporary)};
        if (!write_all(file.get(), content) || ::fsync(file.get()) != 0) {
            const Error error = write_failed("write key file", temporary);
            ::unlink(temporary.c_str());
            return Failure{error};
        }
    }
    if (std::rename(temporary.c_str(), path.c_str()) != 0) {
        const Error error = write_failed("replace key file", path);
        ::unlink(temporary.c_str());
        return Failure{error};
    }
    const Descriptor folder(::open(folder_of(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (folder.get() < 0 || ::fsync(folder.get()) != 0)
        return Failure{write_failed("sync folder of key file", path)};
    return {};
}

}  // namespace stadtbuch::keys
