// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/agent/register_source.hpp"

#include <chrono>

#include "node/net/http_client.hpp"
#include "ssi/keys/keystore_file.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"
#include "storage/hash/hash.hpp"
#include "storage/postgres/connection.hpp"

namespace stadtbuch::agent {

namespace {

using registers::CsvTable;
using registers::TableLayout;
using registers::Tables;
using Layouts = std::vector<TableLayout>;

constexpr std::size_t rows_max = 1'000'000;
constexpr std::size_t body_max = std::size_t{256} << 20;
constexpr int patience_ms = 20'000;  // the loop that asks also hears signals

Error no_answer(const Error& why, const std::string& where) {
    return {"SB-4105", "the register does not answer: " + why.what, where,
            "What was read last goes on; check the service."};
}

Error malformed(const std::string& what, const std::string& where) {
    return {"SB-4102", what, where, "Correct the register."};
}

CsvTable empty_table(const TableLayout& layout, const std::string& source) {
    CsvTable out;
    out.file = source + "/" + std::string(layout.name);
    out.columns = layout.columns;
    return out;
}

/// Takes what it has not seen the digest of.
class Seen {
  public:
    [[nodiscard]] std::optional<Tables> only_if_new(Tables tables) {
        std::string all;
        for (const auto& [name, table] : tables) {
            Hash32 hash = hash::sha256(name);
            for (const auto& row : table.rows) {
                std::string text(text_of(hash.view()));
                for (const std::string& cell : row)
                    text += std::to_string(cell.size()) + ":" + cell;
                hash = hash::sha256(text);
            }
            all += text_of(hash.view());
        }
        const Hash32 digest = hash::sha256(all);
        if (seen_ == digest) return std::nullopt;
        seen_ = digest;
        return tables;
    }

  private:
    std::optional<Hash32> seen_;
};

/// Not more often than the settings say.
class Pace {
  public:
    explicit Pace(std::int64_t seconds) : period_(seconds) {}

    [[nodiscard]] bool due() {
        const auto now = std::chrono::steady_clock::now();
        if (last_ && now < *last_ + period_) return false;
        last_ = now;
        return true;
    }

  private:
    std::chrono::seconds period_;
    std::optional<std::chrono::steady_clock::time_point> last_;
};

class PostgresSource final : public registers::TableSource {
  public:
    PostgresSource(const RegisterSettings& settings, std::string password, Layouts layouts)
        : schema_(settings.schema), layouts_(std::move(layouts)), pace_(settings.refresh_s) {
        how_.dsn = settings.dsn;
        how_.password = std::move(password);
        how_.session_settings = "-c default_transaction_read_only=on -c statement_timeout=20000";
        how_.answer_ms_max = patience_ms;
    }

    [[nodiscard]] std::string name() const override { return "schema " + schema_; }

    Result<std::optional<Tables>, Error> read_if_changed() override {
        if (!pace_.due()) return std::optional<Tables>();
        auto connection = postgres::Connection::open(how_);
        if (!connection) return Failure{no_answer(connection.error(), name())};
        (*connection)->queue_text("begin isolation level repeatable read read only");
        Tables out;
        for (const TableLayout& layout : layouts_) {
            auto table = read(**connection, layout);
            if (!table) return Failure{table.error()};
            out.emplace(layout.name, std::move(table).value());
        }
        return seen_.only_if_new(std::move(out));
    }

  private:
    /// Names come from our own list and from the settings, which allow letters, digits and '_'
    /// only.
    Result<CsvTable, Error> read(postgres::Connection& connection,
                                 const TableLayout& layout) const {
        std::string columns;
        std::string order;
        for (std::size_t i = 0; i < layout.columns.size(); ++i) {
            const std::string comma = i == 0 ? "" : ", ";
            columns += comma + "coalesce(\"" + layout.columns[i] + "\"::text, '')";
            order += comma + std::to_string(i + 1);
        }
        connection.queue_text("select " + columns + " from \"" + schema_ + "\".\"" +
                              std::string(layout.name) + "\" order by " + order + " limit " +
                              std::to_string(rows_max + 1));
        const auto rows = connection.exchange();
        CsvTable table = empty_table(layout, schema_);
        if (!rows && rows.error().lost()) return Failure{no_answer(rows.error().error, table.file)};
        if (!rows) return Failure{malformed(rows.error().error.what, table.file)};
        if (rows->size() > rows_max)
            return Failure{malformed("more than 1,000,000 rows", table.file)};
        for (std::size_t row = 0; row < rows->size(); ++row) {
            std::vector<std::string> cells;
            for (std::size_t i = 0; i < layout.columns.size(); ++i)
                cells.emplace_back(rows->text(row, i));
            table.rows.push_back(std::move(cells));
            table.lines.push_back(row + 1);
        }
        return table;
    }

    postgres::ConnectionOptions how_;
    std::string schema_;
    const Layouts layouts_;
    Pace pace_;
    Seen seen_;
};

std::optional<std::string> cell_of(const encoding::Value* value) {
    if (value == nullptr) return std::nullopt;
    if (const std::string* text = value->text()) return *text;
    if (const auto number = value->integer()) return std::to_string(*number);
    if (const auto flag = value->boolean()) return *flag ? "1" : "0";
    if (value->is_null()) return "";
    return std::nullopt;
}

Result<CsvTable, Error> table_of_json(const TableLayout& layout, const std::string& url,
                                      std::string_view body) {
    CsvTable table = empty_table(layout, url);
    const auto parsed = encoding::parse_json(
        body, {.bytes_max = body_max, .depth_max = 8, .refuse_duplicate_keys = true});
    const encoding::Array* rows = parsed ? parsed->array() : nullptr;
    if (rows == nullptr) return Failure{malformed("this is no JSON array", table.file)};
    if (rows->size() > rows_max) return Failure{malformed("more than 1,000,000 rows", table.file)};
    for (const encoding::Value& row : *rows) {
        std::vector<std::string> cells;
        for (const std::string& column : layout.columns) {
            auto cell = cell_of(row.find(column));
            if (!cell) {
                return Failure{
                    malformed("'" + column + "' is missing or no text",
                              table.file + ", row " + std::to_string(table.rows.size() + 1))};
            }
            cells.push_back(*std::move(cell));
        }
        table.lines.push_back(table.rows.size() + 1);
        table.rows.push_back(std::move(cells));
    }
    return table;
}

class HttpSource final : public registers::TableSource {
  public:
    HttpSource(const RegisterSettings& settings, Layouts layouts)
        : url_(settings.url),
          layouts_(std::move(layouts)),
          pace_(settings.refresh_s),
          client_(options_of(settings)) {}

    [[nodiscard]] std::string name() const override { return url_; }

    Result<std::optional<Tables>, Error> read_if_changed() override {
        if (!pace_.due()) return std::optional<Tables>();
        if (tags_.size() == layouts_.size()) {
            const auto same = all_same();
            if (!same) return Failure{same.error()};
            if (*same) return std::optional<Tables>();
        }
        Tables out;
        std::map<std::string, std::string, std::less<>> tags;
        for (const TableLayout& layout : layouts_) {
            const auto answer = fetch(layout, "");
            if (!answer) return Failure{answer.error()};
            auto table = table_of_json(layout, url_, answer->body);
            if (!table) return Failure{table.error()};
            out.emplace(layout.name, std::move(table).value());
            if (const auto tag = answer->header("ETag")) tags[std::string(layout.name)] = *tag;
        }
        tags_ = std::move(tags);
        return seen_.only_if_new(std::move(out));
    }

  private:
    static net::HttpClientOptions options_of(const RegisterSettings& settings) {
        net::HttpClientOptions out;
        out.total_ms = patience_ms;
        out.body_bytes_max = body_max;
        out.redirects_max = 0;
        out.https_only = true;
        out.ca_file = settings.authority;
        out.client_certificate = settings.certificate;
        out.client_key = settings.private_key;
        return out;
    }

    /// 200 or 304.
    Result<net::HttpFetched, Error> fetch(const TableLayout& layout, const std::string& tag) {
        net::HttpFetch request{"GET",
                               url_ + "/" + std::string(layout.name) + ".json",
                               {{"Accept", "application/json"}},
                               ""};
        if (!tag.empty()) request.headers.emplace_back("If-None-Match", tag);
        auto answer = client_.fetch(request);
        if (!answer) return Failure{no_answer(answer.error(), request.url)};
        if (answer->status == 200 || (answer->status == 304 && !tag.empty())) return answer;
        return Failure{
            no_answer({"", "status " + std::to_string(answer->status), "", ""}, request.url)};
    }

    /// Asks until one has changed.
    Result<bool, Error> all_same() {
        for (const TableLayout& layout : layouts_) {
            const auto answer = fetch(layout, tags_.find(layout.name)->second);
            if (!answer) return Failure{answer.error()};
            if (answer->status != 304) return false;
        }
        return true;
    }

    std::string url_;
    const Layouts layouts_;
    Pace pace_;
    net::HttpClient client_;
    std::map<std::string, std::string, std::less<>> tags_;  // by table
    Seen seen_;
};

}  // namespace

std::unique_ptr<registers::TableSource> make_postgres_source(const RegisterSettings& settings,
                                                             std::string password,
                                                             std::span<const TableLayout> tables) {
    return std::make_unique<PostgresSource>(settings, std::move(password),
                                            Layouts(tables.begin(), tables.end()));
}

std::unique_ptr<registers::TableSource> make_http_source(const RegisterSettings& settings,
                                                         std::span<const TableLayout> tables) {
    return std::make_unique<HttpSource>(settings, Layouts(tables.begin(), tables.end()));
}

Result<std::unique_ptr<registers::TableSource>, Error> make_source_of_tables(
    const RegisterSettings& source, std::span<const TableLayout> tables) {
    if (source.kind == RegisterSettings::Kind::csv) {
        return Failure{Error{"SB-1003", "a table needs a database or a service", "register.kind",
                             "Set register.kind to \"postgresql\" or \"http\", or name a file."}};
    }
    std::string password;
    const std::string& secret = source.kind == RegisterSettings::Kind::postgresql
                                    ? source.password_file
                                    : source.private_key;
    if (!secret.empty()) {
        auto held = keys::read_private_file(secret);
        if (!held) return Failure{held.error()};
        password = std::move(held).value();
        while (!password.empty() && password.back() <= ' ') password.pop_back();
    }
    if (source.kind == RegisterSettings::Kind::http) return make_http_source(source, tables);
    return make_postgres_source(source, std::move(password), tables);
}

Result<std::unique_ptr<registers::TableSource>, Error> make_register_source(
    const Settings& settings) {
    if (settings.registers.kind == RegisterSettings::Kind::csv)
        return registers::make_csv_source(settings.register_folder);
    return make_source_of_tables(settings.registers, registers::table_layouts());
}

}  // namespace stadtbuch::agent
