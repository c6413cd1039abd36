namespace XdpAudit.EndToEnd.Tests;

/// <summary>Operations that the host's own bpftool carries out for the auditor.</summary>
public sealed class BpftoolTests : OwnScene
{
    public BpftoolTests(OneAuditor one)
        : base(one) => Watcher = AuditorProcess.Start(
            House, "1h", "--plugin", "bpftool", "--plugin", "flight-recorder", "--plugin", "leak-rules");

    [Fact]
    public void A_program_is_loaded_attached_detached_and_unloaded_by_bpftool_and_the_kernel_confirms_each_step()
    {
        var netns = Lab.Netns();

        var loaded = Asked($"xdpaudit program load {Tools.GuardObject} --program guard --executor bpftool");
        var program = loaded.GetProperty("program_id").GetUInt32();
        var byLink = Type($"xdpaudit link attach {program} --interface va --netns {netns} --executor bpftool");
        var attached = Asked($"xdpaudit link attach {program} --interface va --netns {netns} --netlink --executor bpftool");
        var inForce = Program(program);
        var detached = Asked($"xdpaudit link detach interface:va@{netns} --executor bpftool");
        var unloaded = Asked($"xdpaudit program unload {program} --executor bpftool");

        Assert.All([loaded, attached, detached, unloaded], o => Assert.Equal(OperationStates.Verified, o.GetProperty("state").GetString()));
        Assert.Equal(7, byLink.ExitCode);
        Assert.Contains("xdp.attach.link", byLink.Errors, StringComparison.Ordinal);
        Assert.Equal("va", Assert.Single(inForce.Attachments).IfName);
        Assert.True(Gone(program));
        Assert.Equal(
            ["program_loaded guard by xdpaudit", "attachment_established va native netlink by xdpaudit", "attachment_removed va native asked by xdpaudit", "program_unloaded last-reference-gone by xdpaudit"],
            Told(ProgramHistory(program)).Where(NotOfPins));
        Assert.Empty(Findings(LeakRule.OperationContradicted));
    }
}
