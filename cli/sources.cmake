# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
stadtbuch_room(cli
  SOURCES command.cpp folders.cpp network_files.cpp processes.cpp network_commands.cpp setup_commands.cpp
          did_store.cpp pool_session.cpp ledger_commands.cpp did_commands.cpp write_commands.cpp read_commands.cpp
          agreement_commands.cpp wallet.cpp web_access.cpp wallet_issuance.cpp wallet_presentation.cpp
          wallet_commands.cpp agent_commands.cpp agent_member.cpp
          recording_stores.cpp
          export_command.cpp export_traffic.cpp export_cases.cpp
  USES storage_base storage_encoding storage_hash storage_merkle storage_trie storage_store consensus_bls ssi_keys ssi_did
       ssi_ledger ssi_client ssi_credential ssi_openid config node_net)
# The example town of a program that runs from its build folder.
target_compile_definitions(cli PRIVATE STADTBUCH_TOWN="${PROJECT_SOURCE_DIR}/config/town")
stadtbuch_program(stadtbuch SOURCES main.cpp USES cli)
target_compile_definitions(stadtbuch PRIVATE STADTBUCH_VERSION="${PROJECT_VERSION}")
