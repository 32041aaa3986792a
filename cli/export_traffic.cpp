// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "cli/export_traffic.hpp"

#include <algorithm>
#include <fstream>

#include "storage/encoding/json.hpp"

namespace stadtbuch::cli {

using encoding::Object;
using encoding::Value;

namespace {

Value member_or_null(const Value& row, std::string_view key) {
    const Value* value = row.find(key);
    return value == nullptr ? Value() : *value;
}

}  // namespace

Result<Traffic, Error> read_traffic(const std::vector<std::pair<std::string, std::string>>& files) {
    Traffic traffic;
    bool any = false;
    for (const auto& [alias, path] : files) {
        std::ifstream file(path, std::ios::binary);
        any = any || file.is_open();
        std::string line;
        while (std::getline(file, line)) {
            if (line.empty()) continue;
            encoding::JsonLimits limits;
            limits.bytes_max = 256u << 20;
            auto row = encoding::parse_json(line, limits);
            const Value* time = row ? row->find("t") : nullptr;
            if (time == nullptr) {
                ++traffic.unreadable;
                continue;
            }
            if (row->text_at("kind") == "lost") {
                traffic.lost += member_or_null(*row, "count").unsigned_integer().value_or(0);
                continue;
            }
            const double at =
                time->real().value_or(static_cast<double>(time->integer().value_or(0)));
            traffic.rows.push_back({at, alias, *std::move(row)});
        }
    }
    if (!any) {
        return Failure{Error{"SB-5002", "this network has not recorded itself",
                             files.empty() ? "" : files.front().second,
                             "Record from the beginning: stadtbuch up --fresh --record"}};
    }
    std::stable_sort(traffic.rows.begin(), traffic.rows.end(),
                     [](const TrafficRow& a, const TrafficRow& b) { return a.time < b.time; });
    return traffic;
}

std::vector<std::string> node_message_lines(const Traffic& traffic) {
    std::vector<std::string> out;
    for (const TrafficRow& entry : traffic.rows) {
        const std::string_view kind = entry.row.text_at("kind");
        if (kind == "event") {
            out.push_back(encoding::compact_json(
                Object{{"t", entry.time}, {"event", entry.row.text_at("event")}}));
        }
        if (kind != "node") continue;
        const std::string_view raw = entry.row.text_at("raw");
        const auto message = encoding::parse_json(raw);
        const std::string op(message ? message->text_at("op") : std::string_view());
        Object line{{"t", entry.time}, {"frm", entry.node}};
        line.set("to", member_or_null(entry.row, "to"));
        line.set("op", op);
        line.set("raw", raw);
        line.set("ops", encoding::Array{Value(op)});
        out.push_back(encoding::compact_json(line));
    }
    return out;
}

std::vector<std::string> bls_lines(const Traffic& traffic) {
    std::vector<std::string> out;
    for (const TrafficRow& entry : traffic.rows) {
        const std::string_view kind = entry.row.text_at("kind");
        if (kind != "sign" && kind != "multi") continue;
        Object line{{"kind", kind}};
        if (kind == "sign") line.set("node", entry.node);
        for (const char* key :
             {"signers", "message_hex", "signature", "signatures", "multi_signature"}) {
            if (const Value* value = entry.row.find(key)) line.set(key, *value);
        }
        out.push_back(encoding::compact_json(line));
    }
    return out;
}

}  // namespace stadtbuch::cli
