namespace XdpAudit.EndToEnd.Tests;

/// <summary>Attachments by netlink: no link, no owner, and a detach that lies.</summary>
public sealed class NetlinkTests(OneAuditor one) : Scene(one)
{
    [Theory]
    [InlineData("xdpdrv", "xdpgeneric")]
    [InlineData("xdpgeneric", "xdpdrv")]
    public void A_detach_in_the_wrong_mode_succeeds_and_the_journal_shows_that_nothing_was_removed(string mode, string wrong)
    {
        var netns = Lab.Netns();
        var program = Load();
        var before = Look();
        Lab.In(netns, "bpftool", "net", "attach", mode, "id", $"{program}", "dev", "va");
        var between = Look();
        var told = Told(ProgramHistory(program));

        Assert.Equal(0, Lab.TryIn(netns, "bpftool", "net", "detach", wrong, "dev", "va").ExitCode);
        Assert.Equal(0, Lab.TryIn(netns, "ip", "link", "set", "dev", "va", wrong, "off").ExitCode);
        var after = Look();

        Assert.Equal(told, Told(ProgramHistory(program)));
        Assert.Equal(["attachment_established va " + (mode == "xdpdrv" ? "native" : "generic") + " netlink by bpftool"], Told(InterfaceHistory("va", netns)));
        Assert.Equal((ProgramStates.Retained, 0), (Program(program, before).State, Program(program, before).Attachments.Count));
        Assert.All([between, after], at => Assert.Equal(("va", mode == "xdpdrv" ? XdpMode.Native : XdpMode.Generic), (Assert.Single(Program(program, at).Attachments).IfName, Program(program, at).Attachments[0].Mode)));
    }

    [Fact]
    public void An_operation_in_the_other_mode_is_refused_with_the_mode_named_and_the_detach_finds_the_right_one()
    {
        var netns = Lab.Netns();
        var program = Load();
        Load("stranger");
        Lab.In(netns, "bpftool", "net", "attach", "xdpgeneric", "id", $"{program}", "dev", "va");

        var refused = Type($"xdpaudit link attach pin:{Pin("stranger")} --interface va --netns {netns} --mode native");
        var detached = Asked($"xdpaudit link detach interface:va@{netns}");

        Assert.Equal(7, refused.ExitCode);
        Assert.Contains("generic", refused.Errors, StringComparison.Ordinal);
        Assert.Equal(OperationStates.Verified, detached.GetProperty("state").GetString());
        Assert.Equal(
            ["program_loaded guard by bpftool", "program_pinned guard by bpftool", "attachment_established va generic netlink by bpftool", "attachment_removed va generic asked by xdpaudit"],
            Told(ProgramHistory(program)));
        Assert.DoesNotContain("prog/xdp", Lab.In(netns, "ip", "-d", "link", "show", "va"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_silent_overwrite_is_recorded_as_a_replacement_and_found(bool plain)
    {
        var netns = Lab.Netns();
        var old = Load();
        Lab.In(netns, "bpftool", "net", "attach", "xdpdrv", "id", $"{old}", "dev", "va");
        var before = Look();

        var stranger = Load("stranger");
        Lab.In(netns, "bpftool", "net", "attach", "xdpdrv", "id", $"{stranger}", "dev", "va", "overwrite");
        File.Delete(Pin("stranger"));
        var after = Look();

        Assert.Equal(ProgramStates.Attached, Program(old, before).State);
        Assert.Equal(ProgramStates.Retained, Program(old, after).State);
        Assert.Equal(ProgramStates.Attached, Program(stranger, after).State);
        Assert.Equal(
            ["program_loaded guard by bpftool", "program_pinned guard by bpftool", "attachment_established va native netlink by bpftool", "attachment_replaced va native guard->stranger netlink by bpftool"],
            Told(ProgramHistory(old)));
        Assert.Equal(["program_loaded stranger by bpftool", "attachment_replaced va native guard->stranger netlink by bpftool"], Told(ProgramHistory(stranger)).Where(NotOfPins));
        Assert.Equal(["attachment_established va native netlink by bpftool", "attachment_replaced va native guard->stranger netlink by bpftool"], Told(InterfaceHistory("va", netns)));

        var finding = Opens(LeakRule.AttachmentReplaced, PlaceOf(stranger));
        Assert.Contains("took the place of program", finding.Summary, StringComparison.Ordinal);
        Mends(finding, plain);
        Assert.Equal(ProgramStates.Attached, Program(old).State);
        LookUntil(() => Gone(stranger), "the stranger goes");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_attachment_of_a_killed_loader_stays_and_belongs_to_nobody(bool plain)
    {
        var netns = Lab.Netns();
        var (loader, program) = Loader(netns, "netlink");
        var before = Look();

        Sigkill(loader);
        var after = LookUntil(() => Program(program).Holders.Count == 1, "the loader no longer holds the program");

        Assert.Equal(loader.Pid, Assert.Single(Program(program, before).Holders.OfType<HolderView.Descriptor>()).Process.Pid);
        Assert.IsType<HolderView.Netlink>(Assert.Single(Program(program, after).Holders));
        Assert.Equal(
            ["program_loaded guard by loader", "attachment_established va native netlink by loader"],
            Told(ProgramHistory(program)));
        Assert.Equal(["holder_appeared fd loader", "holder_gone fd loader by loader"], Holders(ProgramHistory(program)));

        var finding = Opens(LeakRule.AttachmentUnowned, PlaceOf(program));
        Assert.Contains("No process, no pin and no operation answers for it", finding.Summary, StringComparison.Ordinal);
        Mends(finding, plain);
        LookUntil(() => Gone(program), "the program goes with its attachment");
    }

    [Fact]
    public void The_unpinned_link_of_a_killed_loader_goes_and_takes_its_program_along()
    {
        var netns = Lab.Netns();
        var (loader, program) = Loader(netns, "link");
        Look();
        var link = Assert.Single(Program(program).Attachments).LinkId!.Value.Value;

        Sigkill(loader);
        LookUntil(() => Gone(program), "the program goes with the loader's link");

        Assert.Equal(
            ["program_loaded guard by loader", "link_created va native by loader", "attachment_established va native link by loader", "attachment_removed va native link-released by loader", "link_released last-reference-gone by loader", "program_unloaded last-reference-gone by loader"],
            Told(ProgramHistory(program)));
        Assert.Equal(["link_created va native by loader", "attachment_established va native link by loader", "attachment_removed va native link-released by loader", "link_released last-reference-gone by loader"], Told(LinkHistory(link)));
        Assert.Equal(["holder_appeared fd loader", "holder_gone fd loader by loader"], Holders(LinkHistory(link)));
        Assert.DoesNotContain(Findings(LeakRule.AttachmentUnowned), f => f.Holders.OfType<HolderView.Netlink>().Any(h => h.AttachPoint.Value == PlaceThen(program)));
    }

    private string PlaceOf(uint program) => Assert.Single(Program(program).Holders.OfType<HolderView.Netlink>()).AttachPoint.Value;

    private string PlaceThen(uint program) => Assert.Single(Program(program).FormerAttachments).AttachPoint.Value;
}
