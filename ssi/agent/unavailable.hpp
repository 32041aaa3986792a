// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// What a request cannot go on without and that is away: the store, or the token with the signing
// keys. The only exceptions of the agent: handlers run below Database::together(), which undoes
// what it can, and end in route() (503, Retry-After) or in the background jobs (tried again).
#pragma once
#include <stdexcept>

#include "storage/base/error.hpp"

namespace stadtbuch::agent {

class Unavailable : public std::runtime_error {
  public:
    explicit Unavailable(Error why) : std::runtime_error(why.id + ": " + why.what), error(why) {}

    const Error error;
};

/// The store cannot be reached or refuses. Nothing of the work that was under way may be answered
/// as done; it may have been done all the same if the connection went while it was committed.
class StoreUnavailable : public Unavailable {
    using Unavailable::Unavailable;
};

/// A key in a token does not sign; nothing was given out.
class KeyUnavailable final : public Unavailable {
    using Unavailable::Unavailable;
};

}  // namespace stadtbuch::agent
