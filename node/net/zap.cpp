// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "node/net/zap.hpp"

#include <exception>

namespace stadtbuch::net {
namespace {

/// RFC 27 bounds both texts of a reply.
constexpr std::size_t text_bytes_max = 255;

ZapReply reply_to(const ZapRequest& request, ZapStatus status, std::string text) {
    ZapReply reply;
    reply.request_id = request.request_id;
    reply.status = status;
    reply.text = std::move(text);
    return reply;
}

ZapReply admitted(const ZapRequest& request, std::string user) {
    ZapReply reply = reply_to(request, ZapStatus::success, "OK");
    reply.user_id = std::move(user);
    return reply;
}

bool is_known(ZapStatus status) {
    return status == ZapStatus::success || status == ZapStatus::temporary_error ||
           status == ZapStatus::refused || status == ZapStatus::internal_error;
}

bool keeps_rules(const ZapReply& reply, const ZapRequest& request) {
    return reply.version == zap_version && reply.request_id == request.request_id &&
           is_known(reply.status) && reply.text.size() <= text_bytes_max &&
           reply.user_id.size() <= text_bytes_max &&
           (reply.status == ZapStatus::success) != reply.user_id.empty();
}

}  // namespace

ZapReply ask_zap(const ZapHandler& handler, const ZapRequest& request) {
    try {
        ZapReply reply = handler(request);
        if (keeps_rules(reply, request)) return reply;
        return reply_to(request, ZapStatus::internal_error, "reply breaks ZAP 1.0");
    } catch (const std::exception&) {
        return reply_to(request, ZapStatus::internal_error, "handler failed");
    }
}

bool ZapDirectory::is_member(const CurveKey& key) const {
    return alias_of_key_.contains(key);
}

void ZapDirectory::set_members(std::map<CurveKey, std::string> alias_of_key) {
    alias_of_key_ = std::move(alias_of_key);
    is_told_ = true;
}

ZapReply ZapDirectory::answer(const ZapRequest& request) const {
    if (request.version != zap_version)
        return reply_to(request, ZapStatus::internal_error, "ZAP version not known");
    if (request.mechanism != zap_curve)
        return reply_to(request, ZapStatus::refused, "mechanism is not CURVE");
    const auto key = curve_key_of(request.credential);
    if (!key) return reply_to(request, ZapStatus::refused, "credential is no Curve25519 key");
    if (request.domain == zap_client_domain) return admitted(request, key->z85());
    if (request.domain != zap_node_domain)
        return reply_to(request, ZapStatus::refused, "domain not known");
    if (!is_told_)
        return reply_to(request, ZapStatus::temporary_error, "members are not known yet");
    const auto member = alias_of_key_.find(*key);
    if (member == alias_of_key_.end())
        return reply_to(request, ZapStatus::refused, "key is no member's");
    if (request.identity != key->z85())
        return reply_to(request, ZapStatus::refused, "routing id is another's");
    return admitted(request, member->second);
}

}  // namespace stadtbuch::net
