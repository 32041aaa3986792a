// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// What every ledger command needs: which network, whose signature, and how an answer is shown.
#pragma once
#include <memory>
#include <optional>
#include <string>

#include "cli/command.hpp"
#include "cli/did_store.hpp"
#include "ssi/client/blocking_pool.hpp"

namespace stadtbuch::cli {

struct LedgerOptions {
    std::string genesis;  ///< file
    std::string network;  ///< a context, a local network, or its folder
    int timeout_s = 30;
    // Writes only.
    std::string as_did;
    std::string seed_file;
    std::string key_uri;   ///< RFC 7512, a key in a token
    std::string keystore;  ///< empty: dids.json in the data folder
    std::string passphrase_file;
    std::string endorser;
    std::string dry_run;  ///< empty, client, node
    // `txn build` only: the write becomes a file that others sign.
    bool is_build = false;
    std::string out_file;
    std::string expires;
    std::vector<std::string> signers;
};

void add_network_options(CLI::App& command, LedgerOptions& options, const Settings& settings);
/// --keystore and --passphrase-file.
void add_keystore_options(CLI::App& command, LedgerOptions& options, const Settings& settings);
/// Who signs: the keystore, --as, --seed-file, --key.
void add_signer_options(CLI::App& command, LedgerOptions& options, const Settings& settings);
/// All of these, --endorser and --dry-run.
void add_write_options(CLI::App& command, LedgerOptions& options, const Settings& settings);

struct Network {
    std::string name;  ///< for people
    std::string genesis_text;
    std::string origin = {};  ///< what chose it: "flag", "environment STADTBUCH_NETWORK", ...
    bool is_production = false;
    bool is_explicit = false;  ///< by a flag
    std::string as_did = {};
    std::string keystore = {};
    [[nodiscard]] std::string id() const;  ///< 16 hex digits of the genesis' hash
};

/// --genesis or --network; else what the settings say (CL-12); else the local network "local".
/// SB-5040 when there is none, SB-5002.
[[nodiscard]] Result<Network, Error> find_network(const Context& context,
                                                  const LedgerOptions& options);
/// Opens the pool and catches up with its ledger. The int is the exit code when it failed; the
/// failure has been told.
[[nodiscard]] Result<std::unique_ptr<client::BlockingPool>, int> open_pool(
    const Context& context, const LedgerOptions& options, const Network& network);

/// Who signs, from --seed-file, --key or the keystore.
struct Author {
    std::string did;
    std::unique_ptr<keys::Signer> key;
};

/// `network` may be null: signing alone needs none.
[[nodiscard]] Result<Author, Error> find_author(const Context& context,
                                                const LedgerOptions& options,
                                                const Network* network);
/// The DID that would sign, without opening any key; empty if only a key says it.
[[nodiscard]] std::string author_did(const Context& context, const LedgerOptions& options,
                                     const Network* network);
[[nodiscard]] std::string keystore_path(const LedgerOptions& options,
                                        const Network* network = nullptr);
/// Says which network a write goes to (CL-07). The int is an exit code: production networks must be
/// named by a flag when nobody sits at a terminal (SB-5013).
[[nodiscard]] std::optional<int> announce_write(const Context& context, const Network& network,
                                                const std::string& what);
/// Sends a signed write, shows nothing, and remembers it for the reads that follow.
[[nodiscard]] Result<client::PoolAnswer, client::PoolError> send_write(const Context& context,
                                                                       const Network& network,
                                                                       client::BlockingPool& pool,
                                                                       encoding::Value request);
/// Sends a read; asks again while the answer is from before the last own write.
[[nodiscard]] Result<client::PoolAnswer, client::PoolError> send_read(const Network& network,
                                                                      client::BlockingPool& pool,
                                                                      encoding::Object operation);

/// Signs and sends a write and shows its outcome; with --dry-run shows the request instead.
/// `describe` adds members such as the id of a schema to the JSON output.
struct WriteJob {
    encoding::Object operation;
    bool on_domain_ledger = true;  ///< these need the agreement's acceptance
    std::string what;              ///< "NYM of 9Uf..."
    encoding::Object describe = {};
    /// Ids that begin with the author's DID: name of the member, and what follows the DID.
    std::string id_member = {};
    std::string id_tail = {};
};

[[nodiscard]] int write(const Context& context, const LedgerOptions& options, WriteJob job);
/// The request, complete but for its signature.
[[nodiscard]] encoding::Value unsigned_request(const LedgerOptions& options, const Network& network,
                                               const std::string& author, const WriteJob& job);

/// Sends a read and shows the answer with what vouches for it. `name`: of what is read, for -o
/// name.
[[nodiscard]] int read(const Context& context, const LedgerOptions& options,
                       encoding::Object operation, const std::string& name = {});
/// Exit code and message of a pool's failure (CL-04).
[[nodiscard]] int fail_pool(const Context& context, const client::PoolError& error);

/// The acceptance that `taa accept` left for this network.
struct Acceptance {
    std::string digest;
    std::string mechanism;
    std::int64_t time = 0;
};

[[nodiscard]] std::optional<Acceptance> stored_acceptance(const Network& network);
[[nodiscard]] Result<void, Error> store_acceptance(const Network& network,
                                                   const Acceptance& acceptance);

/// What vouches for an answer: {"by":"state_proof","participants":[...],"of":4,"signed_at":"..."}
/// or {"by":"equal_answers","nodes":[...],"of":4}.
[[nodiscard]] encoding::Object vouching(const client::PoolAnswer& answer, std::size_t validators);
[[nodiscard]] std::string vouching_text(const encoding::Object& vouching);
/// The answer says that there is no such thing.
[[nodiscard]] bool is_absent(const encoding::Value& result);
/// UNIX seconds of this computer.
[[nodiscard]] std::int64_t now_s();

}  // namespace stadtbuch::cli
