using XdpAudit.Abstractions;

namespace XdpAudit.Cli.Tests;

public sealed class CommandLineRunTests
{
    [Theory]
    [InlineData("usage-nothing")]
    [InlineData("usage-noun-only", "program")]
    [InlineData("usage-unknown-noun", "progam", "list")]
    [InlineData("usage-unknown-verb", "program", "lst")]
    [InlineData("usage-unknown-option", "program", "list", "--sate", "x")]
    [InlineData("usage-nothing-like-it", "xyzzy")]
    [InlineData("usage-missing-argument", "program", "show")]
    [InlineData("usage-missing-value", "program", "list", "--at")]
    [InlineData("usage-too-many", "program", "show", "1", "2")]
    [InlineData("usage-bad-format", "program", "list", "-o", "xml")]
    [InlineData("usage-bad-time", "program", "list", "--at", "yesterday")]
    [InlineData("usage-bad-time-json", "program", "list", "--at", "yesterday", "-o", "json")]
    [InlineData("usage-unknown-verb-jsonl", "program", "lst", "--output=jsonl")]
    [InlineData("usage-diff-backwards", "diff", "now", "-1h")]
    [InlineData("usage-hostile-word", "\u001b[31mprogram\u202e\n")]
    public async Task A_command_line_that_cannot_be_understood_is_told_in_two_lines(string golden, params string[] words)
    {
        var answer = await new CommandLineTool("/nowhere/api.sock").RunAsync(words);

        Assert.Equal((ExitCode.Usage, ""), (answer.Exit, answer.Out));
        Golden.Check(golden, words.Select(w => System.Text.Json.JsonEncodedText.Encode(w).ToString()).ToList(), answer);
    }

    [Theory]
    [InlineData("help", "--help")]
    [InlineData("help-link-attach", "link", "attach", "--help")]
    [InlineData("help-finding-list", "finding", "list", "-h")]
    public async Task Help_is_data(string golden, params string[] words)
    {
        var answer = await new CommandLineTool().RunAsync(words);

        Assert.Equal((ExitCode.Done, ""), (answer.Exit, answer.Error));
        Golden.Check(golden, words, answer);
    }

    public static TheoryData<Problem, int> Problems => new()
    {
        { new() { Code = ProblemCode.Usage, Status = 400, Title = "x" }, ExitCode.Usage },
        { new() { Code = ProblemCode.Ambiguous, Status = 409, Title = "x" }, ExitCode.Usage },
        { new() { Code = ProblemCode.NotFound, Status = 404, Title = "x" }, ExitCode.NotFound },
        { new() { Code = ProblemCode.NotAllowed, Status = 403, Title = "x" }, ExitCode.NotAllowed },
        { new() { Code = ProblemCode.Unavailable, Status = 503, Title = "x" }, ExitCode.NotReachable },
        { new() { Code = ProblemCode.OperationFailed, Status = 422, Title = "x" }, ExitCode.OperationFailed },
        { new() { Code = "of-a-newer-auditor", Status = 404, Title = "x" }, ExitCode.NotFound },
        { new() { Code = "of-a-newer-auditor", Status = 401, Title = "x" }, ExitCode.NotAllowed },
        { new() { Code = "of-a-newer-auditor", Status = 500, Title = "x" }, ExitCode.OperationFailed },
    };

    [Theory]
    [MemberData(nameof(Problems))]
    public async Task Each_problem_of_the_auditor_has_its_exit_code(Problem problem, int exit)
    {
        await using var auditor = await CannedAuditor.StartAsync();
        auditor.Refuses(Routes.Program, problem);

        var answer = await new CommandLineTool(auditor.Socket).RunAsync("program", "show", "7");

        Assert.Equal(new(exit, "", "xdpaudit: x\n"), answer);
    }

    [Theory]
    [InlineData("ambiguous", "program", "show", "name:sample")]
    [InlineData("ambiguous-json", "program", "show", "name:sample", "-o", "json")]
    public async Task A_selector_that_fits_several_is_refused_with_all_of_them(string golden, params string[] words)
    {
        await using var auditor = await CannedAuditor.StartAsync();
        auditor.Refuses(Routes.Program, new()
        {
            Code = ProblemCode.Ambiguous,
            Status = 409,
            Title = "'name:sample' fits 2 programs",
            Remedy = "name one of them by its id",
            Candidates = ["1203 sample, loaded 2026-11-22 18:40:03Z", "1204 sample\u001b[2J, loaded 2026-11-22 18:41:03Z"],
        });

        var answer = await new CommandLineTool(auditor.Socket).RunAsync(words);

        Assert.Equal(ExitCode.Usage, answer.Exit);
        Golden.Check(golden, words, answer);
    }

    [Fact]
    public async Task An_interruption_while_reading_is_exit_code_130()
    {
        await using var auditor = await CannedAuditor.StartAsync();
        using var interrupt = new CancellationTokenSource();
        auditor.On(Routes.Programs, async context =>
        {
            await interrupt.CancelAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });

        var answer = await new CommandLineTool(auditor.Socket) { Interrupt = interrupt.Token }.RunAsync("program", "list");

        Assert.Equal(new(ExitCode.Interrupted, "", "xdpaudit: interrupted\n"), answer);
    }
}
