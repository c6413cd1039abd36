namespace XdpAudit.EndToEnd.Tests;

/// <summary>What others do to things that are not theirs.</summary>
public sealed class ForeignHandTests(OneAuditor one) : Scene(one)
{
    [Fact]
    public void Unloading_all_of_an_interface_takes_a_program_out_of_force_that_the_tool_never_loaded()
    {
        Requires.Tool("xdp-loader");
        var netns = Lab.Netns();
        var program = Load();
        Lab.In(netns, "bpftool", "net", "attach", "xdpdrv", "id", $"{program}", "dev", "va");
        var before = Look();

        Lab.In(netns, "env", $"LIBXDP_BPFFS={Lab.Bpffs}", "xdp-loader", "unload", "va", "--all");
        var after = Look();

        Assert.Equal(ProgramStates.Attached, Program(program, before).State);
        Assert.Equal(ProgramStates.Retained, Program(program, after).State);
        Assert.Equal(
            ["program_loaded guard by bpftool", "program_pinned guard by bpftool", "attachment_established va native netlink by bpftool", "attachment_removed va native asked by xdp-loader"],
            Told(ProgramHistory(program)));
        Assert.Contains("ended because it was detached", Opens(LeakRule.ProgramRetained, Program(program).Key.Value).Summary, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Detaching_our_pinned_link_behind_our_back_leaves_a_defunct_link_of_ours(bool plain)
    {
        var netns = Lab.Netns();
        var (program, link) = Ours(netns);

        Shell.Run("bpftool", "link", "detach", "id", $"{link}");
        var after = Look();

        Assert.Equal((LinkStates.Defunct, "asked"), (LinkOf(link, after).State, LinkOf(link, after).DefunctWhy));
        Assert.Equal(
            ["link_created va native by xdpaudit", "attachment_established va native link by xdpaudit", $"link_pinned {Name(LinkOf(link).Pins[0])} by xdpaudit", "attachment_removed va native asked by bpftool", "link_detached asked by bpftool"],
            Told(LinkHistory(link)));
        Assert.Equal([true, true, true, false, false], LinkHistory(link).Where(e => !Digest.IsOfAHolder(e)).Select(e => e.Operation is not null));

        var finding = Opens(LeakRule.LinkDefunct, LinkOf(link).Key.Value);
        Assert.Contains($"pin '{LinkOf(link).Pins[0]}'", finding.Summary, StringComparison.Ordinal);
        Mends(finding, plain);
        Assert.Equal(ProgramStates.Retained, Program(program).State);
    }

    [Fact]
    public void A_program_of_an_operation_that_goes_without_one_is_reported_as_vanished()
    {
        var netns = Lab.Netns();
        var (program, link) = Ours(netns);
        var before = Look();

        File.Delete(Program(program).Pins[0].Value);
        File.Delete(LinkOf(link).Pins[0].Value);
        LookUntil(() => Gone(program), "the program goes with its pins");

        Assert.Equal(ProgramStates.Attached, Program(program, before).State);
        Assert.Equal($"program_unloaded last-reference-gone by {Own}", Told(ProgramHistory(program))[^1]);
        Assert.Null(ProgramHistory(program)[^1].Operation);
        var finding = Opens(LeakRule.Vanished, Program(program).Key.Value);
        Assert.Contains("no operation of ours ended it", finding.Summary, StringComparison.Ordinal);
        Assert.Contains("It took link", finding.Summary, StringComparison.Ordinal);
        Typed($"xdpaudit finding acknowledge {finding.Id} --reason risk-accepted --comment 'a test' --expires 7d");
        Assert.Equal(FindingStates.Acknowledged, Finding(LeakRule.Vanished, Program(program).Key.Value).Status);
    }

    [Fact]
    public void A_netlink_command_over_a_link_is_refused_by_the_kernel_and_nothing_is_recorded()
    {
        var netns = Lab.Netns();
        var (program, link) = Ours(netns);
        var stranger = Load("stranger");
        Look();
        var told = Told(InterfaceHistory("va", netns));

        Assert.NotEqual(0, Lab.TryIn(netns, "bpftool", "net", "attach", "xdpdrv", "id", $"{stranger}", "dev", "va", "overwrite").ExitCode);
        Assert.NotEqual(0, Lab.TryIn(netns, "ip", "link", "set", "dev", "va", "xdp", "off").ExitCode);
        Look();

        Assert.Equal(told, Told(InterfaceHistory("va", netns)));
        Assert.Single(told);
        Assert.DoesNotContain(Told(ProgramHistory(stranger)), e => e.StartsWith("attachment_", StringComparison.Ordinal));
        Assert.Equal((LinkStates.Attached, ProgramStates.Attached), (LinkOf(link).State, Program(program).State));
    }

    private string Name(PinPath pin) => pin.Value.Replace(Lab.Bpffs + "/", "", StringComparison.Ordinal);
}
