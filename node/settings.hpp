// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The settings of stadtbuch-node: one TOML file, every key documented here and in config/README.md.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "storage/base/error.hpp"
#include "storage/base/result.hpp"

namespace stadtbuch::node {

enum class Mode { validator, observer };

struct Address {
    std::string host;
    std::uint16_t port = 0;
};

/// One configuration file. Keys (default):
///   mode ("validator" | "observer"), alias (required for validators), data (folder of the store,
///   required) keys (encrypted keystore; required for validators), passphrase_file (required with
///   keys) genesis.pool, genesis.domain (required; domain is optional for observers) node.host
///   ("0.0.0.0"), node.port (9701); client.host ("0.0.0.0"), client.port (9702) admin.socket
///   (empty: none); telemetry.host ("127.0.0.1"), telemetry.port (0: none) http.host ("127.0.0.1"),
///   http.port (0: none; observers: 9000) http.namespace ("stadtbuch:local"): the did:indy
///   namespace that the resolver answers for http.requests_per_second (50; 0: no limit): of one
///   IPv4 address or IPv6 /64, ten times as many at once http.behind_proxy (false): client
///   addresses come from X-Forwarded-For log.format ("text" | "json"), log.level ("info")
///   workers.threads (1): signature and BLS checks, reads
///   storage.scrub_mib_per_second (4; 0: never), storage.scrub_hours (24): the store is read again
///   from end to end, that fast, that often
///   storage.on_damage ("stop" | "repair"): a damaged store ends the node with 65, or is put aside
///   and made anew from the other members
///   actions.pool_restart ("ignore" | "exit"): what an authorised POOL_RESTART does here
///   consensus.freshness_seconds (120), consensus.primary_disconnect_seconds (3)
///   development.network (false), development.register_seed_file: POST /register of observers
///   record.folder (empty): writes a recording of frames and requests there (stadtbuch up
///   --record); a fault
///     unless this is a validator with development.network = true
struct Settings {
    std::string file;
    Mode mode = Mode::validator;
    std::string alias;
    std::string data;
    std::string keys;
    std::string passphrase_file;
    std::string pool_genesis;
    std::string domain_genesis;
    Address node{"0.0.0.0", 9701};
    Address client{"0.0.0.0", 9702};
    std::string admin_socket;
    Address telemetry{"127.0.0.1", 0};
    Address http{"127.0.0.1", 0};
    std::string name_space = "stadtbuch:local";
    int http_requests_per_second = 50;
    bool http_behind_proxy = false;
    std::string log_format = "text";
    std::string log_level = "info";
    std::size_t worker_threads = 1;
    std::int64_t freshness_seconds = 120;
    std::int64_t primary_disconnect_seconds = 3;
    std::int64_t scrub_mib_per_second = 4;
    std::int64_t scrub_hours = 24;
    bool repairs_damage = false;
    bool exits_on_pool_restart = false;
    bool development_network = false;
    std::string register_seed_file;
    std::string record_folder;
    bool recover = false;  ///< command line: the disk is empty or older than the last votes
};

/// All faults of the file at once; empty: `settings` is good.
[[nodiscard]] std::vector<Error> read_settings(const std::string& path, Settings& settings);

}  // namespace stadtbuch::node
