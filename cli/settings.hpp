// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Defaults of options from environment and files (CL-12), and named networks (CL-07).
//
// Precedence: flag > environment > project > user > system > built in. Files, all TOML and
// optional:
//   project   .stadtbuch.toml in the current folder or one above it, if it belongs to the user or
//   root user      $XDG_CONFIG_HOME/stadtbuch/config.toml; contexts.toml beside it is written by
//   `context` system    stadtbuch/config.toml and contexts.toml in each of $XDG_CONFIG_DIRS
//   (/etc/xdg:/etc)
// Loaded once at the start; then plain values. Not thread-safe.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/base/error.hpp"
#include "storage/base/result.hpp"

namespace stadtbuch::cli {

enum class Level { built_in, system, user, project, environment, flag };

[[nodiscard]] std::string_view to_text(Level level);

struct Setting {
    std::string value;
    Level level = Level::built_in;
    std::string place;  ///< file or variable; empty for built in
};

/// What a key is, for help, `config view` and completion.
struct SettingKind {
    std::string_view key;       ///< as in the files: "up.base_port"
    std::string_view variable;  ///< of the environment
    std::string_view fallback;
    std::string_view meaning;
    std::int64_t least = 0;  ///< a number when most > 0
    std::int64_t most = 0;
    std::vector<std::string> allowed = {};
};

[[nodiscard]] const std::vector<SettingKind>& setting_kinds();

/// A network under a name.
struct NamedNetwork {
    std::string name;
    std::string genesis;  ///< file
    std::string as_did;   ///< who signs unless --as says otherwise
    std::string keystore;
    bool production = false;
    std::string place;  ///< file that it stands in
};

class Settings {
  public:
    /// Faults are kept, see faults(); what is good is used.
    [[nodiscard]] static Settings load();

    /// REQUIRES: key is one of setting_kinds().
    [[nodiscard]] const Setting& at(std::string_view key) const;

    [[nodiscard]] const std::string& text(std::string_view key) const { return at(key).value; }

    [[nodiscard]] std::int64_t number(std::string_view key) const;
    /// A flag was given: for `config view`.
    void override_by_flag(std::string_view key, std::string value);

    [[nodiscard]] const std::vector<Error>& faults() const { return faults_; }

    [[nodiscard]] const std::vector<NamedNetwork>& networks() const { return networks_; }

    [[nodiscard]] const NamedNetwork* find_network(std::string_view name) const;

    /// Of `context use`; empty if none.
    [[nodiscard]] const std::string& current_network() const { return current_; }

    /// Replaces the user's contexts.toml: all of `networks` that stand there, and the current one.
    /// SB-5001.
    [[nodiscard]] static Result<void, Error> save_networks(
        const std::vector<NamedNetwork>& networks, const std::string& current);

  private:
    void load_file(const std::string& path, Level level);
    void load_networks(const std::string& path);
    void load_environment();
    void take(const SettingKind& kind, std::string value, Level level, const std::string& place);

    std::map<std::string, Setting, std::less<>> values_;
    std::vector<NamedNetwork> networks_;
    std::string current_;
    std::vector<Error> faults_;
};

/// The user's file of named networks.
[[nodiscard]] std::string user_networks_file();

}  // namespace stadtbuch::cli
