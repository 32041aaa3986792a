# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
stadtbuch_test(net_test
  SOURCES unit/net/event_loop_test.cpp unit/net/curve_test.cpp unit/net/curve_session_test.cpp unit/net/zap_test.cpp unit/net/http_server_test.cpp
          unit/net/http_client_test.cpp unit/net/unix_socket_test.cpp
          unit/net/certificate_helper.cpp
  USES    node_net storage_encoding
  WRAPS   PkgConfig::zmq PkgConfig::sodium OpenSSL::Crypto)
