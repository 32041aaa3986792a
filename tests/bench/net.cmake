# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
stadtbuch_program(net_bench SOURCES bench/net_bench.cpp USES node_net storage_base WRAPS PkgConfig::zmq)
