// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/keys/pkcs11.hpp"

#include <algorithm>
#include <vector>

#include "ssi/keys/pkcs11_session.hpp"

namespace stadtbuch::keys {

using namespace pkcs11;

namespace {

constexpr std::size_t uri_chars_max = 2048;
/// DER of the object identifier 1.3.101.112, id-Ed25519 (RFC 8410).
constexpr std::array<unsigned char, 5> ed25519_params{0x06, 0x03, 0x2B, 0x65, 0x70};

Error uri_error(std::string what, std::string_view where) {
    return {"SB-4010", std::move(what), std::string(where),
            "Write pkcs11:token=LABEL;object=LABEL?module-path=FILE&pin-source=FILE"};
}

std::optional<std::string> percent_decoded(std::string_view text) {
    const auto digit = [](char c) {
        if (c >= '0' && c <= '9') return c - '0';
        if (c >= 'a' && c <= 'f') return c - 'a' + 10;
        if (c >= 'A' && c <= 'F') return c - 'A' + 10;
        return -1;
    };
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out += text[i];
            continue;
        }
        if (i + 2 >= text.size() || digit(text[i + 1]) < 0 || digit(text[i + 2]) < 0)
            return std::nullopt;
        out += static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2]));
        i += 2;
    }
    return out;
}

/// One `name=value`; the text says what is wrong with it, or is empty.
std::string take_attribute(Pkcs11Uri& uri, std::string_view name, std::string value) {
    if (name == "token") {
        uri.token = std::move(value);
    } else if (name == "serial") {
        uri.serial = std::move(value);
    } else if (name == "object") {
        uri.object = std::move(value);
    } else if (name == "id") {
        uri.id = bytes_of(std::string_view(value));
    } else if (name == "module-path") {
        uri.module_path = std::move(value);
    } else if (name == "pin-source") {
        uri.pin_source = value.starts_with("file:") ? value.substr(5) : std::move(value);
    } else if (name == "type") {
        if (value != "private" && value != "public") return "type is not private";
    } else if (name == "pin-value") {
        return "a PIN does not belong into a URI; use pin-source";
    } else {
        return "unknown attribute " + std::string(name);
    }
    return {};
}

/// SoftHSM and most tokens wrap the point in a DER octet string; some give it bare.
std::optional<Ed25519PublicKey> key_of_point(BytesView point) {
    if (point.size() == 34 && point[0] == 0x04 && point[1] == 0x20) point = point.subspan(2);
    return Ed25519PublicKey::of(point);
}

}  // namespace

Result<Pkcs11Uri, Error> Pkcs11Uri::parse(std::string_view text) {
    constexpr std::string_view scheme = "pkcs11:";
    if (!text.starts_with(scheme) || text.size() > uri_chars_max)
        return Failure{uri_error("this is no PKCS#11 URI", text.substr(0, 80))};
    text.remove_prefix(scheme.size());
    Pkcs11Uri out;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find_first_of(";?&"), text.size());
        const std::string_view part = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (part.empty()) continue;
        const std::size_t equal = part.find('=');
        auto value = equal == std::string_view::npos ? std::nullopt
                                                     : percent_decoded(part.substr(equal + 1));
        if (!value) return Failure{uri_error("no name=value", part)};
        const std::string_view name = part.substr(0, equal);
        // The value may be a secret that somebody wrote there by mistake: the message names no more
        // than the attribute.
        if (std::string wrong = take_attribute(out, name, *std::move(value)); !wrong.empty())
            return Failure{uri_error(std::move(wrong), name)};
    }
    if (!out.module_path.starts_with('/'))
        return Failure{uri_error("module-path is missing or not absolute", "module-path")};
    if (out.object.empty() && out.id.empty())
        return Failure{uri_error("object or id must name the key", "object")};
    return out;
}

Result<std::unique_ptr<Pkcs11Key>, Error> Pkcs11Key::open(const Pkcs11Uri& uri,
                                                          std::string_view pin) {
    auto opened = open_session(uri, pin);
    if (!opened) return Failure{opened.error()};
    auto& session = opened->session;
    const auto pair = session->pair(uri, "Make one: stadtbuch did new --key URI");
    if (!pair) return Failure{pair.error()};
    const Bytes type = session->attribute(pair->private_key, attribute_key_type);
    const Ulong edwards = key_type_ec_edwards;
    const auto* bytes = reinterpret_cast<const Byte*>(&edwards);
    const auto key = key_of_point(session->attribute(pair->public_key, attribute_ec_point));
    if (!key || !std::equal(type.begin(), type.end(), bytes, bytes + sizeof edwards))
        return Failure{no_key("this is no Ed25519 key", uri, "The ledger knows Ed25519 only.")};
    const Bytes probe = bytes_of(probe_text);
    if (!verify_ed25519(*key, probe, session->sign(mechanism_eddsa, pair->private_key, probe))) {
        return Failure{halves_differ(uri)};
    }
    return std::unique_ptr<Pkcs11Key>(
        new Pkcs11Key(*opened->module, std::move(session), pair->private_key, *key));
}

Result<std::unique_ptr<Pkcs11Key>, Error> Pkcs11Key::generate(const Pkcs11Uri& uri,
                                                              std::string_view pin) {
    {
        const auto opened = open_session(uri, pin);
        if (!opened) return Failure{opened.error()};
        const auto made =
            opened->session->generate(uri, {mechanism_edwards_pair, ed25519_params, "Ed25519"});
        if (!made) return Failure{made.error()};
    }
    return open(uri, pin);
}

Pkcs11Key::Pkcs11Key(Module& module, std::unique_ptr<Session> session, unsigned long private_key,
                     Ed25519PublicKey public_key)
    : module_(module),
      session_(std::move(session)),
      private_key_(private_key),
      public_(public_key) {}

Pkcs11Key::~Pkcs11Key() {
    const std::shared_lock gate(module_.gate);
    session_.reset();
}

Bytes Pkcs11Key::sign_message(BytesView message) const {
    const std::shared_lock gate(module_.gate);
    if (!session_->is_current()) return {};
    return session_->sign(mechanism_eddsa, private_key_, message);
}

}  // namespace stadtbuch::keys
