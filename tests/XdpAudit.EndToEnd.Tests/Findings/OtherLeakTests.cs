namespace XdpAudit.EndToEnd.Tests;

/// <summary>Leaks of maps, of interfaces and of what nobody can see, from the act to the remedy.</summary>
public sealed class OtherLeakTests(OneAuditor one) : Scene(one)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_program_that_is_missing_from_one_of_its_interfaces_is_found_and_put_back(bool plain)
    {
        long before = 0;
        using var leak = new LeakScenarios(Lab, () => before = Look()).Missing_from_one_interface();
        var program = leak.Programs[0];
        var between = Look();

        Assert.Equal(["va", "vb"], Program(program, before).Attachments.Select(a => a.IfName).Order());
        Assert.Equal("va", Assert.Single(Program(program, between).Attachments).IfName);
        var finding = Opens(LeakRule.AttachmentPartial, Program(program).Key.Value);
        Assert.Contains($"is in force at 'va' in netns '{leak.Interfaces[0].Netns}', but no longer at 'vb' in netns '{leak.Interfaces[0].Netns}'", finding.Summary, StringComparison.Ordinal);
        Mends(finding, plain);
        Assert.Equal(["va", "vb"], Program(program).Attachments.Select(a => a.IfName).Order());
        Assert.Equal("va", Assert.Single(Program(program, between).Attachments).IfName);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void A_map_that_no_program_uses_is_found_with_its_holder_and_goes(bool pinned, bool plain)
    {
        var before = Look();
        using var leak = new LeakScenarios(Lab).Orphaned_map(pinned);
        var map = leak.Maps[0];
        var between = Look();
        var key = Assert.Single(Maps(between), m => m.Id.Value == map).Key.Value;

        Assert.DoesNotContain(Maps(before), m => m.Key.Value == key);
        var finding = Opens(LeakRule.MapOrphaned, key);
        Assert.Contains(pinned ? $"the pin '{Pin("map")}'" : $"pid {leak.Keepers[0].Pid} (keep)", finding.Summary, StringComparison.Ordinal);
        Mends(finding, plain);
        Assert.False(Leak.Exists("map", map));
        Assert.DoesNotContain(Maps(Look()), m => m.Key.Value == key);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_program_whose_descriptor_is_under_way_in_a_socket_is_an_honest_remainder_and_the_remedy_leads_to_the_process(bool plain)
    {
        using var leak = new LeakScenarios(Lab).Under_way_in_a_socket();
        var program = leak.Programs[0];
        var between = Look();

        Assert.Equal(ProgramStates.Retained, Program(program, between).State);
        var finding = Opens(LeakRule.HolderUnknown, Program(program).Key.Value);
        Assert.Contains("something keeps it, and nothing that can be seen does: no process, no pin, no map", finding.Summary, StringComparison.Ordinal);

        var remedy = Typed($"xdpaudit finding remedy {finding.Id}{(plain ? " --plain" : "")}").Split('\n');
        var places = Type(remedy.Single(l => l.StartsWith("grep -Hs 'scm_fds:'", StringComparison.Ordinal))).Output;
        Assert.Contains($"/proc/{leak.Keepers[0].Pid}/fdinfo/", places, StringComparison.Ordinal);
        leak.Keepers[0].Dispose();
        LookUntil(() => Gone(program), "the program goes with the process that was found");
        Assert.Equal(0, Type(remedy.Last(l => l.Length > 0)).ExitCode);
        Assert.Equal(FindingStates.Resolved, Finding(LeakRule.HolderUnknown, Program(program).Key.Value).Status);
    }

    private IReadOnlyList<MapView> Maps(long at) => Api.Get(Routes.Maps, ApiJson.Default.IReadOnlyListMapView, ("at", $"position:{at}"));
}
