// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "node/identity.hpp"

#include <fstream>
#include <iterator>

#include "ssi/keys/keystore.hpp"
#include "ssi/keys/keystore_file.hpp"
#include "storage/encoding/text.hpp"

namespace stadtbuch::node {

namespace {

StartFailure failure_of(const Error& error) {
    return {exit_code_of(error), error};
}

Result<std::string, StartFailure> read_public_file(const std::string& path, const char* what) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        return Failure{failure_of({"SB-1201", std::string(what) + " cannot be read", path,
                                   "Check the path and that this user may read it."})};
    }
    return std::string{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::string without_line_end(std::string text) {
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
    return text;
}

Result<void, StartFailure> load_keys(const Settings& settings, Identity& identity) {
    auto passphrase = keys::read_private_file(settings.passphrase_file);
    if (!passphrase) return Failure{failure_of(passphrase.error())};
    auto envelope = keys::read_private_file(settings.keys);
    if (!envelope) return Failure{failure_of(envelope.error())};
    const std::string secret = without_line_end(*std::move(passphrase));
    const auto store = keys::open_keystore(*envelope, view_of(secret));
    if (!store) {
        return Failure{failure_of(
            {"SB-1203", "the keystore cannot be opened", settings.keys,
             "Check the passphrase file; a keystore of another node has another passphrase."})};
    }
    const keys::KeystoreEntry* node_key = store->find(node_key_entry);
    if (node_key == nullptr) {
        return Failure{failure_of({"SB-1203", "the keystore holds no entry 'node'", settings.keys,
                                   "Make the keys with: stadtbuch node init"})};
    }
    const auto pair = keys::Ed25519KeyPair::from_seed(node_key->secret.view());
    const auto curve = net::curve_pair_from_ed25519(node_key->secret.view());
    if (!pair || !curve) {
        return Failure{failure_of({"SB-1203", "the entry 'node' is no 32-byte seed", settings.keys,
                                   "Make the keys anew with: stadtbuch node init"})};
    }
    identity.curve = *curve;
    identity.verkey = encoding::base58_encode(pair->public_key().view());
    identity.client_curve = *curve;
    identity.dest = identity.verkey;
    if (const keys::KeystoreEntry* first = store->find(dest_key_entry); first != nullptr) {
        const auto first_pair = keys::Ed25519KeyPair::from_seed(first->secret.view());
        const auto first_curve = net::curve_pair_from_ed25519(first->secret.view());
        if (!first_pair || !first_curve) {
            return Failure{failure_of({"SB-1203", "the entry 'dest' is no 32-byte seed",
                                       settings.keys, "Put the keystore back from the backup."})};
        }
        identity.client_curve = *first_curve;
        identity.dest = encoding::base58_encode(first_pair->public_key().view());
    }
    const keys::KeystoreEntry* bls_entry = store->find(bls_key_entry);
    if (bls_entry == nullptr) return {};
    const auto bls_key = bls::SecretKey::from_seed(bls_entry->secret.view());
    if (!bls_key) {
        return Failure{failure_of({"SB-1203", "the entry 'bls' is no seed", settings.keys,
                                   "Make the keys anew with: stadtbuch node init"})};
    }
    identity.bls_key = *bls_key;
    if (const keys::KeystoreEntry* before = store->find(bls_before_entry); before != nullptr) {
        if (const auto key = bls::SecretKey::from_seed(before->secret.view()))
            identity.bls_key_before = *key;
    }
    return {};
}

}  // namespace

Result<Identity, StartFailure> load_identity(const Settings& settings) {
    Identity identity;
    const auto pool = read_public_file(settings.pool_genesis, "the pool genesis file");
    if (!pool) return Failure{pool.error()};
    std::string domain_text;
    const bool domain_needed = settings.mode == Mode::validator || !settings.domain_genesis.empty();
    if (domain_needed) {
        auto domain = read_public_file(settings.domain_genesis, "the domain genesis file");
        if (!domain) return Failure{domain.error()};
        domain_text = *std::move(domain);
    }
    auto genesis = ledger::parse_genesis(*pool, domain_text);
    if (!genesis) return Failure{failure_of(genesis.error())};
    identity.genesis = *std::move(genesis);
    if (settings.keys.empty()) {
        // Observers identify themselves to nobody: a fresh key each start.
        identity.curve = net::CurveKeyPair::random();
        identity.client_curve = identity.curve;
        return identity;
    }
    const auto loaded = load_keys(settings, identity);
    if (!loaded) return Failure{loaded.error()};
    return identity;
}

std::vector<ledger::PoolNode> genesis_nodes(const ledger::Genesis& genesis) {
    std::vector<ledger::PoolNode> nodes;
    for (const encoding::Value& line : genesis.pool) {
        const encoding::Value* txn = line.find("txn");
        const encoding::Value* data = txn != nullptr ? txn->find("data") : nullptr;
        const encoding::Value* node = data != nullptr ? data->find("data") : nullptr;
        if (node != nullptr)
            nodes.push_back(ledger::pool_node_of(std::string(data->text_at("dest")), *node));
    }
    return nodes;
}

std::optional<Error> mismatch_with_ledger(const Identity& identity, const Settings& settings,
                                          const std::vector<ledger::PoolNode>& nodes) {
    for (const ledger::PoolNode& node : nodes) {
        if (node.alias != settings.alias) continue;
        // A key that was changed here may not be on the own ledger yet: peers cut a node off as
        // soon as they have it.
        const bool is_other = node.dest != identity.dest && node.key() != identity.verkey;
        const bool was_replaced = !node.verkey.empty() && identity.verkey == node.dest;
        if (is_other || was_replaced) {
            return Error{
                "SB-1210", "the node key is not the one in the pool ledger for " + node.alias,
                settings.keys, "Use the keystore that belongs to verkey " + node.key() + "."};
        }
        const std::string own = identity.bls_key ? identity.bls_key->ver_key().to_base58() : "";
        const std::string before =
            identity.bls_key_before ? identity.bls_key_before->ver_key().to_base58() : "";
        if (node.bls_key && *node.bls_key != own && *node.bls_key != before) {
            return Error{
                "SB-1211", "the BLS key is not the one in the pool ledger for " + node.alias,
                settings.keys,
                "Use the keystore with the right BLS key, or rotate it with a NODE transaction."};
        }
        return std::nullopt;
    }
    return std::nullopt;
}

}  // namespace stadtbuch::node
