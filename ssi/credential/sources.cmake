# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
stadtbuch_room(ssi_credential
  SOURCES credential/claim_path.cpp credential/data_integrity.cpp credential/paper_token.cpp credential/parking.cpp credential/plate.cpp credential/residence.cpp
          credential/sd_jwt.cpp credential/sd_jwt_vc.cpp credential/signing.cpp credential/status_list.cpp
          credential/trace.cpp credential/trust_list.cpp credential/trust_list_xml.cpp credential/type_chain.cpp credential/type_metadata.cpp credential/xml_signature.cpp
  USES storage_base storage_encoding storage_hash ssi_keys ssi_did
  WRAPS ZLIB::ZLIB PkgConfig::libxml2)
