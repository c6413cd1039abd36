using Microsoft.Extensions.Time.Testing;
using XdpAudit.Abstractions;
using XdpAudit.Testing;

namespace XdpAudit.Cli.Tests;

public sealed class CompletionTests
{
    /// <summary>How long a completion waits where what it answers is tested, not how soon: the machine may be busy.</summary>
    private const string Patient = "60000";

    [Theory]
    [InlineData("xdpaudit prog", "program")]
    [InlineData("/usr/bin/xdpaudit fin", "finding")]
    [InlineData("xdpaudit program ", "history list load pin show unload unpin")]
    [InlineData("xdpaudit program list --s", "--server --state")]
    [InlineData("xdpaudit program list -o ", "json jsonl table")]
    [InlineData("xdpaudit program list -o j", "json jsonl")]
    [InlineData("xdpaudit link attach 7 --mode ", "generic native offload")]
    [InlineData("xdpaudit finding acknowledge f3 --reason p", "pending-fix")]
    [InlineData("xdpaudit completion ", "bash fish zsh")]
    [InlineData("xdpaudit comp", "completion")]
    [InlineData("xdpaudit version ", "--help --server -h")]
    public async Task Commands_options_and_values_are_completed_without_an_auditor(string line, string words)
    {
        var answer = await new CommandLineTool("/nowhere/api.sock").RunAsync("complete", line);

        Assert.Equal(new(ExitCode.Done, string.Concat(words.Split(' ').Select(w => w + "\n")), ""), answer);
    }

    [Theory]
    [InlineData("xdpaudit program show 12", "1203 1204")]
    [InlineData("xdpaudit program show name:", "name:sample_pass")]
    [InlineData("xdpaudit link update 17 --program 12", "1203 1204")]
    [InlineData("xdpaudit link detach 1", "17")]
    [InlineData("xdpaudit link detach inter", "interface:veth1@cookie:4096")]
    [InlineData("xdpaudit interface history e", "eth0")]
    [InlineData("xdpaudit finding show f", "f3a9c1d2e4b5")]
    [InlineData("xdpaudit operation show 0", "019ab3c4d5e67f8091a2b3c4d5e6f708")]
    public async Task Live_ids_and_names_are_completed_and_names_a_shell_would_read_otherwise_are_not(string line, string words)
    {
        await using var auditor = await CannedAuditor.StartAsync();
        auditor.Answers(Routes.Programs, [A.Program(), A.Program(1204, "$(reboot)\n")], ApiJson.Default.IReadOnlyListProgramView);
        auditor.Answers(Routes.Links, [A.Link()], ApiJson.Default.IReadOnlyListLinkView);
        auditor.Answers(Routes.Attachments, [A.Attachment, A.Netlink], ApiJson.Default.IReadOnlyListAttachmentView);
        auditor.Answers(Routes.Findings, [A.Finding()], ApiJson.Default.IReadOnlyListFindingView);
        auditor.Answers(Routes.Operations, [A.Operation()], ApiJson.Default.IReadOnlyListOperationView);

        var answer = await new CommandLineTool(auditor.Socket) { Variables = { [LiveNames.Variable] = Patient } }.RunAsync("complete", line);

        Assert.Equal(new(ExitCode.Done, string.Concat(words.Split(' ').Select(w => w + "\n")), ""), answer);
    }

    [Theory]
    [InlineData("xdpaudit program load ")]
    [InlineData("xdpaudit program load ./x")]
    [InlineData("xdpaudit program pin 7 /sys")]
    public async Task Where_only_the_person_can_know_nothing_is_offered_so_that_the_shell_offers_files(string line)
    {
        var answer = await new CommandLineTool("/nowhere/api.sock").RunAsync("complete", line);

        Assert.Equal(new(ExitCode.Done, "", ""), answer);
    }

    [Theory]
    [InlineData(null, 1000)]
    [InlineData("200", 200)]
    [InlineData("soon", 1000)]
    public async Task An_auditor_that_does_not_answer_holds_nobody_up_for_longer_than_was_asked(string? asked, int milliseconds)
    {
        await using var auditor = await CannedAuditor.StartAsync();
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        auditor.On(Routes.Programs, context =>
        {
            reached.TrySetResult();
            return Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        var clock = new FakeTimeProvider();
        var tool = new CommandLineTool(auditor.Socket) { Clock = clock };
        if (asked is not null)
        {
            tool.Variables[LiveNames.Variable] = asked;
        }

        var answer = Task.Run(() => tool.RunAsync("complete", "xdpaudit program show 1"), TestContext.Current.CancellationToken);
        await reached.Task;
        clock.Advance(TimeSpan.FromMilliseconds(milliseconds - 1));
        Assert.False(answer.IsCompleted);
        clock.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(new(ExitCode.Done, "", ""), await answer);
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    public async Task There_is_a_script_for_each_shell(string shell)
    {
        var answer = await new CommandLineTool().RunAsync("completion", shell);

        Golden.Check("completion-" + shell, ["completion", shell], answer);
    }

    [Theory]
    [InlineData("xdpaudit prog", "program")]
    [InlineData("xdpaudit program show name:sam", "sample_pass")]
    [InlineData("xdpaudit program show na", "name:sample_pass")]
    public async Task The_script_completes_in_a_real_bash(string typed, string put)
    {
        Requires.Tool("bash");
        await using var auditor = await CannedAuditor.StartAsync();
        auditor.Answers(Routes.Programs, [A.Program()], ApiJson.Default.IReadOnlyListProgramView);
        var script = (await new CommandLineTool().RunAsync("completion", "bash")).Out;
        var words = typed.Split(' ').SelectMany(w => w.Split(':') is [var a, var b] ? new[] { a, ":", b } : [w]).ToList();
        words[0] = Binary.Path;

        var bash = Shell.Try(
            "/bin/bash",
            "-c",
            $"export XDPAUDIT_SERVER='unix:{auditor.Socket}' {LiveNames.Variable}={Patient}\n{script}\nCOMP_LINE=\"$1\"; COMP_POINT=${{#1}}; shift; COMP_WORDS=(\"$@\"); _xdpaudit; printf '%s\\n' \"${{COMPREPLY[@]}}\"",
            "bash", typed, string.Join(' ', words.Take(1)));

        Assert.Equal((put + "\n", ""), (bash.Output, bash.Errors));
    }
}
