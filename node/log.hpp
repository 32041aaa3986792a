// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The log of the executables: one line an event, text or JSON, on standard error. Shells only.
#pragma once
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "storage/base/error.hpp"

namespace stadtbuch::node {

enum class LogLevel { debug, info, warn, error };

/// Call once before threads start. `format`: "text" or "json"; `level`: "debug", "info", "warn",
/// "error".
void open_log(const std::string& format, const std::string& level, const std::string& node);
/// SIGHUP: a new level without restart (OP-12).
void set_log_level(const std::string& level);
/// Any thread. Fields are written after the text as key=value, or as JSON members.
void log(LogLevel level, std::string_view text,
         std::initializer_list<std::pair<std::string_view, std::string>> fields = {});
void log_error(const Error& error);

}  // namespace stadtbuch::node
