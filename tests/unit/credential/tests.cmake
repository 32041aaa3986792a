# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
stadtbuch_test(unit_credential
  SOURCES unit/credential/sd_jwt_test.cpp unit/credential/vc_test.cpp unit/credential/status_list_test.cpp
          unit/credential/types_test.cpp unit/credential/type_chain_test.cpp unit/credential/rfc9901_test.cpp
          unit/credential/data_integrity_test.cpp unit/credential/trust_list_test.cpp unit/credential/trust_list_xml_test.cpp
  USES ssi_credential ssi_did ssi_keys storage_encoding storage_hash storage_base)
