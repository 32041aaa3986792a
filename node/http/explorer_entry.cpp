// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "node/http/explorer_entry.hpp"

#include <algorithm>

#include "node/http/ledger_routes.hpp"
#include "ssi/did/did.hpp"
#include "ssi/ledger/txn.hpp"
#include "storage/encoding/json.hpp"

namespace stadtbuch::node {

namespace {

using encoding::Value;

constexpr EntryType domain_types[] = {
    {"1", {"DID (NYM)", "DID (NYM)"}},
    {"100", {"Attribut (ATTRIB)", "Attribute (ATTRIB)"}},
    {"101", {"Schema", "Schema"}},
    {"102", {"Nachweisdefinition (CLAIM_DEF)", "Credential definition (CLAIM_DEF)"}},
    {"113", {"Widerrufsregister (REVOC_REG_DEF)", "Revocation registry (REVOC_REG_DEF)"}},
    {"114", {"Widerruf (REVOC_REG_ENTRY)", "Revocation (REVOC_REG_ENTRY)"}}};
constexpr EntryType pool_types[] = {{"0", {"Knoten (NODE)", "Node (NODE)"}}};
constexpr EntryType config_types[] = {
    {"4", {"Autorenvereinbarung (TAA)", "Author agreement (TAA)"}},
    {"5", {"Annahmewege (AML)", "Acceptance mechanisms (AML)"}},
    {"8", {"Vereinbarung aufgehoben", "Agreement disabled"}},
    {"9", {"Bücher eingefroren", "Ledgers frozen"}},
    {"109", {"Aktualisierung des Netzes (POOL_UPGRADE)", "Upgrade of the pool (POOL_UPGRADE)"}},
    {"110", {"Aktualisierung eines Knotens (NODE_UPGRADE)", "Upgrade of a node (NODE_UPGRADE)"}},
    {"111", {"Schreibsperre (POOL_CONFIG)", "Write lock (POOL_CONFIG)"}},
    {"120", {"Rechteregel (AUTH_RULE)", "Permission rule (AUTH_RULE)"}},
    {"122", {"Rechteregeln (AUTH_RULES)", "Permission rules (AUTH_RULES)"}},
    {"130", {"Schalter (FLAG)", "Flag (FLAG)"}}};

constexpr Text time_word{"Zeit", "Time"};
constexpr Text author{"Von", "From"};
constexpr Text endorser{"Mitgezeichnet von", "Endorsed by"};
constexpr Text role{"Rolle", "Role"};
constexpr Text key{"Schlüssel", "Key"};
constexpr Text attribute{"Attribut", "Attribute"};
constexpr Text name{"Name", "Name"};
constexpr Text version{"Version", "Version"};
constexpr Text attributes{"Merkmale", "Attributes"};
constexpr Text schema{"Schema, Eintrag", "Schema, entry"};
constexpr Text definition{"Nachweisdefinition", "Credential definition"};
constexpr Text registry{"Register", "Registry"};
constexpr Text revoked{"Widerrufen", "Revoked"};
constexpr Text services{"Dienste", "Services"};
constexpr Text none{"keine", "none"};
constexpr Text node_address{"Knotenadresse", "Node address"};
constexpr Text client_address{"Adresse für Clients", "Client address"};
constexpr Text whole{"Ganzer Eintrag als JSON", "Whole entry as JSON"};
constexpr Text data_link{"JSON laden", "Load JSON"};
constexpr Text receipt_link{"Beleg laden (offline prüfbar)", "Load receipt (verifiable offline)"};
constexpr Text document_link{"DID-Dokument", "DID document"};

std::string row(const Shown& shown, const Text& label, std::string_view text) {
    if (text.empty()) return "";
    return "<dt>" + escaped(shown(label)) + "</dt><dd>" + foreign(text) + "</dd>";
}

std::string did_row(const Shown& shown, std::string_view label, std::string_view did) {
    if (did.empty()) return "";
    return "<dt>" + escaped(label) + "</dt><dd><a href=\"" +
           escaped(shown.link("/browse/domain", {{"query", std::string(did)}})) + "\">" +
           foreign(did) + "</a></dd>";
}

std::string_view role_name(const Value* code) {
    if (code == nullptr || code->text() == nullptr) return "";
    if (*code->text() == "0") return "Trustee";
    if (*code->text() == "2") return "Steward";
    if (*code->text() == "101") return "Endorser";
    if (*code->text() == "201") return "Network Monitor";
    return *code->text();
}

std::string joined(const Value* list) {
    std::string out;
    if (list == nullptr || !list->is_array()) return out;
    for (const Value& one : *list->array()) {
        out +=
            (out.empty() ? "" : ", ") + (one.is_text() ? *one.text() : encoding::compact_json(one));
    }
    return out;
}

std::string address_of(const Value& data, const char* host, const char* port) {
    const Value* number = data.find(port);
    if (data.text_at(host).empty() || number == nullptr) return "";
    return std::string(data.text_at(host)) + ":" + encoding::compact_json(*number);
}

std::string node_rows(const Shown& shown, const Value& data) {
    const Value* list = data.find("services");
    std::string names = joined(list);
    if (list != nullptr && names.empty()) names = shown(none);
    return row(shown, name, data.text_at("alias")) + row(shown, services, names) +
           row(shown, node_address, address_of(data, "node_ip", "node_port")) +
           row(shown, client_address, address_of(data, "client_ip", "client_port"));
}

std::string revocation_rows(const Shown& shown, const ledger::TxnView& txn) {
    std::string rows = row(shown, registry, txn.text("revocRegDefId"));
    const Value* value = txn.find("value");
    if (value != nullptr) rows += row(shown, revoked, joined(value->find("revoked")));
    return rows;
}

/// What matters of each type; all else stands in the JSON.
std::string type_rows(const Shown& shown, const ledger::TxnView& txn) {
    namespace type = ledger::txn_type;
    std::string rows = did_row(shown, "DID", txn.text("dest"));
    const Value* data = txn.find("data");
    if (txn.type == type::nym) {
        return rows + row(shown, name, txn.text("alias")) +
               row(shown, role, role_name(txn.find("role"))) + row(shown, key, txn.text("verkey"));
    }
    if (txn.type == type::attrib) {
        for (const char* form : {"raw", "enc", "hash"})
            rows += row(shown, attribute, txn.text(form));
        return rows;
    }
    if (txn.type == type::node) return rows + (data == nullptr ? "" : node_rows(shown, *data));
    if (txn.type == type::schema && data != nullptr) {
        return row(shown, name, data->text_at("name")) +
               row(shown, version, data->text_at("version")) +
               row(shown, attributes, joined(data->find("attr_names")));
    }
    if (txn.type == type::claim_def) {
        const Value* ref = txn.find("ref");
        return row(shown, schema, ref == nullptr ? "" : encoding::compact_json(*ref)) +
               row(shown, name, txn.text("tag"));
    }
    if (txn.type == type::revoc_reg_def) {
        return row(shown, registry, txn.text("id")) + row(shown, definition, txn.text("credDefId"));
    }
    if (txn.type == type::revoc_reg_entry) return revocation_rows(shown, txn);
    return rows + row(shown, name, txn.text("name")) + row(shown, version, txn.text("version"));
}

std::string type_name(const Shown& shown, ledger::Ledger ledger, std::string_view code) {
    const auto types = entry_types(ledger);
    const auto found = std::find_if(types.begin(), types.end(),
                                    [code](const EntryType& type) { return type.code == code; });
    return found == types.end() ? std::string(code) : std::string(shown(found->name));
}

std::string rows_of(const Shown& shown, const ledger::TxnView& txn) {
    std::string rows = type_rows(shown, txn);
    rows += did_row(shown, shown(author), txn.from.value_or(""));
    const Value* second = txn.metadata->find("endorser");
    if (second != nullptr && second->is_text())
        rows += did_row(shown, shown(endorser), *second->text());
    if (txn.time) rows += row(shown, time_word, shown_time(shown, *txn.time));
    return "<dl>" + rows + "</dl>";
}

std::string json_markup(const Shown& shown, const Value& txn, bool open) {
    return "<details" + std::string(open ? " open" : "") + "><summary>" +
           std::string(shown(whole)) + "</summary><pre tabindex=\"0\">" +
           foreign(encoding::pretty_json(txn, 2, true), true) + "</pre></details>";
}

}  // namespace

std::span<const EntryType> entry_types(ledger::Ledger ledger) {
    if (ledger == ledger::Ledger::pool) return pool_types;
    if (ledger == ledger::Ledger::config) return config_types;
    return domain_types;
}

std::string entry_markup(const Shown& shown, ledger::Ledger ledger, std::uint64_t seq_no,
                         const Value& txn) {
    const auto seen = ledger::view_txn(txn);
    if (!seen) return "";
    const std::string path =
        "/browse/" + std::string(name_of(ledger)) + "/" + std::to_string(seq_no);
    return "<article class=\"entry\"><h2><a href=\"" + escaped(shown.link(path)) + "\">" +
           shown_number(shown, seq_no) + " · " + escaped(type_name(shown, ledger, seen->type)) +
           "</a></h2>" + rows_of(shown, *seen) + json_markup(shown, txn, false) + "</article>";
}

std::string whole_entry_markup(const Shown& shown, const std::string& name_space,
                               ledger::Ledger ledger, std::uint64_t seq_no, const Value& txn) {
    const auto seen = ledger::view_txn(txn);
    if (!seen) return "";
    const std::string data =
        "/ledger/" + std::string(name_of(ledger)) + "/" + std::to_string(seq_no);
    const auto item = [&shown](const std::string& target, const Text& text) {
        return "<li><a href=\"" + escaped(target) + "\">" + std::string(shown(text)) + "</a></li>";
    };
    std::string links = item(data, data_link) + item(data + "?receipt=1", receipt_link);
    if (seen->type == ledger::txn_type::nym && did::is_short_did(seen->text("dest"))) {
        links +=
            item("/1.0/identifiers/did:indy:" + name_space + ":" + std::string(seen->text("dest")),
                 document_link);
    }
    return "<article class=\"entry\"><h2>" + escaped(type_name(shown, ledger, seen->type)) +
           "</h2>" + rows_of(shown, *seen) + "<ul class=\"pages\">" + links + "</ul>" +
           json_markup(shown, txn, true) + "</article>";
}

}  // namespace stadtbuch::node
