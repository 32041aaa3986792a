/* SPDX-FileCopyrightText: 2026 Stadtbuch contributors
 * SPDX-License-Identifier: EUPL-1.2
 * A machine whose name server does not answer, for a process that loads this before libc (LD_PRELOAD): every lookup of a
 * host name fails with EAI_AGAIN after NAMES_WAIT_MS, as it does for a resolver that waits. Addresses in digits are no
 * lookup. Each one that failed is appended to NAMES_NOTES, so that a test can tell whether anybody looked.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int is_in_digits(const char *name) {
    unsigned char bytes[sizeof(struct in6_addr)];
    return inet_pton(AF_INET, name, bytes) == 1 || inet_pton(AF_INET6, name, bytes) == 1;
}

static void note(const char *name) {
    const char *path = getenv("NAMES_NOTES");
    const int fd = path == NULL ? -1 : open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0) return;
    char line[300];
    const int size = snprintf(line, sizeof line, "%.255s\n", name);
    if (write(fd, line, (size_t)size) != size) abort();
    close(fd);
}

int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints, struct addrinfo **found) {
    static int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **);
    if (real == NULL) *(void **)&real = dlsym(RTLD_NEXT, "getaddrinfo");
    if (name == NULL || is_in_digits(name)) return real(name, service, hints, found);
    note(name);
    const char *wait = getenv("NAMES_WAIT_MS");
    usleep((useconds_t)(wait == NULL ? 0 : atoi(wait)) * 1000);
    return EAI_AGAIN;
}
