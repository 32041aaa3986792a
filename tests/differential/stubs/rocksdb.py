# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""RocksDB's binding does not build beside today's RocksDB; the reference is run on LevelDB and only imports this."""


class IComparator:
    pass
