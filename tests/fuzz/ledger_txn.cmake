# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
stadtbuch_fuzz(fuzz_ledger_txn SOURCE fuzz/ledger_txn_fuzz.cpp USES ssi_ledger)
