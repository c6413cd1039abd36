namespace XdpAudit.EndToEnd.Tests;

/// <summary>What detaching does, and what it is taken for.</summary>
public sealed class DetachTests(OneAuditor one) : Scene(one)
{
    [Fact]
    public void Detaching_a_link_does_not_destroy_it_and_the_defunct_link_keeps_the_program_alive()
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
        Assert.Equal(["link_found va native", "attachment_established va native link", "attachment_removed va native asked", "link_detached asked"], Told(LinkHistory(link)).Where(e => e != "link_pinned link"));

        var finding = Opens(LeakRule.LinkDefunct, LinkOf(link).Key.Value);
        Assert.Contains($"pin '{Pin("link")}'", finding.Summary, StringComparison.Ordinal);
        Mends(finding, plain: true);
        Assert.True(Gone(program));
        Assert.Equal(LinkStates.Defunct, LinkOf(link, between).State);
    }
}
