// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// A session with a PKCS#11 token, and the module behind it. No header for others: only the files of
// this room that make signers of it include it.
//
// Threads: a module may be used by any; a session by one at a time.
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <vector>

#include "ssi/keys/pkcs11.hpp"
#include "ssi/keys/pkcs11_api.hpp"

namespace stadtbuch::keys::pkcs11 {

[[nodiscard]] std::string hex_code(Ulong code);
/// What a message calls the key: its label, or "id".
[[nodiscard]] std::string key_name(const Pkcs11Uri& uri);
/// SB-4013 and SB-4014.
[[nodiscard]] Error no_key(std::string what, const Pkcs11Uri& uri, std::string remedy);
[[nodiscard]] Error no_new_key(std::string what, const Pkcs11Uri& uri, std::string remedy);

/// A loaded module. One for each path, to the end of the process: PKCS#11 counts calls of
/// C_Initialize and logins by process.
class Module {
  public:
    /// SB-4011.
    [[nodiscard]] static Result<Module*, Error> load(const std::string& path);

    /// Ends all sessions and starts the module anew, unless somebody did since `seen`: most modules
    /// see a token that came back only then. False when it does not start; the next call tries
    /// again.
    bool restart(std::uint64_t seen);

    /// Calls into the module hold `gate` shared; restart() holds it alone. With `generation`
    /// another one, sessions are gone.
    std::shared_mutex gate;
    Functions* functions = nullptr;

    [[nodiscard]] std::uint64_t generation() const { return generation_; }

    [[nodiscard]] bool is_started() const { return is_started_; }

  private:
    std::uint64_t generation_ = 1;  // guarded by gate
    bool is_started_ = false;       // the same
};

class Session {
  public:
    /// REQUIRES: module.gate is held, as for each other call. Errors: SB-4011 token, SB-4012 PIN.
    [[nodiscard]] static Result<std::unique_ptr<Session>, Error> open(Module& module,
                                                                      const Pkcs11Uri& uri,
                                                                      std::string_view pin);
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    /// Objects with the URI's label and id; two at most.
    [[nodiscard]] std::vector<Handle> find(Ulong object_class, const Pkcs11Uri& uri) const;
    [[nodiscard]] Bytes attribute(Handle object, Ulong type) const;

    /// The one pair that the URI names. SB-4013.
    struct Pair {
        Handle private_key = 0;
        Handle public_key = 0;
    };

    [[nodiscard]] Result<Pair, Error> pair(const Pkcs11Uri& uri, const char* how_to_make) const;

    /// 64 octets, or empty.
    [[nodiscard]] Bytes sign(Ulong mechanism, Handle private_key, BytesView data) const;

    struct NewPair {
        Ulong mechanism = 0;
        BytesView parameters;   ///< DER of the curve
        const char* kind = "";  ///< for messages
    };

    /// Private, sensitive, not extractable. SB-4014.
    [[nodiscard]] Result<void, Error> generate(const Pkcs11Uri& uri, const NewPair& wanted) const;

    /// False: the module was started anew meanwhile.
    [[nodiscard]] bool is_current() const { return module_.generation() == generation_; }

  private:
    Session(Module& module, Handle handle)
        : module_(module), handle_(handle), generation_(module.generation()) {}

    Module& module_;
    Handle handle_;
    std::uint64_t generation_;
};

/// A session in its module; the gate is held as long as this lives.
struct Opened {
    Module* module = nullptr;
    std::shared_lock<std::shared_mutex> gate;
    std::unique_ptr<Session> session;  // last: it ends before the gate opens
};

/// SB-4011, SB-4012.
[[nodiscard]] Result<Opened, Error> open_session(const Pkcs11Uri& uri, std::string_view pin);

/// Both halves of a pair are found by name only: a signature of this text by the one, verified by
/// the other, shows that they belong together.
inline constexpr std::string_view probe_text = "stadtbuch key check";
/// SB-4013: they do not.
[[nodiscard]] Error halves_differ(const Pkcs11Uri& uri);

}  // namespace stadtbuch::keys::pkcs11
