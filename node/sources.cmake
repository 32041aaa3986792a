# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
stadtbuch_room(node
  SOURCES settings.cpp exit_codes.cpp allocator.cpp identity.cpp ledger_store.cpp log.cpp writer.cpp request_desk.cpp consensus_driver.cpp
          member_frames.cpp node_facts.cpp recorder.cpp peer_faults.cpp repair.cpp restart_plan.cpp scrub.cpp validator.cpp vote_guard.cpp observer.cpp proof_fetcher.cpp snapshot.cpp snapshot_download.cpp
          execution/ledger_executor.cpp transport/peer_links.cpp
          transport/client_service.cpp transport/validator_links.cpp
          http/telemetry.cpp http/public_routes.cpp http/ledger_routes.cpp http/register_route.cpp http/ledger_search.cpp
          http/conditional.cpp http/rate_limit.cpp http/openapi.cpp http/resolver.cpp http/view_facts.cpp http/receipt_maker.cpp
          http/explorer.cpp http/explorer_entry.cpp http/explorer_markup.cpp
  USES storage_base storage_encoding storage_hash storage_merkle storage_trie storage_store consensus consensus_bls
       ssi_ledger ssi_keys ssi_did config node_net
  WRAPS PkgConfig::spdlog Threads::Threads)
target_compile_definitions(node PRIVATE STADTBUCH_VERSION="${PROJECT_VERSION}")
stadtbuch_program(stadtbuch-node SOURCES main.cpp USES node)
if(STADTBUCH_JEMALLOC)
  target_compile_definitions(node PRIVATE STADTBUCH_JEMALLOC)
  target_link_libraries(node PUBLIC PkgConfig::jemalloc)
endif()
target_compile_definitions(stadtbuch-node PRIVATE STADTBUCH_VERSION="${PROJECT_VERSION}")
