// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// One ledger from the genesis on, driven by commands as tests/differential/reference.py drives the
// reference:
//
//   {"time":T,"frames":["<frame of a client>",...],"primaries":["Node1",...]}
//
// `members`, if it is there, lists the places of frames that are no client's, but requests that
// another member passes on; they get no answer.
// Every frame is answered as a node answers a client; the writes that pass are then executed in one
// batch for each ledger, at time T, and committed. T also counts as the time of the committed
// roots' multi-signatures.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "ssi/ledger/client_port.hpp"
#include "ssi/ledger/execution.hpp"
#include "ssi/ledger/read_view.hpp"
#include "storage/encoding/value.hpp"

namespace stadtbuch::differential {

struct Genesis {
    std::string pool, domain;  ///< texts of the two files
};

struct Outcome {
    std::vector<std::vector<std::string>> answers;  ///< for each frame, in the order sent
    encoding::Value roots;  ///< ledger number to [size, ledger root, state root], base58
};

class Session {
  public:
    /// Throws std::runtime_error when the genesis cannot be executed.
    explicit Session(const Genesis& genesis);

    [[nodiscard]] Outcome run(const encoding::Value& command);

  private:
    struct Waiting {
        ledger::RequestPtr request;
        std::size_t frame = 0;  ///< whose answers its reply belongs to
    };

    void receive(const std::string& frame, std::size_t place);
    void receive_propagated(const std::string& frame, std::size_t place);
    void handle(ledger::Request request, std::size_t place);
    void handle_write(ledger::RequestPtr request, std::size_t place);
    void order(ledger::Ledger ledger, const std::vector<Waiting>& waiting);
    void commit(const std::vector<Waiting>& waiting);
    void sign(ledger::Ledger ledger);
    [[nodiscard]] encoding::Value roots() const;

    std::shared_ptr<store::Store> store_;
    std::unique_ptr<ledger::Execution> execution_;
    std::unique_ptr<ledger::Reader> reader_;
    ledger::ClientPort port_;
    std::int64_t time_ = 1'700'000'000;
    std::uint64_t pp_seq_no_ = 0;
    std::vector<std::string> primaries_;
    std::vector<Waiting> waiting_;
    Outcome outcome_;
};

}  // namespace stadtbuch::differential
