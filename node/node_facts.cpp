// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "node/node_facts.hpp"

#include <gnu/libc-version.h>
#include <sys/resource.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>

#include <cstdio>
#include <filesystem>

#include "node/allocator.hpp"
#include "ssi/keys/time.hpp"
#include "ssi/ledger/txn.hpp"
#include "storage/encoding/text.hpp"

namespace stadtbuch::node {

namespace {

using encoding::Array;
using encoding::Object;
using encoding::Value;

constexpr const char* ledger_names[] = {"pool", "domain", "config", "audit"};

std::size_t quorum_peers(const NodeFacts& facts) {
    const std::size_t n = facts.driver.consensus.n;
    const std::size_t f = facts.driver.consensus.f;
    return n > f + 1 ? n - f - 1 : 0;
}

Value texts(const std::vector<std::string>& list) {
    Array out;
    for (const std::string& text : list) out.emplace_back(text);
    return out;
}

/// Instance whose primary the alias is, or null (A4: lists of [alias, instance]).
Value instance_of(const NodeFacts& facts, const std::string& alias) {
    const auto& primaries = facts.driver.consensus.primaries;
    for (std::size_t i = 0; i < primaries.size(); ++i) {
        if (primaries[i] == alias) return static_cast<std::int64_t>(i);
    }
    return nullptr;
}

struct Reachability {
    Array reachable;
    Array unreachable;
};

Reachability reachability(const NodeFacts& facts) {
    std::map<std::string, bool> all{{facts.alias, true}};
    for (const PeerStatus& peer : facts.peers) all[peer.alias] = peer.connected;
    Reachability out;
    for (const auto& [alias, connected] : all) {
        Array entry{Value(alias), instance_of(facts, alias)};
        (connected ? out.reachable : out.unreachable).emplace_back(std::move(entry));
    }
    return out;
}

/// The reference prints its roots as Python byte strings.
Value python_bytes(const Hash32& hash) {
    return "b'" + encoding::base58_encode(hash) + "'";
}

Object pool_info(const NodeFacts& facts) {
    const auto& c = facts.driver.consensus;
    Reachability reach = reachability(facts);
    const auto quorum = [](std::size_t value) { return "Quorum(" + std::to_string(value) + ")"; };
    const std::size_t n = c.n;
    const std::size_t f = c.f;
    std::string quorums =
        "{'n': " + std::to_string(n) + ", 'f': " + std::to_string(f) +
        ", 'weak': " + quorum(f + 1) + ", 'strong': " + quorum(n - f) +
        ", 'propagate': " + quorum(f + 1) + ", 'prepare': " + quorum(n > f ? n - f - 1 : 0) +
        ", 'commit': " + quorum(n - f) + ", 'reply': " + quorum(f + 1) +
        ", 'view_change': " + quorum(n - f) + ", 'bls_signatures': " + quorum(n - f) + "}";
    Object out;
    out.set("Read_only", !facts.driver.writes_enabled);
    out.set("Total_nodes_count", static_cast<std::uint64_t>(n));
    out.set("f_value", static_cast<std::uint64_t>(f));
    out.set("Quorums", quorums);
    out.set("Reachable_nodes_count", static_cast<std::uint64_t>(reach.reachable.size()));
    out.set("Unreachable_nodes_count", static_cast<std::uint64_t>(reach.unreachable.size()));
    out.set("Reachable_nodes", std::move(reach.reachable));
    out.set("Unreachable_nodes", std::move(reach.unreachable));
    out.set("Blacklisted_nodes", Array{});
    out.set("Suspicious_nodes", "");
    return out;
}

Object metrics_of(const NodeFacts& facts) {
    const auto uptime =
        static_cast<double>(std::max<std::int64_t>(1, facts.now - facts.started_at));
    Object per_second;
    per_second.set("read-transactions", static_cast<double>(facts.clients.reads) / uptime);
    per_second.set("write-transactions",
                   static_cast<double>(facts.driver.consensus.requests_ordered) / uptime);
    Object counts;
    // Monitors know the domain ledger as "ledger".
    constexpr const char* names[] = {"pool", "ledger", "config", "audit"};
    for (std::size_t i = 0; i < ledger::ledger_count; ++i)
        counts.set(names[i], facts.driver.ledger_sizes[i]);
    Object out;
    out.set("average-per-second", std::move(per_second));
    out.set("transaction-count", std::move(counts));
    out.set("uptime", facts.now - facts.started_at);
    out.set("client connections", facts.client_socket.connections);
    return out;
}

/// "2026-11-21 13:17:26"; 1970 for never, as the reference says it.
std::string time_text(std::int64_t unix_seconds) {
    std::string text = keys::utc_date_time(unix_seconds).substr(0, 19);
    text[10] = ' ';
    return text;
}

/// In the reference's words, by ledger; monitors want "synced" everywhere.
Object catchup_status(const NodeFacts& facts) {
    const auto phase = facts.driver.consensus.phase;
    const bool syncing = phase == consensus::Phase::catching_up;
    const char* word = syncing                               ? "syncing"
                       : phase == consensus::Phase::starting ? "not_synced"
                                                             : "synced";
    Object statuses, waiting, counts, keys;
    for (std::size_t i = 0; i < ledger::ledger_count; ++i) {
        const std::string key = std::to_string(i);
        statuses.set(key, word);
        waiting.set(key, nullptr);
        counts.set(key, facts.driver.caught_up[i]);
        keys.set(key, Object{});
    }
    return Object{{"Ledger_statuses", std::move(statuses)},
                  {"Received_LedgerStatus", ""},
                  {"Waiting_consistency_proof_msgs", std::move(waiting)},
                  {"Number_txns_in_catchup", std::move(counts)},
                  {"Last_txn_3PC_keys", std::move(keys)}};
}

Object view_change_status(const NodeFacts& facts) {
    const auto& c = facts.driver.consensus;
    Object votes;
    for (const auto& [view, count] : c.view_votes) {
        votes.set(std::to_string(view), Object{{"Vote_count", static_cast<std::uint64_t>(count)}});
    }
    const bool changing = c.phase == consensus::Phase::changing_view;
    Object out;
    out.set("View_No", c.view_no);
    out.set("VC_in_progress", changing);
    out.set("Last_view_change_started_at", time_text(facts.driver.view_change_started_at));
    out.set("Last_complete_view_no", changing && c.view_no > 0 ? c.view_no - 1 : c.view_no);
    out.set("IC_queue", std::move(votes));
    out.set("VCDone_queue", Object{});
    return out;
}

/// As the reference counts it, a ledger without a batch was last updated when the node started.
Object freshness_status(const NodeFacts& facts) {
    using consensus::LedgerId;
    Object out;
    const auto& batches = facts.driver.consensus.last_batch_time;
    for (const LedgerId ledger : {LedgerId::pool, LedgerId::domain, LedgerId::config}) {
        const auto batch = batches.find(ledger);
        const auto time =
            batch != batches.end() ? static_cast<std::int64_t>(batch->second) : facts.started_at;
        Object entry;
        entry.set("Last_updated_time", time_text(time) + "+00:00");
        entry.set("Has_write_consensus", facts.now - time < 600);
        out.set(std::to_string(static_cast<int>(ledger)), std::move(entry));
    }
    return out;
}

/// Of backup instances no more than their primaries is kept.
void describe_master(const NodeFacts& facts, Object& replica) {
    constexpr std::uint64_t log_size = 300;
    const auto& c = facts.driver.consensus;
    replica.set("Watermarks", std::to_string(c.stable_checkpoint) + ":" +
                                  std::to_string(c.stable_checkpoint + log_size));
    replica.set("Last_ordered_3PC", Array{c.view_no, c.last_ordered});
    replica.set("Stashed_txns",
                Object{{"Stashed_messages", static_cast<std::uint64_t>(c.stashed_messages)}});
}

Object node_info(const NodeFacts& facts) {
    Object out;
    out.set("Name", facts.alias);
    // A node that changes its view is still "participating" in the reference's words.
    const auto phase = facts.driver.consensus.phase;
    out.set("Mode", phase == consensus::Phase::starting      ? "starting"
                    : phase == consensus::Phase::catching_up ? "syncing"
                                                             : "participating");
    out.set("Client_port", static_cast<std::int64_t>(facts.settings->client.port));
    out.set("Client_ip", facts.settings->client.host);
    out.set("Client_protocol", "tcp");
    out.set("Node_port", static_cast<std::int64_t>(facts.settings->node.port));
    out.set("Node_ip", facts.settings->node.host);
    out.set("Node_protocol", "tcp");
    // As the reference names them: `did` is the verkey, `verkey` the base58 of the z85 Curve key.
    out.set("did", facts.verkey);
    out.set("verkey", encoding::base58_encode(view_of(facts.curve_z85)));
    out.set("BLS_key", facts.bls_key);
    out.set("Metrics", metrics_of(facts));
    Object ledger_roots;
    Object state_roots;
    Object uncommitted_ledgers;
    Object uncommitted_states;
    Object uncommitted_txns;
    for (std::size_t i = 0; i < ledger::ledger_count; ++i) {
        const std::string key = std::to_string(i);
        ledger_roots.set(key, python_bytes(facts.driver.committed_roots[i].txn_root));
        uncommitted_ledgers.set(key, python_bytes(facts.driver.uncommitted_roots[i].txn_root));
        uncommitted_txns.set(key, Object{{"Count", facts.driver.uncommitted_counts[i]}});
        if (i >= ledger::state_count) continue;
        state_roots.set(key, python_bytes(facts.driver.committed_roots[i].state_root));
        uncommitted_states.set(key, python_bytes(facts.driver.uncommitted_roots[i].state_root));
    }
    out.set("Committed_ledger_root_hashes", std::move(ledger_roots));
    out.set("Committed_state_root_hashes", std::move(state_roots));
    out.set("Uncommitted_ledger_root_hashes", std::move(uncommitted_ledgers));
    out.set("Uncommitted_ledger_txns", std::move(uncommitted_txns));
    out.set("Uncommitted_state_root_hashes", std::move(uncommitted_states));
    out.set("View_change_status", view_change_status(facts));
    out.set("Catchup_status", catchup_status(facts));
    out.set("Freshness_status", freshness_status(facts));
    out.set("Requests_timeouts",
            Object{{"Propagates_phase_req_timeouts", 0}, {"Ordering_phase_req_timeouts", 0}});
    out.set("Count_of_replicas",
            static_cast<std::uint64_t>(facts.driver.consensus.primaries.size()));
    Object replicas;
    for (std::size_t i = 0; i < facts.driver.consensus.primaries.size(); ++i) {
        const std::string suffix = ":" + std::to_string(i);
        Object replica{{"Primary", facts.driver.consensus.primaries[i] + suffix}};
        if (i == 0) describe_master(facts, replica);
        replicas.set(facts.alias + suffix, std::move(replica));
    }
    out.set("Replicas_status", std::move(replicas));
    return out;
}

/// "Linux-6.1.0-x86_64-with-glibc2.36", as Python's platform.platform() writes it.
std::string platform_text() {
    utsname name{};
    if (uname(&name) != 0) return "Linux";
    return std::string(name.sysname) + "-" + name.release + "-" + name.machine + "-with-glibc" +
           gnu_get_libc_version();
}

/// Octets of the files of a flat folder; 0 where it cannot be read.
std::uintmax_t folder_bytes(const std::string& folder) {
    std::uintmax_t sum = 0;
    std::error_code error;
    for (auto it = std::filesystem::directory_iterator(folder, error);
         !error && it != std::filesystem::directory_iterator(); it.increment(error)) {
        std::error_code gone;  // a log that RocksDB has just removed
        const std::uintmax_t size = it->file_size(gone);
        if (!gone) sum += size;
    }
    return sum;
}

Object hardware(const std::string& data_folder) {
    struct sysinfo info {};

    rusage usage{};
    (void)sysinfo(&info);
    (void)getrusage(RUSAGE_SELF, &usage);
    const std::uint64_t free_mb = static_cast<std::uint64_t>(info.freeram) * info.mem_unit >> 20;
    Object out;
    std::error_code error;
    const std::filesystem::space_info disk = std::filesystem::space(data_folder, error);
    const std::uintmax_t disk_mb = error ? 0 : disk.capacity >> 20;
    out.set("HDD_used_by_node", std::to_string(folder_bytes(data_folder) >> 20) + " MBs");
    out.set("HDD_all", std::to_string(disk_mb) + " Mbs");
    out.set("RAM_all_free", std::to_string(free_mb) + " Mbs");
    out.set("RAM_used_by_node", std::to_string(usage.ru_maxrss >> 10) + " Mbs");
    return out;
}

void metric(std::string& out, const char* name, const char* type, const char* help,
            const std::vector<std::pair<std::string, double>>& series) {
    out += std::string("# HELP ") + name + " " + help + "\n# TYPE " + name + " " + type + "\n";
    for (const auto& [labels, value] : series) {
        char number[64];
        std::snprintf(number, sizeof number, "%.17g", value);
        out += std::string(name) + labels + " " + number + "\n";
    }
}

/// Aliases are the pool's text: quotes and line ends in them must not become the format's.
std::string peer_label(const std::string& alias) {
    std::string out = "{peer=\"";
    for (const char c : alias) {
        if (c == '"' || c == '\\') out += '\\';
        if (c == '\n') {
            out += "\\n";
        } else {
            out += c;
        }
    }
    return out + "\"}";
}

std::vector<std::pair<std::string, double>> suspicions(const NodeFacts& facts) {
    std::map<std::string, std::uint64_t> counts = facts.suspicions;
    for (const PeerStatus& peer : facts.peers) counts.try_emplace(peer.alias, 0);
    std::vector<std::pair<std::string, double>> out;
    for (const auto& [alias, count] : counts)
        out.emplace_back(peer_label(alias), static_cast<double>(count));
    return out;
}

std::vector<std::pair<std::string, double>> zap_replies(const NodeFacts& facts) {
    std::vector<std::pair<std::string, double>> out;
    const auto add = [&out](const char* domain, const char* status, std::uint64_t count) {
        out.emplace_back(std::string("{domain=\"") + domain + "\",status=\"" + status + "\"}",
                         static_cast<double>(count));
    };
    const auto add_port = [&add](const char* domain, const net::CurveListenerCounters& port) {
        add(domain, "admitted", port.zap_admitted);
        add(domain, "refused", port.zap_refused);
        add(domain, "failed", port.zap_failed);
    };
    add_port("node", facts.node_socket);
    add_port("client", facts.client_socket);
    return out;
}

}  // namespace

Value validator_info(const NodeFacts& facts) {
    Object software;
    software.set("OS_version", platform_text());
    software.set("Installed_packages", Array{"stadtbuch " STADTBUCH_VERSION});
    software.set("Indy_packages", Array{});
    // Monitors read this member as the version of the node's software.
    software.set("indy-node", "stadtbuch " STADTBUCH_VERSION);
    software.set("sovrin", "unknown");
    Object out;
    out.set("response-version", "0.0.1");
    out.set("timestamp", facts.now);
    out.set("Hardware", hardware(facts.settings->data));
    out.set("Pool_info", pool_info(facts));
    out.set("Protocol", Object{});
    out.set("Node_info", node_info(facts));
    out.set("Software", std::move(software));
    out.set("Update_time", std::to_string(facts.now));
    out.set("Memory_profiler", Array{});
    // What the reference copies out of its machine's journal; monitors look into upgrade_log.
    out.set("Extractions", Object{{"journalctl_exceptions", Array{""}},
                                  {"indy-node_status", Array{""}},
                                  {"node-control status", Array{""}},
                                  {"upgrade_log", ""},
                                  {"stops_stat", nullptr}});
    return out;
}

Value node_status(const NodeFacts& facts) {
    const auto& c = facts.driver.consensus;
    Object ledgers;
    for (std::size_t i = 0; i < ledger::ledger_count; ++i) {
        Object entry;
        entry.set("size", facts.driver.ledger_sizes[i]);
        entry.set("root", encoding::base58_encode(facts.driver.committed_roots[i].txn_root));
        if (i < ledger::state_count) {
            entry.set("state_root",
                      encoding::base58_encode(facts.driver.committed_roots[i].state_root));
        }
        ledgers.set(ledger_names[i], std::move(entry));
    }
    Array peers;
    for (const PeerStatus& peer : facts.peers) {
        Object entry;
        entry.set("alias", peer.alias);
        entry.set("address", peer.host + ":" + std::to_string(peer.port));
        entry.set("connected", peer.connected);
        entry.set("received", peer.received);
        entry.set("sent", peer.sent);
        entry.set("lost", peer.lost);
        peers.emplace_back(std::move(entry));
    }
    Object out;
    out.set("alias", facts.alias);
    out.set("version", STADTBUCH_VERSION);
    out.set("mode", facts.settings->mode == Mode::validator ? "validator" : "observer");
    out.set("phase", std::string(to_text(c.phase)));
    out.set("ready", is_ready(facts));
    // Follows without voting (docs/operations.md): 0 means that the checkpoint is not known yet.
    out.set("recovering", c.recovering);
    if (c.recovering) out.set("votes_from_checkpoint", c.recovers_at);
    out.set("uptime_seconds", facts.now - facts.started_at);
    out.set("view_no", c.view_no);
    out.set("primary", c.primary);
    out.set("primaries", texts(c.primaries));
    out.set("registry", texts(c.registry));
    out.set("last_ordered", c.last_ordered);
    out.set("stable_checkpoint", c.stable_checkpoint);
    out.set("requests_waiting", static_cast<std::uint64_t>(c.requests_waiting));
    out.set("batches_ordered", c.batches_ordered);
    out.set("requests_ordered", c.requests_ordered);
    out.set("view_changes", c.view_changes);
    out.set("catchups", c.catchups);
    out.set("scrubbed_files", facts.scrub.files);
    out.set("scrub_passes", facts.scrub.passes);
    out.set("last_scrub_at", facts.scrub.last_pass_at);
    if (!facts.scrub.damaged.empty()) out.set("damaged_file", facts.scrub.damaged);
    out.set("ledgers", std::move(ledgers));
    out.set("peers", std::move(peers));
    return out;
}

bool is_ready(const NodeFacts& facts) {
    if (facts.scrub.errors != 0) return false;
    std::size_t connected = 0;
    for (const PeerStatus& peer : facts.peers) connected += peer.connected ? 1u : 0u;
    if (facts.settings->mode == Mode::observer) {
        // An observer trusts what f+1 validators say alike; the second run begins after the first
        // one ended.
        return facts.driver.consensus.catchups > 1 && connected > facts.driver.consensus.f;
    }
    return facts.driver.consensus.phase == consensus::Phase::participating &&
           connected >= quorum_peers(facts);
}

std::string metrics_text(const NodeFacts& facts) {
    std::string out;
    const auto& c = facts.driver.consensus;
    const auto ledger_counts = bls::counters();
    const auto requests = ledger::request_counters();
    std::vector<std::pair<std::string, double>> sizes;
    for (std::size_t i = 0; i < ledger::ledger_count; ++i) {
        sizes.emplace_back(std::string("{ledger=\"") + ledger_names[i] + "\"}",
                           static_cast<double>(facts.driver.ledger_sizes[i]));
    }
    std::vector<std::pair<std::string, double>> peers;
    for (const PeerStatus& peer : facts.peers)
        peers.emplace_back(peer_label(peer.alias), peer.connected ? 1 : 0);
    const auto one = [](auto value) {
        return std::vector<std::pair<std::string, double>>{{"", static_cast<double>(value)}};
    };
    metric(out, "stadtbuch_build_info", "gauge", "Version of the executable.",
           {{"{version=\"" STADTBUCH_VERSION "\"}", 1}});
    metric(out, "stadtbuch_start_time_seconds", "gauge", "UNIX time of the start.",
           one(facts.started_at));
    metric(out, "stadtbuch_ready", "gauge", "1 when the node takes part and reaches a quorum.",
           one(is_ready(facts) ? 1 : 0));
    metric(out, "stadtbuch_consensus_view", "gauge", "Current view.", one(c.view_no));
    metric(out, "stadtbuch_consensus_is_primary", "gauge",
           "1 when this node leads the master instance.", one(c.primary == facts.alias ? 1 : 0));
    metric(out, "stadtbuch_consensus_batches_ordered_total", "counter",
           "Batches ordered since the start.", one(c.batches_ordered));
    metric(out, "stadtbuch_consensus_requests_ordered_total", "counter",
           "Requests ordered since the start.", one(c.requests_ordered));
    metric(out, "stadtbuch_consensus_requests_waiting", "gauge",
           "Finalised requests that are not ordered yet.", one(c.requests_waiting));
    metric(out, "stadtbuch_consensus_requests_held", "gauge", "Requests in memory.",
           one(c.requests_held));
    metric(out, "stadtbuch_consensus_request_bytes", "gauge", "Bytes of requests in memory.",
           one(c.request_bytes));
    metric(out, "stadtbuch_consensus_stashed_messages", "gauge", "Messages kept for later.",
           one(c.stashed_messages));
    metric(out, "stadtbuch_consensus_share_checks_total", "counter",
           "BLS checks of batches asked for.", one(c.share_checks));
    metric(out, "stadtbuch_consensus_view_changes_total", "counter",
           "View changes since the start.", one(c.view_changes));
    metric(out, "stadtbuch_consensus_catchups_total", "counter", "Catch-ups since the start.",
           one(c.catchups));
    metric(out, "stadtbuch_consensus_messages_sent_total", "counter", "Messages to peers.",
           one(c.messages_out));
    metric(out, "stadtbuch_consensus_suspicions_total", "counter",
           "Faults noticed, by the member that made them; without a name: nobody in particular.",
           suspicions(facts));
    metric(out, "stadtbuch_propagates_unverified_total", "counter",
           "PROPAGATEs that could not be verified with the keys known then; nobody's fault.",
           one(facts.unverified));
    metric(out, "stadtbuch_ledger_size", "gauge", "Transactions in each ledger.", sizes);
    metric(out, "stadtbuch_peer_connected", "gauge", "1 when the peer is connected both ways.",
           peers);
    metric(out, "stadtbuch_client_connections", "gauge", "Open connections at the client port.",
           one(facts.client_socket.connections));
    metric(out, "stadtbuch_client_frames_total", "counter", "Frames received from clients.",
           one(facts.clients.frames));
    metric(out, "stadtbuch_client_writes_total", "counter", "Write requests received.",
           one(facts.clients.writes));
    metric(out, "stadtbuch_client_reads_total", "counter", "Read requests received.",
           one(facts.clients.reads));
    metric(out, "stadtbuch_client_refused_total", "counter", "Requests answered with REQNACK.",
           one(facts.clients.refused));
    metric(out, "stadtbuch_client_dropped_total", "counter", "Requests dropped under overload.",
           one(facts.clients.dropped));
    metric(out, "stadtbuch_zap_replies_total", "counter", "Handshakes by the ZAP handler's answer.",
           zap_replies(facts));
    metric(out, "stadtbuch_node_port_impostors_total", "counter",
           "Handshakes of members under a foreign routing id.",
           one(facts.node_socket.zap_impostors));
    metric(out, "stadtbuch_store_writes_total", "counter", "Atomic writes of the store.",
           one(facts.store.writes));
    metric(out, "stadtbuch_store_syncs_total", "counter", "Synced writes of the store.",
           one(facts.store.syncs));
    metric(out, "stadtbuch_store_late_syncs_total", "counter",
           "Of these, those that nobody waited for.", one(facts.driver.late_syncs));
    metric(out, "stadtbuch_store_puts_total", "counter", "Records written.", one(facts.store.puts));
    metric(out, "stadtbuch_storage_scrubbed_files_total", "counter",
           "Files of the store read again and compared with their checksums.",
           one(facts.scrub.files));
    metric(out, "stadtbuch_storage_scrubbed_bytes_total", "counter", "Octets of these.",
           one(facts.scrub.octets));
    metric(out, "stadtbuch_storage_scrub_passes_total", "counter",
           "How often all of the store was read again.", one(facts.scrub.passes));
    metric(out, "stadtbuch_storage_last_scrub_time_seconds", "gauge",
           "UNIX time when the last of these ended; 0: none yet.", one(facts.scrub.last_pass_at));
    metric(out, "stadtbuch_storage_checksum_failures_total", "counter",
           "Files of the store that were not what was written.", one(facts.scrub.errors));
    metric(out, "stadtbuch_bls_pairing_checks_total", "counter", "Two-pairing checks.",
           one(ledger_counts.pairing_checks));
    metric(out, "stadtbuch_requests_parsed_total", "counter", "Requests parsed.",
           one(requests.parsed));
    metric(out, "stadtbuch_signature_checks_total", "counter", "Ed25519 checks of requests.",
           one(requests.signature_checks));
    metric(out, "stadtbuch_transactions_serialised_total", "counter",
           "Transactions made into the bytes of a ledger.", one(ledger::transactions_serialised()));
    if (const auto objects = heap_objects())
        metric(out, "stadtbuch_heap_objects", "gauge", "Objects alive on the heap.", one(*objects));
    return out;
}

}  // namespace stadtbuch::node
