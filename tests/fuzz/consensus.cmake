# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
stadtbuch_fuzz(messages_fuzz SOURCE fuzz/messages_fuzz.cpp USES consensus)
