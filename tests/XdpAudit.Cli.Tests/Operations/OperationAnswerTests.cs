using XdpAudit.Abstractions;

namespace XdpAudit.Cli.Tests;

/// <summary>What a person reads after each operation that came about: what was done, to what, and how the auditor knows.</summary>
public sealed class OperationAnswerTests
{
    private const string LinkPin = "/sys/fs/bpf/xdpaudit/sample_pass-on-eth0-b2c3d4e5f607";

    public static TheoryData<string, string[]> Commands => new()
    {
        { "program-unload", ["program", "unload", "1203"] },
        { "program-pin", ["program", "pin", "1203", "/sys/fs/bpf/keep"] },
        { "program-unpin", ["program", "unpin", "1203", "--pin", "/sys/fs/bpf/keep"] },
        { "link-attach", ["link", "attach", "1203", "--interface", "eth0"] },
        { "link-attach-netlink", ["link", "attach", "1203", "--interface", "va", "--netns", "blue", "--mode", "generic", "--netlink"] },
        { "link-update", ["link", "update", "17", "--program", "1204"] },
        { "link-detach", ["link", "detach", "17"] },
        { "link-detach-already", ["link", "detach", "18"] },
        { "link-pin", ["link", "pin", "17", "/sys/fs/bpf/l17"] },
        { "link-unpin", ["link", "unpin", "17", "--pin", "/sys/fs/bpf/l17"] },
    };

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task What_was_done_and_what_the_kernel_says_of_it_is_told(string golden, string[] words)
    {
        await using var auditor = await CannedAuditor.StartAsync();
        auditor.Answers("POST " + Routes.Operations, Answers[golden], ApiJson.Default.OperationView);

        var answer = await new CommandLineTool(auditor.Socket).RunAsync(words);

        Assert.Equal(ExitCode.Done, answer.Exit);
        Golden.Check(golden, words, answer);
    }

    private static Dictionary<string, OperationView> Answers => new()
    {
        ["program-unload"] = Of(OperationKinds.ProgramUnload, "program 1203 (sample_pass)", "the kernel no longer lists program 1203"),
        ["program-pin"] = Of(OperationKinds.ProgramPin, "program 1203 (sample_pass) at /sys/fs/bpf/keep", "the program is pinned at /sys/fs/bpf/keep") with { Pin = new("/sys/fs/bpf/keep") },
        ["program-unpin"] = Of(OperationKinds.ProgramUnpin, "program 1203 (sample_pass) at /sys/fs/bpf/keep", "the pin is gone; the program is still there, held by link 17") with { Pin = new("/sys/fs/bpf/keep") },
        ["link-attach"] = Of(OperationKinds.LinkAttach, "program 1203 (sample_pass) to eth0", $"program 1203 (sample_pass) is in force on eth0 in native mode, held by link 17 and pinned at {LinkPin}") with
        {
            LinkId = new(17), AttachPoint = A.Eth0, Pin = new(LinkPin),
        },
        ["link-attach-netlink"] = Of(OperationKinds.LinkAttach, "program 1203 (sample_pass) to va in netns blue", "program 1203 (sample_pass) is in force on va in generic mode, held by netlink"),
        ["link-update"] = Of(OperationKinds.LinkUpdate, "link 17 on eth0 to program 1204 (sample_other)", "link 17 holds program 1204 (sample_other)") with
        {
            LinkId = new(17), Program = A.ProgramKey(1204), ProgramId = new(1204),
        },
        ["link-detach"] = Of(
            OperationKinds.LinkDetach, "link 17 (sample_pass on eth0)",
            $"link 17 is defunct and still there, held by pin {LinkPin}; it still holds program 1203 (sample_pass)") with { LinkId = new(17), AttachPoint = A.Eth0 },
        ["link-detach-already"] = Of(OperationKinds.LinkDetach, "link 18 (sample_pass on eth0)", "the kernel no longer lists link 18") with { LinkId = new(18) },
        ["link-pin"] = Of(OperationKinds.LinkPin, "link 17 at /sys/fs/bpf/l17", "the link is pinned at /sys/fs/bpf/l17") with { LinkId = new(17), Pin = new("/sys/fs/bpf/l17") },
        ["link-unpin"] = Of(OperationKinds.LinkUnpin, "link 17 at /sys/fs/bpf/l17", "the pin is gone, and with it the link") with { LinkId = new(17), Pin = new("/sys/fs/bpf/l17") },
    };

    private static OperationView Of(string kind, string target, string verification) =>
        A.Operation() with { Kind = kind, Target = target, Verification = verification, Pin = null, Reason = null, Warnings = [] };
}
