using System.Globalization;

namespace XdpAudit.EndToEnd.Tests;

/// <summary>What no look could have found: it was over before anybody looked, or a look cannot show who did it.</summary>
public sealed class WitnessTests(OneAuditor one) : Scene(one)
{
    // The moment of the boot is known in whole milliseconds.
    private static readonly TimeSpan Precision = TimeSpan.FromMilliseconds(5);

    [Fact]
    public void A_program_that_lived_for_microseconds_is_told_with_its_loader_and_the_close_that_ended_it()
    {
        var before = DateTimeOffset.UtcNow;
        var (program, _, pid) = Flash("load");
        var after = DateTimeOffset.UtcNow;
        LookUntil(() => IsTold(program) && Gone(program), "its end is told");

        var history = ProgramHistory(program);
        Assert.Equal(["program_loaded flash by flash", "program_unloaded last-reference-gone by flash"], Told(history));
        Assert.All(history, e => Assert.Equal(pid, By(e).Pid));
        Assert.All(history, e => Assert.InRange(e.OccurredAt.At!.Value, before - Precision, after + Precision));
        Assert.Equal($"process {pid} (flash) closed its descriptor of program {program}", Cause(history[^1]));
        Assert.Equal("xdp", Program(program).Type);
    }

    [Fact]
    public void A_link_that_was_attached_and_detached_between_looks_is_told_from_its_creation_to_its_end()
    {
        var (program, link, pid) = Flash("link", "va", Lab.Netns());
        LookUntil(() => IsTold(program) && Gone(program), "its end is told");

        // A look that falls between may have read the interface before the link came and the link after: then the moment in force is not told.
        Assert.Equal(
            ["link_created by flash", "link_detached asked by flash", "link_released last-reference-gone by flash"],
            Told(LinkHistory(link)).Where(e => e.StartsWith("link_", StringComparison.Ordinal)).Select(e => e.Replace(" va native", "", StringComparison.Ordinal).Replace(" va unknown", "", StringComparison.Ordinal)));
        Assert.All(LinkHistory(link), e => Assert.Equal(pid, By(e).Pid));
    }

    [Fact]
    public void An_attach_a_replacement_and_a_detach_by_netlink_between_looks_are_each_told_with_who_did_it()
    {
        var netns = Lab.Netns();
        var (guard, stranger) = (Load(), Load("stranger"));
        Look();

        Lab.In(
            netns, "sh", "-c",
            $"bpftool net attach xdpdrv id {guard} dev va && bpftool net attach xdpdrv id {stranger} dev va overwrite && exec ip link set dev va xdpdrv off");
        Look();

        Assert.Equal(
            ["attachment_established va native netlink by bpftool", "attachment_replaced va native guard->stranger netlink by bpftool", "attachment_removed va native asked by ip"],
            Told(InterfaceHistory("va", netns)));
        Assert.Equal(3, InterfaceHistory("va", netns).Select(e => By(e).Pid).Distinct().Count());
    }

    [Fact]
    public void Who_detached_a_link_is_told_apart_from_who_made_it()
    {
        var netns = Lab.Netns();
        Load();
        var (maker, link) = Link(netns, "guard");

        var detacher = int.Parse(Shell.Run("sh", "-c", $"echo $$ && exec bpftool link detach id {link}").Split('\n')[0], CultureInfo.InvariantCulture);
        Look();

        Assert.Equal(
            [("link_created", maker.Pid), ("attachment_established", maker.Pid), ("attachment_removed", detacher), ("link_detached", detacher)],
            LinkHistory(link).Where(e => !e.Event.StartsWith("holder_", StringComparison.Ordinal)).Select(e => (e.Event, By(e).Pid)));
        Assert.Equal("link_detached asked by bpftool", Told(LinkHistory(link))[^1]);
    }

    [Theory]
    [InlineData("inherited")]
    [InlineData("sent")]
    public void The_loader_of_a_program_that_was_handed_on_is_told_apart_from_its_holder(string way)
    {
        var keeper = Kept(Keeper.Start(Tools.Flash, way));
        var (program, loader, heir) = (uint.Parse(keeper.Answer[1], null), int.Parse(keeper.Answer[2], null), int.Parse(keeper.Answer[3], null));

        LookUntil(() => Program(program).Holders.Count == 1, "the loader no longer holds it");

        Assert.NotEqual(loader, heir);
        Assert.Equal((loader, "flash"), (By(ProgramHistory(program)[0]).Pid, By(ProgramHistory(program)[0]).Comm));
        Assert.Equal(heir, Assert.IsType<HolderView.Descriptor>(Assert.Single(Program(program).Holders)).Process.Pid);

        keeper.Dispose();
        LookUntil(() => Gone(program), "it goes with its heir");
        Assert.Equal(heir, By(ProgramHistory(program)[^1]).Pid);
        Assert.StartsWith($"process {heir} (flash) ", Cause(ProgramHistory(program)[^1]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_load_that_the_verifier_refuses_is_told_with_its_errno_and_who_tried()
    {
        var start = Look();

        var said = Shell.Run(Tools.Flash, "refused").Split(' ');
        Look();

        var failed = Assert.Single(Journal(start), e => e.Event == "program_load_failed" && e.Actor is Actor.Process { Identity: var by } && by.Pid == int.Parse(said[1], null));
        Assert.NotEqual("0", said[0]);
        Assert.Equal(
            (said[0], "xdp", "flash_refused"),
            ($"{failed.Data.GetProperty("errno").GetInt32()}", failed.Data.GetProperty("type").GetString(), failed.Data.GetProperty("name").GetString()));
        Assert.Equal("flash", By(failed).Comm);
    }

    [Fact]
    public void A_pin_that_was_made_and_removed_between_looks_is_told_with_who_did_each()
    {
        var netns = Lab.Netns();
        var program = Load();
        var (_, link) = Link(netns, "guard");
        Look();

        int Brief(string kind, uint id) => int.Parse(
            Shell.Run("sh", "-c", $"echo $$ && bpftool {kind} pin id {id} '{Pin($"brief-{kind}")}' && exec rm '{Pin($"brief-{kind}")}'").Split('\n')[0], CultureInfo.InvariantCulture);
        var (ofProgram, ofLink) = (Brief("prog", program), Brief("link", link));
        Look();

        // Of who removed it the pid is sure; the name is read when it may have ended.
        void IsTold(string what, string kind, IReadOnlyList<HistoryEntry> history, int remover)
        {
            var brief = history.Where(e => Digest.IsOfAPin(e) && e.Data.GetProperty("pin").GetProperty("path").GetString() == Pin($"brief-{kind}")).ToList();
            Assert.Equal([$"{what}_pinned brief-{kind}", $"{what}_unpinned brief-{kind}"], Told(brief).Select(UpToWho));
            Assert.Equal(("bpftool", remover), (By(brief[0]).Comm, By(brief[1]).Pid));
        }

        IsTold("program", "prog", ProgramHistory(program), ofProgram);
        IsTold("link", "link", LinkHistory(link), ofLink);
        Assert.Equal([Pin("guard")], Program(program).Pins.Select(p => p.Value));
    }

    [Fact]
    public void A_program_of_a_type_out_of_scope_is_counted_and_has_no_life_in_the_journal()
    {
        var other = Lab.CompileBpf("other", "#include <linux/bpf.h>\n#include <bpf/bpf_helpers.h>\nSEC(\"socket\") int other(struct __sk_buff *skb) { return 0; }\nchar _license[] SEC(\"license\") = \"GPL\";\n");
        var start = Look();

        Shell.Run("sh", "-c", $"bpftool prog load {other} '{Pin("other")}' && rm '{Pin("other")}'");
        LookUntil(() => Journal(start).Any(Counted), "it is counted");

        Assert.DoesNotContain(Journal(start), e => e.Event.StartsWith("program_", StringComparison.Ordinal) && e.Data.GetRawText().Contains("\"other\"", StringComparison.Ordinal));
        Assert.Contains("socket_filter", Journal(start).First(Counted).Sentence, StringComparison.Ordinal);

        static bool Counted(HistoryEntry entry) =>
            entry.Event == "observation_completed" && entry.Data.TryGetProperty("other_loads", out var loads) && loads.EnumerateArray().Any(l => l.GetProperty("type").GetString() == "socket_filter");
    }

    [Fact]
    public void A_program_that_went_with_its_pin_says_who_removed_it()
    {
        var program = Load();
        Look();

        var remover = int.Parse(Shell.Run("sh", "-c", $"echo $$ && exec rm {Pin("guard")}").Split('\n')[0], CultureInfo.InvariantCulture);
        LookUntil(() => Gone(program), "it goes with its pin");

        Assert.Equal(
            ["program_loaded guard", "program_pinned guard", "program_unpinned guard", "program_unloaded last-reference-gone"],
            Told(ProgramHistory(program)).Select(UpToWho));
        Assert.All(ProgramHistory(program).TakeLast(2), e => Assert.Equal(remover, By(e).Pid));
        Assert.Matches($@"^process {remover} \(.+\) removed the pin {Pin("guard")}$", Cause(ProgramHistory(program)[^1]));
    }

    [Fact]
    public void A_program_that_went_with_its_killed_loader_says_by_which_signal()
    {
        var netns = Lab.Netns();
        var (loader, program) = Loader(netns, "link");
        Look();

        Sigkill(loader);
        LookUntil(() => Gone(program), "it goes with its loader");

        Assert.Equal($"process {loader.Pid} (loader) was ended by signal 9", Cause(ProgramHistory(program)[^1]));
        Assert.Equal(loader.Pid, By(ProgramHistory(program)[^1]).Pid);
    }

    private static ProcessIdentity By(HistoryEntry entry) => Assert.IsType<Actor.Process>(entry.Actor).Identity;

    private static string? Cause(HistoryEntry entry) => entry.Data.GetProperty("cause").GetString();

    private (uint Program, uint Link, int Pid) Flash(string what, string? device = null, string? netns = null)
    {
        var said = (netns is null ? Shell.Run(Tools.Flash, what) : Lab.In(netns, Tools.Flash, what, device!)).Split(' ');
        return (uint.Parse(said[0], null), uint.Parse(said[1], null), int.Parse(said[2], null));
    }
}
