// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// A run as JSON lines; `stadtbuch replay` draws them, and the formal model's checker reads them.
//
//   {"run":SEED,"nodes":["Node1",...],"changes":COUNT}                       first line; of
//   members, while it runs
//   {"t":MS,"kind":"sent","from":A,"to":B,"arrives":MS,"op":OP,"text":WHAT}  a message on its way
//   {"t":MS,"kind":"lost",...}                                               a message that was
//   lost
//   {"t":MS,"kind":"start|crash|view|ordered","from":A,"text":...}           a node
//   {"t":MS,"kind":"fault","text":...}                                       a deed of the schedule
//   {"violation":TEXT}                                                       last line; empty: none
#pragma once
#include <cstdio>

#include "tests/simulation/world.hpp"

namespace stadtbuch::simulation {

void write_head(std::FILE* file, const Plan& plan);
void write_line(std::FILE* file, const Happening& what);
void write_end(std::FILE* file, const Outcome& outcome);

}  // namespace stadtbuch::simulation
