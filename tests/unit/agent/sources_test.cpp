// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Registers from a service and from views of a database: the same answers as from the files,
// changes are followed, and while a source is away the last content goes on. Client certificates:
// tests/e2e/agent/registers.py.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <mutex>

#include "ssi/agent/record_source.hpp"
#include "ssi/agent/register_source.hpp"
#include "storage/encoding/json.hpp"
#include "storage/postgres/connection.hpp"
#include "tests/unit/agent/town.hpp"

using namespace stadtbuch;
using namespace stadtbuch::agent;
using registers::Tables;

namespace {

const std::string town_folder = STADTBUCH_TEST_DATA "/../../config/town";

Tables example_tables() {
    auto tables = registers::make_csv_source(town_folder)->read_if_changed();
    REQUIRE(tables);
    REQUIRE(*tables);
    return **tables;
}

std::string json_of(const registers::CsvTable& table) {
    encoding::Array rows;
    for (const auto& cells : table.rows) {
        encoding::Object row;
        for (std::size_t i = 0; i < cells.size(); ++i) row.set(table.columns[i], cells[i]);
        rows.emplace_back(std::move(row));
    }
    return encoding::compact_json(rows);
}

std::string& cell(Tables& tables, const std::string& name, std::size_t row,
                  const std::string& column) {
    registers::CsvTable& table = tables[name];
    return table.rows[row][table.column(column)];
}

/// Serves tables over HTTPS with ETags.
class Service {
  public:
    explicit Service(const DevConfiguration& files, Tables tables) : tables_(std::move(tables)) {
        net::HttpServerOptions options;
        const auto folder = std::filesystem::path(files.settings_file).parent_path();
        options.tls = {(folder / "tls.pem").string(), (folder / "tls.key").string()};
        server_ = std::make_unique<net::HttpServer>(options);
        server_->route("GET", "/r/{name}", [this](const net::HttpRequest& request) {
            const std::lock_guard guard(guard_);
            const std::string file(request.parameter("name"));
            const auto found = tables_.find(file.substr(0, file.find('.')));
            if (broken || found == tables_.end()) return net::error_response(500, "broken");
            const std::string tag = "\"" + std::to_string(version) + "\"";
            net::HttpResponse response = net::HttpResponse::json(200, "");
            if (request.header("If-None-Match") == tag) {
                ++unchanged;
                response.status = 304;
            } else {
                response.body = json_of(found->second);
            }
            response.set("ETag", tag);
            return response;
        });
        REQUIRE(server_->start());
        settings.kind = RegisterSettings::Kind::http;
        settings.url = "https://localhost:" + std::to_string(server_->port()) + "/r";
        settings.authority = files.ca_file;
        settings.refresh_s = 0;
    }

    void change(const std::function<void(Tables&)>& how) {
        const std::lock_guard guard(guard_);
        how(tables_);
        ++version;
    }

    RegisterSettings settings;
    std::atomic<bool> broken{false};
    std::atomic<int> version{1};
    std::atomic<int> unchanged{0};

  private:
    std::mutex guard_;
    Tables tables_;
    std::unique_ptr<net::HttpServer> server_;
};

void same_answers(const registers::Register& one, const registers::Register& other) {
    CHECK(one.town().regional_key == other.town().regional_key);
    CHECK(one.plate_districts().size() == other.plate_districts().size());
    CHECK(one.streets().size() == other.streets().size());
    CHECK(one.zones().size() == other.zones().size());
    int met = 0;
    for (int number = 100000; number < 100200; ++number) {
        const auto a = one.resident("R" + std::to_string(number));
        const auto b = other.resident("R" + std::to_string(number));
        REQUIRE(a.has_value() == b.has_value());
        if (!a) continue;
        ++met;
        CHECK(a->family_name == b->family_name);
        CHECK(a->birthdate == b->birthdate);
        CHECK(a->information_block == b->information_block);
        REQUIRE(a->residences.size() == b->residences.size());
        CHECK(a->residences.front().street == b->residences.front().street);
        CHECK(a->residences.front().moving_in_date == b->residences.front().moving_in_date);
        CHECK(other.find_residents(a->family_name, a->given_name, a->birthdate).size() ==
              one.find_residents(a->family_name, a->given_name, a->birthdate).size());
    }
    CHECK(met > 100);
}

}  // namespace

TEST_CASE("a register over HTTPS answers like the files and is followed", "[agent][register]") {
    test::Folder folder;
    DevOptions options;
    options.folder = folder.path() + "/a";
    options.register_folder = std::filesystem::absolute(town_folder).string();
    options.now = net::unix_seconds();
    const auto files = init_dev(options);
    REQUIRE(files);
    Service service(*files, example_tables());
    auto opened = LiveRegister::open(make_http_source(service.settings));
    if (!opened) FAIL(opened.error().what);
    LiveRegister& live = **opened;
    same_answers(*registers::open_register(example_tables()).value(), live);

    CHECK(live.reload_if_changed().value() == false);
    CHECK(service.unchanged == 6);
    service.change([](Tables& tables) { cell(tables, "zones", 0, "zone_name") = "Altmarkt"; });
    CHECK(live.reload_if_changed().value() == true);
    CHECK(live.zone("A")->name == "Altmarkt");

    service.broken = true;
    CHECK(live.reload_if_changed().error().id == "SB-4105");
    CHECK(live.zone("A")->name == "Altmarkt");
    service.broken = false;
    service.change([](Tables& tables) { cell(tables, "streets", 0, "zone_id") = "nowhere"; });
    CHECK(live.reload_if_changed().error().id == "SB-4103");
    service.change([](Tables& tables) { tables["zones"].columns[1] = "nonsense"; });
    CHECK(live.reload_if_changed().error().id == "SB-4102");
    CHECK(live.zone("A")->name == "Altmarkt");

    service.settings.authority.clear();  // nobody vouches for this server
    CHECK(make_http_source(service.settings)->read_if_changed().error().id == "SB-4105");
}

TEST_CASE("a register of database views answers like the files and is followed",
          "[agent][register]") {
    if (!test::on_postgres()) return;
    const test::FreshStore store;
    postgres::ConnectionOptions how;
    how.dsn = store.dsn();
    auto connection = postgres::Connection::open(how);
    REQUIRE(connection);
    const auto run = [&](const std::string& sql) {
        (*connection)->queue_text(sql);
        const auto done = (*connection)->exchange();
        if (!done) FAIL(done.error().error.what);
    };
    run("create schema agent");
    const Tables tables = example_tables();
    for (const auto& [name, table] : tables) {
        std::string columns;
        std::string parameters;
        std::string shown;
        for (std::size_t i = 0; i < table.columns.size(); ++i) {
            const std::string& column = table.columns[i];
            const std::string comma = i == 0 ? "" : ", ";
            columns += comma + column + " text";
            parameters += comma + "$" + std::to_string(i + 1) + "::text";
            // What a real register has: dates, numbers, nothing.
            const bool date = column.starts_with("moving_");
            const bool number = column.starts_with("number_") || column == "length_mm";
            shown += comma + (date     ? "nullif(" + column + ", '')::date as " + column
                              : number ? column + "::integer as " + column
                                       : column);
        }
        run("create table held_" + name + " (" + columns + ")");
        for (const auto& row : table.rows) {
            std::vector<BytesView> cells;
            for (const std::string& one : row) cells.push_back(view_of(one));
            (*connection)
                ->queue_text("insert into held_" + name + " values (" + parameters + ")", cells);
        }
        REQUIRE((*connection)->exchange());
        run("create view agent." + name + " as select " + shown + " from held_" + name);
    }
    RegisterSettings settings;
    settings.kind = RegisterSettings::Kind::postgresql;
    settings.dsn = store.dsn();
    settings.schema = "agent";
    settings.refresh_s = 0;
    auto opened = LiveRegister::open(make_postgres_source(settings, ""));
    if (!opened) FAIL(opened.error().what);
    LiveRegister& live = **opened;
    same_answers(*registers::open_register(tables).value(), live);

    CHECK(live.reload_if_changed().value() == false);
    run("update held_zones set zone_name = 'Altmarkt' where zone_id = 'A'");
    CHECK(live.reload_if_changed().value() == true);
    CHECK(live.zone("A")->name == "Altmarkt");
    run("drop view agent.zones");
    CHECK(live.reload_if_changed().error().id == "SB-4102");
    CHECK(live.zone("A")->name == "Altmarkt");
    // Records of a configured type come from a view beside them.
    run("create table agent.pupils (pupil_id text, family_name text, grade integer)");
    run("insert into agent.pupils values ('S1', 'Koch', 13), ('S2', 'Öztürk', null)");
    registers::RecordLayout layout;
    layout.key = "pupil_id";
    layout.fields = {{"family_name", "Name", "Name", registers::Likeness::text, true}};
    layout.columns = {"grade"};
    const TableMaker tables_of = [&](const registers::TableLayout& wanted) {
        return make_source_of_tables(settings, std::span(&wanted, 1));
    };
    auto records = RecordSource::open(layout, "pupils", tables_of);
    REQUIRE(records);
    const auto first = records->read_if_changed();
    REQUIRE(first);
    REQUIRE(*first != nullptr);
    CHECK((*first)->record("S1")->at("grade") == "13");
    CHECK((*first)->find({{"family_name", "OZTURK"}}).empty());
    CHECK((*first)->find({{"family_name", "ÖZTÜRK"}}).size() == 1);
    CHECK(*records->read_if_changed() == nullptr);
    run("update agent.pupils set grade = 12 where pupil_id = 'S1'");
    CHECK((*records->read_if_changed())->record("S1")->at("grade") == "12");
    run("insert into agent.pupils values ('S1', 'Twice', 1)");
    CHECK(records->read_if_changed().error().id == "SB-4103");
    CHECK(RecordSource::open(layout, "pupils", {}).error().id == "SB-1003");
    settings.dsn = "host=/nowhere dbname=x";
    CHECK(make_postgres_source(settings, "")->read_if_changed().error().id == "SB-4105");
}

TEST_CASE("the list of municipality keys knows the town", "[agent][register]") {
    test::Town town;
    CHECK_FALSE(town.agent->codes);
    const std::string file = std::filesystem::absolute(town_folder + "/codes.csv").string();
    std::ofstream(town.configuration.settings_file, std::ios::app)
        << "\n[register]\ncodes = \"" << file << "\"\n";
    town.restart();
    REQUIRE(town.agent->codes);
    const registers::Town& own = town.agent->registers->town();
    const std::string today = keys::utc_date(town.time);
    CHECK(town.agent->codes->find(own.municipality_key, today)->name == own.name);
    CHECK(town.agent->codes->find(own.regional_key, today)->name == own.name);
    CHECK(town.agent->codes->current("05999017", today) == own.municipality_key);
}
