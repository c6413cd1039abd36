using System.Text.Json;
using XdpAudit.Abstractions;
using XdpAudit.Testing;

namespace XdpAudit.Cli.Tests;

public sealed class FindingCommandTests
{
    [Theory]
    [InlineData("finding-list", "finding", "list")]
    [InlineData("finding-list-fail-on", "finding", "list", "--fail-on", "high")]
    [InlineData("finding-show", "finding", "show", "f3a9")]
    [InlineData("finding-history", "finding", "history", "f3a9")]
    [InlineData("finding-acknowledge", "finding", "acknowledge", "f3a9", "--reason", "pending-fix", "--comment", "ticket 7", "--expires", "7d")]
    [InlineData("finding-suppress", "finding", "suppress", "f3a9", "--reason", "risk-accepted", "--comment", "the new loader comes on Monday", "--expires", "7d")]
    [InlineData("finding-remedy", "finding", "remedy", "f3a9")]
    [InlineData("finding-remedy-plain", "finding", "remedy", "f3a9", "--plain")]
    public async Task Findings_and_their_remedies_are_printed(string golden, params string[] words)
    {
        await using var auditor = await CannedAuditor.StartAsync();
        auditor.Answers(Routes.Findings, [A.Finding(), A.Finding("0a", "low"), A.Finding("0b", "medium", "suspected"), A.Acknowledged], ApiJson.Default.IReadOnlyListFindingView);
        auditor.Answers(Routes.Finding, A.Finding(), ApiJson.Default.FindingView);
        auditor.Answers(Routes.FindingHistory, A.Triaged, ApiJson.Default.IReadOnlyListHistoryEntry);
        auditor.Answers("POST " + Routes.FindingAcknowledge, A.Acknowledged, ApiJson.Default.FindingView);
        auditor.Answers("POST " + Routes.FindingSuppress, A.Suppressed, ApiJson.Default.FindingView);

        var answer = await new CommandLineTool(auditor.Socket).RunAsync(words);

        Golden.Check(golden, words, answer);
    }

    [Theory]
    [InlineData("high", "open", "any", ExitCode.Found)]
    [InlineData("low", "open", "any", ExitCode.Found)]
    [InlineData("low", "open", "low", ExitCode.Found)]
    [InlineData("low", "open", "medium", ExitCode.Done)]
    [InlineData("medium", "regressed", "medium", ExitCode.Found)]
    [InlineData("high", "regressed", "high", ExitCode.Found)]
    [InlineData("high", "suspected", "any", ExitCode.Done)]
    [InlineData("high", "acknowledged", "any", ExitCode.Done)]
    [InlineData("high", "resolved", "any", ExitCode.Done)]
    [InlineData("terrible", "open", "high", ExitCode.Found)]
    public async Task Only_open_and_regressed_findings_that_are_severe_enough_fail_a_check(string severity, string status, string failOn, int exit)
    {
        await using var auditor = await CannedAuditor.StartAsync();
        auditor.Answers(Routes.Findings, [A.Finding(severity: severity, status: status)], ApiJson.Default.IReadOnlyListFindingView);

        var asked = await new CommandLineTool(auditor.Socket).RunAsync("finding", "list", "--fail-on", failOn);
        var unasked = await new CommandLineTool(auditor.Socket).RunAsync("finding", "list");

        Assert.Equal(exit, asked.Exit);
        Assert.Equal(ExitCode.Done, unasked.Exit);
    }

    [Theory]
    [InlineData("7d", "2026-11-29T18:40:03Z")]
    [InlineData("1h30m", "2026-11-22T20:10:03Z")]
    [InlineData("2026-12-24T18:00:00+01:00", "2026-12-24T17:00:00Z")]
    [InlineData("2026-12-24", "2026-12-24T00:00:00Z")]
    public async Task Triage_is_sent_with_the_moment_at_which_it_expires(string expires, string sent)
    {
        await using var auditor = await CannedAuditor.StartAsync();
        auditor.Answers("POST " + Routes.FindingSuppress, A.Acknowledged, ApiJson.Default.FindingView);

        var answer = await new CommandLineTool(auditor.Socket).RunAsync("finding", "suppress", "f3 a9", "--reason", "other", "--comment", "why", "--expires", expires);

        var asked = Assert.Single(auditor.Requests);
        Assert.Equal(ExitCode.Done, answer.Exit);
        Assert.Equal("POST /v1/finding/suppress?id=f3%20a9", asked.Line);
        Assert.Equal(
            new TriageRequest("other", "why", DateTimeOffset.Parse(sent, System.Globalization.CultureInfo.InvariantCulture)),
            JsonSerializer.Deserialize(asked.Body, ApiJson.Default.TriageRequest));
    }

    [Theory]
    [InlineData("'-5m' is not in the future", "other", "why", "-5m")]
    [InlineData("'2026-11-22T18:40:03Z' is not in the future", "other", "why", "2026-11-22T18:40:03Z")]
    [InlineData("'soon' is neither a duration nor a time", "other", "why", "soon")]
    [InlineData("'position:7' is neither a duration nor a time", "other", "why", "position:7")]
    [InlineData("--comment is empty", "other", "  ", "7d")]
    [InlineData("--reason cannot be 'laziness'", "laziness", "why", "7d")]
    public async Task Triage_without_a_reason_a_comment_and_a_time_to_come_is_refused(string told, string reason, string comment, string expires)
    {
        await using var auditor = await CannedAuditor.StartAsync();

        var answer = await new CommandLineTool(auditor.Socket).RunAsync("finding", "acknowledge", "f3", "--reason", reason, "--comment", comment, "--expires", expires);

        Assert.Equal(ExitCode.Usage, answer.Exit);
        Assert.StartsWith("xdpaudit: " + told, answer.Error, StringComparison.Ordinal);
        Assert.Empty(auditor.Requests);
    }

    [Fact]
    public async Task A_remedy_can_be_piped_to_a_shell_and_its_words_stay_comments()
    {
        await using var auditor = await CannedAuditor.StartAsync();
        var file = Path.Combine(auditor.Directory, "it's; touch old");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);
        var quoted = $"'{file.Replace("'", "'\\''", StringComparison.Ordinal)}'";
        auditor.Answers(
            Routes.Finding,
            A.Finding() with { Remedy = [new($"remove\necho injected", $"rm -- {quoted}", "plain"), new("no command \u2028echo injected", null, "plain")] },
            ApiJson.Default.FindingView);

        var script = await new CommandLineTool(auditor.Socket).RunAsync("finding", "remedy", "f3", "--plain");
        var shell = Shell.Type(script.Out);

        Assert.Equal((0, "", ""), (shell.ExitCode, shell.Output, shell.Errors));
        Assert.False(File.Exists(file));
    }

    [Theory]
    [InlineData("rm -- 'a\nb'")]
    [InlineData("rm -- 'a\u001b[2Jb'")]
    [InlineData("rm -- 'a\u202eb'")]
    public async Task A_remedy_with_a_character_that_cannot_be_printed_is_refused_whole(string command)
    {
        await using var auditor = await CannedAuditor.StartAsync();
        auditor.Answers(Routes.Finding, A.Finding() with { Remedy = [new("first", "true", "xdpaudit"), new("then", command, "xdpaudit")] }, ApiJson.Default.FindingView);

        var answer = await new CommandLineTool(auditor.Socket).RunAsync("finding", "remedy", "f3");

        Assert.Equal((ExitCode.OperationFailed, ""), (answer.Exit, answer.Out));
        Assert.Contains("cannot be printed safely", answer.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_finding_without_a_remedy_prints_no_command()
    {
        await using var auditor = await CannedAuditor.StartAsync();
        auditor.Answers(Routes.Finding, A.Finding() with { Remedy = [] }, ApiJson.Default.FindingView);

        var answer = await new CommandLineTool(auditor.Socket).RunAsync("finding", "remedy", "f3");

        Assert.Equal(new(ExitCode.Done, "", "this finding has no remedy\n"), answer);
    }
}
