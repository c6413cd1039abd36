using System.Text.Json;
using System.Text.RegularExpressions;
using XdpAudit.Kernel;

namespace XdpAudit.Agent;

/// <summary>
/// Reads an allow-list, after checking its owner, its mode and the way to it as those of a plugin. A list that is not in order from end to end
/// allows nothing: which of its words to believe would be a guess.
/// </summary>
internal static partial class AllowListReader
{
    private const long Most = 8 << 20;

    /// <summary>The list and its bytes; or what is wrong. Neither when there is no such file.</summary>
    internal static (AllowList? List, byte[] Bytes, PluginRefusal? Wrong) Read(string path, TrustedOwners trusted)
    {
        try
        {
            return Open(path, trusted) switch
            {
                (_, { } wrong) => (null, [], wrong),
                (null, _) => (null, [], null),
                ({ } bytes, _) => Parse(path, bytes) is var (list, why) && why is null ? (list, bytes, null) : (null, bytes, PluginRefusals.List(path, $"'{PluginRefusals.Shown(path)}' is no allow-list: {why}", Mend(path))),
            };
        }
        catch (KernelException cause)
        {
            return (null, [], PluginRefusals.List(path, $"allow-list '{PluginRefusals.Shown(path)}' cannot be read: {cause.Message}", Mend(path)));
        }
    }

    private static (byte[]? Bytes, PluginRefusal? Wrong) Open(string path, TrustedOwners trusted)
    {
        var place = new Place(trusted);
        var wrong = new List<PluginRefusal>();
        using var directory = place.Enter(Path.GetDirectoryName(path)!, asFolder: false, wrong);
        if (directory is null && wrong is [{ Code: PluginRefusalCode.Missing }])
        {
            return (null, null);
        }

        var name = Path.GetFileName(path);
        if (directory is null || directory.Look(name) is not { } seen)
        {
            return (null, wrong.Count > 0 ? Untrusted(path, wrong[0]) : null);
        }

        place.Judge(seen, path, isFolder: false, wrong);
        if (seen.Kind != InodeKind.Regular)
        {
            wrong.Add(seen.Kind == InodeKind.SymbolicLink ? PluginRefusals.Symlink(path) : PluginRefusals.Type(path, seen.Kind, "regular file"));
        }
        else if (seen.Size > Most)
        {
            wrong.Add(PluginRefusals.Size(path, "is too large for an allow-list", $"{Most >> 20} MiB"));
        }

        if (wrong.Count > 0)
        {
            return (null, Untrusted(path, wrong[0]));
        }

        using var file = directory.Open(name);
        return file is not null && file.Status() == seen && file.Read(seen.Size) is var bytes && bytes.Length == seen.Size && file.Status() == seen
            ? (bytes, null)
            : (null, Untrusted(path, PluginRefusals.Race(path)));
    }

    private static (AllowList? List, string? Why) Parse(string path, byte[] bytes)
    {
        try
        {
            var list = JsonSerializer.Deserialize(bytes, AllowListJson.Default.AllowList);
            var why = list is null ? "it is null" : Why(list);
            return why is null ? (list, null) : (null, why);
        }
        catch (JsonException cause)
        {
            return (null, cause.Message.TrimEnd('.'));
        }
    }

    private static string? Why(AllowList list) =>
        list.Schema != 1 ? $"its schema is {list.Schema}, and this auditor reads 1"
        : list.Plugins.GroupBy(p => p.Id).FirstOrDefault(g => g.Count() > 1) is { } twice ? $"it names '{PluginRefusals.Shown(twice.Key)}' twice"
        : list.Plugins.Select(p => Why(p) is { } why ? $"of '{PluginRefusals.Shown(p.Id)}' {why}" : null).FirstOrDefault(w => w is not null);

    private static string? Why(AllowEntry entry) =>
        !PluginText.IsId(entry.Id) ? $"the id is none: {PluginText.IdForm}"
        : !PluginKind.All.Contains(entry.Kind) ? $"the kind is '{PluginRefusals.Shown(entry.Kind)}', none of {string.Join(", ", PluginKind.All)}"
        : entry.Isolation is not (PluginIsolation.Process or PluginIsolation.InProcess) ? $"the isolation is '{PluginRefusals.Shown(entry.Isolation)}', neither {PluginIsolation.Process} nor {PluginIsolation.InProcess}"
        : !PluginText.IsFolder(entry.Path) ? $"the path is '{PluginRefusals.Shown(entry.Path)}': write an absolute path without . and .., or the name of a folder beside the list"
        : !PluginText.IsEntry(entry.Entry) ? $"the entry is '{PluginRefusals.Shown(entry.Entry)}': write the name of a .dll in the folder"
        : !PluginText.IsOneLine(entry.Version) || !PluginText.IsOneLine(entry.ApprovedBy) || !PluginText.IsOneLine(entry.Reason ?? "") ? "the version, approver or reason has characters that cannot be printed"
        : entry.Files.FirstOrDefault(f => !PluginText.IsFile(f.Key) || !Digest().IsMatch(f.Value)) is { Key: not null } bad ? $"'{PluginRefusals.Shown(bad.Key)}: {PluginRefusals.Shown(bad.Value)}' is no file of the folder with its digest"
        : !entry.Files.ContainsKey(entry.Entry) ? $"the entry '{PluginRefusals.Shown(entry.Entry)}' is not among the files"
        : null;

    private static PluginRefusal Untrusted(string path, PluginRefusal wrong) =>
        PluginRefusals.List(path, $"allow-list '{PluginRefusals.Shown(path)}' is not trusted: {wrong.Why} ({wrong.Code})", wrong.Remedy) with { Expected = wrong.Expected, Actual = wrong.Actual };

    private static string Mend(string path) => $"mend it, or take it away and approve the plugins anew: mv {PluginRefusals.Quoted(path)} {PluginRefusals.Quoted(path + ".old")}, then xdpaudit plugin approve DIR";

    [GeneratedRegex("^sha256:[0-9a-f]{64}\\z")]
    private static partial Regex Digest();
}
