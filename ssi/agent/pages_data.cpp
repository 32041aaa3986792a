// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Open data: anonymous statistics and the street directory, as CSV and JSON, with a catalogue that
// portals harvest (DCAT-AP.de 2.0, JSON-LD).
//
//   /daten  /daten/statistik.csv|json  /daten/strassen.csv|json[?suche=bah]  /daten/katalog.jsonld
#include <algorithm>

#include "ssi/agent/texts_data.hpp"
#include "ssi/agent/web.hpp"
#include "ssi/register/matching.hpp"
#include "storage/encoding/json.hpp"

namespace stadtbuch::agent {

namespace {

constexpr std::size_t suggestions_max = 20;
constexpr std::size_t rows_shown_max = 100;
constexpr std::string_view licence = "http://dcat-ap.de/def/licenses/dl-by-de/2.0";

using encoding::Array;
using encoding::Object;
using encoding::Value;

/// RFC 4180; a text that a spreadsheet would take for a formula is kept a text.
std::string csv_cell(std::string_view text) {
    std::string out;
    const bool formula =
        !text.empty() && std::string_view("=+-@\t\r").find(text[0]) != std::string_view::npos;
    if (formula) out += '\'';
    for (const char c : text) {
        if (c == '"') out += '"';
        out += c;
    }
    return "\"" + out + "\"";
}

std::string csv_line(std::initializer_list<std::string_view> cells) {
    std::string out;
    for (const std::string_view cell : cells) out += (out.empty() ? "" : ",") + csv_cell(cell);
    return out + "\r\n";
}

/// "<5" for a cell that is not told.
std::string shown_count(const StatisticsCell& cell) {
    return cell.count == 0 ? "<" + std::to_string(Statistics::least) : std::to_string(cell.count);
}

std::string statistics_csv(Agent& agent) {
    std::string out = csv_line({"day", "service", "identification", "area", "measure", "count"});
    for (const StatisticsCell& cell : agent.statistics->table()) {
        out += csv_line(
            {cell.day, cell.service, cell.way, cell.area, cell.measure, shown_count(cell)});
    }
    return out;
}

std::string statistics_json(Agent& agent) {
    Array cells;
    for (const StatisticsCell& cell : agent.statistics->table()) {
        Object one{{"day", cell.day},   {"service", cell.service}, {"identification", cell.way},
                   {"area", cell.area}, {"measure", cell.measure}, {"suppressed", cell.count == 0}};
        if (cell.count > 0) one.set("count", cell.count);
        cells.emplace_back(std::move(one));
    }
    return encoding::compact_json(
        Object{{"suppressed_below", Statistics::least}, {"cells", std::move(cells)}});
}

std::string_view side_of(const registers::StreetSection& section) {
    using Side = registers::StreetSection::Side;
    return section.side == Side::odd ? "odd" : section.side == Side::even ? "even" : "all";
}

std::string streets_csv(Agent& agent) {
    std::string out = csv_line({"street_key", "street", "postal_code", "locality_part",
                                "number_from", "number_to", "side", "zone_id"});
    for (const registers::StreetSection& one : agent.registers->streets()) {
        out += csv_line({one.street_key, one.street, one.postal_code, one.locality_part,
                         std::to_string(one.number_from), std::to_string(one.number_to),
                         side_of(one), one.zone_id});
    }
    return out;
}

/// All sections, or for `search` those whose name begins with it, then those that contain it.
std::string streets_json(Agent& agent, std::string_view search) {
    const std::string wanted = registers::fold(search);
    std::vector<registers::StreetSection> list = agent.registers->streets();
    if (!wanted.empty()) {
        const auto place = [&](const registers::StreetSection& one) {
            return registers::fold(one.street).find(wanted);
        };
        std::erase_if(list, [&](const auto& one) { return place(one) == std::string::npos; });
        std::stable_sort(list.begin(), list.end(), [&](const auto& a, const auto& b) {
            return (place(a) == 0) > (place(b) == 0);
        });
        if (list.size() > suggestions_max) list.resize(suggestions_max);
    }
    Array out;
    for (const registers::StreetSection& one : list) {
        out.emplace_back(Object{{"street_key", one.street_key},
                                {"street", one.street},
                                {"postal_code", one.postal_code},
                                {"locality_part", one.locality_part},
                                {"number_from", std::int64_t{one.number_from}},
                                {"number_to", std::int64_t{one.number_to}},
                                {"side", side_of(one)},
                                {"zone_id", one.zone_id}});
    }
    return encoding::compact_json(
        Object{{"municipality_key", agent.registers->town().municipality_key},
               {"streets", std::move(out)}});
}

// -- catalogue

Object text_in(std::string_view language, std::string_view text) {
    return {{"@language", language}, {"@value", text}};
}

Array both(const Text& text) {
    return {text_in("de", text.de), text_in("en", text.en)};
}

Object reference(std::string address) {
    return {{"@id", std::move(address)}};
}

Object distribution(const Agent& agent, const std::string& file, const char* format) {
    const std::string& base = agent.settings.public_url;
    const std::string types = "http://publications.europa.eu/resource/authority/file-type/";
    return {{"@id", base + file + "#distribution"},
            {"@type", "dcat:Distribution"},
            {"dcat:accessURL", reference(base + file)},
            {"dcat:downloadURL", reference(base + file)},
            {"dct:format", reference(types + format)},
            {"dct:license", reference(std::string(licence))},
            {"dcatde:licenseAttributionByText", agent.settings.contact.operator_name}};
}

struct DatasetWords {
    const char* path;  // without ending
    Text title, description;
    const char* theme;
};

Object dataset(const Agent& agent, const DatasetWords& words) {
    const std::string base = agent.settings.public_url;
    const std::string authority = "http://publications.europa.eu/resource/authority/";
    const registers::Town& town = agent.registers->town();
    const std::string geocoding = "http://dcat-ap.de/def/politicalGeocoding/";
    Array distributions{distribution(agent, std::string(words.path) + ".csv", "CSV"),
                        distribution(agent, std::string(words.path) + ".json", "JSON")};
    return {
        {"@id", base + words.path + "#dataset"},
        {"@type", "dcat:Dataset"},
        {"dct:identifier", base + words.path},
        {"dct:title", both(words.title)},
        {"dct:description", both(words.description)},
        {"dct:publisher", reference(base + "/#publisher")},
        {"dct:accrualPeriodicity", reference(authority + "frequency/DAILY")},
        {"dct:language", Array{reference(authority + "language/DEU")}},
        {"dct:modified", Object{{"@type", "xsd:date"}, {"@value", keys::utc_date(agent.now())}}},
        {"dct:accessRights", reference(authority + "access-right/PUBLIC")},
        {"dcat:theme", Array{reference(authority + "data-theme/" + words.theme)}},
        {"dcat:contactPoint",
         Object{{"@type", "vcard:Organization"},
                {"vcard:fn", agent.settings.contact.operator_name},
                {"vcard:hasEmail", reference("mailto:" + agent.settings.contact.email)}}},
        {"dcatde:politicalGeocodingLevelURI", reference(geocoding + "Level/municipality")},
        {"dcatde:politicalGeocodingURI",
         reference(geocoding + "municipalityKey/" + town.municipality_key)},
        {"dcat:distribution", std::move(distributions)}};
}

std::string catalogue(Agent& agent) {
    const std::string base = agent.settings.public_url;
    const Object context{{"dcat", "http://www.w3.org/ns/dcat#"},
                         {"dct", "http://purl.org/dc/terms/"},
                         {"dcatde", "http://dcat-ap.de/def/dcatde/"},
                         {"foaf", "http://xmlns.com/foaf/0.1/"},
                         {"vcard", "http://www.w3.org/2006/vcard/ns#"},
                         {"xsd", "http://www.w3.org/2001/XMLSchema#"}};
    const DatasetWords statistics{"/daten/statistik", texts::data_statistics,
                                  texts::data_statistics_about, "GOVE"};
    const DatasetWords streets{"/daten/strassen", texts::data_streets, texts::data_streets_about,
                               "REGI"};
    const Object publisher{{"@id", base + "/#publisher"},
                           {"@type", "foaf:Agent"},
                           {"foaf:name", agent.settings.contact.operator_name}};
    return encoding::compact_json(
        Object{{"@context", context},
               {"@id", base + "/daten/katalog.jsonld"},
               {"@type", "dcat:Catalog"},
               {"dct:title", both(texts::data_title)},
               {"dct:description", both(texts::data_lead)},
               {"dct:publisher", publisher},
               {"dct:license", reference(std::string(licence))},
               {"foaf:homepage", reference(base + "/daten")},
               {"dcat:dataset", Array{dataset(agent, statistics), dataset(agent, streets)}}});
}

// -- the page

Html downloads(const View& view, std::string_view path) {
    return html("<p><a href=\"{}.csv\">{} CSV</a> · <a href=\"{}.json\">{} JSON</a></p>", path,
                view(texts::data_as), path, view(texts::data_as));
}

Html statistics_table(const View& view) {
    auto cells = view.agent.statistics->table();
    if (cells.empty()) return html("<p>{}</p>", view(texts::data_none));
    std::reverse(cells.begin(), cells.end());
    if (cells.size() > rows_shown_max) cells.resize(rows_shown_max);
    Html rows;
    for (const StatisticsCell& cell : cells) {
        rows += html("<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
                     view.iso_date(cell.day), view.word("kind." + cell.service),
                     view.word("way." + cell.way), cell.area, view.word("measure." + cell.measure),
                     shown_count(cell));
    }
    Html head;
    for (const Text& title : {texts::data_day, texts::data_service, texts::data_way,
                              texts::data_area, texts::data_measure, texts::data_count}) {
        head += html("<th scope=\"col\">{}</th>", view(title));
    }
    return html(
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
        "aria-label=\"{}\"><table><thead><tr>{}"
        "</tr></thead><tbody>{}</tbody></table></div>",
        view(texts::data_statistics), head, rows);
}

net::HttpResponse data_page(Agent& agent, const net::HttpRequest& request) {
    const View view = view_of_request(agent, request);
    const Html body = html(
        "<h1>{}</h1><p "
        "class=\"lead\">{}</p><h2>{}</h2><p>{}</p>{}{}<h2>{}</h2><p>{}</p>{}<h2>{}</h2>"
        "<p><a href=\"/daten/katalog.jsonld\">DCAT-AP.de (JSON-LD)</a></p><p>{}: <a "
        "href=\"{}\">DL-DE→BY-2.0</a></p>",
        view(texts::data_title), view(texts::data_lead), view(texts::data_statistics),
        view(texts::data_statistics_about), statistics_table(view),
        downloads(view, "/daten/statistik"), view(texts::data_streets),
        view(texts::data_streets_about), downloads(view, "/daten/strassen"),
        view(texts::data_catalogue), view(texts::data_licence), licence);
    return page(view, view(texts::data_title), body);
}

using Document = std::string (*)(Agent&);

void mount_document(Agent& agent, net::HttpServer& server, const char* path, const char* type,
                    Document document) {
    net::RouteOptions options = on_workers(1024);
    options.cors_origin = "*";
    route(
        agent, server, "GET", path,
        [&agent, type, document](const net::HttpRequest&) {
            net::HttpResponse response = net::HttpResponse::of_type(200, type, document(agent));
            response.set("Cache-Control", "public, max-age=3600");
            return response;
        },
        options);
}

}  // namespace

void mount_data_pages(Agent& agent, net::HttpServer& server) {
    route(
        agent, server, "GET", "/daten",
        [&agent](const net::HttpRequest& request) { return data_page(agent, request); },
        on_workers());
    mount_document(agent, server, "/daten/statistik.csv", "text/csv; charset=utf-8",
                   statistics_csv);
    mount_document(agent, server, "/daten/statistik.json", "application/json", statistics_json);
    mount_document(agent, server, "/daten/strassen.csv", "text/csv; charset=utf-8", streets_csv);
    mount_document(agent, server, "/daten/katalog.jsonld", "application/ld+json", catalogue);
    net::RouteOptions options = on_workers(1024);
    options.cors_origin = "*";
    route(
        agent, server, "GET", "/daten/strassen.json",
        [&agent](const net::HttpRequest& request) {
            const std::string search(request.query_value("suche").value_or("").substr(0, 100));
            net::HttpResponse response = net::HttpResponse::json(200, streets_json(agent, search));
            response.set("Cache-Control", "public, max-age=3600");
            return response;
        },
        options);
}

}  // namespace stadtbuch::agent
