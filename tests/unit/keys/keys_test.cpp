// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "ssi/keys/ed25519.hpp"
#include "ssi/keys/jwk.hpp"
#include "ssi/keys/keystore.hpp"
#include "ssi/keys/keystore_file.hpp"
#include "ssi/keys/os_random.hpp"
#include "ssi/keys/password.hpp"
#include "ssi/keys/time.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"

using namespace stadtbuch;
using namespace stadtbuch::keys;

namespace {

Ed25519KeyPair pair_of(std::string_view name) {
    return Ed25519KeyPair::from_seed(*padded_seed(name)).value();
}

encoding::Value json(std::string_view text) {
    return encoding::parse_json(text).value();
}

}  // namespace

TEST_CASE("test-network seeds give the keys that Indy knows") {
    // indy-ledger-formats §11
    const auto node = pair_of("Node1");
    CHECK(encoding::base58_encode(node.public_key().view()) ==
          "Gw6pDLhcBcoQesN72qfotTgFa7cbuqZpkX3Xo6pLhPhv");
    CHECK(encoding::hex_encode(node.curve25519_public()) ==
          "f5a2927d4eb8e23cdd0167c2e786613993590dab50e6d68bc3821df3b8c34f1f");
    CHECK(encoding::base58_encode(pair_of("Trustee1").public_key().view()) ==
          "GJ1SzoWzavQYfNL9XkaJdrQejfztN4XqdsiV4ct3LXKL");
    CHECK(node.curve25519_secret().size() == 32);
    CHECK_FALSE(padded_seed(std::string(33, 'x')));
    CHECK_FALSE(Ed25519KeyPair::from_seed(Bytes(31)));
}

TEST_CASE("Ed25519 signs as the reference does") {
    // indy-client-protocol §4.9
    const std::string text =
        "identifier:V4SGRU86Z58d6TV7PBUe6f|operation:dest:Th7MpTaRZVRYnPiabds81Y|role:101|type:1|"
        "verkey:~7TYfekw4GUagBnBVCqPjiC|protocolVersion:2|reqId:1700000000000000001";
    const auto trustee = pair_of("Trustee1");
    const auto signature = trustee.sign(view_of(text));
    CHECK(
        encoding::base58_encode(signature) ==
        "4ghs8apqje5nTpJM6coPbRcKERnFXh34LcPuP9ABpUHEnNcVjufBTJPXuCxCRFRsjUhZRxFz3sbruH4NQYP4YdgM");
    CHECK(verify_ed25519(trustee.public_key(), view_of(text), signature));
    CHECK_FALSE(verify_ed25519(trustee.public_key(), view_of(text + "x"), signature));
    CHECK_FALSE(verify_ed25519(pair_of("Steward1").public_key(), view_of(text), signature));
    CHECK_FALSE(
        verify_ed25519(trustee.public_key(), view_of(text), BytesView(signature).first(63)));
}

TEST_CASE("Ed25519 refuses what libsodium refuses") {
    const auto trustee = pair_of("Trustee1");
    const Bytes message = bytes_of("m");
    auto signature = trustee.sign(message);
    REQUIRE(verify_ed25519(trustee.public_key(), message, signature));

    SECTION("S not reduced modulo the group order") {
        const auto order = *encoding::hex_decode(
            "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
        unsigned carry = 0;
        for (std::size_t i = 0; i < 32; ++i) {
            carry += static_cast<unsigned>(signature[32 + i]) + order[i];
            signature[32 + i] = static_cast<Byte>(carry);
            carry >>= 8;
        }
        CHECK_FALSE(verify_ed25519(trustee.public_key(), message, signature));
    }
    SECTION("keys of small order and non-canonical keys") {
        for (const char* hex :
             {"0100000000000000000000000000000000000000000000000000000000000000",
              "0000000000000000000000000000000000000000000000000000000000000000",
              "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
              "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
              "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"}) {
            const auto key = *Ed25519PublicKey::of(*encoding::hex_decode(hex));
            // R = identity, S = 0 satisfies the cofactored equation for every small-order key.
            Bytes forged(64);
            forged[0] = 1;
            CHECK_FALSE(verify_ed25519(key, message, forged));
            CHECK_FALSE(curve25519_of(key));
        }
    }
    SECTION("R of small order") {
        Bytes forged(signature.begin(), signature.end());
        std::fill(forged.begin(), forged.begin() + 32, Byte{0});
        forged[0] = 1;
        CHECK_FALSE(verify_ed25519(trustee.public_key(), message, forged));
    }
}

TEST_CASE("P-256 keys: what is no point is no key") {
    SeededRandom random(1);
    const auto key = P256PrivateKey::generate(random);
    const Bytes message = bytes_of("message");
    const Bytes signature = key.sign_message(message);
    REQUIRE(signature.size() == 64);
    CHECK(key.public_key().verify(message, signature));
    for (std::size_t i = 0; i < 64; i += 7) {
        Bytes bad = signature;
        bad[i] ^= 1;
        CHECK_FALSE(key.public_key().verify(message, bad));
    }
    CHECK_FALSE(key.public_key().verify(message, Bytes(64)));
    CHECK_FALSE(key.public_key().verify(message, Bytes(63)));

    Bytes y = bytes_of(key.public_key().y());
    y[31] ^= 1;
    CHECK(P256PublicKey::from_coordinates(key.public_key().x(), y).error() ==
          KeyError::not_on_curve);
    CHECK_FALSE(P256PublicKey::from_coordinates(Bytes(32), Bytes(32)));
    CHECK_FALSE(P256PublicKey::from_coordinates(Bytes(31), Bytes(32)));
    CHECK_FALSE(P256PublicKey::from_point(Bytes(1)));
    CHECK(P256PublicKey::from_point(key.public_key().compressed_point()).value() ==
          key.public_key());
    CHECK(P256PrivateKey::from_scalar(Bytes(32)).error() == KeyError::out_of_range);
    CHECK(P256PrivateKey::from_scalar(Bytes(32, 0xff)).error() == KeyError::out_of_range);
    CHECK(P256PrivateKey::from_pem(key.to_pem()).value().public_key() == key.public_key());
    CHECK(P256PrivateKey::from_pem("-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n")
              .error() == KeyError::malformed);
    const auto other = P256PrivateKey::generate(random);
    const auto mine = key.agree(other.public_key());
    const auto theirs = other.agree(key.public_key());
    CHECK(constant_time_equal(mine->view(), theirs->view()));
}

TEST_CASE("JWK thumbprints of the RFCs") {
    // RFC 9449 §6.1 (EC) and RFC 8037 appendix A.3 (OKP)
    const auto ec = public_key_from_jwk(json(
        R"({"kty":"EC","x":"l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs","y":"9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA","crv":"P-256"})"));
    REQUIRE(ec);
    CHECK(thumbprint(*ec) == "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I");
    const auto okp = public_key_from_jwk(
        json(R"({"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})"));
    REQUIRE(okp);
    CHECK(thumbprint(*okp) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    CHECK(public_key_from_jwk(encoding::Value(jwk_of(*ec))).value() == *ec);
}

TEST_CASE("JWKs that must be refused") {
    const char* bad[] = {
        R"([])",
        R"({"kty":"oct","k":"AAAA"})",
        R"({"kty":"EC","crv":"P-384","x":"AAAA","y":"AAAA"})",
        R"({"kty":"EC","crv":"P-256","x":"l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs"})",
        R"({"kty":"EC","crv":"P-256","x":"l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs=","y":"9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA"})",
        R"({"kty":"EC","crv":"P-256","x":"l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs","y":"l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs"})",
        R"({"kty":"EC","crv":"P-256","x":"l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs","y":"9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA","d":"AA"})",
        R"({"kty":"OKP","crv":"X25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})",
        R"({"kty":"OKP","crv":"Ed25519","x":"AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})",
        R"({"kty":"OKP","crv":"Ed25519","x":7})",
    };
    for (const char* text : bad) {
        INFO(text);
        CHECK_FALSE(public_key_from_jwk(json(text)));
    }
}

TEST_CASE("the keystore opens with its passphrase only") {
    SeededRandom random(2);
    Keystore store;
    store.put("node", "ed25519", Bytes(32, 7));
    store.put("issuer", "p256", Bytes(32, 9));
    store.put("node", "ed25519", Bytes(32, 8));
    const Bytes passphrase = bytes_of("correct horse");
    const auto sealed = seal_keystore(store, passphrase, KeystoreCost::test(), random);
    REQUIRE(sealed);
    CHECK(sealed->find("issuer") == std::string::npos);
    const auto opened = open_keystore(*sealed, passphrase);
    REQUIRE(opened);
    REQUIRE(opened->entries.size() == 2);
    CHECK(constant_time_equal(opened->find("node")->secret.view(), Bytes(32, 8)));
    CHECK(opened->find("issuer")->kind == "p256");
    CHECK(open_keystore(*sealed, bytes_of("correct hors")).error() == KeyError::wrong_passphrase);
    CHECK(open_keystore("{}", passphrase).error() == KeyError::unsupported_type);
    CHECK(open_keystore("", passphrase).error() == KeyError::malformed);

    auto envelope = json(*sealed);
    envelope.object()->set("opslimit", 2);
    CHECK(open_keystore(encoding::compact_json(envelope), passphrase).error() ==
          KeyError::wrong_passphrase);
    envelope.object()->set("memlimit", std::int64_t{1} << 40);
    CHECK(open_keystore(encoding::compact_json(envelope), passphrase).error() ==
          KeyError::too_expensive);
    CHECK(seal_keystore(store, passphrase, {1, std::size_t{1} << 40}, random).error() ==
          KeyError::too_expensive);
}

TEST_CASE("private files are private") {
    const auto folder =
        std::filesystem::temp_directory_path() / ("stadtbuch-keys-" + std::to_string(::getpid()));
    std::filesystem::create_directory(folder);
    const std::string path = folder / "key.json";
    REQUIRE(write_private_file(path, "one"));
    REQUIRE(write_private_file(path, "two"));
    CHECK(read_private_file(path).value() == "two");

    struct stat status {};

    REQUIRE(::stat(path.c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);
    CHECK_FALSE(std::filesystem::exists(path + ".tmp"));
    ::chmod(path.c_str(), 0640);
    CHECK(read_private_file(path).error().id == "SB-4001");
    ::chmod(path.c_str(), 0600);
    std::filesystem::create_symlink(path, folder / "link");
    CHECK(read_private_file(folder / "link").error().id == "SB-4001");
    CHECK(read_private_file(folder / "none").error().id == "SB-4002");
    CHECK(read_private_file(folder).error().id == "SB-4001");
    CHECK(write_private_file(folder / "no" / "key", "x").error().id == "SB-4003");
    std::filesystem::remove_all(folder);
}

TEST_CASE("passwords of clerks") {
    const std::string hash = hash_password("Grüße!", PasswordCost::test);
    CHECK(hash.starts_with("$argon2id$"));
    CHECK(verify_password(hash, "Grüße!"));
    CHECK_FALSE(verify_password(hash, "Gruesse!"));
    CHECK_FALSE(verify_password("", "x"));
    CHECK_FALSE(verify_password("$argon2id$v=19$m=99999999,t=1,p=1$AAAA$AAAA", "x"));
    CHECK_FALSE(verify_password("$argon2id$v=19$m=8,t=1000,p=1$AAAA$AAAA", "x"));
    CHECK_FALSE(verify_password("$2y$10$abcdefghijklmnopqrstuv", "x"));
}

TEST_CASE("dates") {
    CHECK(utc_date_time(0) == "1970-01-01T00:00:00Z");
    CHECK(utc_date_time(1795219200 - 1) == utc_date(1795219200 - 86400) + "T23:59:59Z");
    CHECK(utc_date(unix_of_date(2026, 11, 21)) == "2026-11-21");
    CHECK(utc_date(unix_of_date(2028, 2, 29)) == "2028-02-29");
    CHECK(unix_of_date(2000, 3, 1) == 951868800);
    CHECK(utc_date(-1) == "1969-12-31");
}

TEST_CASE("random texts") {
    CHECK(random_token(os_random()).size() == 22);
    CHECK(random_token(os_random()) != random_token(os_random()));
    const std::string digits = random_digits(os_random(), 2000);
    for (char c = '0'; c <= '9'; ++c) CHECK(std::count(digits.begin(), digits.end(), c) > 100);
    SeededRandom a(7);
    SeededRandom b(7);
    CHECK(random_bytes(a, 40) == random_bytes(b, 40));
    CHECK(random_bytes(a, 40) != random_bytes(a, 40));
}
