/* SPDX-FileCopyrightText: 2026 Stadtbuch contributors
 * SPDX-License-Identifier: EUPL-1.2
 * A wall clock that is wrong, for a process that loads this before libc (LD_PRELOAD). Monotonic time stays true.
 *
 * The file CLOCK_FILE holds three numbers (64 bits, native order): real nanoseconds since 1970 at which the last change
 * was made, what the wrong clock showed then, and how many millionths of true time it runs at. It may change at any time.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const volatile int64_t *setting;

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("CLOCK_FILE");
    if (path == NULL) return;
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) abort();
    const void *mapped = mmap(NULL, 24, PROT_READ, MAP_SHARED, fd, 0);
    if (mapped == MAP_FAILED) abort();
    close(fd);
    setting = mapped;
}

static int64_t now_ns(void) {
    struct timespec real;
    syscall(SYS_clock_gettime, CLOCK_REALTIME, &real);
    const int64_t ns = (int64_t)real.tv_sec * 1000000000 + real.tv_nsec;
    if (setting == NULL) return ns;
    const int64_t passed = ns - setting[0];
    /* Whole and part apart: a product of nanoseconds would not fit. */
    return setting[1] + passed / 1000000 * setting[2] + passed % 1000000 * setting[2] / 1000000;
}

int clock_gettime(clockid_t clock, struct timespec *out) {
    if (clock != CLOCK_REALTIME && clock != CLOCK_REALTIME_COARSE) return (int)syscall(SYS_clock_gettime, clock, out);
    const int64_t ns = now_ns();
    out->tv_sec = ns / 1000000000;
    out->tv_nsec = ns % 1000000000;
    return 0;
}

int gettimeofday(struct timeval *restrict out, void *restrict zone) {
    (void)zone;
    const int64_t ns = now_ns();
    out->tv_sec = ns / 1000000000;
    out->tv_usec = ns % 1000000000 / 1000;
    return 0;
}

time_t time(time_t *out) {
    const time_t seconds = (time_t)(now_ns() / 1000000000);
    if (out != NULL) *out = seconds;
    return seconds;
}
