using System.Diagnostics;
using System.Text.Json;

namespace XdpAudit.EndToEnd.Tests;

/// <summary>The auditor must not keep alive what it audits; where it was told to hold, it says so and lets go at its end.</summary>
public sealed class AuditorAsHolderTests(OneAuditor one) : Scene(one)
{
    private Lab? _house;
    private AuditorProcess? _process;

    private protected override AuditorProcess Auditor => _process ?? base.Auditor;

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _process?.Dispose();
        _house?.Dispose();
    }

    [Fact]
    public void An_idle_auditor_has_no_descriptor_of_anything_it_audits()
    {
        var netns = Lab.Netns();
        Ours(netns);
        Load("stranger");
        var (_, unpinned) = Link(netns, "stranger", "vb");
        Look();

        var own = new HashSet<string>(StringComparer.Ordinal);
        foreach (var fd in Directory.GetFiles($"/proc/{Auditor.Pid}/fdinfo"))
        {
            var lines = Lines(fd).Select(l => l.Split(':', 2, StringSplitOptions.TrimEntries)).Where(l => l.Length == 2).ToList();
            foreach (var line in lines.Where(l => l[0] is "prog_id" or "link_id" or "map_id"))
            {
                own.Add($"{line[0][..^3]} {line[1]}");
            }
        }

        using var shown = JsonDocument.Parse(Shell.Run("bpftool", "-j", "prog", "show"));
        var types = shown.RootElement.EnumerateArray().ToDictionary(p => $"prog {p.GetProperty("id").GetUInt32()}", p => p.GetProperty("type").GetString());
        Assert.All(own.Where(o => o.StartsWith("prog ", StringComparison.Ordinal)), o => Assert.Equal("tracing", types[o]));
        Assert.DoesNotContain($"link {unpinned}", own);
        Assert.All(Api.Get(Routes.State, ApiJson.Default.HostView).Links, l => Assert.DoesNotContain($"link {l.Id}", own));
        Assert.All(Api.Get(Routes.State, ApiJson.Default.HostView).Maps, m => Assert.DoesNotContain($"map {m.Id}", own));
        Assert.Contains(own, o => o.StartsWith("prog ", StringComparison.Ordinal));
    }

    // A look opens and closes: what is gone between the list and the reading is held by nobody.
    private static string[] Lines(string file)
    {
        try
        {
            return File.ReadAllLines(file);
        }
        catch (FileNotFoundException)
        {
            return [];
        }
    }

    [Fact]
    public void An_ephemeral_auditor_names_itself_as_holder_and_everything_goes_with_it()
    {
        _house = new();
        _process = AuditorProcess.Start(_house, "1h", "--ephemeral");
        var netns = Lab.Netns();
        var (program, link) = Ours(netns);
        Look();

        var holder = Assert.IsType<HolderView.Descriptor>(Assert.Single(LinkOf(link).Holders));
        Assert.True(holder.Auditor);
        Assert.Contains($"PPid:\t{_process.Pid}\n", File.ReadAllText($"/proc/{holder.Process.Pid}/status"), StringComparison.Ordinal);
        Assert.Empty(Program(program).Pins);
        var finding = Opens(LeakRule.AuditorHolds, LinkOf(link).Key.Value);
        Assert.Contains($"the auditor (pid {holder.Process.Pid}) has held", finding.Summary, StringComparison.Ordinal);

        Assert.Equal(0, _process.Stop());
        Assert.Contains("ephemeral: what is loaded and attached from here on is held by this process alone; it is detached and unloaded when this process ends", _process.Said.Split('\n'));

        var waited = Stopwatch.StartNew();
        while (Leak.Exists("prog", program) || Leak.Exists("link", link))
        {
            Assert.True(waited.Elapsed < TimeSpan.FromSeconds(10), "what an ephemeral auditor made is still there");
        }

        Assert.DoesNotContain("xdp", Lab.In(netns, "ip", "-d", "link", "show", "va").Replace("xdpaudit", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_auditor_was_told_to_hold_goes_by_xdpaudit_itself_and_the_auditor_stays()
    {
        _house = new();
        _process = AuditorProcess.Start(_house);
        var netns = Lab.Netns();
        var program = Asked($"xdpaudit program load {Tools.GuardObject} --program guard --ephemeral").GetProperty("program_id").GetUInt32();
        Asked($"xdpaudit link attach {program} --interface va --netns {netns} --mode native --ephemeral");
        Look();
        var link = Assert.Single(Program(program).Attachments).LinkId!.Value.Value;

        var ofLink = Opens(LeakRule.AuditorHolds, LinkOf(link).Key.Value);
        var ofProgram = Finding(LeakRule.AuditorHolds, Program(program).Key.Value);
        Mends(ofLink, plain: false);
        Mends(ofProgram, plain: false);

        LookUntil(() => Gone(program), "the program goes");
    }
}
