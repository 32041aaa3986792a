// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "node/net/bind_error.hpp"

#include <netdb.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <system_error>

#include "node/net/localhost.hpp"

namespace stadtbuch::net {

Error bind_error(int code, const std::string& host, std::uint16_t port) {
    const std::string where = host + ":" + std::to_string(port);
    switch (code) {
        case EADDRINUSE:
            return {"SB-3101", "the address is in use by another process", where,
                    "Stop the other process or choose another port (ss -ltnp shows who listens)."};
        case EADDRNOTAVAIL:
        case ENODEV:
            return {"SB-3102", "the address does not belong to this machine", where,
                    "Choose an address of this machine (ip address shows them), or 0.0.0.0."};
        case EACCES:
        case EPERM:
            return {"SB-3103", "no permission to listen on this address", where,
                    "Choose a port above 1023 or grant CAP_NET_BIND_SERVICE."};
        default:
            return {"SB-3105", "cannot listen: " + std::generic_category().message(code), where,
                    ""};
    }
}

Result<std::string, Error> resolve_local(const std::string& host) {
    if (is_this_machine(host)) return std::string(loopback_address);
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE;
    addrinfo* found = nullptr;
    const int code = getaddrinfo(host.c_str(), "0", &hints, &found);
    if (code != 0 || found == nullptr) {
        return Failure{Error{"SB-3104",
                             "unknown host name or bad address: " + std::string(gai_strerror(code)),
                             host, "Give an IPv4 or IPv6 address or a host name of this machine."}};
    }
    std::array<char, NI_MAXHOST> text{};
    const int named = getnameinfo(found->ai_addr, found->ai_addrlen, text.data(), text.size(),
                                  nullptr, 0, NI_NUMERICHOST);
    freeaddrinfo(found);
    if (named != 0) {
        return Failure{Error{"SB-3104", "the address cannot be written", host, ""}};
    }
    return std::string(text.data());
}

}  // namespace stadtbuch::net
