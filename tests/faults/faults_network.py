# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""B3: faults of the network. A stalled link drops nothing and says nothing, as a firewall does that was closed."""
from catalogue import fault
from e2e_pool import VALIDATORS, expect
from fault_pool import all_links, links_between


def while_ruled(run, links, least, most, goes_on=True, **rule):
    run.begins()
    run.pool.rule(links, **rule)
    run.lasts(least, most)
    if goes_on:
        run.goes_on()
    run.pool.heal()
    run.ends()


def isolation(member, others):
    return links_between([member], others) + links_between(others, [member])


@fault("B3", "delay", stop_goal=5)
def delay(run):
    """every link takes 150 ms and up to 50 ms more"""
    while_ruled(run, all_links(), 2, 4, delay=0.15, jitter=0.05)


@fault("B3", "delay-and-loss", stop_goal=5)
def delay_and_loss(run):
    """every link takes 150 ms, 1 % of the pieces come up to 1 s late, and all behind them"""
    while_ruled(run, all_links(), 2, 4, delay=0.15, jitter=0.02, loss=0.01)


@fault("B3", "jitter", stop_goal=5)
def jitter(run):
    """every link takes 0 to 400 ms, so that members hear each other in ever other orders"""
    while_ruled(run, all_links(), 2, 4, jitter=0.4)


@fault("B3", "slow-reader", stop_goal=5)
def slow_reader(run):
    """all that goes to one member passes at 2,000 bytes a second"""
    victim = run.backup()
    while_ruled(run, links_between(run.others(victim), [victim]), 3, 6, rate=2000)


@fault("B3", "slow-primary-link", stop_goal=5)
def slow_primary_link(run):
    """all that the primary sends passes at 4,000 bytes a second"""
    victim = run.primary()
    while_ruled(run, links_between([victim], run.others(victim)), 3, 6, rate=4000)


@fault("B3", "corruption", stop_goal=5, short=True)
def corruption(run):
    """one bit of a tenth of the pieces between one member and the others is turned, both ways"""
    victim = run.backup()
    while_ruled(run, isolation(victim, run.others(victim)), 2, 4, corrupt=0.1)


@fault("B3", "corruption-everywhere", resume_goal=10)
def corruption_everywhere(run):
    """one bit of a hundredth of all pieces is turned, on every link"""
    while_ruled(run, all_links(), 2, 4, goes_on=False, corrupt=0.01)


@fault("B3", "reset-in-message", resume_goal=10)
def reset_in_message(run):
    """every connection ends in the middle of a piece, after 1 to 20 KB, again and again"""
    while_ruled(run, all_links(), 2, 4, goes_on=False, reset_after=run.chance.randint(1000, 20000))


@fault("B3", "reset-of-all", stop_goal=5, short=True)
def reset_of_all(run):
    """all connections of one member are reset at once, as when its address changes"""
    victim = run.chance.choice(VALIDATORS)
    run.begins()
    run.pool.order(do="reset", links=isolation(victim, run.others(victim)))
    run.goes_on()
    run.ends()


@fault("B3", "no-names", stop_goal=5, needs="names")
def no_names(run):
    """no name server answers: each lookup hangs for 5 s and fails; all connections of one member are reset, and it is started anew"""
    victim = run.chance.choice(VALIDATORS)
    run.begins()
    run.pool.order(do="reset", links=isolation(victim, run.others(victim)))
    run.goes_on()
    run.pool.kill(victim)
    run.start(victim)
    run.goes_on()
    looked = [member for member in VALIDATORS if (run.pool.folder / member / "names").exists()]
    expect(not looked, f"{', '.join(looked)} looked up a name")
    run.ends()


@fault("B3", "half-open", stop_goal=5, short=True)
def half_open(run):
    """the connections of one member end at the others' ends only; at its own they are open for 1 to 4 s, and nothing comes"""
    victim = run.backup()
    run.begins()
    run.pool.order(do="reset-far-end", links=isolation(victim, run.others(victim)), near=victim)
    run.lasts(1, 4)
    run.pool.order(do="reset-near-end")
    run.goes_on()
    run.ends()


@fault("B3", "mtu-black-hole", stop_goal=5)
def mtu_black_hole(run):
    """of what one member sends, pieces above 1,400 bytes never arrive, nor anything behind them"""
    victim = run.backup()
    while_ruled(run, links_between([victim], run.others(victim)), 3, 5, mtu=1400)


@fault("B3", "one-way-out", stop_goal=5)
def one_way_out(run):
    """a member that is not primary hears the others, nothing of it arrives"""
    victim = run.backup()
    while_ruled(run, links_between([victim], run.others(victim)), 2, 5, stall=True)


@fault("B3", "one-way-in", stop_goal=5, short=True)
def one_way_in(run):
    """a member that is not primary is heard, nothing arrives at it"""
    victim = run.backup()
    while_ruled(run, links_between(run.others(victim), [victim]), 2, 5, stall=True)


@fault("B3", "one-way-primary-out", stop_goal=5)
def one_way_primary_out(run):
    """the primary hears the others, nothing of it arrives"""
    victim = run.primary()
    while_ruled(run, links_between([victim], run.others(victim)), 2, 5, stall=True)


@fault("B3", "one-way-primary-in", stop_goal=5)
def one_way_primary_in(run):
    """the primary is heard, nothing arrives at it"""
    victim = run.primary()
    while_ruled(run, links_between(run.others(victim), [victim]), 2, 5, stall=True)


@fault("B3", "partial-partition", stop_goal=5)
def partial_partition(run):
    """two members that are not primary do not hear each other, all else is whole"""
    first, second = run.chance.sample(run.others(run.primary()), 2)
    while_ruled(run, isolation(first, [second]), 3, 6, stall=True)


@fault("B3", "partial-partition-primary", stop_goal=5)
def partial_partition_primary(run):
    """the primary and one other do not hear each other, all else is whole"""
    primary = run.primary()
    while_ruled(run, isolation(primary, [run.backup()]), 3, 6, stall=True)


@fault("B3", "isolated-backup", stop_goal=5, resume_goal=10)
def isolated_backup(run):
    """nothing passes between one member that is not primary and the others"""
    victim = run.backup()
    while_ruled(run, isolation(victim, run.others(victim)), 2, 6, stall=True)


@fault("B3", "isolated-primary", stop_goal=5, resume_goal=10)
def isolated_primary(run):
    """nothing passes between the primary and the others, until another leads"""
    victim = run.primary()
    while_ruled(run, isolation(victim, run.others(victim)), 2, 6, stall=True)


@fault("B3", "cut-primary", stop_goal=5, resume_goal=10)
def cut_primary(run):
    """the primary's connections are reset and new ones refused, until another leads"""
    victim = run.primary()
    while_ruled(run, isolation(victim, run.others(victim)), 0, 1, cut=True)


@fault("B3", "split", resume_goal=10, short=True)
def split(run):
    """two and two hear nothing of each other for 1 to 8 s: writes stand still until it heals"""
    left = run.chance.sample(VALIDATORS, 2)
    while_ruled(run, isolation_of(left, run.others(*left)), 1, 8, goes_on=False, stall=True)


@fault("B3", "split-long", resume_goal=10)
def split_long(run):
    """two and two hear nothing of each other for 25 to 35 s, longer than they wait for a primary"""
    left = run.chance.sample(VALIDATORS, 2)
    while_ruled(run, isolation_of(left, run.others(*left)), 25, 35, goes_on=False, stall=True)


@fault("B3", "split-cut", resume_goal=10)
def split_cut(run):
    """two and two with resets and refusals for 1 to 10 s"""
    left = run.chance.sample(VALIDATORS, 2)
    while_ruled(run, isolation_of(left, run.others(*left)), 1, 10, goes_on=False, cut=True)


def isolation_of(left, right):
    return links_between(left, right) + links_between(right, left)


@fault("B3", "all-apart", resume_goal=10)
def all_apart(run):
    """nobody hears anybody for 1 to 10 s"""
    while_ruled(run, all_links(), 1, 10, goes_on=False, stall=True)


@fault("B3", "flapping", resume_goal=10)
def flapping(run):
    """the links of one member break and heal ten times within some seconds"""
    victim = run.chance.choice(VALIDATORS)
    links = isolation(victim, run.others(victim))
    run.begins()
    for _ in range(10):
        run.pool.rule(links, **{run.chance.choice(("cut", "stall")): True})
        run.lasts(0.1, 0.6)
        run.pool.heal()
        run.lasts(0.1, 0.4)
    run.ends()


@fault("B3", "swizzle", resume_goal=10)
def swizzle(run):
    """half of all directions stall one after another and are released in another order"""
    links = run.chance.sample(all_links(), 6)
    run.begins()
    for link in links:
        run.pool.rule([link], stall=True)
        run.lasts(0.1, 0.5)
    for link in run.chance.sample(links, len(links)):
        run.lasts(0.1, 0.5)
        run.pool.rule([link])
    run.ends()


@fault("B3", "client-port-cut", stop_goal=5)
def client_port_cut(run):
    """nobody reaches the client port of one member"""
    victim = f"{run.chance.choice(VALIDATORS)}:client"
    while_ruled(run, [["client", victim], [victim, "client"]], 2, 4, cut=True)
