// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "cli/replay.hpp"

#include <algorithm>
#include <set>

#include "storage/encoding/json.hpp"

namespace stadtbuch::cli::replay {
namespace {

const std::set<std::string>& chatter() {
    static const std::set<std::string> names{
        "PROPAGATE",       "LEDGER_STATUS",    "CONSISTENCY_PROOF", "CATCHUP_REQ",    "CATCHUP_REP",
        "MESSAGE_REQUEST", "MESSAGE_RESPONSE", "CHECKPOINT",        "VIEW_CHANGE_ACK"};
    return names;
}

Happening happening_of(const encoding::Value& line) {
    Happening out;
    const auto number = [&](const char* key) -> std::uint64_t {
        const auto* value = line.find(key);
        return value == nullptr ? 0 : value->unsigned_integer().value_or(0);
    };
    out.at = number("t");
    out.arrives = number("arrives");
    out.kind = line.text_at("kind");
    out.from = line.text_at("from");
    out.to = line.text_at("to");
    out.op = line.text_at("op");
    out.text = line.text_at("text");
    return out;
}

std::size_t column_of(const std::vector<std::string>& nodes, const std::string& name) {
    return static_cast<std::size_t>(std::find(nodes.begin(), nodes.end(), name) - nodes.begin());
}

std::vector<std::string> columns_of(const Run& run, const View& view) {
    if (view.nodes.empty()) return run.nodes;
    std::vector<std::string> out;
    for (const std::string& name : run.nodes) {
        if (std::find(view.nodes.begin(), view.nodes.end(), name) != view.nodes.end())
            out.push_back(name);
    }
    return out;
}

constexpr std::size_t width = 14;

/// One line of the text diagram: bars for the nodes, an arrow between two of them.
std::string lanes(const std::vector<std::string>& nodes, const Happening& what) {
    std::string line(nodes.size() * width, ' ');
    for (std::size_t i = 0; i < nodes.size(); ++i) line[i * width + width / 2] = '|';
    const std::size_t from = column_of(nodes, what.from);
    if (from >= nodes.size()) return line;
    const std::size_t a = from * width + width / 2;
    if (what.to.empty()) {
        line[a] = what.kind == "crash" ? 'X' : what.kind == "start" ? 'O' : '*';
        return line;
    }
    const std::size_t to = column_of(nodes, what.to);
    if (to >= nodes.size()) return line;
    const std::size_t b = to * width + width / 2;
    for (std::size_t i = std::min(a, b) + 1; i < std::max(a, b); ++i)
        line[i] = what.kind == "lost" ? '.' : '-';
    if (what.kind == "lost") {
        line[(a + b) / 2] = 'x';
    } else {
        line[a < b ? b - 1 : b + 1] = a < b ? '>' : '<';
    }
    return line;
}

std::string label_of(const Happening& what) {
    if (what.to.empty()) return what.kind + (what.text.empty() ? "" : " " + what.text);
    std::string label = what.op + (what.text.empty() ? "" : " " + what.text);
    if (what.kind == "lost") return label + "  (lost)";
    return label + "  (+" + std::to_string(what.arrives - std::min(what.at, what.arrives)) + " ms)";
}

std::string escaped(const std::string& text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            default:
                out += c;
        }
    }
    return out;
}

const char* colour_of(const std::string& op) {
    if (op == "PRE-PREPARE") return "#1b5e9e";
    if (op == "PREPARE") return "#2e7d32";
    if (op == "COMMIT") return "#6a1b9a";
    if (op == "INSTANCE_CHANGE" || op == "VIEW_CHANGE" || op == "NEW_VIEW") return "#b3261e";
    return "#5f6368";
}

}  // namespace

Result<Run, Error> parse(std::string_view text) {
    Run run;
    std::size_t number = 0;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        ++number;
        if (line.empty()) continue;
        const auto value = encoding::parse_json(line);
        if (!value || !value->is_object())
            return Failure{Error{"SB-5047", "this is no line of a recorded run",
                                 "line " + std::to_string(number),
                                 "make one with stadtbuch-simulate --seed N --record FILE"}};
        if (const auto* nodes = value->find("nodes"); nodes != nullptr && nodes->is_array()) {
            if (const auto* seed = value->find("run"))
                run.seed = seed->unsigned_integer().value_or(0);
            for (const encoding::Value& name : *nodes->array())
                run.nodes.push_back(name.text() != nullptr ? *name.text() : std::string{});
        } else if (value->find("violation") != nullptr) {
            run.violation = value->text_at("violation");
        } else {
            run.happenings.push_back(happening_of(*value));
        }
    }
    return run;
}

std::vector<const Happening*> selected(const Run& run, const View& view) {
    const std::vector<std::string> nodes = columns_of(run, view);
    const auto shown = [&](const std::string& name) {
        return name.empty() || column_of(nodes, name) < nodes.size();
    };
    std::vector<const Happening*> out;
    for (const Happening& what : run.happenings) {
        if (what.at < view.from_ms || what.at > view.to_ms) continue;
        if (!shown(what.from) || !shown(what.to)) continue;
        if (!view.backups && what.text.rfind("backup ", 0) == 0) continue;
        if (!view.chatter && chatter().count(what.op) != 0) continue;
        out.push_back(&what);
    }
    if (out.size() > view.lines_max)
        out.erase(out.begin(), out.end() - static_cast<std::ptrdiff_t>(view.lines_max));
    return out;
}

std::string as_text(const Run& run, const View& view) {
    const std::vector<std::string> nodes = columns_of(run, view);
    std::string out = "seed " + std::to_string(run.seed) +
                      (run.violation.empty() ? ", no violation" : ": " + run.violation) + "\n\n";
    std::string head(10, ' ');
    for (const std::string& name : nodes) {
        std::string cell = name.substr(0, width - 1);
        const std::size_t left = (width - cell.size()) / 2;
        cell = std::string(left, ' ') + cell;
        head += cell + std::string(width - std::min(width, cell.size()), ' ');
    }
    out += head + "\n";
    for (const Happening* what : selected(run, view)) {
        std::string time = std::to_string(what->at);
        time = std::string(9 - std::min<std::size_t>(9, time.size()), ' ') + time + " ";
        out += time + lanes(nodes, *what) + "  " + label_of(*what) + "\n";
    }
    return out;
}

std::string as_svg(const Run& run, const View& view) {
    constexpr std::size_t lane = 170;
    constexpr std::size_t row = 18;
    constexpr std::size_t top = 60;
    const std::vector<std::string> nodes = columns_of(run, view);
    const auto rows = selected(run, view);
    const std::size_t wide = 90 + nodes.size() * lane;
    const std::size_t high = top + 20 + rows.size() * row;
    const auto x_of = [&](const std::string& name) {
        return 90 + column_of(nodes, name) * lane + lane / 2;
    };
    const auto n = [](std::size_t value) { return std::to_string(value); };
    std::string out =
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + n(wide) + "\" height=\"" + n(high) +
        "\" font-family=\"sans-serif\" font-size=\"11\">\n" + "<title>seed " +
        std::to_string(run.seed) + "</title>\n" +
        "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n" +
        "<text x=\"8\" y=\"18\" font-size=\"13\">seed " + std::to_string(run.seed) + " " +
        escaped(run.violation.substr(0, run.violation.find('\n'))) + "</text>\n";
    for (const std::string& name : nodes) {
        const std::string x = n(x_of(name));
        out += "<text x=\"" + x + "\" y=\"42\" text-anchor=\"middle\" font-weight=\"bold\">" +
               escaped(name) + "</text>\n<line x1=\"" + x + "\" y1=\"" + n(top - 10) + "\" x2=\"" +
               x + "\" y2=\"" + n(high) + "\" stroke=\"#c4c7c5\"/>\n";
    }
    std::size_t y = top;
    for (const Happening* what : rows) {
        y += row;
        out += "<text x=\"8\" y=\"" + n(y) + "\" fill=\"#5f6368\">" + std::to_string(what->at) +
               "</text>\n";
        if (what->to.empty()) {
            const std::size_t x = what->from.empty() ? 90 : x_of(what->from) + 6;
            if (!what->from.empty())
                out += "<circle cx=\"" + n(x_of(what->from)) + "\" cy=\"" + n(y - 4) +
                       "\" r=\"4\" fill=\"" + (what->kind == "crash" ? "#b3261e" : "#202124") +
                       "\"/>\n";
            out += "<text x=\"" + n(x) + "\" y=\"" + n(y) + "\">" + escaped(label_of(*what)) +
                   "</text>\n";
            continue;
        }
        const std::size_t a = x_of(what->from);
        const std::size_t b = x_of(what->to);
        const std::size_t tip = a < b ? b - 7 : b + 7;
        const std::string colour = colour_of(what->op);
        out += "<line x1=\"" + n(a) + "\" y1=\"" + n(y - 4) + "\" x2=\"" +
               n(what->kind == "lost" ? (a + b) / 2 : tip) + "\" y2=\"" + n(y - 4) +
               "\" stroke=\"" + colour + "\"" +
               (what->kind == "lost" ? " stroke-dasharray=\"4 3\"" : "") + "/>\n";
        if (what->kind != "lost")
            out += "<path d=\"M" + n(b) + " " + n(y - 4) + " L" + n(tip) + " " + n(y - 8) + " L" +
                   n(tip) + " " + n(y) + " Z\" fill=\"" + colour + "\"/>\n";
        out += "<text x=\"" + n((a + b) / 2) + "\" y=\"" + n(y - 6) +
               "\" text-anchor=\"middle\" fill=\"" + colour + "\" font-size=\"9\">" +
               escaped(what->op + " " + what->text) + "</text>\n";
    }
    return out + "</svg>\n";
}

}  // namespace stadtbuch::cli::replay
