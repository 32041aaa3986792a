// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "consensus/catchup/leecher.hpp"

#include <algorithm>
#include <utility>

#include "consensus/catchup/seeder.hpp"
#include "storage/merkle/merkle.hpp"

namespace stadtbuch::consensus {
namespace {
constexpr std::size_t doubts_max = 32;
}

void Leecher::begin() {
    STADTBUCH_ASSERT(core_.executor.uncommitted_count() == 0);
    ++runs_;
    appended_in_run_ = 0;
    audit_asked_again_ = false;
    failures_.clear();
    if (!own_ledgers_hold()) return;
    todo_ = {LedgerId::audit};
    next_ledger();
}

/// A ledger that holds something else than the audit ledger says was changed by a fault of this
/// machine or program. No batch will ever fit it again, and what others send would be refused and
/// asked for without end (plenum-lessons E 79): it takes no further part. A ledger in the middle of
/// a batch, where a catch-up was cut off, is told by what is fetched next.
bool Leecher::own_ledgers_hold() {
    const auto newest = core_.executor.last_audit_records(1);
    if (newest.empty()) return true;
    for (const auto& [ledger, size] : newest.front().ledger_sizes) {
        const std::uint64_t own = core_.executor.committed_size(ledger);
        const bool in_newest =
            own > size || (own == size && newest.front().ledger_roots.count(ledger) != 0);
        const auto record = in_newest ? std::optional(newest.front()) : record_of_size(ledger, own);
        if (!record) continue;
        const auto root = record->ledger_roots.find(ledger);
        const bool holds =
            own <= size && (root == record->ledger_roots.end() ||
                            root->second == core_.executor.committed_txn_root(ledger));
        if (holds) continue;
        core_.suspect({}, Reason::own_history_differs, record->pp_seq_no);
        state_ = State::given_up;
        return false;
    }
    return true;
}

/// A batch after which that ledger had this size; nullopt: none, or none that is known.
std::optional<AuditRecord> Leecher::record_of_size(LedgerId ledger, std::uint64_t size) const {
    const auto size_after =
        [ledger](const std::optional<AuditRecord>& record) -> std::optional<std::uint64_t> {
        if (!record) return std::nullopt;
        const auto known = record->ledger_sizes.find(ledger);
        if (known == record->ledger_sizes.end()) return std::nullopt;
        return known->second;
    };
    const auto newest = core_.executor.last_audit_records(1);
    PpSeqNo low = 0;
    PpSeqNo high = newest.empty() ? 0 : newest.front().pp_seq_no;
    while (low < high) {
        const PpSeqNo middle = low + (high - low) / 2;
        if (size_after(core_.executor.audit_record(middle)).value_or(0) < size)
            low = middle + 1;
        else
            high = middle;
    }
    auto record = core_.executor.audit_record(low);
    return size_after(record) == size ? record : std::nullopt;
}

bool Leecher::take_finished() {
    const bool was = finished_;
    finished_ = false;
    return was;
}

void Leecher::finish() {
    state_ = State::idle;
    finished_ = true;
    lag_since_.reset();
    weigh_lag();
    requests_.clear();
    pieces_.clear();
    proofs_.clear();
    level_.clear();
}

void Leecher::next_ledger() {
    if (!todo_.empty()) {
        const LedgerId ledger = todo_.front();
        todo_.pop_front();
        if (ledger == LedgerId::audit || audit_was_empty_) return discover(ledger);
        const auto newest = core_.executor.last_audit_records(1);
        const auto size = newest.front().ledger_sizes.find(ledger);
        const auto root = newest.front().ledger_roots.find(ledger);
        const std::uint64_t own = core_.executor.committed_size(ledger);
        if (size == newest.front().ledger_sizes.end() || size->second <= own) return next_ledger();
        if (root == newest.front().ledger_roots.end()) return next_ledger();
        return fetch(ledger, {size->second, root->second});
    }
    if (ledger_ == LedgerId::audit && state_ != State::idle) {
        audit_was_empty_ = core_.executor.committed_size(LedgerId::audit) == 0;
        todo_ = {LedgerId::pool, LedgerId::config, LedgerId::domain};
        ledger_ = LedgerId::pool;
        return next_ledger();
    }
    // A pool that began to order while its other ledgers were compared has an audit ledger now.
    if (audit_was_empty_ && appended_in_run_ > 0) {
        appended_in_run_ = 0;
        return discover(LedgerId::audit);
    }
    finish();
}

void Leecher::discover(LedgerId ledger) {
    state_ = State::discovering;
    ledger_ = ledger;
    level_.clear();
    proofs_.clear();
    common_ends_asked_.clear();
    known_sizes_.clear();
    proof_asked_.clear();
    proofs_awaited_ = false;
    ask_again_at_ = core_.now.tick + core_.limits.catchup_status_timeout;
    ask_status(core_.others());
    judge();
}

void Leecher::ask_status(const std::vector<NodeName>& whom) {
    if (whom.empty()) return;
    if (core_.role == Role::observer) {
        // The client port knows no MESSAGE_REQUEST in the reference; a status of ours brings status
        // or proof.
        auto own = catchup::status_of(core_.executor, ledger_, catchup::Asker::client);
        return core_.send(whom, own);
    }
    messages::MessageRequest ask;
    ask.type = messages::RequestedType::ledger_status;
    ask.params.ledger = ledger_;
    core_.send(whom, std::move(ask));
}

void Leecher::on_peer_connected(const NodeName& peer) {
    if (state_ != State::discovering || !core_.is_member(peer)) return;
    proof_asked_.erase(peer);
    ask_status({peer});
}

void Leecher::on_ledger_status(const NodeName& from, const messages::LedgerStatus& status) {
    if (!core_.is_member(from)) return;
    if (status.ledger == LedgerId::audit) {
        audit_sizes_[from] = status.txn_seq_no;
        auto& since = audit_sizes_since_[from];
        since = std::max(since, status.txn_seq_no);
    }
    if (state_ != State::discovering || status.ledger != ledger_) return;
    const std::uint64_t own = core_.executor.committed_size(ledger_);
    if (status.txn_seq_no <= own) {
        level_.insert(from);
        proofs_.erase(from);
        return judge();
    }
    level_.erase(from);
    known_sizes_[from] = std::max(known_sizes_[from], status.txn_seq_no);
    std::uint64_t& asked = proof_asked_[from];
    if (status.txn_seq_no <= asked) return;
    asked = status.txn_seq_no;
    core_.send({from}, catchup::status_of(core_.executor, ledger_, catchup::Asker::client));
}

void Leecher::on_consistency_proof(const NodeName& from, const messages::ConsistencyProof& proof) {
    if (!core_.is_member(from)) return;
    if (proof.ledger == LedgerId::audit) {
        for (auto* sizes : {&audit_sizes_, &audit_sizes_since_}) {
            auto& size = (*sizes)[from];
            size = std::max(size, proof.seq_no_end);
        }
    }
    if (state_ != State::discovering || proof.ledger != ledger_) return;
    const std::uint64_t own = core_.executor.committed_size(ledger_);
    if (proof.seq_no_start != own || proof.seq_no_end <= own) return;
    if (own > 0 &&
        !merkle::verify_consistency(own, core_.executor.committed_txn_root(ledger_),
                                    proof.seq_no_end, proof.new_merkle_root, proof.hashes)) {
        return core_.suspect(from, Reason::own_history_differs, proof.seq_no_end);
    }
    level_.erase(from);
    known_sizes_[from] = std::max(known_sizes_[from], proof.seq_no_end);
    proofs_[from] = proof;
    judge();
}

void Leecher::judge() {
    if (const auto target = agreed_target())
        return ledger_ == LedgerId::audit ? fetch(ledger_, *target) : fetch_without_audit(*target);
    // A voter is one of the n itself; whoever does not vote must hear at least one member.
    const bool votes = core_.role == Role::validator && core_.is_member(core_.self);
    const std::size_t needed = std::max<std::size_t>(core_.quorums.ledger_status(), votes ? 0 : 1);
    if (level_.size() >= needed) return next_ledger();
    if (level_.size() + proofs_.size() >= needed) ask_common_proof();
}

std::optional<Leecher::Target> Leecher::agreed_target() const {
    std::optional<Target> best;
    for (const auto& [name, proof] : proofs_) {
        const auto equal = static_cast<std::size_t>(
            std::count_if(proofs_.begin(), proofs_.end(), [&proof = proof](const auto& other) {
                return other.second.seq_no_end == proof.seq_no_end &&
                       other.second.new_merkle_root == proof.new_merkle_root;
            }));
        if (equal < core_.quorums.consistency_proof()) continue;
        if (!best || proof.seq_no_end > best->size)
            best = Target{proof.seq_no_end, proof.new_merkle_root};
    }
    return best;
}

/// f+1 members vouch for the target and have said since then that their audit ledger is empty: the
/// transactions are older than it (a genesis that is not here). A member that orders writes both
/// ledgers at once.
bool Leecher::precedes_audit(const Target& target) const {
    std::size_t vouchers = 0;
    for (const auto& [name, proof] : proofs_) {
        const auto audit = audit_sizes_since_.find(name);
        const bool equal = proof.seq_no_end == target.size && proof.new_merkle_root == target.root;
        vouchers += equal && audit != audit_sizes_since_.end() && audit->second == 0 ? 1U : 0U;
    }
    return vouchers >= core_.quorums.weak();
}

/// A pool that has just begun: while its ledgers were compared one after another it ordered. What
/// follows genesis must come with its audit transaction, or the batch could never be applied here
/// when the others lose it in a power cut and order it again.
void Leecher::fetch_without_audit(const Target& target) {
    if (!audit_asked_again_) {
        audit_asked_again_ = true;
        audit_sizes_since_.clear();
        todo_.clear();
        return discover(LedgerId::audit);
    }
    if (precedes_audit(target)) return fetch(ledger_, target);
    next_ledger();
}

void Leecher::ask_common_proof() {
    std::vector<std::uint64_t> ends;
    for (const auto& [name, proof] : proofs_) ends.push_back(proof.seq_no_end);
    if (ends.size() < core_.quorums.weak()) return;
    std::sort(ends.rbegin(), ends.rend());
    const std::uint64_t end = ends[core_.quorums.weak() - 1];
    if (!common_ends_asked_.insert(end).second) return;
    messages::MessageRequest ask;
    ask.type = messages::RequestedType::consistency_proof;
    ask.params.ledger = ledger_;
    ask.params.seq_no_start = core_.executor.committed_size(ledger_);
    ask.params.seq_no_end = end;
    core_.broadcast(std::move(ask));
}

void Leecher::fetch(LedgerId ledger, const Target& target) {
    state_ = State::fetching;
    ledger_ = ledger;
    target_ = target;
    requests_.clear();
    pieces_.clear();
    unassigned_ = core_.executor.committed_size(ledger) + 1;
    share_out();
    assign();
}

/// Ends of the ranges that are asked for, when one for each source is enough: equal shares counted
/// from the end, as the reference makes them (§10.5). Longer ranges are asked for in chunks.
void Leecher::share_out() {
    ends_.clear();
    std::uint64_t count = sources().size();
    const std::uint64_t first = unassigned_;
    if (count == 0 || target_.size - first >= count * core_.limits.catchup_chunk) return;
    for (std::uint64_t end = target_.size; end >= first;) {
        const std::uint64_t left = end - first + 1;
        const std::uint64_t share = std::min(
            left, count <= 1 ? left : std::max(left / count, core_.limits.catchup_share_min));
        ends_.insert(end);
        end -= share;
        if (count > 1) --count;
    }
}

std::uint64_t Leecher::end_of_range(std::uint64_t first) const {
    const auto end = ends_.lower_bound(first);
    if (end != ends_.end()) return *end;
    return std::min(target_.size, first + core_.limits.catchup_chunk - 1);
}

/// Who failed least often as a source, and of those who are known to have what is wanted. Whoever
/// was not known to have it when it was last heard may have it by now: a liar that is alone with
/// its claim must not remain the only source (seed 122000117153).
std::vector<NodeName> Leecher::sources() const {
    const bool by_audit = ledger_ == LedgerId::audit || !audit_was_empty_;
    const auto& sizes = by_audit ? audit_sizes_ : known_sizes_;
    const std::uint64_t goal = ledger_ == LedgerId::audit || !by_audit
                                   ? target_.size
                                   : core_.executor.committed_size(LedgerId::audit);
    std::vector<NodeName> reachable;
    for (const NodeName& name : core_.others()) {
        if (core_.connected.empty() || core_.connected.count(name) != 0) reachable.push_back(name);
    }
    if (reachable.empty()) reachable = core_.others();
    // Failures fade: once all have failed equally, all are asked again.
    std::vector<NodeName> best;
    std::pair<unsigned, bool> least{~0U, true};
    for (const NodeName& name : reachable) {
        const auto failed = failures_.find(name);
        const auto size = sizes.find(name);
        const std::pair<unsigned, bool> rank{failed == failures_.end() ? 0U : failed->second,
                                             size == sizes.end() || size->second < goal};
        if (rank > least) continue;
        if (rank < least) best.clear();
        least = rank;
        best.push_back(name);
    }
    return best;
}

void Leecher::assign() {
    const auto whom = sources();
    if (whom.empty()) return;
    while (unassigned_ <= target_.size && requests_.size() < core_.limits.catchup_requests_max &&
           buffered() < core_.limits.catchup_buffer_bytes_max) {
        Request request;
        request.peer = whom[turn_++ % whom.size()];
        request.next = unassigned_;
        request.end = end_of_range(unassigned_);
        request.deadline = core_.now.tick + core_.limits.catchup_request_timeout;
        core_.send({request.peer},
                   messages::CatchupReq{ledger_, request.next, request.end, target_.size});
        unassigned_ = request.end + 1;
        requests_[request.next] = std::move(request);
    }
}

std::size_t Leecher::buffered() const {
    std::size_t sum = 0;
    for (const auto& [first, piece] : pieces_) sum += piece.bytes;
    return sum;
}

void Leecher::on_catchup_rep(const NodeName& from, const messages::CatchupRep& reply) {
    if (state_ != State::fetching || reply.ledger != ledger_ || reply.txns.empty()) return;
    const std::uint64_t first = reply.txns.front().first;
    const auto asked = std::find_if(requests_.begin(), requests_.end(), [&](const auto& entry) {
        return entry.second.peer == from && entry.second.next == first;
    });
    if (asked == requests_.end()) return;
    Piece piece;
    piece.from = from;
    piece.proof = reply.cons_proof;
    std::uint64_t expected = first;
    for (const auto& [seq_no, text] : reply.txns) {
        if (seq_no != expected++) return blame(from, first);
        piece.bytes += text.size();
        piece.txns.push_back(text);
    }
    // Longer than what is wanted: an answer to an older question. The one to this will come.
    if (expected - 1 > asked->second.end) return;
    asked->second.next = expected;
    asked->second.deadline = core_.now.tick + core_.limits.catchup_request_timeout;
    if (expected > asked->second.end) requests_.erase(asked);
    pieces_[first] = std::move(piece);
    append_pieces();
}

void Leecher::append_pieces() {
    while (!pieces_.empty()) {
        const std::uint64_t next = core_.executor.committed_size(ledger_) + 1;
        const auto it = pieces_.begin();
        if (it->first > next) break;
        const Piece piece = std::move(it->second);
        const std::uint64_t first = it->first;
        pieces_.erase(it);
        if (first < next) continue;
        if (!append(piece, first)) return;
    }
    if (core_.executor.committed_size(ledger_) >= target_.size) return next_ledger();
    assign();
}

/// False: the piece is not what was asked for; everything from there on is asked for again.
bool Leecher::append(const Piece& piece, std::uint64_t first) {
    merkle::Frontier frontier = core_.executor.committed_frontier(ledger_);
    std::vector<merkle::Node> created;
    for (const std::string& text : piece.txns) {
        const auto leaf = core_.executor.leaf_hash_of(ledger_, text);
        if (!leaf) return blame(piece.from, first), false;
        frontier.append(*leaf, created);
        created.clear();
    }
    const Hash32 root = frontier.root();
    const bool proved = frontier.size() == target_.size
                            ? root == target_.root
                            : merkle::verify_consistency(frontier.size(), root, target_.size,
                                                         target_.root, piece.proof);
    if (!proved) {
        doubts_.push_back({piece.from, ledger_, first, frontier.size(), root});
        if (doubts_.size() > doubts_max) doubts_.pop_front();
        ++failures_[piece.from];
        return start_over(), false;
    }
    if (!core_.executor.append_caught_up(ledger_, piece.txns))
        return blame(piece.from, first), false;
    appended_in_run_ += piece.txns.size();
    core_.open_write();
    core_.out.caught_up.push_back({ledger_, first, first + piece.txns.size() - 1});
    settle_doubts();
    return true;
}

/// What was doubted is compared with what this node has now.
void Leecher::settle_doubts() {
    for (auto it = doubts_.begin(); it != doubts_.end();) {
        if (core_.executor.committed_size(it->ledger) < it->size) {
            ++it;
            continue;
        }
        if (core_.executor.txn_root_at(it->ledger, it->size) != it->root)
            core_.suspect(it->from, Reason::wrong_catchup_reply, it->first);
        it = doubts_.erase(it);
    }
}

void Leecher::blame(const NodeName& peer, std::uint64_t from_seq) {
    core_.suspect(peer, Reason::wrong_catchup_reply, from_seq);
    // As long as there are others, this peer is not asked.
    ++failures_[peer];
    start_over();
}

/// Everything that is not here yet is asked for again.
void Leecher::start_over() {
    requests_.clear();
    pieces_.clear();
    unassigned_ = core_.executor.committed_size(ledger_) + 1;
    assign();
}

/// Members with a connection that have not answered in this round, or not with a proof.
std::vector<NodeName> Leecher::unheard() const {
    std::vector<NodeName> out;
    for (const NodeName& name : core_.others()) {
        const bool heard = level_.count(name) != 0 || proofs_.count(name) != 0;
        if (!heard && core_.connected.count(name) != 0) out.push_back(name);
    }
    return out;
}

void Leecher::end_round() {
    const std::size_t weak = core_.quorums.weak();
    const bool enough = level_.size() + proofs_.size() >= core_.quorums.ledger_status();
    if (enough && !level_.empty() && proofs_.size() < weak) {
        // All that answer are heard, and fewer than f+1 are ahead: nobody can vouch for what those
        // few have, and waiting for it would keep this member away from the vote that orders it.
        // Where f+1 claim to be, their proofs may be under way (seed 32000234097), and of a member
        // that did not answer the question may be lost (seed 122000105232): one round more.
        const auto silent = unheard();
        if (proofs_awaited_ || (known_sizes_.size() < weak && silent.empty())) return next_ledger();
        proofs_awaited_ = true;
        for (const NodeName& name : silent) proof_asked_.erase(name);
        ask_status(silent);
        ask_again_at_ = core_.now.tick + core_.limits.catchup_status_timeout;
        return;
    }
    ask_again_at_ = core_.now.tick + core_.limits.catchup_status_timeout;
    // Everybody anew: sizes have moved on, and agreement needs answers of one moment.
    common_ends_asked_.clear();
    proofs_.clear();
    level_.clear();
    proof_asked_.clear();
    ask_status(core_.others());
    judge();
}

void Leecher::on_time() {
    if (state_ == State::discovering && core_.now.tick >= ask_again_at_) end_round();
    if (state_ != State::fetching) return;
    for (auto it = requests_.begin(); it != requests_.end();) {
        if (core_.now.tick < it->second.deadline) {
            ++it;
            continue;
        }
        ++failures_[it->second.peer];
        unassigned_ = std::min(unassigned_, it->second.next);
        it = requests_.erase(it);
    }
    if (unassigned_ <= target_.size && requests_.empty()) {
        pieces_.clear();
        unassigned_ = core_.executor.committed_size(ledger_) + 1;
    }
    assign();
}

void Leecher::probe() {
    messages::MessageRequest ask;
    ask.type = messages::RequestedType::ledger_status;
    ask.params.ledger = LedgerId::audit;
    core_.broadcast(std::move(ask));
}

/// f+1 claimed a longer ledger, and a whole run did not find it: one of them has fallen silent
/// since or lies. Whoever went on looking would never vote again for what one honest member alone
/// has ordered (seed 1500043460). So claims are heard anew, and after growing pauses only.
void Leecher::weigh_lag() {
    if (std::exchange(lag_goal_, 0) <= core_.executor.committed_size(LedgerId::audit)) {
        lag_pause_ = 0;
        return;
    }
    lag_pause_ = lag_pause_ == 0 ? 4 * core_.limits.lag_probe_delay
                                 : std::min(2 * lag_pause_, core_.limits.lag_probe_interval);
    no_lag_until_ = core_.now.tick + lag_pause_;
    audit_sizes_.clear();
}

bool Leecher::lags() {
    if (core_.now.tick < no_lag_until_) return false;
    std::vector<std::uint64_t> sizes;
    for (const auto& [name, size] : audit_sizes_) {
        if (core_.is_member(name) && name != core_.self) sizes.push_back(size);
    }
    const std::uint64_t own = core_.executor.committed_size(LedgerId::audit);
    if (lag_since_ && own >= lag_goal_) lag_since_.reset();
    if (sizes.size() < core_.quorums.weak()) return false;
    std::sort(sizes.rbegin(), sizes.rend());
    const std::uint64_t vouched = sizes[core_.quorums.weak() - 1];
    if (vouched <= own) return false;
    if (!lag_since_) {
        lag_since_ = core_.now.tick;
        lag_goal_ = vouched;
        return false;
    }
    return core_.now.tick >= *lag_since_ + core_.limits.lag_probe_delay;
}

}  // namespace stadtbuch::consensus
