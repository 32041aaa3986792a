// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Frames of the client port. Whatever comes, answers are JSON texts, and a request that passes
// keeps its digests when it is written out and read again.
#include <cstdlib>

#include "ssi/ledger/client_port.hpp"
#include "storage/encoding/json.hpp"

using namespace stadtbuch;

namespace {

class NoLedgers final : public ledger::CommittedLedgers {
  public:
    [[nodiscard]] std::uint64_t size(ledger::Ledger) const override { return 3; }

    [[nodiscard]] std::optional<Hash32> root_at(ledger::Ledger, std::uint64_t size) const override {
        return size <= 3 ? std::optional(Hash32{}) : std::nullopt;
    }

    [[nodiscard]] std::optional<std::vector<Hash32>> consistency_proof(
        ledger::Ledger, std::uint64_t first, std::uint64_t second) const override {
        if (first < 1 || first > second || second > 3) return std::nullopt;
        return std::vector<Hash32>(1);
    }

    [[nodiscard]] std::optional<std::string> txn_json(ledger::Ledger,
                                                      std::uint64_t seq_no) const override {
        return seq_no <= 3 ? std::optional<std::string>("{}") : std::nullopt;
    }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto outcome = ledger::ClientPort().on_frame(BytesView(data, size), NoLedgers());
    for (const std::string& answer : outcome.answers) {
        if (!encoding::parse_json(answer)) std::abort();
    }
    for (const ledger::Request& request : outcome.requests) {
        const auto again = encoding::parse_json(encoding::compact_json(request.value));
        if (!again) std::abort();
        const auto parsed = ledger::parse_request(*again);
        if (!parsed || parsed->digest != request.digest) std::abort();
        if (parsed->payload_digest != request.payload_digest) std::abort();
        static_cast<void>(ledger::verify_signatures(request, [](std::string_view) {
            return std::optional<std::string>("GJ1SzoWzavQYfNL9XkaJdrQejfztN4XqdsiV4ct3LXKL");
        }));
    }
    return 0;
}
