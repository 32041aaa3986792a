# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
stadtbuch_room(consensus
  SOURCES
    replica.cpp
    recovery.cpp
    dispatch.cpp
    selection.cpp
    records.cpp
    stash.cpp
    suspicion.cpp
    messages/scan.cpp
    messages/encode.cpp
    messages/decode.cpp
    messages/fields.cpp
    messages/digests.cpp
    ordering/ordering.cpp
    ordering/apply.cpp
    ordering/votes.cpp
    ordering/proofs.cpp
    ordering/propose.cpp
    ordering/lost.cpp
    ordering/followers.cpp
    ordering/certificates.cpp
    ordering/requests.cpp
    ordering/checkpoints.cpp
    catchup/leecher.cpp
    catchup/seeder.cpp
    viewchange/new_view.cpp
    viewchange/view_changer.cpp
    viewchange/votes.cpp
    monitor/monitor.cpp
  USES storage_base storage_encoding storage_hash storage_merkle)
