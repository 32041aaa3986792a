// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "storage/postgres/connection.hpp"

#include <libpq-fe.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>

namespace stadtbuch::postgres {

namespace {

PGconn* connection_of(void* handle) {
    return static_cast<PGconn*>(handle);
}

PGresult* result_of(const std::shared_ptr<void>& result) {
    return static_cast<PGresult*>(result.get());
}

/// The server's first line; what follows is DETAIL and HINT, which may quote values.
std::string first_line(const char* message) {
    const std::string_view text = message == nullptr ? "" : message;
    return std::string(text.substr(0, text.find('\n')));
}

Error unreachable(const std::string& said) {
    return {"SB-2007", "the database server does not answer: " + said, "",
            "Check that it runs, and the dsn of the settings."};
}

}  // namespace

Rows::Rows(std::shared_ptr<void> result) : result_(std::move(result)) {}

std::size_t Rows::size() const {
    return result_ == nullptr ? 0 : static_cast<std::size_t>(PQntuples(result_of(result_)));
}

BytesView Rows::cell(std::size_t row, std::size_t column) const {
    const int r = static_cast<int>(row);
    const int c = static_cast<int>(column);
    return view_of(
        std::string_view(PQgetvalue(result_of(result_), r, c),
                         static_cast<std::size_t>(PQgetlength(result_of(result_), r, c))));
}

std::string_view Rows::text(std::size_t row, std::size_t column) const {
    return text_of(cell(row, column));
}

bool Rows::null(std::size_t row, std::size_t column) const {
    return PQgetisnull(result_of(result_), static_cast<int>(row), static_cast<int>(column)) == 1;
}

std::string_view Rows::command() const {
    return result_ == nullptr ? "" : PQcmdStatus(result_of(result_));
}

void Connection::Closer::operator()(void* handle) const {
    PQfinish(connection_of(handle));
}

Result<std::unique_ptr<Connection>, Error> Connection::open(const ConnectionOptions& options) {
    // Before "dbname" stand defaults that the connection string may change, after it what holds.
    std::vector<const char*> names{
        "connect_timeout",  "keepalives_idle",           "keepalives_interval",
        "keepalives_count", "tcp_user_timeout",          "dbname",
        "client_encoding",  "fallback_application_name", "options"};
    std::vector<const char*> values{"5",    "10",        "5",
                                    "3",    "15000",     options.dsn.c_str(),
                                    "UTF8", "stadtbuch", options.session_settings.c_str()};
    if (!options.password.empty()) {
        names.push_back("password");
        values.push_back(options.password.c_str());
    }
    names.push_back(nullptr);
    values.push_back(nullptr);
    std::unique_ptr<void, Closer> handle(PQconnectdbParams(names.data(), values.data(), 1));
    PGconn* raw = connection_of(handle.get());
    if (raw == nullptr || PQstatus(raw) != CONNECTION_OK)
        return Failure{unreachable(first_line(raw == nullptr ? "" : PQerrorMessage(raw)))};
    // Notices of the server are for its own log.
    PQsetNoticeReceiver(
        raw, [](void*, const PGresult*) {}, nullptr);
    if (PQenterPipelineMode(raw) != 1) return Failure{unreachable("no pipeline mode")};
    return std::unique_ptr<Connection>(new Connection(std::move(handle), options.answer_ms_max));
}

Connection::~Connection() = default;

void Connection::prepare(std::string_view name, std::string_view sql) {
    queue_.push_back({Item::Kind::prepare, std::string(name), std::string(sql), {}});
}

void Connection::queue(std::string_view name, std::span<const BytesView> parameters) {
    queue_.push_back({Item::Kind::prepared, std::string(name), {}, {}});
    for (const BytesView& one : parameters) queue_.back().parameters.push_back(bytes_of(one));
}

void Connection::queue_text(std::string_view sql, std::span<const BytesView> parameters) {
    queue_.push_back({Item::Kind::text, {}, std::string(sql), {}});
    for (const BytesView& one : parameters) queue_.back().parameters.push_back(bytes_of(one));
}

bool Connection::send(const Item& item) {
    PGconn* raw = connection_of(handle_.get());
    if (item.kind == Item::Kind::prepare)
        return PQsendPrepare(raw, item.name.c_str(), item.sql.c_str(), 0, nullptr) == 1;
    static constexpr char nothing = 0;
    std::vector<const char*> values;
    std::vector<int> lengths;
    for (const Bytes& one : item.parameters) {
        // A null pointer would be NULL, not an empty value.
        values.push_back(one.empty() ? &nothing : text_of(one).data());
        lengths.push_back(static_cast<int>(one.size()));
    }
    const std::vector<int> formats(values.size(), 1);
    const int count = static_cast<int>(values.size());
    if (item.kind == Item::Kind::prepared) {
        return PQsendQueryPrepared(raw, item.name.c_str(), count, values.data(), lengths.data(),
                                   formats.data(), 1) == 1;
    }
    return PQsendQueryParams(raw, item.sql.c_str(), count, nullptr, values.data(), lengths.data(),
                             formats.data(), 1) == 1;
}

bool Connection::wait() {
    PGconn* raw = connection_of(handle_.get());
    while (PQisBusy(raw) == 1) {
        pollfd waiting{PQsocket(raw), POLLIN, 0};
        const int ready = poll(&waiting, 1, answer_ms_max_);
        if (ready < 0 && errno == EINTR) continue;
        if (ready <= 0 || PQconsumeInput(raw) != 1) return false;
    }
    return true;
}

Trouble Connection::lost() {
    broken_ = true;
    queue_.clear();
    return {unreachable(first_line(PQerrorMessage(connection_of(handle_.get())))), {}, false};
}

std::optional<std::shared_ptr<void>> Connection::next() {
    if (!wait()) return std::nullopt;
    PGresult* result = PQgetResult(connection_of(handle_.get()));
    if (result == nullptr) return std::shared_ptr<void>();
    return std::shared_ptr<void>(result, [](void* one) { PQclear(static_cast<PGresult*>(one)); });
}

Result<Rows, Trouble> Connection::exchange() {
    PGconn* raw = connection_of(handle_.get());
    if (broken_) return Failure{lost()};
    for (const Item& item : queue_) {
        if (!send(item)) return Failure{lost()};
    }
    if (PQpipelineSync(raw) != 1) return Failure{lost()};
    queue_.clear();
    Rows last;
    std::optional<Trouble> trouble;
    while (true) {
        const auto got = next();
        if (!got) return Failure{lost()};
        if (*got == nullptr) {  // end of one statement
            if (PQstatus(raw) != CONNECTION_OK) return Failure{lost()};
            continue;
        }
        const ExecStatusType status = PQresultStatus(result_of(*got));
        if (status == PGRES_PIPELINE_SYNC) break;
        if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) {
            last = Rows(*got);
            continue;
        }
        if (trouble || status == PGRES_PIPELINE_ABORTED) continue;
        const char* state = PQresultErrorField(result_of(*got), PG_DIAG_SQLSTATE);
        if (state == nullptr) return Failure{lost()};
        trouble =
            Trouble{{"SB-2008",
                     "the database server refuses: " +
                         first_line(PQresultErrorField(result_of(*got), PG_DIAG_MESSAGE_PRIMARY)),
                     state, "Its log says more."},
                    state,
                    std::string_view(state) == "40001" || std::string_view(state) == "40P01"};
    }
    if (trouble) return Failure{std::move(*trouble)};
    return last;
}

bool Connection::stale() const {
    if (broken_) return true;
    pollfd waiting{PQsocket(connection_of(handle_.get())), POLLIN, 0};
    return poll(&waiting, 1, 0) != 0;
}

Bytes bigint(std::int64_t number) {
    Bytes out(8);
    for (std::size_t i = 0; i < 8; ++i)
        out[i] = static_cast<Byte>((static_cast<std::uint64_t>(number) >> (56 - 8 * i)) & 0xFF);
    return out;
}

std::int64_t bigint_of(BytesView cell) {
    std::uint64_t out = 0;
    for (const Byte octet : cell.first(std::min<std::size_t>(8, cell.size())))
        out = out << 8 | octet;
    return static_cast<std::int64_t>(out);
}

}  // namespace stadtbuch::postgres
