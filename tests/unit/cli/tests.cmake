# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
stadtbuch_test(cli_test SOURCES unit/cli/arguments_test.cpp unit/cli/wallet_test.cpp unit/cli/habits_test.cpp
               unit/cli/txn_test.cpp USES cli)
