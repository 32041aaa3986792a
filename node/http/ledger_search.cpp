// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "node/http/ledger_search.hpp"

#include <algorithm>

#include "node/net/event_loop.hpp"
#include "ssi/did/did.hpp"
#include "ssi/ledger/txn.hpp"

namespace stadtbuch::node {

namespace {

using encoding::Value;

constexpr std::size_t scans_max = 16;
/// Of one scan; what is beyond is counted, not kept.
constexpr std::size_t kept_max = std::size_t{1} << 20;
constexpr std::size_t words_max = 8;

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> out;
    while (!text.empty() && out.size() < words_max) {
        const std::size_t end = std::min(text.find(' '), text.size());
        if (end > 0) out.push_back(lower(text.substr(0, end)));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

void add(std::string& terms, std::string_view text) {
    if (text.empty()) return;
    terms += lower(text);
    terms.push_back('\n');
}

void add_verkey(std::string& terms, std::string_view did, std::string_view verkey) {
    add(terms, verkey);
    const auto key = did::expand_verkey(did, verkey);
    if (key) add(terms, did::abbreviate_verkey(did, *key));
}

std::string_view role_name(std::string_view code) {
    if (code == "0") return "TRUSTEE";
    if (code == "2") return "STEWARD";
    if (code == "101") return "ENDORSER";
    if (code == "201") return "NETWORK_MONITOR";
    return code;
}

bool fits(const Value& txn, const SearchFor& wanted, const std::vector<std::string>& words) {
    const Value* body = txn.find("txn");
    if (body == nullptr) return false;
    if (!wanted.type.empty() && body->text_at("type") != wanted.type) return false;
    if (words.empty()) return true;
    const std::string terms = search_terms(txn);
    return std::all_of(words.begin(), words.end(), [&](const std::string& word) {
        return terms.find(word) != std::string::npos;
    });
}

}  // namespace

std::string search_terms(const Value& txn) {
    std::string terms;
    const auto seen = ledger::view_txn(txn);
    if (!seen) return terms;
    if (const Value* metadata = txn.find("txnMetadata")) add(terms, metadata->text_at("txnId"));
    add(terms, seen->from.value_or(""));
    const std::string_view did = seen->text("dest");
    add(terms, did);
    add(terms, seen->text("alias"));
    add(terms, role_name(seen->text("role")));
    if (!seen->text("verkey").empty()) add_verkey(terms, did, seen->text("verkey"));
    for (const char* name : {"raw", "tag", "id", "credDefId", "revocRegDefId", "version"})
        add(terms, seen->text(name));
    const Value* data = seen->find("data");
    if (data == nullptr || !data->is_object()) return terms;
    add(terms, data->text_at("alias"));
    add(terms, std::string(data->text_at("name")) + " " + std::string(data->text_at("version")));
    if (const Value* names = data->find("attr_names"); names != nullptr && names->is_array()) {
        for (const Value& name : *names->array())
            add(terms, name.is_text() ? std::string_view(*name.text()) : "");
    }
    return terms;
}

std::shared_ptr<LedgerSearch::Scan> LedgerSearch::scan_for(const SearchFor& wanted) {
    const std::lock_guard lock(guard_);
    const auto known = std::find_if(scans_.begin(), scans_.end(),
                                    [&](const auto& scan) { return scan->wanted == wanted; });
    if (known != scans_.end()) {
        scans_.splice(scans_.begin(), scans_, known);
        return scans_.front();
    }
    while (scans_.size() >= scans_max) scans_.pop_back();
    scans_.push_front(std::make_shared<Scan>());
    scans_.front()->wanted = wanted;
    return scans_.front();
}

SearchPage LedgerSearch::find(const ledger::ReadView& view, const SearchFor& wanted,
                              std::uint64_t offset, std::uint64_t count) {
    const std::uint64_t size = view.size(wanted.ledger);
    const std::vector<std::string> words = words_of(wanted.words);
    const std::int64_t until = net::monotonic_ms() + time_ms_;
    const std::shared_ptr<Scan> scan = scan_for(wanted);
    const std::lock_guard lock(scan->guard);
    while (scan->examined < size && net::monotonic_ms() <= until) {
        const std::uint64_t seq_no = ++scan->examined;
        const auto txn = view.txn(wanted.ledger, seq_no);
        if (!txn || !fits(*txn, wanted, words)) continue;
        ++scan->matches;
        if (scan->seq_nos.size() < kept_max)
            scan->seq_nos.push_back(static_cast<std::uint32_t>(seq_no));
    }
    SearchPage page;
    page.matches = scan->matches;
    page.examined = scan->examined;
    page.complete = scan->examined >= size;
    for (std::uint64_t i = offset; i < scan->seq_nos.size() && i - offset < count; ++i)
        page.seq_nos.push_back(scan->seq_nos[i]);
    return page;
}

}  // namespace stadtbuch::node
