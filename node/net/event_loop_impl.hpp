// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The Asio context of an EventLoop, for the other sources of node/net only.
#pragma once
#include "node/net/event_loop.hpp"

namespace boost::asio {
class io_context;
}

namespace stadtbuch::net {

[[nodiscard]] boost::asio::io_context& io_of(EventLoop& loop);

}  // namespace stadtbuch::net
