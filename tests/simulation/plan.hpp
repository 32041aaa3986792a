// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// What may happen in a run. A plan is drawn from the seed (swarm) or set by a scenario; its
// schedule is a list of deeds that can be run in part, which is how a failing seed is made small.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "consensus/limits.hpp"
#include "tests/simulation/toy_executor.hpp"

namespace stadtbuch::simulation {

using consensus::Tick;

/// What a member is that does not keep to the protocol (reliability B5).
enum class Character : std::uint8_t {
    honest,
    liar,         ///< fields of its messages are altered with their meaning in mind
    mutator,      ///< its frames are altered as JSON: members dropped, doubled, of another type
    replayer,     ///< sends old messages of its own and of others again
    choosy,       ///< never sends some kinds of messages to some members
    twins,        ///< two copies with one key; each member hears one of them or both
    rolled_back,  ///< honest, but its machine is put back to an older state, marks and all: no one
                  ///< and nothing there can know it
};
[[nodiscard]] const char* to_text(Character character);

enum class What : std::uint8_t {
    crash,
    power_cut,  ///< everybody at once
    fuse,     ///< crash after `n` further effects of node `a`: between write and send, in mid-send
    isolate,  ///< `a` from the members of mask `n`, both directions, noticed
    one_way,  ///< nothing passes from `a` to the members of mask `n`, unnoticed
    split,    ///< members of mask `n` from all others
    flap,     ///< links of `a` to mask `n` go down and up every `b` ms
    swizzle,  ///< random members lose all links one after another and get them back in another
              ///< order
    slow_link,     ///< `a` to `b`: `n` ms more
    lossy_link,    ///< `a` to `b`: `n` of 1000 messages are lost
    freeze,        ///< `a` does nothing until `until`, then everything that waited
    clock_jump,    ///< wall clock of `a` moves by `n` seconds (two's complement)
    disk_full,     ///< the next write of `a` fails: the node stops
    fsync_error,   ///< the next sync of `a` fails: the node stops
    old_machine,   ///< the disk of `a` is kept, and put back at `until`
    slow_disk,     ///< syncs of `a` take up to `n` ms
    latent_error,  ///< a sector of `a` rots; a read meets it at `until`, if no start does before
    misdirected_write,  ///< the next synced write of `a` lands where another record lies; as above
    reroute,            ///< mask `n` of members hears the second twin of `a`, mask `b` both
    request,            ///< a client sends requests[b] to the members of mask `n`
};
[[nodiscard]] const char* to_text(What what);

struct Deed {
    What what = What::crash;
    Tick at = 0;
    Tick until = 0;
    std::size_t a = 0;
    std::uint64_t b = 0;
    std::uint64_t n = 0;
};

[[nodiscard]] std::string to_text(const Deed& deed);

struct Plan {
    std::uint64_t seed = 1;
    std::size_t nodes = 4;
    std::size_t spares = 0;  ///< validators that are not in genesis; a transaction may admit them
    std::size_t observers = 0;
    consensus::Limits limits;
    Tick delay_min = 10;
    Tick delay_max = 10;
    bool fifo = true;  ///< each link keeps its order, as TCP does
    std::uint64_t lost_per_mille = 0;
    std::uint64_t doubled_per_mille = 0;
    Tick disk_min = 0;
    Tick disk_max = 0;
    Tick worker_max = 0;
    bool through_codec = false;               ///< every message is encoded and decoded
    std::vector<std::int64_t> clock_offsets;  ///< seconds, by node
    std::vector<std::int64_t> clock_drifts;   ///< millionths by which a node's clocks run fast
    std::map<std::size_t, Character> byzantine;
    bool lies_for_ever = false;  ///< also after the calm began
    /// Members whose media rot or put writes in wrong places. Together with the hostile ones not
    /// more than f: for each record an honest member keeps a readable copy, and those who lost
    /// theirs follow without voting for a while.
    std::set<std::size_t> bad_disks;
    Tick chaos_until = 0;  ///< faults happen before, requests too
    std::size_t requests = 10;
    std::size_t registry_changes = 0;
    bool is_swarm = false;           ///< faults are drawn from the seed
    std::set<std::string> left_out;  ///< names of features that a shrunk run goes without
    std::optional<std::set<std::size_t>> keep;  ///< only these deeds
    Tick calm_limit = 120'000;  ///< after the chaos everything must be in order within this time

    // Deliberate breaks, for the check that the campaign would notice them.
    bool forgets_votes = false;      ///< vote records are gone after a restart
    bool sends_before_disk = false;  ///< votes leave before they are durable
    bool forgets_syncs = false;      ///< the disk says synced and is not
    bool believes_damage = false;    ///< a start goes on with the records that it can read

    [[nodiscard]] std::size_t faulty_max() const;
};

/// Limits with waiting times made short, so that a run of a minute sees view changes and
/// checkpoints.
[[nodiscard]] consensus::Limits quick_limits();
/// Of which kinds of pools a campaign draws its seeds. Most of what was found late was found in one
/// run of 200: five to seven members, some of them changing, and one that is hostile for ever.
/// After those were mended, most was found where a member had lost its disk.
enum class Pools : std::uint8_t {
    any,
    changing,  ///< five to seven, members change, and hostile ones among them
    hostile,   ///< four to seven, always with hostile ones
    losing,    ///< four to ten, always with disks that lose everything
};
/// By its name; nullopt: there is none of that name.
[[nodiscard]] std::optional<Pools> pools_named(const std::string& name);
[[nodiscard]] Plan swarm(std::uint64_t seed, Pools pools = Pools::any);

/// The deeds of a swarm plan, by time, and the requests that they send.
struct Schedule {
    std::vector<Deed> deeds;
    std::vector<ToyRequest> requests;
};

[[nodiscard]] Schedule schedule_of(const Plan& plan);
/// Names of the features of a plan that can be left out.
[[nodiscard]] const std::vector<std::string>& features();
void leave_out(Plan& plan, const std::string& feature);

}  // namespace stadtbuch::simulation
