using System.Diagnostics;

namespace XdpAudit.Server.Tests;

/// <summary>The demo tells three leaks of the real kernel and leaves the machine as it was, however it ends.</summary>
public sealed class DemoTests : IDisposable
{
    private readonly Lab _lab;

    public DemoTests()
    {
        Requires.RootAndBpf();
        Requires.Tool("clang");
        _lab = new();
    }

    public void Dispose() => _lab.Dispose();

    [Fact]
    public void It_finds_and_explains_three_leaks_and_ends_with_zero_and_nothing_left()
    {
        var told = Daemon.Try(Daemon.Server, "up", "--demo", "--once", "--socket", $"{_lab.Folder}/demo.sock", "--plugins", Daemon.Plugins(_lab));

        Assert.True(told.ExitCode == 0, $"ended with {told.ExitCode}: {told.Output}{told.Errors}");
        Assert.Equal(3, told.Output.Split('\n').Count(l => l.StartsWith("   FINDING ", StringComparison.Ordinal)));
        Assert.All((string[])[LeakRule.ProgramRetained, LeakRule.PinUnused, LeakRule.AttachmentUnowned], rule => Assert.Contains(rule, told.Output, StringComparison.Ordinal));
        Assert.Contains("All three leaks were found and explained.", told.Output, StringComparison.Ordinal);
        NothingIsLeftOf(Name(told.Output));
    }

    [Fact]
    public void Killed_half_way_it_takes_its_stage_away_all_the_same()
    {
        string name;
        using (var demo = Daemon.StartAs(_lab, Daemon.Server, "up", "--demo", "--once", "--socket", $"{_lab.Folder}/demo.sock", "--plugins", Daemon.Plugins(_lab)))
        {
            name = $"xdpaudit-demo-{demo.Pid}";
            Assert.Contains(name, Shell.Run("ip", "netns", "list"), StringComparison.Ordinal);
            Assert.Equal(137, demo.End("-KILL"));
        }

        NothingIsLeftOf(name);
    }

    private static string Name(string output) => output[output.IndexOf("xdpaudit-demo-", StringComparison.Ordinal)..].Split(' ', ',', '/', '\n')[0];

    // The keeper waits for the database to stop, which takes a moment.
    private static void NothingIsLeftOf(string name)
    {
        var left = Left(name);
        for (var began = Stopwatch.StartNew(); left.Count > 0 && began.Elapsed < TimeSpan.FromSeconds(30); left = Left(name))
        {
            TestContext.Current.CancellationToken.WaitHandle.WaitOne(100);
        }

        Assert.Empty(left);
    }

    private static List<string> Left(string name) =>
    [
        .. Shell.Run("ip", "netns", "list").Split('\n').Where(l => l.Contains(name, StringComparison.Ordinal)),
        .. File.ReadLines("/proc/self/mounts").Where(l => l.Contains(name, StringComparison.Ordinal)),
        .. Directory.EnumerateFileSystemEntries("/tmp", $"{name}*"),
        .. Shell.Try("pgrep", "-af", name).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => !l.Contains("pgrep", StringComparison.Ordinal)),
    ];
}
