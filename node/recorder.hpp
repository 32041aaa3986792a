// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Records what a validator of a development network does, for: stadtbuch export --recording. One
// file for each node, FOLDER/events.jsonl, only ever appended to, one JSON object a line in the
// order of the calls:
//
//   {"kind":"event","t":TIME,"event":"start Node1"}              also "stop Node1"; a kill leaves
//   no stop
//   {"kind":"node","t","to":["Node2"],"raw"}                     a message to peers; BATCH frames
//   are taken apart
//   {"kind":"client","t","identity","raw" or "raw_hex"}          a frame of a client; hex when it
//   is not UTF-8
//   {"kind":"answer","t","identity","raw"}                       a frame to a client
//   {"kind":"sign","t","message_hex","signature"}                an own BLS share
//   {"kind":"multi","t","message_hex","signers","signatures","multi_signature"}
//   {"kind":"lost","t","count"}                                  rows that did not fit into the
//   queue
//
// TIME: UNIX seconds with fraction. Callers only copy bytes into a bounded queue; an own thread
// writes. What clients send is public on a ledger anyway, but their identities, times and refused
// requests are not: settings refuse a recording outside development networks.
#pragma once
#include <condition_variable>
#include <cstdint>
#include <fstream>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "storage/base/bytes.hpp"
#include "storage/base/error.hpp"
#include "storage/base/result.hpp"

namespace stadtbuch::node {

class Recorder {
  public:
    /// Makes the folder when it is missing. Error: SB-3040 the file cannot be written.
    [[nodiscard]] static Result<std::unique_ptr<Recorder>, Error> open(const std::string& folder,
                                                                       const std::string& alias);
    /// Writes what waits, then "stop".
    ~Recorder();
    Recorder(const Recorder&) = delete;
    Recorder& operator=(const Recorder&) = delete;

    // All: any thread.
    void sent(const std::vector<std::string>& to, std::string_view text);
    void client_frame(std::string_view identity, std::string_view text, bool is_answer);
    void share(BytesView message, const std::string& signature);
    void multi_signature(BytesView message, std::vector<std::string> signers,
                         std::vector<std::string> signatures, const std::string& sum);

  private:
    enum class Kind { event, node, client, answer, share, multi };

    struct Row {
        Kind kind = Kind::event;
        double time = 0;
        std::string text;                 ///< frame, message or event
        std::string other;                ///< identity or signature
        std::vector<std::string> names;   ///< recipients or signers
        std::vector<std::string> shares;  ///< signatures of the signers
        [[nodiscard]] std::size_t bytes() const;
    };

    Recorder(std::ofstream file, std::string alias);
    void push(Row row);
    void run();
    void write(const std::vector<Row>& rows, std::uint64_t lost);
    [[nodiscard]] static std::string line_of(const Row& row);

    std::ofstream file_;
    std::string alias_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::vector<Row> rows_;
    std::size_t bytes_waiting_ = 0;
    std::uint64_t lost_ = 0;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace stadtbuch::node
