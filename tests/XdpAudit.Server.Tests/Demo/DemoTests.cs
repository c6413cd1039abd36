using System.Diagnostics;
using System.Text.RegularExpressions;

namespace XdpAudit.Server.Tests;

/// <summary>The demo tells three leaks of the real kernel and leaves the machine as it was, however it ends.</summary>
public sealed partial class DemoTests : IDisposable
{
    private const string Stays = "It stays, to be looked at";
    private static readonly string[] _rules = [LeakRule.ProgramRetained, LeakRule.PinUnused, LeakRule.AttachmentUnowned];
    private readonly Lab _lab;

    public DemoTests()
    {
        Requires.RootAndBpf();
        Requires.Tool("clang");
        _lab = new();
    }

    public void Dispose() => _lab.Dispose();

    [Theory]
    [InlineData("--once")]
    [InlineData(null)]
    public void It_finds_and_explains_three_leaks_and_where_there_is_no_terminal_it_ends_with_zero_by_itself(string? once)
    {
        var told = Daemon.Try([.. Demo(), .. once is null ? [] : new[] { once }]);

        Assert.True(told.ExitCode == 0, $"ended with {told.ExitCode}: {told.Output}{told.Errors}");
        var findings = told.Output.Split("   FINDING ").Skip(1).Select(f => f.Split("\n\n")[0]).ToList();
        Assert.Equal(_rules.Order(), findings.Select(f => _rules.Single(rule => f.Split('\n')[0].Contains(rule, StringComparison.Ordinal))).Order());
        Assert.All(findings, f =>
        {
            Assert.Matches("(?m)^     [^ -].{20,}$", f);
            Assert.Matches("(?m)^     - .+\n         xdpaudit .+$", f);
            Assert.Matches("(?m)^     - .+\n         (rm|bpftool|ip|nsenter) .+$", f);
        });
        Assert.Contains("All three leaks were found and explained.", told.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(Stays, told.Output, StringComparison.Ordinal);
        NothingIsLeftOf(told.Output);
    }

    [Fact]
    public void When_a_leak_is_not_found_it_says_so_and_ends_with_one()
    {
        var plugins = Shipped.In($"{_lab.Folder}/unjudged", ["Libbpf", "FlightRecorder"], "libbpf,flight-recorder");

        var told = Daemon.Try(Daemon.Server, "up", "--demo", "--socket", $"{_lab.Folder}/demo.sock", "--plugins", plugins);

        Assert.True(told.ExitCode == 1, $"ended with {told.ExitCode}: {told.Output}{told.Errors}");
        Assert.Contains($"Not found: {LeakRule.ProgramRetained} (no active plugin judges it; see xdpaudit plugin list), ", told.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("FINDING", told.Output, StringComparison.Ordinal);
        NothingIsLeftOf(told.Output);
    }

    [Theory]
    [InlineData("-INT", 130)]
    [InlineData("-TERM", 130)]
    [InlineData("-KILL", 137)]
    public void Told_to_end_or_killed_half_way_it_takes_its_stage_away_all_the_same(string signal, int code)
    {
        string said;
        using (var demo = Daemon.StartAs(_lab, [.. Demo(), "--once"]))
        {
            demo.Says("$ ip -n");
            Assert.Contains($"xdpaudit-demo-{demo.Pid}", Shell.Run("ip", "netns", "list"), StringComparison.Ordinal);
            Assert.Equal(code, demo.End(signal));
            said = demo.Said;
        }

        NothingIsLeftOf(said);
    }

    [Fact]
    public void At_a_terminal_it_stays_to_be_looked_at_until_Ctrl_C()
    {
        Requires.Tool("script");
        var keys = $"{_lab.Folder}/keys";
        Shell.Run("mkfifo", keys);
        string said;
        using (var demo = Daemon.StartAs(_lab, "sh", "-c", "exec script -qefc \"$1\" /dev/null <>\"$2\"", "sh", $"exec {string.Join(' ', Demo())}", keys))
        {
            demo.Says(Stays);
            var looked = Shell.Try("env", $"XDPAUDIT_SERVER=unix:{_lab.Folder}/demo.sock", Daemon.Cli, "finding", "list", "-o", "json");
            Assert.Equal(0, looked.ExitCode);
            Assert.All(_rules, rule => Assert.Contains($"\"{rule}\"", looked.Output, StringComparison.Ordinal));

            File.WriteAllText(keys, "\u0003");
            Assert.Equal(0, demo.Ended());
            said = demo.Said;
        }

        NothingIsLeftOf(said);
    }

    private string[] Demo() => [Daemon.Server, "up", "--demo", "--socket", $"{_lab.Folder}/demo.sock", "--plugins", Daemon.Plugins(_lab)];

    // The keeper waits for the database to stop, and the kernel frees after the last reference went: both take a moment.
    private static void NothingIsLeftOf(string said)
    {
        var name = Name().Match(said).Value;
        var made = Made().Matches(said).Select(m => (Kind: m.Groups[1].Value == "link" ? "link" : "prog", Id: m.Groups[2].Value)).Distinct().ToList();
        Assert.NotEmpty(name);
        Assert.Contains(made, m => m.Kind == "prog");
        Assert.Contains(made, m => m.Kind == "link");

        var left = Left(name, made);
        for (var began = Stopwatch.StartNew(); left.Count > 0 && began.Elapsed < TimeSpan.FromSeconds(30); left = Left(name, made))
        {
            TestContext.Current.CancellationToken.WaitHandle.WaitOne(100);
        }

        Assert.Empty(left);
    }

    private static List<string> Left(string name, List<(string Kind, string Id)> made) =>
    [
        .. Shell.Run("ip", "netns", "list").Split('\n').Where(l => l.Contains(name, StringComparison.Ordinal)),
        .. File.ReadLines("/proc/self/mounts").Where(l => l.Contains(name, StringComparison.Ordinal)),
        .. Directory.EnumerateFileSystemEntries("/tmp", $"{name}*"),
        .. Shell.Try("pgrep", "-af", name).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => !l.Contains("pgrep", StringComparison.Ordinal)),
        .. made.Where(m => Shell.Try("bpftool", m.Kind, "show", "id", m.Id).ExitCode == 0).Select(m => $"{m.Kind} {m.Id}"),
    ];

    [GeneratedRegex("xdpaudit-demo-[0-9]+")]
    private static partial Regex Name();

    // What it tells of: by operations, findings and the history.
    [GeneratedRegex("\\b(program|link) ([0-9]+)\\b")]
    private static partial Regex Made();
}
