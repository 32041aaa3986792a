/* SPDX-FileCopyrightText: 2026 Stadtbuch contributors
 * SPDX-License-Identifier: EUPL-1.2
 *
 * Ordering and view change of four members of whom one is Byzantine: no two honest members order different batches at
 * one number, over all interleavings, in VIEWS views (plenum-consensus §5 three phases, §8 view change). README.md says
 * what is left out and why that is enough. Compile-time choices:
 *
 *   BYZANTINE   which member (0: primary of view 0, 1: of view 1, ...)
 *   VIEWS       how many views
 *   BROKEN      0: as it is. The others must be refuted:
 *               1 strong quorum f+1, 2 a prepared certificate needs no witness, 3 VIEW_CHANGE forgets
 *               certificates of earlier views, 4 PREPARE quorum one smaller, 5 a higher certificate does not
 *               win
 *   SEEN        0: nothing. The others are states that must be reached (their assertion fails when they are):
 *               1 a certificate of view 0 is ordered in a later view only, 2 a number left free is ordered in a later
 *               view, 3 a batch that one ordered in view 0 is ordered by another in the last view
 */
#ifndef BYZANTINE
#define BYZANTINE 0
#endif
#ifndef VIEWS
#define VIEWS 3
#endif
#ifndef BROKEN
#define BROKEN 0
#endif
#ifndef SEEN
#define SEEN 0
#endif

#define F 1
#define HONEST 3 /* members with index 0..2; their names leave out BYZANTINE */
#if BROKEN == 1
#define STRONG (F + 1)
#else
#define STRONG (4 - F)
#endif
#if BROKEN == 2
#define WEAK 1
#else
#define WEAK (F + 1)
#endif
#if BROKEN == 4
#define PREPARES (STRONG - 2)
#else
#define PREPARES (STRONG - 1) /* the primary sends none */
#endif

#define NOBODY 9
/* The honest index of a view's primary, NOBODY where it is the Byzantine member. */
#define primary(v) ((v) % 4 == BYZANTINE -> NOBODY : ((v) % 4 > BYZANTINE -> (v) % 4 - 1 : (v) % 4))

#define NONE 0 /* batches: NONE, 1, 2 */
#define UNKNOWN 0
#define FREE 3 /* NEW_VIEW leaves the number free for a new batch */

#define at(i, v) ((i) * VIEWS + (v))

byte view[HONEST];
byte new_view[HONEST * VIEWS];    /* UNKNOWN, 1, 2, FREE: what the accepted NEW_VIEW says */
byte proposed[VIEWS];             /* what an honest primary's NEW_VIEW says: one for all */
byte batch[HONEST * VIEWS];       /* the PRE-PREPARE that it accepted in that view, PREPARE sent with it */
bool prepared[HONEST * VIEWS];    /* it has a certificate in that view, COMMIT sent with it */
byte ordered;                             /* what some honest member ordered */

#if SEEN
byte ordered_in; /* the view in which that happened first, plus one */
#endif

/* Helpers of one step; zero between steps, so that they make no states. */
byte n, m, w, x, y, z;

/* PREPAREs that `i` may count for its batch in `v`: honest ones that said the same, and the Byzantine member's, who says
   to everybody what he likes to hear, unless it is the primary. */
inline count_prepares(i, v) {
    n = (primary(v) == NOBODY -> 0 : 1);
    m = 0;
    do
    :: m < HONEST ->
        if
        :: m != primary(v) && batch[at(m, v)] == batch[at(i, v)] -> n++
        :: else
        fi;
        m++
    :: else -> break
    od;
    m = 0
}

/* COMMITs of a view; they carry no digest. */
inline count_commits(v) {
    n = 1;
    m = 0;
    do
    :: m < HONEST -> n = n + prepared[at(m, v)]; m++
    :: else -> break
    od;
    m = 0
}

/* The newest certificate in m's VIEW_CHANGE for view v: batch x of view y, x == NONE without. */
inline certificate(v) {
    x = NONE;
    y = 0;
#if BROKEN == 3
    z = v - 1;
#else
    z = 0;
#endif
    do
    :: z < v ->
        if
        :: prepared[at(m, z)] -> x = batch[at(m, z)]; y = z
        :: else
        fi;
        z++
    :: else -> break
    od;
    z = 0
}

/* Counts in n how many VIEW_CHANGEs agree with batch b of view w (consensus/viewchange/new_view.cpp, agrees), and in
   `seen` how many name it as pre-prepared (witnessed). The Byzantine member's does both. */
inline weigh(v, b) {
    n = 1;
    seen = 1;
    m = 0;
    do
    :: m < HONEST ->
        if
        :: view[m] >= v ->
            certificate(v);
            if
#if BROKEN == 5
            :: x == NONE || x == b || y != w -> n++
#else
            :: x == NONE || y < w || (y == w && x == b) -> n++
#endif
            :: else
            fi;
            z = w;
            do
            :: z < v && batch[at(m, z)] != b -> z++
            :: else -> break
            od;
            if
            :: z < v -> seen++
            :: else
            fi;
            z = 0
        :: else
        fi;
        m++
    :: else -> break
    od;
    m = 0; x = 0; y = 0
}

/* Counts in n how many VIEW_CHANGEs have no certificate at this number. */
inline weigh_none(v) {
    n = 1;
    m = 0;
    do
    :: m < HONEST ->
        if
        :: view[m] >= v ->
            certificate(v);
            if
            :: x == NONE -> n++
            :: else
            fi
        :: else
        fi;
        m++
    :: else -> break
    od;
    m = 0; x = 0; y = 0
}

/* `i` accepts a NEW_VIEW. An honest primary makes one for all; a Byzantine one may show each member another, as long
   as VIEW_CHANGEs justify it. */
inline accept_new_view(i, v, what) {
    if
    :: primary(v) == NOBODY -> new_view[at(i, v)] = what
    :: primary(v) == i && proposed[v] == UNKNOWN ->
        proposed[v] = what;
        new_view[at(i, v)] = what
    :: else
    fi;
    if
    :: what != FREE && new_view[at(i, v)] == what -> batch[at(i, v)] = what
    :: else
    fi
}

active proctype pool() {
    byte i, v, b, seen;
    do
    :: atomic {
        /* Who acts. */
        select(i : 0 .. 2);
        v = view[i];
        if
        /* Leaves its view, for whatever reason: VIEW_CHANGE for the next. */
        :: v + 1 < VIEWS -> view[i] = v + 1

        /* PRE-PREPARE of a new batch, where the view's beginning left the number free; PREPARE follows at once. */
        :: batch[at(i, v)] == NONE && (v == 0 || new_view[at(i, v)] == FREE) ->
            if
            :: b = 1
            :: b = 2
            fi;
            if
            :: primary(v) == NOBODY || primary(v) == i -> batch[at(i, v)] = b
            :: else ->
                if
                :: batch[at(primary(v), v)] == b -> batch[at(i, v)] = b
                :: else
                fi
            fi

        /* Prepared certificate and COMMIT. */
        :: batch[at(i, v)] != NONE && !prepared[at(i, v)] ->
            count_prepares(i, v);
            if
            :: n >= PREPARES -> prepared[at(i, v)] = true
            :: else
            fi

        /* Orders. */
        :: prepared[at(i, v)] ->
            count_commits(v);
            if
            :: n >= STRONG ->
                assert(ordered == NONE || ordered == batch[at(i, v)]);
#if SEEN == 1
                assert(ordered != NONE || v == 0 || new_view[at(i, v)] == FREE);
#elif SEEN == 2
                assert(ordered != NONE || v == 0 || new_view[at(i, v)] != FREE);
#elif SEEN == 3
                assert(!(ordered_in == 1 && v == VIEWS - 1));
#endif
#if SEEN
                ordered_in = (ordered == NONE -> v + 1 : ordered_in);
#endif
                ordered = batch[at(i, v)]
            :: else
            fi

        /* NEW_VIEW from the primary, who had it accepted first, when that one is honest. */
        :: v > 0 && new_view[at(i, v)] == UNKNOWN && proposed[v] != UNKNOWN ->
            new_view[at(i, v)] = proposed[v];
            if
            :: proposed[v] != FREE -> batch[at(i, v)] = proposed[v]
            :: else
            fi

        /* NEW_VIEW: a certificate is carried over. */
        :: v > 0 && new_view[at(i, v)] == UNKNOWN && (primary(v) == NOBODY || primary(v) == i) ->
            if
            :: b = 1
            :: b = 2
            fi;
            select(w : 0 .. v - 1);
            weigh(v, b);
            if
            :: n >= STRONG && seen >= WEAK -> accept_new_view(i, v, b)
            :: else
            fi;
            w = 0

        /* NEW_VIEW: the number is free. */
        :: v > 0 && new_view[at(i, v)] == UNKNOWN && (primary(v) == NOBODY || primary(v) == i) ->
            weigh_none(v);
            if
            :: n >= STRONG -> accept_new_view(i, v, FREE)
            :: else
            fi

        :: else
        fi;
        i = 0; v = 0; b = 0; seen = 0; n = 0
    }
    od
}
