using static XdpAudit.Core.Tests.Histories;

namespace XdpAudit.Core.Tests;

/// <summary>
/// The laws of deciding with what sensors heard: whatever of it is lost, late or told twice, a look leads to the same, nothing is told twice, and
/// of what was heard whole, the whole story is told.
/// </summary>
public sealed class HeardLaws
{
    public static TheoryData<int> Salts => [1, 2, 3, 8, 9];

    [Theory]
    [MemberData(nameof(Salts))]
    public void Whatever_of_the_notices_is_lost_a_complete_look_leads_to_what_it_saw(int salt) => Partly(salt, history =>
    {
        foreach (var round in history.Rounds.Where(r => r is { Complete: true, Still: true, ByIterator: true }))
        {
            var open = Narrated(round).SelectMany(known => Inventory.ToldByTheNext(known, round.Seen)).ToHashSet();
            Same(Inventory.Of(round.Seen, round.After).Where(l => !open.Contains(l)), Inventory.Of(round.After).Where(l => !open.Contains(l)));
        }
    });

    [Theory]
    [MemberData(nameof(Salts))]
    public void Nothing_begins_or_ends_twice(int salt) => Partly(salt, NothingTwice);

    [Fact]
    public void Nothing_begins_or_ends_twice_where_all_is_heard() => Whole(NothingTwice);

    [Theory]
    [MemberData(nameof(Salts))]
    public void Deciding_again_with_what_was_left_tells_nothing(int salt) => Partly(salt, history =>
    {
        foreach (var round in history.Rounds)
        {
            Same([], Decider.Decide(round.After, round.Seen, round.Context, round.Later).Events.Select(Canonical.Of));
        }
    });

    [Theory]
    [MemberData(nameof(Salts))]
    public void Every_event_changes_the_state(int salt) => Partly(salt, history =>
    {
        foreach (var round in history.Rounds)
        {
            var state = round.Before;
            foreach (var fact in round.Events)
            {
                var next = HostState.Fold(state, new(state.Position + 1, round.Seen.FinishedAt, fact));
                Assert.True(Canonical.Of(state, fact.Subjects) != Canonical.Of(next, fact.Subjects), $"changed nothing: {Canonical.Of(fact)}");
                state = next;
            }
        }
    });

    // When the wall clock is set, moments before and after cannot be compared.
    [Theory]
    [MemberData(nameof(Salts))]
    public void Nothing_happened_outside_the_boot_or_ended_before_it_began(int salt) => Partly(salt, history =>
    {
        var began = new Dictionary<string, Occurrence>();
        foreach (var round in history.Rounds)
        {
            foreach (var fact in round.Events.Where(e => e is not (BootEnded or BootBegan) && !IsBootEnd(e)))
            {
                var (first, last) = (fact.Occurred.At ?? fact.Occurred.After ?? DateTimeOffset.MinValue, fact.Occurred.Latest());
                Assert.True(first >= round.Seen.BootedAt && last <= round.Seen.FinishedAt, Canonical.Of(fact));
                if (Lives.Begun(fact) is { } begun)
                {
                    began[begun] = fact.Occurred;
                }

                if (Lives.Ended(fact) is { } ended && began.TryGetValue(ended, out var start))
                {
                    Assert.True(last >= (start.At ?? start.After), $"began {start}: {Canonical.Of(fact)}");
                }
            }
        }
    }, StepKind.SetClock);

    // No tier here hears what a reboot ends; an agent that is gone with its boot has told nothing of what came after its last look.
    [Fact]
    public void Of_what_was_heard_whole_every_program_and_link_is_told_from_its_beginning_to_its_end() =>
        Whole(history => Tells(history, d => !d.StartsWith("interface ", StringComparison.Ordinal)), StepKind.Reboot);

    // Nor does any hear an interface move or go.
    [Fact]
    public void Of_what_was_heard_whole_every_attachment_is_told_from_its_beginning_to_its_end() =>
        Whole(history => Tells(history, d => d.StartsWith("interface ", StringComparison.Ordinal)), StepKind.Reboot, StepKind.Move,
            StepKind.Recreate, StepKind.DeleteInterface, StepKind.DeleteNetns);

    private static void Tells(History history, Func<string, bool> which)
    {
        // That the interface of a link went shows only to a look that comes before the link goes too.
        var unseen = history.Deeds.Where(d => d is { What: "detached", Seen: false }).Select(d => d.Subject).ToHashSet();
        bool Counts(string subject, string what) => which(subject) && !(what == "detached" && unseen.Contains(subject));
        var told = history.Journal.Select(e => e.Event).SelectMany(Told.By).Where(t => Counts(t.Subject, t.What)).ToLookup(t => t.Subject);
        var happened = history.Deeds.Where(d => Counts(d.Subject, d.What)).ToLookup(d => d.Subject);
        Same(happened.Select(h => h.Key).Order(StringComparer.Ordinal), told.Select(t => t.Key).Order(StringComparer.Ordinal));
        foreach (var subject in happened)
        {
            Same(subject.Select(d => $"{d.Subject} {d.What}"), told[subject.Key].Select(t => $"{t.Subject} {t.What}"));
            foreach (var (deed, fact) in subject.Zip(told[subject.Key], (d, t) => (d, t.Fact)).Where(p => p.d.Seen))
            {
                Assert.True(fact.KnownBy.How == Knowledge.Witnessed, $"{deed} was seen, and yet: {Canonical.Of(fact)}");
                Assert.True(
                    fact.Operation is not null || deed.By is null || (fact.Actor is Actor.Process by && by.Identity.Pid == deed.By), $"{deed}, and yet: {Canonical.Of(fact)}");
            }
        }
    }

    private static void NothingTwice(History history)
    {
        var alive = new HashSet<string>();
        var ever = new HashSet<string>();
        foreach (var fact in history.Journal.Select(e => e.Event))
        {
            if (Lives.Begun(fact) is { } begun)
            {
                Assert.True(alive.Add(begun) && (Lives.Once(fact) is not { } once || ever.Add(once)), $"began twice: {Canonical.Of(fact)}");
            }

            if (Lives.Ended(fact) is { } ended)
            {
                Assert.True(alive.Remove(ended), $"ended without having begun: {Canonical.Of(fact)}");
            }

            foreach (var (from, to) in Lives.Moved(fact))
            {
                Assert.True(alive.Remove(from) && alive.Add(to), $"moved from where it was not: {Canonical.Of(fact)}");
            }
        }
    }

    // What was known at each step of the telling.
    private static IEnumerable<HostState> Narrated(Round round)
    {
        var state = round.Before;
        yield return state;
        foreach (var fact in round.Events)
        {
            state = HostState.Fold(state, new(state.Position + 1, round.Seen.FinishedAt, fact));
            yield return state;
        }
    }

    private static bool IsBootEnd(JournalEvent fact) =>
        fact is ProgramUnloaded { Why: EndReason.BootEnded } or LinkReleased { Why: EndReason.BootEnded } or AttachmentRemoved { Why: EndReason.BootEnded }
            or InterfaceRemoved { Why: EndReason.BootEnded } or MapGone { Why: EndReason.BootEnded };

    // An id comes again only after 2^31 others: that a notice is lost while that many come and go is not what these laws are about.
    private static void Partly(int salt, Action<History> law, params StepKind[] without) =>
        Check(law, steps => History.Of([.. steps.Where(s => s.Kind != StepKind.ReuseIds && !without.Contains(s.Kind))], false, new(salt)));

    private static void Whole(Action<History> law, params StepKind[] without) =>
        Check(law, steps => History.Of([.. steps.Where(s => !without.Contains(s.Kind)), new(StepKind.Look, 0, 0, 0)], false, new()));
}
