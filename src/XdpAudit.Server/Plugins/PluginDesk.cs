using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace XdpAudit.Server;

/// <summary>The work of the <c>plugin</c> commands.</summary>
internal sealed class PluginDesk(PluginLists lists, bool json)
{
    private static readonly TrustedOwners Trusted = TrustedOwners.OfThisProgram();

    private AllowListFile Own => new(lists.OperatorPath, Trusted);

    internal int Approve(string folder, ApprovalWish wish, bool yes) => Guarded(() =>
    {
        var (entry, report) = new PluginExaminer(Trusted).Approve(folder, wish);
        var before = Verdict(v => v.Id == (entry?.Id ?? report.Manifest?.Id))?.Entry;
        Show(report, ApiJson.Default.PluginReport, r => PluginWords.Report(r, before));
        if (entry is null)
        {
            Terminal.Warn($"xdpaudit: '{report.Path}' is not approved: see what to do after each refusal, and approve it again");
            return ExitCode.Failed;
        }

        if (!yes && !Terminal.Asks($"Let '{entry.Id}' run with all rights of the auditor, {(report.Isolation == PluginIsolation.Process ? "in a process of its own" : "inside it")}? [y/N] "))
        {
            Terminal.Warn($"xdpaudit: nothing was changed{(Terminal.CanAsk ? "" : "; standard input is no terminal, so say --yes if you mean it")}");
            return Terminal.CanAsk ? ExitCode.Found : ExitCode.Usage;
        }

        Own.Put(entry);
        Terminal.Warn($"xdpaudit: approved {entry.Id} {entry.Version} in {lists.OperatorPath}; an auditor that runs loads it when it is started again");
        return ExitCode.Done;
    });

    internal int Verify(string folder, bool conformance, CancellationToken cancellation) => Guarded(() =>
    {
        var path = Path.GetFullPath(folder);
        var verdict = Verdict(v => v.Folder == path);
        var report = new PluginExaminer(Trusted).Report(path, verdict?.Entry, verdict?.AllowList);
        if (conformance && report is { Ok: true, Manifest: { } manifest })
        {
            var promises = PluginConformance.RunAsync(path, manifest, AuditorApp.Settings(), cancellation).GetAwaiter().GetResult();
            report = report with { Promises = promises, Ok = promises.All(p => p.Broken is null) };
        }

        Show(report, ApiJson.Default.PluginReport, r => PluginWords.Report(r, verdict?.Entry));
        return report.Ok ? ExitCode.Done : ExitCode.Found;
    });

    internal int List() => Guarded(() =>
    {
        IReadOnlyList<PluginView> views = [.. new PluginTrust(lists, Trusted).Foresee().Select(PluginSet.Foreseen)];
        Show(views, ApiJson.Default.IReadOnlyListPluginView, PluginWords.List);
        return ExitCode.Done;
    });

    internal int Enable(string id, bool enabled) => Guarded(() =>
    {
        if (Verdict(v => v.Id == id) is not { Entry: { } entry } verdict)
        {
            return Unknown(id);
        }

        // What ships is told otherwise by an entry of the operator's for the same bytes.
        Own.Put(entry with
        {
            Enabled = enabled,
            Path = verdict.Folder,
            ApprovedBy = verdict.Shipped ? Person.Name : entry.ApprovedBy,
            ApprovedAt = verdict.Shipped ? TimeProvider.System.GetUtcNow() : entry.ApprovedAt,
        });
        Terminal.Warn($"xdpaudit: {id} is {(enabled ? "enabled" : "disabled")} in {lists.OperatorPath}, from the auditor's next start on");
        return ExitCode.Done;
    });

    internal int Revoke(string id) => Guarded(() =>
    {
        if (!Own.Remove(id))
        {
            return Verdict(v => v.Id == id) is { Shipped: true } ? Refuse($"'{id}' ships with the auditor and is not on your list", $"xdpaudit plugin disable {id}") : Unknown(id);
        }

        Terminal.Warn($"xdpaudit: {id} is taken off {lists.OperatorPath}, from the auditor's next start on");
        return ExitCode.Done;
    });

    internal static int Ship(string directory, IReadOnlyList<string> enabled) => Guarded(() =>
    {
        var examiner = new PluginExaminer(Trusted);
        var entries = new List<AllowEntry>();
        foreach (var folder in Directory.GetDirectories(directory).Order(StringComparer.Ordinal))
        {
            var (entry, report) = examiner.Approve(folder, new() { By = "XdpAudit", At = TimeProvider.System.GetUtcNow(), Reason = "ships with the auditor" });
            if (entry is null)
            {
                PluginWords.Report(report, null);
                return Refuse($"'{folder}' cannot be shipped", "see the refusals above");
            }

            entries.Add(entry with { Path = Path.GetFileName(folder), Enabled = enabled.Contains(entry.Id) });
        }

        if (enabled.FirstOrDefault(e => entries.All(p => p.Id != e)) is { } absent)
        {
            return Refuse($"'{absent}' is to be enabled, and no folder in '{directory}' holds it", "publish it there, or leave it out of --enabled");
        }

        new AllowListFile(Path.Combine(directory, AllowList.FileName), Trusted).Write(entries);
        return ExitCode.Done;
    });

    private PluginVerdict? Verdict(Func<PluginVerdict, bool> which) => new PluginTrust(lists, Trusted).Named().FirstOrDefault(which);

    private int Unknown(string id) => Refuse(
        $"no list names a plugin '{id}'", $"see xdpaudit plugin list; to approve one: xdpaudit plugin approve DIR (the lists are {lists.ShippedPath} and {lists.OperatorPath})", ExitCode.NotFound);

    private static int Refuse(string why, string next, int code = ExitCode.Failed)
    {
        Terminal.Warn($"xdpaudit: {why}\n  next: {next}".ReplaceLineEndings(" "));
        return code;
    }

    private void Show<T>(T value, JsonTypeInfo<T> type, Action<T> words)
    {
        if (json)
        {
            Terminal.Say(JsonSerializer.Serialize(value, type));
        }
        else
        {
            words(value);
        }
    }

    private static int Guarded(Func<int> work)
    {
        try
        {
            return work();
        }
        catch (AllowListException cause)
        {
            return Refuse($"{cause.Refusal.Code}: {cause.Refusal.Why}", cause.Refusal.Remedy);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            return Refuse(cause.Message.TrimEnd('.'), "do it as root, or name another list with --allow-list FILE", cause is UnauthorizedAccessException ? ExitCode.NotAllowed : ExitCode.Failed);
        }
    }
}
