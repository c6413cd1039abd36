namespace XdpAudit.Agent;

/// <summary>Decides which plugins may be activated: those that a list names, whose folder is what was approved, from a copy of the auditor's own.</summary>
public sealed class PluginTrust(PluginLists lists, TrustedOwners trusted)
{
    /// <summary>Examines all plugins of the lists, copies those that pass and takes older copies away.</summary>
    /// <param name="only">Ids, folders or names of folders; nothing else is looked at. Empty for all.</param>
    /// <param name="copies">The directory of the private copies.</param>
    public IReadOnlyList<PluginVerdict> Examine(IReadOnlyList<string> only, string copies)
    {
        var copied = new PrivateCopies(Path.GetFullPath(copies), trusted);
        IReadOnlyList<PluginVerdict> verdicts = [.. Chosen(only).Select(v => Judge(v, copied))];
        copied.Forget();
        return verdicts;
    }

    /// <summary>What the lists name, unchecked.</summary>
    public IReadOnlyList<PluginVerdict> Named() => lists.Read(trusted);

    /// <summary>The same without copying anything: what would be refused. None of them is verified.</summary>
    public IReadOnlyList<PluginVerdict> Foresee() => [.. Chosen([]).Select(v => Judge(v, null))];

    private IEnumerable<PluginVerdict> Chosen(IReadOnlyList<string> only)
    {
        var all = lists.Read(trusted);
        return only.Count == 0
            ? all
            : all.Where(v => v.Id == PluginText.ListId || only.Any(w => Fits(v, w))).Select(Asked).Concat(only.Where(w => !all.Any(v => Fits(v, w))).Distinct().Select(Unknown));
    }

    // What ships and is not loaded unasked is loaded when it is asked for by name.
    private static PluginVerdict Asked(PluginVerdict verdict) =>
        verdict is { Shipped: true, Entry: { } entry } ? verdict with { Entry = entry with { Enabled = true } } : verdict;

    private static bool Fits(PluginVerdict verdict, string word) => word == verdict.Id || word == verdict.Folder || word == Path.GetFileName(verdict.Folder);

    private PluginVerdict Unknown(string word)
    {
        var id = PluginText.IdOf(Path.GetFileName(word));
        return new() { Id = PluginText.IsId(id) ? id : PluginText.ListId, Refusal = PluginRefusals.NoSuchPlugin(word, $"{lists.ShippedPath} and {lists.OperatorPath}") };
    }

    private PluginVerdict Judge(PluginVerdict verdict, PrivateCopies? copies)
    {
        if (verdict.Refusal is not null || verdict.Entry is not { Enabled: true } entry)
        {
            return verdict;
        }

        using var examination = new Examination(verdict.Folder, entry, trusted);
        if (examination.Run().FirstOrDefault() is { } refusal)
        {
            return verdict with { Refusal = refusal };
        }

        var found = examination.Found!;
        if (copies is null)
        {
            return verdict;
        }

        var (folder, wrong) = copies.Make(found.Content);
        return folder is null
            ? verdict with { Refusal = wrong }
            : verdict with
            {
                Verified = new()
                {
                    Id = entry.Id,
                    Manifest = found.Manifest!,
                    Folder = folder,
                    EntryPath = Path.Combine(folder, entry.Entry),
                    Sha256 = found.Content.Sha256,
                    Isolation = found.Isolation,
                    AllowNative = entry.AllowNative,
                    Approval = new(entry.ApprovedBy, entry.ApprovedAt, entry.Reason, verdict.AllowList, verdict.Folder, verdict.Overrides),
                },
            };
    }
}
