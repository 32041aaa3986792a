// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Several instances on one table of a PostgreSQL server.
//
//   stadtbuch_agent       key bytea primary key, value bytea, changed xid8
//   stadtbuch_agent_meta  name text primary key, value text: "identity", "format"
//
// One outermost work is one transaction (read committed, synchronous_commit on); a locked key is an
// advisory lock of the transaction, so that what is read after it is what the last holder
// committed. `changed` is the writing transaction of keys that other instances follow (cases,
// lists, revocations, signed lists) and null for all others. Transactions that the server undid
// (deadlock), or that were lost before COMMIT went out, are run again; after a COMMIT without
// answer they are not, and nothing is acknowledged.
#pragma once
#include "ssi/agent/engine.hpp"
#include "storage/base/result.hpp"

namespace stadtbuch::agent {

struct PostgresOptions {
    std::string dsn;
    std::string password;
    std::size_t connections = 8;  ///< besides three of its own: presence, numbers, leader
    std::string identity;         ///< whose store it is; another one is refused
    bool create = true;           ///< makes the tables if they are missing
    bool alone = false;           ///< no other process has them open, nor can it meanwhile
};

/// SB-2001 not alone, or another process is; SB-2002 another agent's, SB-2006 no tables (unless
/// `create`), SB-2007 not reachable, SB-2008 refused.
[[nodiscard]] Result<std::unique_ptr<Engine>, Error> open_postgres(const PostgresOptions& options);

}  // namespace stadtbuch::agent
