// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// What a frame of a client means and what is answered to it at once (indy-client-protocol §1, §3,
// §9).
//
// Pure and stateless: bytes in; texts to send back and requests to be worked on out. Requests that
// pass are parsed and checked statically; their signatures are not yet verified. Any number of
// threads.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ssi/ledger/request.hpp"
#include "ssi/ledger/types.hpp"
#include "storage/base/bytes.hpp"

namespace stadtbuch::ledger {

/// The committed ledgers as clients may catch up with them. All answers must come from one state.
class CommittedLedgers {
  public:
    virtual ~CommittedLedgers() = default;
    [[nodiscard]] virtual std::uint64_t size(Ledger ledger) const = 0;
    /// Root of the first `size` transactions; nullopt beyond the end.
    [[nodiscard]] virtual std::optional<Hash32> root_at(Ledger ledger,
                                                        std::uint64_t size) const = 0;
    /// RFC 6962 §2.1.2; nullopt unless 0 < first <= second <= size.
    [[nodiscard]] virtual std::optional<std::vector<Hash32>> consistency_proof(
        Ledger ledger, std::uint64_t first, std::uint64_t second) const = 0;
    /// JSON text of the stored transaction, ATTRIB expanded; nullopt beyond the end.
    [[nodiscard]] virtual std::optional<std::string> txn_json(Ledger ledger,
                                                              std::uint64_t seq_no) const = 0;
};

struct FrameOutcome {
    std::vector<std::string> answers;  ///< to the sender, in this order; empty means silence
    std::vector<Request> requests;     ///< in the order of the frame
};

class ClientPort {
  public:
    static constexpr std::size_t frame_bytes_max = 131072;

    struct Limits {
        /// A CATCHUP_REP may not be split, so a longer one is not sent at all.
        std::size_t catchup_reply_bytes_max = 64U * 1024 * 1024;
        /// BATCH inside of BATCH.
        int batch_depth_max = 4;
    };

    ClientPort() = default;

    explicit ClientPort(const Limits& limits) : limits_(limits) {}

    [[nodiscard]] FrameOutcome on_frame(BytesView frame, const CommittedLedgers& ledgers) const;

  private:
    void on_text(std::string_view text, const CommittedLedgers& ledgers, int depth,
                 FrameOutcome& out) const;
    void on_operation(encoding::Value message, const CommittedLedgers& ledgers, int depth,
                      FrameOutcome& out) const;
    void on_batch(const encoding::Value& message, const CommittedLedgers& ledgers, int depth,
                  FrameOutcome& out) const;
    static void on_ledger_status(const encoding::Value& message, const CommittedLedgers& ledgers,
                                 FrameOutcome& out);
    void on_catchup_req(const encoding::Value& message, const CommittedLedgers& ledgers,
                        FrameOutcome& out) const;

    Limits limits_;
};

}  // namespace stadtbuch::ledger
