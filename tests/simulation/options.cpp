// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "tests/simulation/options.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <sstream>

#include "tests/simulation/breaks.hpp"

namespace stadtbuch::simulation {

void print_usage() {
    std::puts(
        "stadtbuch-simulate: agreement under simulated faults, deterministic by seed\n"
        "  --seeds N        run N seeds (default 2000)\n"
        "  --first S        first seed (default 1)\n"
        "  --seconds T      as many seeds as T seconds allow\n"
        "  --jobs J         threads (default 2)\n"
        "  --executor E     toy (integers, default) or ledger (real execution on a modelled disk)\n"
        "  --pools P        any (default), changing (members change, hostile ones among five to "
        "seven)\n"
        "                   hostile (always some of four to seven) or losing (disks that lose "
        "all)\n"
        "  --states         print how often each interesting state was seen\n"
        "  --must-see-all   fail when an interesting state never occurred\n"
        "  --summary FILE   write the figures as JSON\n"
        "  --seed S         run seed S alone and print its figures\n"
        "    --trace        one line for each message and fault\n"
        "    --record FILE  everything that happens as JSON lines (- is standard output);\n"
        "                   `stadtbuch replay` draws it\n"
        "    --keep A,B,C   only these deeds of the schedule\n"
        "    --without F,G  without these features\n"
        "    --no-shrink    do not look for a smaller schedule that fails as well\n"
        "  --scenario NAME  run one named scenario; --list names them, --all-scenarios runs them\n"
        "  --broken NAME    run with a deliberate break, to see that it is noticed\n"
        "  --check-breaks   every break that this program knows must be noticed within --seeds N\n"
        "exit code 0: all good, 1: a violation, 2: usage");
}

namespace {

std::set<std::string> words_of(const std::string& text) {
    std::set<std::string> out;
    std::istringstream in(text);
    for (std::string word; std::getline(in, word, ',');) out.insert(word);
    return out;
}

bool take_flag(const std::string& name, Options& out) {
    const std::map<std::string, bool*> flags{{"--trace", &out.trace},
                                             {"--must-see-all", &out.must_see_all},
                                             {"--states", &out.print_states},
                                             {"--list", &out.list},
                                             {"--check-breaks", &out.check_breaks},
                                             {"--all-scenarios", &out.all_scenarios}};
    if (name == "--no-shrink") {
        out.shrink = false;
        return true;
    }
    const auto flag = flags.find(name);
    if (flag == flags.end()) return false;
    *flag->second = true;
    return true;
}

bool take_value(const std::string& name, const std::string& value, Options& out) {
    const std::map<std::string, std::string*> texts{
        {"--executor", &out.executor}, {"--pools", &out.pools},       {"--record", &out.record},
        {"--summary", &out.summary},   {"--scenario", &out.scenario}, {"--broken", &out.broken}};
    const std::map<std::string, std::uint64_t*> numbers{
        {"--seeds", &out.count}, {"--first", &out.first}, {"--seconds", &out.seconds}};
    const std::uint64_t number = std::strtoull(value.c_str(), nullptr, 10);
    if (const auto text = texts.find(name); text != texts.end()) {
        *text->second = value;
    } else if (const auto wanted = numbers.find(name); wanted != numbers.end()) {
        *wanted->second = number;
    } else if (name == "--seed") {
        out.first = number;
        out.single = true;
    } else if (name == "--jobs") {
        out.jobs = static_cast<unsigned>(std::max<std::uint64_t>(1, number));
    } else if (name == "--keep") {
        out.keep.emplace();
        for (const std::string& word : words_of(value))
            out.keep->insert(static_cast<std::size_t>(std::strtoull(word.c_str(), nullptr, 10)));
    } else if (name == "--without") {
        out.without = words_of(value);
    } else {
        return false;
    }
    return true;
}

}  // namespace

bool read_options(int argc, char** argv, Options& out) {
    for (int i = 1; i < argc; ++i) {
        if (take_flag(argv[i], out)) continue;
        if (i + 1 >= argc || !take_value(argv[i], argv[i + 1], out)) return false;
        ++i;
    }
    const bool known_features =
        std::all_of(out.without.begin(), out.without.end(), [](const std::string& name) {
            return std::find(features().begin(), features().end(), name) != features().end();
        });
    return known_features && (out.executor == "toy" || out.executor == "ledger") &&
           pools_named(out.pools).has_value() && (out.broken.empty() || is_break(out.broken));
}

}  // namespace stadtbuch::simulation
