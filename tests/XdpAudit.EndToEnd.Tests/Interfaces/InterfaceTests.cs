namespace XdpAudit.EndToEnd.Tests;

/// <summary>Interfaces and namespaces that move, are renamed, go, and come back under the same number.</summary>
public sealed class InterfaceTests(OneAuditor one) : Scene(one)
{
    [Fact]
    public void A_deleted_namespace_leaves_its_pinned_link_defunct_and_takes_its_netlink_attachment_along()
    {
        var netns = Lab.Netns();
        var linked = Load();
        var (process, link) = Link(netns, "guard", linkPin: "link");
        process.Dispose();
        var unlinked = Load("stranger");
        Lab.In(netns, "bpftool", "net", "attach", "xdpdrv", "id", $"{unlinked}", "dev", "vb");
        File.Delete(Pin("stranger"));
        var before = Look();

        Shell.Run("ip", "netns", "del", netns);
        LookUntil(() => Gone(unlinked) && LinkOf(link).State == LinkStates.Defunct, "the namespace goes");

        Assert.Equal(netns, Assert.Single(Program(linked, before).Attachments).NetnsName);
        Assert.Equal(
            ["link_created va native by keep", "attachment_established va native link by keep", "link_pinned link by keep", "attachment_removed va native netns-gone", "link_detached netns-gone"],
            Told(LinkHistory(link)));
        Assert.Equal(
            ["program_loaded stranger by bpftool", "attachment_established vb native netlink by bpftool", "attachment_removed vb native netns-gone", "program_unloaded last-reference-gone"],
            Told(ProgramHistory(unlinked)).Where(NotOfPins).Select((e, i) => i < 2 ? e : UpToWho(e)));
        Assert.Equal(["attachment_established vb native netlink by bpftool", "attachment_removed vb native netns-gone", "interface_removed vb netns-gone"], Told(InterfaceHistory("vb", netns)).Select((e, i) => i == 0 ? e : UpToWho(e)));
        var finding = Opens(LeakRule.LinkDefunct, LinkOf(link).Key.Value);
        Assert.Contains("network namespace went away", finding.Summary, StringComparison.Ordinal);
        Mends(finding, plain: true);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_interface_that_comes_back_under_its_name_is_another_one_whatever_its_number(bool sameNumber)
    {
        var netns = Lab.Netns();
        var first = Load();
        Lab.In(netns, "bpftool", "net", "attach", "xdpdrv", "id", $"{first}", "dev", "va");
        Look();
        var number = Assert.Single(Program(first).Attachments).IfIndex.Value;

        Lab.In(netns, "ip", "link", "del", "va");
        var between = Look();
        Lab.In(netns, "ip", "link", "add", "va", "index", $"{(sameNumber ? number : number + 40)}", "type", "veth", "peer", "name", "vb");
        Look();
        var told = InterfaceHistory("va", netns);
        Lab.In(netns, "bpftool", "net", "attach", "xdpdrv", "id", $"{first}", "dev", "va");
        var after = Look();

        string[] ended = ["attachment_established va native netlink by bpftool", "attachment_removed va native interface-gone", "interface_removed va interface-gone"];
        Assert.Equal(ended, Told(told));
        Assert.Equal(ProgramStates.Retained, Program(first, between).State);
        Assert.Equal([.. ended, "attachment_established va native netlink by bpftool"], Told(InterfaceHistory("va", netns)));
        Assert.Equal(sameNumber, Assert.Single(Program(first, after).Attachments).IfIndex.Value == number);
    }

    [Fact]
    public void The_same_number_in_another_namespace_is_another_interface()
    {
        var (here, there) = (Lab.Netns(), Lab.Netns());
        var program = Load();
        Lab.In(here, "bpftool", "net", "attach", "xdpdrv", "id", $"{program}", "dev", "va");
        Lab.In(there, "bpftool", "net", "attach", "xdpdrv", "id", $"{program}", "dev", "va");
        var before = Look();

        Lab.In(here, "ip", "link", "del", "va");
        var after = Look();

        Assert.Single(Program(program, before).Attachments.Select(a => a.IfIndex).Distinct());
        Assert.Equal(2, Program(program, before).Attachments.Count);
        Assert.Equal(there, Assert.Single(Program(program, after).Attachments).NetnsName);
        Assert.Equal(
            ["program_loaded guard by bpftool", "program_pinned guard by bpftool", "attachment_established va native netlink by bpftool", "attachment_established va native netlink by bpftool", "attachment_removed va native interface-gone"],
            Told(ProgramHistory(program)));
        Assert.Equal(["attachment_established va native netlink by bpftool"], Told(InterfaceHistory("va", there)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_moved_interface_takes_its_attachment_along(bool byLink)
    {
        var (from, to) = (Lab.Netns("one0", "two0"), Lab.Netns("red0", "blue0"));
        var program = Load();
        if (byLink)
        {
            Link(from, "guard", "one0");
        }
        else
        {
            Lab.In(from, "bpftool", "net", "attach", "xdpdrv", "id", $"{program}", "dev", "one0");
        }

        var before = Look();

        Shell.Run("ip", "-n", from, "link", "set", "one0", "netns", to);
        var after = Look();

        var (was, now) = (Assert.Single(Program(program, before).Attachments), Assert.Single(Program(program, after).Attachments));
        Assert.Equal((from, to), (was.NetnsName, now.NetnsName));
        Assert.NotEqual(was.IfIndex, now.IfIndex);
        Assert.Equal(was.LinkId, now.LinkId);
        Assert.Equal("interface_moved one0", Told(ProgramHistory(program))[^1]);
        Assert.Empty(Program(program, after).FormerAttachments);
        if (byLink)
        {
            Assert.Equal("interface_moved one0", Told(LinkHistory(now.LinkId!.Value.Value))[^1]);
            Assert.Equal((LinkStates.Attached, to), (LinkOf(now.LinkId.Value.Value).State, LinkOf(now.LinkId.Value.Value).NetnsName));
        }
    }

    [Fact]
    public void A_renamed_interface_keeps_its_attachment_and_its_history()
    {
        var netns = Lab.Netns();
        var program = Load();
        var (_, link) = Link(netns, "guard");
        var before = Look();

        Lab.In(netns, "ip", "link", "set", "va", "name", "wan0");
        var after = Look();

        Assert.Equal(("va", "wan0"), (Program(program, before).Attachments[0].IfName, Program(program, after).Attachments[0].IfName));
        Assert.Equal("interface_renamed va wan0", Told(ProgramHistory(program))[^1]);
        Assert.Equal("wan0", LinkOf(link).IfName);
        Assert.Equal(["attachment_established va native link by keep", "interface_renamed va wan0"], Told(InterfaceHistory("wan0", netns)));
        Assert.Equal(Told(InterfaceHistory("wan0", netns)), Told(InterfaceHistory("va", netns)));
    }
}
