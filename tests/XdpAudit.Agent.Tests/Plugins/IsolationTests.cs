using System.Diagnostics;

namespace XdpAudit.Agent.Tests;

/// <summary>Whatever a plugin in a process of its own does to that process, the auditor lives on, says what happened, and has it back soon.</summary>
public sealed class IsolationTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_answers_from_another_process_as_it_would_inside()
    {
        await using var set = await LoadAsync();

        var outcome = await DoAsync(set, "well");
        var described = await set.Executors["unruly"].DescribeAsync(Token);

        Assert.Equal((OutcomeKind.Succeeded, "well", new KernelProgramId(1)), (outcome.Kind, outcome.Value!.Name, outcome.Value.Id));
        Assert.Equal((set.Processes.Single().ToString(System.Globalization.CultureInfo.InvariantCulture), "unruly"), (described.Epoch, described.Id));
        Assert.NotEqual(Environment.ProcessId, set.Processes.Single());
    }

    [Theory]
    [InlineData("exit", "its process ended with exit code 7; its last words: I had enough \\x1b[31m")]
    [InlineData("abort", "its process was killed by signal 6 (SIGABRT)")]
    [InlineData("segv", "its process was killed by signal 11 (SIGSEGV)")]
    [InlineData("thread", "its process was killed by signal 6 (SIGABRT)")]
    [InlineData("eat", "MiB of memory, and 256 are allowed, and was ended")]
    [InlineData("starve", "it did not say within 2 s that it lives, and was ended")]
    public async Task A_process_that_ends_under_a_call_is_told_and_started_again(string how, string why)
    {
        await using var set = await LoadAsync(Loaded.Quick with { MemoryBytes = 256 << 20, HealthDeadline = TimeSpan.FromSeconds(2) });
        var (pid, epoch) = (set.Processes.Single(), set.Source("unruly")!.Epoch);

        var fault = await Assert.ThrowsAsync<PluginFaultException>(() => DoAsync(set, how).AsTask());
        await ActiveAsync(set);

        Assert.Contains(why, fault.Message, StringComparison.Ordinal);
        Assert.Equal("loading", fault.During);
        Assert.NotEqual((pid, epoch), (set.Processes.Single(), set.Source("unruly")!.Epoch));
        var news = set.News.Take();
        Assert.Equal(fault.Message, Assert.IsType<PluginFaulted>(news[0]).Why);
        Assert.Equal((set.Source("unruly")!.Epoch, set.Processes.Single(), 1), news.OfType<PluginRestarted>().Select(r => (r.Epoch, r.Pid, r.Faults)).Single());
        Assert.Equal(2, news.Count);
        Assert.Equal(OutcomeKind.Succeeded, (await DoAsync(set, "well")).Kind);
    }

    [Fact]
    public async Task Managed_memory_ends_inside_before_the_process_is_ended_from_outside()
    {
        await using var set = await LoadAsync(Loaded.Quick with { MemoryBytes = 128 << 20, HealthEvery = TimeSpan.FromMinutes(5) });

        var fault = await Assert.ThrowsAsync<PluginFaultException>(() => DoAsync(set, "eat-managed").AsTask());

        Assert.Contains("OutOfMemory", fault.Message.Replace("Out of memory", "OutOfMemory", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_is_longer_than_any_can_be_costs_the_process_its_life_and_the_auditor_nothing()
    {
        await using var set = await LoadAsync();
        var before = GC.GetTotalAllocatedBytes();

        await Assert.ThrowsAsync<PluginFaultException>(() => DoAsync(set, "large").AsTask());

        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 32 << 20);
        await ActiveAsync(set);
    }

    [Fact]
    public async Task An_exception_is_a_fault_and_the_process_stays()
    {
        await using var set = await LoadAsync();
        var pid = set.Processes.Single();

        var fault = await Assert.ThrowsAsync<PluginFaultException>(() => DoAsync(set, "throw").AsTask());

        Assert.Equal("InvalidOperationException: it broke", fault.Message);
        Assert.Equal(pid, set.Processes.Single());
        Assert.Equal(("loading", "InvalidOperationException: it broke"), set.News.Take().Cast<PluginFaulted>().Select(f => (f.During, f.Why)).Single());
    }

    [Fact]
    public async Task A_call_that_is_cancelled_and_says_so_is_no_fault()
    {
        await using var set = await LoadAsync();
        using var enough = new CancellationTokenSource();

        var call = DoAsync(set, "obey", enough.Token).AsTask();
        await enough.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Empty(set.News.Take());
        Assert.Equal(OutcomeKind.Succeeded, (await DoAsync(set, "well")).Kind);
    }

    [Fact]
    public async Task A_process_that_is_killed_is_told_without_any_call()
    {
        await using var set = await LoadAsync();
        var pid = set.Processes.Single();

        Process.GetProcessById(pid).Kill();
        await UntilAsync(() => set.Processes.Any(p => p != pid) && set.States["unruly"] == "active");

        Assert.Equal(("running", "its process was killed by signal 9 (SIGKILL)"), set.News.Take().OfType<PluginFaulted>().Select(f => (f.During, f.Why)).Single());
    }

    [Fact]
    public async Task Too_many_faults_are_the_end_of_it_until_the_auditor_starts_again()
    {
        await using var set = await LoadAsync(Loaded.Quick with { FaultsToQuarantine = 3 });

        for (var i = 0; i < 3; i++)
        {
            await Assert.ThrowsAsync<PluginFaultException>(() => DoAsync(set, "throw").AsTask());
        }

        await UntilAsync(() => !set.Processes.Any());
        var away = await Assert.ThrowsAsync<PluginAwayException>(() => DoAsync(set, "well").AsTask());
        var view = set.Views.Single();
        Assert.StartsWith("plugin 'unruly' is quarantined: 3 faults within 10 min, the last while loading: InvalidOperationException: it broke", away.Message, StringComparison.Ordinal);
        Assert.Equal(("quarantined", true), (view.State, view.Remedy is not null));
        Assert.Equal(["PluginFaulted", "PluginFaulted", "PluginFaulted", "PluginQuarantined"], set.News.Take().Select(n => n.GetType().Name));
    }

    [Fact]
    public async Task Its_process_ends_with_the_set()
    {
        var set = await LoadAsync();
        var pid = set.Processes.Single();

        await set.DisposeAsync();

        Assert.False(Directory.Exists($"/proc/{pid}"));
        Assert.Empty(set.News.Take());
    }

    [Fact]
    public async Task It_inherits_no_more_of_the_environment_than_it_needs()
    {
        Environment.SetEnvironmentVariable("XDPAUDIT_SECRET_OF_A_TEST", "postgres password");
        await using var set = await LoadAsync();

        var environment = await File.ReadAllTextAsync($"/proc/{set.Processes.Single()}/environ", Token);

        Assert.DoesNotContain("XDPAUDIT_SECRET_OF_A_TEST", environment, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("foreign", "it named the rule 'program-retained', which is not among those it answers for")]
    [InlineData("long", "what it says of one object is longer than 262144 letters")]
    [InlineData("throw", "InvalidOperationException: it cannot judge")]
    [InlineData("exit", "its process ended with exit code 9")]
    public async Task A_detector_that_breaks_its_contract_in_a_process_of_its_own_is_left_out_of_the_round(string how, string why)
    {
        await using var set = await Loaded.LoadAsync(Loaded.Quick, new() { ["plugins:unruly:options:judges"] = how }, Loaded.Own("Unruly"));
        var detectors = new Detectors(set, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);

        var (answers, faults) = await detectors.AskAsync(Nothing);

        Assert.Empty(answers);
        Assert.Empty(faults);
        await UntilAsync(() => set.States["unruly"] == "active");
        Assert.Equal(why, set.News.Take().OfType<PluginFaulted>().Single().Why);
    }

    [Fact]
    public async Task A_detector_that_keeps_its_contract_is_heard_from_its_own_process()
    {
        await using var set = await Loaded.LoadAsync(Loaded.Quick, new() { ["plugins:unruly:options:judges"] = "own" }, Loaded.Own("Unruly"));

        var (answers, _) = await new Detectors(set, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance).AskAsync(Nothing);

        Assert.Equal(("unruly", "as it may", set.Source("unruly")), answers.Select(a => (a.Candidates[0].Rule, a.Candidates[0].Summary, a.Plugin)).Single());
    }

    private static DetectorInput Nothing => new()
    {
        Host = HostViews.Of(HostState.Empty(new("h")), DateTimeOffset.UnixEpoch, new(1, [])), Now = DateTimeOffset.UnixEpoch, Grace = TimeSpan.Zero, AuditorPid = 1,
    };

    private static Task<PluginSet> LoadAsync(SupervisionSettings? supervision = null) => Loaded.LoadAsync(supervision ?? Loaded.Quick, [], Loaded.Own("Unruly"));

    private static ValueTask<Outcome<LoadedProgram>> DoAsync(PluginSet set, string what, CancellationToken? cancellation = null) =>
        set.Executors["unruly"].LoadAsync(new() { ObjectPath = "/nowhere", ObjectSha256 = "", Program = what }, new() { OperationId = new("op") }, cancellation ?? Token);

    private static Task ActiveAsync(PluginSet set) => UntilAsync(() => set.States["unruly"] == "active" && set.Processes.Any() && set.News is not null);

    private static async Task UntilAsync(Func<bool> so)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(Token);
        bound.CancelAfter(TimeSpan.FromSeconds(60));
        while (!so())
        {
            await Task.Delay(5, bound.Token); // the auditor works on other threads, and has no event for it
        }
    }
}
