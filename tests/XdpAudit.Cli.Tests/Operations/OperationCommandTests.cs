using System.Text.Json;
using XdpAudit.Abstractions;

namespace XdpAudit.Cli.Tests;

public sealed class OperationCommandTests
{
    private static readonly string Log = File.ReadAllText(Path.Combine(Golden.ProjectDirectory, "fixtures", "verifier-6.18-packet.log"));

    [Theory]
    [InlineData("operation-load", "program", "load", "x.o", "--program", "sample_pass")]
    [InlineData("operation-load-json", "program", "load", "x.o", "--program", "sample_pass", "-o", "json")]
    [InlineData("operation-list", "operation", "list")]
    [InlineData("operation-show", "operation", "show", "019a")]
    public async Task Operations_are_printed(string golden, params string[] words)
    {
        await using var auditor = await CannedAuditor.StartAsync();
        auditor.Answers("POST " + Routes.Operations, A.Operation(), ApiJson.Default.OperationView);
        auditor.Answers(Routes.Operations, [A.Operation(), A.Rejected(Log)], ApiJson.Default.IReadOnlyListOperationView);
        auditor.Answers(Routes.Operation, A.Rejected(Log), ApiJson.Default.OperationView);

        var answer = await new CommandLineTool(auditor.Socket).RunAsync(words);

        Golden.Check(golden, words, answer);
    }

    [Theory]
    [InlineData("operation-refused", "program", "load", "bad.o", "--program", "sample_refused")]
    [InlineData("operation-refused-json", "program", "load", "bad.o", "--program", "sample_refused", "-o", "json")]
    public async Task A_program_that_the_verifier_refuses_is_told_with_the_lines_that_matter(string golden, params string[] words)
    {
        await using var auditor = await CannedAuditor.StartAsync();
        auditor.Refuses("POST " + Routes.Operations, new()
        {
            Code = ProblemCode.OperationFailed,
            Status = 422,
            Title = "cannot load 'sample_refused': the verifier rejected it",
            Remedy = "check the packet's end before reading",
            Errno = "EACCES",
            Operation = A.Rejected(Log),
        });

        var answer = await new CommandLineTool(auditor.Socket).RunAsync(words);

        Assert.Equal(ExitCode.OperationFailed, answer.Exit);
        Golden.Check(golden, words, answer);
    }

    [Theory]
    [InlineData(OperationStates.Contradicted)]
    [InlineData(OperationStates.Failed)]
    [InlineData(OperationStates.Rejected)]
    [InlineData(OperationStates.Indeterminate)]
    public async Task An_operation_that_did_not_come_about_is_exit_code_7_also_when_the_answer_was_no_error(string state)
    {
        await using var auditor = await CannedAuditor.StartAsync();
        auditor.Answers("POST " + Routes.Operations, A.Operation(state) with { Verification = "program 1203 is not there" }, ApiJson.Default.OperationView);

        var answer = await new CommandLineTool(auditor.Socket).RunAsync("program", "load", "x.o", "--program", "sample_pass");

        Assert.Equal(ExitCode.OperationFailed, answer.Exit);
        Assert.Empty(answer.Out);
        Assert.Contains("program 1203 is not there\n  next: xdpaudit operation show 019ab3c4d5e67f8091a2b3c4d5e6f708\n", answer.Error, StringComparison.Ordinal);
    }

    public static TheoryData<OperationRequest, string[]> Requests => new()
    {
        { new() { Kind = OperationKinds.ProgramLoad, ObjectPath = "/home/alice/x.o", Program = "p", Pin = new("/sys/fs/bpf/p"), Executor = "libbpf", Reason = "why" }, ["program", "load", "x.o", "--program", "p", "--pin", "/sys/fs/bpf/p", "--executor", "libbpf", "--reason", "why"] },
        { new() { Kind = OperationKinds.ProgramLoad, ObjectPath = "/home/x.o", Program = "p", Ephemeral = true }, ["program", "load", "../x.o", "--program", "p", "--ephemeral"] },
        { new() { Kind = OperationKinds.ProgramUnload, Program = "name:p" }, ["program", "unload", "name:p"] },
        { new() { Kind = OperationKinds.ProgramPin, Program = "7", Pin = new("/sys/fs/bpf/p") }, ["program", "pin", "7", "/sys/fs/bpf/p"] },
        { new() { Kind = OperationKinds.ProgramUnpin, Program = "7", Pin = new("/sys/fs/bpf/p") }, ["program", "unpin", "7", "--pin", "/sys/fs/bpf/p"] },
        { new() { Kind = OperationKinds.LinkAttach, Program = "7", Interface = "eth0", Netns = "blue", Mode = "generic", ByNetlink = true, ExpectedOld = new(6) }, ["link", "attach", "7", "--interface", "eth0", "--netns", "blue", "--mode", "generic", "--netlink", "--expected", "6"] },
        { new() { Kind = OperationKinds.LinkAttach, Program = "7", Interface = "eth0", Pin = new("/sys/fs/bpf/l") }, ["link", "attach", "7", "--interface", "eth0", "--pin", "/sys/fs/bpf/l"] },
        { new() { Kind = OperationKinds.LinkUpdate, Link = "17", Program = "tag:3b185187f1855c4c", ExpectedOld = new(6) }, ["link", "update", "17", "--program", "tag:3b185187f1855c4c", "--expected", "6"] },
        { new() { Kind = OperationKinds.LinkDetach, Link = "interface:eth0@blue" }, ["link", "detach", "interface:eth0@blue"] },
        { new() { Kind = OperationKinds.LinkPin, Link = "17", Pin = new("/sys/fs/bpf/l") }, ["link", "pin", "17", "/sys/fs/bpf/l"] },
        { new() { Kind = OperationKinds.LinkUnpin, Link = "17", Pin = new("/sys/fs/bpf/l") }, ["link", "unpin", "17", "--pin", "/sys/fs/bpf/l"] },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task An_operation_is_asked_for_with_what_was_typed_and_nothing_else(OperationRequest expected, string[] words)
    {
        await using var auditor = await CannedAuditor.StartAsync();
        auditor.Answers("POST " + Routes.Operations, A.Operation(), ApiJson.Default.OperationView);

        var answer = await new CommandLineTool(auditor.Socket).RunAsync(words);

        Assert.Equal(ExitCode.Done, answer.Exit);
        Assert.Equal(expected, JsonSerializer.Deserialize(Assert.Single(auditor.Requests).Body, ApiJson.Default.OperationRequest));
    }

    [Theory]
    [InlineData("--pin and --ephemeral exclude each other", "program", "load", "x.o", "--program", "p", "--pin", "/x", "--ephemeral")]
    [InlineData("--netlink and --pin exclude each other", "link", "attach", "7", "--interface", "eth0", "--netlink", "--pin", "/x")]
    [InlineData("'xdpaudit program load' needs --program NAME", "program", "load", "x.o")]
    [InlineData("'xdpaudit link attach' needs --interface IF", "link", "attach", "7")]
    [InlineData("--mode cannot be 'fast'", "link", "attach", "7", "--interface", "eth0", "--mode", "fast")]
    [InlineData("--expected cannot be 'six'", "link", "attach", "7", "--interface", "eth0", "--expected", "six")]
    public async Task What_cannot_be_asked_for_is_refused_before_the_auditor_is_asked(string told, params string[] words)
    {
        await using var auditor = await CannedAuditor.StartAsync();

        var answer = await new CommandLineTool(auditor.Socket).RunAsync(words);

        Assert.Equal(ExitCode.Usage, answer.Exit);
        Assert.StartsWith("xdpaudit: " + told, answer.Error, StringComparison.Ordinal);
        Assert.Empty(auditor.Requests);
    }

    [Fact]
    public async Task An_interrupted_operation_is_exit_code_130_and_says_that_it_may_still_be_done()
    {
        await using var auditor = await CannedAuditor.StartAsync();
        using var interrupt = new CancellationTokenSource();
        auditor.On("POST " + Routes.Operations, async context =>
        {
            await interrupt.CancelAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });

        var answer = await new CommandLineTool(auditor.Socket) { Interrupt = interrupt.Token }.RunAsync("program", "unload", "7");

        Assert.Equal(new(ExitCode.Interrupted, "", "xdpaudit: interrupted\n  next: the operation may still be carried out; 'xdpaudit operation list' tells\n"), answer);
    }
}
