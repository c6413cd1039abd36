using System.Diagnostics;

namespace XdpAudit.Server.Tests;

/// <summary>kill -9, at any moment, of the auditor and of its database.</summary>
public sealed class KillTests : IDisposable
{
    private readonly Lab _lab;

    public KillTests()
    {
        Requires.RootAndBpf();
        _lab = new();
    }

    public void Dispose() => _lab.Dispose();

    [Fact]
    public async Task Nothing_that_was_acknowledged_is_lost_or_doubled_when_the_auditor_is_killed_during_200_operations()
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        var traffic = new Traffic(_lab, seed);
        var kills = Enumerable.Range(0, 200).OrderBy(_ => traffic.Random.Next()).Take(10).ToHashSet();
        var daemon = Daemon.Start(_lab);
        try
        {
            for (var i = 0; i < 200; i++)
            {
                var asked = Task.WhenAll(traffic.NextAsync(daemon.Api, await traffic.ChooseAsync(daemon.Api)), traffic.SayAsync(daemon.Api));
                if (kills.Contains(i))
                {
                    await WithinAsync(asked, TimeSpan.FromMilliseconds(traffic.Random.Next(80)));
                    Assert.Equal(137, daemon.End("-KILL"));
                    await asked.ContinueWith(_ => { }, TaskScheduler.Default);
                    daemon.Dispose();
                    daemon = Daemon.Start(_lab);
                }
                else
                {
                    await asked;
                }
            }

            Assert.True(traffic.Acknowledged > 150, $"only {traffic.Acknowledged} of 200 operations were answered");
            Assert.True(traffic.Words > 50, $"only {traffic.Words} words on findings were answered");
            await traffic.AuditAsync(daemon.Api);
        }
        finally
        {
            daemon.Dispose();
        }
    }

    [Fact]
    public async Task Nothing_is_lost_or_doubled_when_postgresql_is_killed_under_way()
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        var traffic = new Traffic(_lab, seed);
        using var daemon = Daemon.Start(_lab);
        for (var i = 0; i < 40; i++)
        {
            var request = await ReadAsync(() => traffic.ChooseAsync(daemon.Api));
            var asked = traffic.NextAsync(daemon.Api, request);
            if (i % 8 == 3)
            {
                await WithinAsync(asked, TimeSpan.FromMilliseconds(traffic.Random.Next(60)));
                Shell.Try("kill", "-KILL", File.ReadLines($"{_lab.Folder}/data/pg/data/postmaster.pid").First());
            }

            var problem = await asked;
            Assert.True(problem?.Code is null or ProblemCode.OperationFailed or ProblemCode.Unavailable, problem?.Title);
        }

        await ReadAsync(async () =>
        {
            await traffic.AuditAsync(daemon.Api);
            return true;
        });
        Assert.Null((await daemon.Api.StatusAsync()).Trouble);
        Assert.True(traffic.Acknowledged > 20, $"only {traffic.Acknowledged} of 40 operations were answered");
    }

    [Fact]
    public async Task A_stop_that_was_asked_for_is_said_in_the_journal_and_ends_with_zero()
    {
        using (var first = Daemon.Start(_lab))
        {
            Assert.Equal(0, first.End("-TERM"));
        }

        using var second = Daemon.Start(_lab);
        var told = (await second.Api.JournalAsync()).Select(e => e.Event).ToList();

        Assert.Equal(["agent_stopped", "gap_opened", "agent_started"], told.SkipWhile(e => e != "agent_stopped").Take(3));
        Assert.Contains("gap_closed", told);
    }

    private static async Task WithinAsync(Task task, TimeSpan atMost) => await Task.WhenAny(task, Task.Delay(atMost, TestContext.Current.CancellationToken));

    // A read may fall into the moment in which the database is away: it says so and is asked again.
    private static async Task<T> ReadAsync<T>(Func<Task<T>> read)
    {
        for (var began = Stopwatch.StartNew(); ;)
        {
            try
            {
                return await read();
            }
            catch (InvalidOperationException away) when (away.Message.Contains("503", StringComparison.Ordinal) && began.Elapsed < TimeSpan.FromSeconds(30))
            {
                await Task.Delay(100, TestContext.Current.CancellationToken); // a database that is away does not say when it is back
            }
        }
    }
}
