namespace XdpAudit.Agent.Tests;

/// <summary>Nothing is called a leak on one look, before its time, or from a look that could not tell.</summary>
public sealed class FindingLifeTests(Database database)
{
    private static readonly CoverageGap _refused = new() { What = "list programs", Why = "EPERM", Errno = 1 };

    [Fact]
    public async Task A_suspicion_opens_only_by_a_second_look_past_the_grace_period()
    {
        await using var rig = await WatchAsync();
        rig.Kernel.LoadForeign("leaked", 77);

        List<string> said = [];
        foreach (var seconds in (double[])[1, 10, 18, 2])
        {
            await rig.LookAsync(seconds);
            said.Add(Assert.Single(rig.Auditor.Findings()).Status);
        }

        Assert.Equal([FindingStates.Suspected, FindingStates.Suspected, FindingStates.Suspected, FindingStates.Open], said);
        Assert.Equal(1, rig.Auditor.OpenFindings);
    }

    [Fact]
    public async Task However_long_it_has_been_so_one_look_is_not_enough()
    {
        await using var rig = await WatchAsync();
        rig.Kernel.LoadForeign("leaked", 77);

        await rig.LookAsync(3600);
        var first = Assert.Single(rig.Auditor.Findings()).Status;
        await rig.LookAsync();

        Assert.Equal((FindingStates.Suspected, FindingStates.Open), (first, Assert.Single(rig.Auditor.Findings()).Status));
    }

    [Fact]
    public async Task A_look_that_could_not_see_all_neither_opens_nor_resolves()
    {
        await using var rig = await WatchAsync();
        rig.Kernel.LoadForeign("leaked", 77);
        await rig.LookAsync();
        rig.Observer.AddGap("programs", _refused);

        await rig.LookAsync(60);
        var unopened = Assert.Single(rig.Auditor.Findings()).Status;
        rig.Observer.CloseGaps();
        await rig.LookAsync();
        rig.Observer.AddGap("programs", _refused);
        rig.Kernel.CloseAll(77);
        await rig.LookAsync();
        var unresolved = Assert.Single(rig.Auditor.Findings()).Status;
        rig.Observer.CloseGaps();
        await rig.LookAsync();

        Assert.Equal((FindingStates.Suspected, FindingStates.Open), (unopened, unresolved));
        Assert.Equal(FindingStates.Resolved, Assert.Single(rig.Auditor.Findings()).Status);
    }

    [Fact]
    public async Task What_was_resolved_and_is_there_again_has_regressed_also_for_an_auditor_that_began_since()
    {
        await using var rig = await WatchAsync();
        rig.Detect(new ByName());
        await rig.KillAsync();
        await rig.BeginAsync();
        rig.Kernel.LoadForeign("leaked", 77);
        await rig.LookAsync();
        await rig.LookAsync(31);
        rig.Kernel.CloseAll(77);
        await rig.LookAsync();
        await rig.KillAsync();
        await rig.BeginAsync();

        rig.Kernel.LoadForeign("leaked", 77);
        await rig.LookAsync();
        await rig.LookAsync(31);

        Assert.Equal(FindingStates.Regressed, Assert.Single(rig.Auditor.Findings()).Status);
        Assert.Equal(
            ["FindingSuspected", "FindingOpened", "FindingResolved", "FindingSuspected", "FindingRegressed"],
            (await rig.ServerJournalAsync()).OfType<FindingEvent>().Select(e => e.GetType().Name));
    }

    [Fact]
    public async Task A_finding_that_was_open_is_open_for_the_next_auditor_without_another_word()
    {
        await using var rig = await WatchAsync();
        rig.Kernel.LoadForeign("leaked", 77);
        await rig.LookAsync();
        await rig.LookAsync(31);
        var before = (await rig.ServerJournalAsync()).Count;
        await rig.KillAsync();

        await rig.BeginAsync();
        await rig.LookAsync();

        Assert.Equal(FindingStates.Open, Assert.Single(rig.Auditor.Findings()).Status);
        Assert.Equal(before, (await rig.ServerJournalAsync()).Count);
    }

    [Fact]
    public async Task A_detector_that_throws_is_switched_off_and_said_to_be_and_the_others_go_on()
    {
        await using var rig = await Rig.BuildAsync(database);
        var (broken, whole) = (new EveryProgram(), new ByName());
        rig.Detect(broken, whole);
        await rig.BeginAsync();
        rig.Kernel.LoadForeign("first", 77);
        await rig.LookAsync();
        broken.Broken = true;

        rig.Kernel.LoadForeign("second", 77);
        await rig.LookAsync(31);
        var asked = broken.Asked;
        rig.Kernel.LoadForeign("third", 77);
        await rig.LookAsync(31);

        var fault = Assert.Single((await rig.ServerJournalAsync()).OfType<PluginFaulted>());
        Assert.Equal((EveryProgram.Rule, "FormatException: the test has broken it"), (fault.Plugin, fault.Why));
        Assert.Equal(asked, broken.Asked);
        Assert.Equal(["first", "second", "third"], rig.Auditor.Findings().Where(f => f.Rule == ByName.Rule).Select(f => f.Subject.Name));
        Assert.Equal(FindingStates.Suspected, Assert.Single(rig.Auditor.Findings(), f => f.Rule == EveryProgram.Rule).Status);
    }

    private async Task<Rig> WatchAsync()
    {
        var rig = await Rig.BuildAsync(database);
        rig.Detect(new EveryProgram());
        await rig.BeginAsync();
        return rig;
    }

    /// <summary>Names programs by their names, so that another of the same name is the same finding.</summary>
    private sealed class ByName : ILeakDetector
    {
        internal const string Rule = "by-name";

        public string Id => Rule;

        public IReadOnlyList<string> Rules => [Rule];

        public IReadOnlyList<LeakCandidate> Detect(DetectorInput input) =>
            [.. new EveryProgram().Detect(input).Select(c => c with { Rule = Rule, Subject = c.Subject with { Key = c.Subject.Name } })];
    }
}
