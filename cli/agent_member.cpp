// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "cli/agent_member.hpp"

#include <filesystem>

#include "cli/did_store.hpp"
#include "cli/network_files.hpp"
#include "cli/processes.hpp"
#include "config/document.hpp"
#include "node/net/http_client.hpp"
#include "ssi/client/blocking_pool.hpp"
#include "ssi/client/requests.hpp"
#include "ssi/did/did.hpp"
#include "ssi/keys/keystore.hpp"
#include "ssi/keys/keystore_file.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"

namespace stadtbuch::cli {

namespace {

namespace fs = std::filesystem;

constexpr int telemetry_offset = 1000;
constexpr std::string_view name_space = "stadtbuch:local";
constexpr std::string_view endorser_entry = "endorser";
constexpr std::string_view endorser_role = "101";

Error not_registered(const std::string& what, const std::string& where) {
    return {"SB-5009", "the agent's DID could not be made an endorser: " + what, where,
            "Write it yourself: stadtbuch nym --dest DID --verkey VERKEY --role endorser"};
}

/// Public half of the agent's ledger key.
Result<keys::Ed25519PublicKey, Error> endorser_key(const std::string& agent_folder) {
    const auto envelope = keys::read_private_file(agent_folder + "/agent.keys");
    if (!envelope) return Failure{envelope.error()};
    auto passphrase = keys::read_private_file(agent_folder + "/passphrase");
    if (!passphrase) return Failure{passphrase.error()};
    while (!passphrase->empty() && passphrase->back() == '\n') passphrase->pop_back();
    const auto store = keys::open_keystore(*envelope, view_of(*passphrase));
    const keys::KeystoreEntry* entry = store ? store->find(endorser_entry) : nullptr;
    if (entry == nullptr)
        return Failure{not_registered("its keystore has no such key", agent_folder)};
    const auto pair = keys::Ed25519KeyPair::from_seed(entry->secret.view());
    if (!pair) return Failure{not_registered("its key is damaged", agent_folder)};
    return pair->public_key();
}

bool is_endorser(client::BlockingPool& pool, const std::string& did) {
    const auto answer =
        pool.submit(client::make_read(client::get_nym_operation(did), pool.next_req_id()));
    const encoding::Value* data = answer ? answer->result.find("data") : nullptr;
    const auto nym = data != nullptr && data->is_text() ? encoding::parse_json(*data->text())
                                                        : encoding::parse_json("{}");
    return nym && nym->text_at("role") == endorser_role;
}

}  // namespace

std::string example_town() {
    std::error_code error;
    const fs::path self = fs::read_symlink("/proc/self/exe", error);
    const fs::path installed = self.parent_path().parent_path() / "share/stadtbuch/town";
    return fs::exists(installed, error) ? installed.string() : std::string(STADTBUCH_TOWN);
}

Result<void, Error> prepare_agent(const AgentPlan& plan) {
    const std::string place = plan.network_folder + "/agent";
    if (fs::exists(place + "/agent.toml")) return {};
    const auto executable = sibling_executable("stadtbuch-agent");
    if (!executable) return Failure{executable.error()};
    std::vector<std::string> arguments{
        "init-dev",         place,
        "--register",       plan.register_folder.empty() ? example_town() : plan.register_folder,
        "--port",           std::to_string(plan.port),
        "--telemetry-port", std::to_string(plan.port + telemetry_offset),
        "--genesis",        plan.network_folder + "/pool_transactions_genesis",
        "--namespace",      std::string(name_space)};
    if (plan.observer_port != 0) {
        arguments.emplace_back("--observer");
        arguments.push_back("http://127.0.0.1:" + std::to_string(plan.observer_port));
    }
    if (!plan.types_folder.empty()) {
        arguments.emplace_back("--types");
        arguments.push_back(plan.types_folder);
    }
    const auto code = run_program(*executable, arguments);
    if (!code) return Failure{code.error()};
    if (*code == 0) return {};
    return Failure{Error{"SB-5008", "the agent's configuration could not be made", place,
                         "Its message stands above."}};
}

Result<void, Error> register_agent(const std::string& network_folder) {
    const auto verkey = endorser_key(network_folder + "/agent");
    if (!verkey) return Failure{verkey.error()};
    const auto trustee = key_from_seed_file(network_folder + "/trustee_seed");
    if (!trustee) return Failure{trustee.error()};
    const auto genesis = read_file(network_folder + "/pool_transactions_genesis");
    if (!genesis) return Failure{genesis.error()};
    auto pool = client::BlockingPool::open(*genesis);
    if (!pool) return Failure{pool.error()};
    const std::string did = did::short_did(*verkey);
    if (is_endorser(**pool, did)) return {};
    client::NymChange change;
    change.dest = did;
    change.verkey = encoding::base58_encode(verkey->view());
    change.role = endorser_role;
    change.alias = "agent";
    auto request =
        client::make_request(client::nym_operation(change), did::short_did(trustee->public_key()),
                             (*pool)->next_req_id());
    if (!client::sign(request, *trustee))
        return Failure{not_registered("the request cannot be signed", did)};
    const auto answer = (*pool)->submit(std::move(request));
    if (!answer) return Failure{not_registered(answer.error().error.what, did)};
    return {};
}

std::optional<encoding::Value> agent_status(const std::string& agent_folder) {
    auto settings = config::Document::read(agent_folder + "/agent.toml");
    if (!settings) return std::nullopt;
    net::HttpClientOptions options;
    options.connect_ms = 500;
    options.total_ms = 2000;
    net::HttpClient http(options);
    const auto answer = http.get(
        "http://127.0.0.1:" + std::to_string(settings->port("telemetry.port", 0)) + "/readyz");
    if (!answer) return std::nullopt;
    auto parsed = encoding::parse_json(answer->body, {64 * 1024, 8, false});
    if (!parsed) return std::nullopt;
    return *std::move(parsed);
}

}  // namespace stadtbuch::cli
