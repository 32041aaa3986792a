// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/keys/pkcs11_session.hpp"

#include <dlfcn.h>

#include <algorithm>
#include <cstdio>
#include <map>

namespace stadtbuch::keys::pkcs11 {

namespace {

constexpr std::size_t slots_max = 64;
constexpr std::size_t signature_bytes = 64;

Error token_error(const std::string& what, const std::string& where) {
    return {"SB-4011", what, where, "Check module-path and that the token is there."};
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
    return functions;
}

Ulong initialize(const Functions& functions) {
    InitializeArguments arguments;
    arguments.flags = os_locking_ok;
    return functions.initialize(&arguments);
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

}  // namespace

std::string hex_code(Ulong code) {
    char text[24];
    std::snprintf(text, sizeof text, "0x%lx", code);
    return text;
}

std::string key_name(const Pkcs11Uri& uri) {
    return uri.object.empty() ? "id" : "object " + uri.object;
}

Error no_key(std::string what, const Pkcs11Uri& uri, std::string remedy) {
    return {"SB-4013", std::move(what), key_name(uri), std::move(remedy)};
}

Error no_new_key(std::string what, const Pkcs11Uri& uri, std::string remedy) {
    return {"SB-4014", std::move(what), key_name(uri), std::move(remedy)};
}

Result<Module*, Error> Module::load(const std::string& path) {
    static std::mutex guard;
    static std::map<std::string, Module> modules;
    const std::lock_guard lock(guard);
    Module& module = modules[path];
    const std::unique_lock alone(module.gate);
    std::string why;
    if (module.functions == nullptr) module.functions = functions_of(path, why);
    if (module.functions == nullptr) return Failure{token_error(why, path)};
    if (!module.is_started_) {
        const Ulong code = initialize(*module.functions);
        if (code != ok && code != already_initialized) {
            return Failure{token_error("the module does not start (" + hex_code(code) + ")", path)};
        }
        module.is_started_ = true;
    }
    return &module;
}

bool Module::restart(std::uint64_t seen) {
    const std::unique_lock alone(gate);
    if (generation_ != seen && is_started_) return true;
    if (is_started_) functions->finalize(nullptr);
    ++generation_;
    const Ulong code = initialize(*functions);
    is_started_ = code == ok || code == already_initialized;
    return is_started_;
}

Result<std::unique_ptr<Session>, Error> Session::open(Module& module, const Pkcs11Uri& uri,
                                                      std::string_view pin) {
    const std::string token = uri.token.empty() ? uri.module_path : "token " + uri.token;
    const Functions& functions = *module.functions;
    const auto slots = slots_with(functions, uri);
    if (slots.size() != 1) {
        return Failure{token_error(
            slots.empty() ? "there is no such token" : "several tokens fit; name one with serial=",
            token)};
    }
    Handle handle = 0;
    Ulong code =
        functions.open_session(slots[0], serial_session | rw_session, nullptr, nullptr, &handle);
    if (code != ok)
        return Failure{token_error("no session with the token (" + hex_code(code) + ")", token)};
    std::unique_ptr<Session> session(new Session(module, handle));
    code = functions.login(handle, user, reinterpret_cast<const unsigned char*>(pin.data()),
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

Session::~Session() {
    if (is_current()) module_.functions->close_session(handle_);
}

std::vector<Handle> Session::find(Ulong object_class, const Pkcs11Uri& uri) const {
    const Functions& functions = *module_.functions;
    std::string label = uri.object;
    Bytes id = uri.id;
    std::vector<Attribute> wanted{{attribute_class, &object_class, sizeof object_class}};
    if (!label.empty()) wanted.push_back({attribute_label, label.data(), label.size()});
    if (!id.empty()) wanted.push_back({attribute_id, id.data(), id.size()});
    if (functions.find_objects_init(handle_, wanted.data(), wanted.size()) != ok) return {};
    std::array<Handle, 2> found{};
    Ulong count = 0;
    const bool is_good = functions.find_objects(handle_, found.data(), found.size(), &count) == ok;
    functions.find_objects_final(handle_);
    if (!is_good) return {};
    return {found.begin(),
            found.begin() + static_cast<std::ptrdiff_t>(std::min<Ulong>(count, found.size()))};
}

Bytes Session::attribute(Handle object, Ulong type) const {
    Bytes value(256);
    Attribute wanted{type, value.data(), value.size()};
    if (module_.functions->get_attribute_value(handle_, object, &wanted, 1) != ok ||
        wanted.bytes > value.size())
        return {};
    value.resize(wanted.bytes);
    return value;
}

Result<Session::Pair, Error> Session::pair(const Pkcs11Uri& uri, const char* how_to_make) const {
    const auto private_keys = find(private_key_class, uri);
    const auto public_keys = find(public_key_class, uri);
    if (private_keys.size() == 1 && public_keys.size() == 1)
        return Pair{private_keys[0], public_keys[0]};
    const bool is_none = private_keys.empty() || public_keys.empty();
    return Failure{no_key(is_none ? "the token has no such key pair" : "several keys fit", uri,
                          is_none ? how_to_make : "Name one with id=.")};
}

Bytes Session::sign(Ulong mechanism_type, Handle private_key, BytesView data) const {
    const Functions& functions = *module_.functions;
    Mechanism mechanism{mechanism_type, nullptr, 0};
    if (functions.sign_init(handle_, &mechanism, private_key) != ok) return {};
    Bytes signature(signature_bytes);
    Ulong bytes = signature.size();
    const Ulong code = functions.sign(handle_, data.data(), data.size(), signature.data(), &bytes);
    if (code != ok || bytes != signature.size()) return {};
    return signature;
}

Result<void, Error> Session::generate(const Pkcs11Uri& uri, const NewPair& wanted) const {
    if (!find(private_key_class, uri).empty() || !find(public_key_class, uri).empty()) {
        return Failure{no_new_key("the token has such a key already", uri,
                                  "Keys are never overwritten; choose another object label.")};
    }
    std::string label = uri.object;
    Bytes id = uri.id.empty() ? bytes_of(std::string_view(label)) : uri.id;
    Bytes parameters(wanted.parameters.begin(), wanted.parameters.end());
    unsigned char yes = 1;
    unsigned char no = 0;
    std::vector<Attribute> for_public{{attribute_token, &yes, 1},
                                      {attribute_verify, &yes, 1},
                                      {attribute_ec_params, parameters.data(), parameters.size()},
                                      {attribute_id, id.data(), id.size()}};
    std::vector<Attribute> for_private{
        {attribute_token, &yes, 1},     {attribute_private, &yes, 1},
        {attribute_sensitive, &yes, 1}, {attribute_extractable, &no, 1},
        {attribute_sign, &yes, 1},      {attribute_id, id.data(), id.size()}};
    if (!label.empty()) {
        for_public.push_back({attribute_label, label.data(), label.size()});
        for_private.push_back({attribute_label, label.data(), label.size()});
    }
    Mechanism mechanism{wanted.mechanism, nullptr, 0};
    Handle public_key = 0;
    Handle private_key = 0;
    const Ulong code = module_.functions->generate_key_pair(
        handle_, &mechanism, for_public.data(), for_public.size(), for_private.data(),
        for_private.size(), &public_key, &private_key);
    if (code == ok) return {};
    const std::string kind = wanted.kind;
    return Failure{no_new_key("the token makes no " + kind + " key (" + hex_code(code) + ")", uri,
                              "Ask its maker whether it knows " + kind + ".")};
}

Result<Opened, Error> open_session(const Pkcs11Uri& uri, std::string_view pin) {
    const auto module = Module::load(uri.module_path);
    if (!module) return Failure{module.error()};
    std::shared_lock gate((*module)->gate);
    auto session = Session::open(**module, uri, pin);
    if (!session) return Failure{session.error()};
    return Opened{*module, std::move(gate), *std::move(session)};
}

Error halves_differ(const Pkcs11Uri& uri) {
    return no_key("the token's private and public key do not belong together", uri,
                  "Name the pair with id=.");
}

}  // namespace stadtbuch::keys::pkcs11
