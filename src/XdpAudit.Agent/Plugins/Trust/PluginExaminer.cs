namespace XdpAudit.Agent;

/// <summary>Looks at a plugin's folder without running anything of it: what it is, what it needs, what is wrong, and the entry that would approve it.</summary>
public sealed class PluginExaminer(TrustedOwners trusted)
{
    /// <summary>All that the checks find, against an approved entry where there is one.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="approved">The entry that approves it; null when none does.</param>
    /// <param name="list">The list that holds the entry.</param>
    public PluginReport Report(string folder, AllowEntry? approved, string? list)
    {
        var path = Path.GetFullPath(folder);
        using var examination = new Examination(path, approved, trusted);
        return Report(path, examination, approved, list);
    }

    /// <summary>The entry that approves what is in a folder now. Null with a refusal when it would be refused even so.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="wish">What the operator says.</param>
    public (AllowEntry? Entry, PluginReport Report) Approve(string folder, ApprovalWish wish)
    {
        var path = Path.GetFullPath(folder);
        var (draft, first) = Draft(path, wish);
        if (draft is null)
        {
            return (null, first);
        }

        using var again = new Examination(path, draft, trusted);
        var report = Report(path, again, draft, null);
        return (report.Ok ? draft : null, report);
    }

    private (AllowEntry? Draft, PluginReport Report) Draft(string path, ApprovalWish wish)
    {
        using var examination = new Examination(path, null, trusted);
        var report = Report(path, examination, null, null);
        if (examination.Found is not { Manifest: { } manifest } found || found.Content.Files.Count == 0)
        {
            return (null, report);
        }

        return (
            new()
            {
                Id = manifest.Id,
                Version = manifest.Version,
                Kind = manifest.Kind,
                Enabled = true,
                Path = path,
                Entry = manifest.Entry,
                Isolation = wish.Isolation ?? manifest.Isolation,
                AllowNative = wish.AllowNative ?? manifest.NativeLibraries,
                NativeInProcess = wish.NativeInProcess,
                Files = found.Content.Files.OrderBy(f => f.Name, StringComparer.Ordinal).ToDictionary(f => f.Name, f => AllowEntry.DigestPrefix + f.Sha256),
                ApprovedBy = wish.By,
                ApprovedAt = wish.At,
                Reason = wish.Reason,
            },
            report);
    }

    private static PluginReport Report(string path, Examination examination, AllowEntry? approved, string? list)
    {
        IReadOnlyList<PluginRefusal> refusals = [.. examination.Run()];
        var found = examination.Found;
        return new()
        {
            Path = path,
            Ok = refusals.Count == 0,
            Refusals = refusals,
            Warnings = [.. found?.Assemblies.SelectMany(a => a.Warnings) ?? []],
            Manifest = found?.Manifest,
            AllowList = list,
            Isolation = found?.Isolation ?? "",
            Sha256 = refusals.Any(r => r.Code is PluginRefusalCode.Read or PluginRefusalCode.Missing) ? "" : found?.Content.Sha256 ?? "",
            Files = found is null ? [] : Files(found, approved),
            Assemblies =
            [
                .. found?.Assemblies.Select(a => new PluginAssembly(
                    a.File.Name, a.Name, a.Version.ToString(), [.. a.References.Select(r => $"{r.Name} {r.Version}").Order(StringComparer.Ordinal)], a.Native)) ?? [],
            ],
        };
    }

    private static IReadOnlyList<PluginReportFile> Files(Examined found, AllowEntry? approved)
    {
        var there = found.Content.Files.Select(f => new PluginReportFile(
            f.Name, f.Sha256, f.Bytes.LongLength,
            approved is null ? "new" : !approved.Files.TryGetValue(f.Name, out var sum) ? "added" : sum == AllowEntry.DigestPrefix + f.Sha256 ? "same" : "changed"));
        var names = found.Content.Files.Select(f => f.Name).ToHashSet();
        return [.. there.Concat((approved?.Files.Keys ?? []).Where(n => !names.Contains(n)).Select(n => new PluginReportFile(n, "", 0, "removed"))).OrderBy(f => f.Name, StringComparer.Ordinal)];
    }
}

/// <summary>What the operator says when a plugin is approved.</summary>
public sealed record ApprovalWish
{
    /// <summary>Who approves.</summary>
    public required string By { get; init; }

    /// <summary>When, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Why.</summary>
    public string? Reason { get; init; }

    /// <summary>Where it is to run; null leaves it to what the plugin asks for.</summary>
    public string? Isolation { get; init; }

    /// <summary>Native libraries it may use; null for those it names.</summary>
    public IReadOnlyList<string>? AllowNative { get; init; }

    /// <summary>It may do so inside the auditor.</summary>
    public bool NativeInProcess { get; init; }
}
