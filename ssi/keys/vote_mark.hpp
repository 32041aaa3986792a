// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The vote mark: what lies beside a validator's keys and says which store they have voted with. A
// store that is empty, older or another one shows by it (reliability R-011, OP-61).
//
// JSON, mode 0600: {"version":1,"state":"new"} keys that have never voted, {"version":1,"state":
// "recover"} the operator said that the store is lost or old, {"version":1,"state":"vouched"} the
// operator vouches for it, whatever was known, {"version":1,"state":"voting","store":NAME,
// "starts":N,"batches":N}.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "storage/base/error.hpp"
#include "storage/base/result.hpp"

namespace stadtbuch::keys {

enum class VoteState { fresh, recover, vouched, voting };

struct VoteMark {
    VoteState state = VoteState::fresh;
    std::string store;          ///< name of the store, drawn when it was made
    std::uint64_t starts = 0;   ///< of the validator with that store
    std::uint64_t batches = 0;  ///< transactions of the audit ledger known to be durable there
};

[[nodiscard]] std::string to_text(const VoteMark& mark);
/// nullopt for anything else than to_text() writes.
[[nodiscard]] std::optional<VoteMark> parse_vote_mark(std::string_view text);

/// `keystore`.mark
[[nodiscard]] std::string vote_mark_path(const std::string& keystore);
/// nullopt when there is none. SB-4001, SB-4002; SB-4004 when it is damaged.
[[nodiscard]] Result<std::optional<VoteMark>, Error> read_vote_mark(const std::string& path);
/// SB-4003.
[[nodiscard]] Result<void, Error> write_vote_mark(const std::string& path, const VoteMark& mark);

}  // namespace stadtbuch::keys
