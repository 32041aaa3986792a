// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "node/http/ledger_routes.hpp"

#include <algorithm>
#include <charconv>

#include "node/http/conditional.hpp"
#include "ssi/ledger/txn.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"

namespace stadtbuch::node {

namespace {

using encoding::Array;
using encoding::Object;
using encoding::Value;
using net::HttpRequest;
using net::HttpResponse;

/// As von-network; more would make answers of megabytes.
constexpr std::uint64_t page_size_max = 100;

HttpResponse json(int status, const Value& value) {
    return HttpResponse::json(status, encoding::pretty_json(value, 2, true));
}

Validators validators_of(const ledger::ReadView& view, ledger::Ledger ledger) {
    Validators validators{encoding::base58_encode(view.txn_root(ledger)), std::nullopt};
    const auto newest = view.txn(ledger, view.size(ledger));
    const auto seen = newest ? ledger::view_txn(*newest) : std::nullopt;
    if (seen) validators.last_modified = seen->time;
    return validators;
}

Object status_value(const PublicParts& parts) {
    Object out;
    out.set("anonymous", !parts.register_nym);
    out.set("display_ledger_state", true);
    out.set("init_error", nullptr);
    out.set("ready", parts.is_ready());
    out.set("register_new_dids", static_cast<bool>(parts.register_nym));
    out.set("syncing", !parts.is_ready());
    return out;
}

/// Without what von-network leaves out.
Value shortened(Value info) {
    Object* members = info.object();
    if (members == nullptr) return info;
    for (const char* name : {"Protocol", "Memory_profiler", "Hardware", "Extractions"})
        members->erase(name);
    Value* software = members->find("Software");
    if (software != nullptr && software->is_object()) {
        for (const char* name : {"Indy_packages", "Installed_packages", "OS_version"})
            software->object()->erase(name);
    }
    return info;
}

Value shortened_all(Value infos) {
    if (Array* list = infos.array()) {
        for (Value& one : *list) one = shortened(std::move(one));
    }
    return infos;
}

bool is_plain_yaml(const std::string& text) {
    const auto is_safe = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    };
    return !text.empty() && std::all_of(text.begin(), text.end(), is_safe) && text != "true" &&
           text != "false" && text != "null" && text != "yes" && text != "no" && text != "on" &&
           text != "off";
}

/// Block style; texts that could be read as something else in JSON's quotes, which YAML knows.
void add_yaml(std::string& out, const Value& value, std::size_t indent) {
    const std::string margin(indent, ' ');
    if (const Object* object = value.object(); object != nullptr && !object->empty()) {
        for (const encoding::Member& member : *object) {
            out += margin +
                   (is_plain_yaml(member.key) ? member.key
                                              : encoding::compact_json(Value(member.key))) +
                   ":";
            const bool nested = (member.value.is_object() && !member.value.object()->empty()) ||
                                (member.value.is_array() && !member.value.array()->empty());
            out += nested ? "\n" : " ";
            add_yaml(out, member.value, nested ? indent + 2 : 0);
        }
        return;
    }
    if (const Array* array = value.array(); array != nullptr && !array->empty()) {
        for (const Value& one : *array) {
            std::string inner;
            add_yaml(inner, one, indent + 2);
            // The first line follows the dash.
            out +=
                margin + "- " + inner.substr(std::min(inner.size(), inner.find_first_not_of(' ')));
        }
        return;
    }
    const std::string* text = value.text();
    out += (text != nullptr && is_plain_yaml(*text) ? *text : encoding::compact_json(value)) + "\n";
}

}  // namespace

std::optional<std::uint64_t> read_count(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

std::optional<ledger::Ledger> ledger_named(std::string_view text) {
    std::string name(text);
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (name == "pool" || name == "0") return ledger::Ledger::pool;
    if (name == "domain" || name == "1") return ledger::Ledger::domain;
    if (name == "config" || name == "2") return ledger::Ledger::config;
    return std::nullopt;
}

std::string_view name_of(ledger::Ledger ledger) {
    switch (ledger) {
        case ledger::Ledger::pool:
            return "pool";
        case ledger::Ledger::domain:
            return "domain";
        case ledger::Ledger::config:
            return "config";
        case ledger::Ledger::audit:
            break;
    }
    return "audit";
}

PageQuery page_query(const HttpRequest& request, std::uint64_t page_size_usual) {
    constexpr std::uint64_t page_max = 1'000'000'000;
    constexpr std::size_t text_max = 256;
    const auto number = [&request](std::string_view name, std::uint64_t usual) {
        return read_count(request.query_value(name).value_or("")).value_or(usual);
    };
    PageQuery query;
    query.page = std::clamp<std::uint64_t>(number("page", 1), 1, page_max);
    query.page_size =
        std::clamp<std::uint64_t>(number("page_size", page_size_usual), 1, page_size_max);
    query.words = request.query_value("query").value_or("").substr(0, text_max);
    query.type = request.query_value("type").value_or("").substr(0, text_max);
    return query;
}

LedgerPage ledger_page(PublicParts& parts, const ledger::ReadView& view, ledger::Ledger ledger,
                       const PageQuery& query) {
    LedgerPage page;
    page.total = view.size(ledger);
    if (!query.is_search()) {
        for (std::uint64_t i = query.offset();
             i < page.total && i - query.offset() < query.page_size; ++i) {
            page.seq_nos.push_back(i + 1);
        }
        return page;
    }
    SearchPage found =
        parts.search.find(view, {ledger, query.type, query.words}, query.offset(), query.page_size);
    page.seq_nos = std::move(found.seq_nos);
    page.total = found.matches;
    page.examined = found.examined;
    page.complete = found.complete;
    return page;
}

std::optional<std::uint64_t> seq_no_of(PublicParts& parts, const ledger::ReadView& view,
                                       ledger::Ledger ledger, std::string_view ident) {
    if (const auto number = read_count(ident)) return number;
    constexpr std::size_t ident_max = 256;
    constexpr std::uint64_t candidates_max = 20;
    if (ident.empty() || ident.size() > ident_max) return std::nullopt;
    const SearchPage found =
        parts.search.find(view, {ledger, "", std::string(ident)}, 0, candidates_max);
    for (const std::uint64_t seq_no : found.seq_nos) {
        const auto txn = view.txn(ledger, seq_no);
        const Value* metadata = txn ? txn->find("txnMetadata") : nullptr;
        if (metadata != nullptr && metadata->text_at("txnId") == ident) return seq_no;
    }
    return std::nullopt;
}

std::optional<Value> transaction_value(const ledger::ReadView& view, ledger::Ledger ledger,
                                       std::uint64_t seq_no) {
    auto txn = view.txn(ledger, seq_no);
    const std::uint64_t size = view.size(ledger);
    const auto path = view.audit_path(ledger, seq_no, size);
    if (!txn || !path || !txn->is_object()) return std::nullopt;
    Array hashes;
    for (const Hash32& hash : *path) hashes.emplace_back(encoding::base58_encode(hash));
    txn->object()->set("auditPath", std::move(hashes));
    txn->object()->set("ledgerSize", size);
    txn->object()->set("rootHash", encoding::base58_encode(view.txn_root(ledger)));
    return txn;
}

HttpResponse genesis_response(PublicParts& parts, const HttpRequest& request) {
    const auto view = parts.reader.view();
    const Validators validators = validators_of(*view, ledger::Ledger::pool);
    if (auto same = not_modified(request, validators)) return *std::move(same);
    std::string out;
    for (std::uint64_t i = 1; i <= view->size(ledger::Ledger::pool); ++i) {
        const auto txn = view->txn(ledger::Ledger::pool, i);
        if (!txn) break;
        if (i > 1) out += "\n";
        out += encoding::canonical_json(*txn);
    }
    HttpResponse response = HttpResponse::text(200, std::move(out));
    add_validators(response, validators);
    return response;
}

HttpResponse ledger_response(PublicParts& parts, const HttpRequest& request) {
    const auto ledger = ledger_named(request.parameter("name"));
    if (!ledger) return HttpResponse::empty(404);
    const auto view = parts.reader.view();
    const Validators validators = validators_of(*view, *ledger);
    if (auto same = not_modified(request, validators)) return *std::move(same);
    const PageQuery query = page_query(request, page_size_max);
    const LedgerPage page = ledger_page(parts, *view, *ledger, query);
    if (page.seq_nos.empty() && query.page > 1 && page.complete)
        return json(404, Object{{"detail", "Invalid page."}});
    Array results;
    for (const std::uint64_t seq_no : page.seq_nos) {
        if (auto txn = transaction_value(*view, *ledger, seq_no))
            results.push_back(*std::move(txn));
    }
    Object out;
    out.set("first_index", query.offset() + 1);
    out.set("last_index", query.offset() + results.size());
    out.set("page", query.page);
    out.set("page_size", query.page_size);
    out.set("results", std::move(results));
    // null while a search is under way, as von-network has it before its first synchronisation.
    out.set("total", page.complete ? Value(page.total) : Value());
    HttpResponse response = json(200, std::move(out));
    if (page.complete) {
        add_validators(response, validators);
    } else {
        response.set("Cache-Control", "no-store");
    }
    return response;
}

HttpResponse ledger_text_response(PublicParts& parts, const HttpRequest& request) {
    const auto ledger = ledger_named(request.parameter("name"));
    if (!ledger) return HttpResponse::empty(404);
    const auto view = parts.reader.view();
    const Validators validators = validators_of(*view, *ledger);
    if (auto same = not_modified(request, validators)) return *std::move(same);
    const LedgerPage page = ledger_page(parts, *view, *ledger, page_query(request, page_size_max));
    std::string out;
    for (const std::uint64_t seq_no : page.seq_nos) {
        const auto txn = view->txn(*ledger, seq_no);
        if (txn) out += (out.empty() ? "" : "\n\n") + encoding::pretty_json(*txn, 4, true);
    }
    HttpResponse response = HttpResponse::text(200, std::move(out));
    if (page.complete) add_validators(response, validators);
    return response;
}

HttpResponse entry_response(PublicParts& parts, const HttpRequest& request) {
    const auto ledger = ledger_named(request.parameter("name"));
    const auto view = parts.reader.view();
    const auto seq_no =
        ledger ? seq_no_of(parts, *view, *ledger, request.parameter("ident")) : std::nullopt;
    if (!seq_no) return HttpResponse::empty(404);
    const Validators validators{encoding::base58_encode(view->txn_root(*ledger)), std::nullopt};
    const auto txn = transaction_value(*view, *ledger, *seq_no);
    if (!txn) return HttpResponse::empty(404);
    if (auto same = not_modified(request, validators)) return *std::move(same);
    HttpResponse response = json(200, *txn);
    add_validators(response, validators);
    response.set("Vary", "Accept");
    return response;
}

void status_response(PublicParts& parts, const HttpRequest& request,
                     const net::HttpResponder& responder) {
    const auto send = [responder](Object status) {
        HttpResponse response = json(200, std::move(status));
        response.set("Cache-Control", "no-store");
        responder.send(std::move(response));
    };
    Object status = status_value(parts);
    if (request.query_value("validators").value_or("").empty()) return send(std::move(status));
    if (!parts.ask_validators) {
        status.set("validators", nullptr);
        return send(std::move(status));
    }
    parts.ask_validators([send, status = std::move(status)](Value infos) mutable {
        status.set("validators", shortened_all(std::move(infos)));
        send(std::move(status));
    });
}

void status_text_response(PublicParts& parts, const HttpRequest&,
                          const net::HttpResponder& responder) {
    const auto send = [responder](const std::string& text) {
        HttpResponse response = HttpResponse::text(200, text);
        response.set("Cache-Control", "no-store");
        responder.send(std::move(response));
    };
    if (!parts.ask_validators) {
        std::string text;
        add_yaml(text, status_value(parts), 0);
        return send(text);
    }
    parts.ask_validators([send](Value infos) {
        std::string text;
        const Value shown = shortened_all(std::move(infos));
        for (const Value& one : shown.is_array() ? *shown.array() : Array{}) {
            const Value* node = one.find("Node_info");
            text += (text.empty() ? "" : "\n") +
                    std::string(node == nullptr ? "" : node->text_at("Name")) + "\n\n";
            add_yaml(text, one, 0);
        }
        send(text);
    });
}

}  // namespace stadtbuch::node
