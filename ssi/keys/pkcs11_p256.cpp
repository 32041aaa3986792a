// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/keys/pkcs11_p256.hpp"

#include <algorithm>

#include "ssi/keys/pkcs11_session.hpp"
#include "storage/hash/hash.hpp"

namespace stadtbuch::keys {

using namespace pkcs11;

namespace {

constexpr std::size_t free_sessions_max = 64;
constexpr const char* how_to_make = "Make one: stadtbuch-agent make-key";
/// DER of the object identifier 1.2.840.10045.3.1.7, prime256v1.
constexpr std::array<unsigned char, 10> p256_params{0x06, 0x08, 0x2A, 0x86, 0x48,
                                                    0xCE, 0x3D, 0x03, 0x01, 0x07};

/// CKA_EC_POINT is a DER octet string with the point; some tokens give it bare.
std::optional<P256PublicKey> key_of_point(BytesView point) {
    if (point.size() == 67 && point[0] == 0x04 && point[1] == 0x41) point = point.subspan(2);
    auto key = P256PublicKey::from_point(point);
    if (!key) return std::nullopt;
    return *std::move(key);
}

/// The pair of the URI and its public key, if it is one of P-256.
Result<std::pair<Handle, P256PublicKey>, Error> p256_pair(const Session& session,
                                                          const Pkcs11Uri& uri) {
    const auto pair = session.pair(uri, how_to_make);
    if (!pair) return Failure{pair.error()};
    const Bytes type = session.attribute(pair->private_key, attribute_key_type);
    const Ulong ec = key_type_ec;
    const auto* bytes = reinterpret_cast<const Byte*>(&ec);
    auto key = key_of_point(session.attribute(pair->public_key, attribute_ec_point));
    if (!key || !std::equal(type.begin(), type.end(), bytes, bytes + sizeof ec))
        return Failure{no_key("this is no P-256 key", uri, "Credentials are signed with P-256.")};
    return std::pair{pair->private_key, *std::move(key)};
}

}  // namespace

struct Pkcs11P256Key::Lent {
    std::unique_ptr<Session> session;
    Handle private_key = 0;
};

Result<std::unique_ptr<Pkcs11P256Key>, Error> Pkcs11P256Key::open(const Pkcs11Uri& uri,
                                                                  std::string_view pin) {
    auto opened = open_session(uri, pin);
    if (!opened) return Failure{opened.error()};
    auto& session = opened->session;
    auto pair = p256_pair(*session, uri);
    if (!pair) return Failure{pair.error()};
    const Bytes probe = bytes_of(probe_text);
    const Hash32 digest = hash::sha256(probe);
    if (!pair->second.verify(probe, session->sign(mechanism_ecdsa, pair->first, digest.view()))) {
        return Failure{halves_differ(uri)};
    }
    std::unique_ptr<Pkcs11P256Key> out(new Pkcs11P256Key(
        *opened->module, uri, SecretBytes::copy_of(view_of(pin)), std::move(pair->second)));
    out->free_.push_back(std::make_unique<Lent>(Lent{std::move(session), pair->first}));
    return out;
}

Result<std::unique_ptr<Pkcs11P256Key>, Error> Pkcs11P256Key::generate(const Pkcs11Uri& uri,
                                                                      std::string_view pin) {
    {
        const auto opened = open_session(uri, pin);
        if (!opened) return Failure{opened.error()};
        const auto made = opened->session->generate(uri, {mechanism_ec_pair, p256_params, "P-256"});
        if (!made) return Failure{made.error()};
    }
    return open(uri, pin);
}

Pkcs11P256Key::Pkcs11P256Key(Module& module, Pkcs11Uri uri, SecretBytes pin,
                             P256PublicKey public_key)
    : module_(module), uri_(std::move(uri)), pin_(std::move(pin)), public_(std::move(public_key)) {}

Pkcs11P256Key::~Pkcs11P256Key() {
    const std::shared_lock gate(module_.gate);
    free_.clear();
}

Bytes Pkcs11P256Key::sign_message(BytesView message) const {
    const Hash32 digest = hash::sha256(message);
    std::uint64_t seen = 0;
    if (Bytes signature = sign_once(digest.view(), seen); !signature.empty()) return signature;
    return sign_anew(digest.view(), seen);
}

Error Pkcs11P256Key::last_error() const {
    const std::lock_guard lock(guard_);
    return last_error_;
}

void Pkcs11P256Key::note(const Error& error) const {
    const std::lock_guard lock(guard_);
    last_error_ = error;
    pin_refused_ = pin_refused_ || error.id == "SB-4012";
}

/// REQUIRES: the gate is held.
Bytes Pkcs11P256Key::sign_and_keep(std::unique_ptr<Lent> lent, BytesView digest) const {
    Bytes signature = lent->session->sign(mechanism_ecdsa, lent->private_key, digest);
    if (signature.empty()) return {};  // the session ends here
    const std::lock_guard lock(guard_);
    if (free_.size() < free_sessions_max) free_.push_back(std::move(lent));
    return signature;
}

Bytes Pkcs11P256Key::sign_once(BytesView digest, std::uint64_t& seen) const {
    const std::shared_lock gate(module_.gate);
    seen = module_.generation();
    std::unique_ptr<Lent> lent;
    {
        const std::lock_guard lock(guard_);
        if (pin_refused_) return {};
        if (!free_.empty()) {
            lent = std::move(free_.back());
            free_.pop_back();
        }
        if (lent != nullptr && !lent->session->is_current()) {
            lent.reset();
            free_.clear();  // all of them are older than the module
        }
    }
    if (lent == nullptr && module_.is_started()) lent = connect();
    return lent == nullptr ? Bytes() : sign_and_keep(std::move(lent), digest);
}

/// First with a new session: tokens end idle ones. Then with the module started again.
Bytes Pkcs11P256Key::sign_anew(BytesView digest, std::uint64_t seen) const {
    const std::lock_guard alone(recovery_);
    std::uint64_t now = 0;
    {
        const std::shared_lock gate(module_.gate);
        const std::lock_guard lock(guard_);
        free_.clear();
    }
    if (Bytes signature = sign_once(digest, now); !signature.empty()) return signature;
    {
        const std::lock_guard lock(guard_);
        if (pin_refused_) return {};
    }
    if (!module_.restart(seen)) {
        note({"SB-4011", "the module does not start", uri_.module_path,
              "Check module-path and that the token is there."});
        return {};
    }
    return sign_once(digest, now);
}

/// REQUIRES: the gate is held.
std::unique_ptr<Pkcs11P256Key::Lent> Pkcs11P256Key::connect() const {
    auto session = Session::open(module_, uri_, text_of(pin_.view()));
    if (!session) {
        note(session.error());
        return nullptr;
    }
    const auto pair = p256_pair(**session, uri_);
    if (pair && pair->second == public_)
        return std::make_unique<Lent>(Lent{*std::move(session), pair->first});
    note(pair ? no_key("the token now has another key of that name", uri_,
                       "Bring the first token back, or start the agent again with the certificate "
                       "of the new key.")
              : pair.error());
    return nullptr;
}

}  // namespace stadtbuch::keys
