// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "node/exit_codes.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace stadtbuch::node {

ExitCode exit_code_of(const Error& error) {
    struct Row {
        std::string_view id;
        ExitCode code;
    };

    static constexpr std::array rows{
        Row{"SB-2001", ExitCode::unavailable},   Row{"SB-2002", ExitCode::bad_data},
        Row{"SB-2003", ExitCode::bad_data},      Row{"SB-2004", ExitCode::io_error},
        Row{"SB-2005", ExitCode::permission},    Row{"SB-2006", ExitCode::missing_input},
        Row{"SB-2012", ExitCode::io_error},      Row{"SB-2101", ExitCode::bad_data},
        Row{"SB-2102", ExitCode::bad_data},      Row{"SB-2103", ExitCode::bad_data},
        Row{"SB-2104", ExitCode::bad_data},      Row{"SB-2110", ExitCode::bad_data},
        Row{"SB-2111", ExitCode::bad_data},      Row{"SB-2112", ExitCode::bad_data},
        Row{"SB-3101", ExitCode::unavailable},   Row{"SB-3102", ExitCode::unavailable},
        Row{"SB-3103", ExitCode::permission},    Row{"SB-3104", ExitCode::configuration},
        Row{"SB-3105", ExitCode::unavailable},   Row{"SB-4001", ExitCode::permission},
        Row{"SB-4002", ExitCode::missing_input}, Row{"SB-4003", ExitCode::io_error},
        Row{"SB-4004", ExitCode::bad_data},      Row{"SB-1201", ExitCode::missing_input},
        Row{"SB-1202", ExitCode::permission},    Row{"SB-1203", ExitCode::configuration},
    };
    for (const Row& row : rows) {
        if (row.id == error.id) return row.code;
    }
    return ExitCode::configuration;
}

ExitCode exit_code_of_store(const Error& error) {
    return exit_code_of(error) == ExitCode::bad_data ? ExitCode::bad_data : ExitCode::io_error;
}

int leave(int code) {
    const bool store_failed = code == static_cast<int>(ExitCode::io_error) ||
                              code == static_cast<int>(ExitCode::bad_data);
    if (!store_failed) return code;
    std::fflush(nullptr);
    std::_Exit(code);
}

}  // namespace stadtbuch::node
