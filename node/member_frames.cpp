// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "node/member_frames.hpp"

#include <memory>

#include "node/execution/ledger_executor.hpp"
#include "node/log.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"

namespace stadtbuch::node {

/// A PROPAGATE as members write it, of a request whose text is known: nothing is left to parse,
/// because the text is one JSON object and the rest is compared. Nearly all are of this kind.
/// False: to be read in full.
bool MemberFrames::on_known_propagate(const std::string& alias, std::string_view text) {
    constexpr std::string_view head = "{\"op\":\"PROPAGATE\",\"request\":";
    constexpr std::string_view middle = ",\"senderClient\":";
    constexpr std::size_t client_max = 256;
    const std::size_t at = text.rfind(middle);
    if (!text.starts_with(head) || at == std::string_view::npos || at < head.size()) return false;
    std::string_view client = text.substr(at + middle.size());
    if (client.size() < 4 || client.size() > client_max || !client.starts_with('"') ||
        !client.ends_with("\"}"))
        return false;
    client = client.substr(1, client.size() - 3);
    std::string client_text;
    for (std::size_t i = 0; i < client.size(); ++i) {
        // The one escape that base64 needs.
        if (client.substr(i, 2) == "\\/") ++i;
        if (client[i] < ' ' || client[i] >= 127 || client[i] == '"' || client[i] == '\\')
            return false;
        client_text += client[i];
    }
    const std::string_view request_text = text.substr(head.size(), at - head.size());
    const ledger::RequestPtr request = desk_.find_text(request_text);
    if (request == nullptr) return false;
    check_carried(
        alias,
        consensus::messages::Propagate{std::string(request_text), std::move(client_text), {}, {}},
        request);
    return true;
}

void MemberFrames::on_frame(const std::string& alias, std::string_view text) {
    if (on_known_propagate(alias, text)) return;
    auto message = consensus::messages::decode(text);
    if (!message) {
        if (message.error() == consensus::messages::WireError::no_op)
            return on_own_request(alias, text);
        return hooks_.name_fault(
            alias,
            "malformed frame: " + std::string(consensus::messages::to_text(message.error())));
    }
    if (consensus::messages::carried_propagate(*message) != nullptr) {
        return on_carried_request(alias, *std::move(message));
    }
    hooks_.deliver(alias, *std::move(message), nullptr);
}

void MemberFrames::on_carried_request(const std::string& alias,
                                      consensus::messages::Message message) {
    const consensus::messages::Propagate& propagate =
        *consensus::messages::carried_propagate(message);
    const auto request = request_of(propagate.request, [](const ledger::Request& one) {
        return one.kind == ledger::RequestKind::write;
    });
    if (request == nullptr)
        return hooks_.name_fault(alias, "PROPAGATE with an unacceptable request");
    check_carried(alias, std::move(message), request);
}

/// Null: not what is wanted; nothing is kept of it.
ledger::RequestPtr MemberFrames::request_of(std::string_view text,
                                            bool (*is_wanted)(const ledger::Request&)) {
    ledger::RequestPtr known = desk_.find_text(text);
    if (known != nullptr) return is_wanted(*known) ? known : nullptr;
    auto parsed = encoding::parse_ujson(text, {.depth_max = encoding::request_nesting_max});
    if (!parsed || !parsed->is_object()) return nullptr;
    auto checked = ledger::parse_request(*std::move(parsed), ledger::Origin::member);
    if (!checked || !is_wanted(*checked)) return nullptr;
    return desk_.keep(text, *std::move(checked));
}

void MemberFrames::check_carried(const std::string& alias, consensus::messages::Message message,
                                 const ledger::RequestPtr& request) {
    auto shared = std::make_shared<consensus::messages::Message>(std::move(message));
    const bool taken = desk_.verify(
        request,
        [this, alias, shared](const ledger::RequestPtr& checked, const ledger::Refusal* refusal) {
            if (refusal != nullptr) return on_unverified(alias, *checked);
            consensus::messages::Propagate& carried =
                *consensus::messages::carried_propagate(*shared);
            const auto ledger = ledger::ledger_of_type(checked->type);
            if (!ledger) return;
            carried.digest = checked->digest;
            carried.ledger = ledger_id_of(*ledger);
            if (carried.sender_client)
                hooks_.remember_sender(checked->digest, *carried.sender_client);
            hooks_.deliver(alias, std::move(*shared), checked);
        });
    if (!taken) log(LogLevel::debug, "PROPAGATE dropped: too many checks wait", {{"peer", alias}});
}

/// The one frame that is no message: a request by which a node says that it replaces itself
/// (NODE_UPGRADE; plenum-consensus §1.8, §11.5). Anything else of this form is a fault.
void MemberFrames::on_own_request(const std::string& alias, std::string_view text) {
    const auto request = request_of(text, [](const ledger::Request& one) {
        return one.type == ledger::txn_type::node_upgrade;
    });
    if (request == nullptr) return hooks_.name_fault(alias, "malformed frame: no op");
    const bool taken = desk_.verify(
        request, [this, alias, text = std::string(text)](const ledger::RequestPtr& checked,
                                                         const ledger::Refusal* refusal) {
            if (refusal != nullptr) return on_unverified(alias, *checked);
            // The answer goes to who sent it, as in the reference: nobody waits for it.
            hooks_.propose(alias, checked, text);
        });
    if (!taken)
        log(LogLevel::debug, "NODE_UPGRADE dropped: too many checks wait", {{"peer", alias}});
}

/// A sender is named only for what no honest member can have taken for good. It may know an author,
/// or a key of his, that this node learns with the next batch, or one that this node has already
/// seen replaced. If the pool wants the request, its text is asked for when a batch names it.
void MemberFrames::on_unverified(const std::string& alias, const ledger::Request& request) {
    if (!ledger::is_signed_by_nobody(request)) {
        ++unverified_;
        return log(LogLevel::debug, "request that cannot be verified here now", {{"peer", alias}});
    }
    hooks_.name_fault(alias, "request with a signature that no key can have made");
}

}  // namespace stadtbuch::node
