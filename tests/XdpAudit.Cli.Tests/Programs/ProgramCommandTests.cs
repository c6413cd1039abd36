using XdpAudit.Abstractions;

namespace XdpAudit.Cli.Tests;

public sealed class ProgramCommandTests
{
    [Theory]
    [InlineData("program-list", "program", "list")]
    [InlineData("program-list-json", "program", "list", "-o", "json")]
    [InlineData("program-list-jsonl", "program", "list", "-o", "jsonl")]
    [InlineData("program-show-retained", "program", "show", "1204")]
    [InlineData("program-history", "program", "history", "1203")]
    [InlineData("holder-list", "holder", "list", "1203")]
    public async Task Programs_their_stories_and_holders_are_printed(string golden, params string[] words)
    {
        await using var auditor = await CannedAuditor.StartAsync();
        auditor.Answers(Routes.Programs, [A.Program(), A.Retained(), A.Unloaded()], ApiJson.Default.IReadOnlyListProgramView);
        auditor.Answers(Routes.Program, A.Retained(), ApiJson.Default.ProgramView);
        auditor.Answers(Routes.ProgramHistory, A.Story, ApiJson.Default.IReadOnlyListHistoryEntry);
        auditor.Answers(Routes.ProgramHolders, [.. A.Program().Holders, new HolderView.Unexplained { Why = "descriptors of pid 9 could not be read" }], ApiJson.Default.IReadOnlyListHolderView);

        var answer = await new CommandLineTool(auditor.Socket).RunAsync(words);

        Golden.Check(golden, words, answer);
    }

    [Fact]
    public async Task A_program_that_ended_unseen_is_told_as_an_interval()
    {
        await using var auditor = await CannedAuditor.StartAsync();
        auditor.Answers(Routes.Program, A.Unloaded(), ApiJson.Default.ProgramView);

        var answer = await new CommandLineTool(auditor.Socket).RunAsync("program", "show", "1100");

        Assert.Contains("ended         between 2026-11-22 18:30:03Z and 2026-11-22 18:31:03Z: missing from a complete look", answer.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_list_is_nothing_on_the_output_and_a_word_on_the_error()
    {
        await using var auditor = await CannedAuditor.StartAsync();
        auditor.Answers(Routes.Programs, [], ApiJson.Default.IReadOnlyListProgramView);

        var table = await new CommandLineTool(auditor.Socket).RunAsync("program", "list");
        var json = await new CommandLineTool(auditor.Socket).RunAsync("program", "list", "-o", "json");
        var lines = await new CommandLineTool(auditor.Socket).RunAsync("program", "list", "-o", "jsonl");

        Assert.Equal(new(ExitCode.Done, "", "no programs\n"), table);
        Assert.Equal(new(ExitCode.Done, "[]\n", ""), json);
        Assert.Equal(new(ExitCode.Done, "", ""), lines);
    }

    [Theory]
    [InlineData("GET /v1/programs", "program", "list")]
    [InlineData("GET /v1/programs", "program", "list", "--at", "now")]
    [InlineData("GET /v1/programs?at=2026-11-22T18%3A35%3A03Z", "program", "list", "--at", "-5m")]
    [InlineData("GET /v1/programs?at=position%3A12", "program", "list", "--at", "position:12")]
    [InlineData("GET /v1/programs?state=unloaded&all=true", "program", "list", "--state", "unloaded")]
    [InlineData("GET /v1/programs?all=true", "program", "list", "--all")]
    [InlineData("GET /v1/program?select=name%3Aa%26b%20%2F%3F", "program", "show", "name:a&b /?")]
    [InlineData("GET /v1/program?select=7&at=2026-03-01T03%3A12%3A00Z", "program", "show", "7", "--at", "2026-03-01 03:12")]
    [InlineData("GET /v1/program/history?select=pin%3A%2Fsys%2Ffs%2Fbpf%2Fx", "program", "history", "pin:/sys/fs/bpf/x")]
    [InlineData("GET /v1/program/holders?select=7", "holder", "list", "7")]
    [InlineData("GET /v1/links?all=true", "link", "list", "--all")]
    [InlineData("GET /v1/link?select=17", "link", "show", "17")]
    [InlineData("GET /v1/link/history?select=17", "link", "history", "17")]
    [InlineData("GET /v1/attachments?at=position%3A3", "attachment", "list", "--at", "position:3")]
    [InlineData("GET /v1/maps", "map", "list")]
    [InlineData("GET /v1/interface/history?name=eth0&netns=blue", "interface", "history", "eth0", "--netns", "blue")]
    [InlineData("GET /v1/findings?status=all&rule=pin-unused", "finding", "list", "--status", "all", "--rule", "pin-unused")]
    [InlineData("GET /v1/finding?id=f3a9", "finding", "show", "f3a9")]
    [InlineData("GET /v1/finding/history?id=f3a9", "finding", "history", "f3a9")]
    [InlineData("GET /v1/operations", "operation", "list")]
    [InlineData("GET /v1/operation?id=019a", "operation", "show", "019a")]
    [InlineData("GET /v1/state?at=2026-11-22T16%3A40%3A03Z", "state", "--at", "-2h")]
    [InlineData("GET /v1/diff?from=2026-11-22T17%3A40%3A03Z&to=2026-11-22T18%3A40%3A03Z", "diff", "-1h", "now")]
    [InlineData("GET /v1/status", "status")]
    [InlineData("POST /v1/reconcile", "reconcile")]
    public async Task A_command_asks_its_route_with_what_was_typed(string asked, params string[] words)
    {
        await using var auditor = await CannedAuditor.StartAsync();

        await new CommandLineTool(auditor.Socket).RunAsync(words);

        Assert.Equal(asked, Assert.Single(auditor.Requests).Line);
    }
}
