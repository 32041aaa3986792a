// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "tests/simulation/record.hpp"

#include "storage/encoding/json.hpp"

namespace stadtbuch::simulation {
namespace {

using namespace consensus;
using encoding::Array;
using encoding::Object;
using encoding::Value;

std::string number(std::uint64_t value) {
    return std::to_string(value);
}

std::string three_phase(std::uint64_t inst, std::uint64_t view, std::uint64_t seq) {
    return (inst == 0 ? "" : "backup " + number(inst) + " ") + number(view) + "/" + number(seq);
}

/// What a diagram writes beside an arrow: name and position.
struct Label {
    std::pair<const char*, std::string> operator()(const messages::Propagate&) const {
        return {"PROPAGATE", ""};
    }

    std::pair<const char*, std::string> operator()(const messages::PrePrepare& m) const {
        return {"PRE-PREPARE",
                three_phase(m.inst_id, m.view_no, m.pp_seq_no) + " " + m.digest.substr(0, 6)};
    }

    std::pair<const char*, std::string> operator()(const messages::Prepare& m) const {
        return {"PREPARE",
                three_phase(m.inst_id, m.view_no, m.pp_seq_no) + " " + m.digest.substr(0, 6)};
    }

    std::pair<const char*, std::string> operator()(const messages::Commit& m) const {
        return {"COMMIT", three_phase(m.inst_id, m.view_no, m.pp_seq_no)};
    }

    std::pair<const char*, std::string> operator()(const messages::Checkpoint& m) const {
        return {"CHECKPOINT", number(m.seq_no_end)};
    }

    std::pair<const char*, std::string> operator()(const messages::InstanceChange& m) const {
        return {"INSTANCE_CHANGE", number(m.view_no) + " reason " + number(m.reason)};
    }

    std::pair<const char*, std::string> operator()(const messages::ViewChange& m) const {
        return {"VIEW_CHANGE", number(m.view_no) + " prepared " + number(m.prepared.size())};
    }

    std::pair<const char*, std::string> operator()(const messages::ViewChangeAck& m) const {
        return {"VIEW_CHANGE_ACK", number(m.view_no) + " of " + m.name};
    }

    std::pair<const char*, std::string> operator()(const messages::NewView& m) const {
        return {"NEW_VIEW", number(m.view_no) + " batches " + number(m.batches.size())};
    }

    std::pair<const char*, std::string> operator()(const messages::BackupInstanceFaulty&) const {
        return {"BACKUP_INSTANCE_FAULTY", ""};
    }

    std::pair<const char*, std::string> operator()(const messages::OldViewPrePrepareReq&) const {
        return {"OLD_VIEW_PREPREPARE_REQ", ""};
    }

    std::pair<const char*, std::string> operator()(const messages::OldViewPrePrepareRep&) const {
        return {"OLD_VIEW_PREPREPARE_REP", ""};
    }

    std::pair<const char*, std::string> operator()(const messages::LedgerStatus& m) const {
        return {"LEDGER_STATUS", number(m.txn_seq_no)};
    }

    std::pair<const char*, std::string> operator()(const messages::ConsistencyProof&) const {
        return {"CONSISTENCY_PROOF", ""};
    }

    std::pair<const char*, std::string> operator()(const messages::CatchupReq&) const {
        return {"CATCHUP_REQ", ""};
    }

    std::pair<const char*, std::string> operator()(const messages::CatchupRep& m) const {
        return {"CATCHUP_REP", number(m.txns.size()) + " transactions"};
    }

    std::pair<const char*, std::string> operator()(const messages::MessageRequest& m) const {
        return {"MESSAGE_REQUEST", "type " + number(static_cast<std::uint64_t>(m.type))};
    }

    std::pair<const char*, std::string> operator()(const messages::MessageResponse& m) const {
        return {"MESSAGE_RESPONSE", "type " + number(static_cast<std::uint64_t>(m.type))};
    }
};

}  // namespace

void write_head(std::FILE* file, const Plan& plan) {
    Array names;
    for (std::size_t i = 0; i < plan.nodes + plan.spares; ++i)
        names.emplace_back("Node" + std::to_string(i + 1));
    for (std::size_t i = 0; i < plan.observers; ++i)
        names.emplace_back("Observer" + std::to_string(i + 1));
    const Value head(Object{{"run", static_cast<std::int64_t>(plan.seed)},
                            {"nodes", names},
                            {"changes", static_cast<std::int64_t>(plan.registry_changes)}});
    std::fprintf(file, "%s\n", encoding::compact_json(head).c_str());
}

void write_line(std::FILE* file, const Happening& what) {
    Object line{{"t", static_cast<std::int64_t>(what.at)}, {"kind", what.kind}};
    if (!what.from.empty()) line.set("from", what.from);
    if (what.message != nullptr) {
        line.set("to", what.to);
        line.set("arrives", static_cast<std::int64_t>(what.arrives));
        const auto [op, text] = std::visit(Label{}, *what.message);
        line.set("op", op);
        line.set("text", text);
    } else {
        line.set("text", what.text);
    }
    std::fprintf(file, "%s\n", encoding::compact_json(Value(std::move(line))).c_str());
}

void write_end(std::FILE* file, const Outcome& outcome) {
    const Value end(Object{{"violation", outcome.violation}});
    std::fprintf(file, "%s\n", encoding::compact_json(end).c_str());
}

}  // namespace stadtbuch::simulation
