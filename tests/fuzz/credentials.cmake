# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
stadtbuch_fuzz(fuzz_credentials
  SOURCE fuzz/credentials.cpp
  USES ssi_openid ssi_credential ssi_did ssi_keys storage_encoding storage_hash storage_base)
