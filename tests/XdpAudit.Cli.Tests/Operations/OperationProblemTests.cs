using XdpAudit.Abstractions;

namespace XdpAudit.Cli.Tests;

/// <summary>What a person reads when an operation did not come about, with the problems that an auditor sends.</summary>
public sealed class OperationProblemTests
{
    private static readonly Dictionary<string, (int Exit, Problem Problem)> Problems = new()
    {
        ["not-found"] = (ExitCode.NotFound, new()
        {
            Code = ProblemCode.NotFound, Status = 404, Title = "cannot find interface 'eth7' in the auditor's own network namespace",
            Remedy = "did you mean one of these?", Candidates = ["eth0", "eth1"],
        }),
        ["not-found-nothing-like-it"] = (ExitCode.NotFound, new()
        {
            Code = ProblemCode.NotFound, Status = 404, Title = "no program fits 'name:nobody'", Remedy = "list them: xdpaudit program list",
        }),
        ["not-allowed"] = (ExitCode.NotAllowed, new()
        {
            Code = ProblemCode.NotAllowed, Status = 403, Title = "uid 1000 may read but not operate", Remedy = "root and the auditor's own user operate; use sudo",
        }),
        ["unavailable"] = (ExitCode.NotReachable, new()
        {
            Code = ProblemCode.Unavailable, Status = 503,
            Title = "nothing was done: an operation is recorded before it is done, and the journal cannot be written: "
                + "cannot use journal 'host/4c9f1e0a5b7d4e3f8a6b2c1d0e9f8a7b': 57P03: the database system is shutting down; it is tried again until it answers",
            Remedy = "see xdpaudit doctor",
        }),
        ["contradicted"] = (ExitCode.OperationFailed, new()
        {
            Code = ProblemCode.OperationFailed, Status = 422,
            Title = "link.detach program 1203 (sample_pass) on eth0, held by netlink: the executor reported success, but program 1203 (sample_pass) is still attached to eth0 by netlink in generic mode",
            Remedy = "xdpaudit operation show 019ab3c4d5e67f8091a2b3c4d5e6f708",
            Operation = A.Operation(OperationStates.Contradicted) with
            {
                Kind = OperationKinds.LinkDetach, Target = "program 1203 (sample_pass) on eth0, held by netlink", AttachPoint = A.Eth0, Pin = null, Warnings = [],
                Verification = "the executor reported success, but program 1203 (sample_pass) is still attached to eth0 by netlink in generic mode",
            },
        }),
        ["occupied"] = (ExitCode.OperationFailed, new()
        {
            Code = ProblemCode.OperationFailed, Status = 422, Errno = "EBUSY",
            Title = "cannot attach generic to interface 'eth0': program 1100 ('other') is attached generic by link 9; detach that first",
            Operation = A.Operation(OperationStates.Rejected) with
            {
                Kind = OperationKinds.LinkAttach, Target = "program 1203 (sample_pass) to eth0", AttachPoint = A.Eth0, Pin = null, Verification = null, Warnings = [],
                Error = new()
                {
                    Code = ErrorCode.Busy, Errno = 16, ErrnoName = "EBUSY", Function = "bpf_link_create",
                    Message = "cannot attach generic to interface 'eth0': program 1100 ('other') is attached generic by link 9; detach that first",
                },
            },
        }),
    };

    [Theory]
    [InlineData("not-found", "link", "attach", "1203", "--interface", "eth7")]
    [InlineData("not-found-nothing-like-it", "program", "unload", "name:nobody")]
    [InlineData("not-allowed", "program", "load", "x.o", "--program", "sample_pass")]
    [InlineData("unavailable", "program", "unload", "1203")]
    [InlineData("contradicted", "link", "detach", "interface:eth0")]
    [InlineData("occupied", "link", "attach", "1203", "--interface", "eth0", "--mode", "generic")]
    public async Task What_did_not_come_about_is_told_with_the_reason_and_the_next_step(string name, params string[] words)
    {
        var (exit, problem) = Problems[name];
        await using var auditor = await CannedAuditor.StartAsync();
        auditor.Refuses("POST " + Routes.Operations, problem);

        var answer = await new CommandLineTool(auditor.Socket).RunAsync(words);

        Assert.Equal((exit, ""), (answer.Exit, answer.Out));
        Golden.Check($"problem-{name}", words, answer);
    }

    [Fact]
    public async Task As_json_a_contradicted_operation_is_one_document_on_the_error()
    {
        string[] words = ["link", "detach", "interface:eth0", "-o", "json"];
        await using var auditor = await CannedAuditor.StartAsync();
        auditor.Refuses("POST " + Routes.Operations, Problems["contradicted"].Problem);

        var answer = await new CommandLineTool(auditor.Socket).RunAsync(words);

        Assert.Equal((ExitCode.OperationFailed, ""), (answer.Exit, answer.Out));
        Golden.Check("problem-contradicted-json", words, answer);
    }
}
