// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include <stdlib.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "cli/did_store.hpp"
#include "cli/network_files.hpp"
#include "cli/wallet.hpp"
#include "ssi/keys/os_random.hpp"

using namespace stadtbuch;
using namespace stadtbuch::cli;

namespace {

namespace fs = std::filesystem;

class Folder {
  public:
    Folder() {
        std::string pattern = (fs::temp_directory_path() / "stadtbuch-wallet-XXXXXX").string();
        REQUIRE(mkdtemp(pattern.data()) != nullptr);
        path_ = pattern;
    }

    ~Folder() { fs::remove_all(path_); }

    [[nodiscard]] std::string file(const std::string& name) const {
        return (path_ / name).string();
    }

  private:
    fs::path path_;
};

/// The derivation's cost is not what these tests are about.
const keys::KeystoreCost cheap = keys::KeystoreCost::test();

WalletCredential a_credential(keys::RandomSource& random, std::size_t instances,
                              std::size_t length) {
    WalletCredential out;
    out.issuer = "https://town.example";
    out.configuration = "residence";
    out.name = "Wohnsitzbescheinigung";
    out.vct = "https://town.example/types/residence/1";
    out.received_at = 1795275908;
    for (std::size_t i = 0; i < instances; ++i) {
        std::string compact = std::to_string(i) + "~";
        while (compact.size() < length) compact += "abcdefghij"[compact.size() % 10];
        out.instances.push_back(
            {std::move(compact), keys::P256PrivateKey::generate(random), false});
    }
    return out;
}

Wallet open_or_fail(const std::string& path, const std::string& passphrase) {
    auto wallet = Wallet::open(path, passphrase);
    REQUIRE(wallet.has_value());
    return *std::move(wallet);
}

}  // namespace

TEST_CASE("a wallet comes back as it was saved", "[cli][wallet]") {
    const Folder folder;
    keys::SeededRandom random(1);
    Wallet wallet = open_or_fail(folder.file("sub/wallet.json"), "geheim");
    CHECK(wallet.credentials().empty());
    // 3999 to 4001 and more: the pieces' borders.
    for (const std::size_t length : {1u, 3999u, 4000u, 4001u, 9000u})
        wallet.add(a_credential(random, 3, length));
    wallet.credentials()[4].instances[1].used = true;
    REQUIRE(wallet.save(random, cheap).has_value());

    const Wallet again = open_or_fail(folder.file("sub/wallet.json"), "geheim");
    REQUIRE(again.credentials().size() == 5);
    for (std::size_t c = 0; c < 5; ++c) {
        const WalletCredential& before = wallet.credentials()[c];
        const WalletCredential& after = again.credentials()[c];
        CHECK(after.id == before.id);
        CHECK(after.issuer == before.issuer);
        CHECK(after.configuration == before.configuration);
        CHECK(after.name == before.name);
        CHECK(after.vct == before.vct);
        CHECK(after.received_at == before.received_at);
        REQUIRE(after.instances.size() == 3);
        for (std::size_t i = 0; i < 3; ++i) {
            CHECK(after.instances[i].compact == before.instances[i].compact);
            CHECK(after.instances[i].key.public_key() == before.instances[i].key.public_key());
            CHECK(after.instances[i].used == before.instances[i].used);
        }
    }
}

TEST_CASE("a wallet file tells nothing and belongs to its owner", "[cli][wallet]") {
    const Folder folder;
    keys::SeededRandom random(2);
    Wallet wallet = open_or_fail(folder.file("w"), "geheim");
    wallet.add(a_credential(random, 1, 100));
    REQUIRE(wallet.save(random, cheap).has_value());
    const auto text = read_file(folder.file("w"));
    REQUIRE(text.has_value());
    CHECK(text->find("town.example") == std::string::npos);
    CHECK(text->find("Wohnsitz") == std::string::npos);
    CHECK((fs::status(folder.file("w")).permissions() & fs::perms::mask) ==
          (fs::perms::owner_read | fs::perms::owner_write));
    const auto other = Wallet::open(folder.file("w"), "falsch");
    REQUIRE_FALSE(other.has_value());
    CHECK(other.error().id == "SB-5032");
    fs::permissions(folder.file("w"), fs::perms::group_read, fs::perm_options::add);
    const auto open_to_group = Wallet::open(folder.file("w"), "geheim");
    REQUIRE_FALSE(open_to_group.has_value());
    CHECK(open_to_group.error().id == "SB-4001");
}

TEST_CASE("a damaged wallet file is refused", "[cli][wallet]") {
    const Folder folder;
    keys::SeededRandom random(3);
    { std::ofstream(folder.file("w")) << "{}"; }
    fs::permissions(folder.file("w"), fs::perms::owner_read | fs::perms::owner_write);
    const auto broken = Wallet::open(folder.file("w"), "geheim");
    REQUIRE_FALSE(broken.has_value());
    CHECK(broken.error().id == "SB-5033");
}

TEST_CASE("copies are used one after the other, then the first again", "[cli][wallet]") {
    keys::SeededRandom random(4);
    WalletCredential credential = a_credential(random, 2, 10);
    CHECK(credential.next_instance() == 0);
    credential.instances[0].used = true;
    CHECK(credential.next_instance() == 1);
    credential.instances[1].used = true;
    CHECK(credential.next_instance() == 0);
}

TEST_CASE("credentials are found by the beginning of their id, if it is unambiguous",
          "[cli][wallet]") {
    const Folder folder;
    keys::SeededRandom random(5);
    Wallet wallet = open_or_fail(folder.file("w"), "geheim");
    for (std::size_t i = 0; i < 20; ++i) wallet.add(a_credential(random, 1, 10 + i));
    const std::string id = wallet.credentials()[7].id;
    CHECK(id.size() == 8);
    REQUIRE(wallet.find(id) != nullptr);
    CHECK(wallet.find(id)->id == id);
    CHECK(wallet.find("") == nullptr);
    CHECK(wallet.find("zz") == nullptr);
    // Twenty ids with sixteen first digits: at least two begin alike.
    std::size_t ambiguous = 0;
    for (const char digit : std::string("0123456789abcdef"))
        ambiguous += wallet.find(std::string(1, digit)) == nullptr ? 1u : 0u;
    CHECK(ambiguous > 0);
    CHECK(wallet.remove(id));
    CHECK(wallet.find(id) == nullptr);
    CHECK_FALSE(wallet.remove(id));
}

TEST_CASE("a keystore of DIDs keeps keys and never replaces one", "[cli][did]") {
    const Folder folder;
    keys::SeededRandom random(6);
    const auto first = keys::Ed25519KeyPair::generate(random);
    const auto second = keys::Ed25519KeyPair::generate(random);
    auto store = DidStore::open(folder.file("dids.json"), "geheim");
    REQUIRE(store.has_value());
    CHECK(store->put(first, ""));
    CHECK(store->put(first, ""));
    const std::string did = store->list().at(0).did;
    CHECK_FALSE(store->put(second, did));
    CHECK(store->put(second, ""));
    REQUIRE(store->save(random, cheap).has_value());

    const auto again = DidStore::open(folder.file("dids.json"), "geheim");
    REQUIRE(again.has_value());
    CHECK(again->list().size() == 2);
    REQUIRE(again->find("did:sov:" + did).has_value());
    CHECK(again->find(did)->public_key() == first.public_key());
    CHECK_FALSE(again->find("V4SGRU86Z58d6TV7PBUe6f").has_value());
    const auto wrong = DidStore::open(folder.file("dids.json"), "falsch");
    REQUIRE_FALSE(wrong.has_value());
    CHECK(wrong.error().id == "SB-5032");
}
