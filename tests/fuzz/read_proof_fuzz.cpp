// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Answers to reads, as a lying node might write them. An answer that is believed must not be
// believed by a client that knows none of its signers.
#include <array>
#include <cstdlib>

#include "ssi/client/proof.hpp"
#include "storage/encoding/json.hpp"

using namespace stadtbuch;

namespace {

client::VerifierKeys recorded_keys() {
    client::VerifierKeys keys;
    for (const char digit : {'1', '2', '3', '4'}) {
        const std::string name = std::string("Node") + digit;
        const std::string seed = std::string(32 - name.size(), '0') + name;
        keys.insert_or_assign(name, bls::SecretKey::from_seed(view_of(seed))->ver_key());
    }
    return keys;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const client::VerifierKeys keys = recorded_keys();
    const auto result = encoding::parse_json(text_of(BytesView(data, size)));
    if (!result) return 0;
    const auto verdict = client::verify_state_proof(*result, keys, keys.size(), 1, 0);
    if (verdict && client::verify_state_proof(*result, {}, 4, 1, 0)) std::abort();
    static_cast<void>(client::check_answers_question(*result, *result));
    return 0;
}
