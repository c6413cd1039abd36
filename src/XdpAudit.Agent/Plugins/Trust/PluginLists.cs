namespace XdpAudit.Agent;

/// <summary>Where the allow-lists are.</summary>
public sealed record PluginLists
{
    /// <summary>Where the operator's list is when nobody says otherwise.</summary>
    public const string DefaultOperator = "/etc/xdpaudit/plugins.allow.json";

    /// <summary>The directory of the plugins that ship with the auditor; their list is in it.</summary>
    public required string Plugins { get; init; }

    /// <summary>The operator's list; null for <see cref="DefaultOperator"/>, which need not be there.</summary>
    public string? Operator { get; init; }

    /// <summary>Path of the list of what ships.</summary>
    public string ShippedPath => Path.Combine(Path.GetFullPath(Plugins), AllowList.FileName);

    /// <summary>Path of the operator's list.</summary>
    public string OperatorPath => Path.GetFullPath(Operator ?? DefaultOperator);

    /// <summary>
    /// The plugins of both lists as far as they go, unchecked: the operator's word counts where both name the same id. A list that cannot be trusted
    /// is a refusal and allows nothing, neither does the other: it may be the one that says that a plugin is not to be loaded.
    /// </summary>
    internal IReadOnlyList<PluginVerdict> Read(TrustedOwners trusted)
    {
        var (shipped, _, shippedWrong) = AllowListReader.Read(ShippedPath, trusted);
        var (own, _, ownWrong) = AllowListReader.Read(OperatorPath, trusted);
        shippedWrong ??= shipped is null ? PluginRefusals.List(ShippedPath, $"there is no allow-list '{PluginRefusals.Shown(ShippedPath)}' of the plugins that ship with the auditor", "install the auditor again, or publish it: packaging/publish DIR") : null;
        ownWrong ??= own is null && Operator is not null ? PluginRefusals.List(OperatorPath, $"there is no allow-list '{PluginRefusals.Shown(OperatorPath)}'", "name another with --allow-list, or make one: xdpaudit plugin approve DIR --allow-list FILE") : null;
        var named = (own ?? AllowList.Empty).Plugins;
        PluginVerdict[] all =
        [
            .. (shipped ?? AllowList.Empty).Plugins.Where(s => named.All(o => o.Id != s.Id)).Select(s => Of(s, ShippedPath) with { Shipped = true }),
            .. named.Select(o => Of(o, OperatorPath) with { Overrides = shipped?[o.Id]?.Version }),
        ];
        return ownWrong is null && shippedWrong is null
            ? all
            :
            [
                .. new[] { shippedWrong, ownWrong }.OfType<PluginRefusal>().Select(w => new PluginVerdict { Id = PluginText.ListId, AllowList = w.Path, Refusal = w }),
                .. all.Select(v => (ownWrong ?? (v.Shipped ? shippedWrong : null)) is { } wrong ? v with { Refusal = wrong } : v),
            ];
    }

    private static PluginVerdict Of(AllowEntry entry, string list) =>
        new() { Id = entry.Id, Entry = entry, AllowList = list, Folder = entry.FolderIn(Path.GetDirectoryName(list)!) };
}
