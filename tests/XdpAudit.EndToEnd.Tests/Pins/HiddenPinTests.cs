namespace XdpAudit.EndToEnd.Tests;

/// <summary>Pins where nobody looks: in a private mount namespace, and under another mount.</summary>
public sealed class HiddenPinTests(OneAuditor one) : Scene(one)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_pin_in_a_private_mount_namespace_is_found_by_the_way_that_leads_there(bool plain)
    {
        using var leak = new LeakScenarios(Lab).Pinned_in_another_mount_namespace(hidden: false);
        var program = leak.Programs[0];
        Look();

        var pin = Assert.IsType<HolderView.Pin>(Assert.Single(Program(program).Holders));
        Assert.Equal(leak.Pins[0].Path, pin.Path.Value);
        Assert.StartsWith("/proc/", pin.ReachedBy, StringComparison.Ordinal);
        var finding = Opens(LeakRule.PinUnused, Program(program).Key.Value);
        Assert.Contains("of another mount namespace", finding.Summary, StringComparison.Ordinal);
        Mends(finding, plain);
        LookUntil(() => Gone(program), "the program goes with its pin");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_pin_that_another_mount_covers_goes_by_its_remedy_and_the_mounts_stay(bool plain)
    {
        using var leak = new LeakScenarios(Lab).Pinned_under_other_mounts();
        var program = leak.Programs[0];
        var mounts = Mounts();
        var before = Look();

        LookUntil(() => Findings(LeakRule.PinHidden).Any(f => f.Subject.KernelId == program), "the hidden pin is found");
        var finding = Opens(LeakRule.PinHidden, Findings(LeakRule.PinHidden).Single(f => f.Subject.KernelId == program).Subject.Key);
        Assert.Contains($"the pin '{leak.Pins[0].Path}' of program {program}", finding.Summary, StringComparison.Ordinal);
        Mends(finding, plain);
        LookUntil(() => Gone(program), "the program goes with its pin");

        Assert.True(Assert.IsType<HolderView.Pin>(Assert.Single(Program(program, before).Holders)).Hidden);
        Assert.Equal(3, mounts.Count);
        Assert.Equal(mounts, Mounts());
    }

    [Fact]
    public void A_bpffs_that_is_covered_while_we_watch_hides_its_pins_and_loses_none()
    {
        var netns = Lab.Netns();
        var program = Load();
        var (process, link) = Link(netns, "guard", linkPin: "link");
        process.Dispose();
        File.Delete(Pin("guard"));
        var before = Look();

        Shell.Run("mount", "-t", "bpf", "bpf", Lab.Bpffs);
        var after = Look();

        Assert.False(Assert.IsType<HolderView.Pin>(Assert.Single(LinkOf(link, before).Holders)).Hidden);
        Assert.True(Assert.IsType<HolderView.Pin>(Assert.Single(LinkOf(link, after).Holders)).Hidden);
        Assert.Equal(
            ["link_created va native by keep", "attachment_established va native link by keep", "link_pinned link by keep", "link_pinned link hidden"], Told(LinkHistory(link)));
        Assert.Equal((LinkStates.Attached, ProgramStates.Attached), (LinkOf(link).State, Program(program).State));

        LookUntil(() => Findings(LeakRule.PinHidden).Any(f => f.Subject.Name.Contains(Lab.Bpffs, StringComparison.Ordinal) && f.Status == FindingStates.Open), "the hidden pin is found");
        var finding = Findings(LeakRule.PinHidden).Single(f => f.Subject.Name.Contains(Lab.Bpffs, StringComparison.Ordinal));
        Assert.Contains($"link {link}", finding.Summary, StringComparison.Ordinal);

        Tools.Unmount(Lab.Bpffs);
        LookUntil(() => Finding(LeakRule.PinHidden, finding.Subject.Key).Status == FindingStates.Resolved, "the pin is no longer hidden");
        Assert.Equal("link_pinned link", Told(LinkHistory(link))[^1]);
    }

    private List<string> Mounts() => [.. File.ReadLines("/proc/self/mountinfo").Where(m => m.Contains($" {Lab.Bpffs} ", StringComparison.Ordinal))];
}
