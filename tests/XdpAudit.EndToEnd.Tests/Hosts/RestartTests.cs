namespace XdpAudit.EndToEnd.Tests;

/// <summary>An auditor that ends and comes back: what it leaves, what it finds, and what it says of the time between.</summary>
public sealed class RestartTests : OwnScene
{
    public RestartTests(OneAuditor one)
        : base(one)
    {
        Watcher = AuditorProcess.Start(House);
    }

    [Fact]
    public void What_changed_while_the_auditor_was_away_is_found_and_bounded_by_the_gap()
    {
        var netns = Lab.Netns();
        var replaced = Load("guard", "replaced");
        var unpinned = Load("guard", "unpinned");
        Lab.In(netns, "bpftool", "net", "attach", "xdpdrv", "id", $"{replaced}", "dev", "va");
        var last = Look();
        var stopping = DateTimeOffset.UtcNow;

        Assert.Equal(0, Auditor.Stop());
        var stranger = Load("stranger");
        Lab.In(netns, "bpftool", "net", "attach", "xdpdrv", "id", $"{stranger}", "dev", "va", "overwrite");
        File.Delete(Pin("unpinned"));
        Assert.False(Exists(unpinned));
        var starting = DateTimeOffset.UtcNow;
        Restart();

        var journal = Journal(last).SkipWhile(e => e.Event != "sensor_stopped").ToList();
        var closed = journal.Single(e => e.Event == "gap_closed");
        Assert.Equal(["sensor_stopped", "agent_stopped", "gap_opened", "agent_started", "sensor_started"], journal.Take(5).Select(e => e.Event));
        var opened = journal[2].OccurredAt.At!.Value;
        Assert.InRange(opened, stopping, starting);
        Assert.Equal(opened, closed.Data.GetProperty("opened_at").GetDateTimeOffset());
        Assert.Equal(journal.IndexOf(closed) - 5, closed.Data.GetProperty("recovered").GetInt32());
        Assert.InRange(closed.OccurredAt.At!.Value, starting, DateTimeOffset.UtcNow);

        string[] away = ["attachment_replaced va native guard->stranger netlink", "program_unloaded last-reference-gone"];
        Assert.Equal(away[0], Told(ProgramHistory(replaced))[^1]);
        Assert.Equal(away[1], Told(ProgramHistory(unpinned))[^1]);
        foreach (var unwitnessed in new[] { ProgramHistory(replaced)[^1], ProgramHistory(unpinned)[^1] })
        {
            Assert.Null(unwitnessed.OccurredAt.At);
            Assert.NotNull(unwitnessed.OccurredAt.After);
            Assert.InRange(unwitnessed.OccurredAt.After.Value, DateTimeOffset.MinValue, opened);
            Assert.InRange(unwitnessed.OccurredAt.NotLaterThan!.Value, starting, closed.RecordedAt);
            Assert.Equal(Knowledge.Observed, unwitnessed.KnownBy.How);
            Assert.IsType<Actor.Unknown>(unwitnessed.Actor);
        }

        Assert.InRange(ProgramHistory(stranger)[0].OccurredAt.At!.Value, stopping.AddSeconds(-1), starting);
    }

    [Fact]
    public void An_auditor_that_was_killed_opens_the_gap_as_an_interval_and_loses_nothing()
    {
        var program = Load();
        var last = Look();
        var told = Told(ProgramHistory(program));
        var killed = Auditor.Kill();

        Restart();

        Assert.Equal(128 + 9, killed);
        Assert.Equal(["gap_opened", "agent_started", "sensor_started", "gap_closed"], Journal(last).Where(OfTheHost).Select(e => e.Event).Where(e => e is not "observation_completed"));
        var opened = Journal(last).First(e => e.Event == "gap_opened").OccurredAt;
        Assert.Null(opened.At);
        Assert.True(opened.After < opened.NotLaterThan);
        Assert.Equal(told, Told(ProgramHistory(program)));
        Assert.Equal(ProgramStates.Retained, Program(program).State);
    }

    [Fact]
    public void The_end_of_the_auditor_detaches_nothing_that_is_pinned()
    {
        var netns = Lab.Netns();
        var (program, link) = Ours(netns);
        Look();
        var told = Told(ProgramHistory(program));

        Assert.Equal(0, Auditor.Stop());

        Assert.True(Exists(program));
        Assert.Contains($"prog/xdp id {program} ", Lab.In(netns, "ip", "-d", "link", "show", "va"), StringComparison.Ordinal);
        Restart();
        Assert.Equal(told, Told(ProgramHistory(program)));
        Assert.Equal((ProgramStates.Attached, LinkStates.Attached), (Program(program).State, LinkOf(link).State));
    }

    [Fact]
    public void After_a_reboot_everything_of_the_old_boot_has_ended_and_the_same_numbers_are_other_objects()
    {
        var netns = Lab.Netns();
        var (program, link) = Ours(netns);
        var pinned = Load("stranger");
        var last = Look();
        var (before, host) = (Program(program), LinkOf(link).Key.Value);
        Auditor.Stop();

        // Nothing went from the kernel: under another boot id the same numbers must mean nothing that was known.
        Auditor.Dispose();
        Watcher = AuditorProcess.StartInBoot(House, "11111111-2222-4333-8444-555555555555");

        var old = Api.Get(Routes.ProgramHistory, ApiJson.Default.IReadOnlyListHistoryEntry, ("select", before.Key.Value));
        Assert.Equal(["attachment_removed va native boot-ended by the kernel", "link_released boot-ended by the kernel", "program_unloaded boot-ended by the kernel"], Told(old).TakeLast(3));
        Assert.All(old.TakeLast(3), e => Assert.IsType<Actor.Kernel>(e.Actor));
        Assert.Equal("program_unloaded boot-ended by the kernel", Told(Api.Get(Routes.ProgramHistory, ApiJson.Default.IReadOnlyListHistoryEntry, ("select", Program(pinned, last).Key.Value)))[^1]);
        Assert.Equal("link_released boot-ended by the kernel", Told(Api.Get(Routes.LinkHistory, ApiJson.Default.IReadOnlyListHistoryEntry, ("select", host)))[^1]);

        var again = Program(program);
        Assert.NotEqual(before.Key, again.Key);
        Assert.Equal("11111111222243338444555555555555", again.Key.Boot.Value);
        Assert.Null(again.Operation);
        Assert.Equal(["program_found guard", "link_found va unknown", "attachment_established va native link"], Told(ProgramHistory(program)).Take(3));
        Assert.Equal(before.Key, Program(program, last).Key);

        // Others on this machine load and unload in the boot that there is.
        var events = Journal(last).Where(e => e.Event != "program_unloaded" || ProgramKey.From(e.Subjects[0]).Boot == before.Key.Boot).Select(e => e.Event).ToList();
        Assert.Single(events, "boot_ended");
        Assert.True(events.IndexOf("boot_ended") < events.IndexOf("boot_began"));
        Assert.True(events.LastIndexOf("program_unloaded") < events.IndexOf("boot_ended"));
        Assert.True(events.IndexOf("boot_began") < events.IndexOf("program_found"));
        Look();
        Assert.DoesNotContain(Findings(LeakRule.Vanished), f => f.Subject.Key == before.Key.Value);
    }

    // Others load and unload on this machine, too.
    private static bool OfTheHost(HistoryEntry entry) => entry.Subjects[0].StartsWith("host/", StringComparison.Ordinal);

    private static bool Exists(uint program) => Leak.Exists("prog", program);

    private void Restart()
    {
        Auditor.Dispose();
        Watcher = AuditorProcess.Start(House);
    }
}
