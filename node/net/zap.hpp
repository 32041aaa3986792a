// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Authentication of CurveZMQ connections: ZAP 1.0 (ZeroMQ RFC 27) between the listener and a
// handler in the same process. The frames of the RFC are members of values here; there is no inproc
// socket, because the listener is ours.
//
// The listener asks in each handshake, when the client has proven its key and before READY. 200
// lets it in under the user id of the reply; 400 and 500 end the handshake with ERROR and that
// code, 300 without a word (as libzmq does).
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "node/net/curve_keys.hpp"
#include "storage/base/bytes.hpp"

namespace stadtbuch::net {

inline constexpr std::string_view zap_version = "1.0";
inline constexpr std::string_view zap_curve = "CURVE";
inline constexpr std::string_view zap_client_domain = "client";
inline constexpr std::string_view zap_node_domain = "node";

struct ZapRequest {
    std::string version{zap_version};
    /// Chosen by who asks; the reply repeats it.
    std::string request_id;
    /// The port that is asked for.
    std::string domain;
    /// IP address of the peer.
    std::string address;
    /// Routing id that the peer names; empty: none.
    std::string identity;
    std::string mechanism{zap_curve};
    /// The client's long-term key, 32 octets.
    Bytes credential;
};

enum class ZapStatus : std::uint16_t {
    success = 200,
    temporary_error = 300,
    refused = 400,
    internal_error = 500
};

struct ZapReply {
    std::string version{zap_version};
    std::string request_id;
    ZapStatus status = ZapStatus::internal_error;
    /// For people.
    std::string text;
    /// Who the peer is; set with status 200 only.
    std::string user_id;
};

using ZapHandler = std::function<ZapReply(const ZapRequest&)>;

/// Asks the handler. A handler that throws, or whose reply breaks RFC 27 (other version or request
/// id, unknown status, texts above 255 octets, 200 without a user id), has failed: 500.
[[nodiscard]] ZapReply ask_zap(const ZapHandler& handler, const ZapRequest& request);

/// The handler of this program's ports: who is behind a key.
class ZapDirectory {
  public:
    /// Members are who is admitted to the node domain, and under their own routing id only.
    void set_members(std::map<CurveKey, std::string> alias_of_key);
    [[nodiscard]] bool is_member(const CurveKey& key) const;

    /// Domain "client": every key, the user is z85 of it (indy-client-protocol §1). Domain "node":
    /// a member's key under the routing id z85 of that key, the user is the member
    /// (plenum-consensus §1.2). Else 400; another version: 500. Before the members are told: 300.
    /// libzmq tries again after that, but never after 400, and a member that finds a port in the
    /// moment of its start must not be lost for good.
    [[nodiscard]] ZapReply answer(const ZapRequest& request) const;

  private:
    std::map<CurveKey, std::string> alias_of_key_;
    bool is_told_ = false;
};

}  // namespace stadtbuch::net
