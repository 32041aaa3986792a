# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""B4: wrong clocks of one member. Wall-clock time only: timers run on monotonic time, which no operator sets."""
from catalogue import fault
from e2e_pool import VALIDATORS

DAY = 86400


def while_wrong(run, victim, *settings):
    run.begins()
    for setting in settings:
        run.pool.set_clock(victim, **setting)
        run.lasts(1, 3)
    run.goes_on()
    run.pool.set_clock(victim)
    run.ends()


@fault("B4", "clock-second", stop_goal=5, needs="clocks")
def clock_second(run):
    """the primary's clock jumps by a second forward and back, as at a leap second"""
    while_wrong(run, run.primary(), {"seconds": 1}, {"seconds": -1})


@fault("B4", "clock-minutes", needs="clocks")
def clock_minutes(run):
    """the primary's clock is ten minutes and a second wrong, either way"""
    while_wrong(run, run.primary(), {"seconds": run.chance.choice((-1, 1)) * 601})


@fault("B4", "clock-day", needs="clocks")
def clock_day(run):
    """the primary's clock is a day wrong, either way"""
    while_wrong(run, run.primary(), {"seconds": run.chance.choice((-DAY, DAY))})


@fault("B4", "clock-day-backup", stop_goal=5, needs="clocks")
def clock_day_backup(run):
    """the clock of a member that is not primary is a day wrong, either way"""
    while_wrong(run, run.backup(), {"seconds": run.chance.choice((-DAY, DAY))})


@fault("B4", "clock-epochs", needs="clocks")
def clock_epochs(run):
    """any member's clock is seconds before or in 1970, 2038 or 2106"""
    while_wrong(run, run.chance.choice(VALIDATORS), {"shown": run.chance.choice((1, 2**31 - 2, 2**32 - 2))})


@fault("B4", "clock-jumps", needs="clocks")
def clock_jumps(run):
    """any member's clock jumps three times, by up to a day"""
    while_wrong(run, run.chance.choice(VALIDATORS), *({"seconds": run.chance.uniform(-DAY, DAY)} for _ in range(3)))


@fault("B4", "clock-drift", stop_goal=5, needs="clocks")
def clock_drift(run):
    """the primary's clock runs 500 ppm fast"""
    while_wrong(run, run.primary(), {"rate_ppm": 1_000_500})


@fault("B4", "clock-frozen", stop_goal=5, needs="clocks")
def clock_frozen(run):
    """the primary's clock stands still"""
    while_wrong(run, run.primary(), {"rate_ppm": 0})
