// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Microseconds of thread CPU time per BLS operation, best of five repetitions: one line "name
// value" each. tests/bench/bls_peer prints the same names for the crate indy-blssignatures;
// bls_compare runs the two in turn. Arguments: rounds per repetition (default 400), the one
// operation to measure (default all). For reading, not for passing.
#include <ctime>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "consensus/bls/bls.hpp"
#include "consensus/bls/engine.hpp"

namespace {

using namespace stadtbuch;
using namespace stadtbuch::bls;

double thread_us() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

std::string_view only;

template <class Work>
void measure(std::string_view name, long rounds, Work work) {
    if (!only.empty() && only != name) return;
    double best = 1e18;
    for (int repetition = 0; repetition < 5; ++repetition) {
        const double start = thread_us();
        for (long i = 0; i < rounds; ++i) work();
        best = std::min(best, (thread_us() - start) / static_cast<double>(rounds));
    }
    std::printf("%.*s %.3f\n", static_cast<int>(name.size()), name.data(), best);
}

void require(bool good) {
    if (!good) std::abort();
}

/// The arithmetic alone, through one engine's door.
void measure_engine(const Engine& e, long rounds, const SecretKey& secret, BytesView message) {
    const std::string prefix = std::string(e.name) + "_";
    const auto key_bytes = secret.ver_key().to_bytes();
    auto signature_bytes = secret.sign(message)->to_bytes();
    G2 key{};
    G1 point{};
    require(!e.decode_g2(key_bytes.data(), key) && !e.decode_g1(signature_bytes.data() + 1, point));
    LineTable lines;
    e.make_lines(key, lines);
    const PairTerm terms[2] = {{&point, &lines}, {&point, &lines}};
    measure(prefix + "two_pairings", rounds, [&] { require(!e.product_is_one({terms, 2})); });
    measure(prefix + "subgroup_check", rounds, [&] { require(e.is_in_subgroup(key)); });
    measure(prefix + "line_table", rounds, [&] { e.make_lines(key, lines); });
    // A running counter in the digest, so that the mean number of tries is met.
    std::uint32_t counter = 0;
    measure(prefix + "hash_to_g1", rounds * 5, [&] {
        ++counter;
        for (std::size_t i = 0; i < 4; ++i)
            signature_bytes[8 + i] = static_cast<Byte>(counter >> (8 * i));
        require(!e.hash_to_curve(signature_bytes.data() + 1).infinity);
    });
    const Scalar scalar{
        {0x123456789abcdef0, 0x0fedcba987654321, 0x1122334455667788, 0x1122334455667788}};
    measure(prefix + "multiply_g1", rounds,
            [&] { require(!e.multiply_g1(point, scalar).infinity); });
    measure(prefix + "multiply_g2", rounds, [&] { require(!e.multiply_g2(key, scalar).infinity); });
}

}  // namespace

int main(int argc, char** argv) {
    const long rounds = argc > 1 ? std::strtol(argv[1], nullptr, 10) : 400;
    if (rounds < 1) return 2;
    if (argc > 2) only = argv[2];
    const Bytes message(180, 0x5b);
    std::vector<SecretKey> secrets;
    std::vector<VerKey> keys;
    std::vector<Signature> shares;
    for (int i = 1; i <= 25; ++i) {
        const std::string seed = "bench member " + std::to_string(i);
        secrets.push_back(*SecretKey::from_seed(view_of(seed)));
        keys.push_back(secrets.back().ver_key());
        shares.push_back(*secrets.back().sign(message));
    }
    const std::span<const VerKey> three(keys.data(), 3);
    const Signature multi = aggregate(std::span<const Signature>(shares.data(), 3));
    const auto key_bytes = keys[0].to_bytes();
    const auto signature_bytes = shares[0].to_bytes();

    measure("sign", rounds, [&] { require(secrets[0].sign(message).has_value()); });
    measure("verify", rounds, [&] { require(verify(shares[0], message, keys[0])); });
    measure("verify_multi_3", rounds, [&] { require(verify_multi(multi, message, three)); });
    measure("aggregate_25", rounds, [&] { (void)aggregate(shares); });
    measure("ver_key_from_secret", rounds, [&] { (void)secrets[0].ver_key(); });
    measure("decode_ver_key", rounds, [&] { require(VerKey::from_bytes(key_bytes).has_value()); });
    measure("decode_signature", rounds * 5,
            [&] { require(Signature::from_bytes(signature_bytes).has_value()); });
    measure_engine(portable_engine(), rounds, secrets[0], message);
    if (adx_engine() != nullptr) measure_engine(*adx_engine(), rounds, secrets[0], message);
    return 0;
}
