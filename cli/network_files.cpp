// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "cli/network_files.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>

#include "ssi/did/did.hpp"
#include "ssi/keys/keystore.hpp"
#include "ssi/keys/keystore_file.hpp"
#include "ssi/keys/vote_mark.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"
#include "storage/hash/hash.hpp"

namespace stadtbuch::cli {

namespace {

namespace fs = std::filesystem;
using encoding::Object;

constexpr std::string_view bls_entry = "bls";
constexpr std::string_view node_entry = "node";

Bytes development_seed(const std::string& name) {
    return *keys::padded_seed(name);
}

std::string quoted(const std::string& text) {
    return encoding::compact_json(encoding::Value(text));
}

std::string validator_config(const LocalPlan& plan, const std::string& alias,
                             const NodeAddress& address) {
    std::string out =
        "# A validator of a local development network; see config/README.md for all keys.\n";
    out += "mode = \"validator\"\nalias = " + quoted(alias) +
           "\ndata = \"data\"\nkeys = \"keys.json\"\n";
    out +=
        "passphrase_file = \"passphrase\"\n\n[genesis]\npool = \"../pool_transactions_genesis\"\n";
    out += "domain = \"../domain_transactions_genesis\"\n\n[node]\nhost = " + quoted(plan.host);
    out += "\nport = " + std::to_string(address.node_port) +
           "\n\n[client]\nhost = " + quoted(plan.host);
    out += "\nport = " + std::to_string(address.client_port) +
           "\n\n[admin]\nsocket = \"admin.sock\"\n\n[workers]\nthreads = ";
    out += std::to_string(plan.worker_threads) + "\n\n[consensus]\nfreshness_seconds = ";
    out += std::to_string(plan.freshness_seconds) +
           "\nprimary_disconnect_seconds = 3\n\n[development]\nnetwork = true\n";
    if (plan.record) out += "\n[record]\nfolder = \"recording\"\n";
    return out;
}

std::string observer_config(const LocalPlan& plan) {
    const auto client_port = static_cast<std::uint16_t>(plan.base_port + 2 * plan.nodes + 1);
    std::string out =
        "# The observer of a local development network; see config/README.md for all keys.\n";
    out +=
        "mode = \"observer\"\nalias = \"observer\"\ndata = \"data\"\n\n[genesis]\npool = "
        "\"../pool_transactions_genesis\"\n";
    out += "domain = \"../domain_transactions_genesis\"\n\n[client]\nhost = " + quoted(plan.host) +
           "\nport = ";
    out += std::to_string(client_port) + "\n\n[http]\nhost = " + quoted(plan.host) + "\nport = ";
    out += std::to_string(plan.http_port) +
           "\n\n[admin]\nsocket = \"admin.sock\"\n\n[development]\nnetwork = true\n";
    out += "register_seed_file = \"../trustee_seed\"\n";
    return out;
}

}  // namespace

Signatory signatory_of(BytesView seed32) {
    const auto pair = keys::Ed25519KeyPair::from_seed(seed32);
    STADTBUCH_ASSERT(pair.has_value());
    return {did::short_did(pair->public_key()), encoding::base58_encode(pair->public_key().view()),
            keys::SecretBytes::copy_of(seed32)};
}

NodeKeys node_keys_of(const std::string& alias, BytesView seed32) {
    const auto pair = keys::Ed25519KeyPair::from_seed(seed32);
    const auto bls_key = bls::SecretKey::from_seed(seed32);
    STADTBUCH_ASSERT(pair.has_value() && bls_key.has_value());
    return {alias,
            encoding::base58_encode(pair->public_key().view()),
            bls_key->ver_key().to_base58(),
            bls_key->prove_possession().to_base58(),
            keys::SecretBytes::copy_of(seed32),
            keys::SecretBytes::copy_of(seed32)};
}

std::string node_genesis_line(const NodeKeys& keys, const NodeAddress& address,
                              const std::string& steward, std::uint64_t seq_no) {
    Object node;
    node.set("alias", keys.alias);
    node.set("blskey", keys.bls_key);
    node.set("blskey_pop", keys.bls_proof);
    node.set("client_ip", address.host);
    node.set("client_port", static_cast<std::int64_t>(address.client_port));
    node.set("node_ip", address.host);
    node.set("node_port", static_cast<std::int64_t>(address.node_port));
    node.set("services", encoding::Array{encoding::Value("VALIDATOR")});
    Object data;
    data.set("data", std::move(node));
    data.set("dest", keys.dest);
    Object txn;
    txn.set("data", std::move(data));
    txn.set("metadata", Object{{"from", steward}});
    txn.set("type", "0");
    Object line;
    line.set("reqSignature", Object{});
    line.set("txn", std::move(txn));
    line.set("txnMetadata",
             Object{{"seqNo", seq_no}, {"txnId", encoding::hex_encode(hash::sha256(keys.alias))}});
    line.set("ver", "1");
    return encoding::compact_json(line);
}

std::string nym_genesis_line(const Signatory& who, const std::string& role, const std::string& from,
                             std::uint64_t seq_no) {
    const auto verkey = keys::Ed25519PublicKey::of(*encoding::base58_decode(who.verkey));
    Object data;
    data.set("dest", who.did);
    data.set("role", role);
    data.set("verkey", did::abbreviate_verkey(who.did, *verkey));
    Object txn;
    txn.set("data", std::move(data));
    txn.set("metadata", from.empty() ? Object{} : Object{{"from", from}});
    txn.set("type", "1");
    Object line;
    line.set("reqSignature", Object{});
    line.set("txn", std::move(txn));
    line.set("txnMetadata", Object{{"seqNo", seq_no}});
    line.set("ver", "1");
    return encoding::compact_json(line);
}

Result<void, Error> make_folders(const std::string& path) {
    if (path.empty()) return {};  // the folder that we are in
    std::error_code error;
    fs::create_directories(path, error);
    if (error)
        return Failure{Error{"SB-5001", "the folder cannot be made: " + error.message(), path,
                             "Check its permissions."}};
    return {};
}

Result<void, Error> write_file(const std::string& path, const std::string& text) {
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file << text;
    file.close();
    if (!file)
        return Failure{Error{"SB-5001", "the file cannot be written", path,
                             "Check permissions and free space."}};
    return {};
}

Result<std::string, Error> read_file_from(const std::string& path, std::size_t at) {
    std::ifstream file(path, std::ios::binary);
    if (!file)
        return Failure{Error{"SB-5002", "the file cannot be read", path,
                             "Check the path and its permissions."}};
    file.seekg(static_cast<std::streamoff>(at));
    return std::string{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

Result<std::string, Error> read_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file)
        return Failure{Error{"SB-5002", "the file cannot be read", path,
                             "Check the path and its permissions."}};
    return std::string{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

Result<void, Error> write_node_keystore(const std::string& folder, const NodeKeys& keys,
                                        const std::string& passphrase, bool development,
                                        keys::RandomSource& random) {
    keys::Keystore store;
    store.put(std::string(node_entry), "ed25519", keys.seed.view());
    store.put(std::string(bls_entry), "bls", keys.bls_seed.view());
    const auto cost = development ? keys::KeystoreCost::test() : keys::KeystoreCost::interactive();
    const auto sealed = keys::seal_keystore(store, view_of(passphrase), cost, random);
    if (!sealed) return Failure{Error{"SB-5003", "the keystore cannot be encrypted", folder, ""}};
    const auto written = keys::write_private_file(folder + "/keys.json", *sealed);
    if (!written) return Failure{written.error()};
    const auto pass_written = keys::write_private_file(folder + "/passphrase", passphrase + "\n");
    if (!pass_written) return Failure{pass_written.error()};
    return {};
}

Result<void, Error> make_local_network(const LocalPlan& plan, keys::RandomSource& random) {
    if (fs::exists(plan.folder + "/pool_transactions_genesis")) return {};
    const Bytes trustee_seed = development_seed("Trustee1");
    const Signatory trustee = signatory_of(trustee_seed);
    std::string domain = nym_genesis_line(trustee, "0", "", 1) + "\n";
    std::string pool;
    for (std::size_t i = 1; i <= plan.nodes; ++i) {
        const std::string number = std::to_string(i);
        const Signatory steward = signatory_of(development_seed("Steward" + number));
        domain += nym_genesis_line(steward, "2", trustee.did, i + 1) + "\n";
        const NodeKeys node = node_keys_of("Node" + number, development_seed("Node" + number));
        const NodeAddress address{plan.host,
                                  static_cast<std::uint16_t>(plan.base_port + 2 * (i - 1)),
                                  static_cast<std::uint16_t>(plan.base_port + 2 * (i - 1) + 1)};
        pool += node_genesis_line(node, address, steward.did, i) + "\n";
        const std::string folder = plan.folder + "/" + node.alias;
        if (auto made = make_folders(folder); !made) return made;
        // These keys are new: no validator asks the pool before it votes.
        auto keys_written = keys::write_vote_mark(keys::vote_mark_path(folder + "/keys.json"), {});
        if (!keys_written) return keys_written;
        keys_written = write_node_keystore(folder, node, "development only", true, random);
        if (!keys_written) return keys_written;
        auto config_written =
            write_file(folder + "/node.toml", validator_config(plan, node.alias, address));
        if (!config_written) return config_written;
    }
    const std::string observer_folder = plan.folder + "/observer";
    if (auto made = make_folders(observer_folder); !made) return made;
    auto written = write_file(observer_folder + "/node.toml", observer_config(plan));
    if (!written) return written;
    written =
        keys::write_private_file(plan.folder + "/trustee_seed", string_of(trustee_seed) + "\n");
    if (!written) return written;
    written = write_file(plan.folder + "/domain_transactions_genesis", domain);
    if (!written) return written;
    // Last: its presence says that the folder is complete.
    return write_file(plan.folder + "/pool_transactions_genesis", pool);
}

}  // namespace stadtbuch::cli
