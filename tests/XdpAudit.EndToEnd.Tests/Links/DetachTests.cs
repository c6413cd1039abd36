namespace XdpAudit.EndToEnd.Tests;

/// <summary>What detaching does, and what it is taken for.</summary>
public sealed class DetachTests(OneAuditor one) : Scene(one)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Detaching_a_link_does_not_destroy_it_and_the_defunct_link_keeps_the_program_alive(bool plain)
    {
        var netns = Lab.Netns();
        var program = Load();
        var (process, link) = Link(netns, "guard", linkPin: "link");
        process.Dispose();
        File.Delete(Pin("guard"));
        var before = Look();

        Shell.Run("bpftool", "link", "detach", "pinned", Pin("link"));
        var between = Look();

        Assert.Equal(LinkStates.Attached, LinkOf(link, before).State);
        Assert.Equal(ProgramStates.Attached, Program(program, before).State);
        Assert.Equal(LinkStates.Defunct, LinkOf(link, between).State);
        Assert.Equal(ProgramStates.Retained, Program(program, between).State);
        Assert.True(Assert.IsType<HolderView.Link>(Assert.Single(Program(program, between).Holders)).Defunct);
        Assert.Equal(
            ["link_created va native by keep", "attachment_established va native link by keep", "link_pinned link by keep", "attachment_removed va native asked by bpftool", "link_detached asked by bpftool"],
            Told(LinkHistory(link)));

        var finding = Opens(LeakRule.LinkDefunct, LinkOf(link).Key.Value);
        Assert.Contains($"pin '{Pin("link")}'", finding.Summary, StringComparison.Ordinal);
        Mends(finding, plain);
        Assert.True(Gone(program));
        Assert.Equal(
            ["program_loaded guard by bpftool", "link_created va native by keep", "attachment_established va native link by keep", "attachment_removed va native asked by bpftool", "link_detached asked by bpftool", "link_released last-reference-gone", "program_unloaded last-reference-gone"],
            Told(ProgramHistory(program)).Where(NotOfPins).Select((e, i) => i < 5 ? e : UpToWho(e)));
        var ends = ProgramHistory(program).Where(e => e.Event is "link_released" or "program_unloaded").Select(e => Assert.IsType<Actor.Process>(e.Actor).Identity).ToList();
        Assert.Single(ends.Select(e => e.Pid).Distinct());

        // What a pin kept is freed after a grace period: the bpftool that looks whether all is gone may be the last to let go.
        Assert.Contains(ends[0].Comm, plain ? ["rm", "bpftool", null] : (string?[])["xdpaudit"]);
    }

    [Fact]
    public void Closing_the_last_descriptor_of_a_link_detaches_it_and_frees_it_and_its_program()
    {
        var netns = Lab.Netns();
        var program = Load();
        var (process, link) = Link(netns, "guard");
        File.Delete(Pin("guard"));
        var before = Look();

        process.Dispose();
        LookUntil(() => Gone(program), "the program goes with its link");

        Assert.Equal(ProgramStates.Attached, Program(program, before).State);
        Assert.Equal(
            ["link_created va native by keep", "attachment_established va native link by keep", "attachment_removed va native link-released by keep", "link_released last-reference-gone by keep"],
            Told(LinkHistory(link)));
        Assert.Equal(["holder_appeared fd keep", "holder_gone fd keep by keep"], Holders(LinkHistory(link)));
        Assert.Equal(
            ["program_loaded guard by bpftool", "link_created va native by keep", "attachment_established va native link by keep", "attachment_removed va native link-released by keep", "link_released last-reference-gone by keep", "program_unloaded last-reference-gone by keep"],
            Told(ProgramHistory(program)).Where(NotOfPins));
    }

    [Fact]
    public void With_a_pin_neither_closing_a_link_nor_the_end_of_its_maker_detaches_or_frees_anything()
    {
        var netns = Lab.Netns();
        var program = Load();
        var (process, link) = Link(netns, "guard", linkPin: "link");
        File.Delete(Pin("guard"));
        Look();
        var told = Told(LinkHistory(link));

        process.Dispose();
        Look();

        Assert.Equal(told, Told(LinkHistory(link)));
        Assert.Equal(LinkStates.Attached, LinkOf(link).State);
        Assert.Equal(Pin("link"), Assert.IsType<HolderView.Pin>(Assert.Single(LinkOf(link).Holders)).Path.Value);
        Assert.Equal(ProgramStates.Attached, Program(program).State);
    }

    [Fact]
    public void Deleting_the_device_detaches_a_link_without_freeing_it_and_frees_a_netlink_attachment_with_its_program()
    {
        var netns = Lab.Netns();
        var linked = Load();
        var (process, link) = Link(netns, "guard", linkPin: "link");
        process.Dispose();
        var unlinked = Load("stranger");
        Lab.In(netns, "bpftool", "net", "attach", "xdpdrv", "id", $"{unlinked}", "dev", "vb");
        File.Delete(Pin("guard"));
        File.Delete(Pin("stranger"));
        var before = Look();

        Lab.In(netns, "ip", "link", "del", "va");
        var after = LookUntil(() => Gone(unlinked), "the program of the netlink attachment goes");

        Assert.Equal([ProgramStates.Attached, ProgramStates.Attached], new[] { Program(linked, before).State, Program(unlinked, before).State });
        Assert.Equal(LinkStates.Defunct, LinkOf(link, after).State);
        Assert.Equal(ProgramStates.Retained, Program(linked, after).State);
        Assert.Equal(
            ["link_created va native by keep", "attachment_established va native link by keep", "link_pinned link by keep", "attachment_removed va native interface-gone", "link_detached interface-gone"],
            Told(LinkHistory(link)));
        Assert.Equal(
            ["program_loaded stranger by bpftool", "attachment_established vb native netlink by bpftool", "attachment_removed vb native interface-gone", "program_unloaded last-reference-gone"],
            Told(ProgramHistory(unlinked)).Where(NotOfPins).Select((e, i) => i < 2 ? e : UpToWho(e)));
    }

    [Fact]
    public void Nothing_unloads_a_program_but_the_going_of_its_last_reference()
    {
        var netns = Lab.Netns();
        var program = Load();
        var (process, link) = Link(netns, "guard");
        var holder = Kept(Keeper.Start(Tools.Keep, "get", Pin("guard")));
        Look();

        Assert.Contains("still loaded", Asked($"xdpaudit program unload {program}").GetProperty("verification").GetString(), StringComparison.Ordinal);
        Assert.False(File.Exists(Pin("guard")));
        process.Dispose();
        LookUntil(() => Released(link), "the link goes");
        Assert.Equal(ProgramStates.Retained, Program(program).State);
        Assert.Equal(holder.Pid, Assert.IsType<HolderView.Descriptor>(Assert.Single(Program(program).Holders)).Process.Pid);

        holder.Dispose();
        LookUntil(() => Gone(program), "the program goes with its last holder");
        Assert.EndsWith($"last held by process {holder.Pid} (keep) by fd, by process {holder.Pid} (keep, uid 0)", ProgramHistory(program)[^1].Sentence, StringComparison.Ordinal);
    }
}
