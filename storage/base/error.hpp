// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The error that crosses room boundaries towards people: a stable id, what was wrong, where, what
// to do.
#pragma once
#include <string>

namespace stadtbuch {

/// `id` is stable and documented in docs/errors.md (for example "SB-1001"); `what` says what was
/// wrong, `where` names the file, field or position, `next` tells the reader what to do. `next` may
/// be empty.
struct Error {
    std::string id;
    std::string what;
    std::string where;
    std::string next;
};

}  // namespace stadtbuch
