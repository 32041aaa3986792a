// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// What an indy-cli script works on: a connected pool, an open wallet, a chosen DID, a kept
// transaction. Pools and wallets of scripts lie under indy-cli/ in the data folder.
#pragma once
#include <memory>
#include <optional>
#include <string>

#include "cli/batch_script.hpp"
#include "cli/did_store.hpp"
#include "cli/file_lock.hpp"
#include "cli/pool_session.hpp"

namespace stadtbuch::cli {

/// What a line led to: a sentence and data, or why not.
struct BatchOutcome {
    std::string text;
    encoding::Value data = {};
};

struct BatchFailure {
    Error error;
    Exit code = Exit::failed;
};

using BatchResult = Result<BatchOutcome, BatchFailure>;

class BatchSession {
  public:
    explicit BatchSession(const Context& context) : context_(context) {}

    /// Everything but `exit`.
    [[nodiscard]] BatchResult run(const BatchLine& line);

  private:
    [[nodiscard]] BatchResult run_general(const BatchLine& line);
    [[nodiscard]] BatchResult run_pool(const BatchLine& line);
    [[nodiscard]] BatchResult run_wallet(const BatchLine& line);
    [[nodiscard]] BatchResult run_did(const BatchLine& line);
    [[nodiscard]] BatchResult run_ledger(const BatchLine& line);
    [[nodiscard]] BatchResult connect(const std::string& name);
    [[nodiscard]] BatchResult import_dids(const std::string& path);
    [[nodiscard]] BatchResult new_did(const BatchLine& line);
    [[nodiscard]] BatchResult rotate_key(const BatchLine& line);
    [[nodiscard]] BatchResult send(const BatchLine& line, encoding::Object operation);
    [[nodiscard]] BatchResult read(encoding::Object operation);
    [[nodiscard]] BatchResult write(const BatchLine& line, encoding::Value request);
    [[nodiscard]] BatchResult custom(const BatchLine& line);
    [[nodiscard]] BatchResult sign_kept(const BatchLine& line);
    [[nodiscard]] Result<std::unique_ptr<keys::Signer>, BatchFailure> signer() const;
    [[nodiscard]] Result<void, BatchFailure> keep_wallet();
    void close_wallet();

    const Context& context_;
    std::optional<Network> network_;
    std::unique_ptr<client::BlockingPool> pool_;
    std::string wallet_name_;
    std::unique_ptr<FileLock> wallet_lock_;  ///< another script waits until it is closed
    std::unique_ptr<DidStore> wallet_;
    std::string did_;
    std::optional<encoding::Value> kept_;
};

/// Operation of a ledger command, without asking anybody; SB-5111 names the missing value.
[[nodiscard]] Result<encoding::Object, Error> batch_operation(const BatchLine& line);
/// The author of a line's request may be asked for here.
[[nodiscard]] BatchFailure batch_fault(const std::string& what, const std::string& where,
                                       const std::string& next = {});
/// Folder of scripts' pools and wallets.
[[nodiscard]] std::string batch_folder();

}  // namespace stadtbuch::cli
