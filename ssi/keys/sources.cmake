# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
stadtbuch_room(ssi_keys
  SOURCES keys/ed25519.cpp keys/error.cpp keys/foreign_signature.cpp keys/jwe.cpp keys/jwk.cpp keys/jws.cpp keys/keystore.cpp
          keys/keystore_file.cpp keys/os_random.cpp keys/p256.cpp keys/password.cpp keys/pkcs11.cpp keys/pkcs11_p256.cpp keys/pkcs11_session.cpp keys/random.cpp keys/rsa.cpp
          keys/secret.cpp keys/time.cpp keys/vote_mark.cpp keys/x509.cpp keys/x509_make.cpp
  USES storage_base storage_encoding storage_hash
  WRAPS PkgConfig::sodium OpenSSL::Crypto ZLIB::ZLIB)
