# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
stadtbuch_program(agent_load SOURCES bench/agent_load.cpp USES ssi_openid ssi_credential ssi_keys node_net storage_encoding storage_base)
