/* SPDX-FileCopyrightText: 2026 Stadtbuch contributors
 * SPDX-License-Identifier: EUPL-1.2
 * A disk that forgets, fails, fills and hangs, for a process that loads this before libc (LD_PRELOAD).
 *
 * DISK_DATA is the folder that counts, DISK_NOTES a folder for what is remembered beside it. Every write goes to
 * the real file; what is durable is only noted, in DISK_NOTES/journal, one line each:
 *
 *   sync INODE SIZE            fsync or fdatasync of a file that had SIZE bytes when the call began
 *   made INODE NAME            a name that did not exist
 *   gone GRAVE NAME            a name was removed or replaced; its old file is kept as DISK_NOTES/GRAVE (0: there was none)
 *   moved NAME NAME            rename
 *   dirsync                    all of the above about names is durable
 *
 * After SIGKILL, forget.py takes away what no line makes durable. Files in DISK_NOTES switch faults on while they exist:
 * "full" (writes fail with ENOSPC), "badsync" (the next sync fails with EIO; the file is removed), "hang" (writes and
 * syncs wait until it is gone), "die-POINT" (SIGKILL when the process comes to that point; the file is removed). Points:
 * write, torn-write (half of it is written), synced-before, synced-after, made, renamed-before, renamed-after,
 * removed-before, removed-after, names-before, names-after (the sync of a folder).
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static const char *data_folder, *notes_folder;
static int journal = -1;
static atomic_int graves;

static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static ssize_t (*real_writev)(int, const struct iovec *, int);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static int (*real_open)(const char *, int, ...);
static int (*real_rename)(const char *, const char *);
static int (*real_unlink)(const char *);
static int (*real_fallocate)(int, int, off_t, off_t);

__attribute__((constructor)) static void begin(void) {
    real_write = dlsym(RTLD_NEXT, "write");
    real_pwrite = dlsym(RTLD_NEXT, "pwrite");
    real_writev = dlsym(RTLD_NEXT, "writev");
    real_fsync = dlsym(RTLD_NEXT, "fsync");
    real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
    real_open = dlsym(RTLD_NEXT, "open");
    real_rename = dlsym(RTLD_NEXT, "rename");
    real_unlink = dlsym(RTLD_NEXT, "unlink");
    real_fallocate = dlsym(RTLD_NEXT, "fallocate");
    data_folder = getenv("DISK_DATA");
    notes_folder = getenv("DISK_NOTES");
    if (data_folder == NULL || notes_folder == NULL) return;
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/journal", notes_folder);
    journal = real_open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static void note(const char *format, ...) {
    char line[3 * PATH_MAX];
    va_list arguments;
    va_start(arguments, format);
    const int size = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    /* One write with O_APPEND: lines of several threads do not mix. */
    if (size > 0 && (size_t)size < sizeof line && real_write(journal, line, (size_t)size) != size) abort();
}

static int counts_path(const char *path) {
    return journal >= 0 && strncmp(path, data_folder, strlen(data_folder)) == 0;
}

static int counts_file(int fd) {
    if (journal < 0 || fd <= 2 || fd == journal) return 0;
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    const ssize_t size = readlink(link, path, sizeof path - 1);
    if (size <= 0) return 0;
    path[size] = '\0';
    return counts_path(path);
}

static int is_on(const char *fault) {
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/%s", notes_folder, fault);
    return access(path, F_OK) == 0;
}

/* A fault that happens once: whether it was on; it is off now. */
static int take(const char *fault) {
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/%s", notes_folder, fault);
    return real_unlink(path) == 0;
}

static void come_to(const char *point) {
    if (take(point)) kill(getpid(), SIGKILL);
}

static int write_fails(int fd) {
    if (!counts_file(fd)) return 0;
    while (is_on("hang")) usleep(20000);
    come_to("die-write");
    if (!is_on("full")) return 0;
    errno = ENOSPC;
    return 1;
}

ssize_t write(int fd, const void *bytes, size_t size) {
    if (!real_write) begin();
    if (write_fails(fd)) return -1;
    if (size > 1 && counts_file(fd) && take("die-torn-write")) {
        if (real_write(fd, bytes, size / 2) >= 0) kill(getpid(), SIGKILL);
    }
    return real_write(fd, bytes, size);
}

ssize_t pwrite(int fd, const void *bytes, size_t size, off_t at) {
    return write_fails(fd) ? -1 : real_pwrite(fd, bytes, size, at);
}

ssize_t pwrite64(int fd, const void *bytes, size_t size, off_t at) { return pwrite(fd, bytes, size, at); }

ssize_t writev(int fd, const struct iovec *parts, int count) {
    return write_fails(fd) ? -1 : real_writev(fd, parts, count);
}

int fallocate(int fd, int mode, off_t at, off_t size) { return write_fails(fd) ? -1 : real_fallocate(fd, mode, at, size); }
int fallocate64(int fd, int mode, off_t at, off_t size) { return fallocate(fd, mode, at, size); }

static int synced(int fd, int (*sync)(int)) {
    if (!counts_file(fd)) return sync(fd);
    while (is_on("hang")) usleep(20000);
    struct stat before;
    if (fstat(fd, &before) != 0) return -1;
    if (take("badsync")) {
        errno = EIO;
        return -1;
    }
    const int is_folder = S_ISDIR(before.st_mode);
    come_to(is_folder ? "die-names-before" : "die-synced-before");
    /* The machine stays up, so nothing needs to reach its disk: the note is what counts. */
    if (is_folder) note("dirsync\n");
    else note("sync %llu %lld\n", (unsigned long long)before.st_ino, (long long)before.st_size);
    come_to(is_folder ? "die-names-after" : "die-synced-after");
    return 0;
}

int fsync(int fd) { return synced(fd, real_fsync); }
int fdatasync(int fd) { return synced(fd, real_fdatasync); }

/* The old file of a name that goes: 0 when there is none. */
static int bury(const char *name) {
    const int number = atomic_fetch_add(&graves, 1) + 1;
    char grave[PATH_MAX];
    snprintf(grave, sizeof grave, "%s/grave-%d-%d", notes_folder, (int)getpid(), number);
    return link(name, grave) == 0 ? number : 0;
}

static void note_gone(const char *name) {
    const int number = bury(name);
    if (number != 0) note("gone grave-%d-%d %s\n", (int)getpid(), number, name);
    else note("gone 0 %s\n", name);
}

static int opened(const char *path, int flags, mode_t mode) {
    const int writes = (flags & O_ACCMODE) != O_RDONLY && counts_path(path);
    if (writes && is_on("full") && (flags & O_CREAT) && access(path, F_OK) != 0) {
        errno = ENOSPC;
        return -1;
    }
    const int is_new = writes && (flags & O_CREAT) && access(path, F_OK) != 0;
    const int fd = real_open(path, flags, mode);
    struct stat facts;
    if (fd >= 0 && is_new && fstat(fd, &facts) == 0) {
        note("made %llu %s\n", (unsigned long long)facts.st_ino, path);
        come_to("die-made");
    }
    return fd;
}

int open(const char *path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    const mode_t mode = (flags & (O_CREAT | O_TMPFILE)) ? va_arg(arguments, mode_t) : 0;
    va_end(arguments);
    if (!real_open) begin();
    return opened(path, flags, mode);
}

int open64(const char *path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    const mode_t mode = (flags & (O_CREAT | O_TMPFILE)) ? va_arg(arguments, mode_t) : 0;
    va_end(arguments);
    if (!real_open) begin();
    return opened(path, flags | O_LARGEFILE, mode);
}

int rename(const char *from, const char *to) {
    if (!counts_path(to)) return real_rename(from, to);
    come_to("die-renamed-before");
    if (access(to, F_OK) == 0) note_gone(to);
    const int done = real_rename(from, to);
    if (done == 0) note("moved %s %s\n", from, to);
    come_to("die-renamed-after");
    return done;
}

int unlink(const char *name) {
    if (!counts_path(name)) return real_unlink(name);
    come_to("die-removed-before");
    note_gone(name);
    const int done = real_unlink(name);
    come_to("die-removed-after");
    return done;
}
