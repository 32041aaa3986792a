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
    std::string network;  ///< name of a local network, or its folder
    int timeout_s = 30;
    // Writes only.
    std::string as_did;
    std::string seed_file;
    std::string keystore;  ///< empty: dids.json in the data folder
    std::string passphrase_file;
    std::string endorser;
    bool dry_run = false;
};

void add_network_options(CLI::App& command, LedgerOptions& options);
/// Also who signs, and --dry-run.
void add_write_options(CLI::App& command, LedgerOptions& options);

struct Network {
    std::string name;  ///< for people
    std::string genesis_text;
    [[nodiscard]] std::string id() const;  ///< 16 hex digits of the genesis' hash
};

/// --genesis, --network, STADTBUCH_GENESIS, the network "local" in this order. SB-5040 when there
/// is none, SB-5002.
[[nodiscard]] Result<Network, Error> find_network(const LedgerOptions& options);
/// Opens the pool and catches up with its ledger. The int is the exit code when it failed; the
/// failure has been told.
[[nodiscard]] Result<std::unique_ptr<client::BlockingPool>, int> open_pool(
    const Context& context, const LedgerOptions& options, const Network& network);

/// Who signs, from --seed-file or the keystore.
struct Author {
    std::string did;
    keys::Ed25519KeyPair key;
};

[[nodiscard]] Result<Author, Error> find_author(const Context& context,
                                                const LedgerOptions& options);
[[nodiscard]] std::string keystore_path(const LedgerOptions& options);

/// Signs and sends a write and shows its outcome; with --dry-run shows the request instead.
/// `describe` adds members such as the id of a schema to the JSON output.
struct WriteJob {
    encoding::Object operation;
    bool on_domain_ledger = true;  ///< these need the agreement's acceptance
    std::string what;              ///< "NYM of 9Uf..."
    encoding::Object describe = {};
};

[[nodiscard]] int write(const Context& context, const LedgerOptions& options, WriteJob job);

/// Sends a read and shows the answer with what vouches for it.
[[nodiscard]] int read(const Context& context, const LedgerOptions& options,
                       encoding::Object operation);
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
