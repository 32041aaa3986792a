# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
stadtbuch_room(node_net
  SOURCES event_loop.cpp thread_pool.cpp descriptors.cpp bind_error.cpp
          curve_keys.cpp zap.cpp curve_context.cpp curve_session.cpp curve_listener.cpp curve_dealer.cpp
          http.cpp http_routes.cpp http_parser.cpp tls_context.cpp
          http_transport.cpp http_load.cpp http_connection.cpp http_server.cpp
          url.cpp http_wire.cpp http_client.cpp unix_socket.cpp
  USES    storage_base storage_encoding
  WRAPS   PkgConfig::zmq PkgConfig::sodium OpenSSL::SSL OpenSSL::Crypto Threads::Threads)
