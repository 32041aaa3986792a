// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "node/log.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "node/net/http.hpp"

namespace stadtbuch::node {

namespace {

bool json_lines = false;

spdlog::level::level_enum level_of(std::string_view level) {
    if (level == "debug") return spdlog::level::debug;
    if (level == "warn") return spdlog::level::warn;
    if (level == "error") return spdlog::level::err;
    return spdlog::level::info;
}

spdlog::level::level_enum level_of(LogLevel level) {
    switch (level) {
        case LogLevel::debug:
            return spdlog::level::debug;
        case LogLevel::info:
            return spdlog::level::info;
        case LogLevel::warn:
            return spdlog::level::warn;
        case LogLevel::error:
            return spdlog::level::err;
    }
    return spdlog::level::info;
}

}  // namespace

void open_log(const std::string& format, const std::string& level, const std::string& node) {
    json_lines = format == "json";
    auto logger = spdlog::stderr_logger_mt(node.empty() ? "stadtbuch" : node);
    if (json_lines) {
        logger->set_pattern(
            "{\"time\":\"%Y-%m-%dT%H:%M:%S.%fZ\",\"level\":\"%l\",\"node\":\"%n\",%v}",
            spdlog::pattern_time_type::utc);
    } else {
        logger->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %-5l %n %v", spdlog::pattern_time_type::utc);
    }
    logger->flush_on(spdlog::level::info);
    spdlog::set_default_logger(std::move(logger));
    set_log_level(level);
}

void set_log_level(const std::string& level) {
    spdlog::set_level(level_of(level));
}

void log(LogLevel level, std::string_view text,
         std::initializer_list<std::pair<std::string_view, std::string>> fields) {
    const auto wanted = level_of(level);
    if (!spdlog::should_log(wanted)) return;
    std::string line;
    if (json_lines) {
        line = "\"message\":" + net::json_quote(text);
        for (const auto& [key, value] : fields)
            line += "," + net::json_quote(key) + ":" + net::json_quote(value);
    } else {
        line = text;
        for (const auto& [key, value] : fields) line += " " + std::string(key) + "=" + value;
    }
    spdlog::default_logger_raw()->log(wanted, "{}", line);
}

void log_error(const Error& error) {
    log(LogLevel::error, error.what,
        {{"id", error.id}, {"where", error.where}, {"next", error.next}});
}

}  // namespace stadtbuch::node
