# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
# `stadtbuch explain` carries docs/errors.md with it.
file(READ "${PROJECT_SOURCE_DIR}/docs/errors.md" STADTBUCH_ERROR_PAGE)
set(STADTBUCH_ERROR_SOURCE "${CMAKE_CURRENT_BINARY_DIR}/error_page.cpp")
configure_file(error_page.cpp.in "${STADTBUCH_ERROR_SOURCE}" @ONLY)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/docs/errors.md")
stadtbuch_room(cli
  SOURCES command.cpp output.cpp terminal.cpp help.cpp settings.cpp folders.cpp file_lock.cpp memory.cpp
          config_commands.cpp completion.cpp shell_commands.cpp "${STADTBUCH_ERROR_SOURCE}"
          network_files.cpp processes.cpp local_network.cpp up_command.cpp network_commands.cpp setup_commands.cpp node_commands.cpp
          did_store.cpp token_key.cpp words.cpp plan.cpp txn_file.cpp txn_commands.cpp batch_script.cpp batch_operations.cpp batch_session.cpp
          batch_command.cpp ledger_options.cpp pool_session.cpp ledger_commands.cpp did_commands.cpp write_commands.cpp read_commands.cpp receipt_command.cpp
          agreement_commands.cpp wallet.cpp web_access.cpp wallet_issuance.cpp wallet_presentation.cpp
          wallet_commands.cpp offline_package.cpp offline_commands.cpp agent_commands.cpp agent_member.cpp
          recording_stores.cpp
          export_command.cpp export_traffic.cpp export_cases.cpp replay.cpp replay_command.cpp
  USES storage_base storage_encoding storage_hash storage_merkle storage_trie storage_store consensus_bls ssi_keys ssi_did
       ssi_ledger ssi_client ssi_credential ssi_openid config node_net
  WRAPS PkgConfig::qrencode)
# The example town of a program that runs from its build folder.
target_compile_definitions(cli PRIVATE STADTBUCH_TOWN="${PROJECT_SOURCE_DIR}/config/town")
stadtbuch_program(stadtbuch SOURCES main.cpp USES cli)
target_compile_definitions(stadtbuch PRIVATE STADTBUCH_VERSION="${PROJECT_VERSION}")
