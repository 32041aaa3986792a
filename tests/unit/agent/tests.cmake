# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
stadtbuch_test(agent_test
  SOURCES unit/agent/chain_test.cpp unit/agent/did_keys_test.cpp unit/agent/html_test.cpp unit/agent/input_test.cpp unit/agent/services_test.cpp unit/agent/store_test.cpp
    unit/agent/town.cpp
  USES ssi_agent
  WRAPS PkgConfig::spdlog)
