using System.Globalization;
using System.Text;
using XdpAudit.Abstractions;

namespace XdpAudit.Cli.Tests;

public sealed class HostileTextTests
{
    private const string Hostile = "a\u001b]0;owned\u0007b\nc\r\td\u009b2Je\u202ef\u200bg\ufeffh\u2028i\U000e0041j\ue000k\u3164l<b>'\"";

    [Theory]
    [InlineData("plain text, größe 名前 🙂", "plain text, größe 名前 🙂")]
    [InlineData("\u001b[2J", "\\x1b[2J")]
    [InlineData("a\nb\tc\u007f\u0000", "a\\x0ab\\x09c\\x7f\\x00")]
    [InlineData("\u009b2J\u00ad", "\\x9b2J\\xad")]
    [InlineData("\u202e\u2066\u200f", "\\u202e\\u2066\\u200f")]
    [InlineData("\u200b\u2060\ufeff\u2028", "\\u200b\\u2060\\ufeff\\u2028")]
    [InlineData("\U000e0041", "\\U000e0041")]
    public void Only_what_can_be_seen_is_printed(string text, string printed) => Assert.Equal(printed, Printable.Line(text));

    [Fact]
    public void Half_a_character_is_not_printed() => Assert.Equal("a\\ud800b\\udc00", Printable.Line("a\ud800b\udc00"));

    [Theory]
    [InlineData("program", "list")]
    [InlineData("program", "show", "7")]
    [InlineData("program", "history", "7")]
    [InlineData("holder", "list", "7")]
    [InlineData("link", "list")]
    [InlineData("link", "show", "7")]
    [InlineData("attachment", "list")]
    [InlineData("map", "list")]
    [InlineData("finding", "list")]
    [InlineData("finding", "show", "7")]
    [InlineData("operation", "list")]
    [InlineData("operation", "show", "7")]
    [InlineData("events")]
    [InlineData("state")]
    [InlineData("diff", "-1h", "now")]
    [InlineData("reconcile")]
    [InlineData("status")]
    [InlineData("doctor")]
    public async Task No_name_reaches_a_terminal_with_its_escapes_in_any_format(params string[] words)
    {
        await using var auditor = await HostileAuditorAsync();

        foreach (var format in (string[])["table", "json", "jsonl"])
        {
            var answer = await new CommandLineTool(auditor.Socket) { OnTerminal = true, Variables = { ["NO_COLOR"] = "1" } }.RunAsync([.. words, "-o", format]);

            Assert.NotEmpty(answer.Out);
            Assert.All([answer.Out, answer.Error], text => Assert.DoesNotContain(text.EnumerateRunes(), IsDangerous));
        }
    }

    [Fact]
    public async Task JSON_says_the_same_as_what_came_members_of_newer_auditors_included()
    {
        await using var auditor = await CannedAuditor.StartAsync();
        var program = System.Text.Json.Nodes.JsonNode.Parse(System.Text.Json.JsonSerializer.Serialize(A.Program(name: Hostile), ApiJson.Default.ProgramView))!;
        program["of_a_newer_auditor"] = Hostile;
        auditor.AnswersText(Routes.Programs, $"[{program.ToJsonString()}]");

        var json = await new CommandLineTool(auditor.Socket).RunAsync("program", "list", "-o", "json");
        var lines = await new CommandLineTool(auditor.Socket).RunAsync("program", "list", "-o", "jsonl");

        Assert.True(System.Text.Json.Nodes.JsonNode.DeepEquals(System.Text.Json.Nodes.JsonNode.Parse(json.Out)![0], program));
        Assert.True(System.Text.Json.Nodes.JsonNode.DeepEquals(System.Text.Json.Nodes.JsonNode.Parse(lines.Out), program));
    }

    [Theory]
    [InlineData(true, null, true)]
    [InlineData(true, "", true)]
    [InlineData(true, "1", false)]
    [InlineData(false, null, false)]
    public async Task Colours_are_for_terminals_and_for_those_who_want_them(bool terminal, string? noColor, bool coloured)
    {
        await using var auditor = await CannedAuditor.StartAsync();
        auditor.Answers(Routes.Programs, [A.Program()], ApiJson.Default.IReadOnlyListProgramView);
        var tool = new CommandLineTool(auditor.Socket) { OnTerminal = terminal };
        if (noColor is not null)
        {
            tool.Variables["NO_COLOR"] = noColor;
        }

        var answer = await tool.RunAsync("program", "list");

        Assert.Equal(coloured, answer.Out.Contains("\u001b[32mattached\u001b[0m", StringComparison.Ordinal));
        Assert.Equal(coloured, answer.Out.Contains('\u001b', StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_dumb_terminal_gets_no_colours()
    {
        await using var auditor = await CannedAuditor.StartAsync();
        auditor.Answers(Routes.Programs, [A.Program()], ApiJson.Default.IReadOnlyListProgramView);

        var answer = await new CommandLineTool(auditor.Socket) { OnTerminal = true, Variables = { ["TERM"] = "dumb" } }.RunAsync("program", "list");

        Assert.DoesNotContain('\u001b', answer.Out);
    }

    private static bool IsDangerous(Rune rune) => rune.Value != '\n' && Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse;

    private static async Task<CannedAuditor> HostileAuditorAsync()
    {
        var auditor = await CannedAuditor.StartAsync();
        var process = A.Loader with { Comm = Hostile, Exe = Hostile, Cgroup = Hostile };
        HolderView[] holders =
        [
            new HolderView.Descriptor { Process = process, Fd = 3 },
            new HolderView.Pin { Path = new(Hostile), ReachedBy = Hostile + "2" },
            new HolderView.Netlink { AttachPoint = A.Eth0, IfName = Hostile, Mode = XdpMode.Native },
            new HolderView.MapElement { MapId = new(1), MapType = Hostile, Index = 1 },
            new HolderView.Unexplained { Why = Hostile },
        ];
        var program = A.Retained() with
        {
            Name = Hostile,
            Type = Hostile,
            Tag = new(Hostile),
            State = Hostile,
            LoadedBy = process,
            Holders = holders,
            Pins = [new(Hostile)],
            Why = Hostile,
            FormerAttachments = [new() { AttachPoint = A.Eth0, IfName = Hostile, Mode = XdpMode.Generic, Until = A.Now, Why = Hostile }],
            Attachments = [A.Program().Attachments[0] with { IfName = Hostile, NetnsName = Hostile }],
            Ended = new() { Occurred = Occurrence.Exactly(A.Now), Why = Hostile, Operation = new(Hostile) },
        };
        var link = A.Defunct() with { Type = Hostile, State = Hostile, ProgramName = Hostile, IfName = Hostile, NetnsName = Hostile, DefunctWhy = Hostile, Holders = holders, Pins = [new(Hostile)] };
        var attachment = A.Netlink with { IfName = Hostile, NetnsName = Hostile, ProgramName = Hostile, By = Hostile, AttachedBy = process };
        var map = A.Map with { Name = Hostile, Type = Hostile, Holders = holders };
        var history = A.Event(1, Hostile, Hostile) with { KnownBy = new() { How = Hostile, Source = Hostile }, Actor = new Actor.Process(process) };
        var step = new RemedyStep(Hostile, Hostile, "xdpaudit");
        var finding = A.Acknowledged with
        {
            Id = new(Hostile), Rule = Hostile, Severity = Hostile, Status = Hostile, Subject = new(Hostile, Hostile, 1, Hostile), Summary = Hostile, Doubt = Hostile, Holders = holders, Remedy = [step],
            Triage = A.Acknowledged.Triage! with { Comment = Hostile, Reason = Hostile, By = process },
        };
        var operation = A.Rejected(Hostile) with
        {
            Id = new(Hostile), Kind = Hostile, State = Hostile, RequestedBy = process, Reason = Hostile, Executor = Hostile, Target = Hostile, Verification = Hostile, Warnings = [Hostile], Pin = new(Hostile),
        };
        operation = operation with { Error = operation.Error! with { Message = Hostile, Function = Hostile, ErrnoName = Hostile, ExtAck = Hostile } };
        var gap = new PartCoverage { Complete = false, Method = Hostile, Gaps = [new() { What = Hostile, Why = Hostile }] };
        var coverage = A.Coverage() with { Pins = gap };
        return auditor
            .Answers(Routes.Programs, [program], ApiJson.Default.IReadOnlyListProgramView)
            .Answers(Routes.Program, program, ApiJson.Default.ProgramView)
            .Answers(Routes.ProgramHistory, [history], ApiJson.Default.IReadOnlyListHistoryEntry)
            .Answers(Routes.ProgramHolders, holders, ApiJson.Default.IReadOnlyListHolderView)
            .Answers(Routes.Links, [link], ApiJson.Default.IReadOnlyListLinkView)
            .Answers(Routes.Link, link, ApiJson.Default.LinkView)
            .Answers(Routes.Attachments, [attachment], ApiJson.Default.IReadOnlyListAttachmentView)
            .Answers(Routes.Maps, [map], ApiJson.Default.IReadOnlyListMapView)
            .Answers(Routes.Findings, [finding], ApiJson.Default.IReadOnlyListFindingView)
            .Answers(Routes.Finding, finding, ApiJson.Default.FindingView)
            .Answers(Routes.Operations, [operation], ApiJson.Default.IReadOnlyListOperationView)
            .Answers(Routes.Operation, operation, ApiJson.Default.OperationView)
            .Answers(Routes.Events, [history], ApiJson.Default.IReadOnlyListHistoryEntry)
            .Answers(Routes.State, A.HostView with { KernelRelease = Hostile, Programs = [program], Links = [link], Attachments = [attachment], Maps = [map], Coverage = coverage }, ApiJson.Default.HostView)
            .Answers(Routes.Diff, new() { From = A.Now, To = A.Now, Lines = [new(Hostile, Hostile, Hostile, Hostile, Hostile)] }, ApiJson.Default.DiffView)
            .Answers("POST " + Routes.Reconcile, new() { Observation = Hostile, Position = 1, Events = [history], Coverage = coverage, Milliseconds = 1 }, ApiJson.Default.ReconcileView)
            .Answers(Routes.Status, A.Status with { Version = Hostile, Trouble = Hostile, Role = Hostile, Plugins = new Dictionary<string, string> { [Hostile] = Hostile } }, ApiJson.Default.StatusView)
            .Answers(Routes.Doctor, new(false, [new(Hostile, Hostile, Hostile, Hostile)]), ApiJson.Default.DoctorView);
    }
}
