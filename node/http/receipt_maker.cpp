// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "node/http/receipt_maker.hpp"

#include <algorithm>

#include "node/http/conditional.hpp"
#include "node/http/ledger_routes.hpp"
#include "node/http/resolver.hpp"
#include "node/http/view_facts.hpp"
#include "ssi/ledger/state_keys.hpp"
#include "ssi/ledger/txn.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/msgpack.hpp"
#include "storage/encoding/text.hpp"

namespace stadtbuch::node {

namespace {

using encoding::Array;
using encoding::Object;
using encoding::Value;
using ledger::Ledger;
using net::HttpResponse;

using Made = Result<Value, Lacking>;

Failure<Lacking> hopeless(std::string reason) {
    return Failure{Lacking{false, Ledger::domain, std::nullopt, std::move(reason)}};
}

std::optional<Value> stored_txn(const ledger::ReadView& view, Ledger ledger, std::uint64_t seq_no) {
    const auto bytes = view.txn_bytes(ledger, seq_no);
    if (!bytes) return std::nullopt;
    auto txn = encoding::msgpack_decode(*bytes);
    if (!txn) return std::nullopt;
    return *std::move(txn);
}

std::int64_t time_of(const ledger::ReadView& view, Ledger ledger, std::uint64_t seq_no) {
    const auto txn = stored_txn(view, ledger, seq_no);
    const auto seen = txn ? ledger::view_txn(*txn) : std::nullopt;
    return seen ? seen->time.value_or(0) : 0;
}

/// Size of the ledger whose root a signature names. Batches of one second share their time, so a
/// few sizes below the last of that second are tried.
std::optional<std::uint64_t> signed_size(const ledger::ReadView& view, Ledger ledger,
                                         const Value& value) {
    const auto root = encoding::base58_decode32(value.text_at("txn_root_hash"));
    const Value* timestamp = value.find("timestamp");
    const auto time = timestamp == nullptr ? std::nullopt : timestamp->integer();
    if (!root || !time) return std::nullopt;
    std::uint64_t low = 0;  // the last entry known to be of that time or before
    std::uint64_t high = view.size(ledger);
    while (low < high) {
        const std::uint64_t middle = low + (high - low + 1) / 2;
        if (time_of(view, ledger, middle) <= *time) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    constexpr std::uint64_t entries_of_a_second_max = 20'000;
    for (std::uint64_t size = low; low - size < entries_of_a_second_max; --size) {
        if (view.txn_root_at(ledger, size) == *root) return size;
        if (size == 0) break;
    }
    return std::nullopt;
}

/// Puts a receipt together; what stands in it once is not repeated.
class Maker {
  public:
    Maker(const ledger::ReadView& view, std::uint64_t genesis_size)
        : view_(view), genesis_size_(genesis_size) {}

    /// Index of a signed root in `roots`. `time` is how a missing signature can be asked for.
    Result<std::size_t, Lacking> add_root(Ledger ledger, const Hash32& state_root,
                                          const std::optional<std::int64_t>& time) {
        const std::string name = encoding::base58_encode(state_root);
        for (std::size_t i = 0; i < roots_.size(); ++i) {
            if (roots_[i].ledger == ledger && roots_[i].state_root == name) return i;
        }
        auto signature = view_.multi_signature(state_root);
        const Value* value = signature ? signature->find("value") : nullptr;
        const auto size = value != nullptr ? signed_size(view_, ledger, *value) : std::nullopt;
        if (!size)
            return Failure{Lacking{true, ledger, time, "the members' signature is not here yet"}};
        roots_.push_back({ledger, name, *size, *std::move(signature)});
        return roots_.size() - 1;
    }

    [[nodiscard]] std::uint64_t size_of(std::size_t root) const { return roots_[root].size; }

    std::optional<Lacking> add_txn(std::size_t root, std::uint64_t seq_no) {
        const Root& place = roots_[root];
        if (seq_no == 0) return std::nullopt;
        for (const Txn& txn : txns_) {
            if (txn.root == root && txn.seq_no == seq_no) return std::nullopt;
        }
        auto txn = stored_txn(view_, place.ledger, seq_no);
        const auto path = view_.audit_path(place.ledger, seq_no, place.size);
        if (!txn || !path) {
            return Lacking{true, place.ledger, std::nullopt,
                           "the members' signature over this entry is not here yet"};
        }
        Array hashes;
        for (const Hash32& hash : *path) hashes.emplace_back(encoding::base58_encode(hash));
        txns_.push_back({root, seq_no, *std::move(txn), std::move(hashes)});
        return std::nullopt;
    }

    std::optional<Lacking> add_fact(const ViewFacts::Asked& asked) {
        if (!asked.root)
            return Lacking{false, Ledger::domain, std::nullopt,
                           "before the first batch nothing is signed"};
        const auto root = add_root(Ledger::domain, *asked.root, asked.moment);
        if (!root) return root.error();
        facts_.push_back({*root, &asked});
        if (auto lacking = add_txn(*root, seq_no_in(asked))) return lacking;
        return asked.moment ? add_span(*root) : std::nullopt;
    }

    void add_text(std::string text) {
        if (std::find(texts_.begin(), texts_.end(), text) == texts_.end())
            texts_.push_back(std::move(text));
    }

    /// The newest root of the domain ledger, for entries that any of its signatures covers.
    Result<std::size_t, Lacking> add_newest(Ledger ledger) {
        return add_root(ledger, view_.state_root(ledger), std::nullopt);
    }

    [[nodiscard]] Made finish(const std::string& question, Object answer) const {
        Object receipt{{"type", "stadtbuch-receipt"},
                       {"version", 1},
                       {"question", question},
                       {"answer", std::move(answer)}};
        auto pool = pool_steps();
        if (!pool) return Failure{pool.error()};
        Array roots, facts, txns, texts;
        for (const Root& root : roots_)
            roots.push_back(Object{{"size", root.size}, {"multiSignature", root.signature}});
        for (const Fact& fact : facts_) {
            facts.push_back(
                Object{{"root", static_cast<std::uint64_t>(fact.root)},
                       {"moment", fact.asked->moment ? Value(*fact.asked->moment) : Value()},
                       {"key", encoding::hex_encode(fact.asked->key)},
                       {"value", fact.asked->value ? Value(*fact.asked->value) : Value()},
                       {"nodes", encoding::base64_encode(fact.asked->proof_nodes)}});
        }
        for (const Txn& txn : txns_) {
            txns.push_back(Object{{"root", static_cast<std::uint64_t>(txn.root)},
                                  {"txn", txn.txn},
                                  {"path", txn.path}});
        }
        for (const std::string& text : texts_) texts.emplace_back(text);
        receipt.set("facts", std::move(facts));
        receipt.set("transactions", std::move(txns));
        receipt.set("texts", std::move(texts));
        receipt.set("roots", std::move(roots));
        receipt.set("pool", *std::move(pool));
        return Value(std::move(receipt));
    }

  private:
    struct Root {
        Ledger ledger;
        std::string state_root;
        std::uint64_t size;
        Value signature;
    };

    struct Txn {
        std::size_t root;
        std::uint64_t seq_no;
        Value txn;
        Array path;
    };

    struct Fact {
        std::size_t root;
        const ViewFacts::Asked* asked;
    };

    /// The entry that wrote a value; 0 for none.
    static std::uint64_t seq_no_in(const ViewFacts::Asked& asked) {
        if (!asked.value) return 0;
        const auto value = encoding::parse_json(*asked.value);
        if (!value) return 0;
        const Value* number = value->find("lsn");
        if (number == nullptr) number = value->find("seqNo");
        return number == nullptr ? 0 : number->unsigned_integer().value_or(0);
    }

    /// That a state was the one of a past moment follows from the last entry before it and the
    /// first after it.
    std::optional<Lacking> add_span(std::size_t root) {
        const std::uint64_t size = roots_[root].size;
        if (auto lacking = add_txn(root, size)) return lacking;
        if (size >= view_.size(Ledger::domain)) return std::nullopt;
        const auto newest = add_newest(Ledger::domain);
        if (!newest) return newest.error();
        return roots_[*newest].size > size ? add_txn(*newest, size + 1) : std::nullopt;
    }

    [[nodiscard]] Result<Array, Lacking> pool_steps() const {
        Array steps;
        std::uint64_t reached = genesis_size_;
        for (const auto& [size, signature] : view_.pool_links()) {
            if (size <= reached) continue;
            Array txns;
            for (std::uint64_t i = reached + 1; i <= size; ++i) {
                auto txn = stored_txn(view_, Ledger::pool, i);
                if (!txn) return hopeless("the store lacks an entry of the pool ledger");
                txns.push_back(*std::move(txn));
            }
            steps.push_back(Object{{"txns", std::move(txns)}, {"multiSignature", signature}});
            reached = size;
        }
        if (reached < view_.size(Ledger::pool)) {
            return Failure{Lacking{true, Ledger::pool, std::nullopt,
                                   "the change of members is not vouched for yet"}};
        }
        return steps;
    }

    const ledger::ReadView& view_;
    const std::uint64_t genesis_size_;
    std::vector<Root> roots_;
    std::vector<Txn> txns_;
    std::vector<Fact> facts_;
    std::vector<std::string> texts_;
};

HttpResponse receipt_response(const Value& receipt, const std::string& file_name) {
    HttpResponse response = HttpResponse::of_type(200, std::string(receipt_type),
                                                  encoding::compact_json(receipt) + "\n");
    response.set("Content-Disposition", "attachment; filename=\"" + file_name + "\"");
    response.set("Cache-Control", "public, no-cache");
    response.set("Vary", "Accept");
    return response;
}

HttpResponse refusal(const Lacking& lacking) {
    HttpResponse response = net::error_response(lacking.is_signature ? 503 : 404, lacking.reason);
    if (lacking.is_signature) response.set("Retry-After", "2");
    return response;
}

/// Makes the receipt on a worker; when a signature is missing, fetches it and tries again, a few
/// times: a past moment needs its own signature, that of the newest state, and perhaps the
/// members'.
void send_when_made(PublicParts& parts, const net::HttpResponder& responder,
                    std::function<Made(const ledger::ReadView&)> make, const std::string& file_name,
                    int tries) {
    const bool taken =
        parts.on_worker([&parts, responder, make = std::move(make), file_name, tries] {
            const auto made = make(*parts.reader.view());
            if (made) return responder.send(receipt_response(*made, file_name));
            const Lacking& lacking = made.error();
            if (!lacking.is_signature || tries == 0) return responder.send(refusal(lacking));
            parts.fetch_signature(lacking.ledger, lacking.time,
                                  [&parts, responder, make, file_name, tries] {
                                      send_when_made(parts, responder, make, file_name, tries - 1);
                                  });
        });
    if (!taken) {
        HttpResponse busy = net::error_response(503, "too much is asked at once");
        responder.send(std::move(busy.set("Retry-After", "1")));
    }
}

constexpr int tries_max = 4;

}  // namespace

Result<Value, Lacking> did_receipt(const ledger::ReadView& view, std::uint64_t genesis_size,
                                   const std::string& question) {
    const auto url = did::parse_did_url(question);
    if (!url) return hopeless("no DID URL");
    ViewFacts facts(view);
    ledger::DidAnswer answer = ledger::answer_did_url(*url, facts);
    if (answer.outcome == ledger::DidAnswer::Outcome::invalid ||
        answer.outcome == ledger::DidAnswer::Outcome::unavailable) {
        return hopeless(answer.reason);
    }
    Maker maker(view, genesis_size);
    for (const ViewFacts::Asked& asked : facts.asked()) {
        if (auto lacking = maker.add_fact(asked)) return Failure{*lacking};
    }
    if (!facts.asked_txns().empty()) {
        const auto newest = maker.add_newest(Ledger::domain);
        if (!newest) return Failure{newest.error()};
        for (const std::uint64_t seq_no : facts.asked_txns()) {
            if (auto lacking = maker.add_txn(*newest, seq_no)) return Failure{*lacking};
        }
    }
    for (const std::string& text : facts.asked_texts()) maker.add_text(text);
    return maker.finish(question, Object{{"outcome", to_text(answer.outcome)},
                                         {"content", std::move(answer.content)},
                                         {"metadata", std::move(answer.metadata)}});
}

Result<Value, Lacking> entry_receipt(const ledger::ReadView& view, std::uint64_t genesis_size,
                                     Ledger ledger, std::uint64_t seq_no) {
    auto shown = view.txn(ledger, seq_no);
    if (!shown) return hopeless("there is no such entry");
    Maker maker(view, genesis_size);
    const auto root = maker.add_newest(ledger);
    if (!root) return Failure{root.error()};
    if (auto lacking = maker.add_txn(*root, seq_no)) return Failure{*lacking};
    const auto seen = ledger::view_txn(*shown);
    if (ledger == Ledger::domain && seen && seen->type == ledger::txn_type::attrib) {
        for (const char* form : {"raw", "enc"}) {
            if (!seen->text(form).empty()) maker.add_text(std::string(seen->text(form)));
        }
    }
    const std::string question =
        "/ledger/" + std::string(name_of(ledger)) + "/" + std::to_string(seq_no);
    return maker.finish(
        question,
        Object{{"outcome", "found"}, {"content", *std::move(shown)}, {"metadata", Object{}}});
}

bool wants_receipt(const net::HttpRequest& request) {
    return request.header("Accept").value_or("").find(receipt_type) != std::string_view::npos ||
           request.query_value("receipt") == "1";
}

void send_did_receipt(PublicParts& parts, const net::HttpRequest& request,
                      const net::HttpResponder& responder) {
    OurDid ours = our_did(parts, request);
    if (!ours.url) return responder.send(std::move(ours.refusal));
    auto make = [genesis_size = parts.genesis_size,
                 question = did_url_of(request)](const ledger::ReadView& view) {
        return did_receipt(view, genesis_size, question);
    };
    send_when_made(parts, responder, std::move(make), "receipt-" + ours.url->id + ".json",
                   tries_max);
}

void send_entry_receipt(PublicParts& parts, const net::HttpRequest& request,
                        const net::HttpResponder& responder) {
    const auto ledger = ledger_named(request.parameter("name"));
    const auto view = parts.reader.view();
    const auto seq_no =
        ledger ? seq_no_of(parts, *view, *ledger, request.parameter("ident")) : std::nullopt;
    if (!seq_no || *seq_no == 0 || *seq_no > view->size(*ledger))
        return responder.send(HttpResponse::empty(404));
    auto make = [genesis_size = parts.genesis_size, ledger = *ledger,
                 seq_no = *seq_no](const ledger::ReadView& newest) {
        return entry_receipt(newest, genesis_size, ledger, seq_no);
    };
    send_when_made(
        parts, responder, std::move(make),
        "receipt-" + std::string(name_of(*ledger)) + "-" + std::to_string(*seq_no) + ".json",
        tries_max);
}

}  // namespace stadtbuch::node
