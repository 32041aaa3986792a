// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "cli/settings.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <filesystem>

#include "cli/folders.hpp"
#include "cli/network_files.hpp"
#include "config/document.hpp"
#include "storage/encoding/json.hpp"

namespace stadtbuch::cli {

namespace {

namespace fs = std::filesystem;

constexpr const char* project_file = ".stadtbuch.toml";

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr ? value : "";
}

/// Most important last.
std::vector<std::string> system_folders() {
    std::string list = environment("XDG_CONFIG_DIRS");
    if (list.empty()) list = "/etc/xdg:/etc";
    std::vector<std::string> out;
    while (!list.empty()) {
        const std::size_t end = std::min(list.find(':'), list.size());
        if (end > 0 && list.front() == '/')
            out.insert(out.begin(), list.substr(0, end) + "/stadtbuch");
        list.erase(0, std::min(end + 1, list.size()));
    }
    return out;
}

/// A file that somebody else put into a shared folder must not redirect our writes.
bool is_own(const std::string& path) {
    struct stat status {};

    return ::stat(path.c_str(), &status) == 0 &&
           (status.st_uid == ::geteuid() || status.st_uid == 0);
}

std::string find_project_file() {
    std::error_code error;
    for (fs::path folder = fs::current_path(error); !error && !folder.empty();
         folder = folder.parent_path()) {
        const std::string path = (folder / project_file).string();
        if (fs::exists(path, error)) return is_own(path) ? path : "";
        if (folder == folder.root_path()) break;
    }
    return {};
}

std::string toml_text(const std::string& text) {
    return encoding::compact_json(encoding::Value(text));
}

}  // namespace

std::string_view to_text(Level level) {
    switch (level) {
        case Level::built_in:
            return "built in";
        case Level::system:
            return "system";
        case Level::user:
            return "user";
        case Level::project:
            return "project";
        case Level::environment:
            return "environment";
        case Level::flag:
            break;
    }
    return "flag";
}

const std::vector<SettingKind>& setting_kinds() {
    static const std::vector<SettingKind> kinds{
        {"output",
         "STADTBUCH_OUTPUT",
         "table",
         "form of the data",
         0,
         0,
         {"table", "wide", "json", "jsonl", "yaml", "name"}},
        {"color",
         "STADTBUCH_COLOR",
         "auto",
         "colour on the terminal",
         0,
         0,
         {"auto", "always", "never"}},
        {"network", "STADTBUCH_NETWORK", "", "a context, or a network of `stadtbuch up`"},
        {"genesis", "STADTBUCH_GENESIS", "", "genesis file of the network"},
        {"as", "STADTBUCH_AS", "", "DID that signs"},
        {"keystore", "STADTBUCH_KEYSTORE", "", "keystore file (default: in the data folder)"},
        {"wallet", "STADTBUCH_WALLET", "", "wallet file (default: in the data folder)"},
        {"passphrase_file", "STADTBUCH_PASSPHRASE_FILE", "",
         "private file with the passphrase of keystore and wallet"},
        {"ca", "STADTBUCH_CA", "", "authorities for HTTPS (PEM)"},
        {"timeout", "STADTBUCH_TIMEOUT", "30", "seconds to wait for a pool", 1, 600},
        {"up.nodes", "STADTBUCH_UP_NODES", "4", "validators of a local network", 4, 25},
        {"up.base_port", "STADTBUCH_UP_BASE_PORT", "9701", "first port of its nodes", 1, 65000},
        {"up.http_port", "STADTBUCH_UP_HTTP_PORT", "9000", "port of its explorer", 1, 65535},
        {"up.agent_port", "STADTBUCH_UP_AGENT_PORT", "8443", "port of its agent", 1, 64535},
    };
    return kinds;
}

std::string user_networks_file() {
    return config_folder() + "/contexts.toml";
}

Settings Settings::load() {
    Settings out;
    for (const SettingKind& kind : setting_kinds())
        out.values_[std::string(kind.key)] =
            Setting{std::string(kind.fallback), Level::built_in, ""};
    for (const std::string& folder : system_folders()) {
        out.load_file(folder + "/config.toml", Level::system);
        out.load_networks(folder + "/contexts.toml");
    }
    out.current_.clear();  // only the user chooses one
    out.load_networks(user_networks_file());
    if (!out.current_.empty())
        out.values_["network"] = {out.current_, Level::user, user_networks_file()};
    out.load_file(config_folder() + "/config.toml", Level::user);
    if (const std::string path = find_project_file(); !path.empty())
        out.load_file(path, Level::project);
    out.load_environment();
    return out;
}

void Settings::take(const SettingKind& kind, std::string value, Level level,
                    const std::string& place) {
    const auto fault = [&](const std::string& next) {
        faults_.push_back({"SB-1003",
                           "the value of " + std::string(kind.key) + " is not allowed: " + value,
                           place, next});
    };
    if (kind.most > 0) {
        std::int64_t number = 0;
        const auto read = std::from_chars(value.data(), value.data() + value.size(), number);
        if (read.ec != std::errc{} || read.ptr != value.data() + value.size() ||
            number < kind.least || number > kind.most) {
            return fault("Give a number from " + std::to_string(kind.least) + " to " +
                         std::to_string(kind.most) + ".");
        }
    }
    if (!kind.allowed.empty() &&
        std::find(kind.allowed.begin(), kind.allowed.end(), value) == kind.allowed.end()) {
        std::string list;
        for (const std::string& one : kind.allowed) list += (list.empty() ? "" : ", ") + one;
        return fault("Allowed: " + list + ".");
    }
    values_[std::string(kind.key)] = {std::move(value), level, place};
}

void Settings::load_environment() {
    for (const SettingKind& kind : setting_kinds()) {
        const std::string name(kind.variable);
        std::string value = environment(name.c_str());
        if (!value.empty()) take(kind, std::move(value), Level::environment, name);
    }
}

void Settings::load_file(const std::string& path, Level level) {
    std::error_code ignored;
    if (!fs::exists(path, ignored)) return;
    auto document = config::Document::read(path);
    if (!document) {
        faults_.push_back(document.error());
        return;
    }
    for (const SettingKind& kind : setting_kinds()) {
        if (!document->has(kind.key)) continue;
        const bool is_file = kind.key == "genesis" || kind.key == "keystore" ||
                             kind.key == "wallet" || kind.key == "passphrase_file" ||
                             kind.key == "ca";
        std::string value;
        if (kind.most > 0) {
            value = std::to_string(document->integer(kind.key, 0, kind.least, kind.most));
        } else {
            value = is_file ? document->path(kind.key, "") : document->text(kind.key, "");
        }
        take(kind, std::move(value), level, path);
    }
    for (Error& fault : document->finish()) faults_.push_back(std::move(fault));
}

void Settings::load_networks(const std::string& path) {
    std::error_code ignored;
    if (!fs::exists(path, ignored)) return;
    auto document = config::Document::read(path);
    if (!document) {
        faults_.push_back(document.error());
        return;
    }
    current_ = document->text("current", "");
    for (std::size_t i = 0; i < document->count("context"); ++i) {
        const std::string prefix = "context." + std::to_string(i) + ".";
        NamedNetwork network;
        network.name = document->required_text(prefix + "name");
        network.genesis = document->path(prefix + "genesis", "");
        network.as_did = document->text(prefix + "as", "");
        network.keystore = document->path(prefix + "keystore", "");
        network.production = document->boolean(prefix + "production", false);
        network.place = path;
        std::erase_if(networks_, [&](const NamedNetwork& one) { return one.name == network.name; });
        networks_.push_back(std::move(network));
    }
    for (Error& fault : document->finish()) faults_.push_back(std::move(fault));
}

const Setting& Settings::at(std::string_view key) const {
    static const Setting none;
    const auto found = values_.find(key);
    return found == values_.end() ? none : found->second;
}

std::int64_t Settings::number(std::string_view key) const {
    for (const SettingKind& kind : setting_kinds()) {
        if (kind.key != key) continue;
        std::string value = text(key);
        if (value.empty()) value = kind.fallback;
        std::int64_t out = 0;
        std::from_chars(value.data(), value.data() + value.size(), out);
        return out;
    }
    return 0;
}

void Settings::override_by_flag(std::string_view key, std::string value) {
    values_[std::string(key)] = {std::move(value), Level::flag, ""};
}

const NamedNetwork* Settings::find_network(std::string_view name) const {
    for (const NamedNetwork& network : networks_) {
        if (network.name == name) return &network;
    }
    return nullptr;
}

Result<void, Error> Settings::save_networks(const std::vector<NamedNetwork>& networks,
                                            const std::string& current) {
    const std::string path = user_networks_file();
    std::string text = "# Networks under a name. Written by `stadtbuch context`.\n";
    if (!current.empty()) text += "current = " + toml_text(current) + "\n";
    for (const NamedNetwork& network : networks) {
        if (network.place != path) continue;
        text += "\n[[context]]\nname = " + toml_text(network.name) +
                "\ngenesis = " + toml_text(network.genesis) + "\n";
        if (!network.as_did.empty()) text += "as = " + toml_text(network.as_did) + "\n";
        if (!network.keystore.empty()) text += "keystore = " + toml_text(network.keystore) + "\n";
        if (network.production) text += "production = true\n";
    }
    if (auto made = make_folders(config_folder()); !made) return made;
    if (auto written = write_file(path + ".new", text); !written) return written;
    std::error_code error;
    fs::rename(path + ".new", path, error);
    if (error)
        return Failure{Error{"SB-5001", "the file cannot be replaced: " + error.message(), path,
                             "Check its permissions."}};
    return {};
}

}  // namespace stadtbuch::cli
