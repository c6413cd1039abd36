using System.Text.Json;

namespace XdpAudit.EndToEnd.Tests;

/// <summary>Programs that stay when everybody believes they are gone.</summary>
public sealed class LeakTests(OneAuditor one) : Scene(one)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_program_left_pinned_by_a_failed_attach_is_found_and_goes(bool plain)
    {
        var netns = Lab.Netns();
        var other = Load("stranger");
        Link(netns, "stranger");
        var before = Look();

        var failed = Lab.TryIn(netns, Tools.Loader, Tools.GuardObject, "guard", "va", "link", Pin("guard"));
        var program = Tools.Id("prog", Pin("guard"));
        var after = Look();

        Assert.Equal((1, "attach failed"), (failed.ExitCode, failed.Errors.Split('\n')[^2]));
        Assert.Equal(["program_loaded guard by loader", "program_pinned guard by loader"], Told(ProgramHistory(program)));
        Assert.Equal(ProgramStates.Retained, Program(program, after).State);
        Assert.Equal([ProgramStates.Attached, ProgramStates.Attached], new[] { Program(other, before).State, Program(other, after).State });
        Assert.DoesNotContain(Programs(before), p => p.Key == Program(program).Key);

        var finding = Opens(LeakRule.PinUnused, Program(program).Key.Value);
        Assert.Contains($"Still holding it: the pin '{Pin("guard")}', and nothing else", finding.Summary, StringComparison.Ordinal);
        Mends(finding, plain);
        string[] told = ["program_loaded guard by loader", "program_pinned guard by loader", "program_unpinned guard by xdpaudit", "program_unloaded last-reference-gone by xdpaudit"];
        Assert.Equal(plain ? told.Select(UpToWho) : told, plain ? Told(ProgramHistory(program)).Select(UpToWho) : Told(ProgramHistory(program)));
        Assert.Single(ProgramHistory(program).TakeLast(2).Select(e => Assert.IsType<Actor.Process>(e.Actor).Identity.Pid).Distinct());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_detach_that_was_taken_for_an_unload_is_found_and_mended(bool plain)
    {
        long before = 0;
        using var leak = new LeakScenarios(Lab, () => before = Look()).Detached_but_pinned();
        var program = leak.Programs[0];
        var after = Look();

        Assert.Equal(
            ["program_loaded guard by bpftool", "attachment_established va native netlink by bpftool", "attachment_removed va native asked by bpftool"],
            Told(ProgramHistory(program)).Where(NotOfPins));
        Assert.Equal((ProgramStates.Attached, "va"), (Program(program, before).State, Assert.Single(Program(program, before).Attachments).IfName));
        Assert.Equal((ProgramStates.Retained, 0), (Program(program, after).State, Program(program, after).Attachments.Count));
        Assert.Contains("detaching does not unload", Program(program, after).Why, StringComparison.Ordinal);

        var finding = Opens(LeakRule.ProgramRetained, Program(program).Key.Value);
        Assert.Contains($"pin '{Pin("guard")}'", finding.Summary, StringComparison.Ordinal);
        Mends(finding, plain);
        Assert.True(Gone(program));
        Assert.False(Leak.Exists("prog", program));
        Assert.Equal([ProgramStates.Attached, ProgramStates.Retained], new[] { Program(program, before).State, Program(program, after).State });
    }

    [Theory]
    [InlineData("prog_array", "prog_array[2]", true)]
    [InlineData("devmap", "devmap[2]", true)]
    [InlineData("cpumap", "cpumap[0]", true)]
    [InlineData("prog_array", "prog_array[2]", false)]
    public void A_program_that_only_an_element_of_a_map_holds_is_found_with_its_map(string mapType, string holder, bool plain)
    {
        var before = Look();
        using var leak = new LeakScenarios(Lab).Kept_by_a_map(mapType);
        var program = leak.Programs[0];
        var after = Look();

        Assert.Equal([$"program_loaded {Program(program).Name} by bpftool"], Told(ProgramHistory(program)).Where(NotOfPins));
        Assert.Equal([$"holder_appeared {holder}"], Holders(ProgramHistory(program)));
        Assert.DoesNotContain(Programs(before), p => p.Key == Program(program).Key);
        Assert.Equal(ProgramStates.Retained, Program(program, after).State);
        Assert.Equal(leak.Maps[0], Assert.IsType<HolderView.MapElement>(Assert.Single(Program(program, after).Holders)).MapId.Value);

        var finding = Opens(LeakRule.MapHeldProgram, Program(program).Key.Value);
        Assert.Contains($"map {leak.Maps[0]}", finding.Summary, StringComparison.Ordinal);
        Mends(finding, plain);
        var last = LookUntil(() => Gone(program), "the program goes with its element");
        Assert.Contains(Programs(after), p => p.Key == Program(program).Key);
        Assert.DoesNotContain(Programs(last), p => p.Key == Program(program).Key);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_daemon_that_loads_again_at_each_of_its_starts_is_found_by_its_copies(bool plain)
    {
        // Others on this machine may load the programs that all tests share; these copies are nobody else's.
        var source = Lab.CompileBpf("again", "#include <linux/bpf.h>\n#include <bpf/bpf_helpers.h>\nSEC(\"xdp\") int again(struct xdp_md *c) { return c->data_end - c->data == 3 ? XDP_DROP : XDP_PASS; }\nchar _license[] SEC(\"license\") = \"GPL\";\n");
        var copies = new List<uint>();
        var looks = new List<long> { Look() };
        for (var start = 0; start < 4; start++)
        {
            Shell.Run("bpftool", "prog", "load", source, Pin($"start{start}"));
            copies.Add(Tools.Id("prog", Pin($"start{start}")));
            looks.Add(Look());
        }

        var finding = Opens(LeakRule.ProgramDuplicated, Program(copies[0]).Key.Value);

        Assert.All(copies, id => Assert.Equal(ProgramStates.Retained, Program(id).State));
        Assert.Equal([0, 1, 2, 3, 4], looks.Select(at => Programs(at).Count(p => p.Name == "again" && p.Tag == Program(copies[0]).Tag)));
        Assert.StartsWith("4 copies of program 'again'", finding.Summary, StringComparison.Ordinal);
        Mends(finding, plain);
        Assert.All(copies.SkipLast(1), id => Assert.True(Gone(id)));
        Assert.False(Gone(copies[^1]));
    }

    [Fact]
    public void A_daemon_that_attaches_a_second_copy_at_its_restart_leaves_the_first_in_force_beside_it()
    {
        var netns = Lab.Netns();
        var before = Look();
        var (first, old) = Loader(netns, "netlink");
        var between = Look();
        Sigkill(first);
        var (_, copy) = Loader(netns, "link", "vb");
        var after = LookUntil(() => Program(old).Holders.Count == 1, "the first daemon no longer holds its copy");

        Assert.DoesNotContain(Programs(before), p => p.Key == Program(old).Key || p.Key == Program(copy).Key);
        Assert.Equal(("va", 0), (Assert.Single(Program(old, between).Attachments).IfName, Programs(between).Count(p => p.Key == Program(copy).Key)));
        Assert.Equal(Program(old).Tag, Program(copy).Tag);
        Assert.Equal(["va", "vb"], new[] { old, copy }.Select(id => Assert.Single(Program(id, after).Attachments).IfName));
        Assert.Equal(["program_loaded guard by loader", "attachment_established va native netlink by loader"], Told(ProgramHistory(old)));
        Assert.Equal(["program_loaded guard by loader", "link_created vb native by loader", "attachment_established vb native link by loader"], Told(ProgramHistory(copy)));

        var place = Assert.Single(Program(old).Holders.OfType<HolderView.Netlink>()).AttachPoint.Value;
        Mends(Opens(LeakRule.AttachmentUnowned, place), plain: true);
        var last = LookUntil(() => Gone(old), "the first copy goes with its attachment");
        Assert.Equal([copy], Programs(last).Where(p => p.Key == Program(old).Key || p.Key == Program(copy).Key).Select(p => p.Id.Value));
        Assert.Equal("vb", Assert.Single(Program(copy, last).Attachments).IfName);
    }

    [Fact]
    public void The_command_line_tells_what_was_then_and_what_is_now()
    {
        var netns = Lab.Netns();
        var program = Load();
        Lab.In(netns, "bpftool", "net", "attach", "xdpdrv", "id", $"{program}", "dev", "va");
        var before = Look();
        Lab.In(netns, "bpftool", "net", "detach", "xdpdrv", "dev", "va");
        File.Delete(Pin("guard"));
        LookUntil(() => Gone(program), "the program goes");

        var then = Asked($"xdpaudit program show {program} --at position:{before}");
        var now = Asked($"xdpaudit program show {program}");

        Assert.Equal((ProgramStates.Attached, "va"), (then.GetProperty("state").GetString(), then.GetProperty("attachments")[0].GetProperty("ifname").GetString()));
        Assert.Equal((ProgramStates.Unloaded, 0), (now.GetProperty("state").GetString(), now.GetProperty("attachments").GetArrayLength()));
        Assert.Equal(JsonValueKind.Null, then.GetProperty("ended").ValueKind);
        Assert.Equal(1, Asked($"xdpaudit program list --at position:{before}").EnumerateArray().Count(p => p.GetProperty("id").GetUInt32() == program));
        Assert.Equal(0, Asked("xdpaudit program list").EnumerateArray().Count(p => p.GetProperty("id").GetUInt32() == program));
    }
}
