# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
stadtbuch_test(client_test
    SOURCES unit/client/pool_client_test.cpp unit/client/proof_test.cpp unit/client/quorum_test.cpp unit/client/requests_test.cpp
    USES ssi_client)
