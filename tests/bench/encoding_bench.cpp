// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Microseconds per call of the encodings and hashes on a NYM of the usual size. For reading, not
// for passing: nothing in here can fail.
#include <chrono>
#include <cstdio>

#include "storage/encoding/json.hpp"
#include "storage/encoding/msgpack.hpp"
#include "storage/encoding/signing.hpp"
#include "storage/encoding/text.hpp"
#include "storage/hash/hash.hpp"

namespace {

using namespace stadtbuch;
using namespace stadtbuch::encoding;

constexpr const char* request_text =
    R"({"endorser":"V4SGRU86Z58d6TV7PBUe6f","identifier":"V4SGRU86Z58d6TV7PBUe6f","operation":{"dest":"Th7MpTaRZ)"
    R"(VRYnPiabds81Y","role":"101","type":"1","verkey":"~7TYfekw4GUagBnBVCqPjiC"},"protocolVersion":2,"reqId":170)"
    R"(0000000000000001,"signature":"4ghs8apqje5nTpJM6coPbRcKERnFXh34LcPuP9ABpUHEnNcVjufBTJPXuCxCRFRsjUhZRxFz3sbr)"
    R"(uH4NQYP4YdgM","taaAcceptance":{"mechanism":"wallet","taaDigest":"6c31a35fd1f5e7b61b5404f4ceca4b2e10e1346f45)"
    R"(c00d83400346f3eb06e531","time":1700000000}})";

template <class Work>
void measure(const char* name, Work work) {
    constexpr int rounds = 100'000;
    std::size_t used = 0;
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < rounds; ++i) used += work();
    const std::chrono::duration<double, std::micro> spent =
        std::chrono::steady_clock::now() - start;
    std::printf("%-28s %8.3f us   (%zu)\n", name, spent.count() / rounds, used / rounds);
}

}  // namespace

int main() {
    const auto parsed = parse_json(request_text);
    if (!parsed) return 1;
    const Value& request = *parsed;
    const Bytes packed = msgpack_encode(request);
    const Hash32 root = hash::sha256(request_text);
    const std::string root_text = base58_encode(root);
    const Bytes signature(64, 0xA5);
    const std::string signature_text = base58_encode(signature);
    const Bytes branch(530, 0x11);

    measure("parse_json", [] { return parse_json(request_text)->object()->size(); });
    measure("wire_json", [&] { return wire_json(request).size(); });
    measure("canonical_json", [&] { return canonical_json(request).size(); });
    measure("signing_text", [&] { return signing_text(request).size(); });
    measure("msgpack_encode", [&] { return msgpack_encode(request).size(); });
    measure("msgpack_decode", [&] { return msgpack_decode(packed)->object()->size(); });
    measure("base58_encode 32", [&] { return base58_encode(root).size(); });
    measure("base58_decode32", [&] { return std::size_t{base58_decode32(root_text)->bytes[0]}; });
    measure("base58_encode 64", [&] { return base58_encode(signature).size(); });
    measure("base58_decode 64", [&] { return base58_decode(signature_text)->size(); });
    measure("sha256, request", [] { return std::size_t{hash::sha256(request_text).bytes[0]}; });
    measure("node_hash", [&] { return std::size_t{hash::node_hash(root, root).bytes[0]}; });
    measure("sha3_256, branch of 530",
            [&] { return std::size_t{hash::sha3_256(branch).bytes[0]}; });
    measure("keccak_256, 128 bytes",
            [&] { return std::size_t{hash::keccak_256(BytesView(branch).first(128)).bytes[0]}; });
    return 0;
}
