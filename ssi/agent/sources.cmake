# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
stadtbuch_room(ssi_agent
  SOURCES
    agent/accounts.cpp agent/agent.cpp agent/api.cpp agent/assets.cpp agent/audit.cpp agent/case.cpp
    agent/case_book.cpp agent/case_view.cpp agent/database.cpp agent/desk.cpp agent/desk_bulk.cpp agent/desk_events.cpp
    agent/desk_holder.cpp agent/desk_rules.cpp
    agent/did_keys.cpp agent/embedded_engine.cpp agent/postgres_engine.cpp agent/migrate.cpp agent/register_source.cpp agent/open_store.cpp agent/postgres_pool.cpp agent/document_routes.cpp agent/drafts.cpp agent/frame.cpp agent/gzip.cpp agent/html.cpp agent/identity_providers.cpp agent/init_dev.cpp
    agent/companies.cpp agent/desk_company.cpp agent/pages_company.cpp agent/desk_fees.cpp agent/desk_kinds.cpp agent/fees.cpp agent/pages_cash.cpp agent/keyring.cpp agent/record_source.cpp agent/openapi.cpp agent/openapi_calls.cpp agent/openapi_pages.cpp agent/openapi_schemas.cpp agent/offline_package.cpp agent/offline_script.cpp agent/kind_file.cpp agent/kinds.cpp agent/pages_kind.cpp agent/pages_kind_present.cpp agent/live_register.cpp agent/ledger_publisher.cpp agent/openid_routes.cpp agent/pages_bulk.cpp agent/pages_case.cpp agent/pages_data.cpp agent/pages_developer.cpp agent/pages_developer_check.cpp agent/pages_developer_try.cpp agent/pages_offline.cpp agent/statistics.cpp agent/pages_citizen.cpp
    agent/pages_authorization.cpp agent/pages_holdings.cpp agent/pages_handover.cpp agent/pages_identity.cpp agent/pages_inspector.cpp agent/pages_legal.cpp
    agent/pages_account.cpp agent/pages_login.cpp agent/pages_paper.cpp agent/pages_parking.cpp agent/pages_plate.cpp agent/paper.cpp agent/paper_pdf.cpp agent/pages_queue.cpp agent/pages_rules.cpp agent/pages_staff.cpp agent/present.cpp agent/public_path.cpp
    agent/qr.cpp agent/queries.cpp agent/query_builder.cpp agent/records.cpp agent/saved_filters.cpp agent/service.cpp agent/settings.cpp
    agent/sitting.cpp agent/status_lists.cpp agent/status_tokens.cpp agent/trust_lists.cpp agent/type_documents.cpp agent/texts.cpp agent/web.cpp
  USES storage_base storage_encoding storage_hash storage_store storage_postgres ssi_keys ssi_did ssi_ledger ssi_client ssi_credential
    ssi_openid ssi_register config node_net
  WRAPS PkgConfig::spdlog PkgConfig::qrencode hpdf ZLIB::ZLIB)
target_compile_definitions(ssi_agent PRIVATE STADTBUCH_VERSION="${PROJECT_VERSION}")
stadtbuch_program(stadtbuch-agent SOURCES agent/main.cpp USES ssi_agent
  WRAPS PkgConfig::spdlog)
