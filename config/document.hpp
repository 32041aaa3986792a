// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// A configuration file (TOML) read strictly: every value is asked for by its dotted path with its
// type and limits, every fault is collected with file, line and remedy, and what nobody asked for
// is a fault too (a misspelt key must not be silence). Used once at start-up; not thread-safe.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/base/error.hpp"
#include "storage/base/result.hpp"

namespace stadtbuch::config {

class Document {
  public:
    /// Errors: SB-1001 file missing or unreadable, SB-1002 not TOML (line and column named).
    [[nodiscard]] static Result<Document, Error> read(const std::string& path);
    [[nodiscard]] static Result<Document, Error> parse(std::string_view text,
                                                       const std::string& name);
    Document(Document&&) noexcept;
    Document& operator=(Document&&) noexcept;
    ~Document();

    /// A fault is recorded (SB-1003) when the key is absent; the empty text is returned then.
    [[nodiscard]] std::string required_text(std::string_view path);
    [[nodiscard]] std::string text(std::string_view path, std::string_view fallback);
    [[nodiscard]] std::int64_t integer(std::string_view path, std::int64_t fallback,
                                       std::int64_t least, std::int64_t most);
    [[nodiscard]] bool boolean(std::string_view path, bool fallback);
    [[nodiscard]] std::vector<std::string> texts(std::string_view path,
                                                 const std::vector<std::string>& fallback);
    /// One of `allowed`, else a fault that lists them.
    [[nodiscard]] std::string one_of(std::string_view path, std::string_view fallback,
                                     const std::vector<std::string>& allowed);
    /// Port 0..65535.
    [[nodiscard]] std::uint16_t port(std::string_view path, std::uint16_t fallback);
    /// A file or folder path; relative ones are resolved against the folder of the configuration
    /// file.
    [[nodiscard]] std::string path(std::string_view key, std::string_view fallback);
    [[nodiscard]] bool has(std::string_view path) const;
    /// Number of tables in an array of tables; read entries as "name.0.key".
    [[nodiscard]] std::size_t count(std::string_view path) const;
    /// Lets a caller report a fault that only it can see.
    void fault(std::string_view path, std::string what, std::string next);

    /// All faults so far, then one for each key that was never asked for (SB-1004). Empty: the file
    /// is good.
    [[nodiscard]] std::vector<Error> finish();

  private:
    struct State;
    explicit Document(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

/// "SB-1003: the value is missing (node.toml, key node.alias). Add alias = \"Node1\"." for
/// terminals and logs.
[[nodiscard]] std::string to_text(const Error& error);

}  // namespace stadtbuch::config
