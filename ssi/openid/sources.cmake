# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
stadtbuch_room(ssi_openid
  SOURCES openid/attestation.cpp openid/authorities.cpp openid/dcql.cpp openid/dpop.cpp openid/holder_issuance.cpp openid/holder_presentation.cpp openid/http.cpp openid/issuance_rules.cpp openid/identity_client.cpp openid/identity_rules.cpp
          openid/issuer.cpp openid/issuer_authorization.cpp openid/issuer_client.cpp openid/issuer_credential.cpp openid/issuer_metadata.cpp
          openid/issuer_proofs.cpp openid/provider.cpp openid/records.cpp openid/verifier.cpp openid/vp_token.cpp
  USES storage_base storage_encoding storage_hash ssi_keys ssi_did ssi_credential)
