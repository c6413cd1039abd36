namespace XdpAudit.Agent.Tests;

/// <summary>A database that goes away, with and without its last answer: nothing is lost, nothing is there twice, nothing is done unrecorded.</summary>
public sealed class JournalAwayTests(Database database)
{
    [Fact]
    public async Task While_the_journal_is_away_an_operation_is_refused_and_nothing_is_done()
    {
        await using var rig = await Rig.StartAsync(database);
        rig.Host.Away = true;

        var refused = await rig.RefusedAsync(rig.Load());
        var trouble = rig.Auditor.Trouble;
        rig.Host.Away = false;
        await rig.LookAsync();

        Assert.Equal((ProblemCode.Unavailable, 503), (refused.Problem.Code, refused.Problem.Status));
        Assert.StartsWith("nothing was done: ", refused.Problem.Title, StringComparison.Ordinal);
        Assert.NotNull(trouble);
        Assert.Null(rig.Auditor.Trouble);
        Assert.Empty(rig.Kernel.Programs);
    }

    [Fact]
    public async Task A_request_whose_answer_was_lost_is_refused_to_the_caller_and_rejected_in_the_journal()
    {
        await using var rig = await Rig.StartAsync(database);
        rig.Host.LoseNextAnswer();

        var refused = await rig.RefusedAsync(rig.Load());
        await rig.LookAsync();

        var id = (await rig.OneAsync<OperationRequested>()).Id;
        Assert.Equal(ProblemCode.Unavailable, refused.Problem.Code);
        Assert.Equal("Requested Rejected", await rig.StoryAsync(id));
        Assert.Equal("the journal did not answer in time, so nothing was done", (await rig.OneAsync<OperationRejected>()).Error.Message);
        Assert.Empty(rig.Kernel.Programs);
    }

    [Fact]
    public async Task A_request_that_was_not_appended_and_was_refused_is_rejected_once_it_is()
    {
        await using var rig = await Rig.StartAsync(database);
        rig.Host.LoseNext();

        await rig.RefusedAsync(rig.Load());
        rig.Host.LoseNext();
        await Assert.ThrowsAsync<JournalUnavailableException>(() => rig.LookAsync());
        rig.Host.LoseNextAnswer();
        await Assert.ThrowsAsync<JournalUnavailableException>(() => rig.LookAsync());
        await rig.LookAsync();
        await rig.LookAsync();

        Assert.Equal("Requested Rejected", await rig.StoryAsync((await rig.OneAsync<OperationRequested>()).Id));
        Assert.Empty(rig.Kernel.Programs);
    }

    [Fact]
    public async Task A_rejection_whose_answer_was_lost_is_not_written_again()
    {
        await using var rig = await Rig.StartAsync(database);
        rig.Host.LoseNextAnswer();
        await rig.RefusedAsync(rig.Load());
        rig.Host.Before = events =>
        {
            if (events.Any(e => e is OperationRejected))
            {
                rig.Host.Before = null;
                rig.Host.LoseNextAnswer();
            }
        };

        await Assert.ThrowsAsync<JournalUnavailableException>(() => rig.LookAsync());
        await rig.LookAsync();
        await rig.LookAsync();

        Assert.Equal("Requested Rejected", await rig.StoryAsync((await rig.OneAsync<OperationRequested>()).Id));
    }

    [Theory]
    [InlineData(nameof(OperationSucceeded), false)]
    [InlineData(nameof(OperationSucceeded), true)]
    [InlineData(nameof(OperationVerified), false)]
    [InlineData(nameof(OperationVerified), true)]
    public async Task What_was_done_is_recorded_however_long_the_journal_is_away_and_only_then_answered(string at, bool afterwards)
    {
        await using var rig = await Rig.StartAsync(database);
        rig.Host.Before = events =>
        {
            if (events.Any(e => e.GetType().Name == at))
            {
                rig.Host.Before = null;
                for (var i = 0; i < 20; i++)
                {
                    if (afterwards)
                    {
                        rig.Host.LoseNextAnswer();
                    }
                    else
                    {
                        rig.Host.LoseNext();
                    }
                }
            }
        };

        var done = await rig.PassAsync(rig.DoAsync(rig.Load()), TimeSpan.FromSeconds(1));

        Assert.Equal(OperationStates.Verified, done.State);
        Assert.Equal("Requested Succeeded Verified", await rig.StoryAsync(done.Id));
        Assert.Single(rig.Kernel.Programs);
        await rig.OneAsync<ProgramLoaded>();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_look_that_could_not_be_recorded_is_recorded_later_and_the_next_one_says_only_what_is_new(bool afterwards)
    {
        await using var rig = await Rig.StartAsync(database);
        rig.Kernel.LoadForeign("first", 77);
        if (afterwards)
        {
            rig.Host.LoseNextAnswer();
        }
        else
        {
            rig.Host.LoseNext();
        }

        await Assert.ThrowsAsync<JournalUnavailableException>(() => rig.LookAsync());
        rig.Kernel.LoadForeign("second", 77);
        await rig.LookAsync();

        var facts = await rig.JournalAsync();
        Assert.Equal(["first", "second"], facts.Select(e => e switch { ProgramLoaded l => l.Program.Name, ProgramFound f => f.Program.Name, _ => null }).OfType<string>());
        Assert.Equal((await rig.Reader.LivingAsync(rig.Host.Name, Rig.Token)).Position, rig.Auditor.Known.Position);
    }

    [Fact]
    public async Task The_watching_goes_on_by_itself_when_the_journal_is_back()
    {
        await using var rig = await Rig.BuildAsync(database);
        rig.Settings = rig.Settings with { ReconcileEvery = TimeSpan.FromSeconds(5) };
        await rig.BeginAsync();
        rig.Host.Away = true;
        rig.Kernel.LoadForeign("first", 77);
        await rig.PassAsync(UntilAsync(() => rig.Auditor.Trouble is not null), TimeSpan.FromSeconds(5));
        rig.Host.Away = false;

        await rig.PassAsync(UntilAsync(() => rig.Auditor.Known.Programs.Count == 1), TimeSpan.FromSeconds(5));

        Assert.Null(rig.Auditor.Trouble);
        Assert.Single(await rig.JournalAsync(), e => e is ProgramLoaded or ProgramFound);
    }

    [Fact]
    public async Task A_second_writer_is_told_as_such_and_nothing_is_done_any_more()
    {
        await using var rig = await Rig.StartAsync(database);
        var position = rig.Auditor.Known.Position;
        await rig.Host.AppendAsync(position, [new AgentStopped(rig.Kernel.Host, "somebody else wrote this")], rig.Time.GetUtcNow(), Rig.Token);

        var refused = await rig.RefusedAsync(rig.Load());
        var again = await rig.RefusedAsync(rig.Load());

        Assert.All([refused.Problem, again.Problem], p => Assert.Equal((ProblemCode.Unavailable, 503), (p.Code, p.Status)));
        Assert.Contains($"after position {position}: it is at {position + 1}, so another process writes it", refused.Problem.Title, StringComparison.Ordinal);
        Assert.Contains("another process writes it", rig.Auditor.Trouble, StringComparison.Ordinal);
        Assert.Empty(rig.Kernel.Programs);
    }

    [Fact]
    public async Task A_finding_whose_recording_was_lost_is_recorded_once_the_journal_of_the_server_is_back()
    {
        await using var rig = await Rig.StartAsync(database);
        rig.Kernel.LoadForeign("leaked", 77);
        rig.Server.LoseNextAnswer();

        await Assert.ThrowsAsync<JournalUnavailableException>(() => rig.LookAsync());
        await rig.LookAsync();
        await rig.LookAsync(31);

        Assert.Single(rig.Auditor.Findings(), f => f.Status == FindingStates.Open);
        Assert.Equal((1, 1), ((await rig.ServerJournalAsync()).OfType<FindingSuspected>().Count(), (await rig.ServerJournalAsync()).OfType<FindingOpened>().Count()));
    }

    [Fact]
    public async Task An_operation_is_answered_though_what_it_means_for_findings_cannot_be_recorded_yet()
    {
        await using var rig = await Rig.StartAsync(database);
        rig.Host.Before = events => rig.Server.Away |= events.Any(e => e is OperationVerified);

        var done = await rig.DoAsync(rig.Load());
        var told = rig.Auditor.Findings().Count;
        rig.Host.Before = null;
        rig.Server.Away = false;
        await rig.LookAsync();

        Assert.Equal((OperationStates.Verified, 0), (done.State, told));
        Assert.Equal(LeakRule.PinUnused, Assert.Single(rig.Auditor.Findings()).Rule);
    }

    private static async Task<bool> UntilAsync(Func<bool> so)
    {
        while (!so())
        {
            await Task.Delay(5, Rig.Token); // the auditor works on other threads, and has no event for it
        }

        return true;
    }
}
