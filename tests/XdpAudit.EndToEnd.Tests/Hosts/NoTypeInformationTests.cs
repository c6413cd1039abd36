using System.Text.Json;

namespace XdpAudit.EndToEnd.Tests;

/// <summary>A kernel without BTF: no iterators and no tracing. What can be known without them is known, and what is missing is said.</summary>
public sealed class NoTypeInformationTests : OwnScene
{
    private readonly OwnMounts _mounts;

    public NoTypeInformationTests(OneAuditor one)
        : base(one)
    {
        _mounts = new("mount -t tmpfs none /sys/kernel/btf");
        Watcher = AuditorProcess.StartIn(House, _mounts);
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _mounts.Dispose();
    }

    [Fact]
    public void Doctor_says_what_is_missing_what_follows_and_what_to_do()
    {
        const string NoIterator = "this kernel does not load the iterator: it needs BTF (/sys/kernel/btf/vmlinux), and Linux 5.19 for links; the slower way is used";
        var typed = Type("xdpaudit doctor -o json");
        var checks = JsonSerializer.Deserialize(typed.Output, ApiJson.Default.DoctorView)!.Checks;

        Assert.Equal(1, typed.ExitCode);
        Assert.Equal(
            new DoctorCheck("kernel BTF", "failed", "/sys/kernel/btf/vmlinux cannot be read: ENOENT", "use a kernel with CONFIG_DEBUG_INFO_BTF=y; without it the slower id walk is used"),
            checks.Single(c => c.Name == "kernel BTF"));
        Assert.Equal(6, checks.Count(c => c.Name.StartsWith("iterator ", StringComparison.Ordinal)));
        Assert.All(checks.Where(c => c.Name.StartsWith("iterator ", StringComparison.Ordinal)), c => Assert.Equal(("failed", "does not load: ESRCH", NoIterator), (c.State, c.Found, c.Remedy)));
        Assert.Equal(
            ("note", "absent: none of its programs could be attached; the first: this kernel has no BTF (/sys/kernel/btf/vmlinux); build it with CONFIG_DEBUG_INFO_BTF"),
            checks.Where(c => c.Name == "flight-recorder tracing").Select(c => (c.State, c.Found)).Single());
        Assert.Equal(
            [("flight-recorder perf", "ok"), ("sees attachments", "ok"), ("sees links", "ok"), ("sees maps", "ok"), ("sees namespaces", "note"), ("sees pins", "note"), ("sees programs", "ok")],
            checks.Where(c => c.Name == "flight-recorder perf" || (c.Name.StartsWith("sees ", StringComparison.Ordinal) && c.Name != "sees holders")).Select(c => (c.Name, c.State)).Order());
    }

    [Fact]
    public void Loads_and_attachments_are_recorded_all_the_same_and_of_a_leak_it_says_why_it_is_not_sure()
    {
        var netns = Lab.Netns();
        var ours = Asked($"xdpaudit program load {Tools.GuardObject} --program guard").GetProperty("program_id").GetUInt32();
        var attached = Asked($"xdpaudit link attach {ours} --interface va --netns {netns} --netlink");
        var theirs = Load("stranger");
        Lab.In(netns, "bpftool", "net", "attach", "xdpdrv", "id", $"{theirs}", "dev", "vb");
        File.Delete(Pin("stranger"));
        Look();

        Assert.Equal(OperationStates.Verified, attached.GetProperty("state").GetString());
        Assert.Equal(("va", XdpMode.Native), (Assert.Single(Program(ours).Attachments).IfName, Program(ours).Attachments[0].Mode));
        Assert.Equal(["program_loaded guard", "attachment_established va native netlink (by xdpaudit)"], Told(ProgramHistory(ours)).Where(NotOfPins).Select(UpToWho));
        Assert.Equal(["program_loaded stranger", "attachment_established vb native netlink"], Told(ProgramHistory(theirs)).Where(NotOfPins).Select(UpToWho));
        Assert.All([ours, theirs], id => Assert.Equal(Knowledge.Witnessed, ProgramHistory(id)[0].KnownBy.How));

        // Namespaces that only a socket keeps are not looked for without the iterators: nothing is called open on that.
        var place = Assert.Single(Program(theirs).Holders.OfType<HolderView.Netlink>()).AttachPoint.Value;
        LookUntil(() => Finding(LeakRule.AttachmentUnowned, place).AgeSeconds >= 2, "the grace period is over");
        Look();
        var finding = Finding(LeakRule.AttachmentUnowned, place);
        Assert.Equal(FindingStates.Suspected, finding.Status);
        Assert.StartsWith("not looked at to the end: pins (", finding.Doubt, StringComparison.Ordinal);
    }
}
