// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "node/recorder.hpp"

#include <pthread.h>

#include <chrono>
#include <filesystem>
#include <utility>

#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"

namespace stadtbuch::node {

namespace {

/// What may wait for the disk; more is counted as lost.
constexpr std::size_t bytes_waiting_max = 64u << 20;

double unix_time() {
    return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch())
        .count();
}

encoding::Array array_of(const std::vector<std::string>& texts) {
    return {texts.begin(), texts.end()};
}

/// A process that was killed may have left half a line; the next one must begin on its own.
bool ends_within_a_line(const std::string& path) {
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    if (!file || file.tellg() <= 0) return false;
    file.seekg(-1, std::ios::end);
    return file.get() != '\n';
}

}  // namespace

std::size_t Recorder::Row::bytes() const {
    std::size_t sum = sizeof(Row) + text.size() + other.size();
    for (const std::string& name : names) sum += sizeof(name) + name.size();
    for (const std::string& each : shares) sum += sizeof(each) + each.size();
    return sum;
}

Result<std::unique_ptr<Recorder>, Error> Recorder::open(const std::string& folder,
                                                        const std::string& alias) {
    std::error_code ignored;
    std::filesystem::create_directories(folder, ignored);
    const std::string path = folder + "/events.jsonl";
    const bool torn = ends_within_a_line(path);
    std::ofstream file(path, std::ios::binary | std::ios::app);
    if (torn) file << '\n';
    file.flush();
    if (!file) {
        return Failure{
            Error{"SB-3040", "the recording cannot be written", path,
                  "Check permissions and free space, or remove [record] from the configuration."}};
    }
    return std::unique_ptr<Recorder>(new Recorder(std::move(file), alias));
}

Recorder::Recorder(std::ofstream file, std::string alias)
    : file_(std::move(file)), alias_(std::move(alias)), thread_([this] { run(); }) {
    push({Kind::event, unix_time(), "start " + alias_, {}, {}, {}});
}

Recorder::~Recorder() {
    push({Kind::event, unix_time(), "stop " + alias_, {}, {}, {}});
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
}

void Recorder::sent(const std::vector<std::string>& to, std::string_view text) {
    push({Kind::node, unix_time(), std::string(text), {}, to, {}});
}

void Recorder::client_frame(std::string_view identity, std::string_view text, bool is_answer) {
    push({is_answer ? Kind::answer : Kind::client,
          unix_time(),
          std::string(text),
          std::string(identity),
          {},
          {}});
}

void Recorder::share(BytesView message, const std::string& signature) {
    push({Kind::share, unix_time(), string_of(message), signature, {}, {}});
}

void Recorder::multi_signature(BytesView message, std::vector<std::string> signers,
                               std::vector<std::string> signatures, const std::string& sum) {
    push({Kind::multi, unix_time(), string_of(message), sum, std::move(signers),
          std::move(signatures)});
}

void Recorder::push(Row row) {
    const std::size_t bytes = row.bytes();
    bool was_empty = false;
    {
        const std::lock_guard lock(mutex_);
        if (bytes_waiting_ + bytes > bytes_waiting_max) {
            ++lost_;
            return;
        }
        was_empty = rows_.empty();
        bytes_waiting_ += bytes;
        rows_.push_back(std::move(row));
    }
    if (was_empty) wake_.notify_one();
}

void Recorder::run() {
    pthread_setname_np(pthread_self(), "recorder");
    while (true) {
        std::vector<Row> rows;
        std::uint64_t lost = 0;
        bool stopping = false;
        {
            std::unique_lock lock(mutex_);
            wake_.wait(lock, [this] { return stopping_ || !rows_.empty(); });
            rows.swap(rows_);
            bytes_waiting_ = 0;
            lost = std::exchange(lost_, 0);
            stopping = stopping_;
        }
        write(rows, lost);
        if (stopping) return;
    }
}

void Recorder::write(const std::vector<Row>& rows, std::uint64_t lost) {
    for (const Row& row : rows) file_ << line_of(row) << '\n';
    if (lost > 0) {
        encoding::Object out{{"kind", "lost"}, {"t", unix_time()}, {"count", lost}};
        file_ << encoding::compact_json(out) << '\n';
    }
    file_.flush();
    if (file_) return;
    // A full disk must not stop the validator; the gap is told as soon as there is room again.
    file_.clear();
    const std::lock_guard lock(mutex_);
    lost_ += lost + rows.size();
}

std::string Recorder::line_of(const Row& row) {
    encoding::Object out;
    const auto message = [&row] { return encoding::hex_encode(view_of(row.text)); };
    switch (row.kind) {
        case Kind::event:
            out = {{"kind", "event"}, {"t", row.time}, {"event", row.text}};
            break;
        case Kind::node:
            out = {
                {"kind", "node"}, {"t", row.time}, {"to", array_of(row.names)}, {"raw", row.text}};
            break;
        case Kind::client:
        case Kind::answer:
            out = {{"kind", row.kind == Kind::answer ? "answer" : "client"}, {"t", row.time}};
            out.set(encoding::is_utf8(row.other) ? "identity" : "identity_hex",
                    encoding::is_utf8(row.other) ? row.other
                                                 : encoding::hex_encode(view_of(row.other)));
            out.set(encoding::is_utf8(row.text) ? "raw" : "raw_hex",
                    encoding::is_utf8(row.text) ? row.text : message());
            break;
        case Kind::share:
            out = {{"kind", "sign"},
                   {"t", row.time},
                   {"message_hex", message()},
                   {"signature", row.other}};
            break;
        case Kind::multi:
            out = {{"kind", "multi"},
                   {"t", row.time},
                   {"signers", array_of(row.names)},
                   {"message_hex", message()},
                   {"signatures", array_of(row.shares)},
                   {"multi_signature", row.other}};
            break;
    }
    return encoding::compact_json(out);
}

}  // namespace stadtbuch::node
