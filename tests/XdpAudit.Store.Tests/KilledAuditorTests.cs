using System.Diagnostics;
using System.Globalization;
using static XdpAudit.Store.Tests.OpenStore;

namespace XdpAudit.Store.Tests;

/// <summary>An auditor killed at any instruction: what it had acknowledged is there, and the next one starts at once.</summary>
public sealed class KilledAuditorTests
{
    private const string Acknowledged = "acknowledged";

    [Theory]
    [InlineData(150)]
    [InlineData(700)]
    [InlineData(2000)]
    public async Task What_it_had_acknowledged_is_there_and_the_next_starts_within_seconds(int events)
    {
        var directory = TestCluster.NewDirectory();
        Directory.CreateDirectory(directory);
        using var child = Start(directory);
        try
        {
            await PrivateClusterTests.UntilAsync(() => Count(directory) > events);
        }
        finally
        {
            child.Kill();
            await child.WaitForExitAsync(Token);
        }

        var acknowledged = Count(directory);
        var start = Stopwatch.GetTimestamp();
        await using var store = await AuditStore.OpenAsync(
            new() { DataDirectory = directory }, A.Host, TestLog.Loggers, TimeProvider.System, Token);
        var position = await store.HostJournal.PositionAsync(Token);
        var took = Stopwatch.GetElapsedTime(start);
        var entries = await AllAsync(store.HostJournal);

        TestContext.Current.TestOutputHelper!.WriteLine($"acknowledged {acknowledged}, found {position}, next start {took}");
        Assert.InRange(position, acknowledged, acknowledged + 3);
        Assert.Equal(Enumerable.Range(1, (int)position).Select(i => A.Subject((uint)i)), entries.Select(e => e.Event.Subjects[0]));
        Assert.True(took < TimeSpan.FromSeconds(10), $"the next start took {took}");
    }

    [Fact]
    public async Task A_cluster_whose_keeper_was_killed_too_is_adopted()
    {
        var directory = TestCluster.NewDirectory();
        Directory.CreateDirectory(directory);
        using var child = Start(directory);
        await PrivateClusterTests.UntilAsync(() => Count(directory) > 100);
        var keepers = Shell.Run("pgrep", "-P", child.Id.ToString(CultureInfo.InvariantCulture), "-x", "sh").Trim().Split('\n');
        var inner = Shell.Run("pgrep", "-P", keepers[0]).Trim();
        child.Kill(); // before the keeper: it must not hear of it
        Shell.Try("kill", ["-9", .. keepers]);
        Shell.Try("kill", "-9", inner);
        await child.WaitForExitAsync(Token);

        var acknowledged = Count(directory);
        await using var store = await AuditStore.OpenAsync(
            new() { DataDirectory = directory }, A.Host, TestLog.Loggers, TimeProvider.System, Token);

        Assert.InRange(await store.HostJournal.PositionAsync(Token), acknowledged, acknowledged + 3);
    }

    /// <summary>The auditor of the tests above: started by them in a process of its own, and killed by them.</summary>
    [Fact(Explicit = true)]
    public async Task It_appends_until_it_is_killed()
    {
        var directory = Environment.GetEnvironmentVariable(TestCluster.Child)!;
        await using var store = await AuditStore.OpenAsync(
            new() { DataDirectory = directory }, A.Host, TestLog.Loggers, TimeProvider.System, Token);
        await using var told = new FileStream(Path.Combine(directory, Acknowledged), FileMode.Create, FileAccess.Write, FileShare.Read, 1);
        for (var position = 0; ; position += 3)
        {
            await store.HostJournal.AppendAsync(position, A.Many(3, (uint)position + 1), A.Moment, Token);
            told.Write("aaa"u8);
        }
    }

    private static Process Start(string directory)
    {
        var how = new ProcessStartInfo(Environment.ProcessPath!, ["-explicit", "only", "-method", $"*.{nameof(It_appends_until_it_is_killed)}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        how.Environment[TestCluster.Child] = directory;
        var process = Process.Start(how)!;
        _ = process.StandardOutput.ReadToEndAsync();
        _ = process.StandardError.ReadToEndAsync();
        return process;
    }

    private static long Count(string directory) => new FileInfo(Path.Combine(directory, Acknowledged)) is { Exists: true } f ? f.Length : 0;
}
