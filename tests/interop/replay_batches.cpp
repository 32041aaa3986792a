// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Batch boundaries come from the audit ledger: each audit transaction is one batch.
#include <algorithm>
#include <limits>

#include "ssi/ledger/txn.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/msgpack.hpp"
#include "storage/encoding/text.hpp"
#include "storage/hash/hash.hpp"
#include "tests/interop/replayer.hpp"

namespace stadtbuch::interop {

using encoding::Value;
using ledger::Ledger;

namespace {

constexpr const char* ledger_names[] = {"pool", "domain", "config", "audit"};

std::string name_of(Ledger ledger) {
    return ledger_names[ledger::index_of(ledger)];
}

std::string batch_digest(std::uint64_t view_no, std::int64_t pp_time,
                         const std::vector<std::string>& digests) {
    std::string text = std::to_string(view_no) + "," + std::to_string(pp_time);
    for (const std::string& digest : digests) text += "," + digest;
    return encoding::hex_encode(hash::sha256(text));
}

const Value& member_of(const Value& object, const char* name, const std::string& where) {
    const Value* value = object.find(name);
    if (value == nullptr) throw ReplayFailed(where + ": no member " + name);
    return *value;
}

/// The list of an audit transaction, followed over its distance.
std::vector<std::string> names_at(const std::vector<LedgerRow>& audit, std::size_t index,
                                  const char* member) {
    const std::string& where = audit[index].where;
    const Value& data = member_of(member_of(audit[index].txn, "txn", where), "data", where);
    const Value& names = member_of(data, member, where);
    if (const auto back = names.unsigned_integer()) {
        if (*back == 0 || *back > index)
            throw ReplayFailed(where + ": distance of " + member + " leads nowhere");
        return names_at(audit, index - static_cast<std::size_t>(*back), member);
    }
    std::vector<std::string> out;
    if (names.array() == nullptr) throw ReplayFailed(where + ": " + member + " is no list");
    for (const Value& name : *names.array())
        out.push_back(name.text() == nullptr ? "" : *name.text());
    return out;
}

}  // namespace

void Replayer::run() {
    open();
    compare_genesis();
    index_cases();
    const auto& audit = recording_.ledgers[ledger::index_of(Ledger::audit)];
    for (std::size_t i = 0; i < audit.size(); ++i) {
        const BatchPlan plan = plan_of(i);
        judge_cases_until(plan.pp_time);
        run_batch(plan);
    }
    judge_cases_until(std::numeric_limits<std::int64_t>::max());
    compare_final_states();
    compare_side_stores();
    compare_reopened();
    compare_caught_up();
    verify_proofs();
    verify_multi_signatures();
    verify_bls_rows();
}

void Replayer::open() {
    store_ = store::make_memory_store();
    auto genesis = ledger::parse_genesis(recording_.pool_genesis, recording_.domain_genesis);
    if (!genesis) throw ReplayFailed(genesis.error().where + ": " + genesis.error().what);
    auto opened = ledger::Execution::open(*store_, *genesis);
    if (!opened) throw ReplayFailed(opened.error().where + ": " + opened.error().what);
    execution_ = std::move(*opened);
    reader_ = std::make_unique<ledger::Reader>(*store_);
    moments_.push_back({0, reader_->view(), true});
}

void Replayer::compare_genesis() {
    for (const Ledger ledger : {Ledger::pool, Ledger::domain}) {
        const auto& rows = recording_.ledgers[ledger::index_of(ledger)];
        const std::uint64_t size = execution_->committed_size(ledger);
        if (rows.size() < size)
            throw ReplayFailed("ledger_" + name_of(ledger) + ".jsonl: shorter than the genesis");
        for (std::uint64_t seq_no = 1; seq_no <= size; ++seq_no) {
            const LedgerRow& row = rows[static_cast<std::size_t>(seq_no - 1)];
            compare_.equal("genesis transactions", row.where, "raw_hex", row.raw,
                           moments_[0].view->txn_bytes(ledger, seq_no).value_or(Bytes{}));
            compare_.equal("roots after a transaction", row.where, "root_after", row.root_after,
                           encoding::base58_encode(
                               execution_->txn_root_at(ledger, seq_no).value_or(Hash32{})));
        }
    }
}

void Replayer::index_cases() {
    for (const ClientCase& one : recording_.cases) {
        if (!one.request_is_text) continue;
        auto parsed = encoding::parse_json(one.request);
        if (!parsed || !parsed->is_object() || parsed->find("operation") == nullptr) continue;
        auto request = ledger::parse_request(std::move(*parsed));
        if (request) cases_by_digest_[request->digest].push_back(&one);
    }
    for (const MultiSignature& one : recording_.multi_signatures) {
        const Value* value = one.object.find("value");
        if (value != nullptr)
            signatures_by_root_[std::string(value->text_at("state_root_hash"))].push_back(&one);
    }
}

std::vector<const ClientCase*> Replayer::cases_of(const std::string& digest) const {
    const auto it = cases_by_digest_.find(digest);
    return it == cases_by_digest_.end() ? std::vector<const ClientCase*>{} : it->second;
}

Replayer::BatchPlan Replayer::plan_of(std::size_t audit_index) const {
    const auto& audit = recording_.ledgers[ledger::index_of(Ledger::audit)];
    const LedgerRow& row = audit[audit_index];
    const Value& data = member_of(member_of(row.txn, "txn", row.where), "data", row.where);
    BatchPlan plan;
    plan.where = row.where;
    plan.audit_seq_no = row.seq_no;
    plan.view_no = member_of(data, "viewNo", row.where).unsigned_integer().value_or(0);
    plan.pp_seq_no = member_of(data, "ppSeqNo", row.where).unsigned_integer().value_or(0);
    plan.digest = data.text_at("digest");
    plan.pp_time = member_of(member_of(row.txn, "txnMetadata", row.where), "txnTime", row.where)
                       .integer()
                       .value_or(0);
    plan.primaries = names_at(audit, audit_index, "primaries");
    const auto pre_prepare = recording_.pre_prepares.find({plan.digest, plan.pp_seq_no});
    if (pre_prepare != recording_.pre_prepares.end()) plan.pre_prepare = &pre_prepare->second;

    // The ledger that grew; for an empty batch the one with roots in the audit transaction.
    const Value& sizes = member_of(data, "ledgerSize", row.where);
    const Value& state_roots = member_of(data, "stateRoot", row.where);
    std::optional<Ledger> grown, rooted;
    for (const Ledger ledger : {Ledger::pool, Ledger::domain, Ledger::config}) {
        const std::string key = std::to_string(ledger::number_of(ledger));
        const Value* size = sizes.find(key);
        const std::uint64_t after = size == nullptr ? 0 : size->unsigned_integer().value_or(0);
        const std::uint64_t before = execution_->committed_size(ledger);
        if (after > before) {
            grown = ledger;
            plan.first = before + 1;
            plan.last = after;
        }
        if (!rooted && state_roots.find(key) != nullptr) rooted = ledger;
    }
    plan.ledger = plan.pre_prepare != nullptr ? plan.pre_prepare->ledger
                                              : grown.value_or(rooted.value_or(Ledger::domain));
    if (grown && *grown != plan.ledger)
        throw ReplayFailed(row.where + ": the batch's ledger is not the one that grew");
    plan.digests = digests_of(plan);
    return plan;
}

/// Digests of the batch's requests, refused ones included. Without the PRE-PREPARE they are those
/// of the transactions, with refused requests put in where the batch digest fits.
std::vector<std::string> Replayer::digests_of(const BatchPlan& plan) const {
    if (plan.pre_prepare != nullptr) return plan.pre_prepare->digests;
    std::vector<std::string> accepted;
    for (std::uint64_t seq_no = plan.first; seq_no <= plan.last; ++seq_no) {
        const auto& rows = recording_.ledgers[ledger::index_of(plan.ledger)];
        const auto view = ledger::view_txn(rows.at(static_cast<std::size_t>(seq_no - 1)).txn);
        const Value* digest = view ? view->metadata->find("digest") : nullptr;
        accepted.push_back(digest != nullptr && digest->text() != nullptr ? *digest->text() : "");
    }
    if (batch_digest(plan.view_no, plan.pp_time, accepted) == plan.digest) return accepted;
    for (const auto& [digest, cases] : cases_by_digest_) {
        if (!recording_.requests.contains(digest)) continue;
        for (std::size_t position = 0; position <= accepted.size(); ++position) {
            std::vector<std::string> candidate = accepted;
            candidate.insert(candidate.begin() + static_cast<std::ptrdiff_t>(position), digest);
            if (batch_digest(plan.view_no, plan.pp_time, candidate) == plan.digest)
                return candidate;
        }
    }
    return {};
}

void Replayer::run_batch(const BatchPlan& plan) {
    std::vector<ledger::RequestPtr> requests;
    for (const std::string& digest : plan.digests) {
        const auto it = recording_.requests.find(digest);
        if (it != recording_.requests.end()) requests.push_back(it->second);
    }
    const bool all_known = requests.size() == plan.digests.size();
    const bool is_consistent =
        batch_digest(plan.view_no, plan.pp_time, plan.digests) == plan.digest;
    if (all_known && is_consistent) {
        execute(plan, requests);
        ++executed_;
    } else {
        replay_txns(plan);
        ++replayed_;
    }
    compare_txns(plan);
    moments_.push_back({plan.pp_time, reader_->view(), execution_->writes_enabled()});
}

void Replayer::execute(const BatchPlan& plan, const std::vector<ledger::RequestPtr>& requests) {
    for (const ledger::RequestPtr& request : requests) verify_ordered(plan, *request);
    const Hash32 pool_root_before = execution_->uncommitted_roots(Ledger::pool).state_root;
    const auto applied = execution_->apply({plan.ledger, plan.pp_time, requests, false});
    if (applied.problem != ledger::Applied::Problem::none) {
        Comparison::fail(plan.where, "batch", "every request is new",
                         "already ordered: " + applied.problem_digest);
    }
    compare_rejects(applied);
    compare_roots(plan, applied);
    if (plan.pre_prepare != nullptr && plan.pre_prepare->pool_state_root) {
        compare_.equal("PRE-PREPARE roots", plan.pre_prepare->where, "poolStateRootHash",
                       *plan.pre_prepare->pool_state_root,
                       encoding::base58_encode(pool_root_before));
    }
    compare_.equal("batch digests", plan.where, "digest", plan.digest,
                   batch_digest(plan.view_no, plan.pp_time, plan.digests));
    const auto sealed =
        execution_->seal({plan.view_no, plan.pp_seq_no, plan.digest, plan.primaries});
    if (plan.pre_prepare != nullptr && plan.pre_prepare->audit_root) {
        compare_.equal("PRE-PREPARE roots", plan.pre_prepare->where, "auditTxnRootHash",
                       *plan.pre_prepare->audit_root, encoding::base58_encode(sealed.audit_root));
    }
    const auto committed = execution_->commit_oldest();
    write(committed.write);
    execution_->mark_written(committed.commit_no);
    keep_multi_signatures(plan, committed.signed_ledgers);
    compare_replies(committed);
}

/// The signatures were checked on receipt: with the keys of now, or of some batches ago.
void Replayer::verify_ordered(const BatchPlan& plan, const ledger::Request& request) {
    constexpr std::size_t moments_back = 6;
    const auto now = ledger::verify_signatures(
        request, [this](std::string_view did) { return execution_->find_verkey(did); });
    bool valid = now.has_value();
    for (std::size_t back = 0; !valid && back < moments_back && back < moments_.size(); ++back) {
        const ledger::ReadView& view = *moments_[moments_.size() - 1 - back].view;
        valid = ledger::verify_signatures(request, [&](std::string_view did) {
                    return view.verkey(did);
                }).has_value();
    }
    if (!valid)
        Comparison::fail(plan.where, "signatures of " + request.digest, "valid", now.error().text);
    compare_.count("request signatures");
}

void Replayer::compare_rejects(const ledger::Applied& applied) {
    for (const ledger::Discarded& discarded : applied.discarded) {
        const ledger::Request& request = *applied.kept[discarded.position];
        const std::string ours = ledger::reject_text(request, discarded.refusal);
        for (const ClientCase* one : cases_of(request.digest)) {
            bool any = false, found = false;
            std::string example;
            for (const auto& [node, frames] : one->frames) {
                for (const std::string& frame : frames) {
                    if (frame.find("\"op\":\"REJECT\"") == std::string::npos) continue;
                    any = true;
                    example = frame;
                    found = found || frame == ours;
                }
            }
            if (!any) continue;
            if (!found) Comparison::fail(one->where, "REJECT", example, ours);
            compare_.count("REJECT texts");
        }
    }
}

void Replayer::compare_roots(const BatchPlan& plan, const ledger::Applied& applied) {
    const std::uint64_t accepted = applied.kept.size() - applied.discarded.size();
    const std::uint64_t expected = plan.last >= plan.first ? plan.last - plan.first + 1 : 0;
    std::string refused;
    for (const auto& one : applied.discarded) {
        refused += "; refused " + applied.kept[one.position]->digest + ": " +
                   ledger::reject_text(*applied.kept[one.position], one.refusal);
    }
    if (accepted != expected) {
        Comparison::fail(plan.where, "accepted requests", std::to_string(expected),
                         std::to_string(accepted) + refused);
    }
    if (plan.pre_prepare == nullptr) return;
    const PrePrepare& message = *plan.pre_prepare;
    std::vector<std::uint32_t> positions;
    for (const auto& one : applied.discarded) positions.push_back(one.position);
    if (positions != message.discarded) {
        Comparison::fail(message.where, "discarded",
                         std::to_string(message.discarded.size()) + " refused",
                         std::to_string(positions.size()) + refused);
    }
    compare_.count("verdicts at batch time", applied.kept.size());
    compare_.equal("PRE-PREPARE roots", message.where, "stateRootHash",
                   message.state_root.value_or(""),
                   encoding::base58_encode(applied.roots.state_root));
    compare_.equal("PRE-PREPARE roots", message.where, "txnRootHash", message.txn_root.value_or(""),
                   encoding::base58_encode(applied.roots.txn_root));
}

std::optional<std::string> Replayer::expanded_json(const LedgerRow& row) const {
    Value txn = row.txn;
    ledger::to_expanded(txn, [this](const Hash32& hash) -> std::optional<std::string> {
        const auto it = recording_.attributes.find(encoding::hex_encode(hash));
        if (it == recording_.attributes.end()) return std::nullopt;
        return it->second;
    });
    return encoding::compact_json(txn);
}

void Replayer::replay_txns(const BatchPlan& plan) {
    const auto append = [&](Ledger ledger, std::uint64_t first, std::uint64_t last) {
        std::vector<std::string> texts;
        for (std::uint64_t seq_no = first; seq_no <= last; ++seq_no) {
            const LedgerRow& row = recording_.ledgers[ledger::index_of(ledger)].at(
                static_cast<std::size_t>(seq_no - 1));
            texts.push_back(expanded_json(row).value_or(""));
            const auto leaf = ledger::Execution::leaf_hash_of(ledger, texts.back());
            compare_.equal("leaf hashes from JSON", row.where, "leaf_hash", row.leaf_hash,
                           encoding::base58_encode(leaf.value_or(Hash32{})));
        }
        const auto appended = execution_->append_caught_up(ledger, texts);
        if (!appended)
            throw ReplayFailed(plan.where + ": " + appended.error().what + " (" +
                               appended.error().where + ")");
        write(appended->write);
        execution_->mark_written(appended->commit_no);
    };
    if (plan.last >= plan.first) append(plan.ledger, plan.first, plan.last);
    append(Ledger::audit, plan.audit_seq_no, plan.audit_seq_no);
    keep_multi_signatures(plan, {{plan.ledger, execution_->committed_roots(plan.ledger)}});
}

void Replayer::write(const store::Batch& batch) {
    const auto written = store_->write(batch, store::Durability::synced);
    if (!written) throw ReplayFailed("store: " + written.error().what);
    reader_->refresh();
}

void Replayer::keep_multi_signatures(const BatchPlan& plan,
                                     const std::map<Ledger, ledger::LedgerRoots>& signed_ledgers) {
    store::Batch batch;
    for (const auto& [ledger, roots] : signed_ledgers) {
        const auto it = signatures_by_root_.find(encoding::base58_encode(roots.state_root));
        if (it == signatures_by_root_.end()) continue;
        for (const MultiSignature* one : it->second) {
            const Value& value = *one->object.find("value");
            if (member_of(value, "timestamp", one->where).integer() != plan.pp_time) continue;
            if (member_of(value, "ledger_id", one->where).integer() != ledger::number_of(ledger))
                continue;
            // Two batches of one second may leave the same state.
            if (value.text_at("txn_root_hash") != encoding::base58_encode(roots.txn_root)) continue;
            if (!ledger::put_multi_signature(batch, one->object))
                throw ReplayFailed(one->where + ": not a multi-signature");
            break;
        }
    }
    write(batch);
}

void Replayer::compare_txns(const BatchPlan& plan) {
    const auto view = reader_->view();
    const auto& rows = recording_.ledgers[ledger::index_of(plan.ledger)];
    for (std::uint64_t seq_no = plan.first; seq_no <= plan.last; ++seq_no) {
        const LedgerRow& row = rows.at(static_cast<std::size_t>(seq_no - 1));
        const Bytes ours = view->txn_bytes(plan.ledger, seq_no).value_or(Bytes{});
        compare_.equal("stored transactions", row.where, "raw_hex", row.raw, ours);
        compare_.equal("leaf hashes", row.where, "leaf_hash", row.leaf_hash,
                       encoding::base58_encode(hash::leaf_hash(ours)));
        compare_.equal(
            "roots after a transaction", row.where, "root_after", row.root_after,
            encoding::base58_encode(view->txn_root_at(plan.ledger, seq_no).value_or(Hash32{})));
        if (row.state_root_after) {
            compare_.equal("state roots after a batch", row.where, "state_root_after",
                           *row.state_root_after,
                           encoding::base58_encode(view->state_root(plan.ledger)));
        }
    }
    const LedgerRow& row = recording_.ledgers[ledger::index_of(Ledger::audit)].at(
        static_cast<std::size_t>(plan.audit_seq_no - 1));
    const Bytes ours = view->txn_bytes(Ledger::audit, plan.audit_seq_no).value_or(Bytes{});
    if (row.raw != ours) {
        const auto decoded = encoding::msgpack_decode(ours);
        Comparison::fail(row.where, "audit transaction", encoding::canonical_json(row.txn),
                         decoded ? encoding::canonical_json(*decoded) : "unreadable");
    }
    compare_.count("audit transactions");
    compare_.equal("roots after a transaction", row.where, "root_after", row.root_after,
                   encoding::base58_encode(
                       view->txn_root_at(Ledger::audit, plan.audit_seq_no).value_or(Hash32{})));
}

void Replayer::compare_replies(const ledger::CommittedBatch& batch) {
    const auto view = reader_->view();
    for (const ledger::CommittedTxn& txn : batch.txns) {
        const std::string first = ledger::reply_text(txn);
        const auto again = view->replay(*txn.request);
        if (!again || !*again)
            Comparison::fail("reply to " + txn.request->digest, "replay", "the stored transaction",
                             "none");
        const std::string later = ledger::reply_text(**again);
        for (const ClientCase* one : cases_of(txn.request->digest)) {
            for (const auto& [node, frames] : one->frames) {
                for (const std::string& frame : frames) {
                    if (frame.find("\"op\":\"REPLY\"") == std::string::npos) continue;
                    if (frame.find(txn.request->digest) == std::string::npos) continue;
                    if (frame != later)
                        compare_.equal("write replies", one->where, "REPLY of " + node, frame,
                                       first);
                    else
                        compare_.count("write replies");
                }
            }
        }
    }
}

}  // namespace stadtbuch::interop
