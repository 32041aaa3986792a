// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "node/settings.hpp"

#include "config/document.hpp"

namespace stadtbuch::node {

std::vector<Error> read_settings(const std::string& path, Settings& settings) {
    auto opened = config::Document::read(path);
    if (!opened) return {opened.error()};
    config::Document& file = *opened;
    settings.file = path;
    settings.mode = file.one_of("mode", "validator", {"validator", "observer"}) == "observer"
                        ? Mode::observer
                        : Mode::validator;
    const bool validator = settings.mode == Mode::validator;
    settings.alias = validator ? file.required_text("alias") : file.text("alias", "observer");
    if (settings.alias.find(':') != std::string::npos) {
        // Replica names are Name:instance inside the reference (plenum-consensus §15).
        file.fault("alias", "the alias contains ':'", "Use the alias of the NODE transaction.");
    }
    settings.data = file.path("data", "");
    if (settings.data.empty())
        file.fault("data", "the folder of the store is missing", "Add data = \"...\".");
    settings.keys = file.path("keys", "");
    settings.passphrase_file = file.path("passphrase_file", "");
    if (validator && settings.keys.empty()) {
        file.fault("keys", "a validator needs its keystore", "Make one with: stadtbuch node init");
    }
    settings.pool_genesis = file.path("genesis.pool", "pool_transactions_genesis");
    settings.domain_genesis = file.path("genesis.domain", "domain_transactions_genesis");
    settings.node = {file.text("node.host", "0.0.0.0"), file.port("node.port", 9701)};
    settings.client = {file.text("client.host", "0.0.0.0"), file.port("client.port", 9702)};
    settings.admin_socket = file.path("admin.socket", "");
    settings.telemetry = {file.text("telemetry.host", "127.0.0.1"), file.port("telemetry.port", 0)};
    settings.http = {file.text("http.host", "127.0.0.1"),
                     file.port("http.port", validator ? 0 : 9000)};
    settings.name_space = file.text("http.namespace", "stadtbuch:local");
    settings.http_requests_per_second =
        static_cast<int>(file.integer("http.requests_per_second", 50, 0, 1'000'000));
    settings.http_behind_proxy = file.boolean("http.behind_proxy", false);
    settings.log_format = file.one_of("log.format", "text", {"text", "json"});
    settings.log_level = file.one_of("log.level", "info", {"debug", "info", "warn", "error"});
    settings.worker_threads = static_cast<std::size_t>(file.integer("workers.threads", 1, 1, 64));
    settings.freshness_seconds = file.integer("consensus.freshness_seconds", 120, 1, 300);
    settings.primary_disconnect_seconds =
        file.integer("consensus.primary_disconnect_seconds", 3, 1, 3600);
    settings.scrub_mib_per_second = file.integer("storage.scrub_mib_per_second", 4, 0, 1000);
    settings.scrub_hours = file.integer("storage.scrub_hours", 24, 1, 168);
    settings.repairs_damage =
        file.one_of("storage.on_damage", "stop", {"stop", "repair"}) == "repair";
    settings.exits_on_pool_restart =
        file.one_of("actions.pool_restart", "ignore", {"ignore", "exit"}) == "exit";
    settings.development_network = file.boolean("development.network", false);
    settings.register_seed_file = file.path("development.register_seed_file", "");
    settings.record_folder = file.path("record.folder", "");
    if (!settings.record_folder.empty() && !(validator && settings.development_network)) {
        // A recording holds who asked what and when, refused requests included.
        file.fault(
            "record.folder", "only validators of a development network record",
            "Remove [record], or set development.network = true where nobody but you is served.");
    }
    return file.finish();
}

}  // namespace stadtbuch::node
