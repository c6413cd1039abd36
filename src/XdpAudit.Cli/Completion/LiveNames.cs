using System.CommandLine.Completions;
using System.Globalization;
using System.Text.Json.Serialization.Metadata;
using XdpAudit.Abstractions;

namespace XdpAudit.Cli;

/// <summary>
/// Offers what the auditor knows while somebody types. Whoever presses TAB wants to go on typing: a second at most, or what a variable says, and no word
/// of an error.
/// </summary>
internal sealed class LiveNames(Grammar grammar)
{
    /// <summary>The environment variable: whole milliseconds.</summary>
    internal const string Variable = "XDPAUDIT_COMPLETION_MS";

    private static readonly TimeSpan Unless = TimeSpan.FromSeconds(1);

    private TimeSpan Patience =>
        uint.TryParse(grammar.Around.Variable(Variable), NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) ? TimeSpan.FromMilliseconds(milliseconds) : Unless;

    internal IEnumerable<CompletionItem> Programs(CompletionContext context) => Ask(
        context,
        Routes.Programs,
        ApiJson.Default.IReadOnlyListProgramView,
        p => p.Name.Length > 0 ? [p.Id.ToString(), $"name:{p.Name}"] : [p.Id.ToString()]);

    internal IEnumerable<CompletionItem> Links(CompletionContext context) => Ask(context, Routes.Links, ApiJson.Default.IReadOnlyListLinkView, l => [l.Id.ToString()]);

    internal IEnumerable<CompletionItem> LinksAndInterfaces(CompletionContext context) =>
    [
        .. Links(context),
        .. Ask(
            context,
            Routes.Attachments,
            ApiJson.Default.IReadOnlyListAttachmentView,
            a => a.LinkId is not null ? [] : [a.OwnNetns ? $"interface:{a.IfName}" : $"interface:{a.IfName}@{a.NetnsName ?? $"cookie:{a.Netns}"}"]),
    ];

    internal IEnumerable<CompletionItem> Interfaces(CompletionContext context) => Ask(context, Routes.Attachments, ApiJson.Default.IReadOnlyListAttachmentView, a => [a.IfName]);

    internal IEnumerable<CompletionItem> Findings(CompletionContext context) => Ask(context, Routes.Findings, ApiJson.Default.IReadOnlyListFindingView, f => [FindingRenderer.Brief(f.Id)]);

    internal IEnumerable<CompletionItem> Operations(CompletionContext context) => Ask(context, Routes.Operations, ApiJson.Default.IReadOnlyListOperationView, o => [o.Id.Value]);

    internal IEnumerable<CompletionItem> Plugins(CompletionContext context) => AskOne(context, Routes.Status, ApiJson.Default.StatusView, s => s.Plugins.Keys);

    private IEnumerable<CompletionItem> Ask<T>(CompletionContext context, string route, JsonTypeInfo<IReadOnlyList<T>> type, Func<T, IEnumerable<string>> names) =>
        AskOne(context, route, type, list => list.SelectMany(names));

    private IReadOnlyList<CompletionItem> AskOne<T>(CompletionContext context, string route, JsonTypeInfo<T> type, Func<T, IEnumerable<string>> names)
    {
        try
        {
            using var patience = new CancellationTokenSource(Patience, grammar.Around.Time);
            using var auditor = new AuditorClient(Endpoint.Of(context.ParseResult.GetValue(grammar.Server), grammar.Around), grammar.Around);

            // The library asks for completions synchronously, and there is no context here that waiting could block.
            var json = auditor.GetAsync(route, patience.Token).GetAwaiter().GetResult();
            return [.. names(auditor.Read(json, type)).Where(IsPlain).Distinct().Select(n => new CompletionItem(n))];
        }
        catch (Exception e) when (e is CliFailure or OperationCanceledException)
        {
            return [];
        }
    }

    // What is offered is put on a command line as it is: a name that a shell would read otherwise is not offered.
    private static bool IsPlain(string name) => name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or ':' or '/' or '@' or '+');
}
