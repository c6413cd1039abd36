using static XdpAudit.Core.Tests.Histories;

namespace XdpAudit.Core.Tests;

/// <summary>The laws of deciding and folding, over histories of a host: whatever happens, and however it is looked at.</summary>
public sealed class Laws
{
    [Fact]
    public void Folding_what_was_decided_reaches_what_was_seen() => Check(history =>
    {
        foreach (var round in history.Rounds.Where(r => r is { Complete: true, Still: true, ByIterator: true }))
        {
            var open = Inventory.ToldByTheNext(round.Before, round.Seen).ToHashSet();
            Same(Inventory.Of(round.Seen, round.After).Where(l => !open.Contains(l)), Inventory.Of(round.After).Where(l => !open.Contains(l)));
        }
    });

    [Fact]
    public void Programs_links_and_places_tell_the_same_of_each_other() => Check(history =>
    {
        foreach (var state in history.Rounds.Select(r => r.After))
        {
            Same(Inventory.InForceByPlace(state), Inventory.InForceByProgram(state));
            Same(Inventory.LinksByLink(state).Where(l => state.Programs.Values.Any(p => p.Ended is null && l.EndsWith(p.Facts.Key.Value, StringComparison.Ordinal))), Inventory.LinksByProgram(state));
        }
    });

    [Fact]
    public void Deciding_again_decides_nothing() => Check(history =>
    {
        foreach (var round in history.Rounds)
        {
            Same([], Decider.Decide(round.After, round.Seen, round.Context).Select(Canonical.Of));
        }
    });

    [Fact]
    public void The_order_of_lists_does_not_matter() => Check(history =>
    {
        foreach (var round in history.Rounds)
        {
            foreach (var seed in (int[])[1, 2])
            {
                Same(round.Events.Select(Canonical.Of), Decider.Decide(round.Before, Shuffled.Of(round.Seen, seed), round.Context).Select(Canonical.Of));
            }
        }
    });

    [Fact]
    public void Every_event_changes_the_state() => Check(history =>
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

    [Fact]
    public void Nothing_that_was_there_all_the_time_is_recorded_as_gone_and_nothing_that_never_was_as_there() => Check(history =>
    {
        foreach (var round in history.Rounds)
        {
            foreach (var fact in round.Events)
            {
                if (fact is LinkReleased gone && round.Events.Any(e => e is LinkFound or LinkCreated && LinkKey.From(e.Subjects[0]).Id == gone.Link.Id))
                {
                    // Another link has its id: what is said of this one cannot be held against that.
                    continue;
                }

                Assert.All(Claims.Ended(fact), said => Assert.False(round.Always.Contains(said), $"{said} all the time, and yet: {Canonical.Of(fact)}"));
                Assert.All(Claims.Began(fact, round.Still), said => Assert.True(round.Ever.Contains(said), $"never {said}, and yet: {Canonical.Of(fact)}"));
            }
        }
    }, truth: true);

    [Fact]
    public void Only_what_an_operation_did_is_recorded_as_its_doing() => Check(history =>
    {
        foreach (var fact in history.Rounds.SelectMany(r => r.Events).Where(e => e.Operation is not null))
        {
            var by = fact.Operation!.Value;
            Assert.All(Claims.Began(fact, still: true), said => Assert.True(
                history.Done.Contains((said, by)) || history.IsAsAsked(fact, by)
                || IsOfItsLink(history, fact, by), $"did not do {said}: {Canonical.Of(fact)}"));
        }
    }, truth: true);

    // What the operation's link holds is its doing, also where somebody moved the interface before anyone looked.
    private static bool IsOfItsLink(History history, JournalEvent fact, OperationId by) => fact switch
    {
        AttachmentReplaced { Link: { } link } e => history.Done.Contains(($"{Truth.Link(link)} holds {e.NewProgram}", by)),
        AttachmentEstablished { Link: { } link } e => history.Done.Contains(($"{Truth.Link(link)} holds {e.Program}", by)),
        _ => false,
    };

    [Fact]
    public void A_subject_is_made_of_the_events_that_name_it_and_of_nothing_else() => Check(history =>
    {
        var alone = new SortedDictionary<string, SubjectState>(StringComparer.Ordinal);
        foreach (var (entry, subject) in history.Journal.SelectMany(e => e.Event.Subjects.Distinct(), (e, s) => (e, s)))
        {
            if (Subjects.Fold(alone.GetValueOrDefault(subject), subject, entry) is { } state)
            {
                alone[subject] = state;
            }
        }

        var boot = history.State.Watch!.Boot!.Value;
        Same(
            alone.Where(s => HostState.Keeps(s.Value) && OfBoot(s.Key, boot)).Select(s => Canonical.Whole(s.Value)),
            Canonical.Subjects(history.State).Select(s => Canonical.Whole(s.State)));
    });

    [Fact]
    public void The_state_that_a_store_kept_is_the_state_that_was_folded() => Check(history =>
        Same(
            Canonical.Subjects(history.State).Select(s => Canonical.Whole(s.State)),
            Canonical.Subjects(HostState.Of(history.State.Host, history.State.Position, history.State.RecordedAt, Canonical.Subjects(history.State).Select(s => s.State)))
                .Select(s => Canonical.Whole(s.State))));

    [Fact]
    public void The_journal_folded_again_and_read_from_its_stored_form_gives_the_same_state() => Check(history =>
    {
        var again = history.Journal.Aggregate(HostState.Empty(ModelKernel.Host), (state, entry) =>
            HostState.Fold(state, entry with { Event = EventJson.Read(entry.Event.GetType(), EventJson.Write(entry.Event)) }));
        Same(Canonical.Subjects(history.State).Select(s => Canonical.Whole(s.State)), Canonical.Subjects(again).Select(s => Canonical.Whole(s.State)));
        Assert.Equal((history.State.Position, history.State.RecordedAt), (again.Position, again.RecordedAt));
    });

    [Fact]
    public void Every_event_says_when_by_whom_and_how_it_is_known_and_names_its_subjects() => Check(history =>
    {
        foreach (var fact in history.Rounds.SelectMany(r => r.Events))
        {
            var (at, after, notLater) = (fact.Occurred.At, fact.Occurred.After, fact.Occurred.NotLaterThan);
            Assert.True(at is null ? notLater is not null : after is null && notLater is null, Canonical.Of(fact));
            Assert.True(after is null || after <= notLater, Canonical.Of(fact));
            Assert.True(fact.KnownBy is { How.Length: > 0, Source.Length: > 0 }, Canonical.Of(fact));
            Assert.True(fact.Actor is not Actor.Unknown { Why: "not said" or "" }, Canonical.Of(fact));
            Assert.Equal(fact.Operation is null ? Knowledge.Observed : Knowledge.Declared, fact.KnownBy.How);
            Assert.NotEmpty(fact.Subjects);
            Assert.All(fact.Subjects, subject => Assert.Equal(subject, Keys.Parsed(subject)));
        }
    });

    // The laws are worth as much as the histories reach.
    [Fact]
    public void The_histories_lead_to_every_event_that_a_look_can_lead_to()
    {
        var reached = new System.Collections.Concurrent.ConcurrentDictionary<Type, bool>();

        Check(history => history.Rounds.SelectMany(r => r.Events).ToList().ForEach(e => reached[e.GetType()] = true));

        Type[] ofOthers =
        [
            typeof(AgentStarted), typeof(AgentStopped), typeof(GapOpened), typeof(GapClosed), typeof(SensorStarted), typeof(SensorStopped), typeof(SensorDegraded),
            typeof(EnumerationDisagreed), typeof(ProgramLoadFailed), typeof(ProgramLoaderIdentified),
        ];
        var ofALook = EventNames.All.Values.Except(ofOthers)
            .Where(t => !t.IsSubclassOf(typeof(OperationEvent)) && !t.IsSubclassOf(typeof(FindingEvent)) && !t.IsSubclassOf(typeof(PluginEvent)));
        Assert.Equal(ofALook.Select(t => t.Name).Order(), reached.Keys.Select(t => t.Name).Order());
    }

    private static bool OfBoot(string subject, BootId boot) =>
        subject.Split('/') is not [ProgramKey.Kind or LinkKey.Kind or MapKey.Kind or AttachPointKey.Kind, _, var of, ..] || of == boot.Value;

    private static void Check(Action<History> law, bool truth = false) => Histories.Check(law, steps => History.Of(steps, truth));
}
