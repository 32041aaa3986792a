// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/keys/pkcs11.hpp"

#include <dlfcn.h>

#include <algorithm>
#include <cstdio>
#include <vector>

#include "ssi/keys/pkcs11_api.hpp"
#include "storage/base/assert.hpp"

namespace stadtbuch::keys {

using namespace pkcs11;

namespace {

constexpr std::size_t slots_max = 64;
constexpr std::size_t uri_chars_max = 2048;
/// DER of the object identifier 1.3.101.112, id-Ed25519 (RFC 8410).
constexpr std::array<unsigned char, 5> ed25519_params{0x06, 0x03, 0x2B, 0x65, 0x70};

Error uri_error(std::string what, std::string_view where) {
    return {"SB-4010", std::move(what), std::string(where),
            "Write pkcs11:token=LABEL;object=LABEL?module-path=FILE&pin-source=FILE"};
}

Error token_error(const std::string& what, const std::string& where) {
    return {"SB-4011", what, where, "Check module-path and that the token is there."};
}

std::string hex_code(Ulong code) {
    char text[24];
    std::snprintf(text, sizeof text, "0x%lx", code);
    return text;
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

Functions* functions_of(const std::string& module_path, std::string& why) {
    void* library = ::dlopen(module_path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
        const char* text = ::dlerror();
        why = text != nullptr ? text : "it cannot be loaded";
        return nullptr;
    }
    const auto get = reinterpret_cast<GetFunctionList>(::dlsym(library, "C_GetFunctionList"));
    Functions* functions = nullptr;
    if (get == nullptr || get(&functions) != ok || functions == nullptr) {
        why = "it is no PKCS#11 module";
        return nullptr;
    }
    const Ulong code = functions->initialize(nullptr);
    if (code != ok && code != already_initialized) {
        why = "the module does not start (" + hex_code(code) + ")";
        return nullptr;
    }
    return functions;
}

/// Labels are padded with blanks.
template <std::size_t n>
std::string trimmed(const std::array<char, n>& text) {
    std::string out(text.data(), n);
    while (!out.empty() && (out.back() == ' ' || out.back() == '\0')) out.pop_back();
    return out;
}

std::vector<Ulong> slots_with(const Functions& functions, const Pkcs11Uri& uri) {
    std::array<Ulong, slots_max> slots{};
    Ulong count = slots_max;
    if (functions.get_slot_list(1, slots.data(), &count) != ok) return {};
    std::vector<Ulong> out;
    for (std::size_t i = 0; i < count && i < slots_max; ++i) {
        TokenInfo info;
        if (functions.get_token_info(slots[i], &info) != ok) continue;
        if (!uri.token.empty() && trimmed(info.label) != uri.token) continue;
        if (!uri.serial.empty() && trimmed(info.serial) != uri.serial) continue;
        out.push_back(slots[i]);
    }
    return out;
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

struct Pkcs11Key::Session {
    Functions* functions = nullptr;
    Handle handle = 0;

    Session(Functions* own_functions, Handle own_handle)
        : functions(own_functions), handle(own_handle) {}

    ~Session() { functions->close_session(handle); }

    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    static Result<std::unique_ptr<Session>, Error> open(const Pkcs11Uri& uri, std::string_view pin);
    [[nodiscard]] std::vector<Handle> find(Ulong object_class, const Pkcs11Uri& uri) const;
    [[nodiscard]] Bytes attribute(Handle object, Ulong type) const;
};

Result<std::unique_ptr<Pkcs11Key::Session>, Error> Pkcs11Key::Session::open(const Pkcs11Uri& uri,
                                                                            std::string_view pin) {
    std::string why;
    Functions* functions = functions_of(uri.module_path, why);
    if (functions == nullptr) return Failure{token_error(why, uri.module_path)};
    const auto slots = slots_with(*functions, uri);
    const std::string token = uri.token.empty() ? uri.module_path : "token " + uri.token;
    if (slots.size() != 1) {
        return Failure{token_error(
            slots.empty() ? "there is no such token" : "several tokens fit; name one with serial=",
            token)};
    }
    Handle handle = 0;
    Ulong code =
        functions->open_session(slots[0], serial_session | rw_session, nullptr, nullptr, &handle);
    if (code != ok)
        return Failure{token_error("no session with the token (" + hex_code(code) + ")", token)};
    auto session = std::make_unique<Session>(functions, handle);
    code = functions->login(handle, user, reinterpret_cast<const unsigned char*>(pin.data()),
                            pin.size());
    if (code == ok || code == user_already_logged_in) return session;
    const bool is_pin = code == pin_incorrect || code == pin_invalid || code == pin_len_range;
    if (is_pin || code == pin_locked) {
        return Failure{Error{"SB-4012", is_pin ? "the PIN is wrong" : "the PIN is locked", token,
                             is_pin ? "Tokens lock themselves after few wrong tries."
                                    : "Unlock it with the tool of the token's maker."}};
    }
    return Failure{token_error("the token refuses the login (" + hex_code(code) + ")", token)};
}

std::vector<Handle> Pkcs11Key::Session::find(Ulong object_class, const Pkcs11Uri& uri) const {
    std::string label = uri.object;
    Bytes id = uri.id;
    std::vector<Attribute> wanted{{attribute_class, &object_class, sizeof object_class}};
    if (!label.empty()) wanted.push_back({attribute_label, label.data(), label.size()});
    if (!id.empty()) wanted.push_back({attribute_id, id.data(), id.size()});
    if (functions->find_objects_init(handle, wanted.data(), wanted.size()) != ok) return {};
    std::array<Handle, 2> found{};
    Ulong count = 0;
    const bool is_good = functions->find_objects(handle, found.data(), found.size(), &count) == ok;
    functions->find_objects_final(handle);
    if (!is_good) return {};
    return {found.begin(),
            found.begin() + static_cast<std::ptrdiff_t>(std::min<Ulong>(count, found.size()))};
}

Bytes Pkcs11Key::Session::attribute(Handle object, Ulong type) const {
    Bytes value(256);
    Attribute wanted{type, value.data(), value.size()};
    if (functions->get_attribute_value(handle, object, &wanted, 1) != ok ||
        wanted.bytes > value.size())
        return {};
    value.resize(wanted.bytes);
    return value;
}

Result<std::unique_ptr<Pkcs11Key>, Error> Pkcs11Key::open(const Pkcs11Uri& uri,
                                                          std::string_view pin) {
    auto session = Session::open(uri, pin);
    if (!session) return Failure{session.error()};
    const std::string name = uri.object.empty() ? "id" : "object " + uri.object;
    const auto private_keys = (*session)->find(private_key_class, uri);
    const auto public_keys = (*session)->find(public_key_class, uri);
    if (private_keys.size() != 1 || public_keys.size() != 1) {
        const bool is_none = private_keys.empty() || public_keys.empty();
        return Failure{
            Error{"SB-4013", is_none ? "the token has no such key pair" : "several keys fit", name,
                  is_none ? "Make one: stadtbuch did new --key URI" : "Name one with id=."}};
    }
    const Bytes type = (*session)->attribute(private_keys[0], attribute_key_type);
    const Ulong edwards = key_type_ec_edwards;
    const auto* bytes = reinterpret_cast<const Byte*>(&edwards);
    const auto key = key_of_point((*session)->attribute(public_keys[0], attribute_ec_point));
    if (!key || !std::equal(type.begin(), type.end(), bytes, bytes + sizeof edwards)) {
        return Failure{
            Error{"SB-4013", "this is no Ed25519 key", name, "The ledger knows Ed25519 only."}};
    }
    auto out =
        std::unique_ptr<Pkcs11Key>(new Pkcs11Key(*std::move(session), private_keys[0], *key));
    // Both halves are found by name only: one signature shows that they belong together.
    const Bytes probe = bytes_of(std::string_view("stadtbuch key check"));
    if (!verify_ed25519(out->public_, probe, out->sign_message(probe))) {
        return Failure{Error{"SB-4013", "the token's private and public key do not belong together",
                             name, "Name the pair with id=."}};
    }
    return out;
}

Result<std::unique_ptr<Pkcs11Key>, Error> Pkcs11Key::generate(const Pkcs11Uri& uri,
                                                              std::string_view pin) {
    {
        auto session = Session::open(uri, pin);
        if (!session) return Failure{session.error()};
        const std::string name = uri.object.empty() ? "id" : "object " + uri.object;
        if (!(*session)->find(private_key_class, uri).empty() ||
            !(*session)->find(public_key_class, uri).empty()) {
            return Failure{Error{"SB-4014", "the token has such a key already", name,
                                 "Keys are never overwritten; choose another object label."}};
        }
        std::string label = uri.object;
        Bytes id = uri.id.empty() ? bytes_of(std::string_view(label)) : uri.id;
        auto params = ed25519_params;
        unsigned char yes = 1;
        unsigned char no = 0;
        std::vector<Attribute> for_public{{attribute_token, &yes, 1},
                                          {attribute_verify, &yes, 1},
                                          {attribute_ec_params, params.data(), params.size()},
                                          {attribute_id, id.data(), id.size()}};
        std::vector<Attribute> for_private{
            {attribute_token, &yes, 1},     {attribute_private, &yes, 1},
            {attribute_sensitive, &yes, 1}, {attribute_extractable, &no, 1},
            {attribute_sign, &yes, 1},      {attribute_id, id.data(), id.size()}};
        if (!label.empty()) {
            for_public.push_back({attribute_label, label.data(), label.size()});
            for_private.push_back({attribute_label, label.data(), label.size()});
        }
        Mechanism mechanism{mechanism_edwards_pair, nullptr, 0};
        Handle public_key = 0;
        Handle private_key = 0;
        const Ulong code = (*session)->functions->generate_key_pair(
            (*session)->handle, &mechanism, for_public.data(), for_public.size(),
            for_private.data(), for_private.size(), &public_key, &private_key);
        if (code != ok) {
            return Failure{Error{"SB-4014",
                                 "the token makes no Ed25519 key (" + hex_code(code) + ")", name,
                                 "Ask its maker whether it knows Ed25519."}};
        }
    }
    return open(uri, pin);
}

Pkcs11Key::Pkcs11Key(std::unique_ptr<Session> session, unsigned long private_key,
                     Ed25519PublicKey public_key)
    : session_(std::move(session)), private_key_(private_key), public_(public_key) {}

Pkcs11Key::~Pkcs11Key() = default;

Bytes Pkcs11Key::sign_message(BytesView message) const {
    Mechanism mechanism{mechanism_eddsa, nullptr, 0};
    const Functions& functions = *session_->functions;
    if (functions.sign_init(session_->handle, &mechanism, private_key_) != ok) return {};
    Bytes signature(64);
    Ulong bytes = signature.size();
    const Ulong code =
        functions.sign(session_->handle, message.data(), message.size(), signature.data(), &bytes);
    if (code != ok || bytes != signature.size()) return {};
    return signature;
}

}  // namespace stadtbuch::keys
